"""What a finished lesson gives follows the dated rules of hours, and the page says so before."""

from datetime import date
from decimal import Decimal

import pytest

from lms.ledger.models import HourEntry, HourRule
from lms.ledger.rules import RuleKey


@pytest.fixture
def says(make, clock):
    """says(key, value, from_on) → the city says a rule."""

    def say(key, value, from_on=date(2026, 1, 1)):
        row = {"key": key, "audience": "", "value": value, "posts": [], "from_on": from_on}
        make.keep(HourRule(**row, source="市委组织部通知", recorded_by=1, recorded_at=clock()))

    return say


def given(make):
    return [(one.hours, one.planned, one.rule) for one in make.all(HourEntry)]


def test_an_elective_gives_half_of_what_it_states(school, learner, make):
    lesson = school.lesson(required=False)
    page = learner.page(lesson)
    assert "按下后记入 0.15 学时" in page and "本课标明 0.3 学时，按学时规则计算" in page
    learner.finishes(lesson)
    assert given(make) == [
        (Decimal("0.15"), 30, "weight of an elective course 0.5 since 2012-01-01")
    ]


def test_no_more_counts_on_a_day_than_the_city_allows(school, learner, make, says, clock):
    says(RuleKey.DAILY, "0.4")
    one, two, three = (school.lesson(number) for number in (2, 3, 4))
    learner.finishes(one)
    learner.finishes(two)
    assert "已记入 0.1 学时：本课标明 0.3 学时，按学时规则计算" in learner.page(two)
    learner.finishes(three)
    assert [hours for hours, *_ in given(make)] == [Decimal("0.3"), Decimal("0.1"), Decimal(0)]
    assert given(make)[1][1:] == (30, "daily cap 0.4 since 2026-01-01")
    learner.comes_back(days=1)
    fourth = school.lesson(5)
    learner.finishes(fourth)
    assert given(make)[-1][0] == Decimal("0.3")


def test_a_rule_that_begins_later_changes_nothing_today(school, learner, make, says):
    says(RuleKey.DAILY, "0", date(2026, 12, 1))
    learner.finishes(school.lesson())
    assert [hours for hours, *_ in given(make)] == [Decimal("0.3")]


def test_a_course_asks_for_no_less_of_a_recording_than_the_city(school, learner, says):
    says(RuleKey.SHARE, "0.95")
    lesson = school.recording()
    learner.plays(lesson)
    assert "还没有看满 95%" in learner.finishes(lesson).text
