"""Finding persons, what they are for which unit, and how far each may see."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import aliased

from lms.access.permissions import Role
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.people.models import Person, Posting, RoleHeld
from lms.people.rules import Assignment


def holds(table: type[Posting] | type[RoleHeld], day: date) -> ColumnElement[bool]:
    """Whether a posting or a role is in force on a day."""
    return (table.from_on <= day) & or_(table.to_on.is_(None), table.to_on > day)


def assignments(person_id: int, day: date) -> tuple[Assignment, ...]:
    """The roles a person holds today, postings as cadre among them. One statement."""
    roles = (
        select(RoleHeld.role, OrgUnit.id, OrgUnit.path, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .where(RoleHeld.person_id == person_id, holds(RoleHeld, day))
    )
    posts = (
        select(literal(Role.CADRE.value), OrgUnit.id, OrgUnit.path, OrgUnit.name)
        .select_from(Posting)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(Posting.person_id == person_id, holds(Posting, day))
    )
    rows = db.session.execute(roles.union(posts)).all()
    return tuple(Assignment(Role(role), *rest) for role, *rest in rows)


def posted_in(units: Select, day: date) -> Select:
    """Ids of the persons posted today in these units."""
    return select(Posting.person_id).where(Posting.org_id.in_(units), holds(Posting, day))


def person(person_id: int) -> Person | None:
    """The person, if in scope."""
    return db.session.scalar(select(Person).where(Person.id == person_id))


def headcounts(org_ids: Collection[int], day: date) -> dict[int, int]:
    """Persons posted in each unit or below it on a day, everyone once a unit; one statement."""
    above = aliased(OrgUnit)
    end = func.substr(above.path, 1, func.length(above.path) - 1) + "0"  # as in orgs `under`
    query = (
        select(above.id, func.count(Posting.person_id.distinct()))
        .select_from(above)
        .join(OrgUnit, (OrgUnit.path >= above.path) & (OrgUnit.path < end))
        .join(Posting, Posting.org_id == OrgUnit.id)
        .where(above.id.in_(org_ids), holds(Posting, day))
        .group_by(above.id)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {org_id: found.get(org_id, 0) for org_id in org_ids}
