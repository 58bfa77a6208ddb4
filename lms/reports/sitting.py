"""What the assessments of a list say of its people: who is 缓考, and how somebody passed."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.clock import start_of
from lms.db import db
from lms.exams.absent import over_for
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Assessment, Attempt, Candidate, Pulse, Result, Verdict
from lms.reports.days import over
from lms.training.models import CohortAssessment, Enrolment
from lms.training.verdicts import counted_on

OF_THE_LIST = {"counted": Enrolment}  # the scope stands on who is counted, not on what is


def exam_deferred(cohort_id: int, as_of: date) -> Select:
    """person_id of who is 缓考 on a day: approved, not sat, and the resit not over before it."""
    asked = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    sat = (
        select(Verdict.id)
        .where(Verdict.assessment_id == Deferral.assessment_id, Verdict.counts)
        .where(Verdict.person_id == Deferral.person_id, Verdict.sat_at < over(as_of))
        .correlate(Deferral)
    )
    return (
        select(Deferral.person_id)
        .join(Allowance, Allowance.id == Deferral.allowance_id)
        .where(
            Deferral.assessment_id.in_(asked),
            Deferral.approved.is_(True),
            Deferral.from_on <= as_of,
        )
        .where(or_(Deferral.ended_on.is_(None), Deferral.ended_on > as_of))
        .where(Allowance.closes_at >= start_of(as_of), ~sat.exists())
    )


def attempts(cohort_id: int, as_of: date) -> Subquery:
    """person_id, number, high: the last first attempt that passed; 1 where all are at 90 %."""
    asked = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    high = case((Result.earned * 10 >= Result.points * 9, 1), else_=0)
    foreign = aliased(Attempt)  # what somebody else sat is nobody's first attempt
    void = (
        select(func.count())
        .where(foreign.assessment_id == Attempt.assessment_id, foreign.voided_at.is_not(None))
        .where(foreign.person_id == Attempt.person_id, foreign.number < Attempt.number)
        .correlate(Attempt)
        .scalar_subquery()
    )
    number = case((Attempt.number == 1, 1), else_=Attempt.number - void)  # most need no look
    best = (
        select(
            Verdict.person_id,
            func.min(number).label("number"),
            func.max(high).label("high"),
        )
        .join(Attempt, Attempt.id == Verdict.attempt_id)
        .outerjoin(
            Result, and_(Result.attempt_id == Verdict.attempt_id, Result.replaced_at.is_(None))
        )
        .where(counted_on(cohort_id, as_of), Verdict.passed, Verdict.assessment_id.in_(asked))
        .group_by(Verdict.assessment_id, Verdict.person_id)
        .subquery()
    )
    return (
        select(
            best.c.person_id,
            func.max(best.c.number).label("number"),
            func.min(best.c.high).label("high"),
        )
        .group_by(best.c.person_id)
        .subquery()
    )


# ── of who has not passed: five different things ────────────────────────────────────────────────


class Sits(StrEnum):
    """What is known of somebody beyond that an assessment was not sat, or not passed."""

    DEFERRED = "deferred"  # 缓考
    UNSENT = "unsent"  # answers that a phone may still hold
    AWAITED = "awaited"  # begun or handed in, and nothing published
    ABSENT = "absent"  # could not begin any more when the day began


def states(cohort_id: int, as_of: date) -> dict[int, Sits]:
    """Person → what is known, of those of a list who have not sat all its assessments or wait."""
    query = select(Assessment).join(
        CohortAssessment, CohortAssessment.assessment_id == Assessment.id
    )
    asked = db.session.scalars(
        query.where(CohortAssessment.cohort_id == cohort_id), execution_options=OF_THE_LIST
    ).all()
    found: dict[int, Sits] = {}
    for assessment in asked:
        found |= dict.fromkeys(_absent(assessment, as_of), Sits.ABSENT)
    for person_id, unsent in _open(cohort_id, as_of):
        found[person_id] = Sits.UNSENT if unsent else Sits.AWAITED
    later = db.session.scalars(exam_deferred(cohort_id, as_of), execution_options=OF_THE_LIST)
    return found | dict.fromkeys(later, Sits.DEFERRED)


def _absent(assessment: Assessment, as_of: date) -> Iterable[int]:
    """Who had not begun when the time was over, the own time of who has an exception."""
    query = select(Candidate.person_id).where(
        Candidate.assessment_id == assessment.id, Candidate.attempts_begun == 0
    )
    over = over_for(assessment, start_of(as_of))
    return db.session.scalars(query.where(over), execution_options=OF_THE_LIST)


def _open(cohort_id: int, as_of: date) -> Sequence[Any]:
    """person_id, unsent: whose attempt has no verdict yet, or may still get answers that day."""
    asked = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    begins = start_of(as_of)
    told = select(Verdict.id).where(Verdict.attempt_id == Attempt.id).correlate(Attempt).exists()
    still = or_(
        Assessment.late_until >= begins,
        and_(
            or_(Assessment.late_until.is_(None), Assessment.late_until <= Attempt.ends_at),
            Attempt.ends_at >= begins,
        ),
    )
    unsent = and_(Pulse.unsent > 0, still)
    query = (
        select(Attempt.person_id, func.coalesce(unsent, False))
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .outerjoin(Pulse, Pulse.attempt_id == Attempt.id)
        .where(Attempt.assessment_id.in_(asked), Attempt.voided_at.is_(None))
        .where(Attempt.started_at < over(as_of), or_(~told, unsent))
        .order_by(Attempt.number)
    )
    return db.session.execute(query, execution_options=OF_THE_LIST).all()
