"""When one may sit, which answer counts, what was earned, how far a unit has come. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from hmac import compare_digest
from typing import NamedTuple, TypeVar
from unicodedata import normalize

from lms.dice import Stream
from lms.errors import Conflict, Invalid
from lms.exams.terms import Terms
from lms.scoring.totals import Band, Points, plain
from lms.words import N_

GRACE = timedelta(seconds=60)  # what arrives so late still counts: a slow line costs no answer
PATIENCE = timedelta(seconds=75)  # then the house ends an attempt that nobody submitted
MERIT, DISTINCTION = (N_("良好"), 80), (N_("优秀"), 90)
PASSED, FAILED = N_("合格"), N_("未合格")


class Counting(StrEnum):
    """Which of several attempts counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Leaving(StrEnum):
    """What becomes of leaving the exam page."""

    IGNORED = "ignored"
    COUNTED = "counted"  # and said
    COLLECTED = "collected"  # after so many: only where the notice has said so before


class Publishing(StrEnum):
    """When a result is published."""

    AT_ONCE = "at once"
    IN_ONE_ACT = "in one act"  # by the officers named, for all who sat


class When(StrEnum):
    """A time at which something of the questions may be shown to who sat."""

    DURING = "during"  # while sitting; what was looked at can be answered no more
    AFTER = "after"  # just after handing in
    CLOSED = "closed"  # when nobody can sit it any more


class Shown(StrEnum):
    """What of a question may be shown to who sat it."""

    RIGHT = "right"  # whether the answer was right
    POINTS = "points"
    KEY = "key"
    EXPLANATION = "explanation"


Said = tuple[str, ...]  # the letters of the file, or one text a blank; empty: nothing


class Standing(StrEnum):
    """How a person stands with an assessment."""

    COMING = "coming"
    OPEN = "open"
    RUNNING = "running"
    WAITING = "waiting"  # handed in, and the result is not published yet
    PASSED = "passed"
    FAILED = "failed"  # and may sit again
    SPENT = "spent"  # failed, and no attempt is left
    MISSED = "missed"  # the window has closed on it
    OVER = "over"  # failed, and the window has closed


@dataclass(frozen=True)
class ToSit:
    """An assessment as one person meets it.

    Window, minutes and attempts are this person's own, after the exceptions.
    org_id: the unit under which the person was listed; begun: how many attempts were begun;
    running: the id of the open one; passed: the best verdict so far, none where there is none;
    quiz: a 小测; locked: it asks for a password; excepted: there are exceptions for this person or
    for units; several: there are more papers than one; voided: how many attempts count no more;
    deferred: 缓考, the window is that of the resit.
    """

    assessment_id: int
    candidate_id: int
    org_id: int
    paper_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    questions: int
    points: Points
    pass_mark: int
    attempts: int
    begun: int
    running: int | None
    running_ends_at: datetime | None
    passed: bool | None
    quiz: bool = False
    locked: bool = False
    excepted: bool = False
    several: bool = False
    voided: int = 0
    deferred: bool = False

    @property
    def terms(self) -> Terms:
        return Terms(self.opens_at, self.closes_at, self.minutes, self.attempts)

    def by_terms(self, terms: Terms) -> "ToSit":
        """The same under other terms."""
        return replace(self, **vars(terms))

    @property
    def done(self) -> bool:
        """Nothing is asked any more: passed, or a 小测 that was sat once."""
        return bool(self.passed) or (self.quiz and self.passed is not None)

    @property
    def full(self) -> str:
        """All the points there are, as people write them."""
        return plain(self.points)

    @property
    def line(self) -> str:
        """The pass mark in points, as people write it."""
        return plain(pass_line(self.points, self.pass_mark))

    @property
    def attempts_left(self) -> int:
        return max(self.attempts - self.sat, 0)

    @property
    def sat(self) -> int:
        """How many attempts were begun that are not void."""
        return self.begun - self.voided

    def standing(self, now: datetime) -> Standing:
        if self.running is not None:
            return Standing.RUNNING
        if self.passed:
            return Standing.PASSED
        if now < self.opens_at:
            return Standing.COMING
        sat = self.sat > 0
        if sat and self.passed is None:
            return Standing.WAITING
        if now >= self.closes_at:
            return Standing.OVER if sat else Standing.MISSED
        if not self.attempts_left:
            return Standing.SPENT
        return Standing.FAILED if sat else Standing.OPEN

    def waits(self, now: datetime) -> bool:
        """Whether there is still something to sit here, now or later."""
        return self.standing(now) in WAITING

    def minutes_if_begun(self, now: datetime) -> int:
        """How long one would have who begins now: the window may close before the time is up."""
        left = (self.closes_at - now) // timedelta(minutes=1)
        return max(min(self.minutes, left), 0)


