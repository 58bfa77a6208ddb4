"""The mean difference of the same persons, with its range and number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.psychometrics.paired import FEWEST, gain

SCORE = st.floats(0, 100)
PAIRS = st.lists(st.tuples(SCORE, SCORE), min_size=FEWEST, max_size=60)


def test_the_range_is_that_of_the_paired_t():
    from scipy import stats  # two seconds that every process would take before its first test

    before, after = [50, 60, 55, 70, 62, 48], [58, 66, 70, 71, 60, 64]
    found = gain(zip(before, after, strict=True))
    difference = np.subtract(after, before)
    low, high = stats.t.interval(0.95, 5, difference.mean(), stats.sem(difference))
    assert (found.pairs, found.rose) == (6, 5)
    assert (found.mean, found.low, found.high) == pytest.approx((difference.mean(), low, high))


@given(PAIRS)
def test_turned_round_the_gain_is_the_loss(pairs):
    found, back = gain(pairs), gain([(after, before) for before, after in pairs])
    assert found.mean == pytest.approx(-back.mean, abs=1e-9)
    assert found.low == pytest.approx(-back.high, abs=1e-6)
    assert found.low <= found.mean <= found.high


@given(st.lists(st.tuples(SCORE, SCORE), max_size=FEWEST - 1))
def test_of_few_persons_nothing_is_said(pairs):
    assert gain(pairs) is None
