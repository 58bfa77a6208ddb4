"""Kinds of units, and how a listed name is shown. Pure."""

import re
from enum import StrEnum

from lms.words import N_


class UnitKind(StrEnum):
    """What a unit is; the territory first, then what stands beside it."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    STREET = "street"
    VILLAGE = "village"
    COMMUNITY = "community"
    STATISTICAL = "statistical"  # a prison, a park: a unit of statistics, not of self-government
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    NONPUBLIC_PARTY = "nonpublic_party"
    FLOATING_PARTY = "floating_party"


KIND_NAMES: dict[UnitKind, str] = {
    UnitKind.CITY: N_("市"),
    UnitKind.COUNTY: N_("县（市、区）"),
    UnitKind.TOWNSHIP: N_("乡镇"),
    UnitKind.STREET: N_("街道"),
    UnitKind.VILLAGE: N_("村"),
    UnitKind.COMMUNITY: N_("社区"),
    UnitKind.STATISTICAL: N_("其他乡级单位"),
    UnitKind.DEPARTMENT: N_("机关部门"),
    UnitKind.ENTERPRISE: N_("企业"),
    UnitKind.INSTITUTION: N_("事业单位"),
    UnitKind.NONPUBLIC_PARTY: N_("非公党组织"),
    UnitKind.FLOATING_PARTY: N_("流动党员党组织"),
}

TOWNSHIP_LEVEL = frozenset({UnitKind.TOWNSHIP, UnitKind.STREET, UnitKind.STATISTICAL})
VILLAGE_LEVEL = frozenset({UnitKind.VILLAGE, UnitKind.COMMUNITY})


class SuccessionState(StrEnum):
    """Whether a proposed successor has been decided on."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


# Listed ending → shown ending. The first that fits counts.
_ENDINGS = (
    (re.compile(r"(社区)?(居民委员会|居委会)$"), "社区"),
    (re.compile(r"村?(村民委员会|村委会)$"), "村"),
    (re.compile(r"街道办事处$"), "街道"),
)
_TOWNSHIP_ENDINGS = {"道": UnitKind.STREET, "镇": UnitKind.TOWNSHIP, "乡": UnitKind.TOWNSHIP}


def shown_name(listed: str) -> str:
    """The name people use: 上王村委会 and 上王村村民委员会 are both 上王村."""
    for ending, shown in _ENDINGS:
        name, found = ending.subn(shown, listed)
        if found:
            return name
    return listed


def is_virtual(listed: str) -> bool:
    """A 虚拟社区 stands in the statistics only; nobody lives or works there."""
    return "虚拟" in listed


def kind_of(level: str, listed: str) -> UnitKind:
    """The kind of a listed division. level: city county township village, as in the file."""
    if level == "village":
        village = shown_name(listed).endswith("村")
        return UnitKind.VILLAGE if village else UnitKind.COMMUNITY
    if level == "township":
        return _TOWNSHIP_ENDINGS.get(shown_name(listed)[-1:], UnitKind.STATISTICAL)
    return UnitKind(level)
