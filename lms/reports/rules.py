"""What the lines of a table are, and how a unit stood on a day. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.orgs.systems import System
from lms.people.rules import Post
from lms.words import N_


class Placed(NamedTuple):
    """A unit as it stood on a day. closed: it stood no more, and is placed as it last was."""

    id: int
    name: str
    kind: UnitKind
    parent_id: int | None
    place: int
    code: str | None
    closed: bool
    system: System | None = None  # as it was given by hand


class Level(StrEnum):
    """What the lines of a table are."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    POST = "post"
    CLASS = "class"
    SYSTEM = "system"
    KIND = "kind"


LEVEL_NAMES: dict[Level, str] = {
    Level.COUNTY: N_("县（市、区）"),
    Level.TOWNSHIP: N_("乡镇（街道）"),
    Level.VILLAGE: N_("村（社区）"),
    Level.POST: N_("职务"),
    Level.CLASS: N_("培训班"),
    Level.SYSTEM: N_("系统（条线）"),
    Level.KIND: N_("单位类别"),
}
# Of one person several lines may tell; the sum counts persons.
BY_PERSON = frozenset({Level.POST, Level.CLASS})


class Tier(StrEnum):
    """At which level of the territory a unit stands; an office stands at that of its seat."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


TIER_NAMES: dict[Tier, str] = {
    Tier.CITY: N_("市级"),
    Tier.COUNTY: N_("县级"),
    Tier.TOWNSHIP: N_("乡镇级"),
    Tier.VILLAGE: N_("村级"),
}
TIERS: dict[UnitKind, Tier] = {
    UnitKind.CITY: Tier.CITY,
    UnitKind.COUNTY: Tier.COUNTY,
    **dict.fromkeys(TOWNSHIP_LEVEL, Tier.TOWNSHIP),
    **dict.fromkeys(VILLAGE_LEVEL, Tier.VILLAGE),
}

# The three posts that stand side by side in the tables of village cadres.
HEADS = (Post.VPS, Post.VDS, Post.VCD)
NO_HEAD = "other"  # who holds none of the three


@dataclass(frozen=True)
class Only:
    """Of whom a table tells; where nothing is said, of everybody on the list.

    post: a word of `Post`, or NO_HEAD.
    """

    post: str = ""
    kind: UnitKind | None = None
    tier: Tier | None = None

    @property
    def everybody(self) -> bool:
        return self == Only()


class Sign(StrEnum):
    """How a frozen table was approved."""

    HERE = "here"  # on the page, by the next in line
    PAPER = "paper"
