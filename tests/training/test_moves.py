"""期初应训 + 增加 − 减少 = 期末应训, whatever happened to a list."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.training.rules import Coming, Leaving
from lms.training.tables import (
    Days,
    Move,
    Moves,
    Period,
    Stood,
    by_part,
    line,
    moved,
    stands_after,
    stays,
    stood_before,
)

FIXED = date(2026, 11, 1)


def day(number: int) -> date:
    return FIXED + timedelta(days=number)


@st.composite
def spans(draw, first=-20, last=40, ends=True):
    start = draw(st.integers(first, last))
    end = draw(st.integers(start, last) | (st.none() if ends else st.nothing()))
    return Days(day(start), None if end is None else day(end))


@st.composite
def listed(draw):
    """Who is there at the beginning was listed until then, and cannot have left before."""
    came_by = draw(st.sampled_from(Coming))
    if came_by is Coming.INITIAL:
        start, end = draw(st.integers(-20, 0)), draw(st.none() | st.integers(0, 40))
        days = Days(day(start), None if end is None else day(end))
    else:
        days = draw(spans(first=0))
    left_by = draw(st.sampled_from(Leaving)) if days.to_on else None
    away = draw(st.lists(spans(first=-5), max_size=3))
    return Stood(
        draw(st.integers(1, 3)), days, came_by, left_by, tuple(away), draw(st.integers(1, 9))
    )


@st.composite
def periods(draw):
    first, last = sorted((draw(st.integers(0, 40)), draw(st.integers(0, 40))))
    return Period(day(0) if draw(st.booleans()) else day(first), day(last), draw(st.booleans()))


def listed_on(one: Stood, on: date) -> bool:
    """The long way: on the list that day, and not exempted that day."""
    return one.days.holds(on) and not any(away.holds(on) for away in one.away)


@given(st.lists(listed(), max_size=8), periods())
def test_the_equation_holds(rows, period):
    found = line(rows, period)
    assert found.start + found.gained - found.lost == found.end
    assert sum(found.moves.values()) == found.gained + found.lost  # no move is in neither


@given(listed(), st.integers(-20, 40))
def test_days_of_exemption_are_no_days_of_the_list(one, number):
    on = day(number)
    assert listed_on(one, on) == any(stay.holds(on) for stay in stays(one))


@given(listed(), periods())
def test_the_two_ends_are_the_lists_of_their_days(one, period):
    assert stands_after(one, period) == listed_on(one, period.until)
    if not period.from_fixing:
        assert stood_before(one, period) == listed_on(one, period.after)


@given(st.lists(listed(), max_size=8), periods())
def test_parts_add_up_to_the_whole(rows, period):
    parts = by_part(rows, lambda unit: [(FIXED, unit)], period)
    whole = Moves()
    for one in parts.values():
        whole.add(one)
    assert whole == line(rows, period)


@st.composite
def ways(draw):
    """Where each unit lies from which day on: in one of two parts, or elsewhere."""

    def way():
        turns = sorted(draw(st.sets(st.integers(1, 40), max_size=3)))
        return [(day(turn), draw(st.sampled_from([1, 2, None]))) for turn in [0, *turns]]

    return {unit: way() for unit in (1, 2, 3)}


def lay(steps, on: date) -> int | None:
    return [part for since, part in steps if since <= on or since == FIXED][-1]


@given(st.lists(listed(), max_size=8), periods(), ways())
def test_units_that_are_hung_elsewhere_leave_the_one_line_and_come_into_the_other(
    rows, period, ways
):
    """Each line has who stood there on its days, and its moves lead from the one to the other."""
    parts = by_part(rows, ways.__getitem__, period)
    for part in (1, 2):
        found = parts.get(part, Moves())
        assert found.start + found.gained - found.lost == found.end
        for number, on in ((found.end, period.until), (found.start, period.after)):
            there = [one for one in rows if lay(ways[one.org_id], on) == part]
            if on is period.until or not period.from_fixing:
                assert number == sum(one.many for one in there if listed_on(one, on))


def initial(**facts) -> Stood:
    return Stood(1, Days(FIXED, facts.pop("to_on", None)), Coming.INITIAL, **facts)


def test_who_left_on_the_day_of_fixing_stood_there_at_the_beginning():
    one = initial(to_on=FIXED, left_by=Leaving.LEFT_POST)
    period = Period(FIXED, day(9), from_fixing=True)
    # A stay without a day is no stay: such a person is taken off from the next day on.
    assert not stood_before(one, period)
    later = initial(to_on=day(1), left_by=Leaving.LEFT_POST)
    assert stood_before(later, period)
    assert list(moved(later, period)) == [(day(1), Move.LEFT_POST)]


def test_who_came_on_the_day_of_fixing_came_after_it():
    one = Stood(1, Days(FIXED, None), Coming.NEW_POST)
    period = Period(FIXED, day(9), from_fixing=True)
    assert not stood_before(one, period)
    assert list(moved(one, period)) == [(FIXED, Move.NEW_POST)]


@pytest.mark.parametrize(
    ("until", "expected"),
    [(3, []), (4, [Move.EXEMPT]), (8, [Move.EXEMPT]), (9, [Move.EXEMPT, Move.BACK])],
)
def test_an_exemption_takes_out_for_its_days_alone(until, expected):
    one = initial(away=(Days(day(4), day(9)),))
    assert [move for _, move in moved(one, Period(FIXED, day(until), True))] == expected


def test_two_exemptions_that_meet_are_one_absence():
    one = initial(away=(Days(day(4), day(9)), Days(day(9), day(12))))
    assert list(stays(one)) == [Days(FIXED, day(4)), Days(day(12), None)]
