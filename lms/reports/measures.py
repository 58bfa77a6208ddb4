"""What is counted of a list, and the numbers made of it: each a versioned definition. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lms.words import N_

HUNDREDTH = Decimal("0.01")
HUNDREDTH_OF_PERCENT = Decimal("0.0001")


class Count(StrEnum):
    """What is added up for a line: persons, each once; below them sums that are no persons."""

    LISTED = "listed"
    EXEMPTED = "exempted"
    EXEMPT_CAME = "exempt_came"
    REQUIRED = "required"
    CALLED = "called"
    ATTENDED = "attended"
    GRADUATED = "graduated"
    COMPLETED = "completed"
    OPEN = "open"
    REACHED = "reached"
    COVERED = "covered"
    SCHEDULED = "scheduled"
    SAT = "sat"
    PASSED = "passed"
    FIRST_PASSED = "first_passed"
    RESIT_PASSED = "resit_passed"
    EXCELLENT = "excellent"
    DEFERRED = "deferred"
    MADE_UP = "made_up"
    EXAM_DEFERRED = "exam_deferred"
    WITHDRAWN = "withdrawn"
    QUOTA_CAME = "quota_came"
    QUOTA = "quota"
    VISITS = "visits"
    PLANNED = "planned"  # hundredths of hours of sessions
    PRESENT = "present"
    HOURS = "hundredths"  # hundredths of hours credited
    ORGANISED = "organised"
    ONLINE = "online"


COUNT_NAMES: dict[Count, str] = {
    Count.LISTED: N_("在册"),
    Count.EXEMPTED: N_("免训"),
    Count.EXEMPT_CAME: N_("免训人员参训"),
    Count.REQUIRED: N_("应训"),
    Count.CALLED: N_("调训"),
    Count.ATTENDED: N_("参训"),
    Count.GRADUATED: N_("结业"),
    Count.COMPLETED: N_("完成"),
    Count.OPEN: N_("未完成"),
    Count.REACHED: N_("学时达标"),
    Count.COVERED: N_("轮训覆盖"),
    Count.SCHEDULED: N_("应考"),
    Count.SAT: N_("参考"),
    Count.PASSED: N_("合格"),
    Count.FIRST_PASSED: N_("首考合格"),
    Count.RESIT_PASSED: N_("补考合格"),
    Count.EXCELLENT: N_("优秀"),
    Count.DEFERRED: N_("缓训"),
    Count.MADE_UP: N_("补训"),
    Count.EXAM_DEFERRED: N_("缓考"),
    Count.WITHDRAWN: N_("已退出"),
    Count.QUOTA_CAME: N_("调训参训"),
    Count.QUOTA: N_("调训名额"),
    Count.VISITS: N_("培训人次"),
    Count.PLANNED: N_("应到学时"),
    Count.PRESENT: N_("实到学时"),
    Count.HOURS: N_("学时"),
    Count.ORGANISED: N_("集中培训学时"),
    Count.ONLINE: N_("网络自学学时"),
}

# Each count of persons is a part of another: nobody is in a numerator who is not below the line.
PART_OF: dict[Count, Count] = {
    Count.EXEMPTED: Count.LISTED,
    Count.EXEMPT_CAME: Count.EXEMPTED,
    Count.REQUIRED: Count.LISTED,
    Count.CALLED: Count.REQUIRED,
    Count.ATTENDED: Count.REQUIRED,
    Count.GRADUATED: Count.ATTENDED,
    Count.COMPLETED: Count.REQUIRED,
    Count.OPEN: Count.REQUIRED,
    Count.REACHED: Count.REQUIRED,
    Count.COVERED: Count.LISTED,
    Count.SCHEDULED: Count.REQUIRED,
    Count.SAT: Count.SCHEDULED,
    Count.PASSED: Count.SAT,
    Count.FIRST_PASSED: Count.PASSED,
    Count.RESIT_PASSED: Count.PASSED,
    Count.EXCELLENT: Count.PASSED,
    Count.DEFERRED: Count.REQUIRED,
    Count.MADE_UP: Count.ATTENDED,
    Count.QUOTA_CAME: Count.ATTENDED,
    Count.EXAM_DEFERRED: Count.SCHEDULED,
}
PERSONS = (Count.LISTED, *PART_OF, Count.WITHDRAWN)  # who left stands on no list any more

SUMS_OF_PERSONS = (Count.HOURS, Count.ORGANISED, Count.ONLINE)


def within(part: Count, whole: Count) -> bool:
    """Whether all persons of one count are among those of another."""
    while part is not whole:
        if part not in PART_OF:
            return False
        part = PART_OF[part]
    return True


class Kind(StrEnum):
    """What a number is."""

    PERSONS = "persons"
    TIMES = "times"
    RATE = "rate"
    MEAN = "mean"  # hours a person


class Topic(StrEnum):
    """Under which head a number stands in a table."""

    LIST = "list"
    TRAINING = "training"
    EXAM = "exam"
    HOURS = "hours"


TOPIC_NAMES: dict[Topic, str] = {
    Topic.LIST: N_("名单"),
    Topic.TRAINING: N_("培训"),
    Topic.EXAM: N_("测评"),
    Topic.HOURS: N_("学时"),
}


@dataclass(frozen=True)
class Definition:
    """A number: one version of how it is made. org_id: the unit whose own it is; none: shipped."""

    code: str
    name: str
    words: str
    kind: Kind
    topic: Topic
    numerator: Count
    denominator: Count | None = None
    version: int = 1
    from_on: date = date.min  # what is shipped held before any of a unit's own
    org_id: int | None = None

    def needs(self) -> set[Count]:
        """The counts it is made of."""
        return {self.numerator} | ({self.denominator} if self.denominator else set())

    def value(self, counts: Mapping[str, int]) -> int | Decimal | None:
        """The number of a line; none where its denominator is 0."""
        part = int(counts[self.numerator])
        if self.denominator is None:
            return part
        whole = int(counts[self.denominator])
        return share(part, whole) if self.kind is Kind.RATE else mean(part, whole)


def share(numerator: int, denominator: int) -> Decimal | None:
    """A rate to a hundredth of a percent, half up; none where nobody could be counted."""
    if not denominator:
        return None
    exact = Decimal(int(numerator)) / Decimal(int(denominator))
    return exact.quantize(HUNDREDTH_OF_PERCENT, ROUND_HALF_UP)


def percent(part: int, whole: int) -> str:
    """The same as it is written, by whole numbers; — where nobody could be counted."""
    if not whole:
        return "—"
    hundredths = (part * 20000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def mean(hundredths: int, persons: int) -> Decimal | None:
    """Hours a person to two places, half up; none where nobody is there."""
    if not persons:
        return None
    return (Decimal(hundredths) / 100 / persons).quantize(HUNDREDTH, ROUND_HALF_UP)


def in_force(
    versions: Iterable[Definition], day: date, units: Iterable[int] = ()
) -> dict[str, Definition]:
    """Code → the definition that holds on a day for a unit.

    units: the unit's superiors from the top down, itself last. The nearest unit with a version of
    its own decides, and of its versions the last one that has begun.
    """
    near = {None: -1} | {unit: place for place, unit in enumerate(units)}
    begun = [one for one in versions if one.org_id in near and one.from_on <= day]
    order = sorted(begun, key=lambda one: (near[one.org_id], one.from_on, one.version))
    return {one.code: one for one in order}


def needed(definitions: Iterable[Definition]) -> set[Count]:
    """The counts of which these numbers are made."""
    return {count for one in definitions for count in one.needs()}
