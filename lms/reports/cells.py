"""What stands in each empty cell of a table from above: whose persons, which number. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.orgs.rules import VILLAGE_LEVEL
from lms.people.rules import Post
from lms.reports.meanings import REST, Facets, Reading
from lms.reports.measures import Count, Definition, Kind
from lms.reports.tables import Tree
from lms.reports.vocabulary import SUBTOTAL
from lms.sheets.filled import Rate
from lms.words import N_

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NONE = "—"
VILLAGES, BOTH = "villages", "both"
EXTRA: dict[str, tuple[str, str]] = {
    VILLAGES: (N_("行政村（社区）数"), N_("统计日在册的行政村和社区，按单位树计数。")),
    BOTH: (N_("一肩挑"), N_("应训人员中，同时任村党组织书记和村委会主任的人员。")),
}
WHY: dict[str, str] = {
    "unknown": N_("表头或行名的含义还没有确定，请先回答上面的问题。"),
    "contradiction": N_("表头和行名互相矛盾，看不出要填哪一个数。"),
    "ambiguous": N_("这个比率有两种口径，请在表头写明占参考还是占应考。"),
    "nothing": N_("这一格没有写明是哪一个指标。"),
    "uncounted": N_("系统里没有这项记录。"),
    "mixed": N_("合计的各行不是同一批班次，人数不能合并。"),
}
Value = int | Decimal | str


@dataclass(frozen=True)
class Part:
    """Some of the people: of these units; in these posts, or in any where none is named."""

    units: frozenset[int]
    posts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cell:
    """One empty cell: the number for it, or why there is none."""

    at: tuple[int, int]
    measure: str
    value: Value | None = None
    why: str = ""
    unit: int | None = None  # whose names stand behind it, where it is one unit's
    post: str = ""


class People:
    """Everybody counted, each once, to be added up for any part of them.

    lists: one row a person and list, with enrolment_id, org_id and the counts. posts: enrolment_id,
    post.
    """

    def __init__(self, lists: Sequence["pd.DataFrame"], posts: "pd.DataFrame") -> None:
        import pandas as pd

        self.several = len(lists) > 1
        self.persons = persons = pd.concat(lists, ignore_index=True)
        self.org = persons["org_id"].to_numpy()
        ids = persons["enrolment_id"].to_numpy()
        held = posts.groupby("post")["enrolment_id"].agg(set).to_dict() if len(posts) else {}
        self.posts = {str(post): _are_in(ids, those) for post, those in held.items()}
        self.known: dict[frozenset[Part], dict[str, int]] = {}

    def counts(self, parts: frozenset[Part]) -> dict[str, int]:
        """The sums over everybody who is in any of the parts."""
        if parts not in self.known:
            chosen = _are_in(self.org, ())
            for part in parts:
                chosen = chosen | self._of(part)
            mine = self.persons[chosen]
            mine = together(mine) if self.several else mine
            sums = mine.drop(columns=["enrolment_id", "person_id", "org_id"]).sum()
            found = {name: int(value) for name, value in sums.items()}
            found[BOTH] = self._both(chosen)
            self.known[parts] = found
        return self.known[parts]

    def _of(self, part: Part) -> "np.ndarray":
        chosen = _are_in(self.org, part.units)
        if not part.posts:
            return chosen
        held = _are_in(self.org, ())
        for post in part.posts:
            held = held | self.posts.get(post, held)
        return chosen & held

    def _both(self, chosen: "np.ndarray") -> int:
        none = _are_in(self.org, ())
        heads = [self.posts.get(post.value, none) for post in (Post.VPS, Post.VCD)]
        due = self.persons[Count.REQUIRED.value].to_numpy() == 1
        both = self.persons["person_id"][chosen & due & heads[0] & heads[1]]
        return int(both.nunique())


def _are_in(values: "np.ndarray", those: Collection[int]) -> "np.ndarray":
    import numpy as np

    return np.isin(values, list(those))


@dataclass
class Planner:
    """Fills a block: who is counted in each line and column, and by which definition."""

    reading: Reading
    root: int
    tree: Tree
    definitions: Mapping[str, Definition]
    countable: Collection[Count]
    people: Callable[[frozenset[str]], People]  # of these activities; none: of the chosen list
    inside: dict[int, frozenset[int]] = field(default_factory=dict)

    def cells(self) -> list[Cell]:
        """Every empty cell that is ours to fill."""
        skipped = {
            (row, column)
            for row, column in self.reading.block.empty
            if self.reading.rows[row].skip or self.reading.columns[column].skip
        }
        return [self._cell(at) for at in sorted(self.reading.block.empty - skipped)]

    def _cell(self, at: tuple[int, int]) -> Cell:
        row, column = self.reading.rows[at[0]], self.reading.columns[at[1]]
        measure = row.measure or column.measure
        why = self._why(row, column, measure)
        if why:
            return Cell(at, measure, why=why)
        found = self._population(at)
        if found is None:
            return Cell(at, measure, why="contradiction")
        activities, parts = found
        if activities is None:
            return Cell(at, measure, why="mixed")
        unit, post = (None, "") if activities else self._behind(row, column, parts)
        return Cell(at, measure, self._value(measure, activities, parts), "", unit, post)

    def _why(self, row: Facets, column: Facets, measure: str) -> str:
        if row.unknown or column.unknown:
            return "unknown"
        if row.why or column.why:
            return row.why or column.why
        if row.measure and column.measure and row.measure != column.measure:
            return "contradiction"
        if not measure:
            return "nothing"
        one = self.definitions.get(measure)
        return "uncounted" if one and not one.needs() <= set(self.countable) else ""

    def _value(self, measure: str, activities: frozenset[str], parts: frozenset[Part]) -> Value:
        if measure == VILLAGES:
            return self._villages(parts)
        counts = self.people(activities).counts(parts)
        if measure == BOTH:
            return counts[BOTH]
        one = self.definitions[measure]
        value = one.value(counts)
        if value is None:
            return NONE
        return Rate(value) if one.kind is Kind.RATE else value

    def _villages(self, parts: frozenset[Part]) -> int:
        units: set[int] = set()
        for part in parts:
            units |= part.units
        placed = (self.tree.units[unit] for unit in units)
        return sum(one.kind in VILLAGE_LEVEL and not one.closed for one in placed)

    # ── whose people ────────────────────────────────────────────────────────────────────────────

    def _population(
        self, at: tuple[int, int]
    ) -> tuple[frozenset[str] | None, frozenset[Part]] | None:
        """The activities and the parts of a cell; none where line and column speak against it."""
        row, column = self.reading.rows[at[0]], self.reading.columns[at[1]]
        lines = self._lines(at[0]) if row.total else [row]
        heads = self._heads(at[1]) if column.total else [column]
        pairs = set()
        for line in lines:
            for head in heads:
                joined = self._joined(line, head)
                if joined is None:
                    return None
                pairs.add(joined)
        activities = frozenset(activity for activity, _part in pairs if activity)
        parts = frozenset(part for _activity, part in pairs)
        if len(pairs) != len({activity for activity, _ in pairs}) * len(parts):
            return None, parts
        return activities, parts

    def _joined(self, line: Facets, head: Facets) -> tuple[str, Part] | None:
        if (line.units and head.units) or (line.activity and head.activity):
            return None
        if line.posts and head.posts and line.posts != head.posts:
            return None
        units = self._units(line.units or head.units)
        return line.activity or head.activity, Part(units, line.posts or head.posts)

    def _units(self, units: tuple[str, ...]) -> frozenset[int]:
        if not units:
            return self._inside(self.root)
        if units[-1] != REST:
            return self._inside(int(units[-1]))
        above = int(units[-2]) if len(units) > 1 else self.root
        others = (
            one.units[-1]
            for one in (*self.reading.rows.values(), *self.reading.columns.values())
            if one.units and one.units[-1] != REST and int(one.units[-1]) != above
        )
        beside: set[int] = set()
        for other in others:
            beside |= self._inside(int(other))
        return self._inside(above) - beside

    def _inside(self, unit: int) -> frozenset[int]:
        if unit not in self.inside:
            self.inside[unit] = frozenset(self.tree.inside(unit))
        return self.inside[unit]

    def _lines(self, number: int) -> list[Facets]:
        """The lines that a sum adds up: those of its unit, or those since the sum before it."""
        mine = self.reading.rows[number]
        order = [one.number for one in self.reading.block.rows]
        rows = {n: self.reading.rows[n] for n in order}
        words = {one.number: one.words for one in self.reading.block.rows}
        plain = [n for n in order if not rows[n].total and not rows[n].skip]
        if mine.units:
            inner = [n for n in plain if rows[n].units[: len(mine.units)] == mine.units]
            return [rows[n] for n in inner] or [_without_total(mine)]
        if words[number][-1] == SUBTOTAL:
            plain = _neighbours(number, order, plain, rows)
        return [rows[n] for n in plain] or [_without_total(mine)]

    def _heads(self, number: int) -> list[Facets]:
        """The columns beside a sum under the same head; itself where there is none."""
        words = {one.number: one.words for one in self.reading.block.columns}
        mine = self.reading.columns[number]
        beside = [
            facets
            for other, facets in self.reading.columns.items()
            if words[other][:-1] == words[number][:-1] and (facets.posts or facets.units)
            if not facets.total and facets.measure == mine.measure
        ]
        return beside or [_without_total(mine)]

    def _behind(
        self, row: Facets, column: Facets, parts: frozenset[Part]
    ) -> tuple[int | None, str]:
        """The unit and the post whose names stand behind a cell, where it is just these."""
        posts = {part.posts for part in parts}
        if len(posts) > 1 or len(next(iter(posts))) > 1:
            return None, ""
        post = next(iter(next(iter(posts))), "")
        if frozenset().union(*(part.units for part in parts)) == self._inside(self.root):
            return self.root, post
        units = row.units or column.units
        if len(parts) > 1 or not units or units[-1] == REST:
            return None, ""
        return int(units[-1]), post


def _without_total(one: Facets) -> Facets:
    return Facets(one.measure, one.posts, one.units, one.activity)


def _neighbours(
    number: int, order: Sequence[int], plain: Sequence[int], rows: Mapping[int, Facets]
) -> list[int]:
    """The lines right above a sum, up to the sum before it; below it, where none stands above."""
    at = order.index(number)
    above = _until_sum(reversed(order[:at]), rows)
    found = above or _until_sum(order[at + 1 :], rows)
    return [n for n in plain if n in set(found)]


def _until_sum(order: Iterable[int], rows: Mapping[int, Facets]) -> list[int]:
    found = []
    for number in order:
        if rows[number].total:
            break
        found.append(number)
    return found


# Done, in several lists, only where it is done in each that asks for it.
_EACH = {
    Count.COMPLETED: Count.REQUIRED,
    Count.REACHED: Count.REQUIRED,
    Count.SAT: Count.SCHEDULED,
    Count.PASSED: Count.SCHEDULED,
    Count.FIRST_PASSED: Count.SCHEDULED,
    Count.EXCELLENT: Count.SCHEDULED,
}
_ADDED = {Count.HOURS, Count.ORGANISED, Count.ONLINE}
_DIFFERENCE = {
    Count.OPEN: (Count.REQUIRED, Count.COMPLETED),
    Count.EXEMPTED: (Count.LISTED, Count.REQUIRED),
    Count.RESIT_PASSED: (Count.PASSED, Count.FIRST_PASSED),
}


def together(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of several lists with each person once."""
    whole = rows.copy()
    each = {one: of for one, of in _EACH.items() if one in whole and of in whole}
    for one, of in each.items():
        whole.loc[whole[of.value] == 0, one.value] = 1
    how: dict[str, str] = {"enrolment_id": "first", "org_id": "first"}
    for name in whole.columns:
        if name not in ("person_id", *how):
            how[name] = "min" if name in each else "sum" if name in _ADDED else "max"
    found = whole.groupby("person_id", as_index=False).agg(how)
    for one, of in each.items():
        found[one.value] = found[one.value] * found[of.value]
    for one, (more, less) in _DIFFERENCE.items():
        if one in found and more in found and less in found:
            found[one.value] = found[more.value] - found[less.value]
    return found
