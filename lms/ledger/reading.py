"""Reads a list of hours as academies and Party schools send it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from lms.errors import Invalid
from lms.ledger.rules import MOST, HourKind
from lms.ledger.vocabulary import KIND_WORDS, TOLD_WORDS
from lms.people.facts import read_id_number, read_name, read_number
from lms.rosters.vocabulary import FIELD_NAMES, Field, column_of
from lms.sheets.books import Book, Value
from lms.sheets.cells import label, text
from lms.sheets.days import read_day
from lms.sheets.heads import Heading
from lms.sheets.promise import refuse_title
from lms.sheets.tables import Line, Table, find_table
from lms.words import N_

MOST_ROWS = 5000  # of one list: more are sent in two
NO_TABLE = N_("没有找到学时名单。表头至少要有“姓名”和“学时”，请对照后再上传。")
NAME = FIELD_NAMES[Field.NAME]
HOUR_SIGN = "学时"  # data: as in “8学时”
UNITS = (Field.COUNTY, Field.TOWNSHIP, Field.VILLAGE, Field.UNIT)


class Told(StrEnum):
    """What a column of such a list tells besides who is meant."""

    HOURS = "hours"
    ACTIVITY = "activity"
    KIND = "kind"
    BEGAN = "began"
    ENDED = "ended"


TOLD_NAMES: dict[Told, str] = {
    Told.HOURS: N_("学时"),
    Told.ACTIVITY: N_("培训名称"),
    Told.KIND: N_("培训形式"),
    Told.BEGAN: N_("开始日期"),
    Told.ENDED: N_("结束日期"),
}
_TOLD = {word: Told(told) for told, words in TOLD_WORDS.items() for word in words.split()}
_KINDS = {word: HourKind(kind) for kind, words in KIND_WORDS.items() for word in words.split()}


@dataclass(frozen=True)
class Common:
    """What holds for every row that does not say otherwise. None: each row has to say it."""

    activity: str | None = None
    kind: HourKind | None = None
    hours: Decimal | None = None
    began_on: date | None = None
    ended_on: date | None = None


@dataclass
class Row:
    """One row: whom it names, and what is credited. faults: column, constant text, values."""

    row: int
    name: str = ""
    number: str = ""
    id_number: str = ""
    unit: str = ""
    activity: str | None = None
    kind: HourKind | None = None
    hours: Decimal | None = None
    began_on: date | None = None
    ended_on: date | None = None
    faults: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def blame(self, column: str, why: str, **values: Any) -> None:
        self.faults.append((column, why, {name: str(value) for name, value in values.items()}))


def _column(heading: Heading) -> Field | Told | None:
    bare = heading.label
    known = column_of(bare)
    return _TOLD.get(bare) or (known[0] if known else None)


def _knows(word: str) -> bool:
    return word in _TOLD or column_of(word) is not None


def read_hours(book: Book, common: Common, demonstration: bool, today: date) -> list[Row]:
    """Every row of the first table that has names and hours. Raises Invalid where there is none."""
    for sheet in book.sheets:
        table = None if sheet.hidden else find_table(sheet, _knows)
        columns = _columns(table) if table else {}
        if table and Field.NAME in columns and (Told.HOURS in columns or common.hours):
            rows = [_row(line, columns, common, demonstration, today) for line in table.lines]
            found = [row for row in rows if row.name or row.number or row.id_number]
            _refuse_many(len(found))
            return found
    raise Invalid(NO_TABLE)


def _refuse_many(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Invalid(
            "名单有 {rows} 行，一次最多 {most} 行，请分成几份。", rows=rows, most=MOST_ROWS
        )
    if not rows:
        raise Invalid("名单里没有一行写有姓名，请核对后再上传。")


def _columns(table: Table) -> dict[Field | Told, Heading]:
    found: dict[Field | Told, Heading] = {}
    for heading in table.headings:
        kind = _column(heading)
        if kind is not None:
            found.setdefault(kind, heading)
    return found


Columns = Mapping[Field | Told, Heading]


def _row(line: Line, columns: Columns, common: Common, demonstration: bool, today: date) -> Row:
    def cell(column: Field | Told) -> Value:
        return line.value(columns[column].column) if column in columns else ""

    def take(column: Field | Told, read: Callable[[Value], Any], other: Any) -> Any:
        """What a cell says; what is wrong with it is noted, and what holds in common counts."""
        try:
            said = read(cell(column))
        except Invalid as wrong:
            named = columns[column].full if column in columns else NAME
            row.blame(named, wrong.text, **wrong.values)
            return None
        return other if said in (None, "") else said

    row = Row(line.row)
    row.name = take(Field.NAME, read_name, "") or text(cell(Field.NAME))[:30]
    row.number = take(Field.NUMBER, read_number, "") or ""
    id_number = take(Field.ID_NUMBER, lambda value: read_id_number(value, demonstration), None)
    row.id_number = id_number.text if id_number else ""
    row.unit = "".join("".join(text(cell(unit)).split()) for unit in UNITS)
    row.activity = take(Told.ACTIVITY, _words, common.activity)
    row.kind = take(Told.KIND, _kind, common.kind)
    row.hours = take(Told.HOURS, _hours, common.hours)
    row.began_on = take(Told.BEGAN, _day, common.began_on)
    row.ended_on = take(Told.ENDED, _day, common.ended_on)
    _check(row, today)
    return row


def _check(row: Row, today: date) -> None:
    """What a row must say, whoever says it."""
    blamed = {column for column, _, _ in row.faults}
    for told, value in (
        (Told.HOURS, row.hours),
        (Told.KIND, row.kind),
        (Told.ENDED, row.ended_on),
        (Told.ACTIVITY, row.activity),
    ):
        if value is None and not blamed:
            row.blame(TOLD_NAMES[told], N_("没有写，上传时也没有统一填写。"))
    if row.ended_on and row.ended_on > today:
        row.blame(TOLD_NAMES[Told.ENDED], N_("培训还没有结束，不能记学时。"))
    if row.began_on and row.ended_on and row.began_on > row.ended_on:
        row.blame(TOLD_NAMES[Told.BEGAN], N_("开始日期晚于结束日期。"))


def _words(value: Value) -> str:
    said = " ".join(text(value).split())[:120]
    refuse_title(said)
    return said


def _kind(value: Value) -> HourKind | None:
    word = label(value)
    if word and word not in _KINDS:
        raise Invalid("“{word}”不能识别，请写“集中培训”“网络自学”或“其他”。", word=word[:20])
    return _KINDS.get(word)


def _hours(value: Value) -> Decimal | None:
    word = text(value).removesuffix(HOUR_SIGN).strip()
    if not word:
        return None
    try:
        hours = Decimal(word)
    except InvalidOperation as wrong:
        raise Invalid("“{word}”不是学时数。", word=word[:20]) from wrong
    if not hours.is_finite() or not 0 < hours <= MOST or hours != round(hours, 2):
        raise Invalid("学时“{word}”应大于 0、不超过 2000，最多两位小数。", word=word[:20])
    return hours


def _day(value: Value) -> date | None:
    """A day; of a month alone its last day is no evidence, so it is refused."""
    found = read_day(value)
    if found is not None and found.day is None:
        raise Invalid("“{word}”没有写到日。", word=text(value)[:20])
    return found.first if found else None


# ── the same hours from two sources ─────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Claim:
    """Hours that somebody is said to have: when, of which kind, by what."""

    kind: HourKind
    began_on: date
    ended_on: date
    activity: str
    hundredths: int


def same(one: Claim, other: Claim) -> bool:
    """Whether two claims may tell of one training.

    On one day one can be in one place only; on line much can be learned side by side, so there
    the training, or the hours, must be the same as well.
    """
    if one.kind is not other.kind or not _overlap(one, other):
        return False
    alike = _bare(one.activity) == _bare(other.activity) or one.hundredths == other.hundredths
    return one.kind is HourKind.ORGANISED or alike


def _overlap(one: Claim, other: Claim) -> bool:
    a_day = timedelta(days=1)
    return one.began_on < other.ended_on + a_day and other.began_on < one.ended_on + a_day


def _bare(words: str) -> str:
    return "".join(sign for sign in words if sign.isalnum())
