"""What the lists of a class come to for one person: hours, leave, absence, completion. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.classes.rules import ClassKind, Mark
from lms.words import N_

LEAVE_LIMIT = Fraction(1, 7)  # of all hours of a full-time class (干部教育培训工作条例)
CAME = frozenset({Mark.PRESENT, Mark.LATE, Mark.EARLY})
NONE = Decimal(0)


@dataclass(frozen=True)
class Tally:
    """One person in one class. planned: the hours of all lessons; the counts are of lessons."""

    planned: Decimal = NONE
    attended: Decimal = NONE
    leave: Decimal = NONE
    missed: Decimal = NONE  # without leave
    absent: int = 0
    late: int = 0
    early: int = 0
    open: int = 0  # lessons whose list nobody has confirmed

    @property
    def leave_share(self) -> Fraction:
        """The leave as an exact part of all hours."""
        return Fraction(self.leave) / Fraction(self.planned) if self.planned else Fraction(0)

    @property
    def beyond(self) -> bool:
        """Whether the leave is more than a seventh."""
        return self.leave_share > LEAVE_LIMIT

    def within(self, leave: Decimal, planned: Decimal) -> bool:
        """Whether the leave is no greater a part than it was when something was decided on it."""
        return Fraction(self.leave) * Fraction(planned) <= Fraction(leave) * Fraction(self.planned)


def tally(lessons: Iterable[tuple[Decimal, Mark | None]]) -> Tally:
    """lessons: the hours of each, and what holds of the person; none where nothing does yet."""
    hours: dict[Mark | None, Decimal] = {}
    times: dict[Mark | None, int] = {}
    for worth, mark in lessons:
        hours[mark] = hours.get(mark, NONE) + worth
        times[mark] = times.get(mark, 0) + 1
    return Tally(
        planned=sum(hours.values(), NONE),
        attended=sum((hours.get(mark, NONE) for mark in CAME), NONE),
        leave=hours.get(Mark.LEAVE, NONE),
        missed=hours.get(Mark.ABSENT, NONE),
        absent=times.get(Mark.ABSENT, 0),
        late=times.get(Mark.LATE, 0),
        early=times.get(Mark.EARLY, 0),
        open=times.get(None, 0),
    )


# ── completion ──────────────────────────────────────────────────────────────────────────────────


class Lack(StrEnum):
    """What somebody lacks who has not completed a class."""

    HOURS = "hours"
    LEAVE = "leave"
    ABSENT = "absent"
    ASSESSMENT = "assessment"


LACK_NAMES: dict[Lack, str] = {
    Lack.HOURS: N_("学时不足"),
    Lack.LEAVE: N_("请假超过七分之一"),
    Lack.ABSENT: N_("缺勤超过规定次数"),
    Lack.ASSESSMENT: N_("考核未合格"),
}


@dataclass(frozen=True)
class Rule:
    """The rule of completion of a class; each part is on or off."""

    kind: ClassKind
    required_hours: Decimal
    by_hours: bool
    by_attendance: bool
    by_assessment: bool
    most_absent: int | None
    lateness_counts: bool


def times_missed(found: Tally, rule: Rule) -> int:
    """Absences without leave as this class counts them: leave is never among them."""
    return found.absent + (found.late + found.early if rule.lateness_counts else 0)


def due_to_withdraw(found: Tally, rule: Rule) -> bool:
    """应予退学: only who left the work for a class can be away from it for too long."""
    return rule.kind is ClassKind.FULL_TIME and found.beyond


def lacking(found: Tally, rule: Rule, passed: bool, kept: bool = False) -> tuple[Lack, ...]:
    """What is missing for 结业; nothing: completed. kept: the organiser decided on the leave."""
    missed = times_missed(found, rule)
    too_often = rule.most_absent is not None and missed > rule.most_absent
    lacks = {
        Lack.HOURS: rule.by_hours and found.attended < rule.required_hours,
        Lack.LEAVE: rule.by_attendance and due_to_withdraw(found, rule) and not kept,
        Lack.ABSENT: rule.by_attendance and too_often,
        Lack.ASSESSMENT: rule.by_assessment and not passed,
    }
    return tuple(lack for lack, is_so in lacks.items() if is_so)
