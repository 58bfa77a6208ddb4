"""A question's share and its correlation with the rest, from sums alone."""

from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.psychometrics.items import (
    ENOUGH,
    FEW,
    Ease,
    Sharpness,
    Sums,
    discrimination,
    ease,
    share,
    sharpness,
)


def sums(pairs):
    x, y = zip(*pairs, strict=True)
    xx, yy = sum(a * a for a in x), sum(b * b for b in y)
    return Sums(len(x), sum(x), sum(y), xx, yy, sum(a * b for a, b in pairs))


PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 50).map(lambda n: n / 50)),
    min_size=ENOUGH,
    max_size=160,
)


@given(PAIRS)
def test_the_correlation_is_pearsons(pairs):
    found = discrimination(sums(pairs))
    x, y = zip(*pairs, strict=True)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(correlation(x, y), abs=1e-9)


def test_a_hundred_must_have_answered():
    pairs = [(n % 2, n % 2 / 2) for n in range(ENOUGH)]
    assert discrimination(sums(pairs)) == pytest.approx(1)
    assert discrimination(sums(pairs[:-1])) is None


def test_a_share_of_a_few_would_name_them():
    assert share(sums([(1.0, 0.5)] * FEW)) == 1
    assert share(sums([(1.0, 0.5)] * (FEW - 1))) is None


def test_what_all_got_alike_tells_nobody_apart():
    assert discrimination(sums([(1.0, n / ENOUGH) for n in range(ENOUGH)])) is None


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.3, Sharpness.GOOD),
        (0.29, Sharpness.FAIR),
        (0.19, Sharpness.LOW),
        (-0.01, Sharpness.NEGATIVE),
    ],
)
def test_a_correlation_has_its_word(value, word):
    assert sharpness(value) is word


def test_a_share_has_its_word():
    assert [ease(one) for one in (0.3, 0.31, 0.9)] == [Ease.HARD, Ease.FITTING, Ease.EASY]
