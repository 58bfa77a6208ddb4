"""A table of two days side by side, or a frozen one and now; each difference with its persons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, Integer, Label, Subquery, and_, case, literal, or_, select

from lms.clock import day_of
from lms.db import db, told
from lms.errors import Conflict, Invalid, NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.keeping import batches
from lms.reports import defining, freezing, queries
from lms.reports.changes import Why
from lms.reports.counting import OF_THE_LIST, Roster, counted, has_come
from lms.reports.daily import Daily
from lms.reports.explaining import Held, Part, Side, Stay, Stayed, explained, sides_of, summed
from lms.reports.freezing import FrozenTable
from lms.reports.measures import Count, Definition
from lms.reports.rules import Level
from lms.reports.services import fitting
from lms.reports.tables import REST, REST_NAMES, Tree
from lms.training import queries as training
from lms.training.asks import what_is_asked
from lms.training.completion import one_where
from lms.training.models import Cohort, Enrolment
from lms.words import N_

OVER = Count.REQUIRED  # below the line stands 应训
ABOVE = (Count.COMPLETED, Count.ATTENDED, Count.REACHED)
PLACES = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
CODES = ("completion_rate", "attendance_rate", "hours_rate")
NOTHING: ColumnElement[int] = literal(0, Integer)


@dataclass(frozen=True)
class Wanted:
    """Which two moments of which table. frozen: the earlier side is this frozen table.

    named: the parts are of one person each.
    """

    cohort_id: int
    before: date | None
    after: date
    under: int | None = None
    level: Level | None = None
    opening: bool = False
    code: str = CODES[0]
    frozen: int | None = None
    named: bool = False


@dataclass(frozen=True)
class Pair:
    """One line: the two numbers then and now. once: its name then, where it is another."""

    key: int
    name: str
    was: tuple[int, int]
    now: tuple[int, int]
    once: str = ""

    @property
    def moved(self) -> tuple[int, int]:
        return self.now[0] - self.was[0], self.now[1] - self.was[1]


@dataclass(frozen=True)
class Compared:
    """Two moments of a table side by side, with the parts that make one of the other."""

    cohort: Cohort
    root: OrgUnit
    level: Level
    measure: Definition
    once: int  # the version of it that held at the earlier moment; both sides go by the later
    before: date
    after: date
    opening: bool
    frozen: FrozenTable | None
    pairs: Sequence[Pair]
    parts: Sequence[Part]
    units: Mapping[int, str]
    kinds: Mapping[int, UnitKind]

    @property
    def total(self) -> Pair:
        """The sum of the lines."""
        sums = _sum(one.was for one in self.pairs), _sum(one.now for one in self.pairs)
        return Pair(-1, N_("合计"), *sums)

    @cached_property
    def sums(self) -> Mapping[tuple[int, Why], tuple[int, int]]:
        return summed(self.parts)

    @property
    def reasons(self) -> list[Why]:
        """The reasons there are, in their fixed order."""
        there = {why for _line, why in self.sums}
        return [why for why in Why if why in there]

    def of(self, why: Why, line: int | None = None) -> tuple[int, int]:
        """What a reason adds to the two numbers of a line; of all without one."""
        if line is not None:
            return self.sums.get((line, why), (0, 0))
        return _sum(value for (_line, one), value in self.sums.items() if one is why)


def _sum(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    below = above = 0
    for one, other in pairs:
        below, above = below + one, above + other
    return below, above


def last_period(as_of: date, cohort: Cohort) -> date:
    """The day one usually compares with: the end of the month before, within the cohort."""
    eve = as_of - timedelta(days=1)  # a list of today or of later days has no earlier one
    return max(as_of.replace(day=1) - timedelta(days=1), min(cohort.opens_on, eve))


def compared_of(wanted: Wanted, paths: Sequence[str]) -> Compared:
    """Two moments side by side. paths: the subtrees that the reader answers for.

    Raises NotFound for a unit outside of them, Invalid for days out of order.
    """
    cohort = training.cohort(wanted.cohort_id)
    frozen = freezing.frozen_table(wanted.frozen) if wanted.frozen else None
    if frozen is not None:
        _refuse_other(frozen, cohort)
        wanted = replace(wanted, under=frozen.org_id, opening=frozen.opening, before=frozen.as_of)
    root = _root(paths, wanted.under)
    level = wanted.level or fitting(root.kind)
    before = wanted.before or last_period(wanted.after, cohort)
    _refuse_out_of_order(before, wanted.after, frozen)
    trees = queries.trees(before, wanted.after)
    tree = trees[wanted.after]
    way = tree.way(root.id)
    measure = _measure(wanted.code, wanted.after, way)
    live = _Live(cohort, root.id, level, wanted.opening, measure.numerator, trees)
    stayed: Sequence[Stayed] = ()
    if frozen:
        now, then = live.at(wanted.after), _frozen(frozen, root.id, level, measure.numerator)
        # what was entered late stands apart from what came later
        between = [live.at(before)] if before < wanted.after else []
        steps = [then, *between, now]
    else:
        then, now, stayed = live.both(before, wanted.after, wanted.named)
        steps = [then, now]
    parts: list[Part] = []
    for one, other in zip(steps, steps[1:], strict=False):
        parts += explained(one, other, live.stays, stayed)
    return Compared(
        cohort,
        root,
        level,
        measure,
        defining.holding(before, way)[measure.code].version,
        before,
        wanted.after,
        wanted.opening,
        frozen,
        _pairs(then, now, tree, level, {one.line for one in parts}),
        parts,
        _names(then, now),
        {unit.id: unit.kind for unit in (*then.units, *now.units)},
    )


def _names(then: Side, now: Side) -> dict[int, str]:
    """Unit → its name, those inside first, in administrative order."""
    names = {unit.id: unit.name for unit in (*then.units, *now.units)}
    return {unit: names[unit] for unit in (*now.lines, *then.lines, *names)}


def _root(paths: Sequence[str], under: int | None) -> OrgUnit:
    if under:
        return queries.unit_within(under, paths)
    tops = queries.roots(paths)
    if not tops:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return tops[0]


def _refuse_other(frozen: FrozenTable, cohort: Cohort) -> None:
    if frozen.cohort_id != cohort.id:
        raise NotFound("没有找到，或不在您的权限范围内。")


def _refuse_out_of_order(before: date, after: date, frozen: FrozenTable | None) -> None:
    if before > after or (before == after and frozen is None):
        raise Invalid("前一个统计日应早于后一个统计日，请改正。")


def _measure(code: str, day: date, way: Sequence[int]) -> Definition:
    """The rate that is compared, as the unit makes it that day."""
    one = defining.holding(day, way)[code]
    if one.denominator is not OVER or one.numerator not in ABOVE:
        raise Conflict("这个指标在本单位另有口径，不能两期对照。请改选别的指标。")
    return one


@dataclass(frozen=True)
class _Live:
    """The list as the database has it."""

    cohort: Cohort
    root: int
    level: Level
    opening: bool
    above: Count
    trees: Mapping[date, Tree]  # of the days that it is asked about

    def at(self, day: date) -> Side:
        """Everybody on it on a day, as known now."""
        return replace(self._empty(day), held=self._held(day))

    def _empty(self, day: date) -> Side:
        tree = self.trees[day]
        return Side(day, list(tree.units.values()), tree.lines(self.level, self.root), [])

    def _held(self, day: date) -> list[Held]:
        roster = Roster(self.cohort.id, day, self._fixed_on)
        asked = counted(roster, [self.above])
        passed = asked.row.c.passed if self.above is Count.COMPLETED else literal(0)
        query = select(
            asked.row.c.person_id, asked.row.c.org_id, asked.flags[self.above], passed
        ).select_from(asked.source)
        rows = db.session.execute(query, execution_options=OF_THE_LIST)
        found = [Held(person, unit, 1, int(above), int(sat)) for person, unit, above, sat in rows]
        return found + self._exempted(roster)

    def both(
        self, before: date, after: date, named: bool = False
    ) -> tuple[Side, Side, list[Stayed]]:
        """The list on two days, looked through once; who is told one by one as `sides_of` says."""
        sides = self._empty(before), self._empty(after)
        return sides_of(*sides, self._rows(before, after), named)

    def _rows(self, before: date, after: date) -> list[list[int]]:
        """Person, unit, and of each day as one number what `Held.told` takes apart."""
        rosters = [Roster(self.cohort.id, day, self._fixed_on) for day in (before, after)]
        daily = Daily(what_is_asked(self.cohort.id), [before])
        columns: list[Label] = [
            case((one.required, 3), (one.listed, 1), else_=0).label(f"stood{place}")
            for place, one in enumerate(rosters)
        ]
        who = or_(*(one.listed for one in rosters))
        row = counted(rosters[1], [], who, [*columns, *daily.columns()]).row
        numbers = self._then(row, daily, rosters[0]), self._now(row, rosters[1])
        codes = []
        for place, (above, passed) in enumerate(numbers):
            stood = row.c[f"stood{place}"]
            codes.append(
                case((stood == 3, 3 + case((above, 4), else_=0) + 8 * passed), else_=stood)
            )
        return told([row.c.person_id, row.c.org_id, *codes], row, OF_THE_LIST)

    def _then(
        self, row: Subquery, daily: Daily, roster: Roster
    ) -> tuple[ColumnElement[bool], ColumnElement[int]]:
        """Whether somebody was in the upper number, and in how many assessments it was passed."""
        if self.above is Count.REACHED:
            return daily.reached(row, 0), NOTHING
        if self.above is Count.ATTENDED:
            return has_come(row.c.person_id, daily.earned(row, 0), roster), NOTHING
        passed = daily.passed(row, 0)
        many = sum((one_where(one) for one in passed), NOTHING)
        return and_(daily.reached(row, 0), *passed), many

    def _now(self, row: Subquery, roster: Roster) -> tuple[ColumnElement[bool], ColumnElement[int]]:
        """The same of the later day, that of the completion."""
        if self.above is Count.REACHED:
            return row.c.reached == 1, NOTHING
        if self.above is Count.ATTENDED:
            return has_come(row.c.person_id, row.c.hundredths > 0, roster), NOTHING
        return row.c.completed == 1, row.c.passed

    @property
    def _fixed_on(self) -> date | None:
        if not self.opening:
            return None
        if self.cohort.fixed_at is None:
            raise Conflict("这个班次的期初名单还没有固定，请先看现任名单。")
        return day_of(self.cohort.fixed_at)

    def _exempted(self, roster: Roster) -> list[Held]:
        """Those 免训 are on the list, and in neither number."""
        query = select(Enrolment.person_id, Enrolment.org_id).where(
            Enrolment.cohort_id == self.cohort.id, roster.exempted
        )
        rows = db.session.execute(query, execution_options=OF_THE_LIST)
        return [Held(person, unit, 0, 0, 0) for person, unit in rows]

    def stays(self, persons: Iterable[int]) -> dict[int, list[Stay]]:
        """Every time on the list of some persons."""
        found: dict[int, list[Stay]] = {}
        for some in batches(list(persons)):
            query = (
                select(Enrolment.person_id, Enrolment.from_on, Enrolment.to_on)
                .add_columns(Enrolment.came_by, Enrolment.left_by)
                .where(Enrolment.cohort_id == self.cohort.id, Enrolment.person_id.in_(some))
            )
            for person, *facts in db.session.execute(query, execution_options=OF_THE_LIST):
                found.setdefault(person, []).append(Stay(*facts))
        return found


def _frozen(one: FrozenTable, root: int, level: Level, above: Count) -> Side:
    """The list as it was frozen, by the units of that time."""
    snapshot = freezing.opened(one).snapshot
    if above.value not in snapshot.columns:
        raise Conflict("定稿时没有保存这个指标，不能对照。请改选别的指标。")
    rows = [dict(zip(snapshot.columns, row, strict=True)) for row in snapshot.rows]
    by_result = above is Count.COMPLETED
    held = [
        Held(
            row["person_id"],
            row["org_id"],
            row[OVER.value],
            row[above.value],
            row[Count.PASSED.value] if by_result else 0,
        )
        for row in rows
        if row[Count.LISTED.value]
    ]
    return Side(one.as_of, snapshot.units, Tree(snapshot.units).lines(level, root), held)


def _pairs(then: Side, now: Side, tree: Tree, level: Level, more: set[int]) -> list[Pair]:
    """The lines of both, in the order of the later. more: lines on which somebody was between."""
    was, is_ = then.sums(), now.sums()
    rest = {REST: REST_NAMES[level]}
    before, after = ({one.id: one.name for one in side.units} | rest for side in (then, now))
    known, later = {*was, *is_, *more}, _own(now)
    order = list(dict.fromkeys([*later, *_own(then)]))
    shown = [line for line in order if line in known or _stands(tree, line, now)]
    return [
        Pair(
            line,
            after.get(line) or before[line],
            was.get(line, (0, 0)),
            is_.get(line, (0, 0)),
            _once(before.get(line), after.get(line)),
        )
        for line in [*shown, *([REST] if REST in known else [])]
    ]


def _stands(tree: Tree, line: int, now: Side) -> bool:
    """Whether a unit has a line even with nobody on the list, as in the table of one day."""
    row = tree.units[line]
    return line in now.lines and not row.closed and row.kind is not UnitKind.STATISTICAL


def _once(was: str | None, now: str | None) -> str:
    return was if was and now and was != now else ""


def _own(side: Side) -> list[int]:
    """The units that are lines."""
    return [unit for unit, line in side.lines.items() if unit == line]
