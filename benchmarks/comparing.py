"""Two days of a whole city side by side with the reasons; one unit beside those like it."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from benchmarks.completion import _largest
from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.db import db
from lms.training.models import Enrolment

PAGE = 200  # ms


def measure(house: House) -> Iterator[Figure]:
    """The pages as an officer of the city opens them."""
    stick = yardstick()
    cohort, enrolled, _counties, county = _largest(house)
    with house.app.app_context(), seeing_everything():
        began = db.session.scalar(
            select(func.min(Enrolment.from_on)).where(Enrolment.cohort_id == cohort)
        )
    visitor = house.officer()
    url = f"/reports/cohorts/{cohort}/compared?before={began + timedelta(days=14)}"
    page = took(lambda: visitor.get(url), runs=3)
    what = f"two days side by side, {enrolled} persons"
    yield Figure(what, page.wall * 1000, "ms", PAGE, stick)
    yield Figure("… CPU of this process alone", page.cpu * 1000, "ms CPU", None, stick)
    book = took(lambda: visitor.get(url.replace("compared?", "compared.xlsx?")), runs=3)
    yield Figure("its workbook", book.wall * 1000, "ms", None, stick)
    apart = took(lambda: visitor.get(f"/improving/cohorts/{cohort}/units/{county}"), runs=3)
    yield Figure("a county beside those like it", apart.wall * 1000, "ms", PAGE, stick)
    behind = took(lambda: visitor.get(f"/improving/?cohort={cohort}"), runs=3)
    yield Figure("who is behind, with their plans", behind.wall * 1000, "ms", PAGE, stick)
