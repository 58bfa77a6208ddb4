"""A paper is drawn by its rule: no question twice, and no row called short that could be filled."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.bank.rules import QuestionType
from lms.papers.rules import Item, Wanted, draw

SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE


def item(n, *abilities, kind=SINGLE):
    return Item(n, kind, frozenset(abilities))


def test_a_row_takes_its_own_ability_and_type():
    items = [item(1, 1), item(2, 2), item(3, 1, kind=MULTIPLE)]
    assert draw([Wanted(1, SINGLE, 1)], items, 7).rows == [[1]]


def test_a_question_of_two_abilities_gives_way_where_another_row_needs_it():
    items = [item(1, 1, 2), item(2, 1)]
    drawn = draw([Wanted(1, SINGLE, 1), Wanted(2, SINGLE, 1)], items, 7)
    assert drawn.rows == [[2], [1]]


def test_what_is_lacking_is_counted_by_row():
    drawn = draw([Wanted(1, SINGLE, 3), Wanted(2, SINGLE, 1)], [item(1, 1), item(2, 2)], 7)
    assert drawn.short == [2, 0]
    assert not drawn.complete


def test_the_same_seed_draws_the_same_paper_and_another_seed_another():
    items = [item(n, 1) for n in range(30)]
    rows = [Wanted(1, SINGLE, 10)]
    assert draw(rows, items, 7) == draw(rows, list(reversed(items)), 7)
    assert draw(rows, items, 7) != draw(rows, items, 8)


ITEMS = st.lists(st.frozensets(st.integers(1, 3), max_size=2), max_size=7).map(
    lambda found: [Item(n, SINGLE, abilities) for n, abilities in enumerate(found)]
)
ROWS = st.lists(
    st.builds(Wanted, st.sampled_from([None, 1, 2, 3]), st.just(SINGLE), st.integers(0, 2)),
    min_size=1,
    max_size=3,
)


def most_that_fit(rows, items):
    """The naive way: try every order of the places, and fill each with the first that fits."""
    places = [row for row in rows for _ in range(row.count)]
    best = 0
    for order in permutations(items, len(items)):
        left, filled = list(places), 0
        for one in order:
            fitting = next((row for row in left if one.fits(row)), None)
            if fitting is not None:
                left.remove(fitting)
                filled += 1
        best = max(best, filled)
    return best


@settings(max_examples=40, deadline=None)
@given(ROWS, ITEMS.filter(lambda items: len(items) <= 5), st.integers(0, 99))
def test_as_many_places_are_filled_as_can_be(rows, items, seed):
    drawn = draw(rows, items, seed)
    taken = [version for found in drawn.rows for version in found]
    assert len(taken) == len(set(taken))
    by_id = {one.version_id: one for one in items}
    for row, found, short in zip(rows, drawn.rows, drawn.short, strict=True):
        assert all(by_id[version].fits(row) for version in found)
        assert len(found) + short == row.count
    assert len(taken) == most_that_fit(rows, items)
