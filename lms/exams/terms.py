"""What one person may do of an assessment: its own terms, and after them the exceptions. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.errors import Invalid
from lms.words import N_

MOST_MINUTES = 600  # more in one exception is a slip of the finger
MOST_ATTEMPTS = 20


@dataclass(frozen=True)
class Given:
    """What one exception gives. What it does not speak of stays as it is."""

    more_minutes: int | None = None
    more_attempts: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Terms:
    """When one may sit, for how long, and how often."""

    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts: int

    def with_(self, given: Given) -> "Terms":
        """The terms after one more exception.

        Minutes and attempts add up: who has 30 more for a broken hand keeps them when the township
        gets 10. Of windows the last counts. Minutes put off the close too, unless the exception
        itself says when it is; else they would be worth nothing to who ends with the window.
        """
        more = given.more_minutes or 0
        return Terms(
            opens_at=given.opens_at or self.opens_at,
            closes_at=given.closes_at or self.closes_at + timedelta(minutes=more),
            minutes=self.minutes + more,
            attempts=self.attempts + (given.more_attempts or 0),
        )

    def end_of(self, started_at: datetime) -> datetime:
        """The earlier of start + minutes and the close of the window."""
        return min(started_at + timedelta(minutes=self.minutes), self.closes_at)


def terms_of(own: Terms, given: Iterable[Given]) -> Terms:
    """An assessment's own terms and the exceptions that match a person, in the order made."""
    for one in given:
        own = own.with_(one)
    return own


def running_end(terms: Terms, started_at: datetime, ends_at: datetime, now: datetime) -> datetime:
    """When a running attempt ends under new terms; what is past is not taken back."""
    return max(terms.end_of(started_at), min(ends_at, now))


def refuse_given(given: Given, own: Terms, now: datetime) -> None:
    """An exception that gives nothing, or what nobody could use."""
    if given == Given():
        raise Invalid("请至少填一项：延长几分钟、增加几次、或者另定时间。")
    if given.more_minutes is not None and not 0 < given.more_minutes <= MOST_MINUTES:
        raise Invalid("延长的分钟数要在 1 到 {most} 之间。", most=MOST_MINUTES)
    if given.more_attempts is not None and not 0 < given.more_attempts <= MOST_ATTEMPTS:
        raise Invalid("增加的次数要在 1 到 {most} 之间。", most=MOST_ATTEMPTS)
    if given.closes_at is not None and given.closes_at <= now:
        raise Invalid("另定的截止时间已经过去，请改为将来的时间。")
    then = replace(own, attempts=1).with_(given)
    if then.closes_at <= then.opens_at:
        raise Invalid("截止时间要晚于开放时间。")


# ── 缓考 ────────────────────────────────────────────────────────────────────────────────────────


class DeferReason(StrEnum):
    """Why somebody shall sit later."""

    ILL = "ill"
    BIRTH = "birth"
    SENT_ABROAD = "sent abroad"
    WORK = "work"
    FAMILY = "family"
    OTHER = "other"


DEFER_REASONS: dict[DeferReason, str] = {
    DeferReason.ILL: N_("病"),
    DeferReason.BIRTH: N_("产"),
    DeferReason.SENT_ABROAD: N_("公派"),
    DeferReason.WORK: N_("工作走不开"),
    DeferReason.FAMILY: N_("家中有事"),
    DeferReason.OTHER: N_("其他"),
}


class Deferred(StrEnum):
    """How an asked deferral stands."""

    WAITING = "waiting"
    HOLDS = "holds"
    SAT = "sat"
    MISSED = "missed"  # the time of the resit is over, and nobody came
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


DEFERRED_NAMES: dict[Deferred, str] = {
    Deferred.WAITING: N_("待批准"),
    Deferred.HOLDS: N_("缓考"),
    Deferred.SAT: N_("已参加补考"),
    Deferred.MISSED: N_("补考未到"),
    Deferred.REFUSED: N_("未批准"),
    Deferred.TAKEN_BACK: N_("已收回"),
}


def deferred(
    approved: bool | None, ended: bool, closes_at: datetime | None, sat: bool, now: datetime
) -> Deferred:
    """What was asked, decided and done comes to. closes_at: the end of the resit."""
    if approved is False:
        return Deferred.REFUSED
    if ended:
        return Deferred.TAKEN_BACK
    if sat:
        return Deferred.SAT
    if not approved or closes_at is None:
        return Deferred.WAITING
    return Deferred.HOLDS if now < closes_at else Deferred.MISSED


def refuse_deferral(reason: DeferReason, note: str, from_on: date, first: date, day: date) -> None:
    """first: the day on which the assessment opens, or is asked about before; day: today."""
    if reason is DeferReason.OTHER and not note.strip():
        raise Invalid("原因选“其他”的，请写明是什么原因。")
    if not first <= from_on <= day:
        raise Invalid("起算日期应在 {first} 至 {last} 之间，请改正。", first=first, last=day)
