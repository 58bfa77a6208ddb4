"""A person's own rows, asked briefly: what a statement says by itself is not said to it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Executable,
    Result,
    Select,
    String,
    Update,
    bindparam,
    cast,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from lms.access.listeners import refuse_new
from lms.access.scope import Scoped, scope_in
from lms.db import db, is_server, refuse_to_write
from lms.held import ask


@dataclass(frozen=True)
class Number:
    """Stands in a row for the number of another that is added with it. word: before it, as text."""

    word: str = ""

    def of(self, number: int) -> int | str:
        return f"{self.word}{number}" if self.word else number


def execute(
    statement: Executable, person_id: int | None, values: Mapping[str, Any], counted: type[Any]
) -> Result:
    """Ask for columns, or change, by a statement built once that itself names whose rows it means.

    About oneself it goes past the session's mapper, within its transaction, in a quarter of the
    time: thousands ask at the bell. About anybody else it is narrowed as every statement is.
    person_id: none at the door, where it is not known yet. counted: the table whose rows are seen,
    with what hangs on them.
    """
    session = db.session()
    scope = scope_in(session)
    if scope is not None and scope.person_id != person_id:
        options = {"counted": counted, "synchronize_session": False}
        return session.execute(statement, values, execution_options=options)
    writes = statement.is_dml
    if writes:
        refuse_to_write(session)
    session.flush()
    return ask(session, statement, values, writes=writes)


def row(statement: Executable, person_id: int, values: Mapping[str, Any]) -> Any:
    """The one row, as an object, of a statement that itself names whose row it means; or none.

    About oneself the scope is not said to it again, nor to what is loaded with it.
    """
    scope = scope_in(db.session())
    mine = scope is not None and scope.person_id == person_id
    options = {"counted": Scoped} if mine else {}
    return db.session.scalar(statement, values, execution_options=options)


def add_once(
    once: Update,
    values: Mapping[str, Any],
    rows: Sequence[tuple[type[Any], dict[str, Any]]],
    person_id: int,
    counted: type[Any],
) -> int | None:
    """Change what may change once, and if this request did it add a row and what hangs on it.

    once, values, counted: as `execute` has them; rows: as `add_each` has them, where a `Number`
    stands for that of the first. Its number; none where another was first.
    Of a server in one question, where somebody acts for himself.
    """
    session = db.session()
    scope = scope_in(session)
    mine = scope is None or scope.person_id == person_id
    if mine and is_server(session.get_bind()):  # type: ignore[arg-type]
        _writing(rows, person_id)
        known: tuple[Any, ...] = tuple((table, _marked(row)) for table, row in rows)
        asked = _once_and(once, known)
        row = ask(session, asked, {**values, **_numbered(rows)}, writes=True).one_or_none()
        return row.id if row else None
    if execute(once, person_id, values, counted).rowcount != 1:  # type: ignore[attr-defined]
        return None
    first, *others = rows
    number = add(*first, person_id)
    add_each([(table, _with(row, number)) for table, row in others], person_id)
    return number


def add(table: type[Any], row: dict[str, Any], person_id: int) -> int:
    """Add a row that follows from what a person did with what is that person's own; its id.

    The caller has found the attempt, or whatever it hangs on, as that person's. Where somebody
    else acts, it passes the check that every row passes. row: column → value.
    """
    session = _writing([(table, row)], person_id)
    adding = _adding(table, tuple(row))  # type: ignore[arg-type]
    return ask(session, adding, row, writes=True).one().id


def add_each(rows: Sequence[tuple[type[Any], dict[str, Any]]], person_id: int) -> None:
    """The same with a row in each of several tables, no id asked: of a server in one question."""
    session = _writing(rows, person_id)
    if not is_server(session.get_bind()):  # type: ignore[arg-type]
        for table, row in rows:
            ask(session, _adding(table, tuple(row)), row, writes=True)  # type: ignore[arg-type]
        return
    known: tuple[Any, ...] = tuple((table, tuple(row)) for table, row in rows)
    ask(session, _together(known), _numbered(rows), writes=True)


def add_by(
    statement: Executable,
    values: Mapping[str, Any],
    person_id: int,
    table: type[Any],
    row: dict[str, Any],
) -> None:
    """The same with many rows, by a statement that makes them itself of its values.

    row: what every one of them hangs on.
    """
    ask(_writing([(table, row)], person_id), statement, values, writes=True)


def _writing(rows: Sequence[tuple[type[Any], dict[str, Any]]], person_id: int) -> Session:
    """In which these are added. Where somebody else acts, each passes the check of every row."""
    session = db.session()
    refuse_to_write(session)
    scope = scope_in(session)
    if scope is not None and scope.person_id != person_id:
        for table, row in rows:
            refuse_new(session, table, [row])
    session.flush()
    return session


def _numbered(rows: Sequence[tuple[type[Any], dict[str, Any]]]) -> dict[str, Any]:
    """The values of all rows, by names of which each stands once."""
    return {f"{n}_{name}": row[name] for n, (_, row) in enumerate(rows) for name in row}


def _with(row: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        name: value.of(number) if isinstance(value, Number) else value
        for name, value in row.items()
    }


def _marked(row: dict[str, Any]) -> tuple[tuple[str, Number | None], ...]:
    """The names of a row's columns, and where the number of the first row stands."""
    return tuple(
        (name, value if isinstance(value, Number) else None) for name, value in row.items()
    )


@cache
def _once_and(
    once: Update, rows: tuple[tuple[type[Any], tuple[tuple[str, Number | None], ...]], ...]
) -> Select:
    """Every row is made from the one before it: where nothing changed, none is."""
    table = once.entity_description["table"]
    before: CTE = once.returning(table.c.id).cte("changed")
    added: list[CTE] = []
    for n, (kind, marked) in enumerate(rows):
        of = kind.__table__  # type: ignore[attr-defined]
        made = [_made(of.c[name], f"{n}_{name}", mark, before) for name, mark in marked]
        row = insert(of).from_select(
            [name for name, _ in marked], select(*made).select_from(before)
        )
        added.append(row.returning(of.c.id).cte(f"added_{n}"))
        before = added[0]
    return select(added[0].c.id).add_cte(*added)


def _made(column: Any, name: str, mark: Number | None, first: CTE) -> Any:
    """What a column is filled with: a value, or the number of the first row."""
    if mark is None:
        return cast(bindparam(name, type_=column.type), column.type)
    return literal(mark.word) + cast(first.c.id, String) if mark.word else first.c.id


@cache
def _together(rows: tuple[tuple[type[Any], tuple[str, ...]], ...]) -> Select:
    """rows: each table, and the names of the columns that are filled."""
    added = [_filled(table, names, f"{n}_") for n, (table, names) in enumerate(rows)]
    return select(literal(1)).add_cte(*[one.cte(f"added_{n}") for n, one in enumerate(added)])


@cache
def _adding(table: type[Any], names: tuple[str, ...]) -> ReturningInsert:
    return _filled(table, names)


def _filled(table: type[Any], names: tuple[str, ...], before: str = "") -> ReturningInsert:
    """A row with a value for each of these columns; its id. before: stands before their names."""
    columns = table.__table__.c
    values = {name: bindparam(f"{before}{name}", type_=columns[name].type) for name in names}
    return insert(table.__table__).values(values).returning(columns.id)
