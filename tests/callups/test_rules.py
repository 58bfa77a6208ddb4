"""Who is never away with whom, and which classes a plan has."""

from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.callups.rules import WEEK, Area, Series, apart, days_off, overlap, planned
from lms.errors import Invalid
from lms.holidays.days import Calendar, made_of, of_files
from lms.people.rules import Post

MONDAY = date(2026, 12, 7)
VILLAGE, OTHER = 1, 2


def test_secretary_and_director_are_never_away_together():
    held = [(VILLAGE, 1, Post.VPS), (VILLAGE, 2, Post.VCD), (VILLAGE, 3, Post.VDS)]
    assert apart([*held, (VILLAGE, 4, Post.VPM), (OTHER, 5, Post.VCD)]) == [(1, 2)]


def test_who_holds_both_posts_is_never_away_with_a_deputy():
    held = [(VILLAGE, 1, Post.VPS), (VILLAGE, 1, Post.VCD), (VILLAGE, 2, Post.VDS)]
    assert apart([*held, (VILLAGE, 3, Post.VDS), (VILLAGE, 4, Post.VCV)]) == [(1, 2), (1, 3)]


def test_two_who_lead_each_others_village_are_one_pair():
    held = [(VILLAGE, 1, Post.VPS), (VILLAGE, 2, Post.VCD)]
    assert apart([*held, (OTHER, 2, Post.VPS), (OTHER, 1, Post.VCD)]) == [(1, 2)]


@pytest.mark.parametrize(
    ("other", "meets"), [((9, 11), True), ((7, 9), True), ((10, 12), False), ((5, 6), False)]
)
def test_classes_that_share_a_day_are_away_together(other, meets):
    days = tuple(date(2026, 12, day) for day in other)
    assert overlap((MONDAY, date(2026, 12, 9)), days) is meets


WEEKS, YEAR = Calendar(), made_of(of_files(Path("nowhere")).values())


def test_periods_follow_with_a_gap_as_they_come_where_the_officer_says_so():
    days = list(islice(Series(50, MONDAY, 4, 1, 2).periods(), 2))
    assert [(first.day, last.day) for first, last in days] == [(7, 10), (12, 15)]


def test_no_class_lies_over_a_weekend():
    days = list(islice(Series(50, MONDAY, 3, 1, 2, WEEKS).periods(), 3))
    assert [(first.day, last.day) for first, last in days] == [(7, 9), (14, 16), (21, 23)]


def test_no_class_lies_over_a_holiday_and_a_saturday_may_be_worked():
    """国庆节 2026: off from 1 to 7 October, worked on Saturday the 10th and Sunday 20 September."""
    days = list(islice(Series(50, date(2026, 9, 28), 3, 0, 1, YEAR).periods(), 3))
    assert [str(first) for first, _ in days] == ["2026-09-28", "2026-10-08", "2026-10-12"]


def test_what_is_longer_than_a_week_counts_working_days_alone():
    (first, last), (then, _) = islice(Series(50, date(2026, 9, 19), 8, 1, 1, YEAR).periods(), 2)
    assert (str(first), str(last)) == ("2026-09-20", "2026-09-30")
    assert str(then) == "2026-10-08" and len(days_off((first, last), YEAR)) == 3


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(1, 12), st.integers(0, 9))
def test_a_period_begins_and_ends_on_working_days_and_has_as_many_as_it_should(day, many, gap):
    for first, last in islice(Series(50, day, many, gap, 1, YEAR).periods(), 3):
        off = days_off((first, last), YEAR)
        assert YEAR.works(first) and YEAR.works(last) and (not off or many > WEEK)
        assert (last - first).days + 1 - len(off) == many


def test_an_area_has_as_many_classes_as_its_people_need():
    areas = [Area(1, "甲县", 120, 40, "县委党校"), Area(2, "乙县", 10, 0), Area(3, "丙县", 0, 0)]
    found = planned(Series(50, MONDAY, 3, 1, at_once=2), areas)
    assert [(one.number, one.area, one.first_on.day) for one in found] == [
        (1, 1, 7),
        (2, 1, 7),
        (3, 1, 11),
        (4, 2, 7),
    ]
    assert found[0].place == "县委党校"


def test_a_few_pairs_still_need_two_periods():
    found = planned(Series(50, MONDAY, 3, 1, at_once=4), [Area(1, "甲县", 20, 10)])
    assert [one.first_on.day for one in found] == [7, 11]


def test_who_is_half_of_a_pair_finds_room_in_another_period():
    """75 pairs and three classes of 50: two in one period leave 50 places for 75 in the other."""
    found = planned(Series(50, MONDAY, 3, 1, at_once=2), [Area(1, "甲县", 150, 75)])
    assert [one.first_on.day for one in found] == [7, 7, 11, 11]


def test_too_many_classes_are_a_wrong_figure():
    with pytest.raises(Invalid, match="这样要开 1000 个班"):
        planned(Series(10, MONDAY, 1, 0, at_once=10), [Area(1, "全市", 10_000, 0)])
