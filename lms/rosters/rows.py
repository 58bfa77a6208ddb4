"""One row of a roster: what its cells say, and what is wrong in them. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from lms.errors import Invalid
from lms.people.facts import (
    IdNumber,
    read_id_number,
    read_name,
    read_number,
    read_phone,
    read_sex,
)
from lms.rosters.posts import Place, Posts, place_of, read_posts, split_unit_and_post
from lms.rosters.rules import Fault, read_term
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.sheets import cells
from lms.sheets.books import Row, Value
from lms.sheets.days import Day, read_day
from lms.sheets.heads import Heading
from lms.words import N_

Read = TypeVar("Read")
Taught = Mapping[str, Sequence[str]]

FORMULA = N_("单元格里是公式，不是填写的内容。请复制这一列，“选择性粘贴”为数值后再上传。")
UNKNOWN_POST = N_("职务“{post}”还不认识，请告诉系统它是什么岗位。")
NO_POST = N_("职务为空，请填写。")
SEX_DIFFERS = N_("性别“{sex}”与身份证号（{expected}）不一致，请核对。")
BIRTH_DIFFERS = N_("出生年月“{written}”与身份证号（{expected}）不一致，请核对。")
TOO_YOUNG = N_("出生年月“{written}”离今天不到 {years} 年，请核对。")
BEFORE_BIRTH = N_("任职时间“{written}”早于成年，请核对。")
CARRIED = N_("单位为空，按上面一行的“{unit}”读取。")
GROWN = 16  # years


@dataclass(slots=True)
class RosterRow:
    """A row as it was read; what could not be read is empty and has a fault.

    Texts are "" and days None where nothing is written. posts: two for two posts in a cell.
    """

    file: str
    sheet: str
    row: int  # as the sheet counts, from 1
    name: str = ""
    sex: str = ""  # 男 or 女
    born: Day | None = None
    id_number: str = ""
    phone: str = ""
    number: str = ""  # personnel number
    county: str = ""
    township: str = ""
    village: str = ""
    unit: str = ""  # where a column names the unit in one
    home_unit: str = ""  # of a seconded person
    place: Place | None = None
    post_text: str = ""
    posts: tuple[str, ...] = ()
    unknown_posts: tuple[str, ...] = ()
    rank: str = ""
    politics: str = ""
    education: str = ""
    since: Day | None = None
    until: Day | None = None
    term: int | None = None
    remark: str = ""
    own: dict[str, str] = field(default_factory=dict)  # the unit's own columns
    carried: bool = False  # the unit stands in a row above
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)  # what the officer should know
    cells: Row = field(default_factory=list)  # as sent

    @property
    def is_good(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Where:
    """The words for a row's unit, from its own columns or from what stands around the table."""

    county: str = ""
    township: str = ""
    village: str = ""
    unit: str = ""
    carried: bool = False

    @property
    def lowest(self) -> str:
        return self.village or self.unit or self.township or self.county

    @property
    def place(self) -> Place | None:
        if self.village:
            return Place.VILLAGE
        if self.unit:
            return place_of(cells.label(self.unit))
        if self.township:
            return Place.TOWNSHIP
        return Place.OTHER if self.county else None


@dataclass(frozen=True)
class Block:
    """The columns of one person in a row; a wide sheet has several. post: said by the head."""

    columns: Mapping[Field, Heading]
    post: str = ""

    def value(self, row: Row, field: Field) -> Value:
        heading = self.columns.get(field)
        return row[heading.column - 1] if heading and heading.column <= len(row) else ""

    def label(self, field: Field) -> str:
        """What the sheet calls this column."""
        heading = self.columns.get(field)
        return heading.full if heading else FIELD_NAMES[field]


