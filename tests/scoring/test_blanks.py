"""What a blank takes for right, and what several earn."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.scoring import marks
from lms.scoring.blanks import Blanks, accepts, share, tolerance
from lms.scoring.choice import Credit, Key

TEXTS = st.text(st.sampled_from("三分之二20.5％% ,，。AaＡ"), max_size=8)
KEYS = st.builds(
    Blanks,
    st.lists(
        st.lists(st.sampled_from(["三分之二", "20", "3.14 ± 0.01", "A a"]), min_size=1).map(tuple),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.sampled_from(Credit),
)


@pytest.mark.parametrize(
    ("variant", "given_text"),
    [
        ("三分之二", " 三分 之二。"),
        ("20", "２０"),
        ("20", "20.0"),
        ("1000", "1,000"),
        ("80%", "８０％"),
        ("VPN", "ｖｐｎ"),
        ("双随机、一公开", "“双随机、一公开”"),
        ("3.14 ± 0.01", "3.15"),
        ("3.14±0.01", "３．１３"),
        ("-5 ± 0", "-5"),
    ],
)
def test_width_spaces_and_stops_do_not_matter(variant, given_text):
    assert accepts([variant], given_text)


@pytest.mark.parametrize(
    ("variant", "given_text"),
    [
        ("三分之二", "2/3"),
        ("三分之二", "三分之一"),
        ("20", "200"),
        ("20", "020"),
        ("80%", "80"),
        ("3.14 ± 0.01", "3.151"),
        ("3.14 ± 0.01", "三点一四"),
        ("20", ""),
        ("20", "。"),
    ],
)
def test_another_word_for_the_same_must_be_listed(variant, given_text):
    assert not accepts([variant], given_text)


def test_a_listed_variant_is_right():
    assert accepts(["三分之二", "2/3"], "２／３")


def test_a_tolerance_that_is_no_number_is_a_text():
    assert tolerance("甲 ± 乙") is None
    assert tolerance("3.14 ± 0.01") == (Fraction(157, 50), Fraction(1, 100))


@pytest.mark.parametrize(
    ("texts", "credit", "earned"),
    [
        (["甲", "乙", "丙"], Credit.ALL_OR_NOTHING, 1),
        (["甲", "乙"], Credit.ALL_OR_NOTHING, 0),
        (["甲", "乙"], Credit.PER_OPTION, Fraction(2, 3)),
        (["甲", "错", "丙"], Credit.PER_OPTION, Fraction(2, 3)),
        (["甲", "", "丙"], Credit.HALF_IF_INCOMPLETE, Fraction(1, 2)),
        (["甲", "错", "丙"], Credit.HALF_IF_INCOMPLETE, 0),
        ([], Credit.HALF_IF_INCOMPLETE, 0),
        (["乙", "甲", "丙"], Credit.PER_OPTION, Fraction(1, 3)),
        (["甲", "乙", "丙", "丁"], Credit.PER_OPTION, 1),
    ],
)
def test_several_blanks_earn_what_the_credit_says(texts, credit, earned):
    assert share(Blanks((("甲",), ("乙",), ("丙",)), credit), texts) == earned


@given(KEYS, st.lists(TEXTS, max_size=6))
def test_a_share_lies_between_nothing_and_all(key, texts):
    assert 0 <= share(key, texts) <= 1


@given(KEYS)
def test_what_the_key_says_is_right(key):
    written = [variants[-1].split(" ± ")[0] for variants in key.accepted]
    assert share(key, written) == 1


def test_a_saved_answer_is_marked_by_the_kind_of_its_key():
    assert marks.share(Key(frozenset("B")), ["B"]) == 1
    assert marks.share(Blanks((("20",),)), ["２０"]) == 1
    assert marks.share(Key(frozenset("B")), []) == 0
    assert marks.share(Blanks(()), ["甲"]) == 0
