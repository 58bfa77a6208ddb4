"""Writing courses and lessons."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from lms.audit.services import record
from lms.courses import queries
from lms.courses.files import PlannedCourse, read_courses
from lms.courses.models import Course, Lesson
from lms.db import db
from lms.errors import Conflict


def add_course(org_id: int, title: str, summary: str, now: datetime, by: int | None) -> Course:
    """A new course of a unit; its code is given here, nobody needs to think of one."""
    code = f"{org_id}-{now:%Y%m%d%H%M%S}"
    course = Course(org_id=org_id, code=code, title=title, summary=summary, made_at=now, made_by=by)
    db.session.add(course)
    db.session.flush()
    record("add course", now, whom=course, org_id=org_id, title=title)
    return course


def change_course(course: Course, title: str, summary: str, now: datetime) -> None:
    """Rename a course, or say anew what it is about."""
    course.title, course.summary = title, summary
    record("change course", now, whom=course, org_id=course.org_id, title=title)


def add_lesson(
    course: Course, title: str, text: str, minutes: int, hours: Decimal, now: datetime
) -> Lesson:
    """A new lesson at the end of a course."""
    number = queries.last_number(course.id) + 1
    lesson = Lesson(
        course_id=course.id, number=number, title=title, text=text, minutes=minutes, hours=hours
    )
    db.session.add(lesson)
    db.session.flush()
    record("add lesson", now, whom=lesson, org_id=course.org_id, title=title, hours=str(hours))
    return lesson


def change_lesson(
    lesson: Lesson, title: str, text: str, minutes: int, hours: Decimal, now: datetime
) -> None:
    """Write a lesson anew. Hours that were given for it before stay as they were given."""
    was = str(lesson.hours)
    lesson.title, lesson.text, lesson.minutes, lesson.hours = title, text, minutes, hours
    record(
        "change lesson", now, whom=lesson, org_id=lesson.course.org_id, was=was, hours=str(hours)
    )


def raise_lesson(lesson: Lesson, now: datetime) -> None:
    """Let a lesson change places with the one before it."""
    before = queries.lesson_before(lesson)
    if before is None:
        raise Conflict("这一课已经是第一课。")
    places = lesson.number, before.number
    lesson.number = -lesson.number  # the two numbers are unique, also for a moment
    db.session.flush()
    before.number = places[0]
    db.session.flush()
    lesson.number = places[1]
    record("move lesson", now, whom=lesson, org_id=lesson.course.org_id, number=places[1])


def close_lesson(lesson: Lesson, now: datetime) -> None:
    """Ask nobody to read it any more. Hours given for it stay."""
    lesson.closed_at = lesson.closed_at or now
    record("close lesson", now, whom=lesson, org_id=lesson.course.org_id)


def reopen_lesson(lesson: Lesson, now: datetime) -> None:
    """Ask for it again."""
    lesson.closed_at = None
    record("reopen lesson", now, whom=lesson, org_id=lesson.course.org_id)


def load_courses(folder: Path, org_id: int, now: datetime) -> list[Course]:
    """The courses of a folder of Markdown files, in a unit. What is there already stays."""
    texts = {file.name: file.read_text("utf-8") for file in folder.glob("*.md")}
    return [_loaded(planned, org_id, now) for planned in read_courses(texts)]


def _loaded(planned: PlannedCourse, org_id: int, now: datetime) -> Course:
    course = queries.course_by_code(planned.code)
    if course is None:
        course = Course(
            org_id=org_id,
            code=planned.code,
            title=planned.title,
            summary=planned.summary,
            made_at=now,
            lessons=[
                Lesson(
                    number=one.number,
                    title=one.title,
                    text=one.text,
                    minutes=one.minutes,
                    hours=one.hours,
                )
                for one in planned.lessons
            ],
        )
        db.session.add(course)
        db.session.flush()
        record("load course", now, whom=course, org_id=org_id)
    return course