WAITING = {Standing.COMING, Standing.OPEN, Standing.RUNNING, Standing.FAILED}


def refuse_window(opens_at: datetime, closes_at: datetime, minutes: int, now: datetime) -> None:
    """A window that nobody could use is refused while it is being set."""
    if closes_at <= opens_at:
        raise Invalid("结束时间要晚于开始时间。")
    if closes_at <= now:
        raise Invalid("结束时间已经过去，请改为将来的时间。")
    if closes_at - opens_at < timedelta(minutes=minutes):
        raise Invalid("开放时间短于考试时长 {minutes} 分钟，没有人能考完。", minutes=minutes)


def refuse_bands(pass_mark: int, merit: int, distinction: int) -> None:
    """良好 lies below 优秀; a band below the pass mark is only never reached."""
    if merit >= distinction:
        raise Invalid("良好线要低于优秀线。")


def refuse_unlike(papers: Sequence[tuple[int, Points]]) -> None:
    """Papers that stand for each other ask as much. papers: questions and points of each."""
    if len(set(papers)) > 1:
        raise Invalid("轮流发的试卷和补考卷，题数和总分要与第一份相同。")


def refuse_twice(paper_ids: Sequence[int]) -> None:
    if len(set(paper_ids)) < len(paper_ids):
        raise Invalid("同一份试卷选了两次，请去掉一份。")


def dealt(candidate_id: int, begun: int, papers: Sequence[int], resits: Sequence[int]) -> int:
    """Which paper a candidate gets: neighbours on the list differ, and so do one's own attempts.

    Who sits again gets a resit paper where there is one.
    """
    if begun and resits:
        return resits[(candidate_id + begun - 1) % len(resits)]
    return papers[(candidate_id + begun) % len(papers)]


def refuse_start(sit: ToSit, now: datetime) -> None:
    """Who may not begin is told why."""
    standing = sit.standing(now)
    if standing is Standing.COMING:
        raise Conflict("考试还没有开始。")
    if standing in (Standing.MISSED, Standing.OVER):
        raise Conflict("考试已经结束，不能再进入。")
    if standing is Standing.PASSED:
        raise Conflict("您已经合格，不用再考。")
    if standing is Standing.WAITING:
        raise Conflict("您已经交卷，成绩还没有公布。公布以后才知道要不要再考。")
    if standing is Standing.SPENT:
        raise Conflict("考试次数已经用完。")


