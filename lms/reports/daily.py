"""How everybody on a list stood on some days, beside the last of them, in one walk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Label, Subquery, func

from lms.db import as_written
from lms.ledger.models import HourEntry
from lms.reports.days import over
from lms.training.asks import Asks
from lms.training.completion import passed_by, result


@dataclass(frozen=True)
class Daily:
    """Columns to be looked up with the completion of a list (its `more`), and what they say.

    days: the earliest first, none later than that of the completion.
    """

    asks: Asks
    days: Sequence[date]

    def columns(self) -> Iterator[Label]:
        """hours0, … of each day, and of each assessment by which day it is passed, or whether."""
        for place, day in enumerate(self.days):
            by_then = as_written(HourEntry.earned_on) <= day
            given = func.sum(HourEntry.hundredths).filter(by_then)
            yield func.coalesce(given, 0).label(f"hours{place}")
        for number, one in enumerate(self.asks.assessments):
            if not one.by_the_last:
                yield passed_by(one, [over(day) for day in self.days]).label(f"passed{number}")
                continue
            for place, day in enumerate(self.days):
                yield result(one, day).label(f"passed{number}_{place}")

    def earned(self, row: Subquery, place: int) -> ColumnElement[bool]:
        """Whether there were any hours."""
        return row.c[f"hours{place}"] > 0

    def reached(self, row: Subquery, place: int) -> ColumnElement[bool]:
        """Whether there were as many hours as are required."""
        return row.c[f"hours{place}"] >= round(self.asks.required_hours * 100)

    def passed(self, row: Subquery, place: int) -> list[ColumnElement[bool]]:
        """Of each assessment whether it was passed."""
        return [self._passed(row, number, place) for number in range(len(self.asks.assessments))]

    def _passed(self, row: Subquery, number: int, place: int) -> ColumnElement[bool]:
        if self.asks.assessments[number].by_the_last:  # what counts today did not always
            return func.coalesce(row.c[f"passed{number}_{place}"], 0) == 1
        return func.coalesce(row.c[f"passed{number}"] <= place, False)
