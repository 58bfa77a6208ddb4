"""How long one waits for the house to open."""

from collections.abc import Iterator

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House, start

SECOND = 3  # seconds, as docs/running.md says


def measure(house: House) -> Iterator[Figure]:
    milliseconds, name = yardstick()
    stick = milliseconds / 1000, name
    if house.first_start:
        yield Figure("first start: makes the whole city", house.first_start, "s", None, stick)
    again = took(lambda: start(house), runs=3)
    yield Figure("every start after that: until sign-in answers", again.wall, "s", SECOND, stick)
