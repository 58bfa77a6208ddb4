"""What of the demonstration city has been laid down so far, so that the next step finds it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar

from lms.clock import CITY_TIME, day_of
from lms.demonstration.persons import PlannedPerson
from lms.demonstration.units import CITY
from lms.errors import NotFound
from lms.settings import Settings
from lms.web import transaction

Row = TypeVar("Row")
BATCH = 1000  # rows in one transaction


class Say(Protocol):
    """Tells whoever waits what is being done, and how far it is."""

    def __call__(self, text: str, done: int | None = None, total: int | None = None) -> None: ...


@dataclass(frozen=True)
class Known:
    """A person of the plan, with the id that the database gave. unit_id: the home unit."""

    id: int
    unit_id: int
    plan: PlannedPerson


@dataclass
class City:
    """The house it is laid down in, the moment of loading, units by code, who holds which post.

    began: when the training had begun; closes: when it ends. The first is behind us, so that
    much has happened since.
    """

    house: Settings
    now: datetime
    say: Say
    units: dict[str, int] = field(default_factory=dict)
    held: dict[tuple[str, str], list[Known]] = field(default_factory=lambda: defaultdict(list))

    @property
    def began(self) -> datetime:
        return at(self.today - timedelta(days=35), time(8))

    @property
    def closes(self) -> datetime:
        return at(self.today + timedelta(days=60), time(23, 59))

    @property
    def today(self) -> date:
        return day_of(self.now)

    @property
    def id(self) -> int:
        """The unit above all others."""
        return self.units[CITY]

    def holder(self, unit: str, post: str, place: int = 0) -> Known:
        """The first, or a later one, of those who hold a post. unit: its code."""
        found = self.held.get((unit, post), [])
        if place >= len(found):
            raise NotFound("演示数据中没有 {unit} 的 {post}。", unit=unit, post=post)
        return found[place]

    def in_slices(
        self, text: str, rows: Sequence[Row], act: Callable[[Sequence[Row]], object]
    ) -> None:
        """Do this with a thousand rows at a time; each slice is kept, and told."""
        done = 0
        for batch in slices(rows):
            act(batch)
            transaction.finish()
            done += len(batch)
            self.say(text, done, len(rows))


def at(day: date, hour: time) -> datetime:
    """A moment by the city's clocks."""
    return datetime.combine(day, hour, CITY_TIME)


def slices(rows: Sequence[Row], size: int = BATCH) -> Iterator[Sequence[Row]]:
    """The rows, so many at a time."""
    return (rows[at : at + size] for at in range(0, len(rows), size))


def counties_of(codes: Iterable[str]) -> list[str]:
    """The counties among these codes, in administrative order."""
    return sorted(code for code in codes if len(code) == 6 and code.isdigit())
