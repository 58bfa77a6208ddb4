"""A small city with a cohort, for tables about it."""

from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.orgs.rules import UnitKind
from lms.people.rules import Post
from tests.training import builders


class City:
    """Two counties; in the first two townships with two villages and one; a cohort of the city."""

    def __init__(self, make):
        self.make = make
        self.city = make.unit("某市", kind=UnitKind.CITY)
        self.county = make.unit("甲县", under=self.city)
        self.other = make.unit("乙县", under=self.city)
        self.office = make.unit("市委组织部", under=self.city, kind=UnitKind.DEPARTMENT)
        self.town = make.unit("东镇", under=self.county, kind=UnitKind.TOWNSHIP)
        self.second = make.unit("西镇", under=self.county, kind=UnitKind.TOWNSHIP)
        self.villages = [
            make.unit(name, under=town, kind=UnitKind.VILLAGE)
            for name, town in (("上村", self.town), ("下村", self.town), ("里村", self.second))
        ]
        far = make.unit("远镇", under=self.other, kind=UnitKind.TOWNSHIP)
        self.far = make.unit("远村", under=far, kind=UnitKind.VILLAGE)
        self.course = builders.course(make, self.city, lessons=1, hours="1")
        self.assessment = builders.assessment(make, self.city)
        self.cohort = builders.cohort(
            make, self.city, courses=[self.course], assessments=[self.assessment], hours="1"
        )
        self.officer = make.officer(self.city, Role.CITY_OFFICER, name="市管理员")
        self.county_officer = make.officer(self.county, name="县管理员")
        self.town_officer = make.officer(self.town, Role.TOWNSHIP_OFFICER, name="乡管理员")

    def cadre(self, unit, *posts, name="王书记", read=False, passed=None):
        """Somebody on the list; read: has the hours; passed: None for one who has not sat."""
        posts = posts or (Post.VPS,)
        person = self.make.person(unit, posts[0], name=name)
        for post in posts[1:]:
            self.make.posting(person, unit, post)
        builders.enrolment(self.make, self.cohort, person, *posts)
        if read:
            builders.hours(self.make, person, "1", lesson=self.course.lessons[0])
        if passed is not None:
            builders.verdict(self.make, person, self.assessment, passed=passed)
        return person

    @property
    def address(self):
        return f"/reports/cohorts/{self.cohort.id}"


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def some(city):
    """Four of the first county, one of the second, one of the city's own office."""
    city.cadre(city.villages[0], Post.VPS, Post.VCD, name="一挑", read=True, passed=True)
    city.cadre(city.villages[0], Post.VCM, name="甲乙", read=True, passed=False)
    city.cadre(city.villages[1], name="丙丁", read=True)
    city.cadre(city.villages[2], name="戊己")
    city.cadre(city.far, name="庚辛", read=True, passed=True)
    city.cadre(city.office, Post.STAFF, name="壬癸")
    return city


ONE = Decimal(1)
