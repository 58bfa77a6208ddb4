"""One row of a roster: what its cells say, and what is wrong in them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from lms.errors import Invalid
from lms.people.facts import IdNumber
from lms.rosters.columns import Block, Column, columns_of, readers
from lms.rosters.posts import Place, Posts, place_of, read_posts, split_unit_and_post
from lms.rosters.rules import Fault
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.sheets import cells
from lms.sheets.books import Row
from lms.sheets.days import Day
from lms.words import N_

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

    @cached_property
    def place(self) -> Place | None:
        if self.village:
            return Place.VILLAGE
        if self.unit:
            return place_of(cells.label(self.unit))
        if self.township:
            return Place.TOWNSHIP
        return Place.OTHER if self.county else None


class RowReader:
    """Reads rows under one set of conditions."""

    def __init__(self, taught: Taught, demonstration: bool, today: date | None) -> None:
        self.taught = taught
        self.today = today
        self.posts: dict[tuple[str, Place | None], Posts] = {}  # the same come again and again
        self.readers = readers(demonstration)
        self.columns: dict[Block, list[Column]] = {}

    def fill(self, row: RosterRow, block: Block, where: Where, formulas: frozenset[int]) -> None:
        """Read the cells of one person into `row`. formulas: columns of this row, from 1."""
        said = self._read(row, block, formulas)
        beside = self._place(row, where, said)
        row.post_text = said.get(Field.POST) or beside or block.post
        heading = block.columns.get(Field.POST)
        if row.post_text:
            self._posts(row, block)
        elif heading is None or heading.column not in formulas:
            row.faults.append(Fault(_post_label(block), NO_POST))
        self._compare(row, block, said.get(Field.ID_NUMBER))

    def _read(self, row: RosterRow, block: Block, formulas: frozenset[int]) -> dict[Field, Any]:
        """Read the columns that the sheet has; gives back what a row does not keep as it is."""
        if block not in self.columns:
            self.columns[block] = columns_of(block, self.readers)
        said: dict[Field, Any] = {}
        written, width = row.cells, len(row.cells)
        for column in self.columns[block]:
            field, place, label, kept_as, read, known = column
            value = written[place - 1] if place <= width else ""
            if place in formulas:
                row.faults.append(Fault(label, FORMULA))
            elif value != "" or field is Field.NAME:
                try:  # most texts have been read before: known says as what
                    found = known[value] if known and value in known else column.found(value)
                except Invalid as refusal:
                    row.faults.append(Fault.of(label, refusal))
                    continue
                if kept_as:
                    setattr(row, kept_as, found)
                else:
                    said[field] = found
        return said

    def _place(self, row: RosterRow, where: Where, said: dict[Field, Any]) -> str:
        """Where the person serves; gives back the post that stands with the unit in one cell."""
        both = said.get(Field.UNIT_AND_POST)
        unit, post = split_unit_and_post(both) if both else ("", "")
        host = said.get(Field.HOST_UNIT)
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
        return post

    def _posts(self, row: RosterRow, block: Block) -> None:
        found = self._found(row)
        row.posts, row.unknown_posts = found.codes, found.unknown
        if found.unknown or found.notes:
            label = _post_label(block)
            row.faults += [Fault(label, UNKNOWN_POST, {"post": post}) for post in found.unknown]
            row.notes += [Fault(label, note) for note in found.notes]

    def _found(self, row: RosterRow) -> Posts:
        key = (row.post_text, row.place)
        if key not in self.posts:
            self.posts[key] = read_posts(*key, self.taught)
        found = self.posts[key]
        if not found.unknown:
            return found
        units = [cells.label(unit) for unit in (row.village, row.unit, row.township) if unit]
        return read_posts(*key, self.taught, units) if units else found

    def _compare(self, row: RosterRow, block: Block, number: IdNumber | None) -> None:
        """What the ID number says too must agree, and fills what is empty."""
        if number:
            row.id_number = number.text
            if row.sex and row.sex != number.sex:
                values = {"sex": row.sex, "expected": number.sex}
                row.faults.append(Fault(block.label(Field.SEX), SEX_DIFFERS, values))
            if row.born and not row.born.agrees_with(number.born):
                values = {"written": str(row.born), "expected": number.born.isoformat()}
                row.faults.append(Fault(block.label(Field.BORN), BIRTH_DIFFERS, values))
            row.sex = row.sex or number.sex
            row.born = Day(number.born.year, number.born.month, number.born.day)
        born = row.born
        if born and self.today and self.today.year - born.year < GROWN:
            values = {"written": str(born), "years": str(GROWN)}
            row.faults.append(Fault(block.label(Field.BORN), TOO_YOUNG, values))
        if born and row.since and row.since.year - born.year < GROWN:
            values = {"written": str(row.since)}
            row.faults.append(Fault(block.label(Field.SINCE), BEFORE_BIRTH, values))


def _post_label(block: Block) -> str:
    """What the sheet calls the column that the posts stand in."""
    beside = Field.POST not in block.columns and Field.UNIT_AND_POST in block.columns
    return block.label(Field.UNIT_AND_POST if beside else Field.POST)
