"""Putting a table together: which units, which lines, which numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from lms.clock import day_of
from lms.errors import Conflict, NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.reports import belated, counting, defining, holding, queries, tables
from lms.reports.counting import Roster
from lms.reports.measures import Count, Definition, needed
from lms.reports.rules import BY_PERSON, Level, Only
from lms.reports.tables import GROUPS, REST, Line, Table, Tree
from lms.training import queries as training
from lms.training.models import Cohort
from lms.training.placing import gone_since, untold

if TYPE_CHECKING:
    import pandas as pd

EVERYBODY = Only()
# Counted for every table: whether there is an assessment, and whom its rates leave out.
ALWAYS = {Count.SCHEDULED, Count.EXEMPTED, Count.EXEMPT_CAME}


@dataclass(frozen=True)
class Report:
    """A table with what it is about."""

    cohort: Cohort
    table: Table
    columns: list[Definition]  # the numbers of each line
    tree: Tree
    root: OrgUnit
    roster: Roster
    late: int = 0  # facts of the time up to that day that were entered after it
    only: Only = EVERYBODY
    sort: str = ""  # the code of a column, with - before it for downward; "": as it is shipped
    elsewhere: Sequence[str] = ()  # units of that day whose people are answered for elsewhere now

    @property
    def title(self) -> str:
        return self.cohort.title

    @property
    def as_of(self) -> date:
        return self.roster.as_of


@dataclass(frozen=True)
class Ground:
    """What a table of a list stands on: the list of that day, the units, the definitions."""

    cohort: Cohort
    root: OrgUnit
    level: Level
    tree: Tree
    roster: Roster
    held: dict[str, Definition]
    only: Only

    @property
    def inside(self) -> Sequence[int]:
        """The units of whose people the table tells."""
        return self.tree.kept(self.only, self.root.id)

    @property
    def lines(self) -> Mapping[int, int]:
        """Each of these units → the one of its line that stands for all of it."""
        return self.tree.standing_for(self.level, self.root.id, self.only)


def ground(
    cohort_id: int,
    paths: Sequence[str],
    under: int | None,
    level: Level | None,
    as_of: date,
    opening: bool = False,
    only: Only = EVERYBODY,
) -> Ground:
    """What a table stands on. Raises NotFound for a unit outside the subtrees."""
    cohort = training.cohort(cohort_id)
    root = root_of(paths, under)
    tree = queries.tree(as_of)
    inside, fixed_on = tree.kept(only, root.id), _fixed_on(cohort) if opening else None
    units = inside if len(inside) < len(tree.units) else None  # nobody else need be looked at
    roster = Roster(cohort_id, as_of, fixed_on, only.post, units)
    held = defining.holding(as_of, tree.way(root.id))
    return Ground(cohort, root, level or fitting(root.kind), tree, roster, held, only)


def completion(
    cohort_id: int,
    paths: Sequence[str],
    under: int | None,
    level: Level | None,
    as_of: date,
    every: bool = False,
    opening: bool = False,
    today: date | None = None,
    only: Only = EVERYBODY,
    sort: str = "",
) -> Report:
    """The completion table of a cohort. paths: the subtrees that the reader answers for.

    under: the unit whose lines are shown; level: what the lines are; each has a default that fits
    the reader. every: with all numbers there are. opening: of the list as it was
    fixed, instead of the list of that day. today: to say what was entered after as_of.
    only: of whom; sort: by which column, instead of in administrative order.
    Raises NotFound for a unit outside the subtrees.
    """
    found = ground(cohort_id, paths, under, level, as_of, opening, only)
    persons = found.level in BY_PERSON or found.level in GROUPS or only != EVERYBODY
    counts = needed(defining.columns(found.held, every, True, persons)) | ALWAYS
    table = table_of(found, counts)
    shown = defining.columns(found.held, every, table.assessed, persons)
    by = next((one for one in shown if one.code == sort.removeprefix("-")), None)
    if by:
        table = tables.in_order(table, by, sort.startswith("-"))
    late = belated.entered_later(cohort_id, as_of) if today and as_of < today else 0
    whose = found.cohort, table, shown, found.tree, found.root, found.roster
    elsewhere = untold(gone_since(found.tree.inside(found.root.id), found.root))
    return Report(*whose, late, only, sort if by else "", elsewhere)


def uncounted(found: Ground) -> Report:
    """What names need of a table, without its numbers: they take longer than to find the names."""
    table = Table(found.level, [], Line("", "", {}))
    whose = found.tree, found.root, found.roster
    return Report(found.cohort, table, [], *whose, only=found.only)


def table_of(found: Ground, counts: set[Count]) -> Table:
    """The lines of a level, each with these counts."""
    level, root, inside = found.level, found.root.id, found.inside
    together = dict.fromkeys(inside, root)  # units are not told apart by posts, nor by classes
    if level is Level.POST:
        held = holding.by_unit_and_posts(found.roster, counts, lines=together)
        return tables.by_post(held, [root, *inside])
    if level is Level.CLASS:
        places = holding.classes(found.roster)
        held = holding.by_unit_and_classes(found.roster, counts, places, together)
        titles = dict(zip(places["class_id"], places["title"], strict=True))
        return tables.by_class(held, [root, *inside], titles)
    counted = kept(counting.by_unit(found.roster, counts, found.lines), inside)
    by = tables.by_group if level in GROUPS else tables.by_unit
    return by(counted, found.tree, level, root)


def kept(counted: "pd.DataFrame", inside: Sequence[int]) -> "pd.DataFrame":
    """The rows of some units."""
    return counted[counted["org_id"].isin(inside)]


def _fixed_on(cohort: Cohort) -> date:
    if cohort.fixed_at is None:
        raise Conflict("这个班次的期初名单还没有固定，请先看现任名单。")
    return day_of(cohort.fixed_at)


def way_of(paths: Sequence[str]) -> list[int]:
    """The first unit that the reader answers for, with its superiors from the top down."""
    tops = queries.roots(paths)
    return [int(step) for step in tops[0].path.strip("/").split("/")] if tops else []


def root_of(paths: Sequence[str], under: int | None) -> OrgUnit:
    """The unit whose table is asked for. Raises NotFound for one outside the subtrees."""
    if under:
        return queries.unit_within(under, paths)
    tops = queries.roots(paths)
    if not tops:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return tops[0]


def fitting(kind: UnitKind) -> Level:
    """The lines one expects under a unit of this kind."""
    if kind is UnitKind.CITY:
        return Level.COUNTY
    return Level.TOWNSHIP if kind is UnitKind.COUNTY else Level.VILLAGE


def below(kind: UnitKind) -> Level | None:
    """What a click on a unit's name opens; none where nothing is below."""
    if kind in VILLAGE_LEVEL:
        return None
    return Level.VILLAGE if kind in TOWNSHIP_LEVEL else fitting(kind)


def units_behind(report: Report, level: Level, line: str) -> Sequence[int]:
    """The units whose people are counted in a line of the table; the sum has an empty key."""
    inside = report.tree.kept(report.only, report.root.id)
    if not line or level in BY_PERSON:
        return inside
    lines = report.tree.counted_for(level, report.root.id)
    found = [unit for unit in inside if lines[unit] == line]
    if not found and line != str(REST) and line not in lines.values():
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def names(
    report: Report,
    count: Count,
    line: str,
    first: int = 0,
    most: int | None = queries.PAGE,
) -> tuple[list[queries.Behind], int]:
    """The persons behind a number of the table, a page of them, and how many in all."""
    level, roster = report.table.level, report.roster
    if line and level not in BY_PERSON:  # nobody else need be looked at
        roster = replace(roster, units=units_behind(report, level, line))
    post = line if level is Level.POST else ""
    among = None
    if line and level is Level.CLASS:
        among = holding.in_class(roster, line)
    return queries.behind(report.tree, roster, count, post, first, most, among)