def refuse_early(
    started_at: datetime, ends_at: datetime, least_minutes: int, now: datetime
) -> None:
    """Nobody hands in before the least time, unless the clock is out first."""
    least = min(started_at + timedelta(minutes=least_minutes), ends_at)
    if now < least:
        left = -((now - least) // timedelta(minutes=1))
        raise Conflict(
            "开考 {least} 分钟后才能交卷，还要等 {n} 分钟。", least=least_minutes, n=left
        )


def is_over(ends_at: datetime, now: datetime) -> bool:
    """Whether nothing that arrives now can count any more."""
    return now > ends_at + GRACE


# ── the bell ────────────────────────────────────────────────────────────────────────────────────

SPREAD, A_SECOND = 180, 25  # at most so many seconds; so many candidates begin in each


def spread(candidates: int) -> int:
    """Within so many seconds after the bell everybody may begin."""
    return min(candidates // A_SECOND, SPREAD)


def turn_of(candidate_id: int, candidates: int) -> timedelta:
    """How long after the bell a candidate may begin, so that thousands do not press at once.

    The same for one candidate whenever it is asked, and the time to answer is the same for all.
    """
    within = spread(candidates) * 1000  # not by the second: twenty-five would press as one
    return timedelta(milliseconds=Stream(candidate_id).number(0, within))


def rings(sit: ToSit, now: datetime) -> bool:
    """Whether it is so near after the bell that turns are asked for."""
    return sit.running is None and now < sit.opens_at + timedelta(seconds=SPREAD)


def refuse_before_turn(begins_at: datetime, now: datetime) -> None:
    if now < begins_at:
        left = -((now - begins_at) // timedelta(seconds=1))
        raise Conflict("现在进入的人多，请再等 {n} 秒。每人的答题时间一样长。", n=left)


def refuse_unpledged(pledged: bool) -> None:
    if not pledged:
        raise Invalid("请先勾选承诺，再开始考试。")


def same_word(said: str, password: str) -> bool:
    """Whether what was typed is what was said in the room; wide digits are digits."""
    typed, known = (normalize("NFKC", one).strip().casefold() for one in (said, password))
    return compare_digest(typed.encode(), known.encode())


def shown(settled: Mapping[str, Iterable[str]], quiz: bool, closed: bool) -> frozenset[Shown]:
    """What of its questions an assessment shows now to who has handed in.

    What is shown earlier stays later. Unsaid, a 小测 shows everything, and any other nothing: the
    score, the pass and the abilities alone.
    """
    if quiz and not settled:
        return frozenset(Shown)
    times = list(When) if closed else [When.DURING, When.AFTER]
    return frozenset(Shown(one) for when in times for one in settled.get(when, ()))


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


class Operation(NamedTuple):
    """One choice as a device reports it. Its key is (turn, sequence).

    sure: the page ran on from its last contact until said_at.
    """

    turn: int
    sequence: int
    slot: int
    answer: Said
    said_at: datetime
    sure: bool = True

    @property
    def key(self) -> tuple[int, int]:
        return self.turn, self.sequence


class Reply(NamedTuple):
    """What an attempt holds in a slot: as it was said, by its key."""

    turn: int
    sequence: int
    slot: int
    answer: Said

    @property
    def key(self) -> tuple[int, int]:
        return self.turn, self.sequence


Told = TypeVar("Told", Operation, Reply)


def fold(operations: Iterable[Told]) -> dict[int, Told]:
    """For each slot the operation that counts: the highest (turn, sequence), however it came."""
    last: dict[int, Told] = {}
    for operation in operations:
        held = last.get(operation.slot)
        if held is None or operation.key > held.key:
            last[operation.slot] = operation
    return last


# ── what was earned ─────────────────────────────────────────────────────────────────────────────


@lru_cache(256)
def bands(
    pass_mark: int, merit: int = MERIT[1], distinction: int = DISTINCTION[1]
) -> tuple[Band, ...]:
    """不合格, 合格 from the pass mark, and what lies above it. Percent of full marks."""
    named = ((MERIT[0], merit), (DISTINCTION[0], distinction))
    above = [Band(name, at) for name, at in named if at > pass_mark]
    return Band(FAILED, 0), Band(PASSED, pass_mark), *above


def pass_line(points: Points, pass_mark: int) -> Fraction:
    """The pass mark in points. pass_mark: of 100."""
    return Fraction(points) * pass_mark / 100


def right_of_asked(
    shares: Iterable[tuple[Sequence[str], Fraction]],
) -> dict[str, list[int]]:
    """For each ability that was asked: how many right, of how many. Right is the full share."""
    counted: dict[str, list[int]] = {}
    for abilities, share in shares:
        right = share == 1
        for code in abilities:
            right_and_asked = counted.setdefault(code, [0, 0])
            right_and_asked[0] += right
            right_and_asked[1] += 1
    return counted


@dataclass(frozen=True)
class Progress:
    """How far the candidates of a unit have come, everyone once."""

    candidates: int = 0
    started: int = 0
    submitted: int = 0
    passed: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            self.candidates + other.candidates,
            self.started + other.started,
            self.submitted + other.submitted,
            self.passed + other.passed,
        )
