"""Kinds of units, and how a listed name is shown. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

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
TERRITORY = frozenset({UnitKind.CITY, UnitKind.COUNTY}) | TOWNSHIP_LEVEL | VILLAGE_LEVEL


def like(kind: UnitKind) -> frozenset[UnitKind]:
    """The kinds that may take over a unit of this kind."""
    return next(
        (kinds for kinds in (TOWNSHIP_LEVEL, VILLAGE_LEVEL) if kind in kinds), frozenset({kind})
    )


# What the tree shows below a unit: the next two steps of the territory.
BELOW: dict[UnitKind, frozenset[UnitKind]] = {
    UnitKind.CITY: TOWNSHIP_LEVEL | {UnitKind.COUNTY},
    UnitKind.COUNTY: TOWNSHIP_LEVEL | VILLAGE_LEVEL,
    **dict.fromkeys(TOWNSHIP_LEVEL, VILLAGE_LEVEL),
}


@dataclass(frozen=True)
class Node:
    """A unit in a tree on a page. count: persons posted in it or below, if they were counted."""

    name: str
    url: str
    count: int | None
    children: list["Node"]
    open: bool = False


def forest(
    top_id: int,
    units: Iterable[tuple[int, int | None, str]],
    counts: Mapping[int, int],
    address: Callable[[int], str],
) -> list[Node]:
    """The trees below a unit. units: (id, id of the superior, name) in their order."""
    below: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for unit_id, superior_id, name in units:
        below[superior_id].append((unit_id, name))

    def grown(superior_id: int) -> list[Node]:
        return [
            Node(name, address(unit_id), counts.get(unit_id), grown(unit_id))
            for unit_id, name in below[superior_id]
        ]

    return grown(top_id)


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


def kind_then(kind: UnitKind, listed: str) -> UnitKind:
    """The kind of a unit of the territory when it was listed by this name: a 镇 was a 乡 before."""
    level = level_of(kind)
    return kind_of(level, listed) if level in ("township", "village") else kind


LEVELS = ("province", "city", "county", "township", "village")


def level_of(kind: UnitKind) -> str:
    """The level of a division of this kind; empty for what is no division."""
    if kind in VILLAGE_LEVEL:
        return "village"
    if kind in TOWNSHIP_LEVEL:
        return "township"
    return kind.value if kind.value in LEVELS else ""


@dataclass(frozen=True)
class Candidate:
    """A unit as the search for successors sees it. names: shown, the present one last."""

    code: str
    names: tuple[str, ...]
    parent_code: str
    region_code: str  # the superior's superior
    is_new: bool = False  # opened by the list that closed the others


@dataclass(frozen=True)
class Proposal:
    """Who may have taken over a closed unit. confidence: of 100; why: a constant sentence."""

    code: str
    successor_code: str
    confidence: int
    why: str


SAME_NAME = N_("上级相同（或由同一单位承接），名称相同。")
SAME_NAME_ELSEWHERE = N_("名称相同，是本次新设的单位，上级不同。")
SAME_STEM = N_("上级相同，名称只差方位或通名。")
SIMILAR = N_("上级相同，名称相近，请核对。")
BY_PARTS = N_("所辖的同名单位多由该单位承接。")
NEIGHBOUR = N_("没有相近的名称，取上级相同、编码最近的单位，请核对。")
CHOSEN = N_("由管理员选定。")

_COMMON = re.compile(r"(行政村|中心村|新村|联村|村|小?社?区|区?管委会|镇|乡|街道|居委会)$")
_SIDE = re.compile(r"^[东西南北上下前后中大小新老一二三四五两双]+(?=.)")


def stem(name: str) -> str:
    """A name without what many share: 北张庄村 → 张庄."""
    bare = _COMMON.sub("", name) or name
    return _SIDE.sub("", bare)


def propose(
    gone: Iterable[Candidate],
    standing: Iterable[Candidate],
    heirs: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> list[Proposal]:
    """The likeliest successor of each closed unit; none where nothing speaks for anyone.

    heirs: closed superior → who is thought to have taken it over; parts: closed unit → where most
    of what stood under it stands now (`whither`).
    """
    near: dict[str, list[Candidate]] = defaultdict(list)
    new: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in standing:
        near[candidate.parent_code].append(candidate)
        if candidate.is_new:
            new[candidate.region_code].append(candidate)
    found = []
    for unit in gone:
        here = near[(heirs or {}).get(unit.parent_code, unit.parent_code)]
        judged = [_judge_neighbour(unit, other, (parts or {}).get(unit.code)) for other in here]
        judged += [_judge_stranger(unit, other) for other in new[unit.region_code]]
        best = max(judged, key=lambda one: (one.confidence, -_apart(unit.code, one)), default=None)
        if best is not None and best.confidence > 0:
            found.append(best)
    return found


def whither(gone: Iterable[Candidate], standing: Iterable[Candidate]) -> dict[str, str]:
    """Closed superior → the superior of most new units that bear the names of its closed ones."""
    now: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in standing:
        if unit.is_new:
            now[unit.region_code, unit.names[-1]].add(unit.parent_code)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for unit in gone:
        votes[unit.parent_code].update(now[unit.region_code, unit.names[-1]])
    return {code: count.most_common(1)[0][0] for code, count in votes.items() if count}


def _judge_neighbour(unit: Candidate, other: Candidate, home: str | None) -> Proposal:
    """A unit under the same superior: by its name, by its parts, and last by its code."""
    changed = other.is_new or len(other.names) > 1  # when the closed one went
    bare = stem(unit.names[-1])
    alike = max(fuzz.ratio(bare, stem(name)) for name in other.names)
    if unit.names[-1] in other.names:
        confidence, why = 95, SAME_NAME
    elif alike == 100:
        sure = changed or other.names[-1].startswith(bare)
        confidence, why = (85 if sure and len(bare) > 1 else 60), SAME_STEM
    elif other.code == home:
        confidence, why = 75, BY_PARTS
    elif alike >= 60:
        confidence, why = round(alike * 0.7), SIMILAR
    else:
        confidence, why = 20, NEIGHBOUR
    return Proposal(unit.code, other.code, confidence + 3 * changed, why)


def _judge_stranger(unit: Candidate, other: Candidate) -> Proposal:
    """Under another superior only a new unit of the same name counts: many names repeat."""
    same = unit.names[-1] == other.names[-1]
    return Proposal(unit.code, other.code, 80 if same else 0, SAME_NAME_ELSEWHERE)


def _apart(code: str, proposal: Proposal) -> int:
    """How far apart two codes are; a code that is no number is far from all."""
    ends = code[-3:], proposal.successor_code[-3:]
    return abs(int(ends[0]) - int(ends[1])) if "".join(ends).isdigit() else 1000
