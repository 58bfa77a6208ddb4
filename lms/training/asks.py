"""What a cohort asks, and which hours count in it."""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

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
    """What a cohort asks; counting: which hours count in it, by what the ledger holds for it.

    span: the first and the last of the lessons it takes, where it takes all between them and no
    hours are given in it.
    """

    required_hours: Decimal
    assessments: list[Asked]
    counting: ColumnElement[bool]
    span: tuple[int, int] | None = None


def what_is_asked(cohort_id: int) -> Asks:
    """The hours and the assessments of a cohort, and what counts in it."""
    nothing = Asks(Decimal(0), [], counts_in(cohort_id))
    return what_they_ask([cohort_id]).get(cohort_id, nothing)


def what_they_ask(cohort_ids: Collection[int]) -> dict[int, Asks]:
    """The same of some cohorts, in one statement."""
    lessons = _lessons(cohort_ids).with_only_columns(
        CohortCourse.cohort_id,
        func.min(Lesson.id).label("first"),
        func.max(Lesson.id).label("last"),
        func.count().label("many"),
    )
    taken = lessons.group_by(CohortCourse.cohort_id).subquery("taken")
    given = select(HourEntry.id).where(HourEntry.cohort_id == Cohort.id).exists()
    query = (
        select(Cohort.id, Cohort.required_hours, given, taken.c.first, taken.c.last, taken.c.many)
        .add_columns(CohortAssessment.assessment_id, Assessment.which_counts)
        .outerjoin(taken, taken.c.cohort_id == Cohort.id)
        .outerjoin(CohortAssessment, CohortAssessment.cohort_id == Cohort.id)
        .outerjoin(Assessment, Assessment.id == CohortAssessment.assessment_id)
        .where(Cohort.id.in_(cohort_ids))
        .order_by(Cohort.id, CohortAssessment.id)
    )
    rows = db.session.execute(query, execution_options={"counted": Enrolment}).all()
    found: dict[int, Asks] = {}
    for cohort_id, required, *of_ledger, key, how in rows:
        if cohort_id not in found:
            found[cohort_id] = Asks(required, [], *_counting(cohort_id, *of_ledger))
        if key is not None:
            found[cohort_id].assessments.append(Asked(key, how is Counting.LAST))
    return found


def _counting(
    cohort_id: int, given: bool, first: int | None, last: int | None, many: int
) -> tuple[ColumnElement[bool], tuple[int, int] | None]:
    """As `counts_in`, where either hours are given in a cohort or it takes lessons; the span.

    first, last, many: the lessons that it takes. Theirs are then one span of the own entries in
    the ledger, found at once; looked for among the lessons, all entries of a person are walked.
    """
    if first is None or last is None:
        return HourEntry.cohort_id == cohort_id, None
    if given:
        return counts_in(cohort_id), None
    span = HourEntry.cohort_id.is_(None), HourEntry.lesson_id.between(first, last)
    if last - first + 1 == many:
        return and_(*span), (first, last)
    return and_(*span, HourEntry.lesson_id.in_(_lessons([cohort_id]))), None


def counts_in(cohort_id: int) -> ColumnElement[bool]:
    """Whether hours count in a cohort: given in it, or for a lesson that it takes."""
    by_lesson = and_(HourEntry.cohort_id.is_(None), HourEntry.lesson_id.in_(_lessons([cohort_id])))
    return or_(by_lesson, HourEntry.cohort_id == cohort_id)


def _lessons(cohort_ids: Collection[int]) -> Select[int]:
    """The lessons that some cohorts take."""
    return (
        select(Lesson.id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(CohortCourse.cohort_id.in_(cohort_ids))
    )
