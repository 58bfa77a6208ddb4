"""The committees of villages and communities: who leads them, since when, and before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from lms.demonstration.names import clan_of
from lms.demonstration.persons import Maker, PlannedPerson, PlannedPosting
from lms.demonstration.units import PlannedUnit
from lms.dice import Stream, shuffled
from lms.orgs.rules import UnitKind

TERM = 13
BRANCH_POSTS = frozenset({"VPS", "VDS", "VPM"})
# Elections of the Party branch, then of the committee: the first day of each, by term.
ELECTIONS = {
    12: (date(2020, 12, 1), date(2021, 1, 10)),
    13: (date(2025, 11, 20), date(2026, 1, 8)),
}
RISING = {"VPS": "VDS", "VDS": "VPM", "VCD": "VCV", "VCV": "VCM", "VPM": "VPM", "VCM": "VCM"}


def with_both_posts(villages: list[PlannedUnit], seed: int) -> set[str]:
    """Codes of the nine in ten where one person is 书记 and 村委会主任 (一肩挑)."""
    order = shuffled([village.code for village in villages], seed, "both")
    return set(order[: round(len(order) * 0.9)])


def committee(maker: Maker, village: PlannedUnit, both: bool) -> list[PlannedPerson]:
    """Four to six persons, at least one of them a woman; older ones may share a telephone."""
    posts = _posts(maker.stream, village, both)
    elected = {term: _election_days(maker.stream, term) for term in ELECTIONS}
    persons: list[PlannedPerson] = []
    for place, held in enumerate(posts):
        last = place == len(posts) - 1
        person = maker.person(
            village.code,
            born=(1964, 1984) if place < 2 else (1966, 1998),
            women=100 if last else 15,
            clan=clan_of(village.name),
        )
        persons.append(person.posted(*_postings(maker.stream, village, held, elected)))
    return _alike(maker.stream, persons)


def _posts(stream: Stream, village: PlannedUnit, both: bool) -> list[tuple[str, ...]]:
    """The posts of each member. The supervisor of village affairs comes from the branch."""
    size = stream.pick((4, 5, 5, 6))
    heads = (
        [("VPS", "VCD"), ("VDS",), ("VCV",)] if both else [("VPS",), ("VDS",), ("VCD",), ("VCV",)]
    )
    posts: list[tuple[str, ...]] = [*heads, *((("VPM",), ("VCM",), ("VPM",))[: size - len(heads)])]
    if village.kind is UnitKind.VILLAGE:
        watcher = posts.index(("VPM",)) if ("VPM",) in posts else 1
        posts[watcher] += ("VSD",)
    elif stream.happens(1, 3):
        posts[1] += ("VCM",)  # 交叉任职
    return posts


def _election_days(stream: Stream, term: int) -> tuple[date, date]:
    branch, body = ELECTIONS[term]
    return branch + timedelta(stream.number(0, 35)), body + timedelta(stream.number(0, 40))


def _postings(
    stream: Stream,
    village: PlannedUnit,
    held: tuple[str, ...],
    elected: dict[int, tuple[date, date]],
) -> Iterator[PlannedPosting]:
    """What is held now and, for two of three, one post of the term before."""
    if stream.happens(2, 3):
        before = held[0] if stream.happens(3, 4) else RISING[held[0]]
        which = 0 if before in BRANCH_POSTS else 1
        yield PlannedPosting(village.code, before, elected[12][which], elected[13][which], TERM - 1)
    for post in held:
        day = elected[13][0 if post in BRANCH_POSTS else 1]
        yield PlannedPosting(village.code, post, day, None, TERM)


def _alike(stream: Stream, persons: list[PlannedPerson]) -> list[PlannedPerson]:
    """Now and then two of a village have one name, or two older ones one telephone."""
    first, second = persons[1], persons[2]
    if first.sex == second.sex and stream.happens(1, 15):
        persons[2] = second = replace(second, name=first.name)
    if max(first.birth.year, second.birth.year) <= 1974 and stream.happens(1, 3):
        persons[2] = replace(second, phone=first.phone)
    return persons
