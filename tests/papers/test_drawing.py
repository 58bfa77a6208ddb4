"""The questions of a 小测: so many, none twice, the abilities taking turns."""

from hypothesis import given
from hypothesis import strategies as st

from lms.papers.drawing import spread

BANKS = st.dictionaries(
    st.integers(1, 400), st.sets(st.integers(1, 8), max_size=3), min_size=1, max_size=60
)


@given(BANKS, st.integers(1, 50), st.integers(0, 2**31))
def test_a_draw_has_as_many_as_asked_and_none_twice(bank, count, seed):
    drawn = spread(bank, count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(bank))
    assert set(drawn) <= set(bank)


@given(BANKS, st.integers(1, 50), st.integers(0, 2**31))
def test_every_ability_has_its_turn_before_one_has_a_second(bank, count, seed):
    drawn = spread(bank, count, seed)
    abilities = {one for its in bank.values() for one in its}
    turns = len(abilities) + any(not its for its in bank.values())
    for ability in abilities:
        has = sum(ability in bank[one] for one in drawn)
        there = sum(ability in its for its in bank.values())
        assert has >= min(there, len(drawn) // turns)


def test_one_seed_always_draws_the_same():
    bank = {number: {number % 4} for number in range(1, 200)}
    assert spread(bank, 10, 7) == spread(bank, 10, 7) != spread(bank, 10, 8)
