"""What is written for an answer is understood in any dress, and never where it is two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bank.rules import QuestionType
from lms.exchange.answers import letters_in, read_answer
from lms.exchange.blanks import fill, gaps_in
from tests.exchange.papers import word_of

FOUR = {"A": "警告", "B": "罚款", "C": "没收违法所得", "D": "行政拘留"}
YES, NO = {"A": "正确", "B": "错误"}, {"A": "错误", "B": "正确"}
CODES = {"A": "ACE", "B": "A", "C": "AC", "D": "AE"}
SUMS = {"A": "2", "B": "3", "C": "4", "D": "5"}
SINGLE, MULTIPLE, TRUE_FALSE = (QuestionType(name) for name in ("single", "multiple", "true_false"))
BLANK, SHORT = QuestionType.BLANK, QuestionType.SHORT


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        *(("A", "A"), ("a", "A"), ("Ａ", "A"), ("(B)", "B"), ("【C】", "C"), ("B.", "B")),
        *(("ACD", "ACD"), ("A、C", "AC"), ("a,c", "AC"), ("A|B", "AB"), ("Ａ；Ｄ", "AD")),
        *(("A B C", "ABC"), ("A/B", "AB"), ("A和C", "AC"), ("(A)(B)", "AB"), ("DCA", "ACD")),
        *(("答案：B", "B"), ("选B", "B"), ("B选项", "B"), ("罚款", "B"), ("罚款、警告", "AB")),
        *(("B，罚款", "B"), ("B 罚款、A 警告", "AB"), ("B（《行政处罚法》第三条）", "B")),
        *(("2", "B"), ("1,3", "AC"), ("А、С", "AC")),  # noqa: RUF001 - Cyrillic, as people type
    ],
)
def test_letters_in_any_dress(written, letters):
    meant = read_answer(written, None, FOUR)
    assert word_of(meant.answer) == letters and meant.doubts == ()
    assert meant.type is (SINGLE if len(letters) == 1 else MULTIPLE)


@pytest.mark.parametrize(
    "written",
    [
        *("AF", "AA", "A或B", "八", "9", "√", "B，警告", "A 警告、B 拘留", "警告 拘役", "对"),
        *("0", "1.5", "A1"),
    ],
)
def test_what_could_be_anything_is_no_answer(written):
    meant = read_answer(written, None, FOUR)
    assert meant.answer is None and len(meant.doubts) == 1


def test_the_number_of_letters_must_suit_the_type():
    two = read_answer("AB", SINGLE, FOUR)
    one = read_answer("A", MULTIPLE, FOUR)
    assert two.answer == frozenset("AB") and one.answer == frozenset("A")
    assert len(two.doubts) == len(one.doubts) == 1
    assert read_answer("A", QuestionType.INDEFINITE, FOUR).doubts == ()


@pytest.mark.parametrize(
    ("written", "options", "kind", "answer", "sure"),
    [
        ("A", CODES, SINGLE, "A", False),  # the letter, though an option says A as well
        ("AC", CODES, SINGLE, "C", False),  # a single choice: the text
        ("AC", CODES, None, "-", False),
        ("AE", CODES, SINGLE, "D", False),  # there is no E
        ("5", SUMS, SINGLE, "D", True),
        ("2", SUMS, SINGLE, "-", False),  # the second, or the one that says 2
    ],
)
def test_texts_that_look_like_letters_or_numbers(written, options, kind, answer, sure):
    meant = read_answer(written, kind, options)
    assert word_of(meant.answer) == answer
    assert sure is (not meant.guessed and not meant.doubts)


@pytest.mark.parametrize(
    ("written", "options", "answer"),
    [
        *(("√", {}, True), ("×", {}, False), ("对", {}, True), ("错误", {}, False)),
        *(
            ("T", {}, True),
            ("false", {}, False),
            ("Ｙ", {}, True),
            ("N", {}, False),
            ("是", {}, True),
        ),
        *(("不正确", {}, False), ("（√）", {}, True), ("正确。", {}, True), ("A", YES, True)),
        *(("A", NO, False), ("B", NO, True), ("错", YES, False), ("×，应为三日", {}, False)),
        *(("C", {}, None), ("√×", {}, None), ("对错", {}, None), ("1", NO, None), ("三", {}, None)),
    ],
)
def test_right_or_wrong_in_any_dress(written, options, answer):
    meant = read_answer(written, TRUE_FALSE, options)
    assert meant.answer is answer and bool(meant.doubts) is (answer is None)


def test_letters_and_digits_for_right_and_wrong_are_a_guess():
    for written, answer in (("A", True), ("B", False), ("1", True), ("0", False), ("V", True)):
        meant = read_answer(written, TRUE_FALSE)
        assert meant.answer is answer and "answer" in meant.guessed


def test_what_follows_an_answer_is_kept():
    assert read_answer("×，应为三日", TRUE_FALSE).rest == "应为三日"
    assert read_answer("B（第三条）", SINGLE, FOUR).rest == "（第三条）"


@pytest.mark.parametrize("written", ["A", "ACD", "C，一定职业", "A 甲、B 乙"])
def test_letters_without_options_are_no_answer(written):
    meant = read_answer(written)
    assert meant.answer is None and "选项" in meant.doubts[0].text


@pytest.mark.parametrize("written", ["", "略", " 无 ", "见解析", "-"])
def test_nothing_is_nothing(written):
    assert read_answer(written, SHORT).answer is None and read_answer(written).doubts == ()


def test_nothing_may_be_an_option():
    assert read_answer("无", None, {"A": "有", "B": "无"}).answer == frozenset("B")


@pytest.mark.parametrize(
    ("written", "count", "blanks", "guessed"),
    [
        ("三日；五日", 2, "三日;五日", False),
        ("数据   记录\t表", 3, "数据;记录;表", False),
        ("①甲②乙", 2, "甲;乙", False),
        ("(1)甲 (2)乙", 2, "甲;乙", False),
        ("1.甲 2.乙", 2, "甲;乙", False),
        ("{{甲}}与{{乙 或 丙}}", 2, "甲;乙/丙", False),
        ("三日 或 3日；五", 2, "三日/3日;五", False),
        ("三日、五日", 2, "三日;五日", True),
        ("甲,乙", 2, "甲;乙", True),
        ("甲 乙", 2, "甲;乙", True),
        ("五或5", 1, "五/5", True),
        ("警告或者罚款", 1, "警告或者罚款", False),
        ("2/3", 1, "2/3", False),
        ("甲、乙", 1, "甲、乙", False),
        ("甲；乙", 0, "甲;乙", False),
    ],
)
def test_answers_of_blanks(written, count, blanks, guessed):
    meant = read_answer(written, BLANK, None, count)
    assert (word_of(meant.answer), "answer" in meant.guessed) == (blanks, guessed)
    assert meant.doubts == ()


def test_another_number_of_answers_than_blanks_is_doubted():
    assert (
        read_answer("甲", BLANK, None, 2).doubts
        and read_answer("甲；乙；丙", BLANK, None, 2).doubts
    )


def test_blanks_of_a_stem_are_counted():
    assert gaps_in("____和（   ）及{{甲 或 乙}}、——————") == 4
    assert gaps_in("甲（乙）") == 0


@given(
    st.sets(st.sampled_from("ABCD"), min_size=1), st.sampled_from(["", "、", ",", " ", "；", "/"])
)
def test_any_letters_with_any_mark_between_mean_themselves(letters, mark):
    written = mark.join(sorted(letters))
    assert read_answer(written, None, FOUR).answer == frozenset(letters)
    assert letters_in(written) == sorted(letters)


@given(st.text(max_size=60), st.sampled_from([None, *QuestionType]), st.integers(0, 4))
def test_any_text_is_understood_or_doubted(written, kind, blanks):
    for options in ({}, FOUR, YES):
        meant = read_answer(written, kind, options, blanks)
        if isinstance(meant.answer, frozenset):
            assert meant.answer <= set(options)
    assert isinstance(fill(written, blanks).blanks, tuple)
