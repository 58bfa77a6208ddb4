"""Tables. Pure: frames in, a table out, the same for the screen and for the workbook."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lms.orgs.rules import KIND_NAMES, TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.orgs.systems import SYSTEM_NAMES, System, systems
from lms.people.rules import POST_NAMES, Post
from lms.reports.measures import Count, Definition
from lms.reports.rules import TIERS, Level, Only, Placed
from lms.words import N_

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    Level.COUNTY: frozenset({UnitKind.COUNTY}),
    Level.TOWNSHIP: TOWNSHIP_LEVEL,
    Level.VILLAGE: VILLAGE_LEVEL,
}
REST = 0  # stands for what lies beside the territory: 市直, 县直
OUTSIDE = -1  # stands for what is not in the table
REST_NAMES = {
    Level.COUNTY: N_("市直及其他"),
    Level.TOWNSHIP: N_("县直及其他"),
    Level.VILLAGE: N_("乡镇机关及其他"),
}
NO_CLASS = "0"  # stands for those on the list who are in none of its classes
BESIDE = frozenset({str(REST), NO_CLASS})  # the lines that stay last, however the table is sorted
# Groups of units that lie anywhere: the key of a line and its name, in their order.
GROUPS: dict[Level, dict[str, str]] = {
    Level.KIND: {kind.value: KIND_NAMES[kind] for kind in UnitKind},
    Level.SYSTEM: {system.value: SYSTEM_NAMES[system] for system in System},
}


class Tree:
    """The units of a day, for going up and down without asking the database again."""

    def __init__(self, units: Iterable[Placed]) -> None:
        self.units = {row.id: row for row in units}
        self.below: dict[int, list[int]] = {}
        for row in sorted(self.units.values(), key=_order, reverse=True):
            if row.parent_id is not None:
                self.below.setdefault(row.parent_id, []).append(row.id)
        # asked for again and again, by one page and by all after it
        self._inside: dict[int, tuple[int, ...]] = {}
        self._lines: dict[tuple[Level, int], Mapping[int, int]] = {}
        self._keys: dict[tuple[Level, int], Mapping[int, str]] = {}

    def inside(self, root: int) -> Sequence[int]:
        """The unit and all below it, superiors first, in administrative order."""
        if root not in self._inside:
            found, waiting = [], [root]
            while waiting:
                found.append(one := waiting.pop())
                waiting += self.below.get(one, ())
            self._inside[root] = tuple(found)
        return self._inside[root]

    def lines(self, level: Level, root: int) -> Mapping[int, int]:
        """Unit → the unit of this level that it counts for, or REST; for all inside the root."""
        if (level, root) not in self._lines:
            self._lines[level, root] = self._counts_for(level, root)
        return self._lines[level, root]

    def _counts_for(self, level: Level, root: int) -> dict[int, int]:
        kinds = KINDS[level]
        found: dict[int, int] = {}
        for one in self.inside(root):
            row = self.units[one]
            above = REST if one == root else found.get(row.parent_id or REST, REST)
            found[one] = one if row.kind in kinds else above
        return found

    def counted_for(self, level: Level, root: int) -> Mapping[int, str]:
        """Unit → the key of the line in which its people are; for all inside the root."""
        if (level, root) not in self._keys:
            self._keys[level, root] = self._keys_of(level, root)
        return self._keys[level, root]

    def _keys_of(self, level: Level, root: int) -> dict[int, str]:
        if level is Level.KIND:
            return {unit: self.units[unit].kind.value for unit in self.inside(root)}
        if level is Level.SYSTEM:
            return {unit: system.value for unit, system in self._systems(root).items()}
        return {unit: str(line) for unit, line in self.lines(level, root).items()}

    def _systems(self, root: int) -> dict[int, System]:
        """The way down is the way of `inside`: whoever is above a unit comes before it."""
        inside = self.inside(root)
        found = systems(self.units[unit] for unit in [*self.way(root)[:-1], *inside])
        return {unit: found[unit] for unit in inside}

    def kept(self, only: Only, root: int) -> Sequence[int]:
        """The units inside the root of whose people a table tells, in administrative order."""
        inside = self.inside(root)
        if only.kind:
            inside = [unit for unit in inside if self.units[unit].kind is only.kind]
        if only.tier:
            inside = [unit for unit in inside if self._tier(unit) is only.tier]
        return inside

    def standing_for(self, level: Level, root: int, only: Only) -> Mapping[int, int]:
        """Each unit of whose people a table tells → the first of those of its line."""
        first: dict[str, int] = {}
        keys = self.counted_for(level, root)
        return {unit: first.setdefault(keys[unit], unit) for unit in self.kept(only, root)}

    def _tier(self, unit_id: int) -> object:
        steps = (TIERS.get(self.units[unit].kind) for unit in reversed(self.way(unit_id)))
        return next((tier for tier in steps if tier), None)

    def above(self, unit_id: int, kinds: Iterable[UnitKind]) -> int | None:
        """The unit itself, or the nearest above it, that is of one of these kinds."""
        wanted = set(kinds)
        way = reversed(self.way(unit_id))
        return next((unit for unit in way if self.units[unit].kind in wanted), None)

    def name(self, unit_id: int) -> str:
        return self.units[unit_id].name

    def kind(self, unit_id: int) -> UnitKind:
        return self.units[unit_id].kind

    def way(self, unit_id: int) -> list[int]:
        """The unit's superiors from the top down, itself last."""
        found = [unit_id]
        while (above := self.units[found[0]].parent_id) in self.units:
            found.insert(0, above)
        return found


