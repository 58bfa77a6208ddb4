"""What readings come to, what a rubric pays, until when one may appeal."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bank.rules import Line
from lms.errors import Invalid
from lms.holidays.days import SHIPPED, Calendar, read
from lms.marking.rules import (
    Given,
    deadline,
    last_day,
    outcome,
    paid,
    refuse_payment,
    share_of_lines,
)

RUBRIC = (Line(Decimal("1.5"), "甲"), Line(Decimal("1"), "乙"), Line(Decimal("0.5"), "丙"))
SHARES = st.fractions(0, 1, max_denominator=12)


def test_lines_are_paid_exactly_and_once():
    assert share_of_lines(RUBRIC, [0, 0, 2]) == Fraction(2, 3)
    assert share_of_lines(RUBRIC, [0, 1, 2]) == 1 and share_of_lines(RUBRIC, []) == 0


def test_what_a_line_pays_may_move_and_the_whole_stays():
    refuse_payment(RUBRIC, [Decimal(1), Decimal(1), Decimal(1)])
    assert share_of_lines(paid(RUBRIC, [Decimal(3), Decimal(0), Decimal(0)]), [0]) == 1
    for points in ([3, 0], [4, 0, 0], [4, -1, 0], [Decimal("0.001"), 0, 3]):
        with pytest.raises(Invalid):
            refuse_payment(RUBRIC, [Decimal(one) for one in points])


@given(SHARES, SHARES, st.integers(0, 100))
def test_two_readings_give_their_mean_or_go_to_a_third(one, two, most_apart):
    found = outcome([Given(1, 1, one), Given(2, 2, two)], 2, most_apart)
    if abs(one - two) > Fraction(most_apart, 100):
        assert found.apart and found.share is None
    else:
        assert found.share == (one + two) / 2


@given(SHARES, SHARES, SHARES)
def test_the_last_that_decides_decides(one, third, fourth):
    readings = [Given(4, 4, fourth), Given(1, 1, one), Given(3, 3, third)]
    assert outcome(readings, 2, 0).share == fourth
    assert outcome(readings, 2, 0).marker_id == 4


def test_while_one_of_two_is_missing_nothing_comes_of_it():
    assert outcome([Given(2, 2, Fraction(1))], 2, 20).share is None
    assert outcome([Given(1, 1, Fraction(1))], 1, 20).share == 1


def test_an_appeal_may_be_filed_until_the_end_of_the_last_working_day():
    published = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 17:00 in the city
    assert deadline(published, 4, Calendar()) == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert deadline(published, 5, Calendar()) == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


def test_holidays_and_days_worked_in_their_place_count_as_the_city_keeps_them():
    year = read(SHIPPED.read_text())
    published = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)  # the day before the long holiday
    assert last_day(published, 1, year) == date(2026, 10, 8)
    assert last_day(published, 3, year) == date(2026, 10, 10)  # a Saturday that is worked
    assert last_day(published, 4, year) == date(2026, 10, 12)
