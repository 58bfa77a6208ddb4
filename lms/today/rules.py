"""What a cadre still has to do, and what comes next. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lms.clock import day_of
from lms.exams.rules import Standing, ToSit
from lms.training.rules import completed

CAN_BEGIN = (Standing.OPEN, Standing.FAILED)


@dataclass(frozen=True)
class Step:
    """One lesson of a course, and whether it has been read."""

    id: int
    course_id: int
    title: str
    minutes: int
    is_read: bool


@dataclass(frozen=True)
class Task:
    """What a cohort asks of a person, or a single assessment: by when, and what is left.

    steps: the lessons in order; sits: the assessments; hours, required: of the cohort.
    """

    title: str
    programme: str
    closes_on: date
    hours: Decimal
    required: Decimal
    steps: tuple[Step, ...]
    sits: tuple[ToSit, ...]
    unlisted: int  # assessments that this person is not yet a candidate of
    now: datetime
    small: bool = False  # a 小测 by itself: done when it was sat, gone when it is over

    @property
    def unread(self) -> list[Step]:
        """The lessons still to read; none once the hours are there."""
        if self.hours >= self.required:
            return []
        return [step for step in self.steps if not step.is_read]

    @property
    def courses_left(self) -> int:
        return len({step.course_id for step in self.unread})

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.unread)

    @property
    def sits_left(self) -> int:
        """Assessments that are not passed; a 小测 by itself, that was not sat."""
        left = (not (sit.done if self.small else sit.passed) for sit in self.sits)
        return sum(left) + self.unlisted

    @property
    def hours_left(self) -> Decimal:
        """Hours that are missing although every lesson has been read: they come from elsewhere."""
        return Decimal(0) if self.unread else max(self.required - self.hours, Decimal(0))

    @property
    def done(self) -> bool:
        """Nothing is left: 完成, as the tables count it."""
        asked = bool(self.sits or self.unlisted)
        return completed(self.hours, self.required, not self.sits_left, asked)

    @property
    def running(self) -> ToSit | None:
        """An assessment that has been begun and not submitted: it comes before all else."""
        return next((sit for sit in self.sits if sit.running is not None), None)

    @property
    def next_lesson(self) -> Step | None:
        return next(iter(self.unread), None)

    @property
    def next_sit(self) -> ToSit | None:
        """The assessment to begin, once the lessons are read."""
        return next((sit for sit in self.sits if sit.standing(self.now) in CAN_BEGIN), None)

    @property
    def coming(self) -> ToSit | None:
        """The assessment that opens later."""
        waits = (sit for sit in self.sits if sit.standing(self.now) is Standing.COMING)
        return min(waits, key=lambda sit: sit.opens_at, default=None)

    @property
    def stuck(self) -> ToSit | None:
        """An assessment that is not passed and cannot be sat any more."""
        lost = (Standing.SPENT, Standing.MISSED, Standing.OVER)
        return next((sit for sit in self.sits if sit.standing(self.now) in lost), None)

    @property
    def steps_done(self) -> int:
        return sum(step.is_read for step in self.steps) + sum(bool(s.passed) for s in self.sits)

    @property
    def steps_in_all(self) -> int:
        return len(self.steps) + len(self.sits) + self.unlisted

    @property
    def can_go_on(self) -> bool:
        """Whether there is a button to press now."""
        return bool(self.running or self.next_lesson or self.next_sit)

    def over(self, today: date) -> bool:
        """Whether the last day has passed."""
        return today > self.closes_on


@dataclass(frozen=True)
class Asked:
    """A cohort that a person is on the list of."""

    cohort_id: int
    title: str
    programme: str
    closes_on: date
    hours: Decimal
    required: Decimal


def tasks(
    asked: Iterable[Asked],
    steps: Sequence[tuple[int, Step]],
    asked_to_sit: Sequence[tuple[int, int]],
    sits: Sequence[ToSit],
    now: datetime,
) -> list[Task]:
    """One task a cohort, and one for each assessment outside; the next to do stands first.

    steps: cohort → lesson; asked_to_sit: cohort → assessment, of lists left as well.
    """
    known = {sit.assessment_id: sit for sit in sits}
    found = [_task(one, steps, asked_to_sit, known, now) for one in asked]
    inside = {sit_id for _, sit_id in asked_to_sit}
    found += [
        _alone(sit, now) for sit in sits if sit.assessment_id not in inside and _stands(sit, now)
    ]
    return sorted(found, key=lambda task: _order(task, day_of(now)))


def _task(
    one: Asked,
    steps: Sequence[tuple[int, Step]],
    asked_to_sit: Sequence[tuple[int, int]],
    known: dict[int, ToSit],
    now: datetime,
) -> Task:
    mine = [sit_id for cohort_id, sit_id in asked_to_sit if cohort_id == one.cohort_id]
    sits = tuple(known[sit_id] for sit_id in mine if sit_id in known)
    return Task(
        title=one.title,
        programme=one.programme,
        closes_on=one.closes_on,
        hours=one.hours,
        required=one.required,
        steps=tuple(step for cohort_id, step in steps if cohort_id == one.cohort_id),
        sits=sits,
        unlisted=len(mine) - len(sits),
        now=now,
    )


def _stands(sit: ToSit, now: datetime) -> bool:
    """What can be sat, or was passed; a 小测 no longer than it is open."""
    return sit.waits(now) or (now < sit.closes_at if sit.quiz else bool(sit.passed))


def _alone(sit: ToSit, now: datetime) -> Task:
    """An assessment that belongs to no cohort of this person."""
    none = Decimal(0)
    day = day_of(sit.closes_at)
    return Task(sit.title, "", day, none, none, (), (sit,), 0, now, small=sit.quiz)


def _order(task: Task, today: date) -> tuple:
    """A running attempt, then what can be done now by its last day, then what waits."""
    return (
        task.done,
        task.running is None,
        not task.can_go_on,
        task.over(today),
        task.closes_on,
        task.title,
    )