def _order(row: Placed) -> tuple[int, str, int]:
    """Administrative order."""
    return row.place, row.code or "~", row.id


# What is no count.
KEYS = ("org_id", "enrolment_id", "person_id", "post", "class_id", "held", "line")


@dataclass(frozen=True)
class Line:
    """One line: a unit or a post, and its counts; every number of it is made of these."""

    key: str  # the id of a unit or a class, the word of a post or a group, or "" for the sum
    name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Table:
    """What stands on the screen, and in the workbook."""

    level: Level
    lines: list[Line]
    total: Line
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def assessed(self) -> bool:
        """Whether anybody on the list has to sit an assessment."""
        return bool(self.total.counts.get(Count.SCHEDULED))


def by_unit(counted: "pd.DataFrame", tree: Tree, level: Level, root: int) -> Table:
    """One line a unit of the level inside the root; what lies beside it in a line of its own.

    counted: org_id and the counts, one row a unit that has anybody listed.
    """
    lines = tree.lines(level, root)
    keyed = counted.assign(line=[lines.get(one, OUTSIDE) for one in counted["org_id"]])
    return folded(_sums(keyed, "line"), _counts(keyed), tree, level, root)


def folded(sums: "Sums", counts: Sequence[str], tree: Tree, level: Level, root: int) -> Table:
    """The lines of a level from what is known of each: unit of the level, or REST → its counts."""
    lines = tree.lines(level, root)
    mine = [one for one in lines if lines[one] == one]
    shown = [one for one in mine if one in sums or _stands(tree, one)]
    rows = [_line(str(one), tree.name(one), counts, sums.get(one)) for one in shown]
    if REST in sums:
        rows.append(_line(str(REST), REST_NAMES[level], counts, sums[REST]))
    return Table(level, rows, total(rows, counts))


Sums = Mapping[Any, Mapping[str, Any]]


def _counts(frame: "pd.DataFrame") -> list[str]:
    return [name for name in frame.columns if name not in KEYS]


def _sums(frame: "pd.DataFrame", by: str) -> Sums:
    """The counts of each group. By hand: the rows are few, and a frame takes its time for them."""
    names, found = _counts(frame), defaultdict(list)
    rows = zip(*(frame[name].tolist() for name in names), strict=True)
    for key, row in zip(frame[by].tolist(), rows, strict=True):
        found[key].append(row)
    sums = {key: map(sum, zip(*some, strict=True)) for key, some in found.items()}
    return {key: dict(zip(names, one, strict=True)) for key, one in sums.items()}


def _stands(tree: Tree, unit_id: int) -> bool:
    """Whether a unit has a line even with nobody on the list."""
    row = tree.units[unit_id]
    return not row.closed and row.kind is not UnitKind.STATISTICAL


def _line(key: str, name: str, counts: Iterable[str], sums: Mapping[str, Any] | None) -> Line:
    return Line(key, name, {one: int(sums[one]) if sums else 0 for one in counts})


def total(lines: Iterable[Line], counts: Iterable[str]) -> Line:
    """The sum of the lines: of their counts, never of their rates."""
    lines = list(lines)
    return Line("", N_("合计"), {one: sum(line.counts[one] for line in lines) for one in counts})


