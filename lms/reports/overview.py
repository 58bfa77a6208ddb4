"""The overview of a unit: against the plan, over time, by project; who is behind, and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.errors import NotFound
from lms.orgs.models import OrgUnit
from lms.reports import progress, queries, tables
from lms.reports.charts import Share
from lms.reports.counting import Roster
from lms.reports.measures import Count
from lms.reports.progress import Lack
from lms.reports.rules import Level
from lms.reports.services import EVERYBODY, fitting
from lms.reports.tables import Line, Table, Tree
from lms.training import queries as training
from lms.training.models import Cohort


@dataclass(frozen=True)
class Heat:
    """Completion by line and project: (completed, required) of each; of which cohorts."""

    projects: list[str]
    lines: list[tuple[Line, list[tuple[int, int]]]]
    cohorts: Sequence[Cohort]


@dataclass(frozen=True)
class Overview:
    """What the page shows. plan: the share that should be done by that day."""

    cohort: Cohort
    root: OrgUnit
    as_of: date
    level: Level
    table: Table
    plan: float
    days: list[date]
    curve: list[tuple[int, int]]  # completed, required, of each day
    heat: Heat

    @property
    def behind(self) -> list[Line]:
        """The lines below the plan, in administrative order; nobody is ranked."""
        return [line for line in self.table.lines if self.is_behind(line)]

    def is_behind(self, line: Line) -> bool:
        return is_under(line, self.plan)

    def planned(self, day: date) -> float:
        return progress.planned(self.cohort.opens_on, self.cohort.closes_on, day)


def share(part: int, whole: int) -> Share:
    """A rate for a picture; tables are made of exact ones."""
    return part / whole if whole else None


def is_under(line: Line, plan: float) -> bool:
    """Whether fewer have completed than the plan has it; never where nobody is on the list."""
    rate = share(line.counts[Count.COMPLETED], line.counts[Count.REQUIRED])
    return rate is not None and rate < plan


def overview(
    paths: Sequence[str],
    under: int | None,
    cohort_id: int | None,
    as_of: date,
    cohorts: Sequence[Cohort],
) -> Overview | None:
    """The overview of a unit for one cohort; none where nothing has begun.

    paths: the subtrees that the reader answers for. cohort_id: else the one with most people.
    cohorts: those at work on that day.
    """
    tops = queries.roots(paths)
    if not tops:
        raise NotFound("没有找到，或不在您的权限范围内。")
    root = queries.unit_within(under, paths) if under else tops[0]
    if not cohorts and cohort_id is None:
        return None
    tree, level = queries.tree(as_of), fitting(root.kind)
    cohort = training.cohort(cohort_id) if cohort_id else _largest(cohorts)
    last = max(cohort.opens_on, min(as_of, cohort.closes_on))
    days = progress.steps(cohort.opens_on, last)
    lines = tree.standing_for(level, root.id, EVERYBODY)
    before = [day for day in days if day < as_of]
    found = progress.standing(Roster(cohort.id, as_of), before, lines)
    table = tables.by_unit(found, tree, level, root.id)
    others = [one.id for one in cohorts if one.id != cohort.id]
    return Overview(
        cohort,
        root,
        as_of,
        level,
        table,
        progress.planned(cohort.opens_on, cohort.closes_on, as_of),
        days,
        _curve(cohort, days, as_of, table, lines),
        _heat(cohorts, {cohort.id: table} | _tables(others, as_of, tree, level, root.id)),
    )


def _largest(cohorts: Sequence[Cohort]) -> Cohort:
    held = training.persons_by_cohort([one.id for one in cohorts])
    return max(cohorts, key=lambda one: held.get(one.id, 0))


def _curve(
    cohort: Cohort, days: Sequence[date], as_of: date, table: Table, lines: Mapping[int, int]
) -> list[tuple[int, int]]:
    """Completed and required by each day. The table tells of those before its own as well."""
    if days[-1] > as_of:  # it has not begun yet
        sums = progress.standing(Roster(cohort.id, days[-1]), days, lines).sum().to_dict()
        return [_of_day(sums, str(place)) for place in range(len(days))]
    counts = table.total.counts
    return [_of_day(counts, str(n) if day < as_of else "") for n, day in enumerate(days)]


def _of_day(counts: Mapping[str, int], place: str) -> tuple[int, int]:
    return int(counts[f"completed{place}"]), int(counts[f"required{place}"])


DONE = (Count.REQUIRED.value, Count.COMPLETED.value)


def _tables(
    cohort_ids: Sequence[int], as_of: date, tree: Tree, level: Level, root: int
) -> dict[int, Table]:
    """Cohort → its table; added up by hand, for there are thousands of rows and two numbers."""
    lines = tree.lines(level, root)
    sums: dict[int, defaultdict[int, list[int]]]
    sums = {one: defaultdict(lambda: [0, 0]) for one in cohort_ids}
    for (cohort_id, unit, done), many in progress.done_in(cohort_ids, as_of):
        both = sums[cohort_id][lines.get(unit, tables.OUTSIDE)]
        both[0] += many
        both[1] += many * done
    named = {
        one: {line: dict(zip(DONE, both, strict=True)) for line, both in held.items()}
        for one, held in sums.items()
    }
    return {one: tables.folded(held, DONE, tree, level, root) for one, held in named.items()}


def _heat(cohorts: Sequence[Cohort], known: Mapping[int, Table]) -> Heat:
    """Each project's cohorts together; a person on two lists of a project is counted in both."""
    parts = [(part, known[one.id]) for one in cohorts for part in one.programme.projects]
    found: dict[str, list[Table]] = {}
    for part, table in sorted(parts, key=lambda one: one[0].project_id):  # as everybody names them
        found.setdefault(part.project.name, []).append(table)
    lines: dict[str, Line] = {
        line.key: line for held in found.values() for table in held for line in table.lines
    }
    projects = list(found)
    return Heat(
        projects,
        [
            (line, [_sum(found[name], key) for name in projects])
            for key, line in sorted(lines.items(), key=lambda one: one[0] == str(tables.REST))
        ],
        cohorts,
    )


def _sum(held: Sequence[Table], key: str) -> tuple[int, int]:
    lines = [line.counts for table in held for line in table.lines if line.key == key]
    return sum(one[Count.COMPLETED] for one in lines), sum(one[Count.REQUIRED] for one in lines)


def lacks(line: Line) -> list[tuple[Lack, int]]:
    """Why those who have not completed have not; the parts add up to them."""
    return [(lack, line.counts[lack]) for lack in Lack if line.counts.get(lack)]
