"""The dictionary: each number by its definition, whatever the roster; against a naive recount."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reports.dictionary import ALL, SHIPPED, USUAL, USUAL_EXAM
from lms.reports.measures import COUNT_NAMES, PERSONS, Count, Kind, in_force, share, within

FACTS = st.fixed_dictionaries(
    {
        "exempted": st.booleans(),
        "attended": st.booleans(),
        "reached": st.booleans(),
        "sat": st.booleans(),
        "passed": st.booleans(),
        "first": st.booleans(),
        "high": st.booleans(),
        "hundredths": st.integers(0, 20000),
    }
)


def counted(person: dict) -> dict[Count, int]:
    """One person as the tables count them."""
    due = not person["exempted"]
    sat, passed = due and person["sat"], due and person["sat"] and person["passed"]
    found = {
        Count.LISTED: True,
        Count.EXEMPTED: person["exempted"],
        Count.REQUIRED: due,
        Count.ATTENDED: due and person["attended"],
        Count.REACHED: due and person["reached"],
        Count.COMPLETED: due and person["reached"] and passed,
        Count.OPEN: due and not (person["reached"] and passed),
        Count.SCHEDULED: due,
        Count.SAT: sat,
        Count.PASSED: passed,
        Count.FIRST_PASSED: passed and person["first"],
        Count.RESIT_PASSED: passed and not person["first"],
        Count.EXCELLENT: passed and person["high"],
    }
    return {one: int(held) for one, held in found.items()} | {
        Count.HOURS: person["hundredths"] if due else 0
    }


@given(st.lists(FACTS, max_size=40))
def test_every_number_of_a_random_roster_equals_a_naive_one(people):
    rows = [counted(person) for person in people]
    counts = {one: sum(row[one] for row in rows) for one in counted(dict.fromkeys(KEYS, 0))}
    due = [one for one in people if not one["exempted"]]
    passed = [one for one in due if one["sat"] and one["passed"]]
    done = [one for one in passed if one["reached"]]
    naive = {
        "completion_rate": ratio(len(done), len(due)),
        "pass_rate": ratio(len(passed), len(due)),
        "pass_rate_of_sat": ratio(len(passed), sum(one["sat"] for one in due)),
        "excellence_rate": ratio(
            sum(one["high"] for one in passed), sum(one["sat"] for one in due)
        ),
        "attendance_rate": ratio(sum(one["attended"] for one in due), len(due)),
    }
    for code, expected in naive.items():
        assert SHIPPED[code].value(counts) == expected, code
    assert counts[Count.OPEN] + counts[Count.COMPLETED] == counts[Count.REQUIRED]
    assert counts[Count.FIRST_PASSED] + counts[Count.RESIT_PASSED] == counts[Count.PASSED]
    assert counts[Count.REQUIRED] + counts[Count.EXEMPTED] == counts[Count.LISTED]
    hours = SHIPPED["mean_hours"].value(counts)
    if due:
        exact = Fraction(sum(one["hundredths"] for one in due), 100 * len(due))
        assert abs(Fraction(hours) - exact) <= Fraction(1, 200)
    else:
        assert hours is None


KEYS = ("exempted", "attended", "reached", "sat", "passed", "first", "high", "hundredths")


def ratio(part: int, whole: int) -> Decimal | None:
    """Half up, by whole numbers."""
    if not whole:
        return None
    return Decimal((part * 20000 + whole) // (2 * whole)) / 10000


@given(st.integers(0, 20000), st.integers(1, 20000))
def test_a_rate_is_rounded_half_up_to_a_hundredth_of_a_percent(part, whole):
    exact = Decimal(part) / Decimal(whole)
    assert share(part, whole) == exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_nobody_counted_is_no_rate_and_no_mean():
    none = dict.fromkeys(Count, 0)
    for one in SHIPPED.values():
        assert one.value(none) == (None if one.denominator else 0)


def test_no_rate_of_persons_can_pass_the_whole():
    for one in SHIPPED.values():
        if one.kind is Kind.RATE and one.denominator in PERSONS:
            assert within(one.numerator, one.denominator), one.code


def test_every_count_has_a_name_and_every_column_a_definition():
    assert set(COUNT_NAMES) == set(Count)
    assert set(ALL) == set(SHIPPED)
    assert {*USUAL, *USUAL_EXAM} <= set(ALL)


MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)


def test_a_new_version_holds_from_its_day_and_the_old_one_before():
    shipped = SHIPPED["pass_rate"]
    new = replace(shipped, denominator=Count.SAT, version=2, from_on=JUNE, org_id=1)
    before, after = (in_force([shipped, new], day, [1, 4]) for day in (MARCH, JUNE))
    assert before["pass_rate"] is shipped
    assert after["pass_rate"] is new


@pytest.mark.parametrize(("units", "version"), [([1], 2), ([1, 4], 3), ([1, 5], 2), ([9], 1)])
def test_the_nearest_unit_decides_and_a_stranger_does_not(units, version):
    shipped = SHIPPED["pass_rate"]
    city = replace(shipped, version=2, from_on=JUNE, org_id=1)
    county = replace(shipped, version=3, from_on=MARCH, org_id=4)
    assert in_force([shipped, city, county], JUNE, units)["pass_rate"].version == version
