"""What the roster changes of lists that are fixed, counted by the clock: desks read it, no more."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lms.clock import day_of
from lms.db import db
from lms.jobs.rules import Progress
from lms.training import following, queries
from lms.training.models import Cohort, EnrolmentRule, ListChange


def count_changes(now: datetime) -> Iterator[None]:
    """By the clock: of every list that is fixed and has not closed. Each in slices of its own."""
    for cohort_id in db.session.scalars(_fixed(day_of(now))).all():
        yield from _count(queries.cohort(cohort_id), now)
        yield


def _fixed(day: date):
    ruled = select(EnrolmentRule.id).where(EnrolmentRule.cohort_id == Cohort.id)
    open_ = select(Cohort.id).where(Cohort.fixed_at.is_not(None), Cohort.closes_on >= day)
    return open_.where(ruled.exists()).order_by(Cohort.id)


def follow(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """Do what was offered; then what still waits is counted, so that no desk asks for it again."""
    for progress in following.follow(args, state, now):
        yield progress
    yield from _count(queries.cohort(args["cohort_id"]), now, progress)


def _count(cohort: Cohort, now: datetime, step: Any = None) -> Iterator[Any]:
    found = yield from following.looked_up(cohort, day_of(now), step)
    keep(cohort, [one.on for one in found], now)


def keep(cohort: Cohort, days: Sequence[date], now: datetime) -> None:
    """So many persons wait to come, to go or to change. days: from which day each."""
    known = db.session.scalar(select(ListChange).where(ListChange.cohort_id == cohort.id))
    if known is None:
        if not days:
            return
        known = ListChange(cohort_id=cohort.id, persons=0, since_on=min(days), counted_at=now)
        db.session.add(known)
    if days:  # what waited before goes on waiting since then
        known.since_on = min([*days, known.since_on] if known.persons else days)
    known.persons, known.counted_at = len(days), now
    db.session.flush()
