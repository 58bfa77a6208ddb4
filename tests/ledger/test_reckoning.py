"""What minutes, days and lists give, and what is owed: laws of the pure rules."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.ledger import owing, reckoning
from lms.ledger.reckoning import Rule
from lms.ledger.rules import Audience, HourKind, RuleKey, hundredths, in_hours
from lms.ledger.shipped import SHIPPED
from lms.people.rules import Post

DAY = date(2026, 11, 23)
TODAY = reckoning.in_force(SHIPPED, DAY)
ORGANISED, ONLINE = HourKind.ORGANISED, HourKind.ONLINE
posts = st.lists(st.sampled_from(Post), max_size=4)
hours = st.decimals(0, 400, places=2)


def said(key, value, from_on=date(2026, 1, 1), audience="", **facts):
    """A rule as the city says it."""
    return Rule(key, value, from_on, "会议决定", audience, own=True, **facts)


def with_rules(*rules):
    return reckoning.in_force([*SHIPPED, *rules], DAY)


def owed(*held, rules=TODAY):
    return owing.owes([(post, None) for post in held], rules)


# ── which rule holds ────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=6), st.dates())
def test_a_new_rule_changes_nothing_before_its_day(days, asked):
    own = [said(RuleKey.MINUTES, "50", day) for day in days]
    held = reckoning.in_force([*SHIPPED, *own], asked)
    before = reckoning.in_force([*SHIPPED, *(one for one in own if one.from_on <= asked)], asked)
    assert held == before
    assert all(rule.from_on <= asked for rule in held.values())


def test_the_rows_of_a_rule_follow_one_another():
    rows = reckoning.dated([said(RuleKey.DAY, "6"), said(RuleKey.DAY, "8", date(2012, 1, 1))])
    assert [(one.value, one.to_on) for one in rows] == [("6", None), ("8", date(2026, 1, 1))]


def test_every_shipped_value_can_be_read():
    for rule in SHIPPED:
        reckoning.refuse_value(rule.key, rule.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((RuleKey.MINUTES, value) for value in ("", "0", "四十五", "-45", "45 分钟")),
        *((RuleKey.SHARE, value) for value in ("90%", "1.1", "")),
        *((RuleKey.TIERS, value) for value in ("30", "30=1,15=0.5", "=1")),
        *((RuleKey.OWED, value) for value in ("550/0", "90/年", "")),
        (RuleKey.CARRY, "2"),
    ],
)
def test_a_value_that_says_nothing_is_refused_with_how_to_write_it(key, value):
    with pytest.raises(Invalid):
        reckoning.refuse_value(key, value)


def test_a_rule_begins_in_this_year_and_after_the_last_one():
    reckoning.refuse_day(date(2026, 1, 1), DAY, SHIPPED)
    with pytest.raises(Invalid, match="往年"):
        reckoning.refuse_day(date(2025, 12, 31), DAY, [])
    with pytest.raises(Invalid, match="最晚从明年"):
        reckoning.refuse_day(date(2126, 1, 1), DAY, [])
    with pytest.raises(Invalid, match="已有"):
        reckoning.refuse_day(date(2026, 1, 1), DAY, [said(RuleKey.DAY, "6")])


# ── what it makes of minutes and days ───────────────────────────────────────────────────────────


def test_forty_five_minutes_are_an_hour_and_an_elective_counts_half():
    assert reckoning.online(90, TODAY) == (Decimal(2), "minutes per hour 45 since 2012-01-01")
    assert reckoning.online(90, TODAY, elective=True)[0] == Decimal(1)
    assert reckoning.organised(Decimal("2.5"), TODAY)[0] == Decimal(20)


@pytest.mark.parametrize(("minutes", "gives"), [(30, "1"), (29, "0.5"), (15, "0.5"), (1, "0.25")])
def test_tiers_by_length_take_the_place_of_minutes(minutes, gives):
    tiers = with_rules(said(RuleKey.TIERS, "30=1 15=0.5 0=0.25"))
    found, rule = reckoning.online(minutes, tiers)
    assert found == Decimal(gives) and rule.startswith("tiers by length")


@given(st.lists(hours, max_size=12), st.integers(0, 20), st.integers(0, 60))
def test_no_more_is_given_than_the_caps_allow_in_whatever_pieces(pieces, a_day, a_year):
    rules = with_rules(said(RuleKey.DAILY, str(a_day)), said(RuleKey.YEARLY, str(a_year)))
    given_so_far = Decimal(0)
    for piece in pieces:
        counts, rule = reckoning.within_caps(piece, given_so_far, given_so_far, rules)
        assert (rule is None) == (counts == piece)
        given_so_far += counts
    assert given_so_far == min(sum(pieces, Decimal(0)), a_day, a_year)


@given(hours, hours, hours)
def test_without_caps_everything_counts(piece, that_day, that_year):
    assert reckoning.within_caps(piece, that_day, that_year, TODAY) == (piece, None)


def test_the_city_asks_for_nine_tenths_of_a_recording_and_a_course_for_no_less():
    assert [reckoning.share_asked(own, TODAY) for own in (50, 90, 100)] == [90, 90, 100]


def test_a_lesson_gives_what_it_states_an_elective_half_and_with_tiers_what_they_say():
    stated, half = Decimal("0.50"), Decimal("0.25")
    assert reckoning.of_lesson(stated, 9, False, TODAY) == (stated, None)
    hours, rule = reckoning.of_lesson(stated, 9, True, TODAY)
    assert hours == half and rule.startswith("weight of an elective course 0.5")
    hours, rule = reckoning.of_lesson(stated, 9, False, with_rules(said(RuleKey.TIERS, "5=1")))
    assert hours == 1 and rule.startswith("tiers by length")


@given(st.lists(hours, max_size=30))
def test_whole_hundredths_add_up_to_what_was_given(some):
    assert in_hours(sum(map(hundredths, some))) == sum(some, Decimal(0))


@given(st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(0, 800))
def test_what_comes_after_the_year_was_closed_is_late(earned, after):
    recorded = earned + timedelta(days=after)
    closed = date(earned.year, 12, 31) + timedelta(days=31)
    assert reckoning.entered_late(earned, recorded, 31) == (recorded > closed)


# ── what is owed ────────────────────────────────────────────────────────────────────────────────


def test_a_secretary_who_is_also_director_owes_the_greater_not_the_sum():
    found = owed(Post.VPS, Post.VCD)
    assert found.organised.hours == 56 and found.organised.rule.audience == Audience.BRANCH
    assert [one.hours for one in found.lesser] == [32]
    assert found.online is None  # 网络 50 is for cadres, not for village posts


def test_a_leader_of_county_rank_owes_550_in_five_years():
    found = owing.owes([(Post.LEADER, "县处级正职")], TODAY)
    assert (found.organised.hours, found.organised.years, found.online.hours) == (550, 5, 50)
    assert [one.hours for one in found.lesser] == [90]


def test_who_holds_no_post_of_a_group_owes_nothing():
    year = owing.year_of(owed(Post.TECH), 2026, {}, TODAY)
    assert year.owes_nothing and year.is_met


@given(posts, posts)
def test_another_post_never_lessens_what_is_owed_and_order_says_nothing(some, more):
    def a_year(held):
        found = owed(*held).organised
        return found.a_year if found else Decimal(0)

    assert a_year(some + more) == max(a_year(some), a_year(more)) == a_year(more + some)


@given(posts, hours, hours)
def test_hours_on_line_never_fill_what_is_to_be_organised(held, organised, online):
    found = owed(*held)
    earned = {(2026, ORGANISED): organised}
    alone = owing.year_of(found, 2026, earned, TODAY).organised
    assert alone == owing.year_of(found, 2026, earned | {(2026, ONLINE): online}, TODAY).organised


def test_five_years_are_counted_from_the_year_of_the_rule():
    one = owing.owes([(Post.LEADER, "县处级副职")], TODAY).organised
    earned = {(2022, ORGANISED): Decimal(900), (2023, ORGANISED): Decimal(300)}
    found = owing.met(one, ORGANISED, 2024, earned, TODAY)
    assert (found.asked, found.earned, found.is_met) == (220, 300, True)
    assert not owing.met(one, ORGANISED, 2026, earned, TODAY).is_met
    assert owing.first_year(one, 2028) == 2028


def test_what_is_over_goes_into_the_next_year_only_where_the_city_says_so():
    one, earned = owed(Post.VPS).organised, {(2025, ORGANISED): Decimal(60)}
    assert owing.met(one, ORGANISED, 2026, earned, TODAY).earned == 0
    carries = with_rules(said(RuleKey.CARRY, "1"))
    found = owing.met(one, ORGANISED, 2026, earned, carries)
    assert (found.earned, found.carried, found.missing) == (4, 4, 52)


def test_a_past_year_keeps_its_rule_whatever_is_said_later():
    later = said(RuleKey.OWED, "80", audience=Audience.BRANCH, posts=(Post.VPS,))
    then = reckoning.in_force([*SHIPPED, later], date(2025, 12, 31))
    assert owed(Post.VPS, rules=then).organised.hours == 56
    assert owed(Post.VPS, rules=with_rules(later)).organised.hours == 80
