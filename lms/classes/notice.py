"""The papers of a class as they stand on paper: the notice of its opening, and who sits where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lms.classes.models import ClassSession, TrainingClass
from lms.classes.queries import Row
from lms.classes.rules import ClassKind
from lms.clock import CITY_TIME
from lms.scoring.totals import plain

NUMERALS = "一二三四五六七八九十"  # data: of the paragraphs of a notice
FULL_TIME_RULE = (  # data: as the rules of training have it
    "脱产培训期间严格考勤，请假须按程序报批，请假累计超过总学时七分之一的，应予退学。"
)
PART_TIME_RULE = "按时参加，因故不能参加的，提前向班主任请假。"  # data: as notices have it
GREETING, SIGNED = "各有关单位：", "（盖章）"  # data: as notices have it


@dataclass(frozen=True)
class Notice:
    """What a notice says, paragraph by paragraph."""

    title: str
    greeting: str
    opening: str
    parts: list[tuple[str, str]]
    signed: tuple[str, str]


def notice(
    found: TrainingClass, lessons: Sequence[ClassSession], persons: int, today: date
) -> Notice:
    """开班通知: when, where, who, what, and what is asked of them."""
    subjects = "、".join(dict.fromkeys(one.subject for one in lessons))  # data: a list of words
    hours = plain(sum((one.hours for one in lessons), Decimal(0)))
    # data: as notices have it
    taught = f"{subjects}。共 {len(lessons)} 次课，{hours} 学时（课程表附后）。"
    said = [
        ("培训时间", _days(found)),  # data: heads of a notice
        ("培训地点", found.place or "另行通知"),  # data: heads of a notice
        # data: heads of a notice
        ("培训对象", f"列入学员名册的人员，共 {persons} 人（名册附后）。"),
        ("培训内容", taught if lessons else "另行通知"),  # data: heads of a notice
        # data: heads of a notice
        ("有关要求", FULL_TIME_RULE if found.kind is ClassKind.FULL_TIME else PART_TIME_RULE),
    ]
    if found.manager:
        said.append(("班主任", found.manager.name))  # data: heads of a notice
    return Notice(
        title=f"关于举办{found.title}的通知",  # data: as notices have it
        greeting=GREETING,
        # data: as notices have it
        opening=f"根据{found.programme.title}安排，决定举办{found.title}，现将有关事项通知如下：",
        parts=[
            # data: 一、培训时间
            (f"{NUMERALS[n]}、{head}", text)
            for n, (head, text) in enumerate(said)
        ],
        signed=(found.org.name + SIGNED, _day(today)),
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"  # data: as documents write a day


def _days(found: TrainingClass) -> str:
    if found.from_on == found.to_on:
        return _day(found.from_on)
    return f"{_day(found.from_on)}至{_day(found.to_on)}"  # data: as documents write days


def notice_document(said: Notice, now: datetime, demonstration: str = "") -> bytes:
    """The notice as a Word document, for an officer to go on writing."""
    from lms.sheets.official import Official  # loaded by who takes a notice home

    page = Official(said.title, now, demonstration)
    page.greeting(said.greeting)
    page.line(said.opening)
    for head, text in said.parts:
        page.first(head)
        page.line(text)
    page.signed(said.signed)
    return page.bytes()


# ── the sign-in sheet ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sitting:
    """Half a day: one column to sign in."""

    on: date
    afternoon: bool


def sittings(lessons: Sequence[ClassSession]) -> list[Sitting]:
    """One signature for each half day, however many lessons it has."""
    found = {
        Sitting(one.on, one.starts_at.astimezone(CITY_TIME).hour >= 12): None for one in lessons
    }
    return list(found)


def sheets(rows: Sequence[Row], columns: Sequence[Sitting], most: int = 6):
    """The columns of sign-in sheets that fit on a page; every sheet has everybody."""
    return [columns[first : first + most] for first in range(0, len(columns), most)] if rows else []
