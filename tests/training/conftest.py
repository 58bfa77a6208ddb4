"""What the tests of this room share."""

import pytest

from lms.access.permissions import Role
from lms.jobs.worker import run_job
from lms.orgs.rules import UnitKind


class City:
    """A city with two counties; the first has a township with two villages and an officer."""

    def __init__(self, make):
        self.top = make.unit("某市", kind=UnitKind.CITY)
        self.county = make.unit("甲县", under=self.top)
        self.other = make.unit("乙县", under=self.top)
        self.township = make.unit("历山镇", under=self.county, kind=UnitKind.TOWNSHIP)
        self.upper = make.unit("上王村", under=self.township, kind=UnitKind.VILLAGE)
        self.lower = make.unit("下王村", under=self.township, kind=UnitKind.VILLAGE)
        self.officer = make.officer(self.county)
        self.stranger = make.officer(self.other, name="赵六")
        self.of_the_city = make.officer(self.top, Role.CITY_OFFICER, name="孙七")


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def work(app):
    """work() does every job that waits."""

    def until_done():
        while run_job(app):
            pass

    return until_done
