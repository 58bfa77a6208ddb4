"""Two questions that ask the same are told from two that only sound alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bank import alike, found_by
from lms.bank.alike import Likeness
from lms.bank.rules import TRUE_FALSE, Part, Question, QuestionType

STEM = "村民委员会每届任期几年，届满应当及时举行换届选举？"
OPTIONS = ("五年", "三年", "四年", "六年")


def single(stem=STEM, options=OPTIONS, right="A", code="q-1"):
    named = dict(zip("ABCD", options, strict=True))
    part = Part(QuestionType.SINGLE, stem, Decimal(2), named, frozenset(right))
    return Question(code, QuestionType.SINGLE, (part,), Decimal(2))


def judged(stem, right="A"):
    part = Part(QuestionType.TRUE_FALSE, stem, Decimal(1), TRUE_FALSE, frozenset(right))
    return Question("j-1", QuestionType.TRUE_FALSE, (part,), Decimal(1))


def compared(one, other):
    return alike.compared(alike.form(one), alike.form(other))


@pytest.mark.parametrize(
    "other",
    [
        single("村民委员会每届任期几年,届满应当及时举行换届选举?"),
        single(" 村民委员会每届任期几年， 届满应当及时举行**换届**选举（　）"),
        single(options=("三年", "五年", "六年", "四年"), right="B"),
        single(code="another"),
    ],
)
def test_signs_widths_gaps_and_the_order_of_options_make_no_other_question(other):
    found = compared(single(), other)
    assert (found.likeness, found.same_key) == (Likeness.EQUAL, True)


def test_the_same_question_with_another_key_is_seen():
    found = compared(single(), single(right="B"))
    assert (found.likeness, found.same_key) == (Likeness.EQUAL, False)


def test_a_small_rewording_is_near():
    found = compared(single(), single("村民委员会每届任期是几年，届满要及时举行换届选举？"))
    assert found.likeness is Likeness.NEAR
    assert found.same_key


def test_another_number_in_the_key_is_another_key():
    near = single(options=("10年", "三年", "四年", "六年"))
    assert compared(near, single(options=("30年", "三年", "四年", "六年"))).same_key is False


def test_what_only_begins_alike_is_another_question():
    other = single("村民会议由谁召集？", ("村民委员会", "乡镇政府", "村民小组", "党支部"))
    assert compared(single(), other) is None


def test_true_and_false_are_compared_by_stem_and_key():
    one, other = judged("村民委员会每届任期五年。"), judged("村民委员会每届任期五年", "B")
    assert compared(one, other).same_key is False
    assert compared(one, judged("村民小组组长由上级任命。")) is None


def test_what_a_person_marks_has_no_key_to_compare():
    part = Part(QuestionType.SHORT, STEM, Decimal(5))
    short = Question("s-1", QuestionType.SHORT, (part,), Decimal(5))
    assert compared(short, short).same_key is None


CHINESE = st.text(alphabet="村民委员会法律规定应当及时举行选举三年五", min_size=20, max_size=60)


@given(stems=st.lists(CHINESE, min_size=1, max_size=12), code=st.sampled_from("abc"))
def test_a_text_agrees_with_itself_whatever_stands_around_it(stems, code):
    texts = [alike.loose(found_by.words_of(single(stem, code=f"{code}-1"))) for stem in stems]
    pairs = alike.may_be_alike(alike.sketches(texts), alike.sketches(texts[::-1]))
    last = len(texts) - 1
    assert {(row, last - row) for row in range(len(texts))} <= pairs


def test_no_run_goes_over_the_end_of_a_line_so_that_order_does_not_count():
    one, other = alike.sketches(["甲乙丙丁戊\n子丑寅卯", "子丑寅卯\n甲乙丙丁戊"])
    assert (one == other).all()


def test_texts_without_a_run_agree_with_nothing():
    empty = alike.sketches(["", "甲", "甲乙\n丙"])
    assert alike.may_be_alike(empty, empty) == set()


def test_a_few_stretches_of_a_question_stand_in_its_words():
    words = found_by.words_of(single())
    pieces = alike.pieces(single())
    assert 3 <= len(pieces) <= alike.PIECES
    assert all(piece in words for piece in pieces)
