"""What a cadre sees first, and the pages behind it."""

from collections.abc import Iterator

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House

STATEMENTS, CPU = 8, 15  # ms


def measure(house: House) -> Iterator[Figure]:
    stick = yardstick()
    visitor = house.cadre()
    yield Figure("statements", visitor.statements("/"), "statements", STATEMENTS)
    page = took(lambda: visitor.get("/"), runs=41)
    yield Figure("CPU of this process", page.cpu * 1000, "ms CPU", CPU, stick)
    yield Figure("on the wall", page.wall * 1000, "ms", None, stick)
