"""What so many right of so many asked say, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.abilities import FEWEST, city_managed, gathered, level, span


def test_of_fewer_than_eight_questions_there_is_no_level():
    assert level("LAW", 7, 7).level is None
    assert level("LAW", 8, 8).level == "较强"


def test_the_span_is_wilsons():
    low, high = span(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)  # as in the textbooks


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_span_and_the_span_in_a_whole(counted):
    right, asked = counted
    low, high = span(right, asked)
    assert 0 <= low <= right / asked + 1e-9 and right / asked - 1e-9 <= high <= 1


def test_the_more_is_asked_the_surer_it_is():
    assert not level("LAW", 7, 10).sure
    assert level("LAW", 70, 100).lowest == "基本具备" and level("LAW", 900, 1000).sure


def test_results_are_added_up_by_ability():
    assert gathered([{"LAW": [1, 2]}, {"LAW": [3, 4], "MAS": [0, 1]}]) == {
        "LAW": (4, 6),
        "MAS": (0, 1),
    }
    assert FEWEST == 8


@pytest.mark.parametrize(
    ("rank", "is_"),
    [("县处级正职", True), ("二级调研员", True), ("乡科级副职", False), (None, False)],
)
def test_whom_the_city_manages_is_told_by_the_rank(rank, is_):
    assert city_managed(rank) is is_
