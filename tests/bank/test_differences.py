"""Two versions side by side: which fields differ, and in which words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.bank.differences import Kind, Piece, differences, pieces
from lms.bank.rules import Difficulty, Line, Part, Question, QuestionType, Source

PART = Part(QuestionType.SINGLE, "由谁召集？", Decimal(2), {"A": "甲", "B": "乙"}, frozenset("A"))
FIRST = Question("q-1", QuestionType.SINGLE, (PART,), Decimal(2))


def labels(before, after):
    return [
        (one.field.label, one.field.number, one.field.letter) for one in differences(before, after)
    ]


def test_words_that_differ_are_marked():
    assert pieces("由村委会召集，15 日内", "由村民委员会召集，10 日内") == [
        Piece(Kind.SAME, "由村"),
        Piece(Kind.NEW, "民"),
        Piece(Kind.SAME, "委"),
        Piece(Kind.NEW, "员"),
        Piece(Kind.SAME, "会召集，"),
        Piece(Kind.GONE, "15"),
        Piece(Kind.NEW, "10"),
        Piece(Kind.SAME, " 日内"),
    ]


@given(st.text("村民 12\n", max_size=30), st.text("村民 12\n", max_size=30))
def test_the_pieces_are_both_texts(before, after):
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind is not Kind.NEW) == before
    assert "".join(one.text for one in found if one.kind is not Kind.GONE) == after


def test_a_very_long_text_is_compared_by_lines():
    long = "村民会议\n" * 2000
    found = pieces(long, long + "完")
    assert [one.kind for one in found] == [Kind.SAME, Kind.NEW]


def test_the_fields_that_differ_are_named():
    part = replace(PART, options={"A": "甲", "B": "丙", "C": "丁"}, explanation="见第二十一条。")
    after = replace(
        FIRST,
        parts=(part,),
        difficulty=Difficulty.HARD,
        valid_to=date(2027, 1, 1),
        sources=(Source("村组法", date(2018, 12, 29), "21", "召集"),),
    )
    assert labels(FIRST, after) == [
        ("有效期至", 0, ""),
        ("依据", 0, ""),
        ("难度（命题人估计）", 0, ""),
        ("选项", 1, "B"),
        ("选项", 1, "C"),
        ("解析", 1, ""),
    ]
    hard = differences(FIRST, after)[2]
    assert (hard.before, hard.after) == ("", "难")
    assert differences(after, after) == []
    assert labels(after, FIRST) == labels(FIRST, after)


def test_the_parts_of_a_case_are_told_apart():
    short = Part(QuestionType.SHORT, "怎样办？", Decimal(3), rubric=(Line(Decimal(3), "回避"),))
    before = Question("q-1", QuestionType.CASE, (PART, short), Decimal(5), case="某县……")
    after = replace(before, case="某县某局……", parts=(PART, replace(short, stem="如何办？")))
    assert labels(before, after) == [("材料", 0, ""), ("题干", 2, "")]
    assert labels(FIRST, before)[0] == ("题型", 0, "")
