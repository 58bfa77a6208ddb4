"""Which answers that came too late may still count, and which do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lms.clock import day_of, start_of
from lms.exams.rules import Operation


@dataclass(frozen=True)
class Arrived:
    """An operation as it is stored. counts: it arrived in time, and not after a hand-over."""

    operation: Operation
    saved_at: datetime
    counts: bool


@dataclass(frozen=True)
class Ended:
    """What an attempt's end is to what arrives later.

    until: what arrives later still never counts; handed_over: turn → when the next was opened;
    looked: slot → when right and wrong were looked at.
    """

    ends_at: datetime
    submitted_at: datetime | None
    until: datetime
    handed_over: Mapping[int, datetime]
    looked: Mapping[int, datetime] = field(default_factory=dict)


def until(late_until: datetime | None, ends_at: datetime) -> datetime:
    """Until when what arrives is kept for a decision: as the assessment says, else that day.

    Of who sits later than all others, as after 缓考, what the assessment says may be over before.
    """
    if late_until is not None and late_until > ends_at:
        return late_until
    return start_of(day_of(ends_at) + timedelta(days=1))


def may_count(one: Arrived, end: Ended) -> bool:
    """Whether somebody may let it count: it was said in time, and only the line was late."""
    said_at = one.operation.said_at
    if one.counts or end.submitted_at is None or one.saved_at > end.until:
        return False
    if one.saved_at > end.looked.get(one.operation.slot, one.saved_at):
        return False
    said_in_time = said_at <= min(end.ends_at, end.submitted_at)
    handed_over = end.handed_over.get(one.operation.turn)
    return said_in_time and (handed_over is None or said_at <= handed_over)


def waiting(arrived: Sequence[Arrived], end: Ended, decided_at: datetime | None) -> list[Arrived]:
    """Those about which nobody has decided yet. decided_at: the last decision."""
    late = [one for one in arrived if may_count(one, end)]
    return [one for one in late if decided_at is None or one.saved_at > decided_at]


def counted(
    arrived: Sequence[Arrived], end: Ended, decided_at: datetime, accepted: bool
) -> list[Operation]:
    """What counts after the last decision: what was in time, and what it let in."""
    return [
        one.operation
        for one in arrived
        if one.counts or (accepted and one.saved_at <= decided_at and may_count(one, end))
    ]
