"""A table of a whole city is frozen with the rows under it; the overview with its pictures."""

from collections.abc import Iterator
from time import perf_counter

from benchmarks.completion import _largest
from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House

OVERVIEW, FREEZING = 300, 5000  # ms


def measure(house: House) -> Iterator[Figure]:
    """The overview; a table frozen by counties, opened again, and written as a workbook."""
    stick = yardstick()
    cohort, enrolled, _counties, _county = _largest(house)
    visitor = house.officer()
    page = took(lambda: visitor.get(f"/reports/overview?cohort={cohort}"))
    yield Figure("the overview with its pictures", page.wall * 1000, "ms", OVERVIEW, stick)
    yield Figure("… CPU of this process alone", page.cpu * 1000, "ms CPU", None, stick)
    url = f"/reports/cohorts/{cohort}/freeze"
    visitor.get(f"/reports/cohorts/{cohort}?by=county&every=1")  # what is loaded at first use
    begun = perf_counter()
    made = visitor.post(url, {"by": "county", "every": "1", "why": "again"})
    took_all = (perf_counter() - begun) * 1000
    yield Figure(f"freezing with {enrolled} persons", took_all, "ms", FREEZING, stick)
    frozen = made.headers["Location"]
    again = took(lambda: visitor.get(frozen), runs=3)
    yield Figure("a frozen table opened, its digest checked", again.wall * 1000, "ms", None, stick)
    book = took(lambda: visitor.get(f"{frozen}/table.xlsx"), runs=3)
    yield Figure("its workbook", book.wall * 1000, "ms", None, stick)
