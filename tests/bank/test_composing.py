"""What is typed into the fields of a question becomes the question, and fills the fields again."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bank.composing import answers_too_many, article, composed, filled
from lms.bank.files import read_draft, read_question, write_question
from lms.bank.rules import Line, QuestionType, Source, faults
from lms.bank.texts import BLANK
from lms.scoring.choice import Credit

NAME = "0123456789abcdef" * 2
FILES = [file for file in Path("question_banks").glob("*/*/*.md") if file.parts[1] != "laws"]
OPTIONS = [{"text": "村民委员会", "right": True}, {"text": "村民小组", "right": False}]
PART = {
    "type": "single",
    "points": None,
    "stem": "",
    "explanation": "",
    "truth": "",
    "options": [],
    "blanks": [],
    "rubric": [],
}
EMPTY = {
    "type": "single",
    "points": Decimal(2),
    "case": "",
    "layer": "",
    "level": "",
    "difficulty": "",
    "credit": "",
    "topic": "",
    "valid_from": None,
    "valid_to": None,
    "abilities": [],
    "projects": [],
    "audience": [],
    "origin": "own",
    "parts": [PART],
    "sources": [],
    "pictures": [],
}


def typed(part=None, **more):
    return {**EMPTY, **more, "parts": [{**PART, **(part or {})}]}


def plain(data, before=None):
    return composed(data, "q-1", before)


def test_a_single_choice_is_what_was_typed():
    row = {"stem": "谁召集村民会议？", "options": [*OPTIONS, {"text": " ", "right": False}]}
    source = {"law": "《村组法》", "edition": None, "article": "第二十一条", "key": "召集"}
    question = plain(typed(row, abilities=["LAW"], sources=[source, {**source, "law": ""}]))
    assert question.parts[0].options == {"A": "村民委员会", "B": "村民小组"}
    assert question.parts[0].right == {"A"} and not faults(question)
    assert question.sources == (Source("村组法", None, "21", "召集"),)
    assert question.abilities == ("LAW",)


def test_a_blank_takes_the_answers_of_its_row():
    blanks = [
        {"variants": "三分之二\n 2/3 \n", "within": ""},
        {"variants": "3.14", "within": "0.01"},
    ]
    row = {"stem": "经____同意，约 ____。", "blanks": blanks}
    data = typed(row, type="blank", credit="per option")
    question = plain(data)
    assert question.parts[0].blanks == (("三分之二", "2/3"), ("3.14 ± 0.01",))
    assert question.credit is Credit.PER_OPTION and not faults(question)
    assert filled(question)["parts"][0]["blanks"] == [
        {"variants": "三分之二\n2/3", "within": ""},
        {"variants": "3.14", "within": "0.01"},
    ]


def test_answers_for_a_blank_that_is_not_there_are_named():
    rows = [{"variants": one, "within": ""} for one in ("一", "二", "")]
    assert answers_too_many(typed({"stem": "只有____", "blanks": rows}, type="blank")) == [0]
    assert answers_too_many(typed({"stem": "____和____", "blanks": rows}, type="blank")) == []
    assert answers_too_many(typed({"stem": "没有", "blanks": rows})) == []


def test_an_essay_pays_what_its_lines_pay():
    rubric = [
        {"points": Decimal(3), "text": "依据"},
        {"points": Decimal(2), "text": "# 步骤\n\n二"},
        {"points": None, "text": ""},
    ]
    question = plain(typed({"stem": "怎样办？", "rubric": rubric}, type="essay"))
    assert question.points == 5 and not faults(question)
    assert question.parts[0].rubric[1] == Line(Decimal(2), "\\# 步骤\n二")


def test_a_case_has_the_types_of_its_parts():
    truth = {**PART, "type": "true_false", "stem": "合法。", "truth": "B", "points": Decimal(1)}
    single = {**PART, "stem": "谁？", "options": OPTIONS, "points": Decimal(2)}
    question = plain({**EMPTY, "type": "case", "case": "某村……", "parts": [truth, single]})
    assert [part.type for part in question.parts] == ["true_false", "single"]
    assert question.points == 3 and not faults(question)
    assert read_draft(write_question(question)) == question


def test_a_picture_stands_where_its_marker_does():
    picture = {"number": 2, "name": NAME, "alt": "流程 {甲}"}
    data = typed({"stem": "看【图2】和【图1】", "options": OPTIONS}, pictures=[picture])
    question = plain(data)
    assert question.parts[0].stem == f"看![流程 ｛甲｝](pic:{NAME})和【图1】"
    again = filled(question)
    assert again["parts"][0]["stem"] == "看【图2】和【图1】"
    assert again["pictures"] == [{**picture, "alt": "流程 ｛甲｝"}]


def test_what_no_field_holds_is_kept_while_its_text_stays():
    row = {"stem": "哪一项正确？", "options": OPTIONS}
    bold = plain(typed(row))
    text = write_question(bold).replace("哪一项正确", f"哪一项**不**正确![图](pic:{NAME})")
    before = read_draft(text)
    data = filled(before)
    assert data["parts"][0]["stem"] == "哪一项**不**正确【图1】？"
    data["pictures"][0]["alt"] = "新的说明"
    kept = plain(data, before).parts[0].stem
    assert kept == f"哪一项**不**正确![新的说明](pic:{NAME})？"
    data["parts"][0]["stem"] += "请选。"
    assert "\\*\\*不" in plain(data, before).parts[0].stem


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("60", "60"),
        ("第六十条", "60"),
        ("第 60 条", "60"),
        ("第一百二十条之一", "120之一"),
        ("120之一", "120之一"),
        ("附件二", "附件二"),
        ("", ""),
    ],
)
def test_an_article_may_be_written_as_the_law_writes_it(words, number):
    assert article(words) == number


def test_the_fields_of_every_shipped_question_give_it_back():
    assert len(FILES) > 300
    for file in FILES:
        question = read_question(file.read_text())
        assert composed(filled(question), question.id, question) == question, file


SIGNS = "村民1.2)#>-*_[]x {}|\\\n分之或±【图1】!(pic:)&<"
WORDS = st.text(st.sampled_from(SIGNS), max_size=14)
POINTS = st.none() | st.integers(1, 400).map(lambda n: Decimal(n) / 4)
KINDS = [kind.value for kind in QuestionType if kind is not QuestionType.CASE]
ANSWERS = st.text(st.sampled_from("三分2/3.± 或\n"), max_size=8)
ROWS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(KINDS),
        "points": POINTS,
        "stem": st.lists(WORDS | st.just(BLANK), max_size=4).map("".join),
        "options": st.lists(
            st.fixed_dictionaries({"text": WORDS, "right": st.booleans()}), max_size=4
        ),
        "truth": st.sampled_from(["", "A", "B"]),
        "blanks": st.lists(
            st.fixed_dictionaries({"variants": ANSWERS, "within": st.sampled_from(["", "0.1"])}),
            max_size=3,
        ),
        "rubric": st.lists(st.fixed_dictionaries({"points": POINTS, "text": WORDS}), max_size=3),
        "explanation": WORDS,
    }
)
FORMS = st.builds(
    lambda kind, rows, **more: {**EMPTY, "type": kind, "parts": rows, **more},
    st.sampled_from([*KINDS, "case"]),
    st.lists(ROWS, min_size=1, max_size=3),
    points=POINTS,
    case=WORDS,
    pictures=st.just([]) | st.just([{"number": 1, "name": NAME, "alt": "甲 {乙} __ 丙"}]),
    valid_from=st.none() | st.just(date(2026, 1, 1)),
)


@given(FORMS)
def test_whatever_is_typed_is_kept_as_a_draft_and_fills_the_fields_again(data):
    question = plain(data)
    kept = read_draft(write_question(question))
    assert kept == question
    again = composed(filled(kept), "q-1", kept)
    assert again == question
