"""Entering hours, and taking an entry back by another."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lms.access import add_rows
from lms.audit.services import record
from lms.db import db
from lms.ledger import queries
from lms.ledger.models import HourEntry
from lms.ledger.rules import Credit, hundredths, refuse_hours, refuse_reversal

OPEN = {"reverses_id": None, "why": None}


def credit(
    given: Iterable[Credit], now: datetime, by: int | None = None, confirmed_by: int | None = None
) -> int:
    """Enter hours, of one or of thousands, in one statement. How many entries.

    by: who recorded them; none: the house, as what follows from a person's own act.
    """
    entries = list(given)
    for one in entries:
        refuse_hours(one.hours)
    posts = queries.posts_then(
        (one.person_id, one.org_id, one.earned_on) for one in entries if one.post is None
    )
    who = {"recorded_at": now, "recorded_by": by, "confirmed_by": confirmed_by}
    add_rows(HourEntry, [_columns(one, posts) | who for one in entries])
    return len(entries)


def _columns(one: Credit, posts: dict[Any, Any]) -> dict[str, Any]:
    known = {name: value for name, value in vars(one).items() if name != "hours"}
    return (
        known
        | OPEN
        | {
            "post": one.post or posts.get((one.person_id, one.org_id, one.earned_on)),
            "planned": None if one.planned is None else hundredths(one.planned),
            "hundredths": hundredths(one.hours),
        }
    )


# What a reversing entry says as the entry that it takes back.
WHOSE = ("person_id", "org_id", "post")
WHAT = ("cohort_id", "programme_id", "lesson_id", "class_id", "list_id", "activity", "kind")
HOW = ("began_on", "earned_on", "rule", "evidence")


def reverse_all(
    entries: Iterable[HourEntry], why: str, now: datetime, by: int | None = None
) -> int:
    """Take back those of the entries that still stand, in one statement. How many."""
    some = list(entries)
    gone = {one.reverses_id for one in some}
    standing = [one for one in some if one.reverses_id is None and one.id not in gone]
    add_rows(HourEntry, [_reversal(one, why, now, by) for one in standing])
    return len(standing)


def _reversal(entry: HourEntry, why: str, now: datetime, by: int | None) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in WHOSE + WHAT + HOW} | {
        "planned": None,
        "hundredths": -entry.hundredths,
        "reverses_id": entry.id,
        "why": why.strip(),
        "recorded_at": now,
        "recorded_by": by,
        "confirmed_by": None,
    }


def reverse(entry: HourEntry, why: str, now: datetime, by: int | None = None) -> HourEntry:
    """Take an entry back by one that says the opposite, with a reason; nothing is overwritten."""
    refuse_reversal(entry.reverses_id is not None, queries.is_reversed(entry.id), why)
    back = HourEntry(**_reversal(entry, why, now, by))
    db.session.add(back)
    db.session.flush()
    facts: dict[str, Any] = {"hours": str(entry.hours), "why": back.why}
    record("reverse hours", now, whom=entry, org_id=entry.org_id, **facts)
    return back
