"""A table is found below its titles, and its lines come without totals and notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.sheets.books import Sheet
from lms.sheets.tables import find_table

WORDS = {"姓名", "性别", "单位", "职务", "手机", "任职时间", "备注"}


def known(label: str) -> bool:
    return label in WORDS


def table(rows, merged=()):
    return find_table(Sheet("名册", rows, merged=tuple(merged)), known)


def names(found, column):
    return [line.value(column) for line in found.lines]


def test_a_head_is_found_below_title_rows():
    found = table(
        [
            ["垣曲县村干部名册", "", ""],
            ["填报单位：历山镇", "", "2026年1月"],
            [],
            ["姓 名", "性\n别", "单 位"],
            ["张三", "男", "上王村"],
        ]
    )
    assert found.head.last_row == 4
    assert [heading.label for heading in found.headings] == ["姓名", "性别", "单位"]
    assert found.title == ("垣曲县村干部名册", "填报单位：历山镇", "2026年1月")
    assert [(line.row, line.cells[0]) for line in found.lines] == [(5, "张三")]


def test_a_head_of_two_merged_rows_gives_groups():
    found = table(
        [
            ["名册", "", "", "", ""],
            ["序号", "姓名", "任职情况", "", "备注"],
            ["", "", "职务", "任职时间", ""],
            [1.0, "张三", "支书", "202101", ""],
        ],
        [(1, 1, 1, 5), (2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 4), (2, 5, 3, 5)],
    )
    assert [h.full for h in found.headings] == [
        "序号",
        "姓名",
        "任职情况/职务",
        "任职情况/任职时间",
        "备注",
    ]
    assert names(found, 3) == ["支书"]


def test_sub_heads_that_nobody_knows_still_belong_to_the_head():
    found = table(
        [
            ["姓名", "单位", "家庭成员", ""],
            ["", "", "父", "母"],
            ["张三", "上王村", "张一", "李一"],
        ],
        [(1, 3, 1, 4)],
    )
    assert [h.full for h in found.headings] == ["姓名", "单位", "家庭成员/父", "家庭成员/母"]
    assert names(found, 1) == ["张三"]


def test_a_head_of_two_rows_is_found_where_nothing_is_merged():
    found = table(
        [
            ["序号", "姓名", "任职情况", "", "备注"],
            ["", "", "职务", "任职时间", ""],
            ["1", "张三", "支书", "202101", ""],
        ]
    )
    assert [h.full for h in found.headings][2:] == ["任职情况/职务", "任职情况/任职时间", "备注"]
    assert names(found, 2) == ["张三"]


def test_a_title_over_the_whole_width_is_no_group():
    found = table([["名册", "", ""], ["姓名", "单位", "职务"], ["张三", "a", "b"]], [(1, 1, 1, 3)])
    assert [h.group for h in found.headings] == ["", "", ""]


def test_a_cell_merged_over_rows_counts_in_each():
    found = table(
        [["单位", "姓名"], ["上王村", "张三"], ["", "李四"], ["", "王五"], ["下王村", "赵六"]],
        [(2, 1, 4, 1)],
    )
    assert names(found, 1) == ["上王村", "上王村", "上王村", "下王村"]


def test_a_cell_merged_over_columns_counts_in_the_first():
    found = table([["单位", "姓名", "备注"], ["上王村", "张三", ""]], [(2, 2, 2, 3)])
    assert found.lines[0].cells == ["上王村", "张三", ""]


@pytest.mark.parametrize(
    "row",
    [
        ["合计", "", 3.0],
        ["", "小  计", 3.0],
        ["总计：", "", "3人"],
        ["历山镇小计", "", 2.0],
        ["", "共计12人", ""],
    ],
)
def test_totals_are_left_out(row):
    found = table([["单位", "姓名", "职务"], ["上王村", "张三", "支书"], row])
    assert len(found.lines) == 1
    assert found.totals == (3,)


@pytest.mark.parametrize(
    "row",
    [
        ["备注：本表一式两份", "", ""],
        ["说明：1.按村填写", "", ""],
        ["注：含挂职干部", "", ""],
        ["注1 含挂职干部", "", ""],
        ["（注：含挂职干部）", "", ""],
        ["填表人：李四", "", "审核人：王五"],
        ["审核人：", "填表人：", ""],
        ["填报日期：2026年1月5日", "", ""],
        ["单位（盖章）：", "", "日期："],
    ],
)
def test_notes_are_kept_apart(row):
    found = table([["单位", "姓名", "职务"], ["上王村", "张三", "支书"], row])
    assert len(found.lines) == 1
    assert [number for number, _ in found.notes] == [3]


@pytest.mark.parametrize("row", [[], ["", " ", ""], [2.0, "", ""], ["3", "", ""]])
def test_empty_rows_are_left_out_even_when_numbered(row):
    found = table([["序号", "姓名", "单位"], [1.0, "张三", "上王村"], row])
    assert len(found.lines) == 1


def test_a_row_that_holds_only_a_name_is_a_line():
    found = table([["序号", "姓名", "单位"], ["", "张三", ""]])
    assert names(found, 2) == ["张三"]


def test_the_head_printed_again_and_the_row_of_numbers_are_left_out():
    found = table(
        [
            ["姓名", "单位", "职务"],
            ["1", "2", "3"],
            ["张三", "上王村", "支书"],
            ["姓名", "单位", "职务"],
            ["李四", "下王村", "支书"],
        ]
    )
    assert names(found, 1) == ["张三", "李四"]


def test_a_row_that_names_what_follows_is_its_section():
    found = table(
        [
            ["序号", "姓名", "单位"],
            ["一、历山镇（2人）", "", ""],
            [1.0, "张三", "上王村"],
            ["二、蒲掌乡", "", ""],
            [2.0, "李四", "下王村"],
        ],
        [(2, 1, 2, 3), (4, 1, 4, 3)],
    )
    assert [line.section for line in found.lines] == ["一、历山镇（2人）", "二、蒲掌乡"]


def test_no_head_no_table():
    assert table([["a", "b"], ["c", "d"]]) is None
    assert table([]) is None
    assert table([["姓名"]] * 3) is None


def test_words_of_a_head_far_down_are_not_looked_for():
    assert table([["x"]] * 50 + [["姓名", "单位"]]) is None


def test_lines_may_be_shorter_than_the_head():
    found = table([["姓名", "单位", "职务"], ["张三", "上王村"]])
    assert found.lines[0].value(3) == ""


def test_merges_without_end_are_refused():
    rows = [["姓名", "单位"]] + [["张三", "上王村"]] * 30_000
    merged = [(2, 1 + n % 100, 30_001, 1 + n % 100) for n in range(200)]
    with pytest.raises(Invalid, match="合并单元格过多"):
        table(rows, merged)


CELLS = st.sampled_from(["", "姓名", "单位", "职务", "张三", "合计", "备注：", 1.0, "历山镇", " "])
MERGES = st.tuples(*[st.integers(1, 9)] * 4).map(
    lambda m: (min(m[0], m[2]), min(m[1], m[3]), max(m[0], m[2]), max(m[1], m[3]))
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.lists(MERGES, max_size=4))
def test_whatever_stands_in_a_sheet_no_line_is_invented(rows, merged):
    found = table(rows, merged)
    if found:
        numbers = [line.row for line in found.lines]
        assert numbers == sorted(set(numbers))
        assert all(found.head.last_row < number <= len(rows) for number in numbers)
        assert all(any(value != "" for value in rows[number - 1]) for number in numbers)
