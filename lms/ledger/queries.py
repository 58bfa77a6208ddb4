"""Looking up hours. The scope is already on every query."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select

from lms.db import db
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind, in_hours
from lms.people.keeping import batches
from lms.people.models import Posting
from lms.people.rules import Post, in_force


def is_reversed(entry_id: int) -> bool:
    """Whether an entry has been taken back."""
    query = select(HourEntry.id).where(HourEntry.reverses_id == entry_id)
    return db.session.scalar(query) is not None


def online_given(person_id: int, day: date) -> tuple[Decimal, Decimal]:
    """The online hours that a person has of a day, and of its year."""
    of_day = func.sum(case((HourEntry.earned_on == day, HourEntry.hundredths), else_=0))
    query = select(of_day, func.sum(HourEntry.hundredths)).where(
        HourEntry.person_id == person_id,
        HourEntry.kind == HourKind.ONLINE,
        HourEntry.earned_on.between(date(day.year, 1, 1), date(day.year, 12, 31)),
    )
    of_day_, of_year = db.session.execute(query).one()
    return in_hours(int(of_day_ or 0)), in_hours(int(of_year or 0))


def posts_then(wanted: Iterable[tuple[int, int, date]]) -> dict[tuple[int, int, date], Post]:
    """(person, unit, day) → the post held that day: in that unit, else the first elsewhere."""
    asked = set(wanted)
    held = _held({person for person, _, _ in asked})
    found = {}
    for person, unit, day in asked:
        then = [one for one in held.get(person, ()) if in_force(one.from_on, one.to_on, day)]
        here = [one for one in then if one.org_id == unit]
        if then:
            found[person, unit, day] = (here or then)[0].post
    return found


def _held(persons: Collection[int]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = {}
    for some in batches(sorted(persons)):
        columns = (Posting.org_id, Posting.post, Posting.from_on, Posting.to_on)
        query = select(Posting.person_id, *columns).where(Posting.person_id.in_(some))
        for row in db.session.execute(query.order_by(Posting.id)):
            found.setdefault(row.person_id, []).append(row)  # type: ignore[arg-type]
    return found
