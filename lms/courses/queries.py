"""Looking up courses and lessons. The scope is already on every query."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.courses.models import Course, Lesson
from lms.db import db, find


@dataclass(frozen=True)
class Shelved:
    """A course as the shelf shows it; its open lessons counted."""

    id: int
    title: str
    summary: str
    unit: str
    path: str
    lessons: int
    minutes: int
    hours: Decimal


def shelf() -> list[Shelved]:
    """The courses in sight, the newest first. One statement."""
    query = (
        select(Course, func.count(Lesson.id), func.sum(Lesson.minutes), func.sum(Lesson.hours))
        .outerjoin(Lesson, (Lesson.course_id == Course.id) & Lesson.closed_at.is_(None))
        .group_by(Course.id)
        .order_by(Course.id.desc())
        .options(joinedload(Course.org))
    )
    return [
        Shelved(
            row.id,
            row.title,
            row.summary,
            row.org.name,
            row.org.path,
            lessons,
            minutes or 0,
            Decimal(hours or 0),
        )
        for row, lessons, minutes, hours in db.session.execute(query)
    ]


def course(course_id: int) -> Course:
    return find(Course, course_id)


def lesson(lesson_id: int) -> Lesson:
    return find(Lesson, lesson_id)


def course_by_code(code: str) -> Course | None:
    """The course of a code, if in sight."""
    return db.session.scalar(select(Course).where(Course.code == code))


def last_number(course_id: int) -> int:
    """The number of the last lesson; 0 where there is none."""
    query = select(func.max(Lesson.number)).where(Lesson.course_id == course_id)
    return db.session.scalar(query) or 0


def lesson_before(lesson: Lesson) -> Lesson | None:
    """The lesson that stands right before this one in its course."""
    return db.session.scalar(
        select(Lesson)
        .where(Lesson.course_id == lesson.course_id, Lesson.number < lesson.number)
        .order_by(Lesson.number.desc())
        .limit(1)
    )
