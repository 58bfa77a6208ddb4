"""Putting a table together: which units, which lines, which numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.clock import day_of
from lms.errors import Conflict, NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.reports import counting, defining, queries, tables
from lms.reports.counting import Roster
from lms.reports.measures import Count, Definition, needed
from lms.reports.rules import Level
from lms.reports.tables import REST, Table, Tree
from lms.training import queries as training
from lms.training.models import Cohort

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

    @property
    def title(self) -> str:
        return self.cohort.title

    @property
    def as_of(self) -> date:
        return self.roster.as_of


def completion(
    cohort_id: int,
    paths: Sequence[str],
    under: int | None,
    level: Level | None,
    as_of: date,
    every: bool = False,
    opening: bool = False,
    today: date | None = None,
) -> Report:
    """The completion table of a cohort. paths: the subtrees that the reader answers for.

    under: the unit whose lines are shown; level: what the lines are; each has a default that fits
    the reader. every: with all numbers there are. opening: of the list as it was
    fixed, instead of the list of that day. today: to say what was entered after as_of.
    Raises NotFound for a unit outside the subtrees.
    """
    cohort = training.cohort(cohort_id)
    root = _root(paths, under)
    level = level or fitting(root.kind)
    tree = Tree(queries.units(as_of))
    roster = Roster(cohort_id, as_of, _fixed_on(cohort) if opening else None)
    held = defining.holding(as_of, tree.way(root.id))
    posts = level is Level.POST
    counts = needed(defining.columns(held, every, True, posts)) | ALWAYS
    if posts:
        persons = counting.by_person(roster, counts)
        table = tables.by_post(counting.posts(roster), persons, tree.inside(root.id))
    else:
        table = tables.by_unit(counting.by_unit(roster, counts), tree, level, root.id)
    shown = defining.columns(held, every, table.assessed, posts)
    late = counting.entered_later(cohort_id, as_of) if today and as_of < today else 0
    return Report(cohort, table, shown, tree, root, roster, late)


def _fixed_on(cohort: Cohort) -> date:
    if cohort.fixed_at is None:
        raise Conflict("这个班次的期初名单还没有固定，请先看现任名单。")
    return day_of(cohort.fixed_at)


def way_of(paths: Sequence[str]) -> list[int]:
    """The first unit that the reader answers for, with its superiors from the top down."""
    tops = queries.roots(paths)
    return [int(step) for step in tops[0].path.strip("/").split("/")] if tops else []


def _root(paths: Sequence[str], under: int | None) -> OrgUnit:
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


def units_behind(report: Report, level: Level, line: str) -> list[int]:
    """The units whose people are counted in a line of the table; the sum has an empty key."""
    if not line or level is Level.POST:
        return report.tree.inside(report.root.id)
    wanted = int(line) if line.isdigit() else -1
    lines = report.tree.lines(level, report.root.id)
    found = [unit for unit, counted_for in lines.items() if counted_for == wanted]
    if not found and wanted != REST:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def names(
    report: Report,
    count: Count,
    line: str,
    post: str = "",
    first: int = 0,
    most: int | None = queries.PAGE,
) -> tuple[list[queries.Behind], int]:
    """The persons behind a number of the table, a page of them, and how many in all."""
    units = units_behind(report, report.table.level, line)
    return queries.behind(report.roster, count, units, post, first, most)
