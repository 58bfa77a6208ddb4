"""Rows for the reports: units as they stood, the persons behind a number."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import lt
from typing import Any, NamedTuple

from sqlalchemy import Select, String, and_, case, func, null, or_, select, type_coerce

from lms.db import as_text, db, once
from lms.errors import NotFound
from lms.ledger.rules import in_hours
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.queries import under
from lms.orgs.rules import UnitKind, kind_then
from lms.orgs.systems import System
from lms.people.models import Person, Posting
from lms.people.queries import holds
from lms.people.rules import Post
from lms.reports.attending import has_classes
from lms.reports.counting import KNOWN, OF_THE_LIST, Roster, counted
from lms.reports.measures import PERSONS, Count
from lms.reports.rules import Placed
from lms.reports.sitting import Sits, states
from lms.reports.tables import REST, Tree
from lms.training.completion import listed_posts
from lms.training.models import Cohort

PAGE = 100
_STATES = (Count.ATTENDED, Count.DEFERRED)  # said of everybody on a list of names
# Whose names may be seen. Not who did best: that would be a mark by another name. 在册 is 应训 and
# 免训, and each of these has its names.
NAMED = tuple(one for one in PERSONS if one in KNOWN - {Count.EXCELLENT, Count.LISTED})


def tree(as_of: date) -> Tree:
    """The units as they stood on a day, for going up and down."""
    return once(("units", as_of), lambda: _grown(_units(as_of)))


def trees(first: date, last: date) -> dict[date, Tree]:
    """The units as they stood on two days; looked up once where none has changed in between."""
    span = UnitSpan.__table__.c
    begun, ended = ((day > first) & (day <= last) for day in (span.from_on, span.to_on))
    now = tree(last)
    changed = db.session.execute(select(span.id).where(begun | ended).limit(1)).first()
    return {first: tree(first) if changed else now, last: now}


def _units(as_of: date) -> str:
    """The facts of every unit as the database has them: `Placed`, and how it was listed then.

    The last only where it is listed otherwise now. As one text, a JSON list for each: it is told
    apart from the one before at once, and only read where it is another.
    """
    unit, span = OrgUnit.__table__.c, UnitSpan.__table__.c  # as rows: the mapper takes its time
    that_day = and_(span.from_on <= as_of, or_(span.to_on.is_(None), span.to_on > as_of))
    the_last = and_(span.to_on == unit.closed_on, unit.closed_on <= as_of)
    once = func.coalesce(span.listed, span.name)
    facts = (
        unit.id,
        func.coalesce(span.name, unit.name),
        unit.kind,
        func.coalesce(case((that_day, span.parent_id)), unit.parent_id),
        unit.place,
        unit.code,
        case((that_day, 0), else_=1),
        span.system,
        case((once != func.coalesce(unit.listed, unit.name), once)),
    )
    held = and_(span.org_id == unit.id, or_(that_day, the_last))
    return as_text(facts, OrgUnit.__table__.outerjoin(UnitSpan.__table__, held))


@lru_cache(4)
def _grown(units: str) -> Tree:
    """The tree of these very units: while none changes, no page grows it anew."""
    kinds, known = {one.value: one for one in UnitKind}, {one.value: one for one in System}
    return Tree(
        _placed(
            Placed(key, name, kinds[kind], above, place, code, bool(gone), known.get(system)), once
        )
        for key, name, kind, above, place, code, gone, system, once in json.loads(f"[{units}]")
    )


def _placed(one: Placed, once: str | None) -> Placed:
    """once: how the unit was listed then, where it is listed otherwise now."""
    return one._replace(kind=kind_then(one.kind, once)) if once else one


class Unit(NamedTuple):
    """A unit as it was called on the day of the table, and what it stood under."""

    org_id: int
    name: str
    superior: str
    superior_id: int | None


@dataclass(frozen=True, eq=False)
class Standing:
    """What somebody has done of what is asked: one for all of whom the same is said.

    So thousands are told apart by which one it is, and nothing of it is compared.
    """

    hours: Any
    required: Any
    assessed: int
    sat: int
    passed: int
    completed: int
    attended: int
    deferred: int
    called: int | None  # none: the list has no classes
    exam: Sits | None = None  # what is known beyond that it was not sat or not passed


class Behind(NamedTuple):
    """One of the persons behind a number: there are thousands, so a plain row."""

    person_id: int
    name: str
    unit: Unit
    posts: str
    standing: Standing


def behind(
    tree: Tree,
    roster: Roster,
    count: Count,
    post: str = "",
    first: int = 0,
    most: int | None = PAGE,
    among: Select | None = None,
) -> tuple[list[Behind], int]:
    """The persons behind a number, in administrative order, and how many there are in all.

    tree: the units of that day; post: of those who hold it; among: of these enrolments alone.
    """
    called = [Count.CALLED] if has_classes(roster.cohort_id) else []
    asked = counted(roster, [count, *_STATES, *called], roster.whose(count))
    row, flags = asked.row, asked.flags
    query = (
        select(
            row.c.person_id,
            Person.name,
            row.c.org_id,
            row.c.enrolment_id,
            row.c.hundredths,
            row.c.assessed,
            row.c.sat,
            row.c.passed,
            row.c.completed,
            *(flags[one] for one in _STATES),
            *([flags[one] for one in called] or [null()]),
        )
        .select_from(asked.source)
        .join(Person, Person.id == row.c.person_id)
        .join(OrgUnit, OrgUnit.id == row.c.org_id)
        .where(flags[count] == 1)
        .order_by(OrgUnit.path, Person.pinyin, Person.id)
        .offset(first)
    )
    listed = listed_posts(roster.of_posts, roster.cohort_id, roster.whose(count)).subquery()
    if post:
        query = query.where(
            row.c.enrolment_id.in_(select(listed.c.enrolment_id).where(listed.c.post == post))
        )
    if among is not None:
        query = query.where(row.c.enrolment_id.in_(among))
    if most:
        query = query.add_columns(func.count().over()).limit(most)
    rows = db.session.execute(query, execution_options=OF_THE_LIST).all()
    held = _held(listed, [one.enrolment_id for one in rows] if most else None)
    found = _named(rows, held, roster, tree)
    return found, (rows[0][-1] if rows else 0) if most else len(rows)


def _named(
    rows: Sequence[Any], held: Mapping[int, str], roster: Roster, tree: Tree
) -> list[Behind]:
    """The rows with what is the same for many: the unit, what is done and what is asked.

    Column by column: there are thousands of rows, and few units and standings.
    """
    if not rows:
        return []
    persons, names, orgs, enrolments, hours, asked, sat, passed, *more = zip(*rows, strict=True)
    required = db.session.scalar(select(Cohort.required_hours).where(Cohort.id == roster.cohort_id))
    lacks = any(map(lt, passed, asked))
    known = states(roster.cohort_id, roster.as_of) if lacks else {}
    numbers = list(zip(hours, asked, sat, passed, *more[:4], map(known.get, persons), strict=True))
    standings = {one: Standing(in_hours(one[0]), required, *one[1:]) for one in set(numbers)}
    units = {one: _unit(tree, one) for one in set(orgs)}
    posts = [held.get(one, "") for one in enrolments]
    each = (map(units.__getitem__, orgs), posts, map(standings.__getitem__, numbers))
    return list(map(Behind, persons, names, *each))


def _unit(tree: Tree, unit: int) -> Unit:
    row = tree.units[unit]
    above = tree.units.get(row.parent_id or REST)
    return Unit(unit, row.name, above.name if above else "", row.parent_id)


def organisers(units: Collection[int], day: date) -> dict[int, str]:
    """Unit → the names of its 组织委员 on a day."""
    query = (
        select(Posting.org_id, Person.name)
        .join(Person, Person.id == Posting.person_id)
        .where(Posting.org_id.in_(units), Posting.post == Post.TOC, holds(Posting, day))
        .order_by(Posting.org_id, Posting.id)
    )
    found: dict[int, str] = {}
    for unit, name in db.session.execute(query, execution_options={"counted": Posting}):
        found[unit] = f"{found[unit]} {name}" if unit in found else name
    return found


def _held(listed: Any, enrolments: list[int] | None) -> dict[int, str]:
    """The posts of each enrolment as one word list, to be named where it is shown.

    enrolments: none, everybody's; to name ten thousand takes longer than to look at all.
    """
    query = select(listed.c.enrolment_id, type_coerce(listed.c.post, String))
    if enrolments is not None:
        query = query.where(listed.c.enrolment_id.in_(enrolments))
    found: dict[int, str] = {}
    for enrolment, post in db.session.execute(query, execution_options=OF_THE_LIST).all():
        found[enrolment] = f"{found[enrolment]} {post}" if enrolment in found else post
    return found


def roots(paths: Sequence[str]) -> list[OrgUnit]:
    """The units for which somebody answers, none below another, in administrative order."""
    tops = [p for p in paths if not any(p != other and p.startswith(other) for other in paths)]
    ids = [int(path.strip("/").split("/")[-1]) for path in set(tops)]
    query = select(OrgUnit).where(OrgUnit.id.in_(ids)).order_by(OrgUnit.path)
    return list(db.session.scalars(query))


def unit_within(unit_id: int, paths: Sequence[str]) -> OrgUnit:
    """The unit, if it lies in one of these subtrees; else it does not exist."""
    mine = or_(*(under(path) for path in paths)) if paths else OrgUnit.id.is_(None)
    found = db.session.scalar(select(OrgUnit).where(OrgUnit.id == unit_id, mine))
    if found is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found
