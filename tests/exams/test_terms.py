"""The terms of one person: exceptions in the order in which they were made."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.exams.terms import Given, Terms, refuse_given, running_end, terms_of

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
OWN = Terms(NINE, NINE + timedelta(hours=2), 60, 1)
HOUR = timedelta(hours=1)

moments = st.integers(0, 10_000).map(lambda minutes: NINE + timedelta(minutes=minutes))
givens = st.builds(
    Given,
    st.none() | st.integers(1, 120),
    st.none() | st.integers(1, 5),
    st.none() | moments,
    st.none() | moments,
)


@given(st.lists(givens), st.lists(givens), moments)
def test_exceptions_follow_one_another(first, then, started_at):
    """The law: in two steps or in one, what is given adds up, and of windows the last counts."""
    both = terms_of(OWN, first + then)
    assert both == terms_of(terms_of(OWN, first), then)
    assert both.minutes == OWN.minutes + sum(one.more_minutes or 0 for one in first + then)
    assert both.attempts == OWN.attempts + sum(one.more_attempts or 0 for one in first + then)
    opens = [one.opens_at for one in first + then if one.opens_at]
    assert both.opens_at == (opens[-1] if opens else OWN.opens_at)
    assert both.end_of(started_at) == min(
        started_at + timedelta(minutes=both.minutes), both.closes_at
    )


@given(st.lists(givens), st.integers(1, 120), moments)
def test_more_minutes_are_that_many_minutes_more_on_every_clock(before, more, started_at):
    terms = terms_of(OWN, before)
    later = terms.with_(Given(more_minutes=more)).end_of(started_at)
    assert later - terms.end_of(started_at) == timedelta(minutes=more)


def test_an_exception_that_says_when_it_closes_closes_then():
    given = Given(more_minutes=30, closes_at=NINE + HOUR)
    assert OWN.with_(given).closes_at == NINE + HOUR


def test_what_is_taken_back_ends_no_clock_in_the_past():
    half = NINE + timedelta(minutes=70)
    assert running_end(OWN, NINE, NINE + timedelta(minutes=90), now=half) == half
    assert running_end(OWN, NINE, NINE + timedelta(minutes=50), now=half) == NINE + HOUR


@pytest.mark.parametrize(
    "given",
    [
        Given(),
        Given(more_minutes=0),
        Given(more_minutes=-5),
        Given(more_minutes=601),
        Given(more_attempts=0),
        Given(closes_at=NINE - HOUR),
        Given(opens_at=NINE + 3 * HOUR),
    ],
)
def test_what_nobody_could_use_is_refused(given):
    with pytest.raises(Invalid):
        refuse_given(given, OWN, NINE)
