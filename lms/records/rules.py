"""What a record says of a person's years, and what a printed copy of it confirms. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from lms.ledger.owing import Year
from lms.ledger.reckoning import entered_late
from lms.ledger.rules import HourKind, in_hours
from lms.people.rules import Post, in_force, masked_name

YEARS = 5  # shown at most: the span for which the highest requirement is made


@dataclass(frozen=True)
class Entry:
    """One row of the ledger as a record shows it. late: 补录; taken_back: another reverses it."""

    id: int
    earned_on: date
    began_on: date | None
    kind: HourKind
    hours: Decimal
    planned: Decimal | None
    unit: str
    post: Post | None
    activity: str
    programme: str | None
    rule: str
    evidence: str | None
    recorded_on: date
    recorded_by: int | None
    confirmed_by: int | None
    reverses: bool
    why: str | None
    late: bool = False
    taken_back: bool = False


@dataclass(frozen=True)
class Held:
    """A post as the roster has it, from a day to a day (not included)."""

    post: Post
    rank: str | None
    title: str | None
    unit: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class Missing:
    """What somebody still lacks on a list of this year. hours: 0 where none."""

    programme: str
    title: str
    closes_on: date
    hours: Decimal
    assessed: int  # assessments that are asked
    sat: int
    passed: int


def held_on(posts: Iterable[Held], day: date) -> list[tuple[Post, str | None]]:
    """Posts and ranks of a day."""
    return [(one.post, one.rank) for one in posts if in_force(one.from_on, one.to_on, day)]


def last_day(year: int, today: date) -> date:
    """The day as of which a year is looked at: its last, or today."""
    return min(date(year, 12, 31), today)


def years_of(entries: Iterable[Entry], today: date) -> list[int]:
    """The years of a record, this one first; without a gap, and no more than five."""
    first = min((one.earned_on.year for one in entries), default=today.year)
    return list(range(today.year, max(first, today.year - YEARS + 1) - 1, -1))


def earned(entries: Iterable[Entry]) -> dict[tuple[int, HourKind], Decimal]:
    """(year, kind) → hours. A reversing entry is negative, so that the sum is the truth."""
    found: dict[tuple[int, HourKind], Decimal] = {}
    for one in entries:
        key = one.earned_on.year, one.kind
        found[key] = found.get(key, Decimal(0)) + one.hours
    return found


def is_late(earned_on: date, recorded_on: date, closes: Decimal) -> bool:
    """补录: entered after the year was closed."""
    return entered_late(earned_on, recorded_on, int(closes))


@dataclass(frozen=True)
class YearLine:
    """A year of a record: hours by kind, and how far what was owed is met."""

    year: int
    hours: Mapping[HourKind, Decimal]
    stands: Year

    @property
    def total(self) -> Decimal:
        return sum(self.hours.values(), Decimal(0))


# ── what a printed copy confirms ────────────────────────────────────────────────────────────────


def copied(name: str, unit: str, lines: Sequence[YearLine], certificates: int) -> dict[str, Any]:
    """The facts behind the code of a copy: the person masked, the years in plain numbers."""
    return {
        "name": masked_name(name),
        "unit": unit,
        "years": [
            {
                "year": line.year,
                "hours": {kind.value: str(hours) for kind, hours in line.hours.items()},
                "met": None if line.stands.owes_nothing else line.stands.is_met,
            }
            for line in lines
        ],
        "certificates": certificates,
    }


def digest_of(facts: Mapping[str, Any]) -> str:
    """The fingerprint of what was printed; alike whenever the facts are."""
    return sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def hours_said(kept: Mapping[str, str]) -> dict[HourKind, Decimal]:
    """The hours of a kept year again."""
    return {HourKind(kind): Decimal(hours) for kind, hours in kept.items()}


def hundredths_said(kept: int | None) -> Decimal | None:
    """Hundredths as hours; none where nothing was planned."""
    return None if kept is None else in_hours(kept)
