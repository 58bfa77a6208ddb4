"""What the lines of a table are, and how a unit stood on a day. Pure."""

from enum import StrEnum
from typing import NamedTuple

from lms.orgs.rules import UnitKind
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


class Level(StrEnum):
    """What the lines of a table are."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    POST = "post"


LEVEL_NAMES: dict[Level, str] = {
    Level.COUNTY: N_("县（市、区）"),
    Level.TOWNSHIP: N_("乡镇（街道）"),
    Level.VILLAGE: N_("村（社区）"),
    Level.POST: N_("职务"),
}


class Sign(StrEnum):
    """How a frozen table was approved."""

    HERE = "here"  # on the page, by the next in line
    PAPER = "paper"
