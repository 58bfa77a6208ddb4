"""Reads days as offices write them, with or without the day of the month."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.errors import Invalid
from lms.sheets.books import Value
from lms.sheets.cells import text

EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar, as its dates since March 1900 count
FIRST_SERIAL, LAST_SERIAL = 10_000, 80_000  # 1927 to 2119; a smaller number is a year
WIDE_MARKS = str.maketrans("．－／–—〇", ".-/--0")
SEPARATED = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
TIGHT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?")
CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


@dataclass(frozen=True)
class Day:
    """A day, or a month where only that is known (day is None)."""

    year: int
    month: int
    day: int | None = None

    def __str__(self) -> str:
        month = f"{self.year:04}-{self.month:02}"
        return month if self.day is None else f"{month}-{self.day:02}"

    @property
    def first(self) -> date:
        """The day itself, or the first of the month."""
        return date(self.year, self.month, self.day or 1)

    def agrees_with(self, other: date) -> bool:
        """Whether both can be the same day."""
        same_month = (self.year, self.month) == (other.year, other.month)
        return same_month and self.day in (None, other.day)


def read_day(value: Value | None) -> Day | None:
    """The day in a cell, None where it is empty; refuses what is no day."""
    if isinstance(value, datetime | date):
        return Day(value.year, value.month, value.day)
    if isinstance(value, float) and not value.is_integer():
        return _fraction(value)
    written = text(value)
    if not written:
        return None
    day = _written(CLOCK.sub("", written.translate(WIDE_MARKS)).replace(" ", ""))
    if day is None:
        raise _no_day(written)
    return day


def _written(found: str) -> Day | None:
    match = SEPARATED.fullmatch(found) or TIGHT.fullmatch(found)
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        return _valid(year or 0, month or 0, day)
    if found.isdecimal() and FIRST_SERIAL <= int(found) <= LAST_SERIAL and len(found) == 5:
        serial = EPOCH + timedelta(days=int(found))
        return Day(serial.year, serial.month, serial.day)
    return None


def _fraction(value: float) -> Day:
    """1971.05 typed as a number; 1971.1 lost a zero at its end, or never had one."""
    written = repr(value)
    match = re.fullmatch(r"((?:19|20)\d{2})\.(\d{1,2})", written)
    if match and match[2] == "1":
        raise Invalid(
            "“{written}”可能是 1 月，也可能是 10 月（数字单元格会去掉末尾的 0）。"
            "请改成 {year}-01 或 {year}-10。",
            written=written,
            year=match[1],
        )
    if match:
        day = _valid(int(match[1]), int(match[2]), None)
        if day:
            return day
    if FIRST_SERIAL <= value <= LAST_SERIAL:
        serial = EPOCH + timedelta(days=int(value))
        return Day(serial.year, serial.month, serial.day)
    raise _no_day(written)


def _valid(year: int, month: int, day: int | None) -> Day | None:
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    if not 1900 <= year <= 2100:
        return None
    return Day(year, month, day or None)


def _no_day(written: str) -> Invalid:
    return Invalid(
        "“{written}”不是可读的日期，请写成 2026-01-05、2026年1月5日，或只写年月 2026-01。",
        written=written[:30],
    )
