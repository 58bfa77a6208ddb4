"""What a cohort asks, and which hours count in it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from lms.courses.models import Lesson
from lms.db import db
from lms.exams.models import Assessment
from lms.exams.rules import Counting
from lms.ledger.models import HourEntry
from lms.training.models import Cohort, CohortAssessment, CohortCourse, Enrolment


class Asked(NamedTuple):
    """An assessment of a cohort. by_the_last: the last attempt counts in it, and not the best."""

    id: int
    by_the_last: bool


class Asks(NamedTuple):
    """What a cohort asks; counting: which hours count in it, by what the ledger holds for it."""

    required_hours: Decimal
    assessments: Sequence[Asked]
    counting: ColumnElement[bool]


def what_is_asked(cohort_id: int) -> Asks:
    """The hours and the assessments of a cohort, and what counts in it."""
    lessons = _lessons(cohort_id).with_only_columns(
        func.min(Lesson.id), func.max(Lesson.id), func.count()
    )
    given = select(HourEntry.id).where(HourEntry.cohort_id == cohort_id)
    taken = lessons.subquery("taken")
    query = (
        select(Cohort.required_hours, given.exists(), *taken.c)
        .add_columns(CohortAssessment.assessment_id, Assessment.which_counts)
        .select_from(Cohort)
        .join(taken, true())
        .outerjoin(CohortAssessment, CohortAssessment.cohort_id == Cohort.id)
        .outerjoin(Assessment, Assessment.id == CohortAssessment.assessment_id)
        .where(Cohort.id == cohort_id)
        .order_by(CohortAssessment.id)
    )
    rows = db.session.execute(query, execution_options={"counted": Enrolment}).all()
    asked = [Asked(key, how is Counting.LAST) for *_, key, how in rows if key is not None]
    if not rows:
        return Asks(Decimal(0), asked, counts_in(cohort_id))
    required, *of_ledger = rows[0][:-2]
    return Asks(required, asked, _counting(cohort_id, *of_ledger))


def _counting(
    cohort_id: int, given: bool, first: int | None, last: int | None, many: int
) -> ColumnElement[bool]:
    """As `counts_in`, where either hours are given in a cohort or it takes lessons.

    first, last, many: the lessons that it takes. Theirs are then one span of the own entries in
    the ledger, found at once; looked for among the lessons, all entries of a person are walked.
    """
    if first is None or last is None:
        return HourEntry.cohort_id == cohort_id
    if given:
        return counts_in(cohort_id)
    span = HourEntry.cohort_id.is_(None), HourEntry.lesson_id.between(first, last)
    if last - first + 1 == many:
        return and_(*span)
    return and_(*span, HourEntry.lesson_id.in_(_lessons(cohort_id)))


def counts_in(cohort_id: int) -> ColumnElement[bool]:
    """Whether hours count in a cohort: given in it, or for a lesson that it takes."""
    by_lesson = and_(HourEntry.cohort_id.is_(None), HourEntry.lesson_id.in_(_lessons(cohort_id)))
    return or_(by_lesson, HourEntry.cohort_id == cohort_id)


def _lessons(cohort_id: int) -> Select[int]:
    """The lessons that a cohort takes."""
    return (
        select(Lesson.id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(CohortCourse.cohort_id == cohort_id)
    )
