"""Time. Only the roof makes a clock; everyone else is told the time."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

CITY_TIME = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day of a moment, as the city's calendar has it."""
    return moment.astimezone(CITY_TIME).date()
