"""What is behind an 应训人数变动表: who stood on a list, came and went, by unit, with names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from lms.clock import day_of
from lms.courses.models import Lesson
from lms.db import db
from lms.exams.models import Verdict
from lms.ledger.models import HourEntry
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.people.models import Person
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    EnrolmentPost,
    Relief,
    ReliefStep,
)
from lms.training.placing import Placing, placing
from lms.training.rules import ReliefKind, ReliefState, completed
from lms.training.tables import (
    GAINS,
    GONE,
    LOSSES,
    Days,
    Move,
    Moves,
    Period,
    Stood,
    by_part,
    moved,
    pieces,
    stands_after,
    stood_before,
)
from lms.training.verdicts import by_the_last, counting_on

OF_THE_LIST = {"counted": Enrolment}
PAGE = 100


def period(cohort: Cohort, after: date | None, until: date) -> Period:
    """The days that a table speaks of: from the fixing of the list, or after the end of a day."""
    fixed = day_of(cohort.fixed_at) if cohort.fixed_at else cohort.opens_on
    if after is None or after < fixed:
        return Period(fixed, max(until, fixed), from_fixing=True)
    return Period(after, max(until, after))


def stood(cohort_id: int, there: Placing, one_by_one: bool = False) -> list[Stood]:
    """Everybody who was ever on a fixed list in a tree: those alike in one row, or each."""
    away = _away(cohort_id)
    facts = (
        Enrolment.org_id,
        Enrolment.from_on,
        Enrolment.came_by,
        Enrolment.to_on,
        Enrolment.left_by,
    )
    mine = (
        select(*facts)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.came_by.is_not(None))
        .where(or_(under(there.org.path), OrgUnit.id.in_(there.gone)))
    )
    alone = mine.add_columns(Enrolment.id)
    if one_by_one:
        return [_one(row, away) for row in db.session.execute(alone, execution_options=OF_THE_LIST)]
    rest = mine.add_columns(func.count(Enrolment.id)).group_by(*facts)
    rows = db.session.execute(
        rest.where(Enrolment.id.not_in(list(away))), execution_options=OF_THE_LIST
    )
    found = [Stood(row[0], Days(row[1], row[3]), row[2], row[4], many=row[5]) for row in rows]
    with_days = alone.where(Enrolment.id.in_(list(away)))
    rows = db.session.execute(with_days, execution_options=OF_THE_LIST)
    return found + [_one(row, away) for row in rows]


def _one(row: Any, away: dict[int, list[Days]]) -> Stood:
    days = Days(row.from_on, row.to_on)
    left_out = tuple(away.get(row.id, ()))
    return Stood(row.org_id, days, row.came_by, row.left_by, left_out, enrolment_id=row.id)


def _away(cohort_id: int) -> dict[int, list[Days]]:
    """Enrolment → the days of its exemptions, as far as they held."""
    query = (
        select(Relief.enrolment_id, Relief.id, Relief.from_on, Relief.to_on)
        .add_columns(ReliefStep.state, ReliefStep.on)
        .join(ReliefStep, ReliefStep.relief_id == Relief.id)
        .where(Relief.cohort_id == cohort_id, Relief.kind == ReliefKind.EXEMPT)
    )
    spans: dict[int, tuple[int, date, date]] = {}
    approved: set[int] = set()
    for row in db.session.execute(query):
        first, last = row.from_on, row.to_on
        if row.id in spans:
            first, last = spans[row.id][1:]
        if row.state is ReliefState.TAKEN_BACK:
            last = min(last, row.on)
        approved |= {row.id} if row.state is ReliefState.APPROVED else set()
        spans[row.id] = (row.enrolment_id, first, last)
    found: dict[int, list[Days]] = {}
    for relief_id, (enrolment_id, first, last) in spans.items():
        if relief_id in approved and first < last:
            found.setdefault(enrolment_id, []).append(Days(first, last))
    return found


# ── the table ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """A unit right below the one asked about; no unit: what hangs on that one itself."""

    org: OrgUnit | None
    moves: Moves


@dataclass(frozen=True)
class Table:
    """The change of a list between two days, by unit.

    elsewhere: units that lay here within the period and whose people are answered for elsewhere.
    """

    org: OrgUnit
    period: Period
    lines: Sequence[Line]
    total: Moves
    elsewhere: Sequence[str] = ()


def table(cohort: Cohort, org: OrgUnit, period: Period) -> Table:
    """One line for each unit below that has anybody, in administrative order, and the whole.

    Each person counts where the unit hung on the day. What was hung from one line to another came
    into the one and left the other; it is no move of the whole.
    """
    there = placing(org, period)
    rows = stood(cohort.id, there)
    counted = by_part(rows, there.steps, period)
    total = by_part(rows, there.inside, period).get(0, Moves())
    for key in _completed_by_part(cohort, period, there):
        counted[key].completed += 1
        total.completed += 1
    lines = [Line(one, counted[one.id]) for one in _parts(counted) if counted[one.id] != Moves()]
    if counted.get(0, Moves()) != Moves():
        lines.append(Line(None, counted[0]))
    return Table(org, period, lines, total, there.elsewhere)


def _parts(ids: Iterable[int]) -> Sequence[OrgUnit]:
    query = select(OrgUnit).where(OrgUnit.id.in_(list(ids)))
    return db.session.scalars(query.order_by(OrgUnit.place, OrgUnit.path)).all()


def _completed_by_part(cohort: Cohort, period: Period, there: Placing) -> list[int]:
    """The part of each who completed and then left."""
    left = completed_then_left(cohort, period)
    parts = [there.part_before(one.org_id, one.to_on) for one in left]
    return [part for part in parts if part is not None]


# ── 完成后离任 ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Left:
    """Somebody who left a list for another post, or for none."""

    id: int
    person_id: int
    org_id: int
    to_on: date


def completed_then_left(cohort: Cohort, period: Period) -> list[Left]:
    """Who left within a period, having completed by then: they are in no 完成 of later days."""
    left = [one for one in _left(cohort.id) if _within(one.to_on, period)]
    hours, passed = _hours_of(cohort.id, left), _passed_of(cohort.id, left)
    asked = len(cohort.assessments)
    required = cohort.required_hours
    return [
        one
        for one in left
        if completed(hours.get(one.id, Decimal(0)), required, passed[one.id] >= asked, bool(asked))
    ]


def _within(on: date, period: Period) -> bool:
    return on <= period.until and not period.had(on, initial=False)


def _left(cohort_id: int) -> list[Left]:
    query: Select = (
        select(Enrolment.id, Enrolment.person_id, Enrolment.org_id, Enrolment.to_on)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.came_by.is_not(None))
        .where(Enrolment.left_by.in_(GONE), Enrolment.to_on > Enrolment.from_on)
    )
    return [Left(*row) for row in db.session.execute(query)]


def _hours_of(cohort_id: int, left: Sequence[Left]) -> dict[int, Decimal]:
    """Enrolment → hours earned before it ended: in the cohort, and by lessons it takes."""
    lessons = (
        select(Lesson.id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(CohortCourse.cohort_id == cohort_id)
    )
    by_lesson = and_(HourEntry.cohort_id.is_(None), HourEntry.lesson_id.in_(lessons))
    query = (
        select(Enrolment.id, func.sum(HourEntry.hundredths))
        .join(HourEntry, HourEntry.person_id == Enrolment.person_id)
        .where(Enrolment.id.in_([one.id for one in left]))
        .where(or_(by_lesson, HourEntry.cohort_id == cohort_id))
        .where(HourEntry.earned_on < Enrolment.to_on)
        .group_by(Enrolment.id)
    )
    rows = db.session.execute(query, execution_options=OF_THE_LIST)
    return {row[0]: Decimal(int(row[1])) / 100 for row in rows}


def _passed_of(cohort_id: int, left: Sequence[Left]) -> dict[int, int]:
    """Enrolment → how many assessments of the cohort were passed, as it stood when it ended."""
    found = dict.fromkeys((one.id for one in left), 0)
    lasts = by_the_last([cohort_id])
    ended: dict[date, list[int]] = {}
    for one in left:
        ended.setdefault(one.to_on, []).append(one.id)
    for day, ids in ended.items():
        query = (
            select(Enrolment.id, func.count(Verdict.assessment_id.distinct()))
            .join(Verdict, Verdict.person_id == Enrolment.person_id)
            .join(CohortAssessment, CohortAssessment.assessment_id == Verdict.assessment_id)
            .where(CohortAssessment.cohort_id == cohort_id, Enrolment.id.in_(ids))
            .where(counting_on(lasts, day - timedelta(days=1)), Verdict.passed)
            .group_by(Enrolment.id)
        )
        rows = db.session.execute(query, execution_options=OF_THE_LIST)
        found |= {row[0]: row[1] for row in rows}
    return found


# ── the names behind a number ───────────────────────────────────────────────────────────────────


START, END, GAINED, LOST, COMPLETED = "start", "end", "gained", "lost", "completed"


@dataclass(frozen=True)
class Named:
    """One of the persons behind a number; on and why: of the move, where it is one."""

    enrolment_id: int
    name: str
    unit: str
    superior: str
    posts: str
    on: date | None
    why: Move | None


def names(
    cohort: Cohort, org: OrgUnit, period: Period, what: str, own: bool = False, page: int = 1
) -> tuple[list[Named], int]:
    """The persons behind one number of a table, in administrative order, and how many.

    own: of the unit alone, without those below it.
    """
    there = placing(org, period)
    if what == COMPLETED:
        chosen: list[tuple[int, date | None, Move | None]] = [
            (one.id, one.to_on, None)
            for one in completed_then_left(cohort, period)
            if there.part_before(one.org_id, one.to_on) is not None
            and (not own or one.org_id == org.id)
        ]
    else:
        rows = stood(cohort.id, there, one_by_one=True)
        mine = [one for one in rows if not own or one.org_id == org.id]
        cut = [piece for one in mine for _, piece in pieces(one, there.inside(one.org_id))]
        chosen = _chosen(cut, period, what)
    facts = _facts([one[0] for one in chosen])
    found = [Named(key, *facts[key][1:], on, why) for key, on, why in chosen if key in facts]
    found.sort(key=lambda one: facts[one.enrolment_id][0])
    return found[(page - 1) * PAGE : page * PAGE], len(found)


def _chosen(
    rows: Sequence[Stood], period: Period, what: str
) -> list[tuple[int, date | None, Move | None]]:
    if what in (START, END):
        there = stood_before if what == START else stands_after
        return [(one.enrolment_id, None, None) for one in rows if there(one, period)]
    wanted = {GAINED: GAINS, LOST: LOSSES}.get(what) or (Move(what),)
    return [
        (one.enrolment_id, on, move)
        for one in rows
        for on, move in moved(one, period)
        if move in wanted
    ]


def _facts(ids: Sequence[int]) -> dict[int, tuple[str, str, str, str, str]]:
    """Enrolment → the path to sort by, name, unit, its superior, and the words of its posts."""
    superior = aliased(OrgUnit)
    query = (
        select(Enrolment.id, OrgUnit.path, Person.pinyin, Person.name, OrgUnit.name.label("unit"))
        .add_columns(func.coalesce(superior.name, "").label("superior"))
        .join(Person, Person.id == Enrolment.person_id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .outerjoin(superior, superior.id == OrgUnit.parent_id)
        .where(Enrolment.id.in_(ids))
    )
    posts: dict[int, list[str]] = {}
    held = select(EnrolmentPost.enrolment_id, EnrolmentPost.post)
    for key, post in db.session.execute(held.where(EnrolmentPost.enrolment_id.in_(ids))):
        posts.setdefault(key, []).append(post.value)
    return {
        row.id: (
            f"{row.path} {row.pinyin}",
            row.name,
            row.unit,
            row.superior,
            " ".join(posts.get(row.id, [])),
        )
        for row in db.session.execute(query, execution_options=OF_THE_LIST)
    }
