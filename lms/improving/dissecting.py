"""A unit beside those like it: by how much it differs, and why, as of a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from lms.improving.rules import FEWEST, FEWEST_UNITS, Gap, gap
from lms.orgs.models import OrgUnit
from lms.orgs.rules import like
from lms.people.queries import whole_city
from lms.reports import progress, queries, tables
from lms.reports.counting import Roster
from lms.reports.measures import Count
from lms.reports.progress import Lack
from lms.reports.rules import Level
from lms.reports.services import EVERYBODY, fitting
from lms.reports.tables import Line, Tree
from lms.training.models import Cohort
from lms.words import N_

if TYPE_CHECKING:
    import pandas as pd


class Beside(StrEnum):
    """With which units one is compared."""

    SUPERIOR = "superior"
    CITY = "city"


BESIDE_NAMES: dict[Beside, str] = {
    Beside.SUPERIOR: N_("同一上级下的同类单位"),
    Beside.CITY: N_("全市同一层级的单位"),
}


@dataclass(frozen=True)
class Counted:
    """Everybody on a list as of a day, added up by units of which none is told apart further."""

    as_of: date
    tree: Tree
    frame: "pd.DataFrame"

    @cached_property
    def by_unit(self) -> dict[int, dict[str, int]]:
        return self.frame.set_index("org_id").to_dict("index")

    def sums(self, roots: Sequence[int]) -> dict[str, int]:
        """The counts of some of these units with all below them."""
        wanted = set(roots)
        found = dict.fromkeys((*(lack.value for lack in Lack), *DONE), 0)
        for unit, counts in self.by_unit.items():
            if wanted.isdisjoint(self.tree.way(unit)):
                continue
            for name, value in counts.items():
                found[name] += int(value)
        return found


DONE = (Count.REQUIRED.value, Count.COMPLETED.value)


def counted(cohort: Cohort, as_of: date, tree: Tree, lines: Mapping[int, int]) -> Counted:
    """The numbers of a list. Of other units than one's own only sums are shown.

    lines: unit → the unit to which it is added; nobody else is counted.
    """
    few = list(lines) if 2 * len(lines) < len(tree.units) else None  # else it is no less to look at
    with whole_city():
        frame = progress.standing(Roster(cohort.id, as_of, units=few), lines=lines)
    return Counted(as_of, tree, frame)


@dataclass(frozen=True)
class Dissection:
    """A unit and those like it, and what makes the difference."""

    as_of: date
    gap: Gap
    units: int  # how many like units there are with anybody on the list
    hidden: bool  # too few units or persons to compare with


def dissection(
    cohort: Cohort, unit: OrgUnit, as_of: date, beside: Beside, above: bool
) -> Dissection:
    """above: the reader answers for the superior too, and sees each of the others anyway."""
    tree = queries.tree(as_of)
    alike = _like(tree, unit.id, beside)
    found = counted(cohort, as_of, tree, nearest(tree, {unit.id, *alike}))
    due, done = DONE
    others = [one for one in alike if found.sums([one])[due]]
    mine, theirs = found.sums([unit.id]), found.sums(others)
    lacks = {lack.value: (mine[lack], theirs[lack]) for lack in Lack if mine[lack] or theirs[lack]}
    few = len(others) < (1 if above else FEWEST_UNITS) or theirs[due] < FEWEST
    hidden = few or mine[due] < FEWEST
    both = (mine[done], mine[due]), (theirs[done], theirs[due])
    return Dissection(as_of, gap(*both, lacks, not hidden), len(others), hidden)


def _like(tree: Tree, unit: int, beside: Beside) -> list[int]:
    """Units of the same kind, without the unit itself."""
    own = tree.units[unit]
    kinds = like(own.kind)
    return [
        one.id
        for one in tree.units.values()
        if one.id != unit
        and one.kind in kinds
        and not one.closed
        and (beside is Beside.CITY or one.parent_id == own.parent_id)
    ]


def nearest(tree: Tree, tops: Collection[int]) -> dict[int, int]:
    """Each of these units and all below them → the nearest of them at or above it."""
    found: dict[int, int] = {}
    for top in tops:
        for unit in tree.inside(top):  # whoever is above a unit comes before it
            above = tree.units[unit].parent_id or top
            found[unit] = unit if unit in tops else found[above]
    return found


@dataclass(frozen=True)
class Below:
    """The units right below one, with the plan of a list, in administrative order."""

    level: Level
    plan: float
    lines: Sequence[Line]

    def is_behind(self, line: Line) -> bool:
        due, done = (line.counts[one] for one in DONE)
        return bool(due) and done / due < self.plan


def below(cohort: Cohort, root: OrgUnit, as_of: date) -> Below:
    """The units for which the reader answers that have anybody on the list; nobody is ranked."""
    tree, level = queries.tree(as_of), fitting(root.kind)
    found = counted(cohort, as_of, tree, tree.standing_for(level, root.id, EVERYBODY))
    table = tables.by_unit(found.frame, tree, level, root.id)
    plan = progress.planned(cohort.opens_on, cohort.closes_on, as_of)
    lines = [one for one in table.lines if one.key != str(tables.REST) and one.counts[DONE[0]]]
    return Below(level, plan, lines)


def inside(unit: OrgUnit, day: date) -> Sequence[int]:
    """The unit and all that hung below it on a day."""
    return queries.tree(day).inside(unit.id)
