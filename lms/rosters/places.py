"""Which unit the words of a row mean; a village's name alone is often not enough. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from lms.orgs.rules import shown_name
from lms.rosters.rules import Fault
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.sheets import cells
from lms.words import N_

NO_UNIT = N_("没有写单位，请填写。")
NO_SUCH_UNIT = N_("没有找到单位“{unit}”。请核对名称，或从列出的单位中选择。")
ELSEWHERE = N_("“{superior}”下没有“{unit}”。请核对上级单位，或从列出的单位中选择。")
SEVERAL = N_("有 {count} 个单位叫“{unit}”。请从列出的单位中选择，或在表中补上乡镇和县。")
OFFERED = 8  # candidates at most
ALIKE = 50  # of 100, from which a name is offered

_OFFICE = re.compile(
    r"(村民委员会|居民委员会|村委会|居委会|党组织|党支部|党总支|党委|党工委|支部委员会|支部|(?<=[镇乡县市区道])委员会|"
    r"人民政府|政府|办事处|\(.*?\))+$"
)
_KIND = re.compile(r"(行政村|社区|村|街道办|街道|镇|乡|县|市|区)$")
_ABOVE_ALL = re.compile(r"^(中共|山西省|运城市|市直|县直|区直)+(?=.)")
_CITY = ("市直", "市级", "市本级", "市直单位", "市直机关")
_NO_COUNTY = (*_CITY, "县直")


@dataclass(frozen=True)
class NamedUnit:
    """A unit as one looks for it. superiors: names, the nearest first."""

    id: int
    name: str  # as it is shown
    level: str  # county, township, village; "" for what stands beside the territory
    superiors: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return "".join(reversed((self.name, *self.superiors)))


@dataclass(frozen=True)
class Resolved:
    """The unit meant; or why it is not sure, and which ones may be meant."""

    unit: NamedUnit | None = None
    fault: Fault | None = None
    candidates: tuple[NamedUnit, ...] = ()


@dataclass(frozen=True)
class _Sought:
    """A name at a level, and what a row says of its superiors."""

    column: Field
    level: str
    name: str
    superiors: tuple[str, ...]
    of_city: bool = False  # 市直: directly under the city


@lru_cache(maxsize=8192)  # townships and counties stand in thousands of rows
def bare(written: str) -> str:
    """The name without its office: 上王村村民委员会, 上王村党支部 → 上王村."""
    name = cells.label(written)
    shown = shown_name(name)
    return (_OFFICE.sub("", shown) or shown) if shown == name else shown


@lru_cache(maxsize=8192)  # rows repeat their units
def stem(name: str) -> str:
    """A name without the word for its kind: 上王村 → 上王."""
    return _KIND.sub("", name) or name


class UnitIndex:
    """The units that a roster may name, found with and without 村, 社区, 镇, 县.

    patience: for how many names that are not found those alike are looked for, which takes time.
    """

    def __init__(self, units: Iterable[NamedUnit], patience: int = 10_000) -> None:
        self.units = tuple(units)
        self.patience = patience
        self.found: dict[tuple[str, str, str, str], Resolved] = {}  # rows repeat their units
        self._by_name: dict[str, list[NamedUnit]] = {}
        self._by_stem: dict[str, list[NamedUnit]] = {}
        for unit in self.units:
            self._by_name.setdefault(unit.name, []).append(unit)
            for key in {unit.name, stem(unit.name), *_short_names(unit)}:
                self._by_stem.setdefault(key, []).append(unit)
        self.townships = {unit.name for unit in self.units if unit.level == "township"}
        counties = {unit.name for unit in self.units if unit.level == "county"}
        self.uppers = sorted(self.townships | counties, key=len, reverse=True)

    def named(self, name: str, level: str = "") -> list[NamedUnit]:
        """The units of exactly this name. level: of these only."""
        return _at(level, self._by_name.get(name, []))

    def like(self, name: str, level: str = "") -> list[NamedUnit]:
        """The units whose name differs in the word for their kind, or is written short."""
        return _at(level, self._by_stem.get(name, []) or self._by_stem.get(stem(name), []))


def _short_names(unit: NamedUnit) -> Iterable[str]:
    """垣曲县农业农村局 is also called 县农业农村局 and 农业农村局."""
    superior = next((name for name in unit.superiors if unit.name.startswith(name)), "")
    if superior and not unit.level:
        short = unit.name.removeprefix(superior)
        yield from (short, superior[-1] + short)


def _at(level: str, units: list[NamedUnit]) -> list[NamedUnit]:
    return [unit for unit in units if not level or unit.level == level]


def resolve_unit(
    county: str, township: str, village: str, index: UnitIndex, unit: str = ""
) -> Resolved:
    """The unit that a row's words mean. unit: of a column that names it in one, may be a path.

    The lowest unit that is named counts; what stands above it must agree.
    """
    key = (county, township, village, unit)
    if key not in index.found:
        index.found[key] = _resolve(_sought(*key, index=index), index)
    return index.found[key]


def _sought(county: str, township: str, village: str, unit: str, index: UnitIndex) -> _Sought:
    above = [bare(word) for word in (township, county) if word and word not in _NO_COUNTY]
    if village:
        return _lowest(Field.VILLAGE, "village", village, above, index)
    if unit and bare(unit) not in above:
        sought = _lowest(Field.UNIT, "", unit, above, index)
        return replace(sought, of_city=county in _CITY)
    if township:
        return _Sought(Field.TOWNSHIP, "township", bare(township), tuple(above[1:]))
    return _Sought(Field.COUNTY, "county", above[0] if above else "", ())


def _lowest(column: Field, level: str, written: str, above: list[str], index: UnitIndex) -> _Sought:
    """Takes a path apart: 垣曲县历山镇上王村 is 上王村 under 历山镇 under 垣曲县."""
    whole = bare(written)
    rest = _ABOVE_ALL.sub("", whole)
    for name in (whole, rest):
        if index.named(name) or index.like(name):
            return _Sought(column, level, name, tuple(above))
    found: list[str] = []
    for _ in ("county", "township"):
        upper = next((name for name in index.uppers if rest.startswith(name)), rest)
        if upper != rest:
            found.insert(0, upper)
            rest = rest.removeprefix(upper)
    below = "village" if any(name in index.townships for name in found) else level
    return _Sought(column, below, rest, tuple(dict.fromkeys([*found, *above])))


def _resolve(sought: _Sought, index: UnitIndex) -> Resolved:
    if not sought.name:
        return Resolved(fault=Fault(FIELD_NAMES[Field.UNIT], NO_UNIT))
    named = index.named(sought.name, sought.level) or index.like(sought.name, sought.level)
    agreeing = _agreeing(named, sought)
    if not agreeing:
        agreeing = _agreeing(index.like(sought.name, sought.level), sought)
    if len(agreeing) == 1:
        return Resolved(unit=agreeing[0])
    values: dict[str, object] = {"unit": sought.name, "count": len(agreeing)}
    if agreeing:
        return Resolved(
            None, Fault(FIELD_NAMES[sought.column], SEVERAL, values), tuple(agreeing[:OFFERED])
        )
    near = _alike(sought, index)
    if named and sought.superiors:
        values["superior"] = sought.superiors[0]
        offered = dict.fromkeys([*named, *near])
        return Resolved(
            None, Fault(FIELD_NAMES[sought.column], ELSEWHERE, values), tuple(offered)[:OFFERED]
        )
    return Resolved(None, Fault(FIELD_NAMES[sought.column], NO_SUCH_UNIT, values), tuple(near))


def _agreeing(units: list[NamedUnit], sought: _Sought) -> list[NamedUnit]:
    found = [unit for unit in units if _agrees(unit, sought.superiors)]
    if sought.of_city and len(found) > 1:
        return [unit for unit in found if len(unit.superiors) == 1] or found
    return found


def _agrees(unit: NamedUnit, superiors: Iterable[str]) -> bool:
    """Whether each superior that the row names stands above the unit."""
    above = _stems(unit.superiors)
    return all(stem(name) in above or name == unit.name for name in superiors)


@lru_cache(maxsize=1024)  # villages of one township share them
def _stems(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(stem, names))


def _alike(sought: _Sought, index: UnitIndex) -> list[NamedUnit]:
    """Units under the same superiors whose names are near to what was written."""
    if index.patience <= 0:
        return []
    index.patience -= 1
    near = [
        unit
        for unit in index.units
        if (not sought.level or unit.level == sought.level) and _agrees(unit, sought.superiors)
    ]
    found = process.extract(
        stem(sought.name),
        {place: stem(unit.name) for place, unit in enumerate(near)},
        scorer=fuzz.ratio,
        score_cutoff=ALIKE,
        limit=OFFERED,
    )
    return [near[place] for _, _, place in found]
