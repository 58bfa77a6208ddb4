"""Which days are worked: weekends, and the arrangement of holidays of a year, as data."""

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


@dataclass(frozen=True)
class Calendar:
    """Days off and days worked beside the ordinary week; a year without any has only weekends."""

    rest: frozenset[date] = field(default_factory=frozenset)
    work: frozenset[date] = field(default_factory=frozenset)

    def works(self, day: date) -> bool:
        return day in self.work or (day.weekday() < SATURDAY and day not in self.rest)

    def after(self, day: date, many: int) -> date:
        """The day so many working days later."""
        while many > 0:
            day += DAY
            many -= self.works(day)
        return day


def read(*texts: str) -> Calendar:
    """The calendar that these files say, a later one in place of an earlier, year by year."""
    years: dict[int, Mapping[str, Any]] = {}
    for text in texts:
        years |= yaml.safe_load(text) or {}
    return Calendar(
        frozenset(day for year in years.values() for day in _days(year.get("rest") or ())),
        frozenset(day for year in years.values() for day in _days(year.get("work") or ())),
    )


def _days(said: Iterable[date | str]) -> Iterator[date]:
    for one in said:
        first, _, last = str(one).partition("/")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError as wrong:
            raise Invalid(
                "节假日文件里的“{said}”不是日期，请改为 2026-10-01。", said=one
            ) from wrong
        while day <= end:
            yield day
            day += DAY


def calendar(var: Path) -> Calendar:
    """The calendar of this house. A city's own file is read anew when it was changed."""
    own = var / OWN
    return _kept(own, own.stat().st_mtime_ns if own.is_file() else 0)


@cache
def _kept(own: Path, changed: int) -> Calendar:
    return read(SHIPPED.read_text(), own.read_text() if changed else "")
