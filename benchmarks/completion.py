"""The completion table of a whole city, on the page and as a workbook."""

from collections.abc import Iterator

from sqlalchemy import func, select

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.training.models import Enrolment

PAGE, WORKBOOK = 150, 2000  # ms


def measure(house: House) -> Iterator[Figure]:
    """The table by counties, its workbook, and the statements of tables of other sizes."""
    stick = yardstick()
    cohort, enrolled, counties, county = _largest(house)
    visitor, url = house.officer(), f"/reports/cohorts/{cohort}"
    yield Figure(f"people in the table, of {counties} counties", enrolled, "people")
    page = took(lambda: visitor.get(url))
    yield Figure("the table by counties", page.wall * 1000, "ms", PAGE, stick)
    yield Figure("… CPU of this process alone", page.cpu * 1000, "ms CPU", None, stick)
    book = took(lambda: visitor.get(f"{url}/completion.xlsx"))
    yield Figure("its workbook", book.wall * 1000, "ms", WORKBOOK, stick)
    towns = took(lambda: visitor.get(f"{url}?by=township"))
    yield Figure("the table by townships", towns.wall * 1000, "ms", None, stick)
    one = visitor.statements(f"{url}?under={county}")
    yield Figure("statements for one county's townships", one, "statements")
    for what, asked in (("13 counties", url), ("every township", f"{url}?by=township")):
        many = visitor.statements(asked)
        yield Figure(f"statements for the city by {what}", many, "statements", one)


def _largest(house: House) -> tuple[int, int, int, int]:
    """The cohort with most people, how many they are, how many counties, and one of those."""
    with house.app.app_context(), seeing_everything():
        many = func.count()
        query = select(Enrolment.cohort_id, many).group_by(Enrolment.cohort_id)
        cohort, enrolled = db.session.execute(query.order_by(many.desc()).limit(1)).one()
        counties = select(OrgUnit.id).where(OrgUnit.kind == UnitKind.COUNTY).order_by(OrgUnit.path)
        found = list(db.session.scalars(counties))
        return cohort, enrolled, len(found), found[0]
