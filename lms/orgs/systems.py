"""系统（条线）: to which one a unit belongs, by hand, else by its kind and its name. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from lms.orgs.rules import TERRITORY, TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.words import N_


class System(StrEnum):
    """A line of offices with what belongs to them, from the city down."""

    PARTY = "party"
    LAW = "law"
    AFFAIRS = "affairs"
    ECONOMY = "economy"
    BUILDING = "building"
    RURAL = "rural"
    EDUCATION = "education"
    HEALTH = "health"
    FIRMS = "firms"
    NEW = "new"
    FLOATING = "floating"
    TOWNSHIPS = "townships"
    VILLAGES = "villages"
    OTHER = "other"


SYSTEM_NAMES: dict[System, str] = {
    System.PARTY: N_("党群系统"),
    System.LAW: N_("政法系统"),
    System.AFFAIRS: N_("政务民生系统"),
    System.ECONOMY: N_("财经系统"),
    System.BUILDING: N_("城建资源系统"),
    System.RURAL: N_("农业农村系统"),
    System.EDUCATION: N_("教育系统"),
    System.HEALTH: N_("卫生健康系统"),
    System.FIRMS: N_("国有企业"),
    System.NEW: N_("两新组织"),
    System.FLOATING: N_("流动党员党组织"),
    System.TOWNSHIPS: N_("乡镇（街道）"),
    System.VILLAGES: N_("村（社区）"),
    System.OTHER: N_("市县领导和其他"),
}

# The first system with a word that stands in the name of the unit.
WORDS: dict[System, tuple[str, ...]] = {
    System.LAW: ("政法委", "公安", "检察院", "法院", "司法"),
    System.PARTY: (
        *("组织部", "宣传部", "统战部", "纪委", "监委", "委办公室", "巡察", "编办", "党校"),
        *("机关工委", "老干部", "党史", "档案", "社会工作部", "总工会", "团委", "妇联", "工商联"),
        *("科协", "文联", "残联"),
    ),
    System.HEALTH: ("卫生", "健康", "医院", "疾病预防", "医疗", "妇幼"),
    System.EDUCATION: ("教育", "学校", "中学", "小学", "学院", "幼儿园"),
    System.RURAL: ("农业", "农村", "乡村振兴", "水利", "水务", "林业", "畜牧", "气象"),
    System.ECONOMY: (
        *("发展和改革", "财政", "审计", "统计", "市场监督", "商务", "工业和信息", "税务"),
        *("行政审批", "金融", "国有资产", "粮食"),
    ),
    System.BUILDING: (*("住房", "城乡建设", "自然资源", "规划", "交通", "城市管理", "生态环境"),),
    System.AFFAIRS: (
        *("政府办公室", "民政", "人力资源", "社会保障", "退役军人", "信访", "应急管理"),
        *("文化", "旅游", "体育", "民族", "宗教"),
    ),
}
KINDS: dict[UnitKind, System] = {
    UnitKind.ENTERPRISE: System.FIRMS,
    UnitKind.NONPUBLIC_PARTY: System.NEW,
    UnitKind.FLOATING_PARTY: System.FLOATING,
    **dict.fromkeys(TOWNSHIP_LEVEL, System.TOWNSHIPS),
    **dict.fromkeys(VILLAGE_LEVEL, System.VILLAGES),
}


SEATS = (System.TOWNSHIPS, System.VILLAGES)  # whose offices are not townships and villages
GIVEN = tuple(one for one in System if one not in SEATS)  # what may be said by hand


class Standing(Protocol):
    """A unit as it stood on a day. system: as given by hand."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> UnitKind: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def system(self) -> System | None: ...


def system_of(
    kind: UnitKind, name: str, above: System = System.OTHER, given: System | None = None
) -> System:
    """The system of a unit. given: by hand; above: that of its superior."""
    if given and kind not in TERRITORY:
        return given
    if kind in KINDS:
        return KINDS[kind]
    if kind in TERRITORY:
        return System.OTHER
    own = (one for one, words in WORDS.items() if any(word in name for word in words))
    return next(own, System.OTHER if above in SEATS else above)


def systems(units: Iterable[Standing]) -> dict[int, System]:
    """Unit → its system. units: superiors before those below them."""
    found: dict[int, System] = {}
    for unit in units:
        above = found.get(unit.parent_id or 0, System.OTHER)
        found[unit.id] = system_of(unit.kind, unit.name, above, unit.system)
    return found


def named(written: str) -> System | None:
    """The system that a cell of a file names, with or without 系统 at its end; none: no such."""
    bare = written.strip()
    names = {SYSTEM_NAMES[one]: one for one in GIVEN}
    return names.get(bare) or names.get(f"{bare}系统")
