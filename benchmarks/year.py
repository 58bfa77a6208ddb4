"""A year of the whole city is played through; every table of every month beside a naive recount."""

from collections.abc import Iterator
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

from sqlalchemy import select

from benchmarks.figures import Figure, note
from benchmarks.house import House
from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.clock import day_of
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.people.models import RoleHeld
from lms.training.models import Cohort

SHOWN = 10  # differences that are told one by one
HOUR = 3600  # seconds
MEMORY = 2048  # MB


def measure(house: House) -> Iterator[Figure]:
    """Next year, in a copy of the city: its people are posted then, and nothing else is known."""
    with house.copied("year") as place:
        copy = House(place, house.url)
        yield from of_city(copy.app)
        copy.close()


def of_city(app: Any) -> Iterator[Figure]:
    """The city of an app is changed by it."""
    from tests.reports.compared import differences, moves, yearly_hours
    from tests.reports.recount import Rows
    from tests.reports.year import Year

    with app.app_context(), seeing_everything():
        root = db.session.scalars(select(OrgUnit).where(OrgUnit.parent_id.is_(None))).one()
        by = select(RoleHeld.person_id).where(RoleHeld.role == Role.CITY_OFFICER).limit(1)
        when = app.extensions["clock"]().year + 1
        keys = app.extensions["settings"].secrets
        year, begun = Year(root, when, db.session.scalars(by).one(), keys), perf_counter()
        year.play()
        yield Figure("a year played through", perf_counter() - begun, "s")
        rows, found, tables, begun = Rows(), [], 0, perf_counter()
        for cohort in year.cohorts:
            one = db.session.get_one(Cohort, cohort.id)
            for day in year.ends():
                for fixed_on in (None, day_of(one.fixed_at) if one.fixed_at else None):
                    found += differences(rows, one.id, root, day, fixed_on)
                    tables += 4  # by county, township, village and post
                note(f"{one.title}, {day}: {perf_counter() - begun:.0f} s, {len(found)} differ")
            found += moves(rows, one.id, root, year.ends())
        found += yearly_hours(rows, root, year.ends()[-1])
        for line in found[:SHOWN]:
            note(line)
        yield Figure("tables compared with a naive recount", tables, "tables")
        yield Figure("… which took", perf_counter() - begun, "s", HOUR)
        yield Figure("… and held in memory", getrusage(RUSAGE_SELF).ru_maxrss / 1024, "MB", MEMORY)
        yield Figure("numbers that differ", len(found), "numbers", 0)
