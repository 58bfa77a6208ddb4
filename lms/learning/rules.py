"""What counts as watched, and when a lesson is done. Pure.

Places in a video are tenths of a second. A stretch is (from, to), its end not included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from lms.courses.rules import PLAYED, LessonKind
from lms.errors import Conflict

Span = tuple[int, int]
TENTHS = 10  # of a second
# A phone's clock may run a little quicker than ours: so much more than our time may count.
SLACK = Fraction(2, 100)
SOON = 1.0  # seconds: a page sends more rarely
NEAR = 20  # tenths: where it goes on so near, nobody has jumped
MOST_PIECES = 200  # of one message


# ── stretches ───────────────────────────────────────────────────────────────────────────────────


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same places, each once, in order."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def length(spans: Iterable[Span]) -> int:
    """How long stretches are that do not overlap."""
    return sum(end - start for start, end in spans)


def beyond(span: Span, known: Sequence[Span]) -> list[Span]:
    """What of a stretch lies in none of those that are known. known: a union."""
    found, at = [], span[0]
    for start, end in known:
        if end <= at or start >= span[1]:
            continue
        if start > at:
            found.append((at, start))
        at = max(at, end)
    if at < span[1]:
        found.append((at, span[1]))
    return found


def written(spans: Iterable[Span]) -> str:
    """(0, 150), (300, 450) → 0-150 300-450: as a row keeps it."""
    return " ".join(f"{start}-{end}" for start, end in spans)


def read(text: str) -> tuple[Span, ...]:
    """The stretches that `written` wrote."""
    pairs = (one.split("-") for one in text.split())
    return tuple((int(start), int(end)) for start, end in pairs)


# ── a stream, and what is heard of it ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Piece:
    """A stretch that was played without a pause. number: the page's own, to be told once."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Watched:
    """A stream as it stands. told: the last number that was heard; place: where it stood then."""

    opened_at: datetime
    closed_at: datetime | None
    heard_at: datetime | None = None
    spans: tuple[Span, ...] = ()
    told: int = 0
    place: int = 0
    beats: int = 0
    beyond: int = 0
    again: int = 0
    displaced: int = 0
    jumps: int = 0
    bursts: int = 0


# What of it is a number.
COUNTS = ("told", "place", "beats", "beyond", "again", "displaced", "jumps", "bursts")


def allowed(opened_at: datetime, closed_at: datetime | None, now: datetime) -> int:
    """Tenths of a second that the clock on the wall allows to a stream."""
    end = min(now, closed_at) if closed_at else now
    passed = max((end - opened_at).total_seconds(), 0)
    return int(passed * TENTHS * (1 + SLACK))


def heard(before: Watched, pieces: Sequence[Piece], total: int, now: datetime) -> Watched:
    """The stream after a message. total: how long the whole is.

    Only what is new takes of the time that the clock allows; what it does not allow is counted
    as beyond it, or as displaced where another device had taken over. A piece is heard once.
    """
    state = replace(before, heard_at=now, beats=before.beats + 1, bursts=_bursts(before, now))
    for piece in pieces:
        if piece.number > state.told:
            state = _with(state, piece, total, now)
    return state


def _bursts(before: Watched, now: datetime) -> int:
    if before.heard_at is None:
        return before.bursts
    return before.bursts + ((now - before.heard_at).total_seconds() < SOON)


def _with(state: Watched, piece: Piece, total: int, now: datetime) -> Watched:
    start, end = max(piece.start, 0), min(piece.end, total)
    if start >= end:
        return replace(state, told=piece.number)
    fresh = beyond((start, end), state.spans)
    left = max(allowed(state.opened_at, state.closed_at, now) - length(state.spans), 0)
    taken = first_of(fresh, left)
    refused = length(fresh) - length(taken)
    closed = state.closed_at is not None
    return replace(
        state,
        told=piece.number,
        place=end,
        spans=union((*state.spans, *taken)),
        again=state.again + (end - start) - length(fresh),
        beyond=state.beyond + (0 if closed else refused),
        displaced=state.displaced + (refused if closed else 0),
        jumps=state.jumps + (abs(start - state.place) > NEAR and state.told > 0),
    )


def first_of(spans: Iterable[Span], most: int) -> list[Span]:
    """So much of the stretches, from the first on."""
    found = []
    for start, end in spans:
        take = min(end - start, most)
        if take > 0:
            found.append((start, start + take))
        most -= take
    return found


# ── done ────────────────────────────────────────────────────────────────────────────────────────


def enough(watched: int, total: int, share: int) -> bool:
    """Whether so much of the whole has been watched. share: percent."""
    return watched * 100 >= total * share


@dataclass(frozen=True)
class Standing:
    """How a person stands with a lesson. watched, total: tenths of a second."""

    kind: LessonKind
    watched: int
    total: int
    share: int
    gated: bool
    passed: bool

    @property
    def watched_enough(self) -> bool:
        return self.kind not in PLAYED or enough(self.watched, self.total, self.share)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing but, for what is read, the word of the reader."""
        return self.watched_enough and (self.passed or not self.gated)


def refuse_incomplete(how: Standing) -> None:
    """A lesson is done when enough was watched and its gate is passed."""
    if not how.watched_enough:
        raise Conflict(
            "还没有看满 {share}%：已计 {watched}，共 {total}。请接着看没有看到的部分。",
            share=how.share,
            watched=clock_of(how.watched),
            total=clock_of(how.total),
        )
    if not how.complete:
        raise Conflict("请先通过过关测验。")


def clock_of(tenths: int) -> str:
    """7500 → 12:30."""
    seconds = tenths // TENTHS
    return f"{seconds // 60}:{seconds % 60:02}"


def has_passed(right: int, asked: int, share: int) -> bool:
    """Whether so many right answers open the gate. share: percent."""
    return right * 100 >= asked * share
