"""What a choice earns."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.scoring.choice import Credit, Key, share, true_false

LETTERS = st.frozensets(st.sampled_from("ABCDEF"))
KEYS = st.builds(Key, st.frozensets(st.sampled_from("ABCDEF"), min_size=1), st.sampled_from(Credit))


@pytest.mark.parametrize(
    ("chosen", "credit", "earned"),
    [
        ("AB", Credit.ALL_OR_NOTHING, 1),
        ("A", Credit.ALL_OR_NOTHING, 0),
        ("AB", Credit.HALF_IF_INCOMPLETE, 1),
        ("A", Credit.HALF_IF_INCOMPLETE, Fraction(1, 2)),
        ("AC", Credit.HALF_IF_INCOMPLETE, 0),
        ("ABC", Credit.HALF_IF_INCOMPLETE, 0),
        ("", Credit.HALF_IF_INCOMPLETE, 0),
        ("B", Credit.PER_OPTION, Fraction(1, 2)),
        ("BC", Credit.PER_OPTION, 0),
    ],
)
def test_too_few_earn_what_the_credit_says_and_a_wrong_letter_nothing(chosen, credit, earned):
    assert share(Key(frozenset("AB"), credit), [*chosen]) == earned


def test_true_is_the_first_letter():
    assert share(true_false(True), ["A"]) == 1
    assert share(true_false(True), ["B"]) == 0
    assert share(true_false(False), ["B"]) == 1


@given(KEYS, LETTERS)
def test_a_share_lies_between_nothing_and_all(key, chosen):
    assert 0 <= share(key, chosen) <= 1
    assert (share(key, chosen) == 1) == (chosen == key.correct)


@given(KEYS, LETTERS, st.sampled_from("ABCDEF"))
def test_adding_a_wrong_letter_never_raises_the_share(key, chosen, letter):
    if letter not in key.correct:
        assert share(key, chosen | {letter}) <= share(key, chosen)


@given(KEYS, LETTERS, st.sampled_from("ABCDEF"))
def test_adding_a_right_letter_never_lowers_the_share(key, chosen, letter):
    if letter in key.correct:
        assert share(key, chosen | {letter}) >= share(key, chosen)
