"""When somebody is reminded of what is not done, and whom it is told to next. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lms.clock import CITY_TIME
from lms.holidays.days import Calendar
from lms.words import N_

BEGINS, ENDS = time(8), time(20)  # nobody is reminded before or after


class Whom(StrEnum):
    """To whom a step speaks."""

    PERSON = "person"
    TOWNSHIP = "township"
    COUNTY = "county"


class Step(StrEnum):
    """What is done about what is not done, one after the other."""

    WEEK = "a week before"
    THREE = "three days before"
    ONE = "the day before"
    OVER = "the day after"
    TOWNSHIP = "to the township"
    COUNTY = "to the county"


STEP_NAMES: dict[Step, str] = {
    Step.WEEK: N_("截止前 7 天提醒本人"),
    Step.THREE: N_("截止前 3 天提醒本人"),
    Step.ONE: N_("截止前 1 天提醒本人"),
    Step.OVER: N_("截止后 1 天提醒本人"),
    Step.TOWNSHIP: N_("名单交乡镇（街道）"),
    Step.COUNTY: N_("名单交县（市、区）"),
}
# Days before the last day; working days after it. The order is that of the steps.
OFFSETS = {
    Step.WEEK: -7,
    Step.THREE: -3,
    Step.ONE: -1,
    Step.OVER: 1,
    Step.TOWNSHIP: 2,
    Step.COUNTY: 5,
}
WHOM = dict.fromkeys(Step, Whom.PERSON) | {
    Step.TOWNSHIP: Whom.TOWNSHIP,
    Step.COUNTY: Whom.COUNTY,
}
FIRST, LAST = min(OFFSETS.values()), max(OFFSETS.values())
STALE = 7  # days after its own a step is left out: a house that slept tells nothing old
HOLIDAYS = 14  # no rest is longer


def may_speak(now: datetime, calendar: Calendar) -> bool:
    """On a working day, from eight to eight."""
    here = now.astimezone(CITY_TIME)
    return BEGINS <= here.time() < ENDS and calendar.works(here.date())


def own_day(step: Step, closes_on: date, calendar: Calendar) -> date:
    """The day of a step: before the end the last working day by then, after it working days."""
    if OFFSETS[step] > 0:
        return calendar.after(closes_on, OFFSETS[step])
    day = closes_on + timedelta(days=OFFSETS[step])
    while not calendar.works(day):
        day -= timedelta(days=1)
    return day


def due(
    closes_on: date,
    day: date,
    given: Collection[Step],
    spoken_on: date | None,
    calendar: Calendar,
) -> Step | None:
    """The step that is to be taken on a day; none where there is nothing to say.

    Where several fall on one day, as before long holidays, the last of them is taken. spoken_on:
    when a step was taken last; there is at most one a day.
    """
    if spoken_on is not None and spoken_on >= day:
        return None
    come = [step for step in Step if own_day(step, closes_on, calendar) <= day]
    if not come or any(list(Step).index(step) >= len(come) - 1 for step in given):
        return None
    last = come[-1]
    if OFFSETS[last] < 0 and day > closes_on:
        return None
    return last if (day - own_day(last, closes_on, calendar)).days <= STALE else None


def window(day: date) -> tuple[date, date]:
    """The last days of which a step may be due on a day: from, to."""
    return (
        day - timedelta(days=LAST + STALE + HOLIDAYS),
        day + timedelta(days=HOLIDAYS - FIRST),
    )


@dataclass(frozen=True)
class Open:
    """Somebody who has not done it: the person, the unit, and the path of that."""

    person_id: int
    name: str
    org_id: int
    unit: str
    path: str
