"""What a class is, who came, and what follows from it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lms.clock import day_of
from lms.errors import Conflict, Invalid
from lms.words import N_

LONGEST = timedelta(days=366)  # of a class: what is longer has a slip in a year


class ClassKind(StrEnum):
    """Whether one leaves one's work for it: only then a leave beyond 1/7 has its consequence."""

    FULL_TIME = "full time"
    PART_TIME = "part time"


KIND_NAMES: dict[ClassKind, str] = {
    ClassKind.FULL_TIME: N_("脱产培训"),
    ClassKind.PART_TIME: N_("不脱产集中培训"),
}


class Came(StrEnum):
    """How somebody came into a class."""

    LISTED = "listed"
    CALLED_UP = "called up"
    SPLIT = "split"
    MOVED = "moved"
    MAKING_UP = "making up"


CAME_NAMES: dict[Came, str] = {
    Came.LISTED: N_("直接列入"),
    Came.CALLED_UP: N_("调训"),
    Came.SPLIT: N_("分班"),
    Came.MOVED: N_("调班"),
    Came.MAKING_UP: N_("补训"),
}


class Left(StrEnum):
    """How somebody left a class before its end."""

    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    OFF_THE_LIST = "off the list"


LEFT_NAMES: dict[Left, str] = {
    Left.MOVED: N_("调班"),
    Left.WITHDRAWN: N_("退学"),
    Left.OFF_THE_LIST: N_("移出名册"),
}


class Mark(StrEnum):
    """What the list says of one person at one session."""

    PRESENT = "present"
    LATE = "late"
    EARLY = "early"
    LEAVE = "leave"
    ABSENT = "absent"


MARK_NAMES: dict[Mark, str] = {
    Mark.PRESENT: N_("到课"),
    Mark.LATE: N_("迟到"),
    Mark.EARLY: N_("早退"),
    Mark.LEAVE: N_("请假"),
    Mark.ABSENT: N_("缺勤"),
}


class Evidence(StrEnum):
    """What a mark rests on."""

    LIST = "list"
    FILE = "file"
    CODE = "code"


EVIDENCE_NAMES: dict[Evidence, str] = {
    Evidence.LIST: N_("班主任名单"),
    Evidence.FILE: N_("上传的签到表"),
    Evidence.CODE: N_("签到码"),
}


class Angle(StrEnum):
    """By which office a class and its teachers are evaluated, beside the trainees."""

    MANAGER = "class manager"
    ORGANISER = "organiser"


ANGLE_NAMES: dict[Angle, str] = {
    Angle.MANAGER: N_("班主任"),
    Angle.ORGANISER: N_("组织单位"),
}


class Purpose(StrEnum):
    """What an assessment is for a class."""

    PRE = "pre"
    POST = "post"
    END = "end"


PURPOSE_NAMES: dict[Purpose, str] = {
    Purpose.PRE: N_("训前测试"),
    Purpose.POST: N_("训后测试"),
    Purpose.END: N_("结业考核"),
}


# ── the plan of a class ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Plan:
    """What is said of a class before it is held."""

    programme_id: int
    cohort_id: int | None
    title: str
    kind: ClassKind
    for_org_id: int | None
    batch: int | None
    from_on: date
    to_on: date
    place: str | None
    capacity: int
    person_id: int | None
    required_hours: Decimal
    by_hours: bool
    by_attendance: bool
    by_assessment: bool
    most_absent: int | None
    lateness_counts: bool


def refuse_plan(plan: Plan) -> None:
    """Days in order, a place to sit for somebody, and a rule that says something."""
    if plan.to_on < plan.from_on:
        raise Invalid("结束日期不能早于开始日期，请改正。")
    if plan.to_on - plan.from_on > LONGEST:
        raise Invalid("一个班最长一年，请核对开班和结束的年份。")
    if plan.capacity < 1:
        raise Invalid("容量至少为 1 人，请改正。")
    if not (plan.by_hours or plan.by_attendance or plan.by_assessment):
        raise Invalid("结业条件至少选一项：学时、考勤或考核。")
    if plan.by_attendance and plan.kind is ClassKind.PART_TIME and plan.most_absent is None:
        raise Invalid("不脱产的班选了考勤条件，请写明缺勤最多几次。")


def refuse_crowd(there: int, coming: int, capacity: int) -> None:
    """A class takes as many as it has room for."""
    if there + coming > capacity:
        raise Conflict(
            "这个班容量 {capacity} 人，已有 {there} 人，不能再列入 {coming} 人。"
            "请先调大容量，或列入另一个班。",
            capacity=capacity,
            there=there,
            coming=coming,
        )


def refuse_closed(closed: bool) -> None:
    """A class that has ended is as it is."""
    if closed:
        raise Conflict("这个班已经结班，不能再改。")


@dataclass(frozen=True)
class Lesson:
    """One row of the timetable as it is written. teacher_id: of the roster of teachers."""

    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    subject: str
    teacher_id: int | None = None
    teacher: str | None = None
    place: str | None = None


def refuse_lesson(lesson: Lesson, from_on: date, to_on: date) -> None:
    """A row of the timetable lies within the class and ends after it has begun."""
    if lesson.ends_at <= lesson.starts_at:
        raise Invalid("下课时间应晚于上课时间，请改正。")
    if not from_on <= day_of(lesson.starts_at) <= to_on:
        raise Invalid("上课日期应在 {first} 至 {last} 之间。", first=from_on, last=to_on)
    if lesson.hours <= 0:
        raise Invalid("学时应大于 0，请改正。")


def overlapping(rows: Iterable[tuple[int, datetime, datetime]]) -> set[int]:
    """Rows of one timetable, or of one teacher, that lie over one another. rows: id, start, end."""
    found: set[int] = set()
    latest: tuple[int, datetime] | None = None
    for row_id, starts, ends in sorted(rows, key=lambda row: row[1:]):
        if latest is not None and starts < latest[1]:
            found |= {latest[0], row_id}
        if latest is None or ends > latest[1]:
            latest = row_id, ends
    return found


def moved_by(days: timedelta, lessons: Iterable[Lesson]) -> list[Lesson]:
    """The same timetable so many days later: last year's class held again.

    City time has no summer time, so a day is always 24 hours.
    """
    return [
        replace(one, starts_at=one.starts_at + days, ends_at=one.ends_at + days) for one in lessons
    ]