class RowReader:
    """Reads rows under one set of conditions."""

    def __init__(self, taught: Taught, demonstration: bool, today: date | None) -> None:
        self.taught = taught
        self.demonstration = demonstration
        self.today = today
        self.read: dict[tuple[str, Place | None], Posts] = {}  # the same posts come again and again

    def fill(self, row: RosterRow, block: Block, where: Where, formulas: frozenset[int]) -> None:
        """Read the cells of one person into `row`. formulas: columns of this row, from 1."""
        asked = _Asker(row, block, formulas)
        row.name = asked.ask(Field.NAME, read_name, "")
        sex = asked.ask(Field.SEX, read_sex, "")
        born = asked.ask(Field.BORN, read_day, None)
        number = asked.ask(Field.ID_NUMBER, self._id_number, None)
        row.phone = asked.ask(Field.PHONE, self._phone, "")
        row.number = asked.ask(Field.NUMBER, read_number, "")
        row.since = asked.ask(Field.SINCE, read_day, None)
        row.until = asked.ask(Field.UNTIL, _read_end, None)
        row.term = asked.ask(Field.TERM, read_term, None)
        row.rank, row.politics, row.education, row.remark = map(
            asked.text, (Field.RANK, Field.POLITICS, Field.EDUCATION, Field.REMARK)
        )
        self._unit_and_posts(row, block, where, asked)
        self._compare(row, block, sex, born, number)

    def _id_number(self, value: Value) -> IdNumber | None:
        return read_id_number(value, self.demonstration)

    def _phone(self, value: Value) -> str:
        return read_phone(value, self.demonstration)

    def _unit_and_posts(self, row: RosterRow, block: Block, where: Where, asked: "_Asker") -> None:
        both = asked.text(Field.UNIT_AND_POST)
        unit, post = split_unit_and_post(both) if both else ("", "")
        host = asked.text(Field.HOST_UNIT)
        row.home_unit = asked.text(Field.HOME_UNIT)
        if host:
            row.home_unit = row.home_unit or where.unit or unit
            where = Where(where.county, where.township, "", host)
        elif unit:
            where = Where(where.county, where.township, where.village, unit)
        row.county, row.township = where.county, where.township
        row.village, row.unit, row.carried = where.village, where.unit, where.carried
        row.place = where.place
        if where.carried:
            row.notes.append(Fault(FIELD_NAMES[Field.UNIT], CARRIED, {"unit": where.lowest}))
        row.post_text = asked.text(Field.POST) or post or block.post
        self._posts(row, block, asked)

    def _posts(self, row: RosterRow, block: Block, asked: "_Asker") -> None:
        column = Field.UNIT_AND_POST if Field.UNIT_AND_POST in block.columns else Field.POST
        label = block.label(Field.POST if Field.POST in block.columns else column)
        if not row.post_text:
            if not asked.refused(Field.POST):
                row.faults.append(Fault(label, NO_POST))
            return
        found = self._found(row)
        row.posts, row.unknown_posts = tuple(found.codes), found.unknown
        row.faults += [Fault(label, UNKNOWN_POST, {"post": post}) for post in found.unknown]
        row.notes += [Fault(label, note) for note in found.notes]

    def _found(self, row: RosterRow) -> Posts:
        key = (row.post_text, row.place)
        if key not in self.read:
            self.read[key] = read_posts(*key, self.taught)
        found = self.read[key]
        if not found.unknown:
            return found
        units = [cells.label(unit) for unit in (row.village, row.unit, row.township) if unit]
        return read_posts(*key, self.taught, units) if units else found

    def _compare(
        self, row: RosterRow, block: Block, sex: str, born: Day | None, number: IdNumber | None
    ) -> None:
        """What the ID number says too must agree, and fills what is empty."""
        if number:
            row.id_number = number.text
            if sex and sex != number.sex:
                values = {"sex": sex, "expected": number.sex}
                row.faults.append(Fault(block.label(Field.SEX), SEX_DIFFERS, values))
            if born and not born.agrees_with(number.born):
                values = {"written": str(born), "expected": number.born.isoformat()}
                row.faults.append(Fault(block.label(Field.BORN), BIRTH_DIFFERS, values))
            born = Day(number.born.year, number.born.month, number.born.day)
        row.sex, row.born = sex or (number.sex if number else ""), born
        if born and self.today and self.today.year - born.year < GROWN:
            values = {"written": str(born), "years": str(GROWN)}
            row.faults.append(Fault(block.label(Field.BORN), TOO_YOUNG, values))
        if born and row.since and row.since.year - born.year < GROWN:
            values = {"written": str(row.since)}
            row.faults.append(Fault(block.label(Field.SINCE), BEFORE_BIRTH, values))


class _Asker:
    """Asks the cells of one person, and keeps what they refuse as faults of the row."""

    def __init__(self, row: RosterRow, block: Block, formulas: frozenset[int]) -> None:
        self.row = row
        self.block = block
        self.formulas = formulas

    def ask(self, field: Field, read: Callable[[Value], Read], otherwise: Read) -> Read:
        if field not in self.block.columns and field is not Field.NAME:
            return otherwise  # most sheets have half of the columns that there might be
        if self.refused(field):
            self.row.faults.append(Fault(self.block.label(field), FORMULA))
            return otherwise
        value = self.block.value(self.row.cells, field)
        if value == "" and field is not Field.NAME:
            return otherwise
        try:
            return read(value)
        except Invalid as refusal:
            self.row.faults.append(Fault.of(self.block.label(field), refusal))
            return otherwise

    def text(self, field: Field) -> str:
        return self.ask(field, _one_line if field is not Field.POST else cells.text, "")

    def refused(self, field: Field) -> bool:
        heading = self.block.columns.get(field)
        return bool(self.formulas) and heading is not None and heading.column in self.formulas


def _one_line(value: Value) -> str:
    return " ".join(cells.text(value).split())


def _read_end(value: Value) -> Day | None:
    """The end of a posting; 至今 is none."""
    return None if cells.text(value) in ("至今", "今", "在任", "—", "-", "无") else read_day(value)
