"""Putting a table together: which units, which lines, which numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.errors import NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.reports import queries, tables
from lms.reports.rules import Level, Measure
from lms.reports.tables import REST, Table, Tree
from lms.training import queries as training
from lms.training.models import Cohort


@dataclass(frozen=True)
class Report:
    """A table with what it is about."""

    cohort: Cohort
    table: Table
    tree: Tree
    root: OrgUnit
    as_of: date

    @property
    def title(self) -> str:
        return self.cohort.title


def completion(
    cohort_id: int, paths: Sequence[str], under: int | None, level: Level | None, as_of: date
) -> Report:
    """The completion table of a cohort. paths: the subtrees that the reader answers for.

    under: the unit whose lines are shown; level: what the lines are; each has a default that fits
    the reader. Raises NotFound for a unit outside the subtrees.
    """
    cohort = training.cohort(cohort_id)
    root = _root(paths, under)
    level = level or fitting(root.kind)
    tree = Tree(queries.units(as_of))
    if level is Level.POST:
        held, persons = queries.posts(cohort_id, as_of), queries.counted_by_person(cohort_id, as_of)
        table = tables.by_post(held, persons, tree.inside(root.id))
    else:
        counted = queries.counted_by_unit(cohort_id, as_of)
        table = tables.by_unit(counted, tree, level, root.id)
    return Report(cohort, table, tree, root, as_of)


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
    measure: Measure,
    line: str,
    post: str = "",
    first: int = 0,
    most: int | None = queries.PAGE,
) -> tuple[list[queries.Behind], int]:
    """The persons behind a number of the table, a page of them, and how many in all."""
    units = units_behind(report, report.table.level, line)
    return queries.behind(report.cohort.id, report.as_of, measure, units, post, first, most)
