"""Tables. Pure: frames in, a table out, the same for the screen and for the workbook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.people.rules import POST_NAMES, Post
from lms.reports.measures import Count
from lms.reports.rules import Level, Placed
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


class Tree:
    """The units of a day, for going up and down without asking the database again."""

    def __init__(self, units: Iterable[Placed]) -> None:
        self.units = {row.id: row for row in units}
        self.below: dict[int, list[int]] = {}
        for row in self.units.values():
            if row.parent_id is not None:
                self.below.setdefault(row.parent_id, []).append(row.id)

    def inside(self, root: int) -> list[int]:
        """The unit and all below it, superiors first, in administrative order."""
        found, waiting = [], [root]
        while waiting:
            one = waiting.pop()
            found.append(one)
            if below := self.below.get(one):
                waiting += sorted(below, key=self._order, reverse=True)
        return found

    def _order(self, unit_id: int) -> tuple[int, str, int]:
        row = self.units[unit_id]
        return row.place, row.code or "~", unit_id

    def lines(self, level: Level, root: int) -> dict[int, int]:
        """Unit → the unit of this level that it counts for, or REST; for all inside the root."""
        kinds = KINDS[level]
        found: dict[int, int] = {}
        for one in self.inside(root):
            row = self.units[one]
            above = REST if one == root else found.get(row.parent_id or REST, REST)
            found[one] = one if row.kind in kinds else above
        return found

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


KEYS = ("org_id", "enrolment_id", "person_id", "post", "line", "all")  # what is no count


@dataclass(frozen=True)
class Line:
    """One line: a unit or a post, and its counts; every number of it is made of these."""

    key: str  # the unit's id, the post's word, or "" for the sum
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
    counts, sums = _counts(keyed), _sums(keyed, "line")
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
    """The counts of each group."""
    return frame.groupby(by)[_counts(frame)].sum().to_dict("index")


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


def by_post(posts: "pd.DataFrame", persons: "pd.DataFrame", inside: Iterable[int]) -> Table:
    """One line a post; the sum counts persons, so it is less than its parts where one holds two.

    posts: enrolment_id, org_id, post. persons: enrolment_id, org_id and the counts.
    """
    units = set(inside)
    mine = persons[persons["org_id"].isin(units)]
    counts = _counts(mine)
    held = posts[["enrolment_id", "post"]].merge(mine, on="enrolment_id")
    sums = _sums(held, "post")
    rows = [_line(p.value, POST_NAMES[p], counts, sums[p.value]) for p in Post if p.value in sums]
    whole = _sums(mine.assign(all=1), "all").get(1)
    due = held[held[Count.REQUIRED.value] == 1]
    notes = {"two posts in one": holds_both(due)}
    notes["several posts"] = _holds_several(due) - notes["two posts in one"]
    return Table(Level.POST, rows, _line("", N_("合计（人）"), counts, whole), notes)


def holds_both(held: "pd.DataFrame") -> int:
    """一肩挑: who is secretary and director in one."""
    both = held[held["post"].isin([Post.VPS.value, Post.VCD.value])]
    return int((both.groupby("enrolment_id")["post"].nunique() == 2).sum())


def _holds_several(held: "pd.DataFrame") -> int:
    return int((held.groupby("enrolment_id")["post"].nunique() > 1).sum())
