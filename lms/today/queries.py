"""What waits for a person, in four statements; and what waits on the desks."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, and_, bindparam, select
from sqlalchemy.orm import joinedload

from lms.access import own
from lms.clock import day_of
from lms.courses.models import Course, Lesson
from lms.db import db, find
from lms.exams.sits import all_for
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry
from lms.ledger.rules import in_hours
from lms.people.rules import in_force
from lms.today.rules import Asked, Step, Task, tasks
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    Programme,
)

# What hangs on a person's own enrolment is seen with it, also after a transfer.
OF_MY_LIST = {"counted": Enrolment}
# This page is opened more often than any other: its statements are built once.
ME = bindparam("me", type_=Integer)
LISTS = (
    select(
        Enrolment.cohort_id,
        Enrolment.from_on,
        Enrolment.to_on,
        Cohort.title,
        Programme.title.label("programme"),
        Cohort.opens_on,
        Cohort.closes_on,
        Cohort.required_hours,
        CohortAssessment.assessment_id,
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Programme, Programme.id == Cohort.programme_id)
    .outerjoin(CohortAssessment, CohortAssessment.cohort_id == Enrolment.cohort_id)
    .where(Enrolment.person_id == ME)
    .order_by(Enrolment.id, CohortAssessment.id)
)
STEPS = (
    select(
        CohortCourse.cohort_id,
        Lesson.id,
        Lesson.course_id,
        Lesson.title,
        Lesson.minutes,
        LessonRead.id.is_not(None).label("is_read"),
    )
    .join(Enrolment, Enrolment.cohort_id == CohortCourse.cohort_id)
    .join(Lesson, Lesson.course_id == CohortCourse.course_id)
    .outerjoin(LessonRead, and_(LessonRead.lesson_id == Lesson.id, LessonRead.person_id == ME))
    .where(Enrolment.person_id == ME, Enrolment.to_on.is_(None), Lesson.closed_at.is_(None))
    .order_by(CohortCourse.cohort_id, CohortCourse.place, Lesson.number)
)
HOURS = (
    select(HourEntry.cohort_id, CohortCourse.cohort_id, HourEntry.hundredths)
    .outerjoin(Lesson, and_(Lesson.id == HourEntry.lesson_id, HourEntry.cohort_id.is_(None)))
    .outerjoin(CohortCourse, CohortCourse.course_id == Lesson.course_id)
    .where(HourEntry.person_id == ME)
)


def tasks_of(person_id: int, now: datetime) -> list[Task]:
    """What this person has to do and has done, the next thing first."""
    mine = {"me": person_id}
    lists = own.execute(LISTS, person_id, mine, Enrolment).all()
    steps = own.execute(STEPS, person_id, mine, Enrolment)
    return tasks(
        asked=_asked(lists, _hours(person_id), day_of(now)),
        steps=[
            (row.cohort_id, Step(row.id, row.course_id, row.title, row.minutes, row.is_read))
            for row in steps
        ],
        asked_to_sit=[
            (row.cohort_id, row.assessment_id) for row in lists if row.assessment_id is not None
        ],
        sits=all_for(person_id),
        now=now,
    )


def _asked(lists: Sequence[Any], hours: dict[int, Decimal], day: date) -> list[Asked]:
    """The cohorts that have begun, on whose list the person stands."""
    found = {
        row.cohort_id: Asked(
            row.cohort_id,
            row.title,
            row.programme,
            row.closes_on,
            hours.get(row.cohort_id, Decimal(0)),
            row.required_hours,
        )
        for row in lists
        if row.opens_on <= day and in_force(row.from_on, row.to_on, day)
    }
    return list(found.values())


def _hours(person_id: int) -> dict[int, Decimal]:
    """Cohort → hours, as `completion` counts them."""
    found: dict[int, Decimal] = {}
    for given_in, taken_by, hundredths in own.execute(
        HOURS, person_id, {"me": person_id}, HourEntry
    ):
        cohort_id = given_in or taken_by
        if cohort_id is not None:
            found[cohort_id] = found.get(cohort_id, Decimal(0)) + in_hours(hundredths)
    return found


def lesson_for(person_id: int, lesson_id: int) -> Lesson:
    """A lesson: of a cohort this person is on the list of, or of a course in sight."""
    of_my_list = (
        select(Lesson)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .join(Enrolment, Enrolment.cohort_id == CohortCourse.cohort_id)
        .where(Lesson.id == lesson_id, Enrolment.person_id == person_id)
        .options(joinedload(Lesson.course))
        .limit(1)
    )
    found = db.session.scalar(of_my_list, execution_options=OF_MY_LIST)
    return found or find(Lesson, lesson_id)


def contents(person_id: int, course_id: int) -> list[Step]:
    """The lessons of a course in order, and which of them this person has read."""
    read = and_(LessonRead.lesson_id == Lesson.id, LessonRead.person_id == person_id)
    query = (
        select(Lesson.id, Lesson.course_id, Lesson.title, Lesson.minutes, LessonRead.id)
        .outerjoin(LessonRead, read)
        .where(Lesson.course_id == course_id, Lesson.closed_at.is_(None))
        .order_by(Lesson.number)
    )
    # The course was asked for through the person's list or scope before.
    rows = db.session.execute(query, execution_options={"counted": Course})
    return [Step(*row[:-1], row[-1] is not None) for row in rows]
