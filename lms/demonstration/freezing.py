"""A month's table of a county: frozen, approved above, and again with what came later."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from lms.access.permissions import Permission, Role
from lms.audit.services import record
from lms.clock import day_of
from lms.db import find
from lms.demonstration.accounts import COUNTY
from lms.demonstration.city import City, at
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.orgs.models import OrgUnit
from lms.people.rules import Assignment, Me
from lms.reports import freezing, frozen_showing, services
from lms.reports.models import FrozenTable
from lms.reports.rules import Level
from lms.training.models import Cohort
from lms.web import transaction
from lms.words import N_

WHY = N_("补录以前的新任、离任和批准的免训")
RECENT = timedelta(days=15)  # what is entered later happened before; else the month says nothing


def as_of(city: City) -> date:
    """The end of the last month; where that is long ago, ten days ago."""
    month = city.today.replace(day=1) - timedelta(days=1)
    return month if city.today - month <= RECENT else city.today - timedelta(days=10)


def freeze_first(city: City, offices: Sequence[Office], main: Cohort) -> None:
    """As the county sent it on the next day, before anything was entered afterwards; approved."""
    sent = at(as_of(city) + timedelta(days=1), time(9))
    made = _frozen(city, offices, main, sent, "")
    above = _me(offices, Role.CITY_OFFICER, CITY, city)
    may = freezing.next_in_line(made, above, Permission.EXPORT_REPORTS)
    freezing.approve(made, above, may, sent + timedelta(hours=6))
    transaction.finish()


def freeze_again(city: City, offices: Sequence[Office], main: Cohort) -> None:
    """The second version waits for the next in line, and for its signatures."""
    _frozen(city, offices, main, at(city.today - timedelta(days=1), time(10)), WHY)
    transaction.finish()
    city.say(N_("定稿的统计表"))


def _frozen(
    city: City, offices: Sequence[Office], main: Cohort, now: datetime, why: str
) -> FrozenTable:
    by = _me(offices, Role.COUNTY_OFFICER, COUNTY, city)
    (held,) = by.assignments
    report = services.completion(
        main.id, [held.path], held.org_id, Level.TOWNSHIP, as_of(city), today=day_of(now)
    )
    made = freezing.freeze(report, frozen_showing.said(report), False, why, by, now)
    facts: dict[str, Any] = {
        "version": made.version,
        "persons": made.persons,
        "digest": made.digest,
    }
    record("freeze table", now, whom=made, org_id=made.org_id, **facts)
    return made


def _me(offices: Sequence[Office], role: Role, unit: str, city: City) -> Me:
    person = next(one.person for one in offices if (one.role, one.unit) == (role, unit))
    org = find(OrgUnit, city.units[unit])
    held = Assignment(role, org.id, org.path, org.name)
    return Me(person.id, person.plan.name, org.id, (held,))
