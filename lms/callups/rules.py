"""Who is never away with whom, which classes a plan has, and what becomes of a name. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.errors import Invalid
from lms.holidays.days import DAY, Calendar
from lms.people.rules import VILLAGE_CADRES, Post
from lms.words import N_

Days = tuple[date, date]  # from a day to a day, both included
MOST_CLASSES = 999
WEEK = 5  # days worked one after another, as a rule
SOON = 40  # days: so far a stretch without a day off is looked for


def overlap(one: Days, other: Days) -> bool:
    """Whether two spans share a day: classes that do are away together."""
    return one[0] <= other[1] and other[0] <= one[1]


# ── who is never away with whom ─────────────────────────────────────────────────────────────────


def apart(held: Iterable[tuple[int, int, Post]]) -> list[tuple[int, int]]:
    """Pairs of one village who are never away together, the 书记 first.

    held: village, person, post. 书记 and 主任; where one person is both (一肩挑), that person and
    each 副书记.
    """
    villages: dict[int, dict[Post, set[int]]] = defaultdict(lambda: defaultdict(set))
    for village, person, post in held:
        villages[village][post].add(person)
    pairs: dict[tuple[int, int], None] = {}
    for posts in villages.values():
        heads, directors = posts[Post.VPS], posts[Post.VCD]
        for head in sorted(heads):
            others = directors | (posts[Post.VDS] if head in directors else set())
            for other in sorted(others - {head}):
                if (other, head) not in pairs:
                    pairs[head, other] = None
    return list(pairs)


# ── the classes of a plan ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Planned:
    """A class that a split fills. area: the unit whose people it is for."""

    number: int
    area: int
    first_on: date
    last_on: date
    place: str
    capacity: int
    title: str = ""

    @property
    def days(self) -> Days:
        return self.first_on, self.last_on


@dataclass(frozen=True)
class Series:
    """Dates and sizes given once for all classes. at_once: classes of an area at the same time.

    calendar: which days are worked, where no class is to be on others; none: days as they come.
    """

    capacity: int
    first_on: date
    days: int
    gap: int
    at_once: int
    calendar: Calendar | None = None

    def periods(self) -> Iterator[Days]:
        """One after the other, without an end."""
        first = self.first_on
        while True:
            first, last = self._period(first)
            yield first, last
            first = last + timedelta(days=self.gap + 1)

    def _period(self, day: date) -> Days:
        """From a day on: the next stretch of working days that is long enough.

        What is longer than a week has days off in it, and these are none of its days.
        """
        if self.calendar is None:
            return day, day + timedelta(days=self.days - 1)
        if self.days <= WEEK:
            for late in range(SOON):
                days = day + late * DAY, day + (late + self.days - 1) * DAY
                if not days_off(days, self.calendar):
                    return days
        first = self.calendar.after(day - DAY, 1)
        return first, self.calendar.after(first, self.days - 1)


def days_off(days: Days, calendar: Calendar) -> list[date]:
    """The days of a span that are not worked."""
    first, last = days
    span = (first + number * DAY for number in range((last - first).days + 1))
    return [day for day in span if not calendar.works(day)]


def refuse_day_off(days: Days, calendar: Calendar) -> None:
    """A class neither begins nor ends on a weekend or a holiday, unless the officer says so."""
    for day in days:
        if not calendar.works(day):
            raise Invalid(
                "{day} 是周末或节假日。请改日期；确要在休息日办班的，取消勾选“避开周末和节假日”。",
                day=day,
            )


@dataclass(frozen=True)
class Area:
    """A unit whose people are split among classes of its own. pairs: who are never away together"""

    id: int
    name: str
    persons: int
    pairs: int
    place: str = ""


def planned(series: Series, areas: Sequence[Area]) -> list[Planned]:
    """The classes that these people need, area by area, numbered through."""
    found: list[Planned] = []
    for area in areas:
        for size, days in zip(_sizes(series, area), series.periods(), strict=False):
            for _ in range(size):
                number = len(found) + 1
                found.append(Planned(number, area.id, *days, area.place, series.capacity))
    refuse_too_many(len(found))
    return found


def refuse_too_many(classes: int) -> None:
    """Nobody reads a plan of thousands of classes: a figure is wrong."""
    if classes > MOST_CLASSES:
        raise Invalid(
            "这样要开 {n} 个班，超过 {most} 个；请把每班人数加大，或分县办理。",
            n=classes,
            most=MOST_CLASSES,
        )


def _sizes(series: Series, area: Area) -> list[int]:
    """How many classes of an area run in each period: as few as hold everybody and every pair."""
    if not area.persons:
        return []
    classes = -(-area.persons // series.capacity)
    while True:
        periods = max(-(-classes // series.at_once), 2 if area.pairs else 1)
        even, more = divmod(classes, periods)
        sizes = [even + (number < more) for number in range(periods)]
        halves = sum(min(area.pairs, size * series.capacity) for size in sizes)
        if halves >= 2 * area.pairs:
            return sizes
        classes += 1


# ── why somebody has no class ───────────────────────────────────────────────────────────────────


class Out(StrEnum):
    """Why a person has no class."""

    EXEMPT = "exempt"
    DEFERRED = "deferred"
    NO_CLASS = "no class"
    OTHER_AWAY = "other away"
    FULL = "full"
    APART = "apart"


OUT_NAMES: dict[Out, str] = {
    Out.EXEMPT: N_("免训"),
    Out.DEFERRED: N_("缓训"),
    Out.NO_CLASS: N_("没有面向其单位的班"),
    Out.OTHER_AWAY: N_("同村负责人在外参训，时间全部重叠"),
    Out.FULL: N_("可以参加的班都已满员"),
    Out.APART: N_("有空位的班都与同村负责人同时离村"),
}


# ── 调训: a name within a quota ─────────────────────────────────────────────────────────────────


class Step(StrEnum):
    """What happened to a name. The last step says how it stands."""

    NAMED = "named"
    WAITING = "waiting"
    MOVED_UP = "moved up"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


STEP_NAMES: dict[Step, str] = {
    Step.NAMED: N_("已报名，待审批"),
    Step.WAITING: N_("候补"),
    Step.MOVED_UP: N_("已递补，待审批"),
    Step.APPROVED: N_("已批准"),
    Step.RETURNED: N_("已退回"),
    Step.WITHDRAWN: N_("已撤回"),
}
# Who takes a place of the quota; who waits for the organiser; whose matter is over.
TAKING = frozenset({Step.NAMED, Step.MOVED_UP, Step.APPROVED})
ASKING = frozenset({Step.NAMED, Step.MOVED_UP})
OVER = frozenset({Step.RETURNED, Step.WITHDRAWN})


def first_step(places: int, taken: int) -> Step:
    """Within the quota a name waits to be approved; beyond it, for a place."""
    return Step.NAMED if taken < places else Step.WAITING


def move_up(places: int, steps: Sequence[tuple[int, Step]]) -> list[int]:
    """Who of those that wait takes the places that are free. steps: id and state, in order."""
    free = places - sum(step in TAKING for _, step in steps)
    waiting = [key for key, step in steps if step is Step.WAITING]
    return waiting[: max(0, free)]


# ── 长期不训 ────────────────────────────────────────────────────────────────────────────────────


class Audience(StrEnum):
    """For whom a time without training is long."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    LEADERS = "leaders"
    EXPERTS = "experts"
    OTHERS = "others"


