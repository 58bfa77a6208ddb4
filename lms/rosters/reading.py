"""Reads rosters: several files, or a sheet for each township, are one roster. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lms.errors import Invalid
from lms.rosters.columns import Block
from lms.rosters.layout import UNIT_FIELDS, Known, around, field_of, heads, layout, township_in
from lms.rosters.rows import RosterRow, RowReader, Where
from lms.rosters.rules import Fault
from lms.rosters.vocabulary import FIELD_NAMES, Field, knows
from lms.sheets.books import Book, Row, Sheet, Value
from lms.sheets.cells import label, text
from lms.sheets.heads import Heading, find_head
from lms.sheets.tables import Line, Table, find_table
from lms.words import N_

NO_ROSTER = N_("没有找到名册。表头至少要有“姓名”和“单位”（或“村”“乡镇”），请对照模板修改后再上传。")
NO_TABLE = N_("没有找到名册的表头（至少要有“姓名”和另一列），这张工作表没有读取。")
HIDDEN = N_("这张工作表是隐藏的，没有读取；需要导入的，请先取消隐藏。")
TOTALS = N_("合计、小计行没有读取，共 {count} 行。")
SAME_ID = N_("{column}与第 {row} 行的“{name}”相同，姓名却不同，请核对。")
REPEATED = N_("与“{sheet}”第 {row} 行重复，请删去一行。")
LOWEST = (Field.VILLAGE, Field.UNIT)
PERSON_FIELDS = (Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.NUMBER)


@dataclass(frozen=True)
class Note:
    """Something about a sheet that the officer should know. row: 0 for the sheet as a whole."""

    file: str
    sheet: str
    row: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values) if self.values else self.text


@dataclass(frozen=True)
class Roster:
    """All rows of the files that were sent together."""

    rows: tuple[RosterRow, ...]
    own_columns: tuple[str, ...]  # heads that the program does not know, in their order
    unknown_posts: tuple[str, ...]  # to be asked once and learned, by `posts.post_key`
    notes: tuple[Note, ...]
    heads: Mapping[tuple[str, str], tuple[str, ...]]  # (file, sheet) → its heads, as sent


def read_roster(
    books: Sequence[Book],
    learned_posts: Mapping[str, Sequence[str]] | None = None,
    demonstration: bool = False,
    *,
    today: date | None = None,
    townships: Collection[str] = (),
    counties: Collection[str] = (),
) -> Roster:
    """Read every table with a column of names.

    learned_posts: `post_key` → post codes; townships, counties: names known, which are looked for
    in sheet names and titles where no column says them. Raises Invalid where nothing is found.
    """
    reader = RowReader(learned_posts or {}, demonstration, today)
    found = _Found()
    known = (tuple(townships), tuple(counties))
    for book in books:
        for sheet in book.sheets:
            _read_sheet(found, reader, book, sheet, known)
    if not found.heads:
        raise Invalid(NO_ROSTER)
    _compare(found.rows)
    return Roster(
        rows=tuple(found.rows),
        own_columns=tuple(found.own),
        unknown_posts=tuple(dict.fromkeys(p for row in found.rows for p in row.unknown_posts)),
        notes=tuple(found.notes),
        heads=found.heads,
    )


def refuse_without_table(books: Sequence[Book]) -> None:
    """Refuse files in which no sheet that is shown has the head of a roster. Quick."""
    for book in books:
        for sheet in book.sheets:
            head = None if sheet.hidden else find_head(sheet, knows)
            if head and any(field_of(heading) is Field.NAME for heading in head.headings):
                return
    raise Invalid(NO_ROSTER)


@dataclass
class _Found:
    rows: list[RosterRow] = field(default_factory=list)
    own: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    heads: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def _read_sheet(found: _Found, reader: RowReader, book: Book, sheet: Sheet, known: Known) -> None:
    table = find_table(sheet, knows)
    names = [h for h in table.headings if field_of(h) is Field.NAME] if table else []
    if table and names and not sheet.hidden:
        found.heads[book.name, sheet.name] = heads(table)
        found.notes += _notes(table, book)
        _read_table(found, reader, (book, sheet, table), known)
    elif any(value != "" for row in sheet.rows for value in row):
        why = HIDDEN if sheet.hidden else NO_TABLE
        found.notes.append(Note(book.name, sheet.name, 0, why))


def _read_table(
    found: _Found, reader: RowReader, source: tuple[Book, Sheet, Table], known: Known
) -> None:
    book, sheet, table = source
    blocks, own = layout(table, sheet)
    found.own |= dict.fromkeys(heading.full for heading in own)
    formulas = _formulas_by_row(sheet)
    for line, where in _placed(table, blocks[0], around(table, book, sheet, known), known):
        for block in blocks:
            if _names_somebody(line, block):
                row = RosterRow(book.name, sheet.name, line.row, cells=line.cells)
                row.own = _own(line, own) if own else {}
                reader.fill(row, block, where, formulas.get(line.row, frozenset()))
                found.rows.append(row)


def _names_somebody(line: Line, block: Block) -> bool:
    for person in PERSON_FIELDS:
        value = block.value(line.cells, person)
        if value != "" and text(value):
            return True
    return False


def _notes(table: Table, book: Book) -> Iterator[Note]:
    for row, words in table.notes:
        yield Note(book.name, table.sheet, row, words)
    if table.totals:
        values = {"count": len(table.totals)}
        yield Note(book.name, table.sheet, table.totals[0], TOTALS, values)


def _placed(
    table: Table, block: Block, outside: Where, known: Known
) -> Iterator[tuple[Line, Where]]:
    """Each line with its unit; where the unit is written once for several lines, it is carried."""
    carrier = _Carrier(table, block)
    placed: dict[tuple[str, str, str, str, bool], Where] = {}  # lines repeat their units
    for line in table.lines:
        own, carried = carrier.units(line)
        section = township_in(label(line.section), known) if line.section else ""
        said = (
            own.get(Field.COUNTY) or outside.county,
            own.get(Field.TOWNSHIP) or section or outside.township,
            own.get(Field.VILLAGE, ""),
            own.get(Field.UNIT, ""),
            carried,
        )
        yield line, placed.get(said) or placed.setdefault(said, Where(*said))


class _Carrier:
    """Carries the unit down from the line above, in columns that say it once for several lines."""

    def __init__(self, table: Table, block: Block) -> None:
        self.block = block
        self.fields = [unit for unit in UNIT_FIELDS if unit in block.columns]
        self.carries = {unit: not _repeats(table, block, unit) for unit in LOWEST}
        self.places = [block.columns[unit].column - 1 for unit in self.fields]
        self.last: dict[Field, str] = {}
        self.whole: dict[tuple[Value, ...], dict[Field, str]] = {}  # cells → words, none empty

    def units(self, line: Line) -> tuple[dict[Field, str], bool]:
        """The words for each unit column, and whether the lowest was carried."""
        cells, width = line.cells, len(line.cells)
        said = tuple([cells[place] if place < width else "" for place in self.places])
        own = self.whole.get(said)
        if own is None:
            own = {unit: _unit_text(value) for unit, value in zip(self.fields, said, strict=True)}
            if all(own.values()):
                self.whole[said] = own
        if said in self.whole:  # lines repeat their units; where all is said nothing is carried
            self.last = dict(own)
            return own, False
        return self._carried(own)

    def _carried(self, own: dict[Field, str]) -> tuple[dict[Field, str], bool]:
        carried = False
        for place, unit in enumerate(self.fields):
            if own[unit]:
                self._keep(unit, own[unit], self.fields[place + 1 :])
            elif self.last.get(unit) and self.carries.get(unit, True):
                own[unit] = self.last[unit]
                carried = carried or unit in LOWEST
        return own, carried

    def _keep(self, unit: Field, words: str, lower: list[Field]) -> None:
        if words != self.last.get(unit):
            for below in lower:
                self.last.pop(below, None)
        self.last[unit] = words


def _repeats(table: Table, block: Block, unit: Field) -> bool:
    """Whether the column says the unit again in every line; then an empty cell means none."""
    before: Value = ""
    for line in table.lines:
        value = block.value(line.cells, unit)
        if value != "" and value == before:
            return True
        before = value
    return False


def _unit_text(value: Value) -> str:
    return "".join(text(value).split())


def _own(line: Line, own: list[Heading]) -> dict[str, str]:
    cells: Row = line.cells
    return {
        heading.full: written
        for heading in own
        if heading.column <= len(cells) and (written := text(cells[heading.column - 1]))
    }


def _formulas_by_row(sheet: Sheet) -> dict[int, frozenset[int]]:
    rows: dict[int, set[int]] = {}
    for row, column in sheet.formulas:
        rows.setdefault(row, set()).add(column)
    return {row: frozenset(columns) for row, columns in rows.items()}


def _compare(rows: list[RosterRow]) -> None:
    """Rows of one roster must not contradict or repeat each other."""
    holders: dict[tuple[Field, str], RosterRow] = {}
    seen: dict[tuple[object, ...], RosterRow] = {}
    for row in rows:
        for column, key in ((Field.ID_NUMBER, row.id_number), (Field.NUMBER, row.number)):
            first = holders.setdefault((column, key), row) if key else row
            if first.name != row.name and first.name and row.name:
                values = {"column": FIELD_NAMES[column], "row": first.row, "name": first.name}
                row.faults.append(Fault(FIELD_NAMES[column], SAME_ID, values))
        person = row.number or row.id_number or (row.name, row.phone)
        unit = (row.county, row.township, row.village, row.unit)
        first = seen.setdefault((person, unit, row.posts, row.post_text), row)
        if first is not row and first.name == row.name:
            values = {"sheet": first.sheet, "row": first.row}
            row.faults.append(Fault(FIELD_NAMES[Field.NAME], REPEATED, values))
