"""The roster of teachers (师资库) of a unit: persons of the city, and guests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.db import db, find
from lms.errors import Conflict, Invalid
from lms.people.models import Person
from lms.people.queries import still_one
from lms.training.models import Teacher


@dataclass(frozen=True)
class Known:
    """What is kept of a teacher. number: of the roster, where it is a person of the city."""

    name: str
    unit: str
    title: str
    subjects: tuple[str, ...]
    number: str = ""


def teachers(subject: str = "", closed: bool = False) -> Sequence[Teacher]:
    """The teachers in sight, by unit and name; of one subject where it is named."""
    query = select(Teacher).options(joinedload(Teacher.org))
    query = query.where(Teacher.closed_at.is_not(None) if closed else Teacher.closed_at.is_(None))
    found = db.session.scalars(query.order_by(Teacher.org_id, Teacher.name, Teacher.id)).all()
    return [one for one in found if not subject or subject in one.subjects]


def subjects() -> list[str]:
    """What the teachers in sight teach, in order."""
    return sorted({word for one in teachers() for word in one.subjects})


def teacher(teacher_id: int) -> Teacher:
    return find(Teacher, teacher_id)


def add_teacher(org_id: int, known: Known, now: datetime, by: int) -> Teacher:
    """Somebody who may be asked to teach. Nobody twice in a unit by the same name and place."""
    same = select(Teacher.id).where(
        Teacher.org_id == org_id,
        Teacher.name == known.name,
        Teacher.unit == known.unit,
        Teacher.closed_at.is_(None),
    )
    if db.session.scalar(same) is not None:
        raise Conflict("师资库里已有“{name}”（{unit}）。", name=known.name, unit=known.unit)
    made = Teacher(org_id=org_id, made_at=now, made_by=by)
    _fill(made, known)
    db.session.add(made)
    db.session.flush()
    record("keep teacher", now, whom=made, org_id=org_id, subjects=made.subjects)
    return made


def change_teacher(made: Teacher, known: Known, now: datetime) -> None:
    """What is known of a teacher is put right."""
    _fill(made, known)
    db.session.flush()
    record("keep teacher", now, whom=made, org_id=made.org_id, subjects=made.subjects)


def close_teacher(made: Teacher, now: datetime) -> None:
    """Nobody is asked any more; classes that were taught keep the name."""
    if made.closed_at is not None:
        raise Conflict("此人已不在师资库里，请刷新页面。")
    made.closed_at = now
    db.session.flush()
    record("end teacher", now, whom=made, org_id=made.org_id)


def _fill(made: Teacher, known: Known) -> None:
    if not known.subjects:
        raise Invalid("请至少填写一个能讲的课题。")
    made.person_id = _person(known) if known.number else None
    made.name, made.unit, made.title = known.name, known.unit, known.title
    made.subjects = list(dict.fromkeys(known.subjects))


def _person(known: Known) -> int:
    """The person of a number; the name must agree, for a wrong number names somebody else."""
    number = known.number
    query = select(Person).where(
        or_(Person.number == number, Person.short_number == number), still_one()
    )
    found = db.session.scalar(query)
    if found is None or found.name != known.name:
        raise Invalid("没有编号是“{number}”、姓名相同的人，请核对编号或留空。", number=number)
    return found.id
