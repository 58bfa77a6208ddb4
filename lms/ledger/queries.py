"""Looking up hours. The scope is already on every query."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from lms.db import db
from lms.ledger.models import HourEntry
from lms.people.keeping import batches
from lms.people.models import Posting
from lms.people.rules import Post, in_force


def is_reversed(entry_id: int) -> bool:
    """Whether an entry has been taken back."""
    query = select(HourEntry.id).where(HourEntry.reverses_id == entry_id)
    return db.session.scalar(query) is not None


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
