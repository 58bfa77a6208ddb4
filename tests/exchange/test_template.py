"""A workbook that was taken home reads back as it was; one filled in by hand, as it is meant."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.bank.rules import QuestionType
from lms.exchange import filled as filled_in
from lms.exchange import template
from lms.exchange.becoming import become
from lms.exchange.facts import SHIPPED_NAMES
from lms.exchange.filled import read_template
from lms.exchange.template import pages
from lms.sheets.pages import Page
from lms.sheets.reading import read_book
from lms.sheets.writing import workbook_bytes
from tests.bank.test_files import questions
from tests.exchange.test_becoming import known

ABILITIES = {"LAW": "依法执政本领", "MAS": "群众工作本领"}


def read_file(name: str, data: bytes):
    return read_template(read_book(name, data))


def taken_home(asked, **more) -> bytes:
    return workbook_bytes(pages(asked, ABILITIES, **more))


def brought(data: bytes, name="题库.xlsx"):
    """The questions of a workbook; all of them read without a doubt."""
    read = read_file(name, data)
    assert read.refused is None
    assert [one.doubts for one in read.found if one.doubts] == []
    return [become(one, SHIPPED_NAMES).question for one in read.found]


@settings(max_examples=25)  # each a whole bank
@given(st.lists(questions().map(known), min_size=1, max_size=3))
def test_a_bank_taken_home_in_a_workbook_reads_back_equal_in_everything(asked):
    asked = [replace(one, id=f"q-{number}") for number, one in enumerate(asked)]
    assert brought(taken_home(asked, demonstration="演示数据，人名虚构")) == asked


ODD = ["=1+1", "+86", "-1", "@SUM(A1)", "_x0041_ 与 _x000D_", "前有\n\n  第二段", "'单引号"]


@pytest.mark.parametrize("stem", ODD)
def test_what_looks_like_a_formula_is_a_text_and_stays_one(stem):
    one = _plain(stem)
    assert brought(taken_home([one])) == [one]


def _plain(stem: str):
    from lms.bank.files import read_question
    from tests.bank.test_files import SINGLE

    question = read_question(SINGLE)
    return known(replace(question, parts=(replace(question.parts[0], stem=stem.strip()),)))


def test_options_that_begin_with_their_own_letters_keep_them():
    part = _plain("问").parts[0]
    options = {"A": "A. 甲", "B": "B、乙", "C": "C．丙"}
    asked = replace(_plain("问"), parts=(replace(part, options=options),))
    assert brought(taken_home([asked])) == [asked]


# ── filled in by hand ──────────────────────────────────────────────────────────────────────────


def filled(*rows: dict[str, object], title="") -> bytes:
    """The template with these rows, by their heads."""
    (page, notes) = pages([], ABILITIES)
    heads = [column.head for column in page.columns]
    lines = [[row.get(head) for head in heads] for row in rows]
    return workbook_bytes([replace(page, rows=lines, title=title), notes])


def test_the_examples_of_the_empty_template_are_not_read_and_would_be_right():
    data = workbook_bytes(template.template(ABILITIES))
    assert read_file("模板.xlsx", data).found == []
    for found in template._examples():
        became = become(found, SHIPPED_NAMES)
        assert became.faults == () and became.answered


def test_a_row_filled_in_by_hand_is_understood():
    row = {"题型*": "单选题", "题干*": "谁召集？", "选项A": "A、甲", "选项B": "B、乙"}
    (one,) = read_file(
        "我的.xlsx", filled(row | {"答案": " ｂ ", "分值": 1.5, "本领": "群众工作"})
    ).found
    assert one.options == {"A": "甲", "B": "乙"} and one.answer == {"B"}
    assert (one.type, one.points, one.place.row) == (QuestionType.SINGLE, Decimal("1.5"), 2)
    assert become(one, SHIPPED_NAMES).question.abilities == ("MAS",)


def test_a_case_is_a_row_with_the_rows_of_its_parts_below():
    case = {"题型*": "材料题", "题干*": "某村要修路。"}
    part = {"小题": 1, "题型*": "判断", "题干*": "可以。", "答案": "×", "分值": 1}
    (one,) = read_file("我的.xlsx", filled(case, part)).found
    assert [(p.type, p.answer) for p in one.parts] == [(QuestionType.TRUE_FALSE, False)]
    (orphan,) = read_file("我的.xlsx", filled(part)).found
    assert [doubt.text for doubt in orphan.doubts] == [filled_in.ORPHAN]


def test_what_cannot_be_meant_is_doubted_at_its_row():
    row = {"题型*": "抢答", "题干*": "问", "答案": "甲", "分值": "两分"}
    (one,) = read_file("我的.xlsx", filled(row, title="县委党校题库")).found
    assert [doubt.text for doubt in one.doubts] == [filled_in.NO_TYPE, filled_in.NO_POINTS]
    assert one.place.row == 3


def test_a_column_of_ones_own_is_named_and_not_lost():
    (page, notes) = pages([], ABILITIES)
    columns = [*page.columns, replace(page.columns[0], head="页码")]
    row = [None, None, "判断", "对吗？", *[None] * 6, "对"]
    row += [None] * (len(columns) - len(row) - 1) + ["35"]
    data = workbook_bytes([Page("试题", columns, [row]), notes])
    (one,) = read_file("我的.xlsx", data).found
    assert one.kept == {"页码": "35"} and one.answer is True


def test_a_text_longer_than_a_cell_is_known_beforehand():
    assert template.too_long(_plain("长" * 32_768)) and not template.too_long(_plain("短"))
