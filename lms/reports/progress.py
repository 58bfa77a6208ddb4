"""How a list has come along: completed by each of some days, in one walk; why the rest has not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Label,
    Subquery,
    and_,
    case,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload

from lms.db import alike, db
from lms.reports import attending
from lms.reports.counting import OF_THE_LIST, Counted, Roster, as_one, counted
from lms.reports.daily import Daily
from lms.reports.measures import Count
from lms.training.asks import what_is_asked
from lms.training.completion import in_training
from lms.training.models import (
    Cohort,
    Programme,
    ProgrammeProject,
)
from lms.training.of_lists import of_lists
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

LACKS = {lack: number for number, lack in enumerate(Lack, 1)}
DONE = (Count.REQUIRED.value, Count.COMPLETED.value)


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


def standing(
    roster: Roster, days: Sequence[date] = (), lines: Mapping[int, int] | None = None
) -> "pd.DataFrame":
    """One row a unit: org_id, required, completed, and how many lack what.

    days: of each, none later than the roster's, required0, completed0, … as of that day as well.
    lines: as for `counting.by_unit`.
    """
    curve = _Curve(Daily(what_is_asked(roster.cohort_id), days))
    asked = _asked(roster, curve)
    done, lack = [asked.flags[Count.REQUIRED], asked.flags[Count.COMPLETED]], _lack(asked.flags)
    if days:  # somebody else may have stood on the list then
        there = asked.row.c.there == 1
        done = [case((there, flag), else_=0) for flag in done]
        lack = case((there, lack), else_=0)
    named = dict(zip(DONE, done, strict=True)) | curve.counts(asked.row)
    bits = as_one(named.values()) + lack * (1 << len(named))
    people = alike([asked.row.c.org_id, bits], asked.source, OF_THE_LIST)
    return _added_up(people, list(named), lines)


def _added_up(
    people: Iterable[tuple[Sequence[int], int]],
    names: Sequence[str],
    lines: Mapping[int, int] | None,
) -> "pd.DataFrame":
    """People as unit and one number: a bit for each name, and above them what they lack.

    Of those who lack something, each lack in a column of its own, those are told who are 应训.
    """
    import pandas as pd

    columns = [*names, *(lack.value for lack in Lack)]
    sums: dict[int, dict[str, int]] = {}
    for (unit, bits), number in people:
        line = unit if lines is None else lines.get(unit)
        if line is None:
            continue
        found = sums.setdefault(line, dict.fromkeys(columns, 0))
        for place, name in enumerate(names):
            if bits >> place & 1:
                found[name] += number
        lack = bits >> len(names)
        if lack and bits & 1:
            found[columns[len(names) + lack - 1]] += number
    whole = {name: [one[name] for one in sums.values()] for name in columns}
    return pd.DataFrame({"org_id": list(sums)} | whole, dtype="int64")


def _asked(roster: Roster, curve: "_Curve | None" = None) -> Counted:
    wanted = {Count.REQUIRED, Count.COMPLETED, Count.DEFERRED, Count.ATTENDED, Count.REACHED}
    wanted |= {Count.SCHEDULED, Count.SAT, Count.EXAM_DEFERRED}
    classes = attending.has_classes(roster.cohort_id)
    wanted |= {Count.CALLED} if classes else set()
    if curve is None or not curve.days:
        return counted(roster, wanted)
    there = case((roster.required, 1), else_=0).label("there")
    return counted(roster, wanted, true(), [there, *curve.columns()])


def lacking(roster: Roster, lack: Lack) -> list[tuple[int, int]]:
    """The persons who are counted under a lack, each with the unit: (person_id, org_id)."""
    asked = _asked(roster)
    query = select(asked.row.c.person_id, asked.row.c.org_id).select_from(asked.source)
    found = db.session.execute(
        query.where(_lack(asked.flags) == LACKS[lack]),
        execution_options=OF_THE_LIST,
    )
    return [(person, unit) for person, unit in found]


def _lack(flags: dict[Count, Any]) -> ColumnElement[int]:
    """What somebody lacks, the first that holds, by its number; 0 for who has completed."""
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
    return case(
        (flags[Count.COMPLETED] == 1, 0),
        *((held, LACKS[lack]) for lack, held in each.items()),
        else_=0,
    )


@dataclass(frozen=True)
class _Curve:
    """Some days of a list: who was on it on each, and who had completed it."""

    daily: Daily

    @property
    def days(self) -> Sequence[date]:
        return self.daily.days

    def columns(self) -> Iterator[Label]:
        """there0, … and what is looked up of each day."""
        for place, day in enumerate(self.days):
            yield case((in_training(day), 1), else_=0).label(f"there{place}")
        yield from self.daily.columns()

    def counts(self, row: Subquery) -> dict[str, ColumnElement[int]]:
        """required0, completed0, … each 0 or 1."""
        found: dict[str, ColumnElement[int]] = {}
        for place in range(len(self.days)):
            there = row.c[f"there{place}"]
            met = self.daily.reached(row, place), *self.daily.passed(row, place)
            found[f"required{place}"] = there
            found[f"completed{place}"] = case((and_(there == 1, *met), 1), else_=0)
        return found


def done_in(cohort_ids: Sequence[int], as_of: date) -> Iterable[tuple[Sequence[int], int]]:
    """Those 应训 on some lists: cohort_id, org_id, completed (1 or 0), and how many they are."""
    if not cohort_ids:
        return []
    row = of_lists(as_of, cohort_ids).subquery()
    return alike([row.c.cohort_id, row.c.org_id, row.c.completed], row, OF_THE_LIST)


def at_work(as_of: date, most: int = 8) -> Sequence[Cohort]:
    """The cohorts in sight that have begun and end this year or later, the latest first."""
    query = select(Cohort).where(
        Cohort.opens_on <= as_of, or_(Cohort.closes_on >= date(as_of.year, 1, 1))
    )
    order = query.order_by(Cohort.closes_on.desc(), Cohort.id.desc()).limit(most)
    projects = joinedload(Cohort.programme).selectinload(Programme.projects)
    return db.session.scalars(order.options(projects.joinedload(ProgrammeProject.project))).all()
