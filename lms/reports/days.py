"""When a day is over in the city. Pure."""

from datetime import date, datetime, time, timedelta

from lms.clock import CITY_TIME


def over(as_of: date) -> datetime:
    """The moment at which a day is over in the city."""
    return datetime.combine(as_of + timedelta(days=1), time(), CITY_TIME)
