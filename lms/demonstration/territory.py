"""The units of the demonstration city: opened long before anything else happens there."""

from collections.abc import Collection
from datetime import date

from lms.demonstration.city import City
from lms.demonstration.units import CITY, PlannedUnit, units
from lms.orgs.services import NewUnit, open_units
from lms.web import transaction
from lms.words import N_

OPENED_ON = date(2010, 1, 1)


def wanted(counties: Collection[str] | None) -> list[PlannedUnit]:
    """The units of the plan; where counties are named, theirs and those of the city itself."""
    return [unit for unit in units() if counties is None or county_of(unit.code) in {"", *counties}]


def county_of(code: str) -> str:
    """The county that a unit lies in; none for the city and its offices."""
    return "" if code.split("-")[0] == CITY else code[:6]


def open_territory(city: City, counties: Collection[str] | None) -> None:
    """Open the territory and the offices beside it."""
    plan = wanted(counties)
    opened = open_units([_new(unit) for unit in plan], OPENED_ON)
    city.units = {code: unit.id for code, unit in opened.items()}
    transaction.finish()
    city.say(N_("单位"), len(plan), len(plan))


def _new(unit: PlannedUnit) -> NewUnit:
    return NewUnit(
        unit.code, unit.name, unit.kind, unit.parent_code, unit.order, unit.listed or None
    )
