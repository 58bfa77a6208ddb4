"""The laws of the notebook: what comes back, what leaves, what a day asks."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.bank.files import read_question
from lms.practice.queries import Notebook
from lms.practice.rules import (
    ENOUGH,
    LADDER,
    OLDEST,
    TEN,
    bounded,
    in_turn,
    standing,
    ten,
    was_right,
    weakest_first,
)
from tests.exams.build import BLANK, MULTIPLE, SHORT, question

BEGAN = date(2026, 11, 1)
DAYS = st.integers(0, 60).map(lambda n: BEGAN + timedelta(days=n))
ANSWERS = st.lists(st.tuples(DAYS, st.booleans()), max_size=30)
SOME = st.lists(st.integers(1, 40), max_size=15)


def on(*rights):
    """Answers on one day after the other."""
    return [(BEGAN + timedelta(days=n), right) for n, right in enumerate(rights)]


def test_wrong_ones_come_back_by_the_ladder_and_leave_after_three_days():
    found = [standing(on(False, *[True] * n)) for n in range(4)]
    assert [(one.wrong, (one.due - one.last).days) for one in found] == [
        (True, 1),
        (True, 2),
        (True, 4),
        (False, 7),
    ]


def test_who_has_left_is_asked_after_7_15_and_30_days_and_then_no_more():
    found = [standing(on(False, *[True] * n)) for n in range(2, 7)]
    assert [one.again for one in found] == [False, True, True, True, False]
    assert [(one.due - one.last).days for one in found[1:4]] == [7, 15, 30]
    assert not standing(on(*[True] * 4)).again  # never wrong
    last = found[1].last
    for days, asked in ((6, []), (7, [5])):
        book = Notebook(last + timedelta(days=days), {5: found[1], 6: found[0]}, ())
        assert book.again == asked and 5 not in book.due


def test_a_starred_one_goes_on_coming_back_until_every_thirty_days():
    spans = [standing(on(*[True] * n)) for n in range(1, 8)]
    assert [(one.due - one.last).days for one in spans] == [2, 4, 7, 15, 30, 30, 30]


def test_three_times_right_on_one_day_is_one_day():
    assert standing([*on(False), *[(BEGAN + timedelta(days=1), True)] * 3]).wrong


def test_right_after_the_key_was_seen_proves_nothing_that_day():
    assert standing([(BEGAN, False), (BEGAN, True)]).right == 0


@given(ANSWERS)
def test_the_order_in_which_answers_arrive_changes_nothing(answers):
    assert standing(answers) == standing(answers[::-1]) == standing(answers + answers)


@given(ANSWERS.filter(bool))
def test_it_is_in_the_notebook_while_it_was_wrong_and_not_three_days_right_since(answers):
    how = standing(answers)
    erred = {day for day, right in answers if not right}
    since = {day for day, _ in answers if day > max(erred, default=date.min)}
    assert how.wrong == (bool(erred) and len(since) < ENOUGH)
    assert how.right == len(since - erred)
    assert (how.due - how.last).days in LADDER


@given(ANSWERS.filter(bool), DAYS)
def test_what_was_wrong_today_comes_back_tomorrow(answers, day):
    last = max(day, *(one for one, _ in answers))
    assert standing([*answers, (last, False)]).due == last + timedelta(days=1)


@given(SOME, SOME, st.lists(SOME, max_size=4))
def test_a_day_asks_ten_at_most_each_once_and_mistakes_first(due, alike, pools):
    asked = ten(due, alike, pools)
    offered = {*due, *alike, *(one for pool in pools for one in pool)}
    assert len(asked) == len(set(asked)) == min(TEN, len(offered))
    first = list(dict.fromkeys(due))[:TEN]
    assert asked[: len(first)] == first and set(asked) <= offered


def test_new_ones_come_from_each_ability_in_turn():
    assert ten([], [], [[1, 2, 3], [11], [21, 22]]) == [1, 11, 21, 2, 22, 3]


@given(st.lists(st.tuples(st.lists(st.integers(1, 4), max_size=2), st.booleans())))
def test_an_ability_that_was_more_often_wrong_is_weaker(answers):
    order = weakest_first(answers, [1, 2, 3, 4], seed=7)
    assert sorted(order) == [1, 2, 3, 4]
    # one mistake more never makes it stronger
    worse = weakest_first([*answers, ([3], False)], [1, 2, 3, 4], seed=7)
    assert worse.index(3) <= order.index(3)


@given(st.sets(st.integers(1, 40)), st.dictionaries(st.integers(1, 40), DAYS), st.integers())
def test_what_was_never_practised_comes_before_what_was_longest_ago(ids, last, seed):
    order = in_turn(ids, last, seed)
    days = [last.get(one, date.min) for one in order]
    assert sorted(order) == sorted(ids) and days == sorted(days)


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_time_is_never_later_than_now_and_never_long_ago(away):
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert now - OLDEST <= bounded(now + away, now) <= now


def test_right_is_right_in_full_and_who_practises_says_so_where_no_machine_marks():
    many, gaps, short = (
        read_question(question("q-1", kind, text))
        for kind, text in (("multiple", MULTIPLE), ("blank", BLANK), ("short", SHORT))
    )
    assert was_right(many, 0, ("A", "C")) and not was_right(many, 0, ("A",))
    assert was_right(gaps, 0, ("过半数", "半数以上")) and not was_right(gaps, 0, ("过半数",))
    assert was_right(short, 0, ("yes",)) and not was_right(short, 0, ("no",))
