"""Every statement and every flush passes here: the scope is put on it, or it is refused."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Executable,
    Select,
    Table,
    bindparam,
    case,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from lms.access.scope import FlowsUp, Granted, OwnedByUnit, Private, Scope, Scoped, scope_in
from lms.db import Base, db, refuse_to_write
from lms.errors import NotAllowed
from lms.words import N_

ONLY_ADDED = N_("这条记录定下后不能改动、不能删除。")
MOVING = {"org_id", "person_id", "bank_id", "assessment_id"}


@cache
def _scoped_tables() -> dict[str, type[Any]]:
    return {
        mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Scoped)
    }


# A statement that is built once and asked by everybody is looked through once.
_NAMED: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()


def _named(statement: Executable) -> frozenset[str]:
    """The tables that a statement names anywhere: joins, aliases, sub-queries, exists."""
    if (known := _NAMED.get(statement)) is not None:
        return known
    found = set()
    for part in visitors.iterate(statement):  # type: ignore[arg-type]
        if isinstance(part, Table):
            found.add(part.name)
        entity = getattr(part, "_annotations", {}).get("parententity")
        if entity is not None:
            found.add(entity.mapper.local_table.name)
    _NAMED[statement] = frozenset(found)
    return _NAMED[statement]


@event.listens_for(Session, "do_orm_execute")
def narrow(query: ORMExecuteState) -> None:
    """Every statement sees only what its scope sees. What hangs on a seen row is seen too.

    Options: "counted", the one table that is narrowed; "by_key", the statement names its rows by
    key, so these are looked up and each is asked about.
    """
    scope = scope_in(query.session)
    if query.is_update or query.is_delete:
        _refuse_to_change(query)
    if scope is None or query.is_column_load or query.is_relationship_load:
        return
    if query.session.info.get("checked"):  # row by row, by who writes many at once
        return
    counted = query.execution_options.get("counted")
    if counted is None:
        scoped = _scoped_tables()
        tables = [scoped[name] for name in _named(query.statement) if name in scoped]
    else:  # named already: the statement need not be looked through, and may be long
        tables = [counted] if issubclass(counted, Base) and issubclass(counted, Scoped) else []
    if query.is_insert and tables:
        raise NotAllowed("成批写入须逐行核对范围。")
    if query.is_update and tables and _moves(query.statement):
        raise NotAllowed("单位和人员不可成批改动。")
    asked = _each if query.execution_options.get("by_key") else _seen
    changing = query.is_update or query.is_delete
    query.statement = query.statement.options(
        *(
            with_loader_criteria(
                table,
                asked(table, scope, changing),
                include_aliases=True,
                propagate_to_loaders=False,
            )
            for table in tables
        )
    )


def _refuse_to_change(query: ORMExecuteState) -> None:
    """What is only added stays as it was written, whoever asks."""
    mapper = query.bind_mapper
    if mapper is not None and getattr(mapper.class_, "only_added", False):
        raise NotAllowed(ONLY_ADDED)


def _seen(table: type[Scoped], scope: Scope, changing: bool) -> ColumnElement[bool]:
    """A bank lent to be read is not written: what is changed at once passes as single rows do."""
    if changing and issubclass(table, Granted):
        return table.changed_by(scope)
    return table.seen_by(scope)


def _each(table: type[Scoped], scope: Scope, changing: bool) -> ColumnElement[bool]:
    """As a case, so that SQLite looks up the keys and does not go through a city's units."""
    return case((_seen(table, scope, changing), 1), else_=0) == 1


def _moves(statement: Any) -> bool:
    return bool({column.key for column in statement._values or ()} & MOVING)


