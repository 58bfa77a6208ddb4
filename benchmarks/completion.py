"""The completion table of a whole city, its workbook and names, and a superior's table filled."""

import functools
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.sheets.pages import Column, Kind, Page
from lms.sheets.writing import workbook_bytes
from lms.training.models import Enrolment

HEADS = ["在册人数", "应训人数", "参训人数", "参训率", "完成人数", "完成率"]
HEADS += ["应考人数", "参考人数", "合格人数", "总合格率", "人均学时"]

PAGE, WORKBOOK, SHEET = 150, 2000, 2000  # ms
NAMES_CSV, NAMES_BOOK = 500, 3000  # ms CPU for 10,000 rows


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
    every = took(lambda: visitor.get(f"{url}?every=1"))
    yield Figure("the table with every number", every.wall * 1000, "ms", None, stick)
    yield from _names(visitor, url, stick)
    yield from _sheet(house, visitor, cohort, stick)
    one = visitor.statements(f"{url}?under={county}")
    yield Figure("statements for one county's townships", one, "statements")
    for what, asked in (("13 counties", url), ("every township", f"{url}?by=township")):
        many = visitor.statements(asked)
        yield Figure(f"statements for the city by {what}", many, "statements", one)


def _names(visitor: Any, url: str, stick: tuple[float, str]) -> Iterator[Figure]:
    """The names behind a number of the whole city."""
    names = f"{url}/names.{{}}?measure=required"
    for what, kind, bound in (("csv", "csv", NAMES_CSV), ("workbook", "xlsx", NAMES_BOOK)):
        time = took(functools.partial(visitor.get, names.format(kind)), runs=3)
        yield Figure(f"all names as a {what}, CPU", time.cpu * 1000, "ms CPU", bound, stick)


def _sheet(house: House, visitor: Any, cohort: int, stick: tuple[float, str]) -> Iterator[Figure]:
    """A blank table of 13 counties and 11 columns, sent, filled and taken away."""
    with house.app.app_context(), seeing_everything():
        counties = select(OrgUnit.name).where(OrgUnit.kind == UnitKind.COUNTY)
        lines = [[name, *[None] * len(HEADS)] for name in db.session.scalars(counties)]
        city = db.session.scalar(select(OrgUnit.id).where(OrgUnit.parent_id.is_(None)))
        day = db.session.scalar(select(func.max(Enrolment.from_on)))
    columns = [Column("单位"), *(Column(head, Kind.NUMBER) for head in HEADS)]
    data = workbook_bytes([Page("表", columns, lines)])
    sent = {"unit": city, "cohort": cohort, "as_of": day.isoformat()}
    file = {"file": (BytesIO(data), "表.xlsx")}
    address = visitor.post("/reports/sheets", sent | file).location
    filled = took(lambda: visitor.get(f"{address}/filled.xlsx"), runs=3)
    what = f"a superior's table of {len(lines)} lines and {len(HEADS)} columns, filled"
    yield Figure(what, filled.wall * 1000, "ms", SHEET, stick)


def _largest(house: House) -> tuple[int, int, int, int]:
    """The cohort with most people, how many they are, how many counties, and one of those."""
    with house.app.app_context(), seeing_everything():
        many = func.count()
        query = select(Enrolment.cohort_id, many).group_by(Enrolment.cohort_id)
        cohort, enrolled = db.session.execute(query.order_by(many.desc()).limit(1)).one()
        counties = select(OrgUnit.id).where(OrgUnit.kind == UnitKind.COUNTY).order_by(OrgUnit.path)
        found = list(db.session.scalars(counties))
        return cohort, enrolled, len(found), found[0]
