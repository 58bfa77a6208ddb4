"""The small city of the reports, with somebody in its units who may own a plan."""

import pytest

from lms.people.rules import Post
from tests.reports.conftest import City, city, some  # noqa: F401  (fixtures)


@pytest.fixture
def three(some, make):  # noqa: F811
    """Four townships of the first county: like units of 东镇, none of them shown by itself."""
    from lms.orgs.rules import UnitKind

    for name in ("南镇", "北镇"):
        town = make.unit(name, under=some.county, kind=UnitKind.TOWNSHIP)
        village = make.unit(f"{name}村", under=town, kind=UnitKind.VILLAGE)
        for number in range(3):
            some.cadre(village, name=f"{name}{number}", read=True, passed=number > 0)
    for name in ("补甲", "补乙"):
        some.cadre(some.villages[1], name=name)
    some.lead = make.person(some.town, Post.TPS, name="镇书记")
    some.organiser = make.person(some.town, Post.TOC, name="组织委员")
    return some
