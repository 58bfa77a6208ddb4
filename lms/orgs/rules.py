"""Kinds of units. Pure."""

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
