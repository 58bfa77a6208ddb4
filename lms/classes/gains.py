"""What a class learned: pre-test and post-test of the same persons, for who is named for both."""

from sqlalchemy import select

from lms.classes.models import ClassMember, TrainingClass
from lms.classes.rules import Purpose
from lms.db import db
from lms.exams.models import Assessment, Result, Verdict
from lms.papers.models import Paper
from lms.psychometrics.paired import Gain, gain


def assessments(found: TrainingClass) -> tuple[int | None, int | None]:
    """The assessment before a class, and the one after it."""
    by_purpose = {one.purpose: one.assessment_id for one in found.assessments}
    return by_purpose.get(Purpose.PRE), by_purpose.get(Purpose.POST)


def are_parallel(found: TrainingClass) -> bool:
    """Whether both tests ask two papers of one set. Which papers these are is not told."""
    if None in assessments(found):
        return False
    query = (
        select(Paper.id, Paper.series_id)
        .join(Assessment, Assessment.paper_id == Paper.id)
        .where(Assessment.id.in_(assessments(found)))
    )
    rows = db.session.execute(query, execution_options={"counted": Assessment}).all()
    series = {row.series_id for row in rows}
    return len({row.id for row in rows}) == 2 and len(series) == 1 and None not in series


def gain_of(found: TrainingClass) -> Gain | None:
    """The mean difference; none where there are too few pairs, or they are not the reader's.

    Results are seen by those named for the assessment alone: nothing of this flows up.
    """
    before, after = (_shares(found.id, one) for one in assessments(found))
    return gain((before[person], after[person]) for person in before.keys() & after.keys())


def _shares(class_id: int, assessment_id: int | None) -> dict[int, float]:
    """Person → what was earned of 100, by the attempt that counts."""
    members = select(ClassMember.person_id).where(ClassMember.class_id == class_id)
    query = (
        select(Result.person_id, Result.earned, Result.points)
        .join(Verdict, Verdict.attempt_id == Result.attempt_id)
        .where(Result.assessment_id == assessment_id, Result.replaced_at.is_(None))
        .where(Verdict.counts, Result.person_id.in_(members))
    )
    rows = db.session.execute(query, execution_options={"counted": Result})
    return {row.person_id: float(100 * row.earned / row.points) for row in rows if row.points}