@event.listens_for(Session, "before_flush")
def refuse_strangers(session: Session, *_: object) -> None:
    """No one writes for a unit they do not answer for. A few questions a flush, not one a row."""
    scope = scope_in(session)
    kept = (row for row in (*session.dirty, *session.deleted) if getattr(row, "only_added", False))
    if any(row in session.deleted or session.is_modified(row) for row in kept):
        raise NotAllowed(ONLY_ADDED)
    if scope is None:
        return
    new = [(row, True) for row in session.new]
    old = [(row, False) for row in (*session.dirty, *session.deleted) if session.is_modified(row)]
    old += [(row, False) for row in session.deleted if not session.is_modified(row)]
    _check(session, scope, [(r, n) for r, n in new + old if isinstance(r, Scoped)])


def _check(session: Session, scope: Scope, rows: list[tuple[Any, bool]]) -> None:
    """rows: each with whether it is new. A few questions in all, one for each table."""
    units: dict[str, set[int]] = {"subtree": set(), "content": set()}
    banks: dict[type[Granted], set[int]] = {}
    changed: dict[tuple[type[Any], bool], set[int]] = {}
    for row, new in rows:
        if row.anyone_may_add and new:
            continue
        about_me = getattr(row, "person_id", None) == scope.person_id
        if isinstance(row, Private) and new:
            if not about_me:
                raise NotAllowed("不在您的权限范围内。")
            continue
        own = bool(session.info.get("house")) or (new and row.own_may_add)
        if isinstance(row, OwnedByUnit) and (new or _moved(row)):
            source = getattr(row, "follows_from", None) if new and own else None
            if new and own and about_me and isinstance(row, FlowsUp):
                continue
            if source is not None:
                changed.setdefault((source[0], own), set()).add(getattr(row, source[1]))
            else:
                kind = "subtree" if isinstance(row, FlowsUp) else "content"
                units[kind] |= {row.org_id} if new else _units(row)
        elif isinstance(row, Granted) and new:
            banks.setdefault(type(row), set()).add(row.bank_id)
        else:
            table, key = row.whole() if new else (type(row), row.id)
            changed.setdefault((table, own), set()).add(key)
    with session.no_autoflush:
        for kind, ids in units.items():
            _refuse_units(session, getattr(scope, kind), ids)
        for kept, ids in banks.items():
            if not ids <= kept.added_to(scope):
                raise NotAllowed("不在您的权限范围内。")
        for (table, own), keys in changed.items():
            if known := keys - {None}:  # a whole that is as new as its parts is checked itself
                _refuse_rows(session, scope, table, known, own)


def _moved(row: OwnedByUnit) -> bool:
    return bool(inspect(row).attrs.org_id.history.deleted)


def _units(row: OwnedByUnit) -> set[int]:
    """The unit of a row, and the one it came from."""
    return {row.org_id, *(inspect(row).attrs.org_id.history.deleted or ())}


def _refuse_rows(
    session: Session, scope: Scope, table: type[Any], keys: set[Any], own: bool
) -> None:
    """What this scope may not change stays as it is; its own record may be added to."""
    may = table.seen_by(scope) if own else table.changed_by(scope)
    # As a case, so that SQLite looks up the keys and does not try each of them with every unit.
    query = select(table.id).where(table.id.in_(keys), case((may, 1), else_=0) == 1)
    once = {"counted": Scoped}  # the limit stands in the statement already
    if set(session.scalars(query, execution_options=once)) != keys:
        raise NotAllowed("不在您的权限范围内。")


def _refuse_units(session: Session, mine: Select, units: set[int]) -> None:
    if not units:
        return
    key = next(iter(mine.subquery().c))
    if set(session.scalars(select(key).where(key.in_(units)))) != units:
        raise NotAllowed("该单位不在您的管理范围内。")


