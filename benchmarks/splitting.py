"""A list of ten thousand split into classes: thirteen counties at once, everybody's rule kept."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.callups.rules import Area, Series, apart, planned
from lms.callups.splitting import Called, split
from lms.people.rules import Post

COUNTIES, TOWNSHIPS, VILLAGES = 13, 11, 18
BOUND = 10_000  # ms
BOTH = [[Post.VPS, Post.VCD], [Post.VDS], [Post.VCV], [Post.VPM]]  # 一肩挑
EACH = [[Post.VPS], [Post.VDS], [Post.VCD], [Post.VCV]]
SERIES = Series(50, date(2026, 12, 7), days=3, gap=1, at_once=2)


def measure(house: House) -> Iterator[Figure]:
    """The programme alone: reading the list is a few statements, writing it a class a slice."""
    people, pairs = _people()
    classes = planned(SERIES, _areas(people, pairs))
    found = split(people, classes, pairs)
    assert len(found.seats) == len(people) and not found.out
    one = took(lambda: split(people, classes, pairs), runs=3, first=False)
    what = f"{len(people):,} persons into {len(classes)} classes, {len(pairs):,} pairs apart"
    yield Figure(what, one.wall * 1000, "ms", BOUND, yardstick())
    towns = Counter({(one.home, found.seats[one.id]) for one in people})
    spread = Counter(home for home, _ in towns)
    yield Figure("classes for the people of a township", sum(spread.values()) / len(spread), "")


def _people() -> tuple[list[Called], list[tuple[int, int]]]:
    people, held = [], []
    for village in range(COUNTIES * TOWNSHIPS * VILLAGES):
        township, county = village // VILLAGES, village // VILLAGES // TOWNSHIPS
        for posts in EACH if village % 10 == 0 else BOTH:
            person = len(people) + 1
            line = (1, 10 + county, 100 + township, 1000 + village)
            people.append(Called(person, line, 100 + township, 1000 + village))
            held += [(village, person, post) for post in posts]
    return people, apart(held)


def _areas(people: list[Called], pairs: list[tuple[int, int]]) -> list[Area]:
    county = {one.id: one.line[1] for one in people}
    persons = Counter(county.values())
    couples = Counter(county[one] for one, _ in pairs)
    return [Area(one, f"{one}", persons[one], couples[one]) for one in sorted(persons)]
