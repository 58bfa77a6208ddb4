"""应训人数变动表: 期初应训 + 增加 − 减少 = 期末应训, counted from the days of each. Pure.

A list is told as stays: from a day to a day (not included), without the days of an exemption.
Where a stay begins or ends within the period is a move; what stood before it is 期初应训.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from lms.training.rules import COMING_NAMES, LEAVING_NAMES, Coming, Leaving
from lms.words import N_


class Move(StrEnum):
    """Why 应训 became more, or less."""

    NEW_POST = "new post"
    MOVED_IN = "moved in"
    ADDED = "added"
    BACK = "back"  # an exemption is over
    UNIT_IN = "unit in"  # with the unit, which was hung under another
    LEFT_POST = "left post"
    MOVED_OUT = "moved out"
    EXEMPT = "exempt"
    MISTAKE = "mistake"
    OTHER = "other"
    UNIT_OUT = "unit out"


GAINS = (Move.NEW_POST, Move.MOVED_IN, Move.ADDED, Move.BACK, Move.UNIT_IN)
LOSSES = (
    *(Move.LEFT_POST, Move.MOVED_OUT, Move.EXEMPT, Move.MISTAKE, Move.OTHER),
    Move.UNIT_OUT,
)
MOVE_NAMES: dict[Move, str] = {
    **{Move(one.value): COMING_NAMES[one] for one in Coming if one is not Coming.INITIAL},
    Move.BACK: N_("免训期满"),
    **{Move(one.value): LEAVING_NAMES[one] for one in Leaving},
    Move.EXEMPT: N_("免训"),
    Move.UNIT_IN: N_("单位划入"),
    Move.UNIT_OUT: N_("单位划出"),
}
# 完成后离任 counts who went for one of these.
GONE = frozenset({Leaving.LEFT_POST, Leaving.MOVED_OUT})


@dataclass(frozen=True)
class Days:
    """From a day to a day (not included; none: it goes on)."""

    from_on: date
    to_on: date | None

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True)
class Stood:
    """Somebody on a list, or many alike; `away` are the days of exemptions."""

    org_id: int
    days: Days
    came_by: Coming | Move
    left_by: Leaving | Move | None = None
    away: tuple[Days, ...] = ()
    many: int = 1
    enrolment_id: int = 0  # of one alone


@dataclass(frozen=True)
class Period:
    """What a table speaks of: after the end of a day, or after the list was fixed on it."""

    after: date
    until: date
    from_fixing: bool = False

    def had(self, on: date, initial: bool) -> bool:
        """Whether what took place on a day stands in 期初应训 already."""
        if initial and self.from_fixing:
            return True
        return on < self.after if self.from_fixing else on <= self.after


def stays(one: Stood) -> Iterator[Days]:
    """The days on which somebody counts as 应训, in order, without a day twice."""
    start, end = one.days.from_on, one.days.to_on
    for away in sorted(one.away, key=lambda days: days.from_on):
        if end is not None and away.from_on >= end:
            break
        if away.from_on > start:
            yield Days(start, away.from_on)
        if away.to_on is None:
            return
        start = max(start, away.to_on)
    if end is None or start < end:
        yield Days(start, end)


@dataclass
class Moves:
    """One line: what stood, what came, what went. Lines of units add up."""

    start: int = 0
    moves: dict[Move, int] = field(default_factory=dict)
    end: int = 0
    completed: int = 0  # 完成后离任

    @property
    def gained(self) -> int:
        return sum(self.moves.get(one, 0) for one in GAINS)

    @property
    def lost(self) -> int:
        return sum(self.moves.get(one, 0) for one in LOSSES)

    def add(self, other: "Moves") -> None:
        self.start += other.start
        self.end += other.end
        self.completed += other.completed
        for move, many in other.moves.items():
            self.moves[move] = self.moves.get(move, 0) + many


def moved(one: Stood, period: Period) -> Iterator[tuple[date, Move]]:
    """The moves of somebody within a period, in order."""
    for stay in stays(one):
        initial = one.came_by is Coming.INITIAL and stay.from_on == one.days.from_on
        if stay.from_on <= period.until and not period.had(stay.from_on, initial):
            yield stay.from_on, _gain(one, stay)
        end = stay.to_on
        if end is not None and end <= period.until and not period.had(end, initial=False):
            yield end, _loss(one, stay)


def _gain(one: Stood, stay: Days) -> Move:
    if stay.from_on != one.days.from_on:
        return Move.BACK
    return Move.ADDED if one.came_by is Coming.INITIAL else Move(one.came_by.value)


def _loss(one: Stood, stay: Days) -> Move:
    if stay.to_on != one.days.to_on:
        return Move.EXEMPT
    return Move(one.left_by.value) if one.left_by else Move.OTHER


def stood_before(one: Stood, period: Period) -> bool:
    """Whether somebody stands in 期初应训."""
    for stay in stays(one):
        initial = one.came_by is Coming.INITIAL and stay.from_on == one.days.from_on
        came = period.had(stay.from_on, initial)
        if came and (stay.to_on is None or not period.had(stay.to_on, False)):
            return True
    return False


def stands_after(one: Stood, period: Period) -> bool:
    """Whether somebody stands in 期末应训."""
    return any(stay.holds(period.until) for stay in stays(one))


def line(rows: Iterable[Stood], period: Period) -> Moves:
    """Everybody of some rows, counted."""
    found = Moves()
    for one in rows:
        found.start += one.many * stood_before(one, period)
        found.end += one.many * stands_after(one, period)
        for _, move in moved(one, period):
            found.moves[move] = found.moves.get(move, 0) + one.many
    return found


Steps = list[tuple[date, int | None]]  # from a day on it lies in a part; none: in no part


def pieces(one: Stood, steps: Steps) -> Iterator[tuple[int, Stood]]:
    """The stay of somebody, cut where the unit was hung elsewhere, without what lies in no part.

    steps: of the unit. The first holds for all that was before.
    """
    start = one.days.from_on
    for place, (_day, part) in enumerate(steps):
        turn = steps[place + 1][0] if place + 1 < len(steps) else None
        if turn is not None and turn <= start:
            continue
        over = one.days.to_on is not None and (turn is None or one.days.to_on <= turn)
        last = turn is None or over
        if part is not None:
            came = one.came_by if start == one.days.from_on else Move.UNIT_IN
            left = one.left_by if last else Move.UNIT_OUT
            days = Days(start, one.days.to_on if last else turn)
            yield part, replace(one, days=days, came_by=came, left_by=left)
        if last or turn is None:
            return
        start = turn


def by_part(
    rows: Iterable[Stood], steps: Callable[[int], Steps], period: Period
) -> dict[int, Moves]:
    """One line for each part that has anybody. steps: unit → from when on in which part."""
    inside: dict[int, list[Stood]] = {}
    for one in rows:
        for part, piece in pieces(one, steps(one.org_id)):
            inside.setdefault(part, []).append(piece)
    return {key: line(some, period) for key, some in inside.items()}
