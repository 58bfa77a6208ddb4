"""Looking up courses and lessons. The scope is already on every query."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.queries import usable
from lms.bank.rules import Pool
from lms.courses.models import Course, Lesson, LessonVersion
from lms.courses.rules import Content, Gate, Sent
from lms.db import db, find

PRACTISED = (Pool.PRACTICE, Pool.OPEN)


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


def lesson_beside(lesson: Lesson, step: int) -> Lesson | None:
    """The lesson that stands right before this one in its course (-1), or right behind it (1)."""
    query = select(Lesson).where(Lesson.course_id == lesson.course_id)
    if step < 0:
        query = query.where(Lesson.number < lesson.number).order_by(Lesson.number.desc())
    else:
        query = query.where(Lesson.number > lesson.number).order_by(Lesson.number)
    return db.session.scalar(query.limit(1))


def version(version_id: int) -> LessonVersion:
    return find(LessonVersion, version_id)


def content(version: LessonVersion) -> Content:
    """What a version teaches, as the rules take it."""
    gate = None
    if version.gate_bank_id is not None:
        asked, share = version.gate_questions or 1, version.gate_share or 0
        gate = Gate(version.gate_bank_id, version.gate_topic, asked, share)
    files = {one.role: Sent(one.name, one.called, one.size) for one in version.files}
    return Content(version.kind, version.text, version.seconds, version.address, gate, files)


def shows(name: str) -> bool:
    """Whether a picture stands in a lesson in sight."""
    query = select(LessonVersion.id).where(LessonVersion.text.contains(f"(pic:{name})"))
    return db.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Chapter:
    """Questions that may be asked at a gate: of a bank, or of one of its topics."""

    bank_id: int
    bank: str
    topic: str  # none: the whole bank
    count: int

    @property
    def label(self) -> str:
        place = f"{self.bank} › {self.topic}" if self.topic else self.bank
        return f"{place} ({self.count})"


def chapters(day: date) -> list[Chapter]:
    """What a gate can ask: the practice pools of the banks in sight, whole and by topic."""
    banks = select(Bank.id).where(Bank.retired_at.is_(None))
    by = (Question.bank_id, Bank.title, QuestionVersion.topic)
    query = (
        usable(list(db.session.scalars(banks)), PRACTISED, day)
        .join(Bank, Bank.id == Question.bank_id)
        .with_only_columns(*by, func.count(), maintain_column_froms=True)
        .group_by(*by)
        .order_by(None)
        .order_by(Bank.title, Question.bank_id, QuestionVersion.topic)
    )
    rows = db.session.execute(query, execution_options={"counted": Question}).all()
    found = []
    for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
        topics = [Chapter(*key, topic or "", count) for _, _, topic, count in group]
        found.append(Chapter(*key, "", sum(one.count for one in topics)))
        found += [one for one in topics if one.topic]
    return found
