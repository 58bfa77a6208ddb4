"""The people of the demonstration city: some twenty thousand, every one of them invented."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from lms.demonstration.persons import Maker, PlannedPerson, PlannedPosting
from lms.demonstration.units import CITY, PlannedUnit, units
from lms.demonstration.villages import committee, with_both_posts
from lms.dice import Stream, shuffled
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind

SEED = 20180782  # of the first that give 历山镇 a 王书记 of 55 years, holding both posts
FIRST_SECRETARIES = 807
TEAM_MEMBERS = 1828
SECONDED = 1088

# Which posts each of the five projects trains.
AUDIENCES = {
    "P1": ("LEADER", "TPS", "THD", "TLD"),
    "P2": ("STAFF", "TOC", "TOG"),
    "P3": (
        *("VPS", "VDS", "VCD", "VCV", "VPM", "VCM", "VSD"),
        *("FIRST_SEC", "AID_TEAM", "SECONDED", "PARTY_WORKER", "FLOAT_SEC"),
    ),
    "P4": ("MANAGER",),
    "P5": ("TECH",),
}
# For a kind of unit: (post, how many, rank). The city's own offices have their own line below.
STAFFING: dict[UnitKind, tuple[tuple[str, int, str], ...]] = {
    UnitKind.COUNTY: (("LEADER", 2, "县处级正职"), ("LEADER", 4, "县处级副职")),
    UnitKind.TOWNSHIP: (
        ("TPS", 1, "乡科级正职"),
        ("THD", 1, "乡科级正职"),
        ("TLD", 3, "乡科级副职"),
        ("TOC", 1, "乡科级副职"),
        ("TOG", 2, "一级科员"),
    ),
    UnitKind.DEPARTMENT: (
        ("LEADER", 1, "乡科级正职"),
        ("LEADER", 1, "乡科级副职"),
        ("STAFF", 1, "一级主任科员"),
        ("STAFF", 2, "一级科员"),
    ),
    UnitKind.INSTITUTION: (("MANAGER", 2, ""), ("TECH", 2, "副高级"), ("TECH", 4, "中级")),
    UnitKind.ENTERPRISE: (("MANAGER", 3, ""), ("TECH", 2, "中级")),
    UnitKind.NONPUBLIC_PARTY: (("PARTY_WORKER", 1, ""),),
    UnitKind.FLOATING_PARTY: (("FLOAT_SEC", 1, ""),),
}
STAFFING[UnitKind.STREET] = STAFFING[UnitKind.TOWNSHIP]
OF_THE_CITY = (("LEADER", 3, "县处级副职"), ("STAFF", 5, "一级主任科员"))
OF_A_ZONE = (("LEADER", 1, "乡科级正职"), ("STAFF", 2, "一级科员"))
OF_COMMUNITIES = (("LEADER", 1, "乡科级正职"), ("TOC", 1, "乡科级副职"), ("TOG", 1, "一级科员"))
BORN = {
    "LEADER": (1967, 1986),
    "TPS": (1970, 1988),
    "MANAGER": (1967, 1988),
    "FLOAT_SEC": (1970, 1992),
}


@cache
def people() -> list[PlannedPerson]:
    """Everybody, in the order of their numbers. The same people on every machine."""
    maker = Maker(Stream(SEED))
    found = [*_committees(maker), *_staff(maker)]
    return found + [*_sent_to_villages(maker), *_seconded(maker)]


def _committees(maker: Maker) -> Iterator[PlannedPerson]:
    villages = [unit for unit in units() if unit.kind in VILLAGE_LEVEL]
    both = with_both_posts(villages, SEED)
    for village in villages:
        yield from committee(maker, village, village.code in both)


def _staff(maker: Maker) -> Iterator[PlannedPerson]:
    """Whoever works in an office, a township or a firm."""
    for unit in units():
        for post, many, rank in _staffing(unit):
            for _ in range(many):
                person = maker.person(unit.code, BORN.get(post, (1972, 2001)))
                since = _since(maker.stream, date(2019, 1, 1), 2600)
                yield person.posted(PlannedPosting(unit.code, post, since, rank=rank))


def _staffing(unit: PlannedUnit) -> tuple[tuple[str, int, str], ...]:
    if unit.code == CITY or (unit.parent_code == CITY and unit.kind is UnitKind.DEPARTMENT):
        return OF_THE_CITY
    if unit.kind is UnitKind.STATISTICAL:
        if "社区" in unit.name:
            return OF_COMMUNITIES
        return OF_A_ZONE if "开发区" in unit.name else ()
    return STAFFING.get(unit.kind, ())


def _sent_to_villages(maker: Maker) -> Iterator[PlannedPerson]:
    """807 第一书记, and with them 1,828 members of the teams: two a village, or three."""
    villages = [unit.code for unit in units() if unit.kind is UnitKind.VILLAGE]
    chosen = shuffled(villages, SEED, "first")[:FIRST_SECRETARIES]
    for village in chosen:
        rank = maker.stream.pick(("乡科级副职", "一级主任科员", "四级主任科员"))
        yield _sent(maker, village, "FIRST_SEC", date(2025, 7, 1), None, rank)
    for place in range(TEAM_MEMBERS):
        village = chosen[place % FIRST_SECRETARIES]
        yield _sent(maker, village, "AID_TEAM", date(2025, 7, 1), None, "一级科员")


def _seconded(maker: Maker) -> Iterator[PlannedPerson]:
    """1,088 on secondment to the townships, for two years."""
    kinds = TOWNSHIP_LEVEL - {UnitKind.STATISTICAL}
    townships = [unit.code for unit in units() if unit.kind in kinds]
    for place in range(SECONDED):
        township = townships[place % len(townships)]
        yield _sent(maker, township, "SECONDED", date(2025, 9, 1), 730, "四级主任科员")


def _sent(
    maker: Maker, unit: str, post: str, first: date, days: int | None, rank: str
) -> PlannedPerson:
    """Someone from an office of the county, or one time in four of the city."""
    seat = CITY if maker.stream.happens(1, 4) else unit[:6]
    home = maker.stream.pick(_offices()[seat])
    since = _since(maker.stream, first, 60)
    until = since + timedelta(days) if days else None
    person = maker.person(home, (1976, 2000), women=30)
    return person.posted(PlannedPosting(unit, post, since, until, home_unit_code=home, rank=rank))


@cache
def _offices() -> dict[str, list[str]]:
    """Codes of the departments of each seat."""
    found: dict[str, list[str]] = {}
    for unit in units():
        if unit.kind is UnitKind.DEPARTMENT:
            found.setdefault(unit.parent_code, []).append(unit.code)
    return found


def _since(stream: Stream, first: date, days: int) -> date:
    return first + timedelta(stream.number(0, days))
