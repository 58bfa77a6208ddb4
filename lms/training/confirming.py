"""The head of a unit stands for its list and the plan; above, one sees who has, and when."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import UnitKind
from lms.people.rules import Assignment
from lms.training import lists
from lms.training.models import Cohort, Enrolment, ListConfirmation

OF_THE_LIST = {"counted": Enrolment}
PATH = attrgetter("path")
WITH_PARTS = frozenset({UnitKind.CITY, UnitKind.COUNTY})  # whose parts have heads that confirm


def confirm_list(
    cohort: Cohort, org_id: int, path: str, person_id: int, now: datetime
) -> ListConfirmation:
    """The head of a unit stands for its list and for the plan, with today's numbers."""
    count = lists.count(cohort.id, path)
    if not count.persons:
        raise Conflict("本单位在这个班次中还没有名单，不需要确认。")
    confirmed = ListConfirmation(
        cohort_id=cohort.id,
        org_id=org_id,
        person_id=person_id,
        confirmed_at=now,
        persons=count.persons,
        posts=count.posts,
        closes_on=cohort.closes_on,
        required_hours=cohort.required_hours,
    )
    db.session.add(confirmed)
    db.session.flush()
    record(
        "confirm list",
        now,
        whom=confirmed,
        org_id=org_id,
        cohort=cohort.id,
        persons=count.persons,
        posts=count.posts,
    )
    return confirmed


class Stand(StrEnum):
    """Whether a unit stands for its list as it is now."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"  # the list or the plan, since
    NOT_YET = "not yet"


@dataclass(frozen=True)
class Part:
    """What a list has under one unit, and when it was last changed there."""

    path: str
    persons: int
    touched_at: datetime


def stand(confirmed: ListConfirmation | None, cohort: Cohort, parts: Iterable[Part]) -> Stand:
    """parts: of the list under the unit."""
    if confirmed is None:
        return Stand.NOT_YET
    plan = (cohort.closes_on, cohort.required_hours)
    if plan != (confirmed.closes_on, confirmed.required_hours):
        return Stand.CHANGED
    later = any(part.touched_at > confirmed.confirmed_at for part in parts)
    return Stand.CHANGED if later else Stand.CONFIRMED


def _parts(cohort_id: int, path: str) -> list[Part]:
    """The list under a path, by unit, in the order of paths."""
    on_list = func.sum(cast(Enrolment.to_on.is_(None), Integer))
    query = (
        select(OrgUnit.path, on_list, func.max(Enrolment.recorded_at), func.max(Enrolment.ended_at))
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(Enrolment.cohort_id == cohort_id, under(path))
        .group_by(OrgUnit.path)
    )
    rows = db.session.execute(query, execution_options=OF_THE_LIST)
    found = [Part(row[0], int(row[1]), max(filter(None, row[2:]))) for row in rows]
    return sorted(found, key=PATH)


def _inside(parts: Sequence[Part], path: str) -> Sequence[Part]:
    """Those in a subtree: they lie side by side, and a city has thousands for each township."""
    first = bisect_left(parts, path, key=PATH)
    return parts[first : bisect_left(parts, f"{path[:-1]}0", key=PATH)]


def _last(cohort_id: int) -> dict[int, ListConfirmation]:
    """Unit → its last confirmation in a cohort."""
    query = select(ListConfirmation).where(ListConfirmation.cohort_id == cohort_id)
    rows = db.session.scalars(
        query.options(joinedload(ListConfirmation.person)).order_by(ListConfirmation.id)
    )
    return {row.org_id: row for row in rows}


# ── for the head ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class UnitList:
    """The list of one unit in one cohort, and who stood for it last."""

    unit: Assignment
    cohort: Cohort
    persons: int
    confirmed: ListConfirmation | None
    stand: Stand

    @property
    def waits(self) -> bool:
        """Whether it was never confirmed, or has changed since."""
        return self.stand is not Stand.CONFIRMED


def unit_lists(units: Sequence[Assignment]) -> list[UnitList]:
    """Every list in which these units have somebody, the latest cohort first."""
    found = []
    for unit in units:
        inside = select(OrgUnit.id).where(under(unit.path))
        query = (
            select(Cohort, func.count(Enrolment.id))
            .join(Enrolment, Enrolment.cohort_id == Cohort.id)
            .where(Enrolment.to_on.is_(None), Enrolment.org_id.in_(inside))
            .group_by(Cohort.id)
            .order_by(Cohort.closes_on.desc(), Cohort.id.desc())
        )
        for cohort, persons in db.session.execute(query).all():
            found.append(unit_list(cohort, unit, persons))
    return found


def unit_list(cohort: Cohort, unit: Assignment, persons: int) -> UnitList:
    """How a unit stands for its list in a cohort."""
    confirmed = _last(cohort.id).get(unit.org_id)
    how = stand(confirmed, cohort, _parts(cohort.id, unit.path))
    return UnitList(unit, cohort, persons, confirmed, how)


# ── for those above ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """A unit with anybody on the list: its own confirmation, and how many below have confirmed."""

    org: OrgUnit
    persons: int
    confirmed: ListConfirmation | None
    stand: Stand
    below: dict[Stand, int]  # none: nobody below confirms


def confirmed_by_unit(cohort: Cohort, org: OrgUnit) -> list[Row]:
    """The unit, and each right below it that has anybody on the list, in administrative order."""
    parts, last = _parts(cohort.id, org.path), _last(cohort.id)
    query = select(OrgUnit).where(OrgUnit.parent_id == org.id)
    units = db.session.scalars(query.order_by(OrgUnit.place, OrgUnit.path)).all()
    children = _children([one.id for one in units if one.kind in WITH_PARTS])
    rows = [_row(org, cohort, parts, last, {})]
    rows += [_row(one, cohort, parts, last, children) for one in units]
    return [row for row in rows if row.persons]


def _children(ids: Sequence[int]) -> dict[int, list[Any]]:
    """Unit → id and path of each unit right below it."""
    query = select(OrgUnit.id, OrgUnit.path, OrgUnit.parent_id).where(OrgUnit.parent_id.in_(ids))
    found: dict[int, list[Any]] = {}
    for one in db.session.execute(query):
        found.setdefault(one.parent_id, []).append(one)
    return found


def _row(
    org: OrgUnit,
    cohort: Cohort,
    parts: Sequence[Part],
    last: dict[int, ListConfirmation],
    children: dict[int, list[Any]],
) -> Row:
    mine = _inside(parts, org.path)
    confirmed = last.get(org.id)
    below: dict[Stand, int] = {}
    for one in children.get(org.id, ()):
        inside = _inside(mine, one.path)
        if any(part.persons for part in inside):
            how = stand(last.get(one.id), cohort, inside)
            below[how] = below.get(how, 0) + 1
    persons = sum(part.persons for part in mine)
    return Row(org, persons, confirmed, stand(confirmed, cohort, mine), below)
