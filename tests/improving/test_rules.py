"""A difference is taken apart without a rest; a pledge stands as the measures have it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Conflict, Invalid
from lms.improving import rules
from lms.improving.dissecting import nearest
from lms.improving.rules import Mark, Standing, State
from lms.orgs.rules import UnitKind
from lms.reports.rules import Placed
from lms.reports.tables import Tree

DUE = date(2026, 11, 30)
BEFORE, ON, AFTER = date(2026, 11, 20), DUE, date(2026, 12, 10)


def rate(done, due):
    """As it is shown: percent to two places, half up."""
    return Decimal(int(Fraction(done * 10_000, due) + Fraction(1, 2))) / 100


SIDE = st.tuples(st.integers(0, 400), st.lists(st.integers(0, 60), min_size=6, max_size=6))


@given(SIDE, SIDE)
def test_what_the_causes_explain_is_the_difference_of_the_rates_as_shown(mine, others):
    (done, lacks), (their_done, their_lacks) = mine, others
    due, their_due = done + sum(lacks), their_done + sum(their_lacks)
    words = {str(n): pair for n, pair in enumerate(zip(lacks, their_lacks, strict=True))}
    found = rules.gap((done, due), (their_done, their_due), words, True)
    if not due or not their_due:
        assert found.points is None
        return
    assert found.points == rate(done, due) - rate(their_done, their_due)
    assert sum(one.points for one in found.causes) == found.points
    for one in found.causes:
        exact = Fraction(one.others, their_due) - Fraction(one.mine, due)
        assert abs(Fraction(one.points) - exact * 100) <= Fraction(2, 100)


def test_nothing_is_compared_where_one_must_not():
    found = rules.gap((1, 3), (2, 4), {"absent": (2, 2)}, False)
    assert found.points is None
    assert [one.points for one in found.causes] == [None]


@pytest.mark.parametrize(
    ("today", "last", "before", "state"),
    [
        (BEFORE, "80", "80", State.RUNNING),
        (BEFORE, "90", "90", State.KEPT_EARLY),
        (BEFORE, None, None, State.RUNNING),
        (ON, "90", "89.99", State.KEPT),
        (AFTER, "92", "90", State.KEPT_EARLY),
        (AFTER, "89.99", "95", State.BROKEN),
        (AFTER, None, None, State.BROKEN),
    ],
)
def test_a_pledge_stands_as_the_number_of_its_day(today, last, before, state):
    numbers = (last and Decimal(last), before and Decimal(before))
    assert rules.state(Decimal(90), DUE, today, *numbers) is state
    measured, earlier = rules.looked_at(DUE, today)
    assert measured <= min(DUE, today)
    assert earlier <= measured


@pytest.mark.parametrize(
    ("value", "is_rate", "by_on"),
    [("0", True, DUE), ("100.01", True, DUE), ("2.5", False, DUE), ("0", False, DUE)]
    + [("90", True, BEFORE), ("90", True, date(2026, 11, 1))],
)
def test_a_pledge_is_of_what_can_be_and_of_a_day_to_come(value, is_rate, by_on):
    with pytest.raises(Invalid):
        rules.refuse_pledge(Decimal(value), is_rate, by_on, BEFORE)


def test_a_pledge_is_replaced_once_before_its_day_and_with_a_reason():
    rules.refuse_replacing(DUE, BEFORE, replaced=False, why="班次延期")
    for by_on, replaced, why, kind in (
        (DUE, True, "x", Conflict),
        (BEFORE, False, "x", Conflict),
        (DUE, False, " ", Invalid),
    ):
        with pytest.raises(kind):
            rules.refuse_replacing(by_on, BEFORE, replaced, why)


@pytest.mark.parametrize(
    ("mark", "today", "standing"),
    [
        (None, BEFORE, Standing.OPEN),
        (None, DUE, Standing.OPEN),
        (None, AFTER, Standing.OVERDUE),
        ((Mark.DONE, DUE), AFTER, Standing.DONE),
        ((Mark.DONE, AFTER), AFTER, Standing.DONE_LATE),
        ((Mark.DROPPED, BEFORE), AFTER, Standing.DROPPED),
    ],
)
def test_a_step_stands_by_its_day_and_what_was_noted(mark, today, standing):
    assert rules.standing(DUE, mark, today) is standing


# unit → its superior
HANGS = {7: None, 6: 7, 5: 6, 4: 5, 3: 7, 2: 3, 1: 6}  # a superior is younger here


@given(st.sets(st.sampled_from(sorted(HANGS)), min_size=1))
def test_units_that_are_compared_are_added_up_each_with_all_below_it(tops):
    """Also where one hangs below another: whoever is below both is added to the nearer, once."""
    units = (
        Placed(unit, "", UnitKind.DEPARTMENT, above, unit, None, False)
        for unit, above in HANGS.items()
    )
    tree = Tree(units)
    found = nearest(tree, tops)
    ways = {unit: [one for one in tree.way(unit) if one in tops] for unit in HANGS}
    assert found == {unit: way[-1] for unit, way in ways.items() if way}
