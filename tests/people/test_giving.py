"""Roles: given within one's own units, below one's own; the administrators apart."""

from datetime import date, timedelta

import pytest

from lms.access.permissions import Permission, Role
from lms.db import find
from lms.errors import Conflict, NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.people import giving, queries
from lms.people.models import RoleHeld

TODAY = date(2026, 11, 23)


@pytest.fixture
def teacher(city, make):
    return make.person(city.township, name="张老师")


@pytest.fixture
def give(city, within, me_of, clock):
    def of(giver, person, role, unit, on=TODAY):
        with within(giver, Permission.GIVE_ROLES):
            held = giving.give_role(
                queries.one(person.id), role, find(OrgUnit, unit.id), on, me_of(giver), clock()
            )
            return held.id

    return of


@pytest.fixture
def end(within, me_of, clock):
    def of(giver, held_id, on=TODAY):
        with within(giver, Permission.GIVE_ROLES):
            giving.end_role(giving.role_held(held_id), on, me_of(giver), clock())

    return of


def test_a_role_given_is_in_force_from_its_day_and_in_the_log(city, give, teacher, within, acts):
    give(city.officer, teacher, Role.TRAINER, city.county)
    with within(city.of_city):
        held = [one.role for one in queries.assignments(teacher.id, TODAY)]
        before = [one.role for one in queries.assignments(teacher.id, TODAY - timedelta(days=1))]
    assert Role.TRAINER in held and Role.TRAINER not in before
    assert acts() == ["give role"]


@pytest.mark.parametrize(
    ("giver", "role", "unit"),
    [
        ("officer", Role.COUNTY_OFFICER, "county"),
        ("officer", Role.TRAINER, "other"),
        ("officer", Role.TRAINER, "top"),
        ("officer", Role.SECURITY_ADMIN, "top"),
        ("of_township", Role.TRAINER, "township"),
        ("of_city", Role.AUDIT_ADMIN, "top"),
        ("of_city", Role.CITY_OFFICER, "top"),
    ],
)
def test_nobody_gives_more_than_stands_below_her(city, give, teacher, make, giver, role, unit):
    before = len(make.all(RoleHeld))
    with pytest.raises(NotAllowed):
        give(getattr(city, giver), teacher, role, getattr(city, unit))
    assert len(make.all(RoleHeld)) == before


def test_a_person_of_another_county_is_given_no_role(city, give, make):
    stranger = make.person(city.afar, name="外人")
    with pytest.raises(NotFound):
        give(city.officer, stranger, Role.TRAINER, city.county)


def test_the_security_administrator_gives_any(city, give, teacher):
    give(city.security, teacher, Role.COUNTY_OFFICER, city.county)
    give(city.security, teacher, Role.TRAINER, city.other)


def test_an_administrator_gets_no_business_role_wherever_he_is_one(city, give, make):
    """He sits in the county's office; that he keeps the log of the city, she cannot see."""
    auditor = make.person(city.county, post=None, name="吴审")
    make.role(auditor, Role.AUDIT_ADMIN, city.top)
    with pytest.raises(Conflict):
        give(city.officer, auditor, Role.TRAINER, city.county)
    with pytest.raises(Conflict):
        give(city.security, auditor, Role.SYSTEM_ADMIN, city.top)


def test_who_trains_becomes_no_administrator(city, give, teacher):
    give(city.officer, teacher, Role.TRAINER, city.county)
    with pytest.raises(Conflict):
        give(city.security, teacher, Role.SYSTEM_ADMIN, city.top)


def test_a_role_is_not_given_twice_for_one_unit(city, give, teacher):
    give(city.officer, teacher, Role.TRAINER, city.county)
    with pytest.raises(Conflict):
        give(city.officer, teacher, Role.TRAINER, city.county)
    give(city.officer, teacher, Role.TRAINER, city.township)


def test_an_ended_role_opens_nothing_from_that_day(city, give, end, teacher, within, make, acts):
    held_id = give(city.officer, teacher, Role.TRAINER, city.county, TODAY - timedelta(days=9))
    end(city.officer, held_id)
    with within(city.of_city):
        assert Role.TRAINER not in [one.role for one in queries.assignments(teacher.id, TODAY)]
    ended = next(one for one in make.all(RoleHeld) if one.id == held_id)
    assert (ended.to_on, ended.ended_by) == (TODAY, city.officer.id)
    assert acts() == ["give role", "end role"]
    with pytest.raises(Conflict):
        end(city.officer, held_id)


def test_who_may_not_give_a_role_may_not_end_it(city, give, end, make):
    peer = make.officer(city.county, Role.COUNTY_OFFICER, name="冯县")
    held = next(one for one in make.all(RoleHeld) if one.person_id == peer.id)
    with pytest.raises(NotAllowed):
        end(city.officer, held.id)
    end(city.of_city, held.id)


def test_the_last_administrator_of_a_kind_stays(city, end, give, make):
    (held,) = [one for one in make.all(RoleHeld) if one.role is Role.SECURITY_ADMIN]
    with pytest.raises(Conflict):
        end(city.security, held.id)
    other = make.person(city.top, post=None, name="郑安")
    give(city.security, other, Role.SECURITY_ADMIN, city.top)
    end(city.security, held.id)


def test_an_officer_sees_the_roles_of_her_own_units(city, within, give, teacher):
    give(city.security, teacher, Role.TRAINER, city.county)
    with within(city.officer, Permission.GIVE_ROLES):
        rows, total = giving.roles(TODAY)
        assert {one.person.name for one in rows} == {"赵县", "钱乡", "张老师"} and total == 3
        rows, total = giving.roles(TODAY, Role.TRAINER)
        assert [one.person.name for one in rows] == ["张老师"]
    with within(city.stranger, Permission.GIVE_ROLES):
        rows, _ = giving.roles(TODAY)
        assert {one.person.name for one in rows} == {"孙县"}
