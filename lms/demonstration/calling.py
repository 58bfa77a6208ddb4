"""A list of the 万人计划 split into classes in two counties, and a 调训 that is half-way."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.access.permissions import Role
from lms.callups import gathering, nominating, services, standing
from lms.callups.models import CallUp
from lms.callups.rules import Series
from lms.classes.rules import ClassKind, Plan
from lms.classes.services import make_class
from lms.clock import day_of
from lms.db import db
from lms.demonstration.accounts import COUNTY, TOWNSHIP
from lms.demonstration.city import City, Known
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.holidays.days import calendar
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.rules import Post
from lms.training import enrolling
from lms.training.models import Cohort
from lms.training.rules import Asked
from lms.training.services import open_cohort
from lms.web import transaction
from lms.words import N_

NEIGHBOUR = "140828"  # 夏县
SIZE, DAYS, GAP, AT_ONCE = 60, 3, 1, 2
HEADS = (Post.VPS, Post.VCD, Post.VDS)
HOURS, CAPACITY, PLACES = Decimal(24), 60, 2
WINTER = N_("{year}年冬季村干部集中轮训")
SCHOOL, CITY_SCHOOL = N_("{unit}委党校"), N_("市委党校")
CLASS, CALL_UP = N_("乡镇党委书记履职能力示范班"), N_("乡镇党委书记示范班调训")
NOTE = N_("请优先报近两年没有参加过市级以上培训的同志。")
RETURNED = N_("去年已参加省委党校同类班次，请换报一人。")


def leave_calls(city: City, offices: list[Office], main: Cohort, leaders: Cohort) -> None:
    """A list of the 万人计划 for this winter, its classes; and a 调训 for a class of the city."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    officer = by[Role.CITY_OFFICER, CITY]
    monday = city.today + timedelta(days=21 - city.today.weekday())
    winter = _list(city, main, monday, officer)
    for county in (COUNTY, NEIGHBOUR):
        if county in city.units:
            _split(city, winter, _unit(city, county), monday, officer)
    found = _call_up(city, leaders.programme_id, monday, officer)
    _name(city, found, by[Role.COUNTY_OFFICER, COUNTY], officer)
    transaction.finish()


def _list(city: City, main: Cohort, monday: date, officer: int) -> Cohort:
    """The heads of the villages of two counties, but of the township where visitors are."""
    asked = city.now - timedelta(days=5)
    cohort = open_cohort(
        main.programme,
        city.id,
        title=WINTER.format(year=city.today.year),
        opens_on=monday,
        closes_on=monday + timedelta(days=100),
        required_hours=HOURS,
        course_ids=[],
        assessment_ids=[],
        now=asked,
        by=officer,
    )
    inside = (code for code in sorted(city.units) if len(code) == 9 and code[:6] == COUNTY)
    for code in (*(one for one in inside if one != TOWNSHIP), NEIGHBOUR):
        if code in city.units:
            rule = enrolling.add_rule(cohort, _unit(city, code), Asked(HEADS), asked, officer)
            for _ in enrolling.enrol({"rule_id": rule.id, "by": officer}, {}, asked):
                transaction.finish()
    return cohort


def _unit(city: City, code: str) -> OrgUnit:
    return db.session.scalars(select(OrgUnit).where(OrgUnit.id == city.units[code])).one()


def _split(city: City, winter: Cohort, org: OrgUnit, monday: date, officer: int) -> None:
    """Everybody of a county into classes, as its page would do it."""
    now = city.now - timedelta(days=3)
    tied = gathering.pairs(org.path, day_of(now))
    called = gathering.people(winter.id, org.path)
    place = SCHOOL.format(unit=org.name)
    areas = [
        replace(area, place=place) for area in gathering.counted(called, tied, [(org.id, org.name)])
    ]
    name = f"{winter.title} {org.name}"
    series = Series(SIZE, monday, DAYS, GAP, AT_ONCE, calendar(city.house.var))
    classes = services.classes_for(series, areas, name)
    terms = services.Terms(name, ClassKind.FULL_TIME, HOURS, True, True, False, None)
    made = services.ask_split(winter, org, classes, terms, now, officer)
    transaction.finish()
    args = {"split_id": made.id, "by": officer}
    for _ in services.solve(args, {}, now):
        transaction.finish()
    services.confirm(made, now, officer)
    for _ in services.make_classes(args, {}, now):
        transaction.finish()


def _name(city: City, found: CallUp, county_officer: int, officer: int) -> None:
    """A county has named for its two places and two more; one was returned, one approved."""
    named, decided = city.now - timedelta(days=4), city.now - timedelta(days=1)
    mine = next(one for one in found.quotas if one.org_id == city.units[COUNTY])
    for known in _secretaries(city)[: PLACES + 2]:
        nominating.name(mine, known.id, False, named, county_officer)
    waiting = standing.to_decide(found.id, mine.org_id)
    nominating.send_back(waiting[0], RETURNED, decided, officer)
    nominating.approve(waiting[1:2], decided, officer)


def _call_up(city: City, programme_id: int, monday: date, officer: int) -> CallUp:
    asked = city.now - timedelta(days=9)
    held = make_class(city.id, _class(programme_id, monday + timedelta(days=7)), asked, officer)
    due = city.now + timedelta(days=4)
    found = nominating.make_call_up(held, CALL_UP, NOTE, due, asked, officer)
    counties = [one for one in standing.receivers(found) if one.kind is UnitKind.COUNTY]
    nominating.set_quotas(found, {(one.id, Post.TPS): PLACES for one in counties}, asked)
    nominating.send(found, asked, officer)
    return found


def _class(programme_id: int, first: date) -> Plan:
    return Plan(
        programme_id=programme_id,
        cohort_id=None,
        title=CLASS,
        kind=ClassKind.FULL_TIME,
        for_org_id=None,
        batch=1,
        from_on=first,
        to_on=first + timedelta(days=DAYS - 1),
        place=CITY_SCHOOL,
        capacity=CAPACITY,
        person_id=None,
        required_hours=HOURS,
        by_hours=True,
        by_attendance=True,
        by_assessment=False,
        most_absent=None,
        lateness_counts=False,
    )


def _secretaries(city: City) -> list[Known]:
    """乡镇党委书记 of the county, township by township."""
    return [
        known
        for unit, post in sorted(city.held)
        if post == "TPS" and unit.startswith(COUNTY)
        for known in city.held[unit, post]
    ]
