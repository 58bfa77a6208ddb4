"""Looking up splits and who is in which class. The scope is already on every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from lms.callups.models import ClassSplit
from lms.callups.rules import Out, Planned
from lms.classes.models import ClassMember, TrainingClass
from lms.db import db, find
from lms.orgs.models import OrgUnit
from lms.people.models import Person, Posting
from lms.people.queries import holds, lines
from lms.people.rules import Post
from lms.training.models import Enrolment

OF_THE_LIST = {"counted": Enrolment}


def class_split(split_id: int) -> ClassSplit:
    return find(ClassSplit, split_id)


def splits(cohort_id: int) -> Sequence[ClassSplit]:
    """The splits of a list, the latest first."""
    query = select(ClassSplit).where(ClassSplit.cohort_id == cohort_id)
    return db.session.scalars(
        query.options(joinedload(ClassSplit.org)).order_by(ClassSplit.id.desc())
    ).all()


def planned_of(found: ClassSplit) -> list[Planned]:
    """The classes of a plan."""
    days = ("first_on", "last_on")
    return [
        Planned(**one | {name: date.fromisoformat(one[name]) for name in days})
        for one in found.plan["classes"]
    ]


def first_to_confirm(split_id: int, now: datetime) -> bool:
    """Whether this request is the one that confirms: the row count decides."""
    first = update(ClassSplit).where(ClassSplit.id == split_id, ClassSplit.confirmed_at.is_(None))
    return db.session.execute(first.values(confirmed_at=now)).rowcount == 1  # type: ignore[attr-defined]


def persons_of(enrolment_ids: Collection[int]) -> set[int]:
    query = select(Enrolment.person_id).where(Enrolment.id.in_(enrolment_ids))
    return set(db.session.scalars(query, execution_options=OF_THE_LIST))


def units_on_list(cohort_id: int, persons: Collection[int]) -> dict[int, int]:
    """Person → the unit under which they stand on a list now."""
    query = select(Enrolment.person_id, Enrolment.org_id).where(
        Enrolment.cohort_id == cohort_id,
        Enrolment.to_on.is_(None),
        Enrolment.person_id.in_(persons),
    )
    return {row[0]: row[1] for row in db.session.execute(query, execution_options=OF_THE_LIST)}


def in_a_class(cohort_id: int, persons: Collection[int]) -> set[int]:
    """Who of these is in a class of a cohort already."""
    query = (
        select(ClassMember.person_id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(TrainingClass.cohort_id == cohort_id, ClassMember.to_at.is_(None))
        .where(ClassMember.person_id.in_(persons))
    )
    return set(db.session.scalars(query, execution_options={"counted": ClassMember}))


# ── what was found, as a page shows it ──────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Filled:
    """A class of a plan, how many go into it, and from how many townships."""

    planned: Planned
    area: str
    seated: int
    class_id: int | None


def filled(found: ClassSplit) -> list[Filled]:
    """The classes of a plan in the order of their units, then of their days."""
    seats = (found.found or {}).get("seats", {})
    made = (found.made or {}).get("classes", {})
    classes = planned_of(found)
    names = unit_names({one.area for one in classes})
    return [
        Filled(one, names[one.area], len(seats.get(str(one.number), ())), made.get(str(one.number)))
        for one in classes
    ]


def unit_names(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Name:
    """A person on a page of a split."""

    id: int
    name: str
    unit: str
    posts: tuple[Post, ...]
    why: Out | None = None
    other: str = ""
    fact: str = ""


def names(rows: Sequence[tuple[int, Any, Any]], day: date) -> list[Name]:
    """Persons with unit and posts, in administrative order. rows: person, why, other or fact."""
    ids = {row[0] for row in rows}
    others = {row[2] for row in rows if isinstance(row[2], int)}
    known = _persons(ids | others)
    units = lines([unit for _, unit in known.values()])
    posts = _posts(ids, day)
    found = []
    for person_id, why, more in rows:
        if person_id in known:
            name, unit = known[person_id]
            other = known[more][0] if isinstance(more, int) and more in known else ""
            fact = more if isinstance(more, str) else ""
            held = tuple(posts.get(person_id, ()))
            found.append((unit.path, Name(person_id, name, units[unit.id], held, why, other, fact)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].id))]


def _persons(ids: Collection[int]) -> dict[int, tuple[str, OrgUnit]]:
    query = select(Person.id, Person.name, OrgUnit).join(OrgUnit, OrgUnit.id == Person.org_id)
    rows = db.session.execute(query.where(Person.id.in_(ids)))
    return {row[0]: (row[1], row[2]) for row in rows}


def _posts(ids: Collection[int], day: date) -> dict[int, list[Post]]:
    query = select(Posting.person_id, Posting.post).where(
        Posting.person_id.in_(ids), holds(Posting, day)
    )
    found: dict[int, list[Post]] = {}
    for person_id, post in db.session.execute(query.order_by(Posting.id)):
        held = found.setdefault(person_id, [])
        held += [post] if post not in held else []
    return found


# ── who still has no class ──────────────────────────────────────────────────────────────────────


def without_class(cohort_id: int) -> int:
    """How many of a list are in none of its classes."""
    inside = (
        select(ClassMember.person_id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(TrainingClass.cohort_id == cohort_id, ClassMember.to_at.is_(None))
    )
    query = select(func.count(Enrolment.id)).where(
        Enrolment.cohort_id == cohort_id,
        Enrolment.to_on.is_(None),
        Enrolment.person_id.not_in(inside),
    )
    return db.session.scalar(query, execution_options=OF_THE_LIST) or 0


PAGE = 100


@dataclass(frozen=True)
class Without:
    """A page of those of a list who have no class."""

    rows: Sequence[Name]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def persons_without(cohort_id: int, page: int, day: date) -> Without:
    """Who of a list is in none of its classes, by unit."""
    inside = (
        select(ClassMember.person_id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(TrainingClass.cohort_id == cohort_id, ClassMember.to_at.is_(None))
    )
    query = (
        select(Enrolment.person_id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_(None))
        .where(Enrolment.person_id.not_in(inside))
        .order_by(OrgUnit.path, Enrolment.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    ids = db.session.scalars(query, execution_options=OF_THE_LIST).all()
    rows = names([(one, None, None) for one in ids], day)
    return Without(rows, (page - 1) * PAGE + 1, without_class(cohort_id))
