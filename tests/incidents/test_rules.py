"""How an incident stands follows from what was decided, and from nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Conflict, Invalid
from lms.incidents.rules import DECIDED, State, refuse_closed, refuse_to_come, state

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@given(st.lists(st.sampled_from(DECIDED)))
def test_the_last_decision_says_how_it_stands_and_without_one_it_is_open(decided):
    assert state(decided) is (decided[-1] if decided else State.OPEN)


def test_what_has_not_happened_is_not_reported_and_what_is_closed_is_closed():
    refuse_to_come(NOON, NOON)
    with pytest.raises(Invalid):
        refuse_to_come(NOON + timedelta(minutes=1), NOON)
    refuse_closed(State.HANDLING)
    with pytest.raises(Conflict):
        refuse_closed(State.CLOSED)
