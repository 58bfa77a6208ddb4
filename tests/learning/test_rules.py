"""What counts as watched: never twice, never more than the clock on the wall allows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules import LessonKind
from lms.errors import Conflict
from lms.learning.rules import (
    SLACK,
    Piece,
    Standing,
    Watched,
    allowed,
    beyond,
    clock_of,
    enough,
    has_passed,
    heard,
    length,
    read,
    refuse_incomplete,
    union,
    written,
)
from lms.learning.tickets import StreamTicket, brought, carried

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOTAL = 6000  # ten minutes
FRESH = Watched(BEGAN, None)
spans = st.tuples(st.integers(0, TOTAL), st.integers(1, 900)).map(lambda one: (one[0], sum(one)))
messages = st.lists(st.tuples(st.integers(0, 900), st.lists(spans, max_size=5)), max_size=25)


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def told(state, rows, total=TOTAL):
    """rows: [(tenths that passed before the message, stretches)] → the state, and the moment."""
    moment, number = state.opened_at, state.told
    for passed, played in rows:
        moment += timedelta(seconds=passed / 10)
        pieces = [Piece(number + n, *span) for n, span in enumerate(played, start=1)]
        number += len(played)
        state = heard(state, pieces, total, moment)
    return state, moment


# ── stretches ───────────────────────────────────────────────────────────────────────────────────


@given(st.lists(spans))
def test_a_union_holds_each_place_once_and_in_order(some):
    found = union(some)
    places = {place for start, end in some for place in range(start, end)}
    assert length(found) == len(places)
    assert all(one[1] < other[0] for one, other in zip(found, found[1:], strict=False))
    assert read(written(found)) == found


@given(spans, st.lists(spans))
def test_what_is_new_and_what_is_known_make_the_whole(span, some):
    known = union(some)
    fresh = beyond(span, known)
    assert union([*known, *fresh]) == union([*known, span])
    assert length(union([*known, *fresh])) == length(known) + length(fresh)


# ── a stream ────────────────────────────────────────────────────────────────────────────────────


@given(messages)
def test_never_more_counts_than_the_clock_allows(rows):
    state, moment = told(FRESH, rows)
    passed = (moment - BEGAN).total_seconds() * 10
    assert length(state.spans) <= passed * (1 + SLACK)
    assert length(state.spans) <= TOTAL


@given(messages)
def test_nothing_counts_that_nobody_said_was_played(rows):
    state, _ = told(FRESH, rows)
    played = union(span for _, some in rows for span in some)
    assert union([*played, *state.spans]) == played


@given(messages, messages)
def test_what_counts_never_goes_again(rows, more):
    early, moment = told(FRESH, rows)
    late = early
    for passed, played in more:
        moment += timedelta(seconds=passed / 10)
        pieces = [Piece(late.told + n, *span) for n, span in enumerate(played, start=1)]
        late = heard(late, pieces, TOTAL, moment)
    assert union([*early.spans, *late.spans]) == late.spans


@given(messages)
def test_a_message_that_comes_again_is_heard_once(rows):
    state, moment = told(FRESH, rows)
    pieces = [Piece(n, 0, TOTAL) for n in range(1, state.told + 1)]
    again = heard(state, pieces, TOTAL, moment + timedelta(hours=1))
    assert (again.spans, again.again, again.beyond) == (state.spans, state.again, state.beyond)


@given(messages, messages)
def test_two_devices_together_watch_no_more_than_the_clock(one, other):
    """The second takes over: both go on telling, also of one and the same moment."""
    first, moment = told(FRESH, one)
    closed = replace(first, closed_at=moment)
    second, end = told(Watched(moment, None), other)
    late = [Piece(closed.told + 1, 0, TOTAL)]
    closed = heard(closed, late, TOTAL, end)
    both = length(union([*closed.spans, *second.spans]))
    assert both <= (end - BEGAN).total_seconds() * 10 * (1 + SLACK)


def test_a_minute_that_was_watched_counts_in_full():
    rows = [(150, [(start, start + 150)]) for start in (0, 150, 300, 450)]
    state, _ = told(FRESH, rows)
    assert state.spans == ((0, 600),)
    assert (state.beyond, state.again, state.jumps, state.bursts) == (0, 0, 0, 0)


def test_what_a_phone_kept_without_a_line_counts_when_it_comes():
    state = heard(FRESH, [Piece(1, 0, 3000), Piece(2, 3000, 5400)], TOTAL, after(560))
    assert state.spans == ((0, 5400),)


def test_a_hundred_messages_at_once_count_as_one_moment():
    state = FRESH
    for n in range(100):
        state = heard(state, [Piece(n + 1, n * 60, n * 60 + 60)], TOTAL, after(10))
    assert length(state.spans) == allowed(BEGAN, None, after(10)) == 102
    assert state.bursts == 99
    assert state.beyond == TOTAL - 102


def test_a_jump_is_told_and_what_was_passed_over_does_not_count():
    state, _ = told(FRESH, [(150, [(0, 150)]), (150, [(3000, 3150)])])
    assert state.spans == ((0, 150), (3000, 3150))
    assert state.jumps == 1


def test_a_double_speed_counts_half():
    state, _ = told(FRESH, [(150, [(0, 300)]), (150, [(300, 600)])])
    assert length(state.spans) == allowed(BEGAN, None, after(30)) == 306
    assert state.beyond == 294


def test_what_another_device_displaced_is_told_apart():
    state = replace(FRESH, closed_at=after(30))
    state = heard(state, [Piece(1, 0, 900)], TOTAL, after(90))
    assert state.spans == ((0, 306),)
    assert (state.displaced, state.beyond) == (594, 0)


def test_a_clock_that_went_back_allows_nothing():
    assert allowed(BEGAN, None, after(-60)) == 0


@given(messages)
def test_a_page_brings_along_exactly_what_it_was_given(rows):
    state, _ = told(replace(FRESH, heard_at=BEGAN), rows)
    mine, others = StreamTicket(7, 3, TOTAL), StreamTicket(8, 3, TOTAL)
    words = carried(mine, state, "a key")
    assert brought(words, mine, "a key") == state
    assert brought(words, others, "a key") is None
    assert brought(words, mine, "another key") is None


# ── done ────────────────────────────────────────────────────────────────────────────────────────


def test_nine_tenths_are_enough_and_not_a_tenth_of_a_second_less():
    assert enough(5400, 6000, 90)
    assert not enough(5399, 6000, 90)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (Standing(LessonKind.VIDEO, 5399, 6000, 90, False, False), "90%"),
        (Standing(LessonKind.AUDIO, 6000, 6000, 90, True, False), "过关测验"),
        (Standing(LessonKind.TEXT, 0, 0, 90, True, False), "过关测验"),
    ],
)
def test_what_is_missing_is_said(how, why):
    with pytest.raises(Conflict) as refusal:
        refuse_incomplete(how)
    assert why in str(refusal.value)


def test_a_text_needs_no_time_and_a_passed_gate_opens():
    refuse_incomplete(Standing(LessonKind.TEXT, 0, 0, 90, False, False))
    refuse_incomplete(Standing(LessonKind.VIDEO, 5400, 6000, 90, True, True))


def test_a_gate_opens_at_its_share_rounded_by_nobody():
    assert has_passed(3, 5, 60)
    assert not has_passed(2, 5, 60)
    assert not has_passed(1, 3, 34)


def test_a_time_is_written_in_minutes():
    assert clock_of(7509) == "12:30"
