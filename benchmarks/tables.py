"""The pages that cut a list otherwise, and the sheets that go upward, for a whole city."""

from collections.abc import Iterator
from functools import partial

from benchmarks.completion import _largest
from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House

PAGE, WORKBOOK = 200, 2000  # ms
CUTS = ("township", "post", "class", "system", "kind")


def measure(house: House) -> Iterator[Figure]:
    """Each cut of the table with most people; its layout; the lists by project, and of classes."""
    stick = yardstick()
    cohort, enrolled, _counties, county = _largest(house)
    visitor, url = house.officer(), f"/reports/cohorts/{cohort}"
    yield Figure("people in the table", enrolled, "people")
    pages = {f"by {cut}": f"{url}?by={cut}" for cut in CUTS}
    pages["of one post, sorted"] = f"{url}?post=VPS&tier=village&sort=-completion_rate"
    pages["the layout by county"] = f"{url}/layout?by=county"
    pages["the layout of one county by township"] = f"{url}/layout?by=township&under={county}"
    pages["the layout by post"] = f"{url}/layout?by=post"
    pages["by project and programme"] = "/reports/projects"
    pages["the classes of the year"] = "/reports/classes"
    pages["the hours of the year"] = "/records/yearly"
    for what, address in pages.items():
        page = took(partial(visitor.get, address), runs=5)
        yield Figure(what, page.wall * 1000, "ms", PAGE, stick)
        yield Figure("… CPU of this process alone", page.cpu * 1000, "ms CPU", None, stick)
    book = took(lambda: visitor.get(f"{url}/layout.xlsx?by=township"), runs=3)
    yield Figure("the layout by township as a workbook", book.wall * 1000, "ms", WORKBOOK, stick)
