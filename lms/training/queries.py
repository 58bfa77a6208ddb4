"""Looking up programmes, cohorts and their lists. The scope is already on every query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.courses.models import Course, Lesson
from lms.db import db, find
from lms.exams.models import Assessment
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import TOWNSHIP_LEVEL, UnitKind
from lms.training.models import (
    Cohort,
    Enrolment,
    EnrolmentRule,
    Programme,
    Project,
)

PAGE = 50


def projects() -> Sequence[Project]:
    """The five projects, in order."""
    return db.session.scalars(select(Project).order_by(Project.code)).all()


def programmes() -> dict[int, list[Programme]]:
    """Project → the programmes in sight that belong to it, the newest first."""
    query = select(Programme).options(joinedload(Programme.org), selectinload(Programme.projects))
    found: dict[int, list[Programme]] = {}
    for one in db.session.scalars(query.order_by(Programme.opens_on.desc(), Programme.id.desc())):
        for part in one.projects:
            found.setdefault(part.project_id, []).append(one)
    return found


def programme(programme_id: int) -> Programme:
    return find(Programme, programme_id)


def programme_by_code(code: str) -> Programme | None:
    """The programme of a code, if in sight."""
    return db.session.scalar(select(Programme).where(Programme.code == code))


def code_is_taken(code: str) -> bool:
    """Whether any unit of the city has a programme of this code.

    A code is unique in the whole city, so this one look counts no rows of a scope; it tells
    nothing but that the code is taken.
    """
    query = select(Programme.id).where(Programme.code == code)
    return db.session.scalar(query, execution_options={"counted": Project}) is not None


def cohorts(programme_id: int | None = None) -> Sequence[Cohort]:
    """The cohorts in sight, of one programme or of all, the latest first."""
    query = select(Cohort).options(joinedload(Cohort.org), joinedload(Cohort.programme))
    if programme_id is not None:
        query = query.where(Cohort.programme_id == programme_id)
    return db.session.scalars(query.order_by(Cohort.closes_on.desc(), Cohort.id.desc())).all()


def cohorts_by_programme() -> dict[int, int]:
    """Programme → how many cohorts are in sight."""
    query = select(Cohort.programme_id, func.count(Cohort.id)).group_by(Cohort.programme_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def persons_by_cohort(ids: Sequence[int]) -> dict[int, int]:
    """Cohort → how many persons are on its list now, as far as one sees."""
    query = select(Enrolment.cohort_id, func.count(Enrolment.id)).where(
        Enrolment.cohort_id.in_(ids), Enrolment.to_on.is_(None)
    )
    rows = db.session.execute(query.group_by(Enrolment.cohort_id))
    return {row[0]: row[1] for row in rows}


def cohort(cohort_id: int) -> Cohort:
    return find(Cohort, cohort_id)


def rule(rule_id: int) -> EnrolmentRule:
    return find(EnrolmentRule, rule_id)


def enrolment(enrolment_id: int) -> Enrolment:
    return find(Enrolment, enrolment_id)


def enrolments(ids: Sequence[int]) -> dict[int, Enrolment]:
    """Those of these that are in sight, by number."""
    rows = db.session.scalars(select(Enrolment).where(Enrolment.id.in_(ids)))
    return {one.id: one for one in rows}


def usable_courses() -> Sequence[Course]:
    """The courses in sight that have something to read."""
    has_lessons = select(Lesson.course_id).where(Lesson.closed_at.is_(None))
    query = select(Course).where(Course.id.in_(has_lessons)).options(joinedload(Course.org))
    return db.session.scalars(query.order_by(Course.id.desc())).all()


def assessments_in_sight(ids: Sequence[int]) -> Sequence[int]:
    """Which of these assessments are in sight."""
    return db.session.scalars(select(Assessment.id).where(Assessment.id.in_(ids))).all()


def usable_assessments(now: datetime) -> Sequence[Assessment]:
    """The assessments in sight that can still be sat."""
    query = select(Assessment).where(Assessment.closes_at > now)
    return db.session.scalars(query.order_by(Assessment.opens_at)).all()


def plan(cohort: Cohort) -> dict[str, Any]:
    """The plan of a cohort as its form shows it."""
    return {
        "unit": cohort.org_id,
        "title": cohort.title,
        "opens_on": cohort.opens_on,
        "closes_on": cohort.closes_on,
        "required_hours": cohort.required_hours,
        "courses": [part.course_id for part in cohort.courses],
        "assessments": [part.assessment_id for part in cohort.assessments],
    }


@dataclass(frozen=True)
class Choice:
    """A unit to choose; county: the one it lies in, where the list spans several."""

    id: int
    name: str
    county: str | None


def unit(org_id: int) -> OrgUnit:
    return find(OrgUnit, org_id)


def units_to_choose(paths: Sequence[str], chosen: int | None = None) -> list[Choice]:
    """The territory under these paths down to townships, and the chosen one if it lies there."""
    kinds = TOWNSHIP_LEVEL | {UnitKind.CITY, UnitKind.COUNTY}
    wanted = and_(OrgUnit.kind.in_(kinds), OrgUnit.closed_on.is_(None))
    query = select(OrgUnit.id, OrgUnit.name, OrgUnit.path, OrgUnit.kind).where(
        or_(*(under(path) for path in paths)),
        or_(wanted, OrgUnit.id == chosen, OrgUnit.path.in_(paths)),
    )
    rows = db.session.execute(query.order_by(OrgUnit.path)).all()
    counties = {row.id: row.name for row in rows if row.kind is UnitKind.COUNTY}
    return [Choice(row.id, row.name, _county(row.path, counties)) for row in rows]


def _county(path: str, counties: dict[int, str]) -> str | None:
    steps = (int(step) for step in path.strip("/").split("/"))
    return next((counties[step] for step in steps if step in counties), None)
