"""Finding persons, what they are for which unit, and how far each may see."""

from datetime import date

from sqlalchemy import ColumnElement, Select, literal, or_, select

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