AUDIENCE_NAMES: dict[Audience, str] = {
    Audience.VILLAGE: N_("村（社区）干部"),
    Audience.TOWNSHIP: N_("乡镇和机关干部"),
    Audience.LEADERS: N_("党政领导干部"),
    Audience.EXPERTS: N_("专业技术人员"),
    Audience.OTHERS: N_("其他人员"),
}
_POSTS: dict[Audience, frozenset[Post]] = {
    Audience.VILLAGE: VILLAGE_CADRES | {Post.VSD},
    Audience.TOWNSHIP: frozenset({Post.TPS, Post.THD, Post.TLD, Post.TOC, Post.TOG, Post.STAFF}),
    Audience.LEADERS: frozenset({Post.LEADER}),
    Audience.EXPERTS: frozenset({Post.TECH}),
}
# Years: 每年至少一次集中培训; 每年 12 天或 90 学时; 五年内 3 个月或 550 学时; 每年 90 学时.
USUAL_YEARS: dict[Audience, int] = {
    Audience.VILLAGE: 1,
    Audience.TOWNSHIP: 1,
    Audience.LEADERS: 5,
    Audience.EXPERTS: 1,
    Audience.OTHERS: 5,
}


def audience_of(posts: Iterable[Post]) -> Audience:
    """The audience of a person, the one that is trained most often where there are several."""
    held = set(posts)
    return next((one for one, some in _POSTS.items() if held & some), Audience.OTHERS)


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; the last of February for its 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
