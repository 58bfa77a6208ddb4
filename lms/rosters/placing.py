"""Which unit each row belongs to, of those that the officer answers for. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lms.people.rules import POST_NAMES, VILLAGE_CADRES, Post
from lms.rosters.places import SEVERAL, NamedUnit, UnitIndex, resolve_unit
from lms.rosters.rows import RosterRow
from lms.rosters.rules import Fault
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.words import N_

OUTSIDE = N_("“{unit}”不在“{mine}”的管理范围内。请删去这一行，或请上级单位导入。")
LEFT_OUT = N_("您已选择不导入“{unit}”的行。")
NO_VILLAGE = N_("“{post}”应在村（社区）任职，这一行的单位却是“{unit}”，请补上村（社区）。")
OF_A_VILLAGE = VILLAGE_CADRES | {Post.VSD}
ALL_ALIKE = 200  # names not found, after which no more alike are looked for


def words_of(row: RosterRow) -> str:
    """The words that name the unit of a row, as a key."""
    return "|".join((row.county, row.township, row.village, row.unit))


def shown(unit: NamedUnit) -> str:
    """A unit with those above it, below the city: 垣曲县 历山镇 上王村."""
    return " ".join(reversed((unit.name, *unit.superiors[:-1])))


@dataclass(frozen=True)
class Placed:
    """The unit of a row; or why not. asks: the officer may choose, of these or another."""

    unit: NamedUnit | None = None
    fault: Fault | None = None
    asks: bool = False
    candidates: tuple[NamedUnit, ...] = ()

    @cached_property
    def shown(self) -> str:
        """The unit with those above it; "" where it is not sure which one it is."""
        return shown(self.unit) if self.unit else ""


class Places:
    """The units of the city, and which of them the import may name.

    mine: ids; name: of the unit above them; choices: `words_of` → id, 0 to leave the rows out.
    """

    def __init__(
        self,
        units: Collection[NamedUnit],
        mine: Collection[int],
        name: str,
        choices: Mapping[str, int],
    ) -> None:
        self.units = {unit.id: unit for unit in units}
        self.mine = mine
        self.name = name
        self.choices = choices
        self.index = UnitIndex((unit for unit in units if unit.id in mine), ALL_ALIKE)
        self.city = UnitIndex(units, 0)
        self.placed: dict[str, Placed] = {}

    def place(self, row: RosterRow) -> Placed:
        """The unit of a row. Rows repeat their units, so each is looked for once."""
        words = words_of(row)
        if words not in self.placed:
            self.placed[words] = self._place(words, row)
        return self.placed[words]

    def home(self, written: str) -> int | None:
        """The unit that a seconded person comes from, anywhere in the city, if it is sure."""
        found = resolve_unit("", "", "", self.city, written).unit if written else None
        return found.id if found else None

    def meant(self, written: str) -> NamedUnit | None:
        """The one unit that somebody typed, of one's own."""
        return resolve_unit("", "", "", self.index, written).unit

    def _place(self, words: str, row: RosterRow) -> Placed:
        chosen = self.choices.get(words)
        written = row.village or row.unit or row.township or row.county
        if chosen == 0:
            return Placed(fault=Fault(FIELD_NAMES[Field.UNIT], LEFT_OUT, {"unit": written}))
        if chosen is not None and chosen in self.mine:
            return Placed(self.units[chosen])
        said = (row.county, row.township, row.village, row.unit)
        found = resolve_unit(row.county, row.township, row.village, self.index, row.unit)
        if found.unit or not any(said):
            return Placed(found.unit, found.fault)
        sure = resolve_unit(row.county, row.township, row.village, self.city, row.unit).unit
        if sure and sure.id in self.mine:  # a path from the county down, where one's own is a town
            return Placed(sure)
        if sure and (found.fault is None or found.fault.why != SEVERAL):
            values = {"unit": shown(sure), "mine": self.name}
            return Placed(fault=Fault(FIELD_NAMES[Field.UNIT], OUTSIDE, values))
        return Placed(None, found.fault, True, found.candidates)


def misplaced(posts: Iterable[str], unit: NamedUnit) -> Fault | None:
    """A post of a village that stands at a unit which is none."""
    if unit.level in ("county", "township"):
        for post in posts:
            if post in OF_A_VILLAGE:
                values = {"post": POST_NAMES[Post(post)], "unit": unit.name}
                return Fault(FIELD_NAMES[Field.VILLAGE], NO_VILLAGE, values)
    return None
