"""Every type of question under every rule of credit, by its own key and by a changed one."""

from decimal import Decimal
from fractions import Fraction

import pytest

from lms.bank.files import read_question
from lms.bank.rules import QuestionType
from lms.exams.keys import share_of
from lms.exams.questions import Slot
from lms.scoring.choice import Credit
from tests.exams.build import BLANK, MULTIPLE, SHORT, SINGLE, TRUE_FALSE, question

CASE = """村里要修路。

## 问题一 · 1 分

先做什么？

- [x] 甲
- [ ] 乙

## 问题二 · 1 分

说说。

- [1] 说了
"""
TEXTS = {
    QuestionType.SINGLE: SINGLE,
    QuestionType.MULTIPLE: MULTIPLE,
    QuestionType.INDEFINITE: MULTIPLE,
    QuestionType.TRUE_FALSE: TRUE_FALSE,
    QuestionType.BLANK: BLANK,
    QuestionType.SHORT: SHORT,
    QuestionType.ESSAY: SHORT,
    QuestionType.CASE: CASE,
}
# What is right in full, what is right in part, what is wrong.
SAID = {
    QuestionType.SINGLE: (["B"], None, ["A"]),
    QuestionType.MULTIPLE: (["A", "C"], ["A"], ["A", "B"]),
    QuestionType.INDEFINITE: (["A", "C"], ["C"], ["A", "B", "C"]),
    QuestionType.TRUE_FALSE: (["A"], None, ["B"]),
    QuestionType.BLANK: (["过半数", "半数以上"], ["过半数", ""], ["一半", "一半"]),
}
PARTLY = {
    Credit.ALL_OR_NOTHING: Fraction(0),
    Credit.HALF_IF_INCOMPLETE: Fraction(1, 2),
    Credit.PER_OPTION: Fraction(1, 2),
}


def slot(kind, credit=Credit.HALF_IF_INCOMPLETE, part=0):
    asked = read_question(question("q-1", kind.value, TEXTS[kind]))
    return Slot(1, 7, part, Decimal(2), credit, asked)


@pytest.mark.parametrize("credit", Credit)
@pytest.mark.parametrize("kind", QuestionType)
def test_each_type_is_paid_by_its_rule_or_left_to_a_person(kind, credit):
    asked = slot(kind, credit)
    if kind not in SAID:
        part = slot(kind, credit, part=1 if kind is QuestionType.CASE else 0)
        assert share_of(part, ["写了"]) is None and share_of(part, []) == 0
        return
    right, partly, wrong = SAID[kind]
    assert share_of(asked, right) == 1
    assert share_of(asked, wrong) == share_of(asked, []) == 0
    if partly is not None:
        assert share_of(asked, partly) == PARTLY[credit]


def test_a_part_of_a_case_that_has_letters_is_marked_by_the_machine():
    assert share_of(slot(QuestionType.CASE), ["A"]) == 1


@pytest.mark.parametrize("kind", QuestionType)
def test_where_everyone_is_paid_who_said_nothing_is_too(kind):
    assert share_of(slot(kind), [], {(7, 0): None}) == 1


@pytest.mark.parametrize(
    ("kind", "key", "said", "share"),
    [
        (QuestionType.SINGLE, ["C"], ["C"], 1),
        (QuestionType.SINGLE, ["C"], ["B"], 0),
        (QuestionType.MULTIPLE, ["A", "B"], ["A"], Fraction(1, 2)),
        (QuestionType.TRUE_FALSE, ["B"], ["B"], 1),
        (QuestionType.BLANK, [["一半以上"], ["过半数", "半数以上"]], ["一半以上", "过半数"], 1),
    ],
)
def test_a_changed_key_is_paid_as_the_paper_pays(kind, key, said, share):
    assert share_of(slot(kind), said, {(7, 0): key}) == share
    assert share_of(slot(kind), said, {(8, 0): key}) == share_of(slot(kind), said)
