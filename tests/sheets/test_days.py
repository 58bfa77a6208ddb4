"""Days in the forms that offices write."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.sheets.days import EPOCH, Day, read_day

FIFTH = Day(2026, 1, 5)
JANUARY = Day(2026, 1)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026年1月5日", FIFTH),
        ("2026年01月05日", FIFTH),
        ("2026-1-5", FIFTH),
        ("2026/01/05", FIFTH),
        ("2026.1.5", FIFTH),
        ("２０２６．０１．０５", FIFTH),
        ("2026 年 1 月 5 日", FIFTH),
        ("2026-01-05 00:00:00", FIFTH),
        ("20260105", FIFTH),
        (20260105.0, FIFTH),
        (46027.0, FIFTH),
        ("46027", FIFTH),
        (46027.25, FIFTH),
        (date(2026, 1, 5), FIFTH),
        (datetime(2026, 1, 5, 8), FIFTH),
        ("2026年1月", JANUARY),
        ("2026.01", JANUARY),
        ("2026-01", JANUARY),
        ("2026/1", JANUARY),
        ("202601", JANUARY),
        (202601.0, JANUARY),
        (2026.01, JANUARY),
        (1971.12, Day(1971, 12)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_day_is_read_in_the_forms_of_offices(value, day):
    assert read_day(value) == day


@pytest.mark.parametrize(
    "value",
    ["2026", "2026年", "2026-13", "2026-2-30", "202613", "五月", "26.1.5", "0000-01-01", 7.0, True]
    + [2026.13, 99999999.0, "2026-1-5至今", "1971.1.1.1"],
)
def test_what_is_no_day_is_refused_with_the_forms_to_use(value):
    with pytest.raises(Invalid, match="不是可读的日期"):
        read_day(value)


def test_a_month_that_lost_its_zero_is_asked_back():
    with pytest.raises(Invalid) as refused:
        read_day(1971.1)
    assert "1971-01 或 1971-10" in str(refused.value)
    assert read_day("1971.1") == Day(1971, 1)


@given(st.dates(date(1928, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_from_every_form(day):
    expected = Day(day.year, day.month, day.day)
    for form in ("{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0:%Y-%m-%d}", "{0:%Y.%m.%d}"):
        assert read_day(form.format(day)) == expected
    assert read_day(float((day - EPOCH) // timedelta(days=1))) == expected
    assert read_day(str(Day(day.year, day.month))) == Day(day.year, day.month)


def test_a_day_shows_what_is_known_of_it():
    assert [str(FIFTH), str(JANUARY)] == ["2026-01-05", "2026-01"]
    assert JANUARY.first == date(2026, 1, 1)
    assert JANUARY.agrees_with(date(2026, 1, 31))
    assert not FIFTH.agrees_with(date(2026, 1, 6))
    assert not JANUARY.agrees_with(date(2026, 2, 1))
