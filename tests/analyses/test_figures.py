"""The numbers of a paper against a second, naive computation; and of one known set of answers."""

import statistics
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lms.analyses.figures import (
    BLANK,
    LEFT,
    MISLED,
    RARELY,
    Item,
    SlotTally,
    Tallied,
    bins,
    items,
    quality,
    read,
)
from lms.analyses.rules import CATEGORY_OF, Marks
from lms.people.rules import Post
from lms.psychometrics.items import Sums
from lms.psychometrics.papers import Totals, alpha, deviation, tells_apart, variance

MARKS = st.lists(st.integers(0, 10_000), min_size=1, max_size=40)


@given(MARKS)
def test_mean_and_deviation_are_those_of_statistics(marks):
    one = Marks(len(marks), sum(marks), sum(m * m for m in marks), min(marks), max(marks))
    assert abs(float(one.mean) - statistics.fmean(marks) / 100) <= 0.005 + 1e-9
    assert abs(float(one.deviation) - statistics.pstdev(marks) / 100) <= 0.005 + 1e-9
    assert (one.lowest, one.highest) == (Fraction(min(marks), 100), Fraction(max(marks), 100))


@given(MARKS)
def test_the_ends_are_the_best_and_the_last_27_percent_one_by_one(marks):
    counts = {one: marks.count(one) for one in marks}
    many = max(1, int(len(marks) * 0.27 + 0.5))
    ordered = sorted(marks)
    naive = (statistics.fmean(ordered[-many:]) - statistics.fmean(ordered[:many])) / 10_000
    assert abs(tells_apart(Totals(counts), 10_000) - naive) < 1e-9


# Five persons, four questions, right or wrong: KR-20 worked out by hand is 0.8.
GUTTMAN = ((1, 1, 1, 1), (1, 1, 1, 0), (1, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0))


def test_kr_20_of_a_perfect_scale():
    of_items = [statistics.pvariance(column) for column in zip(*GUTTMAN, strict=True)]
    of_totals = statistics.pvariance([sum(row) for row in GUTTMAN])
    assert abs(alpha(of_items, of_totals) - 0.8) < 1e-9


def test_of_one_question_or_of_equal_totals_there_is_no_reliability():
    assert alpha([0.2], 0.2) is None
    assert alpha([0.2, 0.2], 0.0) is None
    assert tells_apart(Totals({}), 100) is None


def tallied(shares, points=2.0):
    """A paper as so many answered it, each question worth the same."""
    matrix = np.array(shares, dtype=float)
    whole = matrix.shape[1] * points
    slots = {}
    for place in range(matrix.shape[1]):
        x = matrix[:, place]
        y = (matrix.sum(axis=1) * points - x * points) / (whole - points)
        sums = Sums(len(x), *(float(v.sum()) for v in (x, y, x * x, y * y, x * y)))
        slots[place + 1] = SlotTally(sums, int((x == 1).sum()), {"A": int((x == 1).sum())})
    totals = [round(float(row.sum()) * points * 100) for row in matrix]
    return Tallied({one: totals.count(one) for one in totals}, slots)


@given(st.integers(0, 10**6))
def test_a_paper_and_its_questions_are_those_of_numpy(seed):
    shares = np.random.default_rng(seed).choice((0, 0.5, 1), (120, 4), p=(0.3, 0.2, 0.5))
    matrix, points = np.array(shares, dtype=float), dict.fromkeys((1, 2, 3, 4), 2.0)
    one = quality(tallied(shares), points)
    totals = matrix.sum(axis=1) * 2
    assert one.persons == len(shares)
    assert abs(one.difficulty - totals.mean() / 8) < 1e-9
    if totals.var() > 1e-9:
        naive = 4 / 3 * (1 - sum((matrix[:, n] * 2).var() for n in range(4)) / totals.var())
        assert abs(one.reliability - naive) < 1e-6
    for place, item in enumerate(items(tallied(shares))):
        x, rest = matrix[:, place], totals - matrix[:, place] * 2
        assert abs(item.share - x.mean()) < 1e-9
        if x.std() > 1e-6 and rest.std() > 1e-6:
            assert abs(item.discrimination - np.corrcoef(x, rest)[0, 1]) < 1e-6


def test_few_show_no_numbers_and_a_hundred_are_needed_to_tell_apart():
    points = dict.fromkeys((1, 2, 3, 4), 2.0)
    few = quality(tallied(GUTTMAN[:4]), points)
    assert few.persons == 4 and few.marks is None and few.difficulty is None
    some = quality(tallied(GUTTMAN * 19), points)  # 95
    assert some.difficulty == 0.5 and some.discrimination is None and some.reliability is None
    many = quality(tallied(GUTTMAN * 20), points)
    assert round(many.reliability, 9) == 0.8 and many.dichotomous
    assert many.discrimination == (20 * 8 + 7 * 6 - 20 * 0 - 7 * 2) / 27 / 8
    assert items(tallied(GUTTMAN[:4]))[0].share is None


def test_sums_add_up_over_assessments_and_are_kept_as_they_were():
    one, two = tallied(GUTTMAN), tallied(GUTTMAN * 3)
    both, points = one + two, dict.fromkeys((1, 2, 3, 4), 2.0)
    whole = tallied(GUTTMAN * 4)
    assert both.totals == whole.totals
    assert [slot.right for slot in both.slots.values()] == [16, 12, 8, 4]
    assert quality(both, points).marks == quality(whole, points).marks
    assert abs(both.slots[1].sums.xy - whole.slots[1].sums.xy) < 1e-9
    assert read(both.kept()) == both


def test_who_has_all_points_stands_in_the_last_tenth():
    assert bins({0: 1, 799: 2, 800: 4, 80: 1}, 800) == [1, 1, 0, 0, 0, 0, 0, 0, 0, 6]


def test_a_question_is_advised_on_by_what_was_chosen():
    sums = Sums(200, 60, 100, 60, 60, 35)
    chosen = {"A": 60, "B": 110, "C": 4, BLANK: 26}
    [item] = items(Tallied({}, {1: SlotTally(sums, 60, chosen)}))
    said = [words for words, _values in item.advice(frozenset("A"), "ABC")]
    assert MISLED in said and RARELY in said and LEFT in said
    assert item.advice(frozenset("A"), ()) == [
        (words, values)
        for words, values in item.advice(frozenset("A"), "ABC")
        if words not in (MISLED, RARELY, LEFT)
    ]


def test_a_low_discrimination_is_to_be_mended_and_a_negative_one_to_be_checked():
    assert [w for w, _ in Item(1, 100, 50, 0.5, 0.1, {}).advice(frozenset(), ())] == [
        "区分度偏低，建议修改"
    ]
    assert [w for w, _ in Item(1, 100, 50, 0.5, -0.1, {}).advice(frozenset(), ())] == [
        "区分度为负，请先核对答案"
    ]
    assert Item(1, 100, 50, 0.5, 0.25, {}).advice(frozenset(), ()) == []


def test_every_post_has_a_category_and_variance_is_never_below_nothing():
    assert set(CATEGORY_OF) == set(Post)
    assert variance(3, 0.3, 0.0299) == 0.0 and deviation(2, 4, 8) == 0.0
