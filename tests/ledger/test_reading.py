"""A list of hours is read whatever its columns are called; what is wrong is said by row."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.ledger.reading import Claim, Common, read_hours, same
from lms.ledger.rules import HourKind
from lms.sheets.books import Book, Sheet

TODAY = date(2026, 11, 23)
ORGANISED, ONLINE = HourKind.ORGANISED, HourKind.ONLINE
ALL = Common("春季班", ORGANISED, None, date(2026, 3, 2), date(2026, 3, 6))


def read(*rows, common=ALL):
    return read_hours(Book("名单.xlsx", (Sheet("Sheet1", [*rows]),)), common, True, TODAY)


def test_columns_are_known_by_many_words_and_titles_are_passed_over():
    found = read(
        ["2026年春季进修班学时证明", "", "", ""],
        ["序号", "学员姓名", "工作单位", "认定学时"],
        [1, "王建国", "历山镇上王村", 40],
        [2, "李四五", "垣曲县", "16.5学时"],
        ["合计", "", "", 56.5],
    )
    assert [(row.row, row.name, row.unit, row.hours) for row in found] == [
        (3, "王建国", "历山镇上王村", Decimal(40)),
        (4, "李四五", "垣曲县", Decimal("16.5")),
    ]
    assert {(row.activity, row.kind, row.ended_on) for row in found} == {
        ("春季班", ORGANISED, date(2026, 3, 6))
    }
    assert not any(row.faults for row in found)


def test_what_a_row_says_counts_before_what_holds_for_all():
    (row,) = read(
        ["姓名", "学时", "培训形式", "课程名称", "完成日期"],
        ["王建国", 2, "在线学习", "党史", "2026-05-09"],
    )
    assert (row.kind, row.activity, row.ended_on) == (ONLINE, "党史", date(2026, 5, 9))


def test_a_training_that_marks_who_was_in_it_is_not_entered_by_that_name():
    (row,) = read(["姓名", "学时", "课程名称"], ["王建国", 2, "优秀年轻干部进修班"])
    assert [fault[0] for fault in row.faults] == ["课程名称"]
    assert "本系统只记培训" in row.faults[0][1]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["王建国", "很多", "2026-05-09"], "学时"),
        (["王建国", 0, "2026-05-09"], "学时"),
        (["王建国", 2.345, "2026-05-09"], "学时"),
        (["王建国", 2, "2026年5月"], "完成日期"),
        (["王建国", 2, "2026-12-01"], "结束日期"),
        (["王1国", 2, "2026-05-09"], "姓名"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(cells, column):
    (row,) = read(["姓名", "学时", "完成日期"], cells, common=Common("班", ORGANISED))
    assert [fault[0] for fault in row.faults] == [column]


def test_what_nobody_says_is_missing():
    (row,) = read(["姓名", "学时"], ["王建国", 8], common=Common())
    assert [fault[0] for fault in row.faults] == ["培训形式", "结束日期", "培训名称"]


def test_a_sheet_without_names_and_hours_is_refused():
    with pytest.raises(Invalid, match="没有找到学时名单"):
        read(["单位", "电话"], ["垣曲县", "1"])


# ── the same hours from two sources ─────────────────────────────────────────────────────────────

days = st.integers(0, 40).map(lambda n: date(2026, 3, 1) + timedelta(days=n))
claims = st.builds(
    lambda kind, one, other, what, hours: Claim(kind, *sorted((one, other)), what, hours),
    st.sampled_from(HourKind),
    days,
    days,
    st.sampled_from(["春季班", "春季班。", "党史"]),
    st.sampled_from([800, 4000]),
)


@given(claims, claims)
def test_whether_two_claims_are_the_same_says_either_of_the_other(one, other):
    assert same(one, other) == same(other, one)
    assert same(one, one)
    if one.kind is not other.kind or one.ended_on < other.began_on:
        assert not same(one, other)


def test_one_cannot_be_in_two_classrooms_but_on_line_in_two_courses():
    march = date(2026, 3, 2), date(2026, 3, 6)
    assert same(Claim(ORGANISED, *march, "甲班", 4000), Claim(ORGANISED, *march, "乙班", 800))
    assert not same(Claim(ONLINE, *march, "甲课", 4000), Claim(ONLINE, *march, "乙课", 800))
    assert same(Claim(ONLINE, *march, "甲课", 800), Claim(ONLINE, *march, "甲 课", 1600))
