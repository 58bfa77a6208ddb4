"""How far everybody on some lists has come, as of a day: of all in one walk, each as it asks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Label, Select, and_, case, func, literal, or_, select, tuple_, union_all
from sqlalchemy.sql.expression import ColumnElement, Subquery

from lms.courses.models import Lesson
from lms.db import as_written
from lms.ledger.models import HourEntry
from lms.training.asks import Asked, Asks, what_they_ask
from lms.training.completion import in_training, one_where, result
from lms.training.models import CohortCourse, Enrolment

SAT, PASSED = 1, 2  # all that a list asks for
EARNED = func.coalesce(func.sum(HourEntry.hundredths), 0)
Exams = Mapping[tuple[Asked, ...], Collection[int]]  # what is asked → by which lists


def of_lists(
    as_of: date, cohort_ids: Collection[int], who: ColumnElement[bool] | None = None
) -> Select:
    """One row for each enrolment that was 应训 on a day on these lists, of which there are any.

    who: as of `completion`.

    Columns as there: enrolment_id, person_id, org_id, cohort_id, hundredths; each 1 or 0:
    scheduled, sat_all, passed_all, reached, completed. Run it with the same options.
    """
    asks = what_they_ask(cohort_ids)
    exams = _exams(asks)
    of_all = [_reached(asks), *_results(exams, as_of)]
    held = in_training(as_of) if who is None else who
    parts = [_each(some, counting, held, as_of, of_all) for some, counting in _alike(asks)]
    each = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    scheduled = each.c.cohort_id.in_([one for some in exams.values() for one in some])
    exam = _exam(exams, each)
    return select(
        each.c.id.label("enrolment_id"),
        *(each.c.person_id, each.c.org_id, each.c.cohort_id, each.c.hundredths),
        one_where(scheduled).label("scheduled"),
        one_where(scheduled, exam >= SAT).label("sat_all"),
        one_where(scheduled, exam == PASSED).label("passed_all"),
        each.c.reached,
        one_where(each.c.reached == 1, exam == PASSED).label("completed"),
    )


def _exams(asks: Mapping[int, Asks]) -> Exams:
    found: dict[tuple[Asked, ...], list[int]] = {}
    for one, its in asks.items():
        if its.assessments:
            found.setdefault(tuple(its.assessments), []).append(one)
    return found


def _alike(asks: Mapping[int, Asks]) -> list[tuple[list[int], ColumnElement[bool]]]:
    """The lists, and which hours count in them: where these are a span, it is found at once."""
    spans = {one: its.span for one, its in asks.items() if its.span}
    found: list[tuple[list[int], ColumnElement[bool]]] = []
    if spans:
        first, last = (
            case({one: span[end] for one, span in spans.items()}, value=Enrolment.cohort_id)
            for end in (0, 1)
        )
        span = HourEntry.cohort_id.is_(None), HourEntry.lesson_id.between(first, last)
        found.append(([*spans], and_(*span)))
    if others := [one for one in asks if one not in spans]:
        found.append((others, _counting(others)))
    return found


def _counting(cohort_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether hours count in the list of an enrolment: given in it, or for a lesson it takes."""
    lessons = (
        select(CohortCourse.cohort_id, Lesson.id)
        .join(Lesson, Lesson.course_id == CohortCourse.course_id)
        .where(CohortCourse.cohort_id.in_(cohort_ids))
    )
    taken = tuple_(Enrolment.cohort_id, HourEntry.lesson_id).in_(lessons)
    by_lesson = and_(HourEntry.cohort_id.is_(None), taken)
    return or_(HourEntry.cohort_id == Enrolment.cohort_id, by_lesson)


def _each(
    cohort_ids: Collection[int],
    counting: ColumnElement[bool],
    who: ColumnElement[bool],
    as_of: date,
    of_all: Sequence[Label],
) -> Select:
    """From each on the lists to the own entries of the ledger. of_all: what is asked of any."""
    theirs = and_(HourEntry.person_id == Enrolment.person_id, counting)
    return (
        select(
            *(Enrolment.id, Enrolment.person_id, Enrolment.org_id, Enrolment.cohort_id),
            EARNED.label("hundredths"),
            *of_all,
        )
        .outerjoin(HourEntry, and_(theirs, as_written(HourEntry.earned_on) <= as_of))
        .where(who, Enrolment.cohort_id.in_(cohort_ids))
        .group_by(Enrolment.id)
    )


def _reached(asks: Mapping[int, Asks]) -> Label[int]:
    """Whether somebody has as many hours as the list asks for."""
    each = {one: round(its.required_hours * 100) for one, its in asks.items()}
    needed = case(each, value=Enrolment.cohort_id)
    return one_where(needed <= EARNED).label("reached")


def _results(exams: Exams, as_of: date) -> Iterator[Label]:
    """Of each assessment how it ended for who is on a list that asks for it."""
    for one, lists in _lists_of(exams).items():
        found = case((Enrolment.cohort_id.in_(lists), result(one, as_of)))
        yield found.label(_named(one))


def _lists_of(exams: Exams) -> dict[Asked, list[int]]:
    found: dict[Asked, list[int]] = {}
    for asked, lists in exams.items():
        for one in asked:
            found.setdefault(one, []).extend(lists)
    return found


def _exam(exams: Exams, each: Subquery) -> ColumnElement[int]:
    """Whether all that a list asks for was sat, or passed; where it asks for nothing, passed."""
    states = [
        (each.c.cohort_id.in_(lists), _state([each.c[_named(one)] for one in asked]))
        for asked, lists in exams.items()
    ]
    return case(*states, else_=PASSED) if states else literal(PASSED)


def _state(results: Sequence[ColumnElement[int | None]]) -> ColumnElement[int]:
    passed = and_(*(one == 1 for one in results))
    return case((passed, PASSED), (and_(*(one.is_not(None) for one in results)), SAT), else_=0)


def _named(one: Asked) -> str:
    return f"result_{one.id}"
