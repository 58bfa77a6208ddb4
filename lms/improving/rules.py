"""A difference taken apart into its causes; how a pledge stands; what may be pledged. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.errors import Conflict, Invalid
from lms.words import N_

FEWEST = 5  # persons; of fewer nothing is compared
FEWEST_UNITS = 3  # like units; of fewer one could be told from the others
HUNDREDTH = Decimal("0.01")
Rate = int | Decimal | None


# ── a difference, taken apart ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cause:
    """A reason why some have not completed: how many, of the unit and of those like it.

    points: how many percentage points of the difference it explains; none without a comparison.
    """

    word: str
    mine: int
    others: int
    points: Decimal | None


@dataclass(frozen=True)
class Gap:
    """A unit beside those like it. mine, others: (completed, required)."""

    mine: tuple[int, int]
    others: tuple[int, int]
    causes: Sequence[Cause]
    points: Decimal | None  # by how much the unit's rate is above (+) or below (−)


def share(part: int, whole: int) -> Fraction | None:
    """An exact share; none where nobody could be counted."""
    return Fraction(part, whole) if whole else None


def gap(
    mine: tuple[int, int],
    others: tuple[int, int],
    lacks: Mapping[str, tuple[int, int]],
    comparable: bool,
) -> Gap:
    """The difference of two rates of completion, taken apart by who lacks what.

    lacks: word → how many of the unit, and of the others; each side adds up to its open ones. So
    what the causes explain adds up to the difference, to the hundredth.
    """
    own, other = share(*mine), share(*others)
    if own is None or other is None or not comparable:
        plain = [Cause(word, *pair, None) for word, pair in lacks.items()]
        return Gap(mine, others, plain, None)
    exact = {
        word: Fraction(pair[1], others[1]) - Fraction(pair[0], mine[1])
        for word, pair in lacks.items()
    }
    points = apportioned(exact, hundredths(own) - hundredths(other))
    causes = [Cause(word, *pair, points[word]) for word, pair in lacks.items()]
    return Gap(mine, others, causes, sum(points.values(), Decimal(0)))


def hundredths(exact: Fraction) -> int:
    """Hundredths of a percent, half up: as a rate is shown."""
    return int(exact * 10_000 + Fraction(1, 2))


def apportioned(exact: Mapping[str, Fraction], whole: int) -> dict[str, Decimal]:
    """Shares as percentage points to the hundredth, which add up to the whole (in hundredths)."""
    wanted = {word: value * 10_000 for word, value in exact.items()}
    found = {word: int(value // 1) for word, value in wanted.items()}
    left = whole - sum(found.values())
    nearest = sorted(found, key=lambda word: found[word] - wanted[word], reverse=left < 0)
    for place in range(abs(left)):
        found[nearest[place % len(nearest)]] += 1 if left > 0 else -1
    return {word: value * HUNDREDTH for word, value in found.items()}


# ── a pledge ────────────────────────────────────────────────────────────────────────────────────


class State(StrEnum):
    """How a pledge stands on a day, by the measures alone."""

    RUNNING = "running"
    KEPT_EARLY = "kept early"
    KEPT = "kept"
    BROKEN = "broken"


STATE_NAMES: dict[State, str] = {
    State.RUNNING: N_("进行中"),
    State.KEPT_EARLY: N_("提前兑现"),
    State.KEPT: N_("已兑现"),
    State.BROKEN: N_("未兑现"),
}
# The numbers that may be pledged: more of them is better, and nobody can set them by hand.
PLEDGED = (
    "completion_rate",
    "attendance_rate",
    "hours_rate",
    "sitting_rate",
    "pass_rate",
    "completed",
)


def looked_at(by_on: date, today: date) -> tuple[date, date]:
    """The days on which a pledge is measured: the last one, and the one before it is due."""
    return min(by_on, today), min(by_on - timedelta(days=1), today)


def state(value: Decimal, by_on: date, today: date, last: Rate, before: Rate) -> State:
    """last: the number on the day it is due, or today where that is earlier; before: the day
    before it is due. Reached before the day, and still so on the day: kept early."""
    reached = last is not None and last >= value
    early = before is not None and before >= value
    if today < by_on:
        return State.KEPT_EARLY if reached else State.RUNNING
    if not reached:
        return State.BROKEN
    return State.KEPT_EARLY if early else State.KEPT


def refuse_pledge(value: Decimal, rate: bool, by_on: date, today: date) -> None:
    """A pledge is for a day to come, and of a number that can be."""
    if by_on <= today:
        raise Invalid("承诺日期应晚于今天，请改正。")
    if rate and not 0 < value <= 100:
        raise Invalid("承诺的比率应大于 0、不超过 100，请改正。")
    if not rate and (value < 1 or value != value.to_integral_value()):
        raise Invalid("承诺的人数应是大于 0 的整数，请改正。")


def refuse_replacing(by_on: date, today: date, replaced: bool, why: str) -> None:
    """What is due is judged as it was given."""
    if replaced:
        raise Conflict("这项承诺已有新的一版，请在新的一版上调整。")
    if by_on <= today:
        raise Conflict("承诺已经到期，按原来的承诺评定，不能再调整。")
    if not why.strip():
        raise Invalid("请写明为什么调整承诺。")


# ── the steps of a plan ─────────────────────────────────────────────────────────────────────────


class Mark(StrEnum):
    """What became of a step."""

    DONE = "done"
    DROPPED = "dropped"


class Standing(StrEnum):
    """How a step of a plan stands on a day."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done late"
    DROPPED = "dropped"


STANDING_NAMES: dict[Standing, str] = {
    Standing.OPEN: N_("未到期"),
    Standing.OVERDUE: N_("已超期"),
    Standing.DONE: N_("已完成"),
    Standing.DONE_LATE: N_("超期完成"),
    Standing.DROPPED: N_("已取消"),
}


def standing(due_on: date, mark: tuple[Mark, date] | None, today: date) -> Standing:
    """mark: what was noted last, and of which day."""
    if mark is None:
        return Standing.OVERDUE if due_on < today else Standing.OPEN
    if mark[0] is Mark.DROPPED:
        return Standing.DROPPED
    return Standing.DONE if mark[1] <= due_on else Standing.DONE_LATE


def refuse_step(due_on: date, today: date) -> None:
    if due_on < today:
        raise Invalid("措施的完成日期不能早于今天，请改正。")


def refuse_mark(mark: Mark, on: date, made_on: date, today: date, note: str) -> None:
    """What was done was done between the plan and today; what is dropped has a reason."""
    if not made_on <= on <= today:
        raise Invalid("日期应在 {first} 至 {last} 之间，请改正。", first=made_on, last=today)
    if mark is Mark.DROPPED and not note.strip():
        raise Invalid("取消措施要写明原因。")
