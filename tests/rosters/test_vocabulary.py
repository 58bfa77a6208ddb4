"""Columns are known by the heads that offices give them."""

import pytest

from lms.rosters.vocabulary import FIELD_NAMES, FIELD_WORDS, Field, column_of
from lms.sheets.cells import label


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("姓 名", Field.NAME),
        ("名字", Field.NAME),
        ("公民身份号码", Field.ID_NUMBER),
        ("身份证号码*", Field.ID_NUMBER),
        ("身份证号（必填）", Field.ID_NUMBER),
        ("联系\n电话", Field.PHONE),
        ("手机号码（用于登录）", Field.PHONE),
        ("县（市、区）", Field.COUNTY),
        ("乡镇（街道）", Field.TOWNSHIP),
        ("乡镇／街道", Field.TOWNSHIP),
        ("村（社区）", Field.VILLAGE),
        ("行政村", Field.VILLAGE),
        ("工作单位", Field.UNIT),
        ("工作单位及职务", Field.UNIT_AND_POST),
        ("现任职务", Field.POST),
        ("出生年月（如1970.03）", Field.BORN),
        ("任现职时间", Field.SINCE),
        ("派出单位", Field.HOME_UNIT),
        ("挂职单位", Field.HOST_UNIT),
        ("人员编号：", Field.NUMBER),
        ("备 注", Field.REMARK),
    ],
)
def test_a_head_is_known_in_its_usual_words(head, field):
    assert column_of(label(head))[0] is field


@pytest.mark.parametrize("head", ["入党时间", "是否退役军人", "", "*", "（必填）"])
def test_other_heads_are_the_units_own(head):
    assert column_of(label(head)) is None


def test_no_word_stands_for_two_columns():
    words = [word for line in FIELD_WORDS.values() for word in line.split()]
    assert len(words) == len(set(words))


def test_every_column_has_a_name_that_it_is_known_by():
    assert set(FIELD_NAMES) == set(Field)
    assert all(column_of(label(name))[0] is field for field, name in FIELD_NAMES.items())
