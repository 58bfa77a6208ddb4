"""Finding persons, what they are for which unit, and how far each may see."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, false, literal, or_, select

from lms.access.permissions import Role
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
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
    """Persons posted in each unit or below it on a day, everyone once a unit. Two statements.

    The counting is done here: a join of every unit with all below it takes seconds for a city.
    """
    query = (
        select(Posting.person_id, OrgUnit.path)
        .select_from(Posting)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(or_(false(), *(under(path) for path in _tops(org_ids))), holds(Posting, day))
    )
    found: dict[int, set[int]] = {org_id: set() for org_id in org_ids}
    steps: dict[str, list[set[int]]] = {}
    for person_id, path in db.session.execute(query):
        if path not in steps:
            above = (int(step) for step in path.strip("/").split("/"))
            steps[path] = [found[org_id] for org_id in above if org_id in found]
        for persons in steps[path]:
            persons.add(person_id)
    return {org_id: len(persons) for org_id, persons in found.items()}


def _tops(org_ids: Collection[int]) -> list[str]:
    """The paths of those units that lie under no other of them."""
    paths = select(OrgUnit.path).where(OrgUnit.id.in_(org_ids)).order_by(OrgUnit.path)
    tops: list[str] = []
    for path in db.session.scalars(paths):
        if not (tops and path.startswith(tops[-1])):
            tops.append(path)
    return tops
