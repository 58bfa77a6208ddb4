"""补录: facts of the time up to a day that were entered when the day was over."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from lms.classes.models import AttendanceList, ClassMember, ClassSession, TrainingClass
from lms.db import db
from lms.exams.deferred import Deferral
from lms.exams.models import Verdict
from lms.ledger.models import HourEntry
from lms.reports.days import over
from lms.training.asks import counts_in
from lms.training.models import CohortAssessment, Enrolment, Relief, ReliefStep
from lms.training.rules import ReliefState
from lms.training.verdicts import counted_on


def entered_later(cohort_id: int, as_of: date) -> int:
    """How many facts of this list, up to a day, were entered when the day was over.

    Who came and who left, exemptions and deferrals, hours, results, lists of attendance; of those
    on the list who are in sight.
    """
    found = (*_of_the_list(cohort_id, as_of), *_of_learning(cohort_id, as_of))
    query = select(*(one.scalar_subquery() for one in found))
    row = db.session.execute(query, execution_options={"counted": Enrolment})
    return sum(row.one())


def _many(*which: ColumnElement[bool]) -> Select:
    return select(func.count()).where(*which)


def _of_the_list(cohort_id: int, as_of: date) -> Iterator[Select]:
    end = over(as_of)
    here = Enrolment.cohort_id == cohort_id
    yield _many(here, Enrolment.from_on <= as_of, Enrolment.recorded_at >= end)
    yield _many(here, Enrolment.to_on <= as_of, Enrolment.ended_at >= end)
    told = ReliefStep.state != ReliefState.REFUSED
    yield (
        _many(here, told, ReliefStep.on <= as_of)
        .select_from(ReliefStep)
        .join(Relief, Relief.id == ReliefStep.relief_id)
        .join(Enrolment, Enrolment.id == Relief.enrolment_id)
        .where(ReliefStep.recorded_at >= end)
    )


def _of_learning(cohort_id: int, as_of: date) -> Iterator[Select]:
    end = over(as_of)
    people = select(Enrolment.person_id).where(Enrolment.cohort_id == cohort_id)
    asked = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    hours = counts_in(cohort_id), HourEntry.earned_on <= as_of, HourEntry.recorded_at >= end
    yield _many(*hours, HourEntry.person_id.in_(people))
    counts = counted_on(cohort_id, as_of), Verdict.recorded_at >= end
    yield _many(*counts, Verdict.assessment_id.in_(asked), Verdict.person_id.in_(people))
    later = Deferral.approved.is_(True), Deferral.from_on <= as_of, Deferral.decided_at >= end
    yield _many(*later, Deferral.assessment_id.in_(asked), Deferral.person_id.in_(people))
    theirs = select(ClassMember.class_id).where(ClassMember.person_id.in_(people))
    yield (
        _many(TrainingClass.cohort_id == cohort_id, ClassSession.cancelled_at.is_(None))
        .select_from(AttendanceList)
        .join(ClassSession, ClassSession.id == AttendanceList.session_id)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(ClassSession.starts_at < end, AttendanceList.confirmed_at >= end)
        .where(TrainingClass.id.in_(theirs))
    )
