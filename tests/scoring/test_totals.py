"""Totals are exact until they are rounded, once."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.scoring.totals import Band, level, passed, plain, rounded, total

SHARES = st.fractions(0, 1, max_denominator=12)
POINTS = st.decimals("0.01", 100, places=2)


def test_three_thirds_are_a_whole():
    assert total([(Fraction(1, 3), 1)] * 3) == 1


def test_a_half_is_rounded_up_once():
    assert total([(Fraction(1, 2), Decimal("0.01"))]) == Decimal("0.01")
    assert rounded(Fraction("59.995")) == 60
    assert rounded(Fraction("59.994")) == Decimal("59.99")
    assert total([(Fraction(1, 3), 1), (Fraction(1, 3), 1)]) == Decimal("0.67")


def test_the_pass_mark_is_asked_after_rounding():
    assert passed(rounded(Fraction("59.995")), 60)
    assert not passed(rounded(Fraction("59.994")), 60)
    assert passed(Decimal("0.00"), 0)


@pytest.mark.parametrize(
    ("earned", "name"),
    [("59.99", "不合格"), ("60", "合格"), ("80", "良好"), ("89.99", "良好"), ("90", "优秀")],
)
def test_the_bands_begin_where_they_say(earned, name):
    assert level(Decimal(earned), 100) == name


def test_the_bands_are_percentages_of_full_marks():
    assert level(Decimal("36"), 60) == "合格"
    assert level(Decimal("36"), 60, [Band("低", 0), Band("高", 61)]) == "低"


def test_points_are_shown_without_noughts():
    assert [plain(Decimal(n)) for n in ("85.00", "85.50", "0", "100")] == ["85", "85.5", "0", "100"]


@given(st.lists(st.tuples(SHARES, POINTS), max_size=30))
def test_a_total_is_never_above_full_marks(marks):
    assert 0 <= total(marks) <= sum(points for _, points in marks)
    assert abs(Fraction(total(marks)) - sum(s * Fraction(p) for s, p in marks)) <= Fraction(1, 200)


@settings(max_examples=30)
@given(st.lists(POINTS, max_size=30))
def test_all_right_is_full_marks(points):
    assert total((Fraction(1), one) for one in points) == sum(points)
