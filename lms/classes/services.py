"""Opening, changing and copying classes; their timetable."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from lms.audit.services import record
from lms.classes import angles, queries
from lms.classes.evaluating import QUESTIONS, SCORES, refuse_again
from lms.classes.models import (
    ClassAssessment,
    ClassCourse,
    ClassSession,
    EvaluationCount,
    TrainingClass,
)
from lms.classes.reading import Fault
from lms.classes.rules import (
    Lesson,
    Plan,
    Purpose,
    moved_by,
    refuse_closed,
    refuse_lesson,
    refuse_plan,
)
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid


def make_class(
    org_id: int,
    plan: Plan,
    now: datetime,
    by: int | None,
    course_ids: Iterable[int] = (),
    assessments: Mapping[int, Purpose] | None = None,
) -> TrainingClass:
    """A class of a unit as a draft: its members are told when it is opened."""
    refuse_plan(plan)
    made = TrainingClass(org_id=org_id, **asdict(plan), made_at=now, made_by=by)
    db.session.add(made)
    db.session.flush()
    set_parts(made, list(course_ids), assessments or {})
    record("make class", now, whom=made, org_id=org_id, **_facts(plan))
    return made


def change_class(
    found: TrainingClass,
    plan: Plan,
    now: datetime,
    course_ids: Iterable[int] = (),
    assessments: Mapping[int, Purpose] | None = None,
) -> None:
    """Change the plan of a class that has not ended."""
    refuse_closed(found.closed_at is not None)
    refuse_plan(plan)
    _refuse_less_than_there_is(found, plan)
    refuse_again(found, plan.to_on, day_of(now))
    was = _facts(plan_of(found))
    for name, value in asdict(plan).items():
        setattr(found, name, value)
    set_parts(found, list(course_ids), assessments or {})
    record("change class", now, whom=found, org_id=found.org_id, was=was, **_facts(plan))


def _refuse_less_than_there_is(found: TrainingClass, plan: Plan) -> None:
    """The new plan holds everybody and every lesson there is."""
    there = queries.persons_by_class([found.id]).get(found.id, 0)
    if plan.capacity < there:
        raise Invalid("班上已有 {there} 人，容量不能少于这个数。", there=there)
    for lesson in map(lesson_of, queries.lessons_of(found)):
        refuse_lesson(lesson, plan.from_on, plan.to_on)


def plan_of(found: TrainingClass) -> Plan:
    """What is said of a class, as a value."""
    return Plan(**{name: getattr(found, name) for name in Plan.__dataclass_fields__})


def _facts(plan: Plan) -> dict[str, Any]:
    plain = (int, bool, type(None))
    return {
        name: value if isinstance(value, plain) else str(value)
        for name, value in asdict(plan).items()
    }


def set_parts(
    found: TrainingClass, course_ids: list[int], assessments: Mapping[int, Purpose]
) -> None:
    """The courses and assessments of a class are these, and no others."""
    kept = {part.course_id: part for part in found.courses}
    for gone in set(kept) - set(course_ids):
        db.session.delete(kept[gone])
    for number, course_id in enumerate(course_ids, start=1):
        part = kept.get(course_id) or ClassCourse(class_id=found.id, course_id=course_id)
        part.number = number
        db.session.add(part)
    held = {part.assessment_id: part for part in found.assessments}
    for gone in set(held) - set(assessments):
        db.session.delete(held[gone])
    for assessment_id, purpose in assessments.items():
        one = held.get(assessment_id)
        one = one or ClassAssessment(class_id=found.id, assessment_id=assessment_id)
        one.purpose = purpose
        db.session.add(one)
    db.session.flush()
    db.session.expire(found, ["courses", "assessments"])


def open_class(found: TrainingClass, now: datetime, by: int) -> None:
    """The class is on: its members see it, and the 教学评价 waits for its end."""
    refuse_closed(found.closed_at is not None)
    if found.opened_at is not None:
        raise Conflict("这个班已经开班，请刷新页面。")
    if not queries.lessons_of(found):
        raise Conflict("课程表还是空的，请先排课再开班。")
    found.opened_at, found.opened_by = now, by
    for question in QUESTIONS:
        for score in SCORES:
            db.session.add(
                EvaluationCount(class_id=found.id, question=question, score=score, answers=0)
            )
    angles.prepare(found)
    record("open class", now, whom=found, org_id=found.org_id, title=found.title)


def copy_class(
    found: TrainingClass, org_id: int, title: str, from_on: date, now: datetime, by: int
) -> TrainingClass:
    """The same class again from another day: its plan, timetable and courses, and nobody in it.

    Its assessments were those of that year, its cohort too; both are chosen anew.
    """
    days = from_on - found.from_on
    plan = replace(
        plan_of(found),
        title=title,
        cohort_id=None,
        from_on=from_on,
        to_on=found.to_on + days,
    )
    made = make_class(org_id, plan, now, by, [part.course_id for part in found.courses])
    for lesson in moved_by(days, map(lesson_of, queries.lessons_of(found))):
        db.session.add(ClassSession(class_id=made.id, **asdict(lesson)))
    db.session.flush()
    record("copy class", now, whom=made, org_id=org_id, copied=found.id)
    return made


# ── the timetable ───────────────────────────────────────────────────────────────────────────────


def lesson_of(session: ClassSession) -> Lesson:
    """A row of the timetable as a value."""
    return Lesson(**{name: getattr(session, name) for name in Lesson.__dataclass_fields__})


def fitting(
    found: TrainingClass, lessons: Iterable[tuple[int, Lesson]]
) -> tuple[list[Lesson], list[Fault]]:
    """Of rows that were read those that the class can take, and what is wrong with the others."""
    good, faults = [], []
    for row, lesson in lessons:
        try:
            refuse_lesson(lesson, found.from_on, found.to_on)
            good.append(lesson)
        except Invalid as why:
            faults.append(Fault(row, why))
    return good, faults


def add_lesson(found: TrainingClass, lesson: Lesson, now: datetime) -> ClassSession:
    """One more row of the timetable."""
    refuse_closed(found.closed_at is not None)
    refuse_lesson(lesson, found.from_on, found.to_on)
    made = ClassSession(class_id=found.id, **asdict(lesson))
    db.session.add(made)
    db.session.flush()
    angles.prepare(found)
    _note("add class session", made, found, now)
    return made


def change_lesson(session: ClassSession, lesson: Lesson, now: datetime) -> None:
    """Another time, teacher or subject; once its list is confirmed it is as it was held."""
    found = _changeable(session)
    refuse_lesson(lesson, found.from_on, found.to_on)
    for name, value in asdict(lesson).items():
        setattr(session, name, value)
    angles.prepare(found)
    _note("change class session", session, found, now)


def cancel_lesson(session: ClassSession, now: datetime) -> None:
    """A lesson that is not held. The row stays."""
    found = _changeable(session)
    session.cancelled_at = now
    _note("cancel class session", session, found, now)


def _changeable(session: ClassSession) -> TrainingClass:
    refuse_closed(session.whole_class.closed_at is not None)
    if session.cancelled_at is not None:
        raise Conflict("这节课已经取消，请刷新页面。")
    if queries.is_confirmed(session.id):
        raise Conflict("这节课的考勤已经确认，不能再改课程表。")
    return session.whole_class


def _note(act: str, session: ClassSession, found: TrainingClass, now: datetime) -> None:
    facts: dict[str, Any] = {"subject": session.subject, "starts_at": session.starts_at.isoformat()}
    record(act, now, whom=session, org_id=found.org_id, training_class=found.id, **facts)
