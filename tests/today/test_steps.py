"""On which day somebody is reminded, and at which hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.holidays.days import SHIPPED, Calendar, read
from lms.today.steps import OFFSETS, Step, due, may_speak, window

YEAR = read(SHIPPED.read_text())
CLOSES = st.dates(date(2026, 1, 20), date(2026, 11, 30))


def lived(closes_on, calendar, awake):
    """Every day from long before to long after: day → step taken. awake: whether the house runs."""
    given_, spoken, taken = set(), None, {}
    for n in range(-40, 41):
        day = closes_on + timedelta(days=n)
        if calendar.works(day) and awake(day):
            step = due(closes_on, day, given_, spoken, calendar)
            if step:
                given_.add(step)
                spoken = day
                taken[day] = step
    return taken


def test_in_an_ordinary_week_the_days_are_7_3_1_before_and_1_after():
    closes = date(2026, 11, 20)  # a Friday
    taken = lived(closes, YEAR, lambda _: True)
    assert taken == {
        date(2026, 11, 13): Step.WEEK,
        date(2026, 11, 17): Step.THREE,
        date(2026, 11, 19): Step.ONE,
        date(2026, 11, 23): Step.OVER,  # the day after is a Saturday
        date(2026, 11, 24): Step.TOWNSHIP,
        date(2026, 11, 27): Step.COUNTY,
    }


def test_before_a_long_holiday_one_is_reminded_once_and_not_in_it():
    taken = lived(date(2026, 10, 8), YEAR, lambda _: True)
    assert taken[date(2026, 9, 30)] is Step.ONE
    assert not any(date(2026, 10, 1) <= day <= date(2026, 10, 7) for day in taken)


@given(CLOSES, st.sampled_from([YEAR, Calendar()]), st.data())
def test_the_laws_of_reminding(closes, calendar, data):
    asleep = data.draw(st.sets(st.integers(-12, 20)))
    taken = lived(closes, calendar, lambda day: (day - closes).days not in asleep)
    steps = list(taken.values())
    assert len(set(steps)) == len(steps)
    assert steps == sorted(steps, key=list(Step).index)
    for day, step in taken.items():
        assert calendar.works(day)
        assert (day <= closes) == (OFFSETS[step] < 0)
        first, last = window(day)
        assert first <= closes <= last


@given(CLOSES)
def test_a_house_that_is_awake_leaves_out_no_step_but_those_that_fall_on_one_day(closes):
    taken = list(lived(closes, YEAR, lambda _: True).values())
    assert taken[-4:] == [Step.ONE, Step.OVER, Step.TOWNSHIP, Step.COUNTY]


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), True),  # Monday, 08:00 in the city
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), False),  # a minute before
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), False),  # 20:00
        (datetime(2026, 11, 22, 4, 0, tzinfo=UTC), False),  # Sunday noon
        (datetime(2026, 10, 10, 4, 0, tzinfo=UTC), True),  # a Saturday that is worked
        (datetime(2026, 10, 1, 4, 0, tzinfo=UTC), False),
    ],
)
def test_nobody_is_reminded_at_night_or_on_a_holiday(moment, may):
    assert may_speak(moment, YEAR) is may
