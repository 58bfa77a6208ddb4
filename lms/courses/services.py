"""Writing courses and lessons."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lms.audit.services import record
from lms.courses import queries
from lms.courses.files import PlannedCourse, PlannedLesson, read_courses
from lms.courses.models import Course, Lesson, LessonFile, LessonVersion
from lms.courses.rules import Content, LessonKind, refuse_ring
from lms.db import db
from lms.errors import Conflict


@dataclass(frozen=True)
class Plan:
    """What a lesson is called, how long it takes, what it gives, and when it can be begun."""

    title: str
    minutes: int
    hours: Decimal
    required: bool = True
    after_id: int | None = None
    hours_why: str | None = None


def add_course(
    org_id: int, title: str, summary: str, share: int, now: datetime, by: int | None
) -> Course:
    """A new course of a unit; its code is given here, nobody needs to think of one."""
    code = f"{org_id}-{now:%Y%m%d%H%M%S}"
    course = Course(
        org_id=org_id,
        code=code,
        title=title,
        summary=summary,
        share=share,
        made_at=now,
        made_by=by,
    )
    db.session.add(course)
    db.session.flush()
    record("add course", now, whom=course, org_id=org_id, title=title)
    return course


def change_course(course: Course, title: str, summary: str, share: int, now: datetime) -> None:
    """Rename a course, say anew what it is about, or how much of a video has to be watched."""
    course.title, course.summary, course.share = title, summary, share
    record("change course", now, whom=course, org_id=course.org_id, title=title, share=share)


def add_lesson(
    course: Course, plan: Plan, content: Content, now: datetime, by: int | None
) -> Lesson:
    """A new lesson at the end of a course, with its first version."""
    lesson = Lesson(
        course_id=course.id,
        number=queries.last_number(course.id) + 1,
        latest=1,
        **_face(plan),
        versions=[_version(1, plan, content, now, by)],
    )
    db.session.add(lesson)
    db.session.flush()
    facts: dict[str, Any] = {"title": plan.title, "hours": str(plan.hours), "kind": content.kind}
    facts |= {"why": plan.hours_why} if plan.hours_why else {}
    record("add lesson", now, whom=lesson, org_id=course.org_id, **facts)
    return lesson


def change_lesson(
    lesson: Lesson, plan: Plan, content: Content, now: datetime, by: int | None
) -> bool:
    """Write a lesson anew; whether that made a version. Who is under way keeps what was begun.

    Hours that were given for it before stay as they were given.
    """
    refuse_ring(lesson.id, plan.after_id, {one.id: one.after_id for one in lesson.course.lessons})
    was, before = str(lesson.hours), lesson.newest
    anew = (before.minutes, before.hours, queries.content(before)) != (
        plan.minutes,
        plan.hours,
        content,
    )
    if anew:
        lesson.latest += 1
        lesson.versions.append(_version(lesson.latest, plan, content, now, by))
    for name, value in _face(plan).items():
        setattr(lesson, name, value)
    facts: dict[str, Any] = {"was": was, "hours": str(plan.hours), "version": lesson.latest}
    facts |= {"why": plan.hours_why} if plan.hours_why else {}
    record("change lesson", now, whom=lesson, org_id=lesson.course.org_id, **facts)
    return anew


def _face(plan: Plan) -> dict[str, Any]:
    names = ("title", "minutes", "hours", "hours_why", "required", "after_id")
    return {name: getattr(plan, name) for name in names}


def _version(
    number: int, plan: Plan, content: Content, now: datetime, by: int | None
) -> LessonVersion:
    gate = content.gate
    return LessonVersion(
        number=number,
        kind=content.kind,
        text=content.text,
        minutes=plan.minutes,
        hours=plan.hours,
        seconds=content.seconds,
        address=content.address,
        gate_bank_id=gate.bank_id if gate else None,
        gate_topic=gate.topic if gate else None,
        gate_questions=gate.questions if gate else None,
        gate_share=gate.share if gate else None,
        made_at=now,
        made_by=by,
        files=[
            LessonFile(role=role, name=one.name, called=one.called, size=one.size)
            for role, one in content.files.items()
        ],
    )


def raise_lesson(lesson: Lesson, now: datetime) -> None:
    """Let a lesson change places with the one before it."""
    before = queries.lesson_beside(lesson, -1)
    if before is None:
        raise Conflict("这一课已经是第一课。")
    _change_places(lesson, before, now)


def lower_lesson(lesson: Lesson, now: datetime) -> None:
    """Let a lesson change places with the one behind it."""
    behind = queries.lesson_beside(lesson, 1)
    if behind is None:
        raise Conflict("这一课已经是最后一课。")
    _change_places(lesson, behind, now)


def _change_places(lesson: Lesson, other: Lesson, now: datetime) -> None:
    places = lesson.number, other.number
    lesson.number = -lesson.number  # the two numbers are unique, also for a moment
    db.session.flush()
    other.number = places[0]
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
            lessons=[_planned(one, now) for one in planned.lessons],
        )
        db.session.add(course)
        db.session.flush()
        record("load course", now, whom=course, org_id=org_id)
    return course


def _planned(one: PlannedLesson, now: datetime) -> Lesson:
    plan = Plan(one.title, one.minutes, one.hours)
    content = Content(LessonKind.TEXT, one.text, None, None, None, {})
    first = _version(1, plan, content, now, None)
    return Lesson(number=one.number, latest=1, **_face(plan), versions=[first])
