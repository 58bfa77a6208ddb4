"""How far everybody on a list has come, as of a day: one select for thousands, row by row never."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Label,
    Numeric,
    Select,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.expression import ColumnElement, Subquery

from lms.courses.models import Lesson
from lms.db import as_written
from lms.exams.models import Verdict
from lms.ledger.models import HourEntry
from lms.training.asks import Asked, what_is_asked
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
from lms.training.verdicts import best, counting_on

HOURS = Numeric(7, 2)
HUNDREDTH = Decimal("0.01")


def completion(
    as_of: date,
    cohort_id: int | None = None,
    person_id: int | BindParameter[int] | None = None,
    who: ColumnElement[bool] | None = None,
    more: Sequence[Label] = (),
) -> Select:
    """One row for each enrolment that was 应训 on a day; only facts of that day count.

    who: other enrolments instead, as those of the opening list, or those exempted. What one
    cohort asks is looked up first; of some cohorts see `of_lists`.
    more: of one cohort, what else is wanted of each enrolment, looked up once.

    Columns: enrolment_id, person_id, org_id (the unit of that time), cohort_id, hours, hundredths
    (of an hour), required_hours, assessed (how many assessments the cohort has), sat (in how many
    of them there is a verdict), passed (how many of them are passed); each 1 or 0: scheduled
    (there is any), sat_all, passed_all (of those there are), reached (the hours), completed. Run
    it with execution_options={"counted": Enrolment}.
    """
    if cohort_id is not None:
        held = in_training(as_of) if who is None else who
        return _of_one(as_of, cohort_id, person_id, held, more)
    hours, verdicts = _hours(as_of, person_id), _verdicts(as_of, person_id)
    earned, asked = func.coalesce(hours.c.hundredths, 0), _assessed()
    sat, passed = func.coalesce(verdicts.c.sat, 0), func.coalesce(verdicts.c.passed, 0)
    reached = earned >= func.round(Cohort.required_hours * 100)
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.person_id,
            Enrolment.org_id,
            Enrolment.cohort_id,
            (earned * literal(HUNDREDTH, HOURS)).label("hours"),
            earned.label("hundredths"),
            Cohort.required_hours,
            asked.label("assessed"),
            sat.label("sat"),
            passed.label("passed"),
            one_where(asked > 0).label("scheduled"),
            one_where(asked > 0, sat >= asked).label("sat_all"),
            one_where(asked > 0, passed >= asked).label("passed_all"),
            one_where(reached).label("reached"),
            one_where(reached, passed >= asked).label("completed"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(hours, _of_the_same(hours))
        .outerjoin(verdicts, _of_the_same(verdicts))
        .where(in_training(as_of) if who is None else who)
        .where(*_only(Enrolment, None, person_id))
    )


def _of_one(
    as_of: date,
    cohort_id: int,
    person_id: int | BindParameter[int] | None,
    who: ColumnElement[bool],
    more: Sequence[Label],
) -> Select:
    """The same of one cohort: from each on the list to the own entries of the ledger and verdicts.

    A list of the hours of all, to be joined to the list, costs half as much again.
    """
    asks = what_is_asked(cohort_id)
    results = [
        result(one, as_of, person_id).label(f"result_{place}")
        for place, one in enumerate(asks.assessments)
    ]
    theirs = and_(HourEntry.person_id == Enrolment.person_id, asks.counting)
    each = (
        select(
            *(Enrolment.id, Enrolment.person_id, Enrolment.org_id, Enrolment.cohort_id),
            func.coalesce(func.sum(HourEntry.hundredths), 0).label("hundredths"),
            *results,
            *more,
        )
        .outerjoin(HourEntry, and_(theirs, as_written(HourEntry.earned_on) <= as_of))
        .where(who, *_only(Enrolment, cohort_id, person_id))
        .group_by(Enrolment.id)
        .subquery()
    )
    found = [each.c[one.name] for one in results]
    nothing: ColumnElement[int] = literal(0, Integer)
    sat = sum((one_where(one.is_not(None)) for one in found), nothing)
    passed = sum((func.coalesce(one, 0) for one in found), nothing)
    reached = each.c.hundredths >= round(asks.required_hours * 100)
    by_all = [one == 1 for one in found]
    return select(
        each.c.id.label("enrolment_id"),
        *(each.c.person_id, each.c.org_id, each.c.cohort_id),
        (each.c.hundredths * literal(HUNDREDTH, HOURS)).label("hours"),
        each.c.hundredths,
        literal(asks.required_hours, HOURS).label("required_hours"),
        literal(len(found), Integer).label("assessed"),
        sat.label("sat"),
        passed.label("passed"),
        literal(1 if found else 0, Integer).label("scheduled"),
        (one_where(*(one.is_not(None) for one in found)) if found else nothing).label("sat_all"),
        (one_where(*by_all) if found else nothing).label("passed_all"),
        one_where(reached).label("reached"),
        one_where(reached, *by_all).label("completed"),
        *(each.c[one.name] for one in more),
    )


def one_where(*held: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where all of this holds, else 0."""
    return case((and_(*held), 1), else_=0)


