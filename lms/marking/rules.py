"""What a reading is worth, when two agree, who may read what, what may be appealed. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.bank.rules import Line
from lms.clock import day_of, start_of
from lms.errors import Conflict, Invalid
from lms.holidays.days import Calendar
from lms.words import N_

LEASE = timedelta(minutes=15)  # a reading nobody touched for so long is free for another marker
DECIDING = 3  # this round and those after it decide by themselves
KEYS = "1234567890"  # which key ticks which line
LONGEST = 2000  # characters of a note, of an appeal
FREE = N_("全部给分")


def paid(rubric: Sequence[Line], points: Sequence[Decimal] = ()) -> tuple[Line, ...]:
    """The lines of a rubric with what each pays here. points: as changed; none: as written."""
    if not points:
        return tuple(rubric)
    return tuple(Line(pays, line.text) for pays, line in zip(points, rubric, strict=True))


def share_of_lines(rubric: Sequence[Line], ticked: Collection[int]) -> Fraction:
    """The share of the points that the ticked lines earn, counted from 0. Exact."""
    whole = sum((Fraction(line.points) for line in rubric), Fraction(0))
    earned = sum((Fraction(rubric[place].points) for place in set(ticked)), Fraction(0))
    return earned / whole


def refuse_ticks(rubric: Sequence[Line], ticked: Collection[int]) -> None:
    if not set(ticked) <= set(range(len(rubric))):
        raise Invalid("没有这一条评分要点，请刷新页面。")


def refuse_payment(rubric: Sequence[Line], points: Sequence[Decimal]) -> None:
    """What the lines pay may move from line to line; the whole stays what the question is worth."""
    whole = sum((line.points for line in rubric), Decimal(0))
    if len(points) != len(rubric) or any(one < 0 or one * 100 % 1 for one in points):
        raise Invalid("每条要点的分值要不小于 0，最多两位小数。")
    if sum(points, Decimal(0)) != whole:
        raise Invalid(
            "各要点分值之和是 {sum}，应为 {whole}。", sum=sum(points, Decimal(0)), whole=whole
        )


# ── one or two readings, and a third ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Given:
    """A reading that is finished: its round, by whom, the share it gives."""

    round: int
    marker_id: int
    share: Fraction


@dataclass(frozen=True)
class Outcome:
    """What the readings of an answer come to. share: none while one is missing.

    apart: the first two differ by more than they may, and somebody must decide.
    """

    share: Fraction | None = None
    marker_id: int | None = None
    apart: bool = False


def outcome(given: Iterable[Given], needed: int, most_apart: int) -> Outcome:
    """The last deciding reading; else the one, or the mean of two that agree.

    needed: one reading or two; most_apart: percent of the points by which two may differ.
    """
    by_round = {one.round: one for one in sorted(given, key=lambda one: one.round)}
    deciding = [one for one in by_round.values() if one.round >= DECIDING]
    if deciding:
        return Outcome(deciding[-1].share, deciding[-1].marker_id)
    usual = [by_round[round_] for round_ in range(1, needed + 1) if round_ in by_round]
    if len(usual) < needed:
        return Outcome()
    shares = [one.share for one in usual]
    if max(shares) - min(shares) > Fraction(most_apart, 100):
        return Outcome(apart=True)
    return Outcome(sum(shares, Fraction(0)) / len(shares), usual[-1].marker_id)


def refuse_taken(marker_id: int | None, me: int, given_at: datetime | None) -> None:
    """A reading is written by who holds it, and once."""
    if marker_id != me:
        raise Conflict("这份答卷已由别的阅卷人接着评，您写的要点和评语都留着。")
    if given_at is not None:
        raise Conflict("这份答卷已经评完。")


# ── appeals ─────────────────────────────────────────────────────────────────────────────────────


class About(StrEnum):
    """What an appeal is about."""

    QUESTION = "question"
    MARK = "mark"
    IDENTITY = "identity"
    MISSED = "missed"


ABOUT_NAMES: dict[About, str] = {
    About.QUESTION: N_("题目或答案有误"),
    About.MARK: N_("评分有误"),
    About.IDENTITY: N_("不是本人作答，或考试被人冒用"),
    About.MISSED: N_("因故没有考上"),
}


def last_day(from_: datetime, days: int, calendar: Calendar) -> date:
    """The last day on which one may appeal, so many working days (工作日) after this one."""
    return calendar.after(day_of(from_), days)


def deadline(from_: datetime, days: int, calendar: Calendar) -> datetime:
    """The end of that day."""
    return start_of(last_day(from_, days, calendar) + timedelta(days=1))


def refuse_late_appeal(until: datetime | None, now: datetime) -> None:
    if until is None:
        raise Conflict("成绩还没有公布，公布以后可以申诉。")
    if now >= until:
        raise Conflict("申诉期限已过。仍有疑问的，请联系本单位的培训管理员。")


def refuse_text(text: str) -> str:
    """The text without space around it."""
    found = text.strip()
    if not found:
        raise Invalid("请写明理由。")
    if len(found) > LONGEST:
        raise Invalid("最多写 {most} 个字，请精简。", most=LONGEST)
    return found
