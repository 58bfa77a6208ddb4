"""Whom a rule lists, how a preview counts, and when a cohort is completed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.people.rules import Post
from lms.training.rules import (
    Held,
    Listed,
    completed,
    listed,
    preview,
    refuse_day_off_the_list,
    refuse_days_out_of_order,
)

VILLAGE = 7
BOTH = Listed(1, VILLAGE, ((VILLAGE, Post.VPS), (VILLAGE, Post.VCD)))
ONE = Listed(2, VILLAGE, ((VILLAGE, Post.VPM),))


def test_two_posts_of_one_person_are_one_entry_with_two_posts():
    held = [Held(1, VILLAGE, VILLAGE, Post.VPS), Held(1, VILLAGE, VILLAGE, Post.VCD)]
    assert list(listed(held)) == [BOTH]


@given(
    st.lists(
        st.builds(
            Held, st.integers(1, 6), st.just(VILLAGE), st.integers(1, 3), st.sampled_from(Post)
        )
    )
)
def test_nobody_and_no_post_is_lost_or_doubled(held):
    held.sort(key=lambda one: one.person_id)
    found = list(listed(held))
    assert [one.person_id for one in found] == sorted({one.person_id for one in held})
    posts = {(one.person_id, *post) for one in found for post in one.posts}
    assert posts == {(one.person_id, one.org_id, one.post) for one in held}
    assert sum(len(one.posts) for one in found) == len(posts)


def test_a_secretary_who_is_director_too_holds_both():
    assert BOTH.holds_both
    assert not ONE.holds_both


def test_a_preview_counts_persons_posts_and_those_who_hold_both():
    shown = preview([BOTH, ONE], {}, set())
    assert (shown.persons, shown.posts, shown.both) == (2, 3, 1)
    assert (shown.new_persons, shown.new_posts, shown.left) == (2, 3, 0)


def test_a_preview_counts_a_second_post_of_somebody_on_the_list():
    shown = preview([BOTH, ONE], {1: {(VILLAGE, Post.VPS)}}, set())
    assert (shown.new_persons, shown.new_posts) == (1, 2)


def test_who_was_taken_off_is_not_counted_as_new():
    shown = preview([BOTH, ONE], {}, {2})
    assert (shown.new_persons, shown.new_posts, shown.left) == (1, 2, 1)


def test_who_came_back_counts_as_on_the_list():
    on_list = {2: {(VILLAGE, Post.VPM)}}
    assert preview([ONE], on_list, {2}).left == 0


@pytest.mark.parametrize(
    ("hours", "passed", "assessed", "done"),
    [("1", True, True, True), ("1", False, True, False), ("1", False, False, True)]
    + [("0.99", True, True, False)],
)
def test_completed_is_hours_and_a_passed_assessment(hours, passed, assessed, done):
    assert completed(Decimal(hours), Decimal(1), passed, assessed) is done


def test_a_cohort_may_last_one_day_and_not_less():
    refuse_days_out_of_order(date(2026, 5, 1), date(2026, 5, 1))
    with pytest.raises(Invalid):
        refuse_days_out_of_order(date(2026, 5, 2), date(2026, 5, 1))


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2026, 6, 2)])
def test_nobody_leaves_a_list_before_being_on_it_or_after_today(day):
    refuse_day_off_the_list(date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 1))
    with pytest.raises(Invalid):
        refuse_day_off_the_list(date(2026, 5, 1), day, date(2026, 6, 1))
