"""The seventh is exact, leave and absence stand apart, and a rule that is off asks for nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.classes.absence import Lack, Rule, due_to_withdraw, lacking, tally, times_missed
from lms.classes.rules import ClassKind, Mark

HOURS = st.decimals("0.25", "12", places=2)
LESSONS = st.lists(st.tuples(HOURS, st.sampled_from([*Mark, None])), max_size=40)
RULES = st.builds(
    Rule,
    kind=st.sampled_from(ClassKind),
    required_hours=st.decimals("0", "200", places=2),
    by_hours=st.booleans(),
    by_attendance=st.booleans(),
    by_assessment=st.booleans(),
    most_absent=st.one_of(st.none(), st.integers(0, 5)),
    lateness_counts=st.booleans(),
)


def rule(**changes):
    said = {"kind": ClassKind.FULL_TIME, "required_hours": Decimal(0), "by_hours": False}
    said |= {"by_attendance": True, "by_assessment": False, "most_absent": None}
    return Rule(**said | {"lateness_counts": False} | changes)


@given(LESSONS)
def test_every_hour_is_attended_on_leave_missed_or_open(lessons):
    found = tally(lessons)
    waiting = sum((hours for hours, mark in lessons if mark is None), Decimal(0))
    assert found.attended + found.leave + found.missed + waiting == found.planned
    assert tally(reversed(lessons)) == found


@given(LESSONS)
def test_more_than_a_seventh_is_asked_of_whole_numbers(lessons):
    found = tally(lessons)
    hundredths = [(int(hours * 100), mark) for hours, mark in lessons]
    leave = sum(hours for hours, mark in hundredths if mark is Mark.LEAVE)
    assert found.beyond == (7 * leave > sum(hours for hours, _ in hundredths))


def test_a_seventh_itself_is_allowed_and_a_hundredth_more_is_not():
    at_most = tally([(Decimal(6), Mark.PRESENT), (Decimal(1), Mark.LEAVE)])
    more = tally([(Decimal("5.99"), Mark.PRESENT), (Decimal("1.01"), Mark.LEAVE)])
    assert (at_most.leave_share, at_most.beyond) == (Fraction(1, 7), False)
    assert (more.leave_share, more.beyond) == (Fraction(101, 700), True)


@given(LESSONS, LESSONS)
def test_a_decision_speaks_of_no_greater_part_than_it_was(before, after):
    was, now = tally(before), tally(after)
    assert was.within(was.leave, was.planned)
    if was.planned and now.planned:
        assert now.within(was.leave, was.planned) == (now.leave_share <= was.leave_share)


@given(LESSONS, RULES, st.booleans())
def test_only_a_full_time_class_has_the_seventh(lessons, given_rule, passed):
    found = tally(lessons)
    if given_rule.kind is ClassKind.PART_TIME:
        assert not due_to_withdraw(found, given_rule)
    assert Lack.LEAVE not in lacking(found, given_rule, passed, kept=True)


@given(LESSONS, RULES)
def test_leave_is_never_counted_as_absence(lessons, given_rule):
    without = [(hours, Mark.PRESENT if mark is Mark.LEAVE else mark) for hours, mark in lessons]
    assert times_missed(tally(lessons), given_rule) == times_missed(tally(without), given_rule)


@given(LESSONS, RULES)
def test_a_part_that_is_off_asks_for_nothing(lessons, given_rule):
    lacks = lacking(tally(lessons), given_rule, passed=False)
    asked = {Lack.HOURS: given_rule.by_hours, Lack.ASSESSMENT: given_rule.by_assessment}
    asked |= dict.fromkeys((Lack.LEAVE, Lack.ABSENT), given_rule.by_attendance)
    assert all(asked[lack] for lack in lacks)
    assert (Lack.ASSESSMENT in lacks) == given_rule.by_assessment


@pytest.mark.parametrize(("counts", "missed"), [(False, 1), (True, 3)])
def test_coming_late_is_an_absence_only_where_the_class_says_so(counts, missed):
    found = tally([(Decimal(4), mark) for mark in (Mark.ABSENT, Mark.LATE, Mark.EARLY)])
    mine = rule(most_absent=2, lateness_counts=counts)
    assert times_missed(found, mine) == missed
    assert (lacking(found, mine, True) == (Lack.ABSENT,)) == counts
