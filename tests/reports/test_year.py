"""A year of a county is played through; every table of every month equals a naive recount."""

import pytest

from lms.access.scope import seeing_everything
from lms.clock import day_of
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.rules import Post
from lms.reports import counting, queries, tables
from lms.reports.counting import Roster
from lms.reports.rules import Level
from lms.training.models import Cohort
from tests.reports.compared import COUNTS, differences, moves, yearly_hours
from tests.reports.recount import Rows
from tests.reports.year import Year

SHOWN = 12  # differences in the message of a test


@pytest.fixture
def territory(make):
    """A county of three townships with five villages each, and a small one beside it."""
    city = make.unit("某市", kind=UnitKind.CITY)
    for county, towns in (("甲县", "东西南"), ("乙县", "北")):
        above = make.unit(county, under=city)
        for town in towns:
            township = make.unit(f"{town}镇", under=above, kind=UnitKind.TOWNSHIP)
            for number in range(1, 6 if county == "甲县" else 3):
                village = make.unit(
                    f"{town}{number}村",
                    under=township,
                    kind=UnitKind.VILLAGE,
                    code=f"{town}{number}",
                )
                head = make.person(village, Post.VPS, name=f"{town}{number}书记")
                if number % 2:
                    make.posting(head, village, Post.VCD)
                for post in (Post.VCM, Post.VCM):
                    make.person(village, post, name=f"{town}{number}委员")
    officer = make.officer(city)
    return city, officer


@pytest.fixture
def played(app, territory, make, clock):
    """A year that was played through, in the scope of the whole house."""
    city, officer = territory
    make.session.commit()
    with app.app_context(), seeing_everything():
        root = db.session.get_one(OrgUnit, city.id)
        year = Year(root, 2025, officer.id, app.extensions["settings"].secrets)
        year.januaries = []
        year.play(watch=lambda year: year.januaries.append(january(year)))
        yield year


def january(year):
    """Every number of January, of every list, village by village."""
    day, found = year.ends()[0], []
    tree = queries.tree(day)
    for cohort in year.cohorts:
        counted = counting.by_unit(Roster(cohort.id, day), COUNTS)
        table = tables.by_unit(counted, tree, Level.VILLAGE, year.root.id)
        found.append({line.name: line.counts for line in (*table.lines, table.total)})
    return found


def asked(year):
    """Every month of the list with everything; the other lists, and the opening ones, now and then.

    `make bench` asks for all of a whole city.
    """
    days = year.ends()
    for place, cohort in enumerate(year.cohorts):
        cohort = db.session.get_one(Cohort, cohort.id)
        for day in days[4::7] if place else days:
            yield cohort.id, day, None
        for day in days[11:] if place else days[5::6]:
            yield cohort.id, day, day_of(cohort.fixed_at)


def test_every_table_of_every_month_equals_a_naive_recount(played):
    """And a transfer or a merger in March leaves the numbers of January as they were."""
    assert played.januaries[0] == played.januaries[1]
    rows, found = Rows(), []
    for cohort_id, day, fixed_on in asked(played):
        found += differences(rows, cohort_id, played.root, day, fixed_on)
    for cohort in played.cohorts:
        found += moves(rows, cohort.id, played.root, played.ends())
    found += yearly_hours(rows, played.root, played.ends()[-1])
    assert not found, "\n".join([f"{len(found)} differences", *found[:SHOWN]])
