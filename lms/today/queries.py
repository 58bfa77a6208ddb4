"""What waits for a person, in four statements; and what waits on the desks."""

from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from lms.clock import day_of
from lms.courses.models import Course, Lesson
from lms.db import db, find
from lms.exams.queries import all_for
from lms.today.rules import Asked, Step, Task, tasks
from lms.training.completion import completion, on_list
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    LessonRead,
    Programme,
)

# What hangs on a person's own enrolment is seen with it, also after a transfer.
OF_MY_LIST = {"counted": Enrolment}


def tasks_of(person_id: int, now: datetime) -> list[Task]:
    """What this person has to do and has done, the next thing first."""
    return tasks(
        asked=_asked(person_id, day_of(now)),
        steps=_steps(person_id, day_of(now)),
        asked_to_sit=_asked_to_sit(person_id),
        sits=all_for(person_id),
        now=now,
    )


def _asked(person_id: int, day: date) -> list[Asked]:
    query = (
        completion(day, person_id=person_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .add_columns(Cohort.title, Programme.title.label("programme"), Cohort.closes_on)
        .where(Cohort.opens_on <= day)
    )
    return [
        Asked(row.cohort_id, row.title, row.programme, row.closes_on, row.hours, row.required_hours)
        for row in db.session.execute(query, execution_options=OF_MY_LIST)
    ]


def _steps(person_id: int, day: date) -> list[tuple[int, Step]]:
    """Cohort and lesson of everything there is to read, in order."""
    read = and_(LessonRead.lesson_id == Lesson.id, LessonRead.person_id == person_id)
    query = (
        select(
            CohortCourse.cohort_id,
            Lesson.id,
            Lesson.course_id,
            Lesson.title,
            Lesson.minutes,
            LessonRead.id,
        )
        .join(Enrolment, Enrolment.cohort_id == CohortCourse.cohort_id)
        .join(Lesson, Lesson.course_id == CohortCourse.course_id)
        .outerjoin(LessonRead, read)
        .where(Enrolment.person_id == person_id, on_list(day), Lesson.closed_at.is_(None))
        .order_by(CohortCourse.cohort_id, CohortCourse.place, Lesson.number)
    )
    return [
        (cohort_id, Step(lesson_id, course_id, title, minutes, read_id is not None))
        for cohort_id, lesson_id, course_id, title, minutes, read_id in db.session.execute(
            query, execution_options=OF_MY_LIST
        )
    ]


def _asked_to_sit(person_id: int) -> list[tuple[int, int]]:
    """Cohort and assessment, of the lists that this person stands or stood on."""
    query = (
        select(CohortAssessment.cohort_id, CohortAssessment.assessment_id)
        .join(Enrolment, Enrolment.cohort_id == CohortAssessment.cohort_id)
        .where(Enrolment.person_id == person_id)
        .distinct()
    )
    rows = db.session.execute(query, execution_options=OF_MY_LIST)
    return [(cohort_id, assessment_id) for cohort_id, assessment_id in rows]


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
