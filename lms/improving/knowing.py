"""Which abilities and topics a unit lacks beside those like it, from the analyses of its list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from lms.analyses import topics
from lms.analyses.answered import Answered, Gathered, Paper, gather
from lms.analyses.topics import AbilityLine, Known
from lms.improving.rules import FEWEST_UNITS
from lms.orgs.models import OrgUnit
from lms.people.queries import whole_city
from lms.reports.tables import REST
from lms.training.models import Cohort


@dataclass(frozen=True)
class Ability:
    """How the people of a unit know an ability, and those of like units; none: not to be told."""

    code: str
    name: str
    mine: Known
    others: Known | None
    weakest: str

    @property
    def points(self) -> Decimal | None:
        """By how many percentage points the unit differs, as the two are shown."""
        if self.others is None or self.mine.share is None or self.others.share is None:
            return None
        return (self.mine.share - self.others.share) * 100


def abilities(cohort: Cohort, unit: OrgUnit, day: date, above: bool) -> list[Ability]:
    """Every ability that the assessments of a list asked of a unit, in the order of the framework.

    Of each person the first attempt; beside the units under the same superior, together. above:
    the reader answers for the superior; else one sees the sum of three units at least.
    """
    mine: dict[str, AbilityLine] = {}
    others: dict[str, Known] = {}
    for part in cohort.assessments:
        for found, line, pooled in _sides(unit, part.assessment_id, day, above):
            for one in _lines(found, line):
                before = mine.get(one.code)
                mine[one.code] = replace(one, known=before.known + one.known) if before else one
            for one in _lines(found, pooled) if pooled else ():
                others[one.code] = others.get(one.code, Known()) + one.known
    return [_ability(one, others.get(one.code)) for one in mine.values() if one.known.told]


def _ability(one: AbilityLine, others: Known | None) -> Ability:
    beside = others if others is not None and others.told else None
    return Ability(one.code, one.name, one.known, beside, one.weakest[0] if one.weakest else "")


def _sides(
    unit: OrgUnit, assessment_id: int, day: date, above: bool
) -> list[tuple[Gathered, Answered, Answered | None]]:
    """What was answered in the unit, and in those like it; nothing where few would be told of."""
    if unit.parent_id is None:
        found = gather([unit.path], unit.id, day, assessment_id)
        return [(found, found.whole, None)]
    superior = unit.path.removesuffix(f"{unit.id}/")
    with whole_city():
        found = gather([superior], unit.parent_id, day, assessment_id)
    if unit.id not in found.lines:
        return []
    beside = [one for key, one in found.lines.items() if key not in (unit.id, REST)]
    enough = len(beside) >= (1 if above else FEWEST_UNITS)
    return [(found, found.lines[unit.id], _pooled(beside) if enough else None)]


def _pooled(parts: Iterable[Answered]) -> Answered:
    """Several groups as one, paper by paper."""
    right: dict[Paper, object] = {}
    persons: dict[Paper, int] = {}
    for one in parts:
        for key, rows in one.right.items():
            right[key] = right[key] + rows if key in right else rows
            persons[key] = persons.get(key, 0) + one.persons[key]
    return Answered(right, persons)  # type: ignore[arg-type]


def _lines(found: Gathered, whose: Answered) -> Sequence[AbilityLine]:
    return topics.by_ability(replace(found, whole=whose))
