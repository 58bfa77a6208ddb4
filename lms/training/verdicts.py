"""Which verdicts count on a day: what is beaten later counted until then."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement

from lms.clock import CITY_TIME
from lms.db import db
from lms.exams.models import Assessment, Attempt, Result, Verdict
from lms.exams.rules import Counting
from lms.training.models import CohortAssessment, Enrolment


def counted_on(cohort_id: int, as_of: date) -> ColumnElement[bool]:
    """The verdicts that count of what was sat by the end of a day.

    Where the last attempt counts, one that was beaten later counted on that day. Few lists have
    such an assessment, and only they are asked about it.
    """
    return counting_on(by_the_last([cohort_id]), as_of)


def by_the_last(cohort_ids: Sequence[int]) -> Sequence[int]:
    """The assessments of these cohorts in which the last attempt counts, and not the best."""
    query = (
        select(Assessment.id)
        .join(CohortAssessment, CohortAssessment.assessment_id == Assessment.id)
        .where(CohortAssessment.cohort_id.in_(cohort_ids), Assessment.which_counts == Counting.LAST)
        .distinct()
    )
    return db.session.scalars(query, execution_options={"counted": Enrolment}).all()


def counting_on(lasts: Sequence[int], as_of: date) -> ColumnElement[bool]:
    """The same, where it is known in which assessments the last attempt counts."""
    counts = and_(Verdict.counts, Verdict.sat_at < _over(as_of))
    return or_(counts, Verdict.id.in_(_beaten_later(lasts, as_of))) if lasts else counts


def _beaten_later(assessment_ids: Sequence[int], as_of: date) -> Select:
    """Verdicts that count no more and were the last of their day; not what is void or unpublished.

    One verdict of an attempt stands: the last. What is prepared has no result that is published.
    """
    newer, later, attempt = aliased(Verdict), aliased(Attempt), aliased(Attempt)
    again = select(newer.id).where(newer.attempt_id == Verdict.attempt_id, newer.id > Verdict.id)
    theirs = aliased(Verdict)
    beaten = (
        select(later.id)
        .join(theirs, theirs.attempt_id == later.id)
        .where(later.assessment_id == attempt.assessment_id, later.number > attempt.number)
        .where(later.person_id == attempt.person_id, later.voided_at.is_(None))
        .where(theirs.sat_at < _over(as_of))
    )
    published = select(Result.id).where(
        Result.attempt_id == Verdict.attempt_id, Result.replaced_at.is_(None)
    )
    return (
        select(Verdict.id)
        .join(attempt, attempt.id == Verdict.attempt_id)
        .where(Verdict.assessment_id.in_(assessment_ids), not_(Verdict.counts))
        .where(Verdict.sat_at < _over(as_of), attempt.voided_at.is_(None))
        .where(published.exists(), ~again.exists(), ~beaten.exists())
    )


def _over(as_of: date) -> datetime:
    return datetime.combine(as_of + timedelta(days=1), time(), CITY_TIME)


def best() -> ColumnElement[Any]:
    """1 where any verdict of a group is 合格, 0 where none is."""
    return func.max(case((Verdict.passed, 1), else_=0)).label("passed")
