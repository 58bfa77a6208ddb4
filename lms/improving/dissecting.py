"""A unit beside those like it: by how much it differs, and why, as of a day."""

from collections.abc import Sequence
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
from lms.reports.services import fitting
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
    """Everybody on a list as of a day, by unit; of the whole city."""

    as_of: date
    tree: Tree
    frame: "pd.DataFrame"

    @cached_property
    def by_unit(self) -> dict[int, dict[str, int]]:
        return self.frame.set_index("org_id").to_dict("index")

    def sums(self, roots: Sequence[int]) -> dict[str, int]:
        """The counts of some units with all below them."""
        found = dict.fromkeys((*(lack.value for lack in Lack), *DONE), 0)
        for unit in {one for root in roots for one in self.tree.inside(root)}:
            for name, value in self.by_unit.get(unit, {}).items():
                found[name] += int(value)
        return found


DONE = (Count.REQUIRED.value, Count.COMPLETED.value)


def counted(cohort: Cohort, as_of: date) -> Counted:
    """The numbers of a list by unit. Of other units than one's own only sums are shown."""
    with whole_city():
        frame = progress.standing(Roster(cohort.id, as_of))
    return Counted(as_of, queries.tree(as_of), frame)


@dataclass(frozen=True)
class Dissection:
    """A unit and those like it, and what makes the difference."""

    as_of: date
    gap: Gap
    units: int  # how many like units there are with anybody on the list
    hidden: bool  # too few units or persons to compare with


def dissection(found: Counted, unit: OrgUnit, beside: Beside, above: bool) -> Dissection:
    """above: the reader answers for the superior too, and sees each of the others anyway."""
    others = _like(found, unit.id, beside)
    mine, theirs = found.sums([unit.id]), found.sums(others)
    lacks = {lack.value: (mine[lack], theirs[lack]) for lack in Lack if mine[lack] or theirs[lack]}
    due, done = DONE
    few = len(others) < (1 if above else FEWEST_UNITS) or theirs[due] < FEWEST
    hidden = few or mine[due] < FEWEST
    both = (mine[done], mine[due]), (theirs[done], theirs[due])
    return Dissection(found.as_of, gap(*both, lacks, not hidden), len(others), hidden)


def _like(found: Counted, unit: int, beside: Beside) -> list[int]:
    """Units of the same kind that have anybody on the list, without the unit itself."""
    tree, own = found.tree, found.tree.units[unit]
    kinds = like(own.kind)
    return [
        one.id
        for one in tree.units.values()
        if one.id != unit
        and one.kind in kinds
        and not one.closed
        and (beside is Beside.CITY or one.parent_id == own.parent_id)
        and found.sums([one.id])[DONE[0]]
    ]


@dataclass(frozen=True)
class Below:
    """The units right below one, with the plan of a list, in administrative order."""

    level: Level
    plan: float
    lines: Sequence[Line]

    def is_behind(self, line: Line) -> bool:
        due, done = (line.counts[one] for one in DONE)
        return bool(due) and done / due < self.plan


def below(found: Counted, root: OrgUnit, cohort: Cohort) -> Below:
    """The units for which the reader answers that have anybody on the list; nobody is ranked."""
    level = fitting(root.kind)
    table = tables.by_unit(found.frame, found.tree, level, root.id)
    plan = progress.planned(cohort.opens_on, cohort.closes_on, found.as_of)
    lines = [one for one in table.lines if one.key != str(tables.REST) and one.counts[DONE[0]]]
    return Below(level, plan, lines)


def inside(unit: OrgUnit, day: date) -> Sequence[int]:
    """The unit and all that hung below it on a day."""
    return queries.tree(day).inside(unit.id)
