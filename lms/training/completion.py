"""How far everybody on a list has come, as of a day: one select for thousands, row by row never."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    Numeric,
    Select,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement, Subquery

from lms.clock import CITY_TIME
from lms.courses.models import Lesson
from lms.db import db
from lms.exams.models import Assessment, Attempt, Result, Verdict
from lms.exams.rules import Counting
from lms.ledger.models import HourEntry
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    EnrolmentPost,
    Relief,
    ReliefStep,
)
from lms.training.rules import ReliefKind, ReliefState

HOURS = Numeric(7, 2)
HUNDREDTH = Decimal("0.01")


def completion(
    as_of: date,
    cohort_id: int | None = None,
    person_id: int | BindParameter[int] | None = None,
    who: ColumnElement[bool] | None = None,
    cohort_ids: Sequence[int] | None = None,
) -> Select:
    """One row for each enrolment that was 应训 on a day; only facts of that day count.

    who: other enrolments instead, as those of the opening list, or those exempted. Of one cohort
    it is looked up first by which attempts its assessments count.
    cohort_ids: of some cohorts, whose facts alone are then looked through.

    Columns: enrolment_id, person_id, org_id (the unit of that time), cohort_id, hours, hundredths
    (of an hour), required_hours, assessed (how many assessments the cohort has), sat (in how many
    of them there is a verdict), passed (how many of them are passed), completed (1 or 0). Run it
    with execution_options={"counted": Enrolment}.
    """
    hours = _hours(as_of, cohort_id, person_id, cohort_ids)
    verdicts = _verdicts(as_of, cohort_id, person_id, cohort_ids)
    many = _assessed_of(cohort_ids) if cohort_ids is not None else None
    earned = func.coalesce(hours.c.hundredths, 0)
    asked = _assessed(cohort_id) if many is None else func.coalesce(many.c.assessed, 0)
    passed = func.coalesce(verdicts.c.passed, 0)
    done = and_(earned >= func.round(Cohort.required_hours * 100), passed >= asked)
    query = (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.person_id,
            Enrolment.org_id,
            Enrolment.cohort_id,
            (earned * literal(HUNDREDTH, HOURS)).label("hours"),
            earned.label("hundredths"),
            Cohort.required_hours,
            asked.label("assessed"),
            func.coalesce(verdicts.c.sat, 0).label("sat"),
            passed.label("passed"),
            case((done, 1), else_=0).label("completed"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(hours, _of_the_same(hours))
        .outerjoin(verdicts, _of_the_same(verdicts))
        .where(in_training(as_of) if who is None else who)
        .where(*_only(Enrolment, cohort_id, person_id), *_among(Enrolment, cohort_ids))
    )
    return query if many is None else query.outerjoin(many, many.c.cohort_id == Cohort.id)


def listed_posts(
    as_of: date, cohort_id: int | None = None, who: ColumnElement[bool] | None = None
) -> Select:
    """One row for each post that was 应训 on a day. who: as for `completion`.

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
        .where(in_training(as_of) if who is None else who, EnrolmentPost.from_on <= as_of)
        .where(*_only(Enrolment, cohort_id, None))
    )


def in_training(day: date) -> ColumnElement[bool]:
    """应训: whether somebody is on the list on a day and not exempted (免训) on that day.

    Who is deferred (缓训) stays in.
    """
    on_list = and_(Enrolment.from_on <= day, or_(Enrolment.to_on.is_(None), Enrolment.to_on > day))
    return and_(on_list, Enrolment.id.not_in(exempted(day)))


def exempted(day: date) -> Select:
    """The enrolments that an approved exemption leaves out on a day. Few, so looked up once."""
    return relieved(day, ReliefKind.EXEMPT)


def relieved(day: date, kind: ReliefKind) -> Select:
    """The enrolments with an approved 免训, or 缓训, on a day."""
    step = select(ReliefStep.id).where(ReliefStep.relief_id == Relief.id).correlate(Relief)
    approved = step.where(ReliefStep.state == ReliefState.APPROVED).exists()
    back = step.where(ReliefStep.state == ReliefState.TAKEN_BACK, ReliefStep.on <= day).exists()
    return select(Relief.enrolment_id).where(
        Relief.kind == kind, Relief.from_on <= day, Relief.to_on > day, approved, ~back
    )


def _of_the_same(part: Subquery) -> ColumnElement[bool]:
    """Of the same person; and of the same cohort, where the part speaks of several."""
    if "enrolment_id" in part.c:
        return part.c.enrolment_id == Enrolment.id
    same = part.c.person_id == Enrolment.person_id
    return and_(same, part.c.cohort_id == Enrolment.cohort_id) if "cohort_id" in part.c else same


def _only(
    table: Any, cohort_id: int | None, person_id: int | BindParameter[int] | None
) -> list[ColumnElement[bool]]:
    wanted = []
    if cohort_id is not None:
        wanted.append(table.cohort_id == cohort_id)
    if person_id is not None:
        wanted.append(table.person_id == person_id)
    return wanted


def _among(table: Any, cohort_ids: Sequence[int] | None) -> list[ColumnElement[bool]]:
    return [] if cohort_ids is None else [table.cohort_id.in_(cohort_ids)]


