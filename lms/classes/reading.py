"""Reads what is pasted or uploaded: a timetable, persons, who came. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from lms.classes.rules import Lesson, Mark
from lms.clock import CITY_TIME, FIRST_YEAR, LAST_YEAR
from lms.errors import Invalid, Refusal
from lms.words import N_

DAY = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?")
TIME = re.compile(r"(\d{1,2})[:：](\d{2})")
HOURS = Decimal(24)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: where it stands, a sentence, and its values."""

    row: int
    why: Refusal


def cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of a paste with their numbers, each as its cells; empty ones are left out."""
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in re.split(r"\t|，|,", line)]
        if any(parts):
            yield number, parts


# ── a timetable ─────────────────────────────────────────────────────────────────────────────────


def read_lessons(
    text: str, from_on: date, teachers: Mapping[str, int]
) -> tuple[list[tuple[int, Lesson]], list[Fault]]:
    """Rows of 日期 上课 下课 学时 课程内容 教师 地点, and what is wrong with the others.

    from_on: of the class; a day without its year lies in that year. teachers: name → id.
    """
    found, faults = [], []
    for number, parts in cells(text):
        if number == 1 and parts[0] in HEADS:
            continue
        try:
            found.append((number, _lesson(parts, from_on, teachers)))
        except Invalid as why:
            faults.append(Fault(number, why))
    return found, faults


HEADS = {"日期", "时间", "上课日期"}  # data: as the first row of a sheet has it


def _lesson(parts: list[str], from_on: date, teachers: Mapping[str, int]) -> Lesson:
    if len(parts) < 5:
        raise Invalid("一行至少要有日期、上课、下课、学时、课程内容五格。")
    on, starts, ends, hours, subject, teacher, place, *_ = [*parts, "", ""]
    if not subject:
        raise Invalid("没有写课程内容。")
    day = read_day(on, from_on.year)
    known = teachers.get(teacher)
    lesson = Lesson(
        starts_at=_at(day, starts),
        ends_at=_at(day, ends),
        hours=read_hours(hours),
        subject=subject[:120],
        teacher_id=known,
        teacher=None if known else teacher[:120] or None,
        place=place[:200] or None,
    )
    if lesson.ends_at <= lesson.starts_at:
        raise Invalid("下课时间应晚于上课时间，请改正。")
    return lesson


def read_day(text: str, year: int) -> date:
    """2026-11-23, 11月23日, 11.23."""
    found = DAY.fullmatch(_plain(text).split(" ")[0])
    try:
        if found and FIRST_YEAR <= (said := int(found[1] or year)) <= LAST_YEAR:
            return date(said, int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Invalid("“{word}”不像日期，请写成 2026-11-23。", word=text[:20])


def _at(day: date, text: str) -> datetime:
    found = TIME.match(_plain(text))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Invalid("“{word}”不像时间，请写成 08:30。", word=text[:20])
    clock = time(int(found[1]), int(found[2]))
    return datetime.combine(day, clock, CITY_TIME).astimezone(UTC)


def read_hours(text: str) -> Decimal:
    """4, 4.5, 4 学时."""
    try:
        hours = Decimal(_plain(text).removesuffix("学时").strip())
    except InvalidOperation:
        hours = Decimal(0)
    if not 0 < hours <= HOURS:
        raise Invalid("“{word}”不像学时，请写成 4 或 4.5。", word=text[:20])
    return hours


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


# ── persons ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Known:
    """Somebody who may be meant: by number, by name, by name and unit."""

    id: int
    name: str
    numbers: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Meant:
    """Whom a row means."""

    row: int
    id: int
    rest: tuple[str, ...]  # the other cells


NOT_FOUND = N_("没有找到“{word}”，请写编号或姓名。")
SEVERAL = N_("“{word}”有 {n} 人，请加上单位，或改写编号。")
TWICE = N_("“{word}”在第 {row} 行已经出现过。")


def read_persons(
    rows: Iterable[tuple[int, Sequence[str]]], known: Sequence[Known]
) -> tuple[list[Meant], list[Fault]]:
    """Whom rows of cells mean: a cell that is a number or a name says it, a unit tells apart."""
    by_number = {number: one for one in known for number in one.numbers if number}
    by_name: dict[str, list[Known]] = {}
    for person in known:
        by_name.setdefault(_name(person.name), []).append(person)
    found: dict[int, Meant] = {}
    faults = []
    for number, parts in rows:
        said = [_name(part) for part in parts]
        one, why = _meant(said, by_number, by_name)
        if one is not None and one.id in found:
            why = Invalid(TWICE, word=one.name, row=found[one.id].row)
        if why is not None:
            faults.append(Fault(number, why))
        elif one is not None:
            mine = (*one.numbers, _name(one.name), one.unit)
            rest = tuple(part for part in said if part and part not in mine)
            found[one.id] = Meant(number, one.id, rest)
    return list(found.values()), faults


def _meant(
    said: list[str], by_number: Mapping[str, Known], by_name: Mapping[str, list[Known]]
) -> tuple[Known | None, Refusal | None]:
    for part in said:
        if part in by_number:
            return by_number[part], None
    for part in said:
        if not (some := by_name.get(part)):
            continue
        if len(some) > 1:
            here = [one for one in some if one.unit in said]
            some = here if len(here) == 1 else some
        if len(some) == 1:
            return some[0], None
        return None, Invalid(SEVERAL, word=part, n=len(some))
    first = next((part for part in said if part and not part.isdigit()), next(iter(said), ""))
    return None, Invalid(NOT_FOUND, word=first[:20])


def _name(text: str) -> str:
    """Without gaps, and one kind of dot: 张 三, 买买提•艾力."""
    plain = "".join(_plain(text).split())
    return re.sub("[•・‧∙●]", "·", plain)


# ── who came ────────────────────────────────────────────────────────────────────────────────────

# data: what a sign-in sheet says of one person; "-" and nothing at all are read as not there
SAID: dict[str, Mark] = {
    **dict.fromkeys(("到", "到课", "已到", "出勤", "签到", "√", "✓", "✔", "是", "1"), Mark.PRESENT),
    **dict.fromkeys(("迟到", "迟"), Mark.LATE),
    **dict.fromkeys(("早退",), Mark.EARLY),
    **dict.fromkeys(("请假", "假", "事假", "病假", "公假"), Mark.LEAVE),
    **dict.fromkeys(("缺勤", "旷课", "未到", "缺课", "缺席", "×", "否", "0"), Mark.ABSENT),
}
HEAD_OF_STATE = ("考勤", "签到", "出勤", "状态", "到课")  # data: heads of the column that says it
HEAD_OF_NAME = ("姓名", "学员", "编号", "人员编号")
NOTHING_SAID = N_("“{word}”不像考勤，请写到课、迟到、早退、请假或缺勤。")
NO_HEAD = N_("没有找到表头：表中要有“姓名”或“编号”一列。")


@dataclass(frozen=True)
class Attended:
    """What an uploaded list says. silent: members of whom it says nothing."""

    marks: dict[int, Mark]
    faults: list[Fault]
    silent: list[int]


def read_attendance(rows: Sequence[tuple[int, Sequence[str]]], known: Sequence[Known]) -> Attended:
    """The marks of a sheet: who is named came, unless a column says otherwise.

    Who is not named is absent, and is listed as such to be looked at.
    """
    head = next((n for n, (_, row) in enumerate(rows) if _names_persons(row)), None)
    if head is None:
        raise Invalid(NO_HEAD)
    state = next((n for n, cell in enumerate(rows[head][1]) if _is_state(cell)), None)
    body = [(number, row) for number, row in rows[head + 1 :] if any(row)]
    meant, faults = read_persons(body, known)
    cells_of = dict(body)
    marks = {}
    for one in meant:
        row = cells_of[one.row]
        word = _name(row[state]) if state is not None and state < len(row) else None
        mark = Mark.PRESENT if word is None else SAID.get(word or "未到")
        if mark is None:
            faults.append(Fault(one.row, Invalid(NOTHING_SAID, word=(word or "")[:20])))
        else:
            marks[one.id] = mark
    silent = [one.id for one in known if one.id not in marks]
    return Attended(marks, sorted(faults, key=lambda one: one.row), silent)


def _names_persons(row: Sequence[str]) -> bool:
    return any(_name(cell) in HEAD_OF_NAME for cell in row)


def _is_state(cell: str) -> bool:
    return _name(cell).startswith(HEAD_OF_STATE)
