"""Dates, homes, roles: decided without a table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.permissions import ADMINISTRATORS, Role
from lms.errors import Conflict, Invalid
from lms.orgs.rules import UnitKind
from lms.people.rules import (
    Assignment,
    disentangled,
    home_of,
    may_give,
    overlaps,
    refuse_level,
    refuse_mixed,
)

FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def spans(draw):
    begins = draw(DAYS)
    return begins, draw(st.one_of(st.none(), DAYS.filter(lambda day: day >= begins)))


def days_of(span):
    end = span[1] or FIRST + timedelta(days=100)
    return {span[0] + timedelta(days=n) for n in range((end - span[0]).days)}


@given(one=spans(), other=spans())
def test_two_spans_overlap_when_they_share_a_day(one, other):
    if one[0] == one[1] or other[0] == other[1]:
        return  # nothing lies in an empty span
    assert overlaps(one, other) == bool(days_of(one) & days_of(other))


@given(one=spans(), other=spans())
def test_what_was_told_twice_is_told_once_and_no_day_is_lost(one, other):
    new, more = disentangled(one, other)
    assert days_of(new) | days_of(more) == days_of(one) | days_of(other)
    assert not days_of(new) & days_of(more)
    assert (new[0], more[0]) == (one[0], other[0])


def test_the_home_unit_stays_while_a_posting_speaks_for_it():
    assert home_of(1, [(2, None), (1, None)]) == 1
    assert home_of(1, [(5, 1)]) == 1  # sent from home
    assert home_of(1, [(2, None)]) == 2
    assert home_of(1, []) == 1


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_the_three_administrators_exclude_one_another_and_every_business_role(role):
    for other in set(Role) - {role, Role.CADRE}:
        with pytest.raises(Conflict):
            refuse_mixed(role, [other])
        with pytest.raises(Conflict):
            refuse_mixed(other, [role])
    refuse_mixed(role, [role, Role.CADRE])


def test_business_roles_go_together():
    refuse_mixed(Role.TRAINER, [Role.REVIEWER, Role.COUNTY_OFFICER, Role.HEAD])


def test_an_officer_gives_what_stands_below_within_her_own_units():
    officer = Assignment(Role.COUNTY_OFFICER, 2, "/1/2/", "甲县")
    assert Role.TOWNSHIP_OFFICER in may_give([officer], "/1/2/7/")
    assert Role.COUNTY_OFFICER not in may_give([officer], "/1/2/7/")
    assert may_give([officer], "/1/3/") == frozenset()
    assert not may_give([officer], "/1/2/") & ADMINISTRATORS


def test_the_security_administrator_gives_any_role():
    security = Assignment(Role.SECURITY_ADMIN, 1, "/1/", "某市")
    assert may_give([security], "/1/2/") == set(Role) - {Role.CADRE}


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.TOWNSHIP_OFFICER, UnitKind.COUNTY),
        (Role.TOWNSHIP_OFFICER, UnitKind.CITY),
        (Role.COUNTY_OFFICER, UnitKind.CITY),
        (Role.CITY_OFFICER, UnitKind.COUNTY),
        (Role.SECURITY_ADMIN, UnitKind.COUNTY),
    ],
)
def test_a_role_of_one_level_is_not_given_for_another(role, kind):
    with pytest.raises(Invalid):
        refuse_level(role, kind)
