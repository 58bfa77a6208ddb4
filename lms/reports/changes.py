"""What has changed between two tables of the same people, cell by cell, and why. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lms.reports.measures import Count, Definition
from lms.reports.rules import Placed
from lms.reports.snapshots import Snapshot
from lms.reports.tables import GROUPS, Line, Tree
from lms.training.rules import Coming, Leaving
from lms.words import N_

Row = Mapping[str, Any]
Number = int | Decimal | None


class Why(StrEnum):
    """Why somebody is counted otherwise than before."""

    LATE = "late"
    NEW_POST = "new post"
    MOVED_IN = "moved in"
    ADDED = "added"
    LEFT_POST = "left post"
    MOVED_OUT = "moved out"
    MISTAKE = "mistake"
    TAKEN_OFF = "taken off"
    EXEMPTED = "exempted"
    EXEMPTED_NO_MORE = "exempted no more"
    MERGED = "merged"
    MOVED = "moved"
    POSTS = "posts"
    DEFERRED = "deferred"
    LESS = "less"
    LATE_RESULT = "late result"
    RESULT = "result"
    LATE_HOURS = "late hours"
    HOURS = "hours"


WHY_NAMES: dict[Why, str] = {
    Why.LATE: N_("补录：统计日前就应在名单上，以后才录入"),
    Why.NEW_POST: N_("新任"),
    Why.MOVED_IN: N_("调入"),
    Why.ADDED: N_("增列入名单"),
    Why.LEFT_POST: N_("离任"),
    Why.MOVED_OUT: N_("调出"),
    Why.MISTAKE: N_("更正：原来误列入名单"),
    Why.TAKEN_OFF: N_("移出名单"),
    Why.EXEMPTED: N_("批准免训"),
    Why.EXEMPTED_NO_MORE: N_("免训到期或收回"),
    Why.MERGED: N_("单位撤并"),
    Why.MOVED: N_("单位变动"),
    Why.POSTS: N_("职务变动"),
    Why.DEFERRED: N_("缓训变动"),
    Why.LESS: N_("更正：学时冲销或成绩更正"),
    Why.LATE_RESULT: N_("补录或更正：测评结果"),
    Why.RESULT: N_("以后参加的测评"),
    Why.LATE_HOURS: N_("补录：学时和考勤"),
    Why.HOURS: N_("以后取得的学时和考勤"),
}
COMING = {Coming.NEW_POST.value: Why.NEW_POST, Coming.MOVED_IN.value: Why.MOVED_IN}
LEAVING = {
    Leaving.LEFT_POST.value: Why.LEFT_POST,
    Leaving.MOVED_OUT.value: Why.MOVED_OUT,
    Leaving.MISTAKE.value: Why.MISTAKE,
}
RESULTS = (Count.SAT.value, Count.PASSED.value)
GAINS = (Count.HOURS.value, Count.ATTENDED.value, Count.COMPLETED.value, *RESULTS)


@dataclass(frozen=True)
class Moved:
    """One number of one line that is another now. None: there was none."""

    line: str
    measure: Definition
    was: Number
    now: Number


@dataclass(frozen=True)
class Changes:
    """What has changed. persons: each with the unit, in one reason, the first that holds."""

    cells: list[Moved]
    persons: dict[Why, list[tuple[int, str]]]

    @property
    def none(self) -> bool:
        return not self.cells and not self.persons


def changes(before: Snapshot, after: Snapshot) -> Changes:
    """What of a table is another than before, by unit and measure; and the persons by reason."""
    return Changes(_cells(before, after), _persons(before, after))


def _cells(before: Snapshot, after: Snapshot) -> list[Moved]:
    olds = {one.code: one for one in before.definitions}
    shared = [(olds[one.code], one) for one in after.definitions if one.code in olds]
    was = {line.key: line for line in (*before.table.lines, before.table.total)}
    now = {line.key: line for line in (*after.table.lines, after.table.total)}
    gone = [key for key in was if key not in now]
    found = []
    for key in [*gone, *now]:
        for old, new in shared:
            one, other = _number(old, was.get(key)), _number(new, now.get(key))
            if one != other:
                found.append(Moved((now.get(key) or was[key]).name, new, one, other))
    return found


def _number(one: Definition, line: Line | None) -> Number:
    return one.value(line.counts) if line else None


def _persons(before: Snapshot, after: Snapshot) -> dict[Why, list[tuple[int, str]]]:
    was, now = before.persons(), after.persons()
    placed = ways(after.units)
    rehung = {unit for unit, way in ways(before.units).items() if placed.get(unit) != way}
    regrouped = _regrouped(before, after)
    same_day = before.as_of == after.as_of
    units = {unit.id: unit.name for unit in (*before.units, *after.units)}
    found: dict[Why, list[tuple[int, str]]] = {}
    for person in sorted({*was, *now}):
        rows = was.get(person, {}), now.get(person, {})
        why = _why(*rows, before.as_of.isoformat(), rehung, regrouped)
        if why:
            reason = LATER[why] if same_day and why in LATER else why
            unit = (now.get(person) or was[person])["org_id"]
            found.setdefault(reason, []).append((person, units.get(unit, "")))
    return {why: found[why] for why in Why if why in found}


def ways(placed: Iterable[Placed]) -> dict[int, tuple[int, ...]]:
    """Unit → where it hung, from itself upwards; a unit that was closed hangs nowhere."""
    units = {unit.id: unit for unit in placed}

    def way(unit: int) -> tuple[int, ...]:
        row = units[unit]
        if row.closed:
            return (unit,)
        return (unit, *(way(row.parent_id) if row.parent_id in units else (0,)))

    return {unit: way(unit) for unit in units}


# Of the same day, what came afterwards was entered afterwards.
LATER = {Why.RESULT: Why.LATE_RESULT, Why.HOURS: Why.LATE_HOURS}


def _regrouped(before: Snapshot, after: Snapshot) -> set[int]:
    """Units that count for another kind or system than before, in a table of such lines."""
    level = after.table.level
    if level not in GROUPS or before.table.level is not level:
        return set()
    was, now = (Tree(one.units).counted_for(level, one.root) for one in (before, after))
    return {unit for unit, line in was.items() if now.get(unit) != line}


def _why(was: Row, now: Row, day: str, rehung: set[int], regrouped: set[int]) -> Why | None:
    listed, there = was.get(Count.LISTED.value), now.get(Count.LISTED.value)
    if there and not listed:
        return Why.LATE if now["from_on"] <= day else COMING.get(now["came_by"], Why.ADDED)
    if listed and not there:
        return LEAVING.get(now.get("left_by") or "", Why.TAKEN_OFF) if now else Why.MISTAKE
    if not listed:
        return None
    if was["org_id"] in rehung:
        return Why.MERGED
    if was["org_id"] in regrouped:
        return Why.MOVED
    return next((why for why, holds in WITHIN if holds(was, now)), None)


def _other(name: str) -> Callable[[Row, Row], bool]:
    return lambda was, now: was[name] != now[name]


def _less(was: Row, now: Row) -> bool:
    return any(now[name] < was[name] for name in GAINS)


# Of who was and is on the list; the first that holds.
WITHIN: tuple[tuple[Why, Callable[[Row, Row], bool]], ...] = (
    (Why.EXEMPTED, lambda was, now: was["exempted"] < now["exempted"]),
    (Why.EXEMPTED_NO_MORE, lambda was, now: was["exempted"] > now["exempted"]),
    (Why.MOVED, _other("org_id")),
    (Why.LESS, _less),
    (Why.RESULT, lambda was, now: any(now[name] > was[name] for name in RESULTS)),
    (Why.HOURS, lambda was, now: any(now[name] > was[name] for name in GAINS)),
    (Why.DEFERRED, _other("deferred")),
    (Why.POSTS, _other("posts")),
)
