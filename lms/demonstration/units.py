"""The units of the demonstration city: Yuncheng as it is, and invented offices beside it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lms.demonstration import offices
from lms.orgs.rules import UnitKind, is_virtual, kind_of, shown_name

DATA = Path(__file__).parent / "data"
CITY = "1408"
BESIDE = 1000  # offices come after the territory of the same superior


@dataclass(frozen=True)
class PlannedUnit:
    """A unit to be. `order` counts among siblings; `listed` is the name in the divisions."""

    code: str
    name: str
    kind: UnitKind
    parent_code: str
    order: int
    listed: str = ""


@cache
def units() -> list[PlannedUnit]:
    """Every unit, superiors first: the territory, then what stands beside it."""
    territory = list(_territory())
    seats = [u for u in territory if u.kind in (UnitKind.CITY, UnitKind.COUNTY)]
    counties = [u for u in seats if u.kind is UnitKind.COUNTY]
    beside = [unit for seat in seats for unit in _beside(seat)]
    return territory + beside + list(_floating(counties))


def _territory() -> Iterator[PlannedUnit]:
    """The divisions of 2023 without the virtual ones; the province is not ours."""
    with (DATA / "yuncheng_2023.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] != "province"]
    for row in sorted(rows, key=lambda row: (len(row["code"]), row["code"])):
        if not is_virtual(row["name"]):
            yield _division(row)


def _division(row: dict[str, str]) -> PlannedUnit:
    code, listed, parent = row["code"], row["name"], row["parent_code"]
    order = int(code[len(parent) :])
    parent = "" if code == CITY else parent
    return PlannedUnit(
        code, shown_name(listed), kind_of(row["level"], listed), parent, order, listed
    )


def _beside(seat: PlannedUnit) -> Iterator[PlannedUnit]:
    """The offices, institutions and firms of the city or of a county."""
    groups = [
        (UnitKind.DEPARTMENT, offices.DEPARTMENTS),
        (UnitKind.INSTITUTION, offices.INSTITUTIONS),
        (UnitKind.ENTERPRISE, offices.ENTERPRISES),
    ]
    if seat.kind is UnitKind.COUNTY:
        groups.append((UnitKind.NONPUBLIC_PARTY, offices.NONPUBLIC))
    order = BESIDE
    for kind, group in groups:
        for end, name in group:
            order += 1
            yield PlannedUnit(f"{seat.code}-{end}", seat.name + name, kind, seat.code, order)


def _floating(counties: list[PlannedUnit]) -> Iterator[PlannedUnit]:
    """Two branches of members away from home for each county, each in another city."""
    cities = offices.FLOATING_CITIES
    for place, county in enumerate(counties):
        for which in (0, 1):
            away = offices.FLOATING.format(city=cities[(2 * place + which) % len(cities)])
            yield PlannedUnit(
                f"{county.code}-LD{which + 1}",
                county.name + away,
                UnitKind.FLOATING_PARTY,
                county.code,
                2 * BESIDE + which,
            )
