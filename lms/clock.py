"""Time. Only the roof makes a clock; everyone else is told the time."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

CITY_TIME = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1900, 2199  # of a day that somebody can mean


def system_clock() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day of a moment, as the city's calendar has it."""
    return moment.astimezone(CITY_TIME).date()


def start_of(day: date) -> datetime:
    """The moment at which a day of the city begins."""
    return datetime.combine(day, time.min, CITY_TIME)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of that month where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
