"""培训班次一览表: the classes of a year, how many were in each, how many came, what they said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, cast, func, or_, select
from sqlalchemy.orm import joinedload

from lms.classes import evaluating
from lms.classes.evaluating import OVERALL, Opinion
from lms.classes.models import ClassMember, ClassSession, TrainingClass
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.reports import attending, queries
from lms.reports.days import over
from lms.reports.tables import Tree

OF_MEMBERS = {"counted": ClassMember}  # the scope stands on who was there


@dataclass(frozen=True)
class Held:
    """One class. hundredths: of hours of its timetable; planned and present: of its people.

    opinion: what was said of it as a whole; none: fewer than five have answered, or some still may.
    """

    one: TrainingClass
    persons: int
    hundredths: int
    planned: int
    present: int
    opinion: Opinion | None


@dataclass(frozen=True)
class ClassList:
    """The classes that had begun by a day, from the first of its year on."""

    root: OrgUnit
    as_of: date
    lines: list[Held]

    @property
    def opinion(self) -> Opinion | None:
        """What was said of all those of which it is shown."""
        return evaluating.summed([one.opinion for one in self.lines if one.opinion])


def class_list(root: OrgUnit, as_of: date) -> ClassList:
    """The classes that a unit or one below it organises, or that its people are in."""
    tree = queries.tree(as_of)
    inside = set(tree.inside(root.id))
    found = _classes(as_of)
    ids = [one.id for one in found]
    persons, came = _persons(as_of, inside, ids), _came(as_of, inside, ids)
    hours, said = _hours(ids), evaluating.opinions(ids, as_of)
    lines = [
        Held(
            one,
            persons.get(one.id, 0),
            hours.get(one.id, 0) or round(one.required_hours * 100),
            *came.get(one.id, (0, 0)),
            said.get(one.id, {}).get(OVERALL),
        )
        for one in found
        if one.org_id in inside or one.id in persons
    ]
    return ClassList(root, as_of, lines)


def _classes(as_of: date) -> Sequence[TrainingClass]:
    """Those in sight that were opened, in the order in which they were held."""
    query = (
        select(TrainingClass)
        .where(TrainingClass.from_on <= as_of, TrainingClass.to_on >= date(as_of.year, 1, 1))
        .where(TrainingClass.opened_at < over(as_of))
        .options(joinedload(TrainingClass.org))
    )
    return db.session.scalars(query.order_by(TrainingClass.from_on, TrainingClass.id)).all()


def _persons(as_of: date, inside: Collection[int], ids: Sequence[int]) -> dict[int, int]:
    """Class → how many of these units were in it at the day's end."""
    end = over(as_of)
    query = (
        select(ClassMember.class_id, ClassMember.org_id, func.count())
        .where(ClassMember.class_id.in_(ids), ClassMember.from_at < end)
        .where(or_(ClassMember.to_at.is_(None), ClassMember.to_at >= end))
        .group_by(ClassMember.class_id, ClassMember.org_id)
    )
    found: dict[int, int] = {}
    for class_id, unit, number in db.session.execute(query, execution_options=OF_MEMBERS):
        if unit in inside:
            found[class_id] = found.get(class_id, 0) + number
    return found


def _came(as_of: date, inside: Collection[int], ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Class → hundredths of hours at which its people should have been, and were."""
    marked = attending.marks(as_of, TrainingClass.id.in_(ids)).subquery()
    sums = (func.sum(marked.c.hundredths), func.sum(marked.c.hundredths * marked.c.came))
    query: Select = (
        select(ClassMember.class_id, ClassMember.org_id, *(cast(one, Integer) for one in sums))
        .join(marked, marked.c.member_id == ClassMember.id)
        .group_by(ClassMember.class_id, ClassMember.org_id)
    )
    found: dict[int, tuple[int, int]] = {}
    for class_id, unit, planned, present in db.session.execute(query, execution_options=OF_MEMBERS):
        if unit in inside:
            before = found.get(class_id, (0, 0))
            found[class_id] = before[0] + planned, before[1] + present
    return found


def _hours(ids: Sequence[int]) -> dict[int, int]:
    """Class → hundredths of hours of its timetable, without what was cancelled."""
    worth = cast(func.round(func.sum(ClassSession.hours) * 100), Integer)
    query = (
        select(ClassSession.class_id, worth)
        .where(ClassSession.class_id.in_(ids), ClassSession.cancelled_at.is_(None))
        .group_by(ClassSession.class_id)
    )
    rows = db.session.execute(query, execution_options={"counted": TrainingClass})
    return {row[0]: row[1] for row in rows}


# ── the names behind a class ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Member:
    """Somebody in a class, and hundredths of hours: of confirmed lessons, and of those attended."""

    name: str
    unit: str
    superior: str
    planned: int
    present: int


def members(one: TrainingClass, root: OrgUnit, as_of: date) -> list[Member]:
    """Those of a unit and below who were in a class at the day's end, in administrative order."""
    tree = queries.tree(as_of)
    order = {unit: place for place, unit in enumerate(tree.inside(root.id))}
    end = over(as_of)
    marked = attending.marks(as_of, TrainingClass.id == one.id).subquery()
    sums = (func.sum(marked.c.hundredths), func.sum(marked.c.hundredths * marked.c.came))
    query = (
        select(
            ClassMember.org_id,
            Person.pinyin,
            ClassMember.id,
            Person.name,
            *(cast(func.coalesce(total, 0), Integer) for total in sums),
        )
        .join(Person, Person.id == ClassMember.person_id)
        .outerjoin(marked, marked.c.member_id == ClassMember.id)
        .where(ClassMember.class_id == one.id, ClassMember.from_at < end)
        .where(or_(ClassMember.to_at.is_(None), ClassMember.to_at >= end))
        .group_by(ClassMember.org_id, Person.pinyin, ClassMember.id, Person.name)
    )
    rows = db.session.execute(query, execution_options=OF_MEMBERS).all()
    mine = sorted((row for row in rows if row[0] in order), key=lambda row: _by(row, order))
    return [Member(name, *_placed(tree, unit), *hours) for unit, _p, _id, name, *hours in mine]


def _by(row: Sequence[Any], order: Mapping[int, int]) -> tuple[int, str, int]:
    return order[row[0]], row[1], row[2]


def _placed(tree: Tree, unit: int) -> tuple[str, str]:
    """The unit as it was called then, and its superior."""
    above = tree.units[unit].parent_id
    return tree.name(unit), tree.name(above) if above in tree.units else ""
