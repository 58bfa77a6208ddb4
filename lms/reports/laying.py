"""Putting 培训情况统计表 together: the numbers of a completion table, told apart by post."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from lms.orgs.rules import UnitKind
from lms.reports import belated, holding, services, tables
from lms.reports.layouts import EXAM, LAID_OUT, SPLIT, Spot, spots
from lms.reports.measures import Count, needed
from lms.reports.rules import HEADS, NO_HEAD, Level, Only
from lms.reports.services import ALWAYS, EVERYBODY, Ground, Report
from lms.reports.tables import BIT, Line, Table

if TYPE_CHECKING:
    import pandas as pd

CODES = ("listed", *(code for pair in SPLIT for code in pair if code), *EXAM, "mean_hours")
NOBODY: dict[str, int] = {}


@dataclass(frozen=True)
class Layout:
    """The table with what it tells apart. parts: post → key of a line → its counts.

    villages: key of a line → how many villages it has. both: 一肩挑; deputies: who is deputy
    secretary and one of the other heads as well. Both together: by how much the parts are more.
    """

    report: Report
    spots: list[Spot]
    parts: dict[str, dict[str, dict[str, int]]]
    villages: dict[str, int] = field(default_factory=dict)
    both: int = 0
    deputies: int = 0

    def counts(self, spot: Spot, line: Line) -> dict[str, int]:
        """Of what the number of a column is made in a line."""
        if not spot.post:
            return line.counts
        found = self.parts[spot.post].get(line.key, NOBODY)
        return found or dict.fromkeys(line.counts, 0)


def layout(
    cohort_id: int,
    paths: Sequence[str],
    under: int | None,
    level: Level | None,
    as_of: date,
    opening: bool = False,
    today: date | None = None,
    only: Only = EVERYBODY,
) -> Layout:
    """The layout of a list. The arguments are those of a completion table."""
    level = level if level in LAID_OUT else None
    found = services.ground(cohort_id, paths, under, level, as_of, opening, only)
    columns = [found.held[code] for code in CODES]
    counts = needed(columns) | ALWAYS
    late = belated.entered_later(cohort_id, as_of) if today and as_of < today else 0
    whose = found.tree, found.root, found.roster, late, only
    if found.level is Level.POST:
        table = services.table_of(found, counts)
        report = Report(found.cohort, table, columns, *whose)
        notes = table.notes["two posts in one"], table.notes["several posts"]
        return Layout(report, spots(found.held, (), table.assessed), {}, {}, *notes)
    rows = holding.by_unit_and_posts(found.roster, counts, HEADS, lines=found.lines)
    rows = services.kept(rows, found.inside)
    table = tables.by_unit(rows, found.tree, found.level, found.root.id)
    lines = found.tree.counted_for(found.level, found.root.id)
    # on a list of others there is nobody to be told apart
    parts = _parts(rows, lines) if _held(rows).any() else {}
    posts = [post for post in (*HEADS, NO_HEAD) if post in parts]
    report = Report(found.cohort, table, columns, *whose)
    shown = spots(found.held, posts, table.assessed)
    return Layout(report, shown, parts, _villages(found, table, lines), *_doubled(rows))


def _parts(rows: "pd.DataFrame", lines: Mapping[int, str]) -> dict[str, dict[str, dict[str, int]]]:
    """Post → the counts of those who stand for it; of others only where there are any."""
    held = _held(rows)
    parts: dict[str, pd.DataFrame] = {post: rows[held & BIT[post] > 0] for post in HEADS}
    others = rows[held & sum(BIT[post] for post in HEADS) == 0]
    if others[Count.REQUIRED.value].sum():
        parts[NO_HEAD] = others
    return {post: tables.sums_of(some, lines) for post, some in parts.items()}


def _held(rows: "pd.DataFrame") -> "pd.Series":
    return rows["held"].astype("int64")


def _doubled(rows: "pd.DataFrame") -> tuple[int, int]:
    """一肩挑, and who is deputy and another head: so many are counted twice in the parts."""
    held, due = _held(rows), rows[Count.REQUIRED.value]
    secretary, deputy, director = (held & BIT[post] > 0 for post in HEADS)
    return int(due[secretary & director].sum()), int(due[deputy & (secretary | director)].sum())


def _villages(found: Ground, table: Table, lines: Mapping[int, str]) -> dict[str, int]:
    """Key of a line → how many villages stood in it on that day; the sum has an empty key."""
    units = found.tree.units
    standing = [
        line
        for unit, line in lines.items()
        if units[unit].kind is UnitKind.VILLAGE and not units[unit].closed
    ]
    counted = Counter(standing)
    return {line.key: counted[line.key] for line in table.lines} | {"": len(standing)}
