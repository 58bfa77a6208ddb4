"""The calendar of this house: as it is shipped, in the city's own file, entered on a page."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from lms.audit.services import record
from lms.db import db
from lms.errors import Invalid
from lms.holidays import days
from lms.holidays.days import Calendar, Year
from lms.holidays.models import HolidayYear

NEXT_IN = 11  # the month in which the notice for the next year comes


def known(var: Path) -> dict[int, Year]:
    """Year → its arrangement; what was entered on the page stands in place of a file."""
    entered = db.session.scalars(select(HolidayYear).order_by(HolidayYear.id))
    own = {one.year: _year(one) for one in entered}
    return dict(sorted((days.of_files(var) | own).items()))


def _year(one: HolidayYear) -> Year:
    return Year(one.year, one.source, tuple(one.rest), tuple(one.work))


def calendar(var: Path) -> Calendar:
    """Which days are worked, as far as anybody has said."""
    return days.made_of(known(var).values())


def lacking(var: Path, day: date) -> list[int]:
    """Years whose arrangement is needed and not there: this one; late in it, the next."""
    wanted = [day.year] + [day.year + 1] * (day.month >= NEXT_IN)
    there = known(var)
    return [year for year in wanted if year not in there]


def say(year: int, source: str, rest: str, work: str, now: datetime, by: int) -> HolidayYear:
    """Enter the arrangement of a year, as its notice has it; an earlier entry stays behind."""
    if not source.strip():
        raise Invalid("请写明依据的通知。")
    said = Year(year, source.strip(), days.as_written(rest, year), days.as_written(work, year))
    days.refuse_arrangement(said)
    row = HolidayYear(
        year=year,
        source=said.source,
        rest=list(said.rest),
        work=list(said.work),
        said_at=now,
        said_by=by,
    )
    db.session.add(row)
    db.session.flush()
    record("set holidays", now, whom=row, year=year, rest=row.rest, work=row.work)
    return row