def by_group(counted: "pd.DataFrame", tree: Tree, level: Level, root: int) -> Table:
    """One line a kind of unit, or a system, of those that have anybody on the list.

    counted: as for `by_unit`.
    """
    lines = tree.counted_for(level, root)
    keyed = counted.assign(line=[lines.get(one, "") for one in counted["org_id"]])
    counts, sums = _counts(keyed), _sums(keyed, "line")
    names = GROUPS[level].items()
    rows = [_line(key, name, counts, sums[key]) for key, name in names if key in sums]
    return Table(level, rows, total(rows, counts))


BIT = {post: 1 << place for place, post in enumerate(Post)}  # of `held`


def by_post(counted: "pd.DataFrame", inside: Iterable[int]) -> Table:
    """One line a post; the sum counts persons, so it is less than its parts where one holds two.

    counted: org_id, held and the counts, one row a unit and set of posts.
    """
    mine = _inside(counted, inside)
    counts, held = _counts(mine), mine["held"].to_numpy(dtype="int64")
    numbers, due = mine[counts].to_numpy(), mine[Count.REQUIRED.value].to_numpy()
    rows = []
    for post in Post:
        stands = held & BIT[post] > 0
        if stands.any():
            sums = dict(zip(counts, numbers[stands].sum(axis=0), strict=True))
            rows.append(_line(post.value, POST_NAMES[post], counts, sums))
    whole = dict(zip(counts, numbers.sum(axis=0), strict=True))
    both = (held & BIT[Post.VPS] > 0) & (held & BIT[Post.VCD] > 0)
    several = held & (held - 1) > 0  # more than one bit
    notes = {"two posts in one": int(due[both].sum())}
    notes["several posts"] = int(due[several].sum()) - notes["two posts in one"]
    return Table(Level.POST, rows, _line("", N_("合计（人）"), counts, whole), notes)


def sums_of(counted: "pd.DataFrame", lines: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """Key of a line → its counts, of those that have anybody; of all under an empty key.

    lines: unit → the key of the line in which its people are.
    """
    counts = _counts(counted)
    keyed = counted.assign(line=[lines[one] for one in counted["org_id"]])
    found = {**_sums(keyed, "line"), "": keyed[counts].sum().to_dict()}
    return {key: {one: int(sums[one]) for one in counts} for key, sums in found.items()}


def by_class(counted: "pd.DataFrame", inside: Iterable[int], titles: Mapping[int, str]) -> Table:
    """One line a class of the list, and one of those who are in none; the sum counts persons.

    counted: org_id, held (the numbers of classes in one word) and the counts, one row a unit and
    set of classes. titles: of the classes, in their order.
    """
    mine = _inside(counted, inside)
    counts = _counts(mine)
    held = [sorted(set(word.split())) for word in mine["held"]]
    sums = _sums(mine.assign(line=[one or [NO_CLASS] for one in held]).explode("line"), "line")
    names = {str(key): title for key, title in titles.items()} | {NO_CLASS: N_("未编班（含离班）")}
    due = mine[Count.REQUIRED.value]
    notes = {"several classes": int(due[[len(one) > 1 for one in held]].sum())}
    rows = [_line(key, name, counts, sums[key]) for key, name in names.items() if key in sums]
    whole = mine[counts].sum().to_dict()
    return Table(Level.CLASS, rows, _line("", N_("合计（人）"), counts, whole), notes)


def _inside(persons: "pd.DataFrame", inside: Iterable[int]) -> "pd.DataFrame":
    return persons[persons["org_id"].isin(set(inside))]


# ── as the reader wants them ────────────────────────────────────────────────────────────────────


def in_order(table: Table, one: Definition, downward: bool) -> Table:
    """The lines by a number of theirs; equal ones, and those without it, as they stood.

    What lies beside the lines of the table stays last, as the sum does.
    """
    mine = [line for line in table.lines if line.key not in BESIDE]
    known = [line for line in mine if one.value(line.counts) is not None]
    empty = [line for line in mine if one.value(line.counts) is None]
    last = [line for line in table.lines if line.key in BESIDE]
    known.sort(key=lambda line: one.value(line.counts) or 0, reverse=downward)
    return replace(table, lines=[*known, *empty, *last])
