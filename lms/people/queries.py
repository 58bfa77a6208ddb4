"""Finding persons, what they are for which unit, and how far each may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from lms.access.permissions import ADMINISTRATORS, Role
from lms.access.scope import seeing_everything
from lms.db import among, db
from lms.errors import NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.queries import lineages
from lms.people.models import Person, Posting, RoleHeld
from lms.people.numbers import phone_digest
from lms.people.rules import Assignment


@contextmanager
def whole_city() -> Iterator[None]:
    """Look past one's scope: for who-is-it questions that give back ids and masked facts alone.

    What waits to be written is checked under its own scope first.
    """
    db.session.flush()
    with seeing_everything():
        yield


def names(person_ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, of whom the reader meets through what they did: an upload, a question."""
    with whole_city():
        wanted = {one for one in person_ids if one}
        rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
        return {row[0]: row[1] for row in rows}


def holds(
    table: type[Posting] | type[RoleHeld], day: date | BindParameter[date]
) -> ColumnElement[bool]:
    """Whether a posting or a role is in force on a day."""
    return (table.from_on <= day) & or_(table.to_on.is_(None), table.to_on > day)


def goes_on(table: type[Posting] | type[RoleHeld], day: date) -> ColumnElement[bool]:
    """Whether a posting or a role is in force on a day, or begins later."""
    return or_(table.to_on.is_(None), table.to_on > day)


def still_one() -> ColumnElement[bool]:
    """Leaves out records that have been merged into another. For lists and counts of persons."""
    return Person.merged_into_id.is_(None)


# Asked with every page, so the statement is built once.
WHO, DAY = bindparam("who", type_=Integer), bindparam("day", type_=Date)
PLACE = (OrgUnit.id, OrgUnit.path, OrgUnit.name)
ROLES = (
    select(RoleHeld.role, *PLACE)
    .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
    .where(holds(RoleHeld, DAY))
)
POSTS = (
    select(literal(Role.CADRE.value), *PLACE)
    .select_from(Posting)
    .join(OrgUnit, OrgUnit.id == Posting.org_id)
    .where(holds(Posting, DAY))
)
HELD = ROLES.where(RoleHeld.person_id == WHO).union(POSTS.where(Posting.person_id == WHO))


def assignments(person_id: int, day: date) -> tuple[Assignment, ...]:
    """The roles a person holds today, postings as cadre among them. One statement.

    An administrator holds no business right: a posting makes no cadre of one.
    """
    return held_in(db.session.execute(HELD, {"who": person_id, "day": day}))


def held_in(rows: Iterable[Any]) -> tuple[Assignment, ...]:
    """The assignments in rows of ROLES and POSTS."""
    held = tuple(Assignment(Role(row[0]), row[1], row[2], row[3]) for row in rows)
    if any(one.role in ADMINISTRATORS for one in held):
        return tuple(one for one in held if one.role is not Role.CADRE)
    return held


@lru_cache(512)
def posted_in(units: Select, day: date) -> Select:
    """Ids of the persons posted today in these units."""
    return select(Posting.person_id).where(Posting.org_id.in_(units), holds(Posting, day))


def person(person_id: int) -> Person | None:
    """The person, if in scope."""
    return db.session.scalar(select(Person).where(Person.id == person_id))


def one(person_id: int) -> Person:
    """The person with the home unit, if in scope and not merged. Raises NotFound."""
    query = select(Person).where(Person.id == person_id, still_one())
    found = db.session.scalar(query.options(joinedload(Person.org)))
    if found is None:
        raise NotFound("没有找到此人，或不在您的权限范围内。")
    return found


def sign_in_number(person_id: int) -> str:
    """With which number somebody in sight signs in."""
    number = select(Person.short_number).where(Person.id == person_id)
    return db.session.scalar(number) or ""


def standing_for(person_id: int) -> int:
    """The record that a record was merged into; itself where it was not."""
    with whole_city():
        merged = select(Person.merged_into_id).where(Person.id == person_id)
        return db.session.scalar(merged) or person_id


def seen(person_ids: Iterable[int]) -> set[int]:
    """Those of the persons whom this request sees."""
    query = select(Person.id).where(among(Person.id, person_ids))
    return set(db.session.scalars(query, execution_options={"by_key": True}))


def posting(posting_id: int) -> Posting:
    """The posting with its person and unit, if in scope. Raises NotFound."""
    query = select(Posting).where(Posting.id == posting_id)
    found = db.session.scalar(
        query.options(joinedload(Posting.person), joinedload(Posting.org)),
    )
    if found is None:
        raise NotFound("没有找到这项任职，或不在您的权限范围内。")
    return found


def postings(person_id: int) -> list[Posting]:
    """What a person has been and is, the latest first."""
    query = (
        select(Posting)
        .where(Posting.person_id == person_id)
        .order_by(Posting.from_on.desc(), Posting.id.desc())
        .options(joinedload(Posting.org))
    )
    return list(db.session.scalars(query))


def going_on(person_id: int, day: date) -> list[Posting]:
    """The postings of a person that are in force on a day, or begin later."""
    query = select(Posting).where(Posting.person_id == person_id, goes_on(Posting, day))
    return list(db.session.scalars(query.order_by(Posting.from_on, Posting.id)))


def places(person_ids: Collection[int], day: date) -> dict[int, list[Posting]]:
    """By person: the postings in force on a day, the unit of each loaded. One statement."""
    query = (
        select(Posting)
        .where(Posting.person_id.in_(person_ids), holds(Posting, day))
        .order_by(Posting.from_on, Posting.id)
        .options(joinedload(Posting.org))
    )
    found: dict[int, list[Posting]] = defaultdict(list)
    for held in db.session.scalars(query):
        found[held.person_id].append(held)
    return dict(found)


def lines(units: Iterable[OrgUnit]) -> dict[int, str]:
    """By unit: its name after those of its superiors below the city: 垣曲县 历山镇 上王村."""
    wanted = {unit.id: unit.path.strip("/").split("/") for unit in units}
    paths = ("/".join(steps) for steps in wanted.values())
    query = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(lineages(paths)))
    names = {str(unit_id): name for unit_id, name in db.session.execute(query)}
    return {
        unit_id: " ".join(names[step] for step in (steps[1:] or steps))
        for unit_id, steps in wanted.items()
    }


def roles_of(person_id: int, day: date) -> list[RoleHeld]:
    """The roles of a person that are in force on a day, or begin later."""
    query = select(RoleHeld).where(RoleHeld.person_id == person_id, goes_on(RoleHeld, day))
    return list(
        db.session.scalars(query.options(joinedload(RoleHeld.org)).order_by(RoleHeld.from_on))
    )


def has_any_place(person_id: int, day: date) -> bool:
    """Whether a person has a posting or a role on a day or later; without, the account ends."""
    return bool(has_places([person_id], day))


def has_places(person_ids: Collection[int], day: date) -> set[int]:
    """Those of the persons who have a posting or a role on a day or later. One statement."""
    parts = [
        select(table.person_id).where(table.person_id.in_(person_ids), goes_on(table, day))
        for table in (Posting, RoleHeld)
    ]
    return set(db.session.scalars(parts[0].union(parts[1])))


def by_sign_in_name(text: str, secret: str) -> list[Person]:
    """Who may have typed this to sign in: by phone, or by short number. secret: key "digest".

    Several share a phone. There is no scope yet: call it inside `seeing_everything`.
    """
    name = "".join(text.split())
    same = or_(Person.short_number == name, Person.phone_digest == phone_digest(name, secret))
    return list(db.session.scalars(select(Person).where(same, still_one()).order_by(Person.id)))


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
