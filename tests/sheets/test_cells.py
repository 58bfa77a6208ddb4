"""Single cells: text, names, long numbers, columns."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.sheets import cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("１３８ＡＢｃ", "138ABc"),
        ("　张三 ", "张三"),
        ("a\u00a0b", "a b"),
        ("张\u200b三\ufeff", "张三"),
        ("甲\r\n乙", "甲\n乙"),
        ("甲_x000D_\n乙", "甲\n乙"),
        ("县（市、区）", "县（市、区）"),
        ("⼈⼤⼯委", "人大工委"),
        ("a\x07b", "ab"),
        (13812345678.0, "13812345678"),
        (7, "7"),
        (0.5, "0.5"),
        (True, "是"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 8, 30), "2026-01-05 08:30"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_cell_becomes_clean_text(value, text):
    assert cells.text(value) == text


@given(st.text())
def test_clean_text_stays_as_it_is(written):
    once = cells.text(written)
    assert cells.text(once) == once


@pytest.mark.parametrize(
    ("value", "label"),
    [("姓 名", "姓名"), ("出生\n年月", "出生年月"), ("县（市、区）", "县(市、区)"), (" ", "")],
)
def test_a_head_has_no_spaces(value, label):
    assert cells.label(value) == label


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张 三", "张三"),
        ("张　　三", "张三"),
        ("欧阳 修", "欧阳修"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉‧买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 ∙ 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("阿依古丽 买买提", "阿依古丽 买买提"),
        ("王䶮", "王䶮"),
        ("李 𫖯", "李𫖯"),
        ("㛃 〇", "㛃〇"),
    ],
)
def test_a_name_has_one_form(written, name):
    assert cells.name(written) == name


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (13812345678.0, "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234—5678", "13812345678"),
        ("１４０８", "1408"),
        ("14080219700101001x", "14080219700101001x"),
    ],
)
def test_a_long_number_has_no_spaces_and_dashes(value, number):
    assert cells.number(value) == number


@pytest.mark.parametrize(
    "value", [140802197001010016.0, 140802197001010016, "1.40802E+17", "1.40802e17", 1e15]
)
def test_a_number_whose_last_digits_are_lost_is_refused_with_the_reason(value):
    with pytest.raises(Invalid, match="前 15 位"):
        cells.number(value)


@pytest.mark.parametrize(
    "value", [999_999_999_999_999.0, True, "P000E12", "140802197001010016", ""]
)
def test_a_number_that_is_whole_is_not_refused(value):
    assert not cells.destroyed(value)


@given(st.integers(1, 16384))
def test_the_letters_of_a_column_tell_its_place(column):
    assert cells.place(cells.letters(column)) == column


def test_columns_are_lettered_as_spreadsheets_do():
    assert [cells.letters(n) for n in (1, 26, 27, 200, 703)] == ["A", "Z", "AA", "GR", "AAA"]
