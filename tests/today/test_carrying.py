"""What is left over is carried on by its name, and says for how long."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.holidays.days import SHIPPED, read
from lms.today.carrying import DAYS, Item, Waiting, most_urgent_first, waiting
from lms.today.desks import KINDS

YEAR = read(SHIPPED.read_text())
TUESDAY = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)


def test_a_day_of_due_counts_working_days_alone():
    one = waiting("corrections", (1, [("张三", "历山镇", TUESDAY, None)]), YEAR).items[0]
    assert one.due_on == date(2026, 10, 9)  # 30 September, then the holidays, 8 and 9 October


def test_what_came_with_a_day_of_its_own_keeps_it():
    due = date(2026, 12, 1)
    assert waiting("lists", (1, [("第一期", "甲县", TUESDAY, due)]), YEAR).items[0].due_on == due


@given(st.integers(0, 60), st.integers(0, 60))
def test_nobody_closes_a_day_and_what_is_left_grows_older(days, more):
    one = Item("张三", "历山镇", TUESDAY, date(2026, 9, 30))
    day = date(2026, 9, 29) + timedelta(days=days)
    later = day + timedelta(days=more)
    assert one.carried(later) == one.carried(day) + more == days + more
    assert one.overdue(later) >= one.overdue(day)
    assert (one.overdue(day) > 0) == (day > one.due_on)


def test_what_is_late_stands_first():
    late, soon = date(2026, 9, 1), date(2026, 10, 9)
    kinds = [
        Waiting("a", 3),
        Waiting("b", 1, (Item("", "", TUESDAY, soon),)),
        Waiting("c", 9, (Item("", "", TUESDAY, late),)),
    ]
    ordered = most_urgent_first(kinds, date(2026, 9, 30))
    assert [one.kind for one in ordered] == ["c", "b", "a"]
    assert ordered[0].more == 8


def test_every_kind_says_how_long_it_may_take():
    assert set(KINDS) <= set(DAYS)
