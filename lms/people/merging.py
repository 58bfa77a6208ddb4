"""Two records of one person become one. Nothing is deleted; what was twice counts once."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, func, or_, select, update

from lms.audit.services import record
from lms.clock import day_of
from lms.db import Base, db
from lms.errors import Conflict
from lms.people import queries
from lms.people.keeping import COLUMNS, keep_homes
from lms.people.models import Person
from lms.people.rules import disentangled, refuse_mixed

# What one signs in with stays with the record it was made for, unless the other has nothing.
CREDENTIALS = frozenset({"account", "slip", "device", "sign_in"})
ENDED_WHY = "合并重复的人员记录"  # data: as the officers would write it
Table = type[Any]


def tables() -> list[Table]:
    """Every table whose rows are about a person, in every room."""
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if "person_id" in mapper.columns
        and any(
            key.column.table.name == "person" for key in mapper.columns["person_id"].foreign_keys
        )
    ]


def counts(persons: Iterable[Person]) -> dict[str, dict[int, int]]:
    """By table, by person: how many rows are about them. Tables without any are left out."""
    ids = [person.id for person in persons]
    found: dict[str, dict[int, int]] = {}
    with queries.whole_city():
        for table in tables():
            about = select(table.person_id, func.count()).where(table.person_id.in_(ids))
            rows = db.session.execute(about.group_by(table.person_id)).all()
            if rows:
                found[table.__tablename__] = {row[0]: row[1] for row in rows}
    return found


def lookalikes(person: Person) -> list[Person]:
    """Other records in scope that may be the same person: of one ID number, or of one name."""
    same = [Person.name == person.name]
    if person.id_digest:
        same.append(Person.id_digest == person.id_digest)
    query = select(Person).where(Person.id != person.id, or_(*same), queries.still_one())
    return list(db.session.scalars(query.order_by(Person.id).limit(20)))


def refuse_strangers(kept: Person, gone: Person) -> None:
    """Two records are of one person only when nothing says otherwise."""
    if kept.id == gone.id:
        raise Conflict("这是同一条记录，不需要合并。")
    if kept.id_digest and gone.id_digest and kept.id_digest != gone.id_digest:
        raise Conflict("两条记录的身份证号不同，不能合并。如有录错，请先更正。")
    if kept.merged_into_id or gone.merged_into_id:
        raise Conflict("其中一条记录已经合并，请刷新页面。")


def merge(kept: Person, gone: Person, now: datetime) -> dict[str, int]:
    """Move everything about `gone` to `kept`; by table, how many rows moved.

    Both must be in scope. `gone` stays, names whom it was merged into, and is listed no more.
    """
    refuse_strangers(kept, gone)
    with queries.whole_city():
        _refuse_mixed_roles(kept, gone, now)
        _claim(kept, gone)
        _fill(kept, gone)
        moved = {
            table.__tablename__: _move(table, kept.id, gone.id, now) for table in _moving(kept)
        }
    moved = {name: ids for name, ids in moved.items() if ids}
    keep_homes([kept.id], day_of(now))
    record("merge persons", now, whom=kept, org_id=kept.org_id, gone=gone.id, moved=moved)
    return {name: len(ids) for name, ids in moved.items()}


def _refuse_mixed_roles(kept: Person, gone: Person, now: datetime) -> None:
    held = [one.role for one in queries.roles_of(kept.id, day_of(now))]
    for one in queries.roles_of(gone.id, day_of(now)):
        refuse_mixed(one.role, held)


def _claim(kept: Person, gone: Person) -> None:
    """Once only; and who was merged into `gone` before is `kept` now."""
    done = db.session.execute(
        update(Person)
        .where(Person.id == gone.id, queries.still_one())
        .values(merged_into_id=kept.id)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("其中一条记录已经合并，请刷新页面。")
    db.session.execute(
        update(Person).where(Person.merged_into_id == gone.id).values(merged_into_id=kept.id)
    )


def _fill(kept: Person, gone: Person) -> None:
    """What is not known of `kept` is taken over."""
    for fact in ("number", "sex", "born", "id_number", "phone"):
        columns = COLUMNS[fact]
        if getattr(kept, columns[0]) is None and getattr(gone, columns[0]) is not None:
            values = {column: getattr(gone, column) for column in columns}
            if fact == "number":  # it is unique
                gone.number = None
                db.session.flush()
            for column, value in values.items():
                setattr(kept, column, value)
    kept.own_columns = {**gone.own_columns, **kept.own_columns}
    db.session.flush()


def _moving(kept: Person) -> list[Table]:
    found = tables()
    can_sign_in = any(
        db.session.scalar(select(table.id).where(table.person_id == kept.id).limit(1))
        for table in found
        if table.__tablename__ in CREDENTIALS
    )
    return [one for one in found if not (can_sign_in and one.__tablename__ in CREDENTIALS)]


def _move(table: Table, kept: int, gone: int, now: datetime) -> list[int]:
    """Move the rows of one table; the ids of those that moved.

    A row that would say a thing twice stays behind; dated ones share the time between them, and
    numbered ones go on counting.
    """
    both = db.session.scalars(
        select(table).where(table.person_id.in_([kept, gone])).order_by(table.id)
    ).all()
    old = [row for row in both if row.person_id == kept]
    new = [row for row in both if row.person_id == gone]
    keys = _once(table)
    for key in keys:
        if "number" not in key:
            new = [row for row in new if _made_fit(row, _same(row, old, key), now)]
    db.session.flush()
    for row in new:
        for key in keys:
            if "number" in key and (before := _same(row, old, key)):
                row.number = max(other.number for other in before) + 1
        row.person_id = kept
        old.append(row)
    db.session.flush()
    return [row.id for row in new]


def _once(table: Table) -> list[set[str]]:
    """The columns by which a person has a thing once, beside the person."""
    rules = [rule for rule in table.__table__.constraints if isinstance(rule, UniqueConstraint)]
    rules += [rule for rule in table.__table__.indexes if rule.unique]
    keys = [{column.key for column in rule.columns} for rule in rules]
    stated = {*getattr(table, "counts_once", ())}
    return [key - {"person_id"} for key in keys if "person_id" in key] + [stated] * bool(stated)


def _same(row: Any, others: list[Any], key: set[str]) -> list[Any]:
    """Rows that agree in the key; one that leaves a column of it open agrees with none."""
    said = {name: getattr(row, name) for name in key - {"number"}}
    if None in said.values():
        return []
    return [one for one in others if all(getattr(one, name) == said[name] for name in said)]


def _made_fit(row: Any, same: list[Any], now: datetime) -> bool:
    """Whether the row can move; of dated ones the days that were told twice are told once."""
    if not same:
        return True
    if not (hasattr(row, "from_on") and hasattr(row, "to_on")):
        return False
    for other in same:
        spans = disentangled((other.from_on, other.to_on), (row.from_on, row.to_on))
        _end(other, spans[0][1], now)
        _end(row, spans[1][1], now)
    return True


def _end(row: Any, to_on: date | None, now: datetime) -> None:
    if row.to_on == to_on:
        return
    row.to_on = to_on
    if hasattr(row, "ended_at"):
        row.ended_at = now
    if hasattr(row, "ended_why"):
        row.ended_why = ENDED_WHY
