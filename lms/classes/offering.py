"""What the forms of a class offer to choose from. The scope is already on every query."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from lms.access.permissions import Role
from lms.classes.models import TrainingClass
from lms.classes.reading import Known
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting, RoleHeld
from lms.people.queries import holds, still_one
from lms.training.models import Cohort, Programme, Teacher
from lms.training.queries import usable_assessments, usable_courses


def offered(paths: Sequence[str], now: datetime, day: date) -> dict[str, Any]:
    """What a class is made from. paths: of the units for which it may be made."""
    cohorts = db.session.execute(select(Cohort.id, Cohort.programme_id, Cohort.title))
    return {
        "programmes": _named(select(Programme.id, Programme.title).order_by(Programme.id.desc())),
        "cohorts": {row.id: (row.programme_id, row.title) for row in cohorts},
        "areas": areas(paths),
        "managers": managers(day),
        "courses": {row.id: row.title for row in usable_courses()},
        "assessments": {row.id: row.title for row in usable_assessments(now)},
    }


def kept(found: TrainingClass, offer: dict[str, Any]) -> dict[str, Any]:
    """The same, with what a class has already, though it could not be chosen today."""
    managers = {found.person_id: found.manager.name} if found.manager else {}
    return offer | {
        "programmes": offer["programmes"] | {found.programme_id: found.programme.title},
        "managers": offer["managers"] | managers,
        "areas": offer["areas"]
        | ({found.for_org_id: found.for_org.name} if found.for_org_id and found.for_org else {}),
        "courses": offer["courses"] | {one.course_id: one.course.title for one in found.courses},
        "assessments": offer["assessments"]
        | {one.assessment_id: one.assessment.title for one in found.assessments},
    }


def _named(query) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def areas(paths: Sequence[str]) -> dict[int, str]:
    """The counties under these paths."""
    query = select(OrgUnit.id, OrgUnit.name).where(
        OrgUnit.kind == UnitKind.COUNTY, OrgUnit.closed_on.is_(None)
    )
    mine = or_(*(under(path) for path in paths))
    return _named(query.where(mine).order_by(OrgUnit.place, OrgUnit.path))


def managers(day: date) -> dict[int, str]:
    """Those who hold the role of a class manager today."""
    query = (
        select(Person.id, Person.name, OrgUnit.name.label("unit"))
        .join(RoleHeld, RoleHeld.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .where(RoleHeld.role == Role.CLASS_MANAGER, holds(RoleHeld, day), still_one())
        .order_by(OrgUnit.path, Person.id)
    )
    rows = db.session.execute(query, execution_options={"counted": RoleHeld})
    return {row.id: f"{row.name}（{row.unit}）" for row in rows}


def teachers() -> dict[int, str]:
    """The roster of teachers in sight: id → name."""
    query = select(Teacher.id, Teacher.name).where(Teacher.closed_at.is_(None))
    return _named(query.order_by(Teacher.name, Teacher.id))


def persons_meant(numbers: Sequence[str], names: Sequence[str], day: date) -> list[Known]:
    """Those in sight, posted today, who bear one of these numbers or names."""
    query = (
        select(Person, OrgUnit.name.label("unit"))
        .join(OrgUnit, OrgUnit.id == Person.org_id)
        .where(
            or_(
                Person.short_number.in_(numbers),
                Person.number.in_(numbers),
                Person.name.in_(names),
            ),
            Person.id.in_(select(Posting.person_id).where(holds(Posting, day))),
            still_one(),
        )
    )
    rows = db.session.execute(query, execution_options={"counted": Person}).all()
    return [
        Known(
            row.Person.id,
            row.Person.name,
            (row.Person.short_number, row.Person.number or ""),
            row.unit,
        )
        for row in rows
    ]


def homes(person_ids: Sequence[int]) -> dict[int, int]:
    """Person → the home unit of today."""
    query = select(Person.id, Person.org_id).where(Person.id.in_(person_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}