def add_rows(table: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert many rows at once, after the check that single rows pass. rows: column → value.

    Raises NotAllowed where one of the units, or of the wholes, is out of scope.
    """
    if not rows:
        return
    session = db.session()
    refuse_new(session, table, rows)
    names = rows[0].keys()
    if names <= set(table.__table__.c.keys()) and all(row.keys() == names for row in rows):
        session.flush()
        insert_plainly(session, table.__table__, rows)
    else:
        # An empty column is written as such: left out, every change of it would be a statement.
        _write(session, insert(table).execution_options(render_nulls=True), rows)


def insert_plainly(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows with the same columns past mapper and compiler: half of what they would take.

    What a column does to its values is done here; a column that fills itself is left to them.
    """
    refuse_to_write(session)
    line = session.connection()
    plain = _plain_insert(table, tuple(rows[0]), line.dialect)
    if plain is None:
        line.execute(insert(table), rows)
        return
    words, names, changes = plain
    columns = [[row[name] for row in rows] for name in names]
    for place, change in changes.items():
        columns[place] = [*map(change, columns[place])]
    if line.dialect.positional:
        line.exec_driver_sql(words, [*zip(*columns, strict=True)])
    else:
        given = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        line.exec_driver_sql(words, given)


Plain = tuple[str, tuple[str, ...], dict[int, Callable[[Any], Any]]]


@lru_cache(512)
def _plain_insert(table: Any, names: tuple[str, ...], dialect: Dialect) -> Plain | None:
    """The words of an insert, its values in their order, and what is done to some of them.

    None where a column that is not named has a value of its own.
    """
    made: Any = insert(table).compile(dialect=dialect, column_keys=list(names))
    if made.insert_prefetch:
        return None
    order = tuple(made.positiontup or names)
    changed = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
    return str(made), order, {n: change for n, change in enumerate(changed) if change}


def refuse_new(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    """The check that single rows pass, of many. Raises NotAllowed."""
    scope = scope_in(session)
    if scope is not None and not table.anyone_may_add:
        _check_new(session, scope, table, rows)


def _write(session: Session, statement: Executable, rows: list[dict[str, Any]]) -> None:
    """Write rows that have been checked, as one statement."""
    session.flush()
    session.info["checked"] = True
    try:
        session.execute(statement, rows)
    finally:
        session.info["checked"] = False


def _check_new(
    session: Session, scope: Scope, table: type[Any], rows: list[dict[str, Any]]
) -> None:
    """What `_check` does for rows that are objects; thousands need not be made for it."""
    if not issubclass(table, OwnedByUnit):
        _check(session, scope, [(table(**keys), True) for keys in _distinct(table, rows)])
        return
    upwards = issubclass(table, FlowsUp)
    house = upwards and bool(session.info.get("house"))
    follows = table.follows_from if issubclass(table, FlowsUp) else None
    if house and follows is not None:
        source, key = follows
        _refuse_rows(session, scope, source, {row[key] for row in rows}, own=True)
        return
    own = house or (upwards and table.own_may_add)
    units = {row["org_id"] for row in rows if not (own and row.get("person_id") == scope.person_id)}
    with session.no_autoflush:
        _refuse_units(session, scope.subtree if upwards else scope.content, units)


def _distinct(table: type[Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each set of keys that the check looks at, once."""
    looked_at = MOVING | {getattr(table, "whole_key", "org_id")}
    known = [key for key in looked_at if key in table.__mapper__.attrs]
    found = {tuple(map(row.get, known)) for row in rows}
    return [dict(zip(known, values, strict=True)) for values in found]


def change_rows(table: type[Any], rows: list[dict[str, Any]]) -> None:
    """Write many rows at once, after the check that single rows pass.

    rows: the id, and column → value, the same columns in each. Objects of them that are loaded
    do not follow. Raises NotAllowed where one is out of scope, or a unit or a person would change.
    """
    if not rows:
        return
    session = db.session()
    scope = scope_in(session)
    names = rows[0].keys() - {"id"}
    if names & MOVING:
        raise NotAllowed("单位和人员不可成批改动。")
    if scope is not None:
        own = bool(session.info.get("house"))
        _refuse_rows(session, scope, table, {row["id"] for row in rows}, own)
    columns = table.__table__.c
    by_key = update(table.__table__).where(columns.id == bindparam("key"))
    changed = by_key.values({name: bindparam(f"new_{name}") for name in names})
    values = [{"key": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows]
    _write(session, changed, values)
