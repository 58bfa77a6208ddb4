"""How far everybody on a list has come, as of a day: one select for thousands, row by row never."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Numeric, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.sql.expression import ColumnElement, Subquery

from lms.clock import CITY_TIME
from lms.courses.models import Lesson
from lms.exams.models import Verdict
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    EnrolmentPost,
    HourEntry,
)

HOURS = Numeric(7, 2)


def completion(as_of: date, cohort_id: int | None = None, person_id: int | None = None) -> Select:
    """One row for each enrolment that stood on a list on a day; only facts of that day count.

    Columns: enrolment_id, person_id, org_id (the unit of that time), cohort_id, hours,
    required_hours, assessed (how many assessments the cohort has), sat (in how many of them there
    is a verdict), passed (how many of them are passed), completed (1 or 0). Run it with
    execution_options={"counted": Enrolment}.
    """
    hours = _hours(as_of, cohort_id, person_id)
    verdicts = _verdicts(as_of, cohort_id, person_id)
    assessed = _assessed(cohort_id)
    earned = func.coalesce(hours.c.hours, 0)
    asked, passed = func.coalesce(assessed.c.number, 0), func.coalesce(verdicts.c.passed, 0)
    done = and_(earned >= Cohort.required_hours, passed >= asked)
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.person_id,
            Enrolment.org_id,
            Enrolment.cohort_id,
            earned.label("hours"),
            Cohort.required_hours,
            asked.label("assessed"),
            func.coalesce(verdicts.c.sat, 0).label("sat"),
            passed.label("passed"),
            case((done, 1), else_=0).label("completed"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(hours, _of_the_same(hours))
        .outerjoin(verdicts, _of_the_same(verdicts))
        .outerjoin(assessed, assessed.c.cohort_id == Enrolment.cohort_id)
        .where(on_list(as_of), *_only(Enrolment, cohort_id, person_id))
    )


def listed_posts(as_of: date, cohort_id: int | None = None) -> Select:
    """One row for each post that stood on a list on a day.

    Columns: enrolment_id, person_id, org_id (the unit of the post), cohort_id, post.
    """
    return (
        select(
            EnrolmentPost.enrolment_id,
            Enrolment.person_id,
            EnrolmentPost.org_id,
            Enrolment.cohort_id,
            EnrolmentPost.post,
        )
        .join(Enrolment, Enrolment.id == EnrolmentPost.enrolment_id)
        .where(on_list(as_of), EnrolmentPost.from_on <= as_of, *_only(Enrolment, cohort_id, None))
    )


def on_list(day: date) -> ColumnElement[bool]:
    """Whether an enrolment holds on a day."""
    return and_(Enrolment.from_on <= day, or_(Enrolment.to_on.is_(None), Enrolment.to_on > day))


def _of_the_same(part: Subquery) -> ColumnElement[bool]:
    return and_(part.c.person_id == Enrolment.person_id, part.c.cohort_id == Enrolment.cohort_id)


def _only(table: Any, cohort_id: int | None, person_id: int | None) -> list[ColumnElement[bool]]:
    wanted = []
    if cohort_id is not None:
        wanted.append(table.cohort_id == cohort_id)
    if person_id is not None:
        wanted.append(table.person_id == person_id)
    return wanted


def _hours(as_of: date, cohort_id: int | None, person_id: int | None) -> Subquery:
    """person_id, cohort_id, hours: what was given in a cohort, and for lessons it takes."""
    if cohort_id is not None:
        return _hours_of_one(as_of, cohort_id, person_id)
    in_cohort = select(HourEntry.person_id, HourEntry.cohort_id, HourEntry.hours).where(
        HourEntry.cohort_id.is_not(None), *_only(HourEntry, None, person_id)
    )
    by_lesson = (
        select(HourEntry.person_id, CohortCourse.cohort_id, HourEntry.hours)
        .join(Lesson, Lesson.id == HourEntry.lesson_id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(HourEntry.cohort_id.is_(None), *_only(HourEntry, None, person_id))
    )
    held = HourEntry.earned_on <= as_of
    given = union_all(in_cohort.where(held), by_lesson.where(held)).subquery()
    return (
        select(given.c.person_id, given.c.cohort_id, _total(given.c.hours))
        .group_by(given.c.person_id, given.c.cohort_id)
        .subquery()
    )


def _hours_of_one(as_of: date, cohort_id: int, person_id: int | None) -> Subquery:
    """The same for one cohort, in one walk over the ledger: half the time for a whole city."""
    lessons = (
        select(Lesson.id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(CohortCourse.cohort_id == cohort_id)
    )
    by_lesson = and_(HourEntry.cohort_id.is_(None), HourEntry.lesson_id.in_(lessons))
    return (
        select(
            HourEntry.person_id,
            literal(cohort_id).label("cohort_id"),
            _total(HourEntry.hours),
        )
        .where(HourEntry.earned_on <= as_of, or_(HourEntry.cohort_id == cohort_id, by_lesson))
        .where(*_only(HourEntry, None, person_id))
        .group_by(HourEntry.person_id)
        .subquery()
    )


def _total(hours: ColumnElement[Any]) -> ColumnElement[Any]:
    """Rounded, because SQLite adds in binary: 0.1 + 0.2 must reach a required 0.3."""
    return func.round(func.sum(hours), 2, type_=HOURS).label("hours")


def _verdicts(as_of: date, cohort_id: int | None, person_id: int | None) -> Subquery:
    """person_id, cohort_id, sat, passed: in how many of a cohort's assessments. The best counts."""
    over = datetime.combine(as_of + timedelta(days=1), time(), CITY_TIME)
    best = (
        select(
            Verdict.person_id,
            CohortAssessment.cohort_id,
            func.max(case((Verdict.passed, 1), else_=0)).label("passed"),
        )
        .join(CohortAssessment, CohortAssessment.assessment_id == Verdict.assessment_id)
        .where(Verdict.sat_at < over)
        .where(*_only(CohortAssessment, cohort_id, None), *_only(Verdict, None, person_id))
        .group_by(Verdict.person_id, CohortAssessment.cohort_id, Verdict.assessment_id)
        .subquery()
    )
    sat, passed = func.count().label("sat"), func.sum(best.c.passed).label("passed")
    return (
        select(best.c.person_id, best.c.cohort_id, sat, passed)
        .group_by(best.c.person_id, best.c.cohort_id)
        .subquery()
    )


def _assessed(cohort_id: int | None) -> Subquery:
    """cohort_id, number: how many assessments a cohort has."""
    return (
        select(CohortAssessment.cohort_id, func.count().label("number"))
        .where(*_only(CohortAssessment, cohort_id, None))
        .group_by(CohortAssessment.cohort_id)
        .subquery()
    )
