"""What waits, since when and until when; what was left over is carried on by its name. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.clock import day_of
from lms.holidays.days import Calendar

SHOWN = 5  # of a kind by name: the oldest; the door leads to all
# How many working days a kind may take, where nothing else says until when.
DAYS = {
    "lists": 5,
    "corrections": 3,
    "complaints": 5,
    "imports": 2,
    "bank imports": 2,
    "transfers": 3,
    "successors": 10,
    "reviews": 5,
    "faults": 5,
    "returned": 5,
    "laws": 10,
    "failed jobs": 1,
    "exemptions": 3,
    "own reliefs": 2,
    "list changes": 5,
    "holidays": 20,
    "hour lists": 3,
    "numbers": 1,
    "attendance": 1,
    "leaves": 1,
    "appeals": 5,
    "readings": 3,
    "unread": 5,
    "deferrals": 3,
    "late": 2,
    "keyed": 1,
    "overdue": 3,
    "nominations": 3,
    "namings": 3,
    "incidents": 1,
}


@dataclass(frozen=True)
class Item:
    """One thing that waits: what it is called, whose it is, since when, until which day."""

    what: str
    owner: str
    since: datetime
    due_on: date

    def carried(self, today: date) -> int:
        """For how many days it has been carried over; 0 for what came today."""
        return max((today - day_of(self.since)).days, 0)

    def overdue(self, today: date) -> int:
        """By how many days it is late."""
        return max((today - self.due_on).days, 0)


@dataclass(frozen=True)
class Waiting:
    """So many things of a kind wait, the oldest by name; the page knows their words and door."""

    kind: str
    count: int
    items: tuple[Item, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.items)

    def late(self, today: date) -> bool:
        return any(one.overdue(today) for one in self.items)


Row = tuple[str, str, datetime, date | None]  # what, whose, since, until (none: as the kind has it)
Found = tuple[int, Sequence[Row]]


def waiting(kind: str, found: Found, calendar: Calendar) -> Waiting:
    """What a query found, with the day until which each has to be done."""
    count, rows = found
    items = tuple(
        Item(what, owner, since, due or calendar.after(day_of(since), DAYS[kind]))
        for what, owner, since, due in rows[:SHOWN]
    )
    return Waiting(kind, count, items)


def most_urgent_first(kinds: Sequence[Waiting], today: date) -> list[Waiting]:
    """What is late stands before what is not; within that, the oldest day to be done by."""
    return sorted(
        kinds,
        key=lambda one: (
            not one.late(today),
            min((item.due_on for item in one.items), default=date.max),
        ),
    )
