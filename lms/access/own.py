"""A person's own rows, asked briefly: what a statement says by itself is not said to it again."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Insert,
    Result,
    Select,
    bindparam,
    insert,
    literal,
    select,
)

from lms.access.listeners import refuse_new
from lms.access.scope import Scoped, scope_in
from lms.db import db, refuse_to_write


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
    session.flush()
    return session.connection().execute(statement, values)


def row(statement: Executable, person_id: int, values: Mapping[str, Any]) -> Any:
    """The one row, as an object, of a statement that itself names whose row it means; or none.

    About oneself the scope is not said to it again, nor to what is loaded with it.
    """
    scope = scope_in(db.session())
    mine = scope is not None and scope.person_id == person_id
    options = {"counted": Scoped} if mine else {}
    return db.session.scalar(statement, values, execution_options=options)


def add(table: type[Any], row: dict[str, Any], person_id: int) -> int:
    """Add a row that follows from what a person did with what is that person's own; its id.

    The caller has found the attempt, or whatever it hangs on, as that person's. Where somebody
    else acts, it passes the check that every row passes. row: column → value.
    """
    statement = _adding(table)  # type: ignore[arg-type]
    done: Any = _line([(table, row)], person_id).execute(statement, row)
    return done.inserted_primary_key[0]


def add_each(rows: Sequence[tuple[type[Any], dict[str, Any]]], person_id: int) -> None:
    """The same with a row in each of several tables, no id asked: of a server in one question."""
    line = _line(rows, person_id)
    if line.dialect.name == "sqlite":
        for table, row in rows:
            line.execute(_adding(table), row)  # type: ignore[arg-type]
        return
    known: tuple[Any, ...] = tuple((table, tuple(row)) for table, row in rows)
    values = {f"{n}_{name}": row[name] for n, (_, row) in enumerate(rows) for name in row}
    line.execute(_together(known), values)


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
    _line([(table, row)], person_id).execute(statement, values)


def _line(rows: Sequence[tuple[type[Any], dict[str, Any]]], person_id: int) -> Connection:
    """Over which these are added. Where somebody else acts, each passes the check of every row."""
    session = db.session()
    refuse_to_write(session)
    scope = scope_in(session)
    if scope is not None and scope.person_id != person_id:
        for table, row in rows:
            refuse_new(session, table, [row])
    session.flush()
    return session.connection()


@cache
def _together(rows: tuple[tuple[type[Any], tuple[str, ...]], ...]) -> Select:
    """rows: each table, and the names of the columns that are filled."""
    parts = []
    for n, (table, names) in enumerate(rows):
        columns = table.__table__.c
        values = {name: bindparam(f"{n}_{name}", type_=columns[name].type) for name in names}
        made = insert(table.__table__).values(values).returning(columns.id)
        parts.append(made.cte(f"added_{n}"))
    return select(literal(1)).add_cte(*parts)


@cache
def _adding(table: type[Any]) -> Insert:
    return insert(table.__table__)
