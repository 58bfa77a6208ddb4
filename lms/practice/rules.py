"""When a question comes back, when it leaves, what a day asks, how it was answered. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import zip_longest

from lms.bank.rules import Question
from lms.dice import shuffled
from lms.errors import Conflict, Invalid
from lms.exams.rules import Said
from lms.scoring.marks import share
from lms.words import N_

LADDER = (1, 2, 4, 7, 15, 30)  # days after which a question comes back
ENOUGH = 3  # days on which it was right, and it leaves
TEN = 10
WEAKEST = 3  # abilities from which a day's new questions come
KNEW = ("yes",)  # what a person says of an answer that no machine marks
OLDEST = timedelta(days=30)  # what was kept on a phone longer counts from there
MOST_WAITING = 20  # reports of one person that nobody has answered


# ── a question in the notebook ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """How a person stands with a question.

    wrong: it is in the notebook; right: on how many days it was right since it was last wrong;
    erred: it was wrong once.
    """

    wrong: bool
    right: int
    last: date
    due: date
    erred: bool = False

    @property
    def again(self) -> bool:
        """It has left the notebook, and is asked on the last steps of the ladder still."""
        return self.erred and not self.wrong and self.right < len(LADDER)


def by_day(answers: Iterable[tuple[date, bool]]) -> dict[date, bool]:
    """A day is right when nothing in it was wrong: who has just seen the key proves nothing."""
    days: dict[date, bool] = {}
    for day, right in answers:
        days[day] = days.get(day, True) and right
    return days


def standing(answers: Iterable[tuple[date, bool]]) -> Standing | None:
    """The fold over all answers to a question, in whatever order they came; none: no answer."""
    days = by_day(answers)
    if not days:
        return None
    erred = [day for day, right in days.items() if not right]
    since = max(erred) if erred else None
    right = sum(since is None or day > since for day, was_right in days.items() if was_right)
    last = max(days)
    due = last + timedelta(days=LADDER[min(right, len(LADDER) - 1)])
    return Standing(since is not None and right < ENOUGH, right, last, due, since is not None)


def refuse_nothing(asked: Sequence[object]) -> None:
    """A set of no questions says where to find some."""
    if not asked:
        raise Conflict("这里现在没有可练的题。请换一个本领或章节。")


# ── which questions ─────────────────────────────────────────────────────────────────────────────


def weakest_first(
    answers: Iterable[tuple[Sequence[int], bool]], abilities: Sequence[int], seed: int
) -> list[int]:
    """Abilities by the share that was right, the lowest first; what was never asked is half."""
    right, asked = dict.fromkeys(abilities, 0), dict.fromkeys(abilities, 0)
    for ids, was_right in answers:
        for one in ids:
            if one in asked:
                asked[one] += 1
                right[one] += was_right
    even = shuffled(abilities, seed, "abilities")
    return sorted(even, key=lambda one: Fraction(right[one] + 1, asked[one] + 2))


def seed_of(person_id: int, day: date) -> int:
    """One for each person and day: a page that is opened again asks the same."""
    return person_id * 1_000_000 + day.toordinal()


def in_turn(ids: Iterable[int], last: Mapping[int, date], seed: int) -> list[int]:
    """Questions that were never practised first, then those longest ago; chance among equals."""
    return sorted(shuffled(sorted(ids), seed, "questions"), key=lambda one: last.get(one, date.min))


def ten(due: Iterable[int], alike: Iterable[int], by_ability: Iterable[Sequence[int]]) -> list[int]:
    """What a day asks: first what is due, then what is like a mistake, then new ones in turn."""
    new = [one for row in zip_longest(*by_ability) for one in row if one is not None]
    return list(dict.fromkeys([*due, *alike, *new]))[:TEN]


# ── an answer ───────────────────────────────────────────────────────────────────────────────────


def was_right(question: Question, part: int, answer: Said) -> bool:
    """Right in full. Where a person would mark, the one who practises says so."""
    key = question.key(part)
    return answer == KNEW if key is None else share(key, answer) == 1


def bounded(said_at: datetime, now: datetime) -> datetime:
    """When it was said, as the phone tells it: never later than now, never very long ago."""
    return min(max(said_at, now - OLDEST), now)


# ── what is wrong with a question ───────────────────────────────────────────────────────────────


class Finding(StrEnum):
    """What the owner of a bank found."""

    MENDED = "mended"
    RIGHT = "right"
    RETIRED = "retired"


FINDING_NAMES = dict(zip(Finding, (N_("已改正"), N_("题目无误"), N_("已停用")), strict=True))


def refuse_more_reports(waiting: int) -> None:
    """Who has said much waits for an answer first."""
    if waiting >= MOST_WAITING:
        raise Invalid("您已反映 {n} 道题，请等答复以后再写。", n=waiting)


def refuse_answered(answered: bool) -> None:
    """One report has one answer."""
    if answered:
        raise Conflict("这一条已经答复，请刷新页面。")