def result(
    one: Asked, as_of: date, person_id: int | BindParameter[int] | None = None
) -> ColumnElement[int | None]:
    """1 where somebody on a list has passed, 0 where not, none where there is no verdict.

    Each is looked for among all who have passed, and among all who have not: these are looked up
    once, and nobody's verdicts one by one.
    """
    theirs = select(Verdict.person_id).where(
        counting_on([one.id] if one.by_the_last else (), as_of),
        Verdict.assessment_id == one.id,
        *_only(Verdict, None, person_id),
    )
    who = Enrolment.person_id
    passed, failed = (theirs.where(each) for each in (Verdict.passed, not_(Verdict.passed)))
    return case((who.in_(passed), 1), (who.in_(failed), 0))


def passed_by(one: Asked, ends: Sequence[datetime]) -> ColumnElement[int | None]:
    """The place of the first of some moments before which somebody on a list has passed, or none.

    Of an assessment in which the best attempt counts. ends: one or more, the earliest first.
    """
    theirs = select(Verdict.person_id).where(
        Verdict.counts, Verdict.passed, Verdict.assessment_id == one.id
    )
    between = zip([None, *ends], ends, strict=False)
    spans = [
        theirs.where(Verdict.sat_at < end, *([Verdict.sat_at >= begin] if begin else []))
        for begin, end in between
    ]
    return case(*((Enrolment.person_id.in_(each), place) for place, each in enumerate(spans)))


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
    return and_(on_list(day), Enrolment.id.not_in(exempted(day)))


def on_list(day: date) -> ColumnElement[bool]:
    """Whether an enrolment holds on a day."""
    stays = or_(Enrolment.to_on.is_(None), as_written(Enrolment.to_on) > day)
    return and_(as_written(Enrolment.from_on) <= day, stays)


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
    """Of the same person and cohort."""
    return and_(part.c.person_id == Enrolment.person_id, part.c.cohort_id == Enrolment.cohort_id)


def _only(
    table: Any, cohort_id: int | None, person_id: int | BindParameter[int] | None
) -> list[ColumnElement[bool]]:
    wanted = []
    if cohort_id is not None:
        wanted.append(table.cohort_id == cohort_id)
    if person_id is not None:
        wanted.append(table.person_id == person_id)
    return wanted


def _hours(as_of: date, person_id: int | BindParameter[int] | None) -> Subquery:
    """person_id, cohort_id, hundredths: what was given in a cohort, and for lessons it takes."""
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


def _total(hundredths: Any) -> ColumnElement[Any]:
    """Whole numbers: the same on every database, and the quickest there is to add."""
    return func.sum(hundredths).label("hundredths")


def _verdicts(as_of: date, person_id: int | BindParameter[int] | None) -> Subquery:
    """person_id, cohort_id, sat, passed: in how many of a cohort's assessments. The best counts."""
    each = (
        select(Verdict.person_id, CohortAssessment.cohort_id, best())
        .join(CohortAssessment, CohortAssessment.assessment_id == Verdict.assessment_id)
        .where(counting_on((), as_of))
        .where(*_only(Verdict, None, person_id))
        .group_by(Verdict.assessment_id, Verdict.person_id, CohortAssessment.cohort_id)
        .subquery()
    )
    return (
        select(
            each.c.person_id,
            each.c.cohort_id,
            func.count().label("sat"),
            func.sum(each.c.passed).label("passed"),
        )
        .group_by(each.c.person_id, each.c.cohort_id)
        .subquery()
    )


def _assessed() -> ColumnElement[int]:
    """How many assessments a cohort has."""
    number = select(func.count()).select_from(CohortAssessment)
    return number.where(CohortAssessment.cohort_id == Enrolment.cohort_id).scalar_subquery()
