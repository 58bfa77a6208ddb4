"""An answer comes before the key, a disagreement is explained, a sample repeats."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bank.rules import Line, Part, Question, QuestionType
from lms.errors import Invalid
from lms.reviewing.rules import (
    SAMPLE,
    Decision,
    Opinion,
    Rated,
    agrees,
    drawn,
    refuse_hasty,
    refuse_unanswered,
    shown,
)

OPTIONS = {"A": "应当", "B": "可以", "C": "不得"}


def asked(*parts: Part) -> Question:
    kind = parts[0].type if len(parts) == 1 else QuestionType.CASE
    return Question("q-1", kind, parts, Decimal(2) * len(parts))


def part(kind: QuestionType, **facts) -> Part:
    return Part(kind, "某事？", Decimal(2), **facts)


SINGLE = part(QuestionType.SINGLE, options=OPTIONS, right=frozenset("A"))
MULTIPLE = part(QuestionType.MULTIPLE, options=OPTIONS, right=frozenset("AB"))
BLANK = part(QuestionType.BLANK, blanks=(("三十日", "30日"), ("二")))
SHORT = part(QuestionType.SHORT, rubric=(Line(Decimal(2), "要点"),))


@pytest.mark.parametrize(
    ("one", "said", "same"),
    [
        (SINGLE, {"letters": ["A"]}, True),
        (SINGLE, {"letters": ["B"]}, False),
        (MULTIPLE, {"letters": ["A", "B"]}, True),
        (MULTIPLE, {"letters": ["A"]}, False),
        (BLANK, {"blanks": ["30 日", "二"]}, True),
        (BLANK, {"blanks": ["30 日", "三"]}, False),
        (SHORT, {"text": "要点"}, None),
    ],
)
def test_a_blind_answer_is_held_against_the_key(one, said, same):
    assert agrees(asked(one), [said]) is same


def test_of_a_case_every_part_must_agree():
    case = asked(SINGLE, SHORT, MULTIPLE)
    assert agrees(case, [{"letters": ["A"]}, {"text": "好"}, {"letters": ["A", "B"]}]) is True
    assert agrees(case, [{"letters": ["A"]}, {"text": "好"}, {"letters": ["A", "C"]}]) is False


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (SINGLE, {}),
        (SINGLE, {"letters": []}),
        (SINGLE, {"letters": ["Z"]}),
        (SINGLE, {"letters": ["A", "B"]}),
        (BLANK, {"blanks": ["三十日"]}),
        (BLANK, {"blanks": ["三十日", " "]}),
        (SHORT, {"text": " "}),
    ],
)
def test_the_key_is_not_seen_before_everything_is_answered(one, said):
    with pytest.raises(Invalid):
        refuse_unanswered(asked(one), [said])


@pytest.mark.parametrize("said", [{"text": "要点"}, {"skipped": "不是我的专业"}])
def test_what_a_person_marks_is_answered_or_skipped_with_a_reason(said):
    refuse_unanswered(asked(SHORT), [said])


def test_what_is_shown_holds_no_key():
    (one,) = shown(asked(SINGLE))
    assert one.options == tuple(OPTIONS.items()) and not hasattr(one, "right")


@pytest.mark.parametrize(
    ("decision", "agreed", "key", "comment", "told"),
    [
        (Decision.RETURNED, True, Opinion.YES, " ", "写明理由"),
        (Decision.PASSED, False, Opinion.YES, "", "与标准答案不同"),
        (Decision.PASSED, True, Opinion.NO, "答案应是 B", "请退回"),
    ],
)
def test_nothing_is_decided_in_haste(decision, agreed, key, comment, told):
    with pytest.raises(Invalid, match=told):
        refuse_hasty(decision, agreed, {Rated.KEY: key}, comment)


def test_who_answered_otherwise_may_say_why_the_key_is_right():
    refuse_hasty(Decision.PASSED, False, {Rated.KEY: Opinion.YES}, "我看错了。")


@given(st.sets(st.integers(1, 10_000), max_size=120), st.integers(0, 2**31))
def test_a_sample_is_fifty_or_all_and_repeats(ids, seed):
    found = drawn(list(ids), seed)
    assert len(found) == len(set(found)) == min(SAMPLE, len(ids))
    assert set(found) <= ids and found == drawn(sorted(ids, reverse=True), seed)
