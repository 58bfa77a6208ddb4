"""Counting tries before the secret is looked at, so that no two at once slip through."""

from datetime import datetime

from sqlalchemy import Update, delete, select, update

from lms.accounts.models import WrongAnswers
from lms.accounts.rules import Bound, Locked
from lms.db import db


def take(bounds: list[Bound], now: datetime) -> None:
    """Take one try of each count; a right answer gives it back. Raises Locked.

    Runs in a transaction of its own, before anything else is written.
    """
    for bound in bounds:
        _take(bound, now)


def _take(bound: Bound, now: datetime) -> None:
    """One statement decides; whoever waited long enough begins at one again."""
    over = WrongAnswers.last_at <= now - bound.wait
    begun = update(WrongAnswers).where(WrongAnswers.key == bound.key, over)
    if _changed(begun.values(count=1, last_at=now)):
        return
    more = update(WrongAnswers).where(
        WrongAnswers.key == bound.key, WrongAnswers.count < bound.most
    )
    if _changed(more.values(count=WrongAnswers.count + 1, last_at=now)):
        return
    last = db.session.scalar(select(WrongAnswers.last_at).where(WrongAnswers.key == bound.key))
    if last is not None:
        raise Locked(last + bound.wait)
    db.session.add(WrongAnswers(key=bound.key, count=1, last_at=now))
    db.session.flush()


def _changed(statement: Update) -> bool:
    return db.session.execute(statement).rowcount > 0  # type: ignore[attr-defined]


def left(bounds: list[Bound], now: datetime) -> int:
    """How many tries are left."""
    return max(0, min(bound.most - count(bound, now) for bound in bounds))


def count(bound: Bound, now: datetime) -> int:
    """How many wrong answers in a row were given."""
    query = select(WrongAnswers.count).where(
        WrongAnswers.key == bound.key, WrongAnswers.last_at > now - bound.wait
    )
    return db.session.scalar(query) or 0


def give_back(bounds: list[Bound]) -> None:
    """The answer was right: its own counts begin anew, the wider ones lose this one."""
    cleared = [bound.key for bound in bounds if bound.cleared]
    db.session.execute(delete(WrongAnswers).where(WrongAnswers.key.in_(cleared)))
    wider = [bound.key for bound in bounds if not bound.cleared]
    back = update(WrongAnswers).where(WrongAnswers.key.in_(wider), WrongAnswers.count > 0)
    db.session.execute(back.values(count=WrongAnswers.count - 1))


def refuse_over(bound: Bound, now: datetime) -> None:
    """Refuse where too many wrong answers were given, without taking a try. Raises Locked."""
    if count(bound, now) >= bound.most:
        last = db.session.scalar(select(WrongAnswers.last_at).where(WrongAnswers.key == bound.key))
        raise Locked((last or now) + bound.wait)
