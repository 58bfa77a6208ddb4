"""A county with villages, its officers, and workbooks that they send."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from lms.access.permissions import Role
from lms.jobs import worker
from lms.orgs.rules import UnitKind
from lms.rosters.models import RosterImport
from lms.sheets.pages import Column, Page
from lms.sheets.writing import workbook_bytes
from tests.rosters.lists import HEADS


class City:
    """运城市 with 垣曲县 (历山镇: 同善村, 上王村; 新城镇: 上王村) and 平陆县 (圣人涧镇: 南村)."""

    def __init__(self, make):
        self.city = make.unit("运城市", kind=UnitKind.CITY, code="1408")
        self.county = make.unit("垣曲县", self.city, UnitKind.COUNTY, "140827")
        self.other = make.unit("平陆县", self.city, UnitKind.COUNTY, "140829")
        self.town = make.unit("历山镇", self.county, UnitKind.TOWNSHIP)
        self.second = make.unit("新城镇", self.county, UnitKind.TOWNSHIP)
        self.far = make.unit("圣人涧镇", self.other, UnitKind.TOWNSHIP)
        self.village = make.unit("同善村", self.town, UnitKind.VILLAGE)
        self.wang = make.unit("上王村", self.town, UnitKind.VILLAGE)
        self.wang_too = make.unit("上王村", self.second, UnitKind.VILLAGE)
        self.far_village = make.unit("南村", self.far, UnitKind.VILLAGE)
        self.bureau = make.unit("垣曲县财政局", self.county, UnitKind.DEPARTMENT)


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def officer(make, city):
    return make.officer(city.county, name="马干事")


@pytest.fixture
def desk(app, make, sign_in, officer):
    """The county officer at her desk."""
    return Desk(app, make, sign_in(officer))


@pytest.fixture
def desk_of(app, make, sign_in):
    """desk_of(unit, role) → an officer of that unit at the desk."""
    return lambda unit, role=Role.COUNTY_OFFICER: Desk(
        app, make, sign_in(make.officer(unit, role, "马干事"))
    )


class Desk:
    """An officer's browser, and the worker behind the house."""

    def __init__(self, app, make, browser):
        self.app = app
        self.make = make
        self.browser = browser

    def work(self):
        """Let the worker do all that waits."""
        while worker.run_job(self.app):
            pass

    def send(self, *files, **fields):
        """Upload files: (name, bytes)."""
        sent = [FileStorage(BytesIO(content), name) for name, content in files]
        boundary, body = encode_multipart(
            MultiDict({"files": sent, "csrf_token": self.browser.token(), **fields})
        )
        return self.browser.client.post(
            "/rosters/upload",
            data=body,
            content_type=f'multipart/form-data; boundary="{boundary}"',
        )

    def read(self, *rows, heads=HEADS, name="名册.xlsx", **fields) -> RosterImport:
        """Upload one sheet of rows and have it read."""
        sent = self.send((name, workbook(*rows, heads=heads)), **fields)
        assert sent.status_code == 302, sent.text
        self.work()
        return self.last()

    def last(self) -> RosterImport:
        return self.make.all(RosterImport)[-1]

    def post(self, one, what, **data):
        """Press a button on the page of an import, and let the worker do what follows."""
        answer = self.browser.post(f"/rosters/{one.id}/{what}", data)
        self.work()
        return answer

    def confirm(self, one):
        return self.post(one, "confirm", reading=one.reading)

    def page(self, one, **query) -> str:
        answer = self.browser.get(f"/rosters/{one.id}", query_string=query)
        assert answer.status_code == 200
        return answer.text

    def take(self, *rows, **more) -> RosterImport:
        """Upload, read and confirm."""
        one = self.read(*rows, **more)
        assert self.confirm(one).status_code == 302
        return self.last()


def workbook(*rows, heads=HEADS, sheet="名册", **more) -> bytes:
    columns = [Column(head) for head in heads]
    return workbook_bytes([Page(sheet, columns, rows, **more)])
