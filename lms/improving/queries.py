"""Plans, steps and pledges in sight; who may own them; who lacks what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from lms.db import db, find
from lms.errors import Invalid
from lms.improving.models import ImprovementPlan, PlanStep, Pledge
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import UnitKind
from lms.people.keeping import batches
from lms.people.models import Person, Posting
from lms.people.queries import holds, still_one
from lms.people.rules import Post
from lms.reports import progress
from lms.reports.counting import Roster
from lms.reports.progress import Lack
from lms.training import queries as training
from lms.training.models import Cohort

MOST_OWNERS = 400


def largest(cohorts: Sequence[Cohort]) -> Cohort | None:
    """The list with most people; none where there is no list."""
    held = training.persons_by_cohort([one.id for one in cohorts])
    return max(cohorts, key=lambda one: held.get(one.id, 0), default=None)


def plan(plan_id: int) -> ImprovementPlan:
    return find(ImprovementPlan, plan_id)


@cache
def _whole() -> tuple[ORMOption, ...]:
    """What is loaded with a plan. At first use: it wants every table of the house prepared."""
    return (
        joinedload(ImprovementPlan.org),
        joinedload(ImprovementPlan.cohort),
        selectinload(ImprovementPlan.steps).selectinload(PlanStep.marks),
    )


def plans(path: str, cohort_id: int | None = None) -> Sequence[ImprovementPlan]:
    """The plans of the units under a path, in administrative order, the latest of each first."""
    query = select(ImprovementPlan).join(OrgUnit, OrgUnit.id == ImprovementPlan.org_id)
    if cohort_id is not None:
        query = query.where(ImprovementPlan.cohort_id == cohort_id)
    order = (OrgUnit.path, ImprovementPlan.id.desc())
    return db.session.scalars(query.where(under(path)).options(*_whole()).order_by(*order)).all()


def plans_of(org_id: int, cohort_id: int) -> Sequence[ImprovementPlan]:
    """The plans of one unit for a list, the latest first."""
    query = select(ImprovementPlan).where(
        ImprovementPlan.org_id == org_id, ImprovementPlan.cohort_id == cohort_id
    )
    return db.session.scalars(query.options(*_whole()).order_by(ImprovementPlan.id.desc())).all()


def step(step_id: int) -> PlanStep:
    return find(PlanStep, step_id)


# ── pledges ─────────────────────────────────────────────────────────────────────────────────────


def pledge(pledge_id: int) -> Pledge:
    return find(Pledge, pledge_id)


def pledges(path: str) -> Sequence[Pledge]:
    """The pledges of the units under a path that no later one replaces, in administrative order."""
    later = aliased(Pledge)
    query = (
        select(Pledge)
        .join(OrgUnit, OrgUnit.id == Pledge.org_id)
        .where(under(path), ~select(later.id).where(later.replaces_id == Pledge.id).exists())
        .options(joinedload(Pledge.org), joinedload(Pledge.cohort))
        .order_by(OrgUnit.path, Pledge.by_on, Pledge.id)
    )
    return db.session.scalars(query).all()


def replacing(one: Pledge) -> Pledge | None:
    """The pledge that took the place of this one."""
    return db.session.scalar(select(Pledge).where(Pledge.replaces_id == one.id))


def history(one: Pledge) -> list[Pledge]:
    """What was pledged before, the latest first."""
    found = []
    while one.replaces_id is not None:
        one = pledge(one.replaces_id)
        found.append(one)
    return found


# ── who lacks what ──────────────────────────────────────────────────────────────────────────────


def lacking(roster: Roster, lack: Lack, inside: Sequence[int]) -> list[tuple[str, str]]:
    """Name and unit of everybody in some units who is counted under a lack, by unit."""
    wanted = set(inside)
    listed = {one: unit for one, unit in progress.lacking(roster, lack) if unit in wanted}
    units = select(OrgUnit.id, OrgUnit.path, OrgUnit.name).where(OrgUnit.id.in_(wanted))
    places = {key: (path, name) for key, path, name in db.session.execute(units)}
    rows: list[tuple[str, str, str, str]] = []
    for some in batches(list(listed)):
        query = select(Person.id, Person.pinyin, Person.name).where(Person.id.in_(some))
        for key, pinyin, name in db.session.execute(query):
            path, unit = places[listed[key]]
            rows.append((path, pinyin, name, unit))
    return [(name, unit) for _path, _pinyin, name, unit in sorted(rows)]


# ── who may own a plan ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Owner:
    """Somebody of a unit: of itself, or of an office right below it."""

    id: int
    name: str
    unit: str
    post: Post


def owners(unit: OrgUnit, day: date) -> list[Owner]:
    """The persons of a unit who may own what it means to do, those of the unit itself first."""
    office = (OrgUnit.parent_id == unit.id) & (OrgUnit.kind == UnitKind.DEPARTMENT)
    query = (
        select(Person.id, Person.name, OrgUnit.name, Posting.post)
        .join(Posting, Posting.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(or_(OrgUnit.id == unit.id, office), holds(Posting, day), still_one())
        .order_by(OrgUnit.path, Posting.id)
        .limit(MOST_OWNERS)
    )
    found: dict[int, Owner] = {}
    for row in db.session.execute(query, execution_options={"counted": Posting}):
        found.setdefault(row[0], Owner(*row))
    return list(found.values())


def refuse_stranger(unit: OrgUnit, owner_id: int, day: date) -> None:
    """Who owns what a unit means to do is one of its persons."""
    if owner_id not in {one.id for one in owners(unit, day)}:
        raise Invalid("责任人应是本单位的人员，请重新选择。")
