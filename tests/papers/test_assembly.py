"""Papers are assembled: every cell filled where it can be, forms apart, and what lacks is named."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.bank.rules import Difficulty, QuestionType
from lms.papers.assembly import Wish, assemble
from lms.papers.rules import KNOWN_FROM, Cell, Item, Use, difficulty_of, known, pairs_of

SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
EASY, MEDIUM, HARD = Difficulty


def item(n, *abilities, kind=SINGLE, **facts):
    return Item(n, kind, frozenset(abilities), **facts)


def cell(ability, count, kind=SINGLE, **facts):
    return Cell(kind, count, ability_id=ability, **facts)


def test_a_cell_takes_its_own_ability_and_type():
    items = [item(1, 1), item(2, 2), item(3, 1, kind=MULTIPLE)]
    assert assemble([cell(1, 1)], items, Wish(), 7).forms == [[[1]]]


@pytest.mark.parametrize(
    ("asked", "fact"),
    [
        ({"difficulty": HARD}, {"difficulty": HARD}),
        ({"topic": "土地"}, {"topic": "土地"}),
        ({"project": "P3"}, {"projects": frozenset({"P1", "P3"})}),
    ],
)
def test_a_cell_takes_only_what_has_all_that_it_asks_for(asked, fact):
    items = [item(1, 1), item(2, 1, **fact)]
    found = assemble([cell(1, 2, **asked)], items, Wish(), 7)
    assert (found.forms, found.short) == ([[[2]]], [1])


def test_a_question_is_as_hard_as_people_found_it_once_enough_have_answered():
    used = {1: Use(KNOWN_FROM, 0.4), 2: Use(KNOWN_FROM - 1, 0.4), 3: Use(200, 0.9)}
    assert known(used) == {1: 0.4, 3: 0.9}
    found_hard, thought_hard = item(1, 1, difficulty=EASY, share=0.4), item(2, 1, difficulty=HARD)
    found_easy = item(3, 1, difficulty=HARD, share=0.9)
    found = assemble(
        [cell(1, 3, difficulty=HARD)], [found_hard, thought_hard, found_easy], Wish(), 7
    )
    assert (sorted(found.forms[0][0]), found.short) == ([1, 2], [1])


@pytest.mark.parametrize(
    ("share", "stands"),
    [(1.0, EASY), (0.75, EASY), (0.7499, MEDIUM), (0.55, MEDIUM), (0.5499, HARD), (0.0, HARD)],
)
def test_what_people_earn_says_how_hard_a_question_is(share, stands):
    assert difficulty_of(share) is stands


def test_parallel_forms_are_alike_by_what_people_earned_and_not_by_what_was_thought():
    shares = (0.95, 0.9, 0.2, 0.15)
    items = [item(n, 1, difficulty=MEDIUM, share=share) for n, share in enumerate(shares)]
    found = assemble([cell(1, 2)], items, Wish(forms=2), 7)
    means = [sum(shares[n] for n in found.versions(form)) / 2 for form in range(2)]
    assert abs(means[0] - means[1]) < 0.01


def test_a_question_of_two_abilities_gives_way_where_another_cell_needs_it():
    items = [item(1, 1, 2), item(2, 1)]
    assert assemble([cell(1, 1), cell(2, 1)], items, Wish(), 7).forms == [[[2], [1]]]


def test_forms_share_nothing_while_the_bank_has_enough():
    items = [item(n, 1) for n in range(6)]
    found = assemble([cell(1, 2)], items, Wish(forms=3), 7)
    assert found.complete
    assert found.shared() == {}


def test_forms_share_as_little_as_the_bank_allows_and_it_is_said_how_much():
    items = [item(n, 1) for n in range(5)]
    found = assemble([cell(1, 3)], items, Wish(forms=2), 7)
    assert found.complete
    assert found.shared() == {(0, 1): 1}


def test_what_must_stand_stands_in_every_form():
    items = [item(n, 1) for n in range(9)]
    found = assemble([cell(1, 3)], items, Wish(forms=2, must=frozenset({4, 8})), 7)
    assert all({4, 8} <= set(found.versions(form)) for form in range(2))
    assert found.shared() == {(0, 1): 2}


def test_what_must_stand_and_fits_no_cell_is_named():
    items = [item(1, 1), item(2, 2)]
    found = assemble([cell(1, 1)], items, Wish(must=frozenset({2})), 7)
    assert (found.short_must, found.complete) == ([2], False)


def test_two_that_must_not_meet_stand_in_different_forms():
    items = [item(n, 1) for n in range(4)]
    apart = pairs_of([(0, 1, 2)])
    found = assemble([cell(1, 2)], items, Wish(apart=apart), 7)
    assert found.complete
    assert len({0, 1, 2} & set(found.versions(0))) == 1


def test_just_the_stated_share_comes_from_the_open_bank():
    items = [item(n, 1, open=n % 2 == 0) for n in range(20)]
    found = assemble([cell(1, 6)], items, Wish(open=2), 7)
    assert sum(n % 2 == 0 for n in found.versions(0)) == 2
    lacks = assemble([cell(1, 6)], items[1::2], Wish(open=2), 7)
    assert (lacks.short_open, lacks.complete) == (2, False)


def test_what_was_not_used_before_is_preferred():
    items = [item(n, 1, used=n < 7) for n in range(10)]
    assert sorted(assemble([cell(1, 3)], items, Wish(), 7).versions(0)) == [7, 8, 9]


def test_parallel_forms_are_equally_hard():
    items = [item(n, 1, difficulty=list(Difficulty)[n % 3]) for n in range(60)]
    by_id = {one.version_id: one for one in items}
    found = assemble([cell(1, 10)], items, Wish(forms=2), 7)
    hard = [Counter(by_id[n].ease for n in found.versions(form)) for form in range(2)]
    assert abs(sum(hard[0].elements()) - sum(hard[1].elements())) < 0.21


def test_twenty_papers_are_made_beforehand_even_from_a_small_bank():
    items = [item(n, n % 3, difficulty=list(Difficulty)[n % 3]) for n in range(60)]
    cells = [cell(ability, 3) for ability in range(3)]
    found = assemble(cells, items, Wish(forms=20), 7)
    assert found.complete
    assert len(found.forms) == 20
    assert max(found.shared().values()) < 9  # never the same paper twice


def test_the_same_seed_gives_the_same_paper_and_another_seed_another():
    items = [item(n, 1) for n in range(30)]
    first = assemble([cell(1, 10)], items, Wish(), 7)
    assert first == assemble([cell(1, 10)], list(reversed(items)), Wish(), 7)
    assert first != assemble([cell(1, 10)], items, Wish(), 8)


ITEMS = st.lists(st.frozensets(st.integers(1, 3), max_size=2), max_size=6).map(
    lambda found: [Item(n, SINGLE, abilities) for n, abilities in enumerate(found)]
)
CELLS = st.lists(
    st.builds(cell, st.sampled_from([None, 1, 2, 3]), st.integers(1, 2)), min_size=1, max_size=3
)


def most_that_fit(cells, items):
    """The naive way: try every cell for every question."""
    best = 0
    for places in product(range(-1, len(cells)), repeat=len(items)):
        counts = Counter(place for place in places if place >= 0)
        right = all(
            place < 0 or cells[place].takes(one) for place, one in zip(places, items, strict=True)
        )
        if right and all(counts[n] <= one.count for n, one in enumerate(cells)):
            best = max(best, sum(counts.values()))
    return best


@settings(max_examples=40)
@given(CELLS, ITEMS, st.integers(0, 99))
def test_as_many_places_are_filled_as_can_be(cells, items, seed):
    found = assemble(cells, items, Wish(), seed)
    taken = found.versions(0)
    assert len(taken) == len(set(taken))
    by_id = {one.version_id: one for one in items}
    for one, ids, short in zip(cells, found.forms[0], found.short, strict=True):
        assert all(one.takes(by_id[version]) for version in ids)
        assert len(ids) + short == one.count
    assert len(taken) == most_that_fit(cells, items)