def _hours(
    as_of: date,
    cohort_id: int | None,
    person_id: int | BindParameter[int] | None,
    cohort_ids: Sequence[int] | None = None,
) -> Subquery:
    """person_id, cohort_id, hundredths: what was given in a cohort, and for lessons it takes."""
    if cohort_id is not None:
        return _hours_of_one(as_of, cohort_id, person_id)
    if cohort_ids is not None:
        return _hours_of_lists(as_of, cohort_ids)
    in_cohort = select(HourEntry.person_id, HourEntry.cohort_id, HourEntry.hundredths).where(
        HourEntry.cohort_id.is_not(None), *_only(HourEntry, None, person_id)
    )
    by_lesson = (
        select(HourEntry.person_id, CohortCourse.cohort_id, HourEntry.hundredths)
        .join(Lesson, Lesson.id == HourEntry.lesson_id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(HourEntry.cohort_id.is_(None), *_only(HourEntry, None, person_id))
    )
    held = HourEntry.earned_on <= as_of
    given = union_all(in_cohort.where(held), by_lesson.where(held)).subquery()
    return (
        select(given.c.person_id, given.c.cohort_id, _total(given.c.hundredths))
        .group_by(given.c.person_id, given.c.cohort_id)
        .subquery()
    )


def _hours_of_one(
    as_of: date, cohort_id: int, person_id: int | BindParameter[int] | None
) -> Subquery:
    """The same for one cohort, in one walk over the ledger: half the time for a whole city."""
    lessons = (
        select(Lesson.id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(CohortCourse.cohort_id == cohort_id)
    )
    by_lesson = and_(HourEntry.cohort_id.is_(None), HourEntry.lesson_id.in_(lessons))
    listed = Enrolment.__table__.c  # of a short list, few of the ledger are looked at
    whose = HourEntry.person_id.in_(select(listed.person_id).where(listed.cohort_id == cohort_id))
    return (
        select(HourEntry.person_id, _total(HourEntry.hundredths))
        .where(or_(by_lesson, HourEntry.cohort_id == cohort_id), HourEntry.earned_on <= as_of)
        .where(whose if person_id is None else HourEntry.person_id == person_id)
        .group_by(HourEntry.person_id)
        .subquery()
    )


def _hours_of_lists(as_of: date, cohort_ids: Sequence[int]) -> Subquery:
    """enrolment_id, hundredths: of each on some lists, found from the person; no list is a walk."""
    listed = Enrolment.__table__.alias("listed")  # the scope stands on who is counted, once
    lessons = (
        select(CohortCourse.cohort_id, Lesson.id)
        .join(Lesson, Lesson.course_id == CohortCourse.course_id)
        .where(CohortCourse.cohort_id.in_(cohort_ids))
    )
    taken = tuple_(listed.c.cohort_id, HourEntry.lesson_id).in_(lessons)
    by_lesson = and_(HourEntry.cohort_id.is_(None), taken)
    return (
        select(listed.c.id.label("enrolment_id"), _total(HourEntry.hundredths))
        .join(HourEntry, HourEntry.person_id == listed.c.person_id)
        .where(listed.c.cohort_id.in_(cohort_ids), HourEntry.earned_on <= as_of)
        .where(or_(HourEntry.cohort_id == listed.c.cohort_id, by_lesson))
        .group_by(listed.c.id)
        .subquery()
    )


def _total(hundredths: Any) -> ColumnElement[Any]:
    """Whole numbers: the same on every database, and the quickest there is to add."""
    return func.sum(hundredths).label("hundredths")


def _verdicts(
    as_of: date,
    cohort_id: int | None,
    person_id: int | BindParameter[int] | None,
    cohort_ids: Sequence[int] | None = None,
) -> Subquery:
    """person_id, cohort_id, sat, passed: in how many of a cohort's assessments. The best counts."""
    if cohort_id is not None:
        return _verdicts_of_one(as_of, cohort_id, person_id)
    best = (
        select(Verdict.person_id, CohortAssessment.cohort_id, _best())
        .join(CohortAssessment, CohortAssessment.assessment_id == Verdict.assessment_id)
        .where(counting_on(by_the_last(cohort_ids) if cohort_ids else (), as_of))
        .where(*_only(Verdict, None, person_id), *_among(CohortAssessment, cohort_ids))
        .group_by(Verdict.assessment_id, Verdict.person_id, CohortAssessment.cohort_id)
        .subquery()
    )
    return (
        select(best.c.person_id, best.c.cohort_id, *_counts(best))
        .group_by(best.c.person_id, best.c.cohort_id)
        .subquery()
    )


def _verdicts_of_one(
    as_of: date, cohort_id: int, person_id: int | BindParameter[int] | None
) -> Subquery:
    """The same for one cohort, in the order of the index: nothing is sorted twice."""
    asked = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    held = Verdict.assessment_id.in_(asked), *_only(Verdict, None, person_id)
    best = (
        select(Verdict.person_id, _best())
        .where(counted_on(cohort_id, as_of), *held)
        .group_by(Verdict.assessment_id, Verdict.person_id)
        .subquery()
    )
    return select(best.c.person_id, *_counts(best)).group_by(best.c.person_id).subquery()


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


def _best() -> ColumnElement[Any]:
    return func.max(case((Verdict.passed, 1), else_=0)).label("passed")


def _counts(best: Subquery) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.count().label("sat"), func.sum(best.c.passed).label("passed")


def _assessed_of(cohort_ids: Sequence[int]) -> Subquery:
    """cohort_id, assessed: how many assessments each of these cohorts has that has any."""
    number = func.count().label("assessed")
    query = select(CohortAssessment.cohort_id, number).group_by(CohortAssessment.cohort_id)
    return query.where(CohortAssessment.cohort_id.in_(cohort_ids)).subquery()


def _assessed(cohort_id: int | None) -> ColumnElement[int]:
    """How many assessments a cohort has."""
    number = select(func.count()).select_from(CohortAssessment)
    whose = Enrolment.cohort_id if cohort_id is None else cohort_id
    return number.where(CohortAssessment.cohort_id == whose).scalar_subquery()
