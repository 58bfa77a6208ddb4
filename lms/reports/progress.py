"""How a list has come along: completed by each of some days, in one walk; why the rest has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from lms.db import db
from lms.exams.models import Verdict
from lms.ledger.models import HourEntry
from lms.reports import attending
from lms.reports.counting import OF_THE_LIST, Counted, Roster, counted, counts_here
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.training.completion import completion, counted_on, exempted
from lms.training.models import (
    Cohort,
    CohortAssessment,
    Enrolment,
    Programme,
    ProgrammeProject,
)
from lms.words import N_

if TYPE_CHECKING:
    import pandas as pd


class Lack(StrEnum):
    """Why somebody has not completed: the first that holds, so that they add up."""

    DEFERRED = "lack_deferred"
    NOT_CALLED = "lack_called"
    ABSENT = "lack_absent"
    HOURS = "lack_hours"
    EXAM_DEFERRED = "lack_exam"
    NOT_SAT = "lack_sat"
    FAILED = "lack_failed"


LACK_NAMES: dict[Lack, str] = {
    Lack.DEFERRED: N_("缓训"),
    Lack.NOT_CALLED: N_("未调训"),
    Lack.ABSENT: N_("未参训"),
    Lack.HOURS: N_("学时不足"),
    Lack.EXAM_DEFERRED: N_("缓考"),
    Lack.NOT_SAT: N_("未参考"),
    Lack.FAILED: N_("未合格"),
}


def planned(opens_on: date, closes_on: date, day: date) -> float:
    """The share that should be done by a day: even steps from the first day to the last."""
    whole, gone = (closes_on - opens_on).days + 1, (day - opens_on).days + 1
    return min(1.0, max(0.0, gone / whole))


def steps(opens_on: date, last: date, most: int = 5) -> list[date]:
    """Some days from the first to the last, evenly apart; the last is among them."""
    if last <= opens_on:
        return [last]
    number = min(most, (last - opens_on).days + 1)
    gap = (last - opens_on) / (number - 1) if number > 1 else last - opens_on
    return sorted({*(opens_on + gap * place for place in range(number - 1)), last})


def standing(roster: Roster) -> "pd.DataFrame":
    """One row a unit: org_id, required, completed, and how many lack what."""
    asked = _asked(roster)
    sums = {
        Count.REQUIRED.value: asked.flags[Count.REQUIRED],
        Count.COMPLETED.value: asked.flags[Count.COMPLETED],
    } | _lacks(asked.flags)
    columns = [cast(func.sum(value), Integer).label(name) for name, value in sums.items()]
    query = select(asked.row.c.org_id, *columns).select_from(asked.source)
    return frame(query.group_by(asked.row.c.org_id), counted=Enrolment)


def _asked(roster: Roster) -> Counted:
    wanted = {Count.REQUIRED, Count.COMPLETED, Count.DEFERRED, Count.ATTENDED, Count.REACHED}
    wanted |= {Count.SCHEDULED, Count.SAT, Count.EXAM_DEFERRED}
    classes = attending.has_classes(roster.cohort_id)
    return counted(roster, wanted | ({Count.CALLED} if classes else set()))


def lacking(roster: Roster, lack: Lack) -> list[tuple[int, int]]:
    """The persons who are counted under a lack, each with the unit: (person_id, org_id)."""
    asked = _asked(roster)
    query = select(asked.row.c.person_id, asked.row.c.org_id).select_from(asked.source)
    found = db.session.execute(
        query.where(_lacks(asked.flags).get(lack.value, literal(0)) == 1),
        execution_options=OF_THE_LIST,
    )
    return [(person, unit) for person, unit in found]


def _lacks(flags: dict[Count, Any]) -> dict[str, Any]:
    """Each lack as 0 or 1; of one person one at most."""
    called = flags.get(Count.CALLED)
    each = {
        Lack.DEFERRED: flags[Count.DEFERRED] == 1,
        **({Lack.NOT_CALLED: called == 0} if called is not None else {}),
        Lack.ABSENT: flags[Count.ATTENDED] == 0,
        Lack.HOURS: flags[Count.REACHED] == 0,
        Lack.EXAM_DEFERRED: flags[Count.EXAM_DEFERRED] == 1,
        Lack.NOT_SAT: and_(flags[Count.SCHEDULED] == 1, flags[Count.SAT] == 0),
        Lack.FAILED: flags[Count.SCHEDULED] == 1,
    }
    which = case(*((held, lack.value) for lack, held in each.items()), else_="")
    still = flags[Count.COMPLETED] == 0
    return {lack.value: case((and_(still, which == lack.value), 1), else_=0) for lack in each}


@dataclass(frozen=True)
class _Day:
    """The columns of one day."""

    on: date
    place: int

    @property
    def there(self) -> ColumnElement[bool]:
        gone = and_(Enrolment.to_on.is_not(None), Enrolment.to_on <= self.on)
        off = Enrolment.id.in_(exempted(self.on))
        return and_(Enrolment.from_on <= self.on, not_(gone), not_(off))

    def name(self, what: str) -> str:
        return f"{what}{self.place}"


def by_day(cohort: Cohort, on: Sequence[date]) -> "pd.DataFrame":
    """One row a unit: org_id, and for each day required0, completed0, … as of that day."""
    days = [_Day(day, place) for place, day in enumerate(on)]
    hours, passed = _hours(cohort.id, days), _passed(cohort.id, days)
    asked = select(func.count()).where(CohortAssessment.cohort_id == cohort.id).scalar_subquery()
    owed = round(cohort.required_hours * 100)
    columns = []
    for day in days:
        done = and_(
            day.there,
            func.coalesce(hours.c[day.name("hours")], 0) >= owed,
            func.coalesce(passed.c[day.name("passed")], 0) >= asked,
        )
        for what, held in (("required", day.there), ("completed", done)):
            whole = cast(func.sum(case((held, 1), else_=0)), Integer)
            columns.append(whole.label(day.name(what)))
    query = (
        select(Enrolment.org_id, *columns)
        .outerjoin(hours, hours.c.person_id == Enrolment.person_id)
        .outerjoin(passed, passed.c.person_id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort.id)
    )
    return frame(query.group_by(Enrolment.org_id), counted=Enrolment)


def _hours(cohort_id: int, days: Sequence[_Day]) -> Subquery:
    sums = [
        func.sum(case((HourEntry.earned_on <= day.on, HourEntry.hundredths), else_=0)).label(
            day.name("hours")
        )
        for day in days
    ]
    query = select(HourEntry.person_id, *sums).where(
        counts_here(cohort_id), HourEntry.earned_on <= days[-1].on
    )
    return query.group_by(HourEntry.person_id).subquery()


def _passed(cohort_id: int, days: Sequence[_Day]) -> Subquery:
    asked = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    names = [day.name("passed") for day in days]
    counting = [counted_on(cohort_id, day.on) for day in days]  # what counts today did not always
    held = [func.max(case((and_(Verdict.passed, one), 1), else_=0)) for one in counting]
    best = (
        select(Verdict.person_id, *(one.label(name) for one, name in zip(held, names, strict=True)))
        .where(or_(*counting), Verdict.assessment_id.in_(asked))
        .group_by(Verdict.assessment_id, Verdict.person_id)
        .subquery()
    )
    sums = [func.sum(best.c[name]).label(name) for name in names]
    return select(best.c.person_id, *sums).group_by(best.c.person_id).subquery()


def done_in(cohort_ids: Sequence[int], as_of: date) -> Sequence[Row[int, int, int, int]]:
    """One row a cohort and unit: cohort_id, org_id, required, completed; of all in one walk."""
    row = completion(as_of, cohort_ids=cohort_ids).subquery()
    sums = [
        func.count().label(Count.REQUIRED.value),
        cast(func.sum(row.c.completed), Integer).label(Count.COMPLETED.value),
    ]
    query = select(row.c.cohort_id, row.c.org_id, *sums).group_by(row.c.cohort_id, row.c.org_id)
    return db.session.execute(query, execution_options=OF_THE_LIST).all()


def at_work(as_of: date, most: int = 8) -> Sequence[Cohort]:
    """The cohorts in sight that have begun and end this year or later, the latest first."""
    query = select(Cohort).where(
        Cohort.opens_on <= as_of, or_(Cohort.closes_on >= date(as_of.year, 1, 1))
    )
    order = query.order_by(Cohort.closes_on.desc(), Cohort.id.desc()).limit(most)
    projects = joinedload(Cohort.programme).selectinload(Programme.projects)
    return db.session.scalars(order.options(projects.joinedload(ProgrammeProject.project))).all()
