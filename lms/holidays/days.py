"""Which days are worked: weekends, and the arrangement of holidays of a year, as data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lms.errors import Invalid

SHIPPED = Path(__file__).parent / "holidays.yaml"
OWN = "holidays.yaml"  # in var: the city's own
DAY = timedelta(days=1)
SATURDAY = 5
APART = re.compile(r"[、，,；;。\s]+")  # what stands between two days
# 2027年10月1日, 2027-10-01, 10月1日; and to which day, where it is a stretch
SPAN = re.compile(
    r"(?:(\d{4})[-年])?(\d{1,2})[-月](\d{1,2})日?"
    r"(?:[至到/~—–](?:(?:(\d{4})[-年])?(\d{1,2})[-月])?(\d{1,2})日?)?"
)


@dataclass(frozen=True)
class Calendar:
    """Days off and days worked beside the ordinary week; a year without any has only weekends."""

    rest: frozenset[date] = field(default_factory=frozenset)
    work: frozenset[date] = field(default_factory=frozenset)
    years: frozenset[int] = field(default_factory=frozenset)  # of which there is an arrangement

    def works(self, day: date) -> bool:
        return day in self.work or (day.weekday() < SATURDAY and day not in self.rest)

    def after(self, day: date, many: int) -> date:
        """The day so many working days later."""
        while many > 0:
            day += DAY
            many -= self.works(day)
        return day


@dataclass(frozen=True)
class Year:
    """The arrangement of a year: days off, days worked beside the week, and what says so."""

    year: int
    source: str
    rest: tuple[str, ...]  # a day, or from/to (included)
    work: tuple[str, ...]


def years_in(*texts: str) -> dict[int, Year]:
    """The years that these files tell of, a later one in place of an earlier."""
    years: dict[int, Mapping[str, Any]] = {}
    for text in texts:
        years |= yaml.safe_load(text) or {}
    return {
        year: Year(
            year,
            str(said.get("source") or ""),
            tuple(map(str, said.get("rest") or ())),
            tuple(map(str, said.get("work") or ())),
        )
        for year, said in years.items()
    }


def made_of(years: Iterable[Year]) -> Calendar:
    """The calendar of these years. Raises Invalid for what is no day."""
    known = list(years)
    return Calendar(
        frozenset(day for one in known for day in days_in(one.rest)),
        frozenset(day for one in known for day in days_in(one.work)),
        frozenset(one.year for one in known),
    )


def read(*texts: str) -> Calendar:
    """The calendar that these files say."""
    return made_of(years_in(*texts).values())


def spans_in(said: Iterable[str]) -> Iterator[tuple[date, date]]:
    """From which day to which (included), of days and stretches as they are written."""
    for one in said:
        first, _, last = one.partition("/")
        try:
            yield date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError as wrong:
            raise Invalid(
                "节假日文件里的“{said}”不是日期，请改为 2026-10-01。", said=one
            ) from wrong


def days_in(said: Iterable[str]) -> Iterator[date]:
    """Each day of them."""
    for day, end in spans_in(said):
        while day <= end:
            yield day
            day += DAY


def calendar(var: Path) -> Calendar:
    """The calendar as the files of this house have it."""
    return made_of(of_files(var).values())


def of_files(var: Path) -> dict[int, Year]:
    """What is shipped, and a city's own file, which is read anew when it was changed."""
    own = var / OWN
    return _kept(own, own.stat().st_mtime_ns if own.is_file() else 0)


@cache
def _kept(own: Path, changed: int) -> dict[int, Year]:
    return years_in(SHIPPED.read_text(), own.read_text() if changed else "")


# ── as somebody types it ────────────────────────────────────────────────────────────────────────


def as_written(text: str, year: int) -> tuple[str, ...]:
    """The days of a notice: 2027-10-01, 10月1日至7日, 10-1 to 10-7, one after another.

    Raises Invalid for what is no day, or lies far from the year.
    """
    said = tuple(_written(part, year) for part in APART.split(text.strip()) if part)
    for day in days_in(said):
        if not date(year - 1, 12, 20) <= day <= date(year + 1, 1, 10):
            raise Invalid("{day} 不在 {year} 年的安排里，请核对。", day=day, year=year)
    return said


def _written(part: str, year: int) -> str:
    found = SPAN.fullmatch(part)
    if not found:
        raise Invalid(
            "“{said}”不是日期，请写成 {year}-10-01 或 10月1日至7日。", said=part, year=year
        )
    first_year, month, day, last_year, last_month, last_day = (
        int(one) if one else None for one in found.groups()
    )
    first = _iso(first_year or year, month, day)
    if last_day is None:
        return first
    return f"{first}/{_iso(last_year or first_year or year, last_month or month, last_day)}"


def _iso(year: int, month: int | None, day: int | None) -> str:
    try:
        return date(year, month or 0, day or 0).isoformat()
    except ValueError as wrong:
        raise Invalid("没有 {month} 月 {day} 日，请核对。", month=month, day=day) from wrong


def refuse_arrangement(one: Year) -> None:
    """Days off and days worked are apart, and a working day beside the week is at a weekend."""
    rest, work = set(days_in(one.rest)), set(days_in(one.work))
    if not rest:
        raise Invalid("请至少写一个放假的日子。")
    for day in sorted(rest & work):
        raise Invalid("{day} 同时写在放假和上班里，请核对。", day=day)
    for day in sorted(work):
        if day.weekday() < SATURDAY:
            raise Invalid("{day} 本来就是工作日，不用写在调休上班里。", day=day)
