"""Reads questions from workbooks and other tables; says what a file is that holds none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lms.exchange.columns import Layout, guess_layout, layout_of, told_type
from lms.exchange.filled import is_template, read_template
from lms.exchange.judging import judge, without_options
from lms.exchange.key_sheets import KeySheet
from lms.exchange.pasted import read_pasted
from lms.exchange.records import Record, written
from lms.exchange.rules import Doubt, Found, Place, Read
from lms.exchange.tables import TableReader
from lms.exchange.vocabulary import Column, knows
from lms.rosters import vocabulary as roster
from lms.sheets.books import Book, Sheet
from lms.sheets.cells import label
from lms.sheets.heads import Head, find_head
from lms.sheets.reading import read_book
from lms.words import N_

NO_QUESTIONS = N_(
    "“{file}”里没有读到题目。表头至少要有“题干”（或“题目”）和“答案”，请对照模板修改后再带入。"
)
LETTERS_ALONE = N_(
    "“{file}”的题目只有答案的字母，没有选项，无法作答，没有读取。请找有选项的文件，或补上选项。"
)
ANSWERS_ALONE = N_("“{file}”只有题号和答案，没有题干。请把题目和答案放在同一个文件里再带入。")
PEOPLE = N_("“{file}”是人员名单，不是题目，没有读取。请到“名册”导入人员。")
HIDDEN = N_("工作表“{sheet}”是隐藏的，没有读取；需要带入的，请先取消隐藏。")
NO_TABLE = N_("工作表“{sheet}”里没有读到题目。")
NO_HEAD = N_("工作表“{sheet}”没有表头，各列是按内容判断的：题干在 {stem} 列，答案在 {answer} 列。")
MANY = 0.8  # of the questions, before a whole file is refused
UNUSED = N_("工作表“{sheet}”有几列系统不认识，内容随题保留：{columns}。")


@dataclass
class _Sheets:
    """What the sheets of a file hold."""

    records: list[Record] = field(default_factory=list)
    pasted: list[Found] = field(default_factory=list)
    legends: list[str] = field(default_factory=list)
    notes: list[Doubt] = field(default_factory=list)
    people: bool = False
    answers_alone: bool = False
    keys: KeySheet = field(default_factory=KeySheet)


def read_workbook(name: str, data: bytes) -> Read:
    """The questions of an .xlsx, .xls or .csv. Raises Invalid where the file cannot be opened."""
    return read_tables(read_book(name, data))


def read_tables(book: Book) -> Read:
    """The questions of a book of sheets, however they are laid out."""
    if is_template(book):
        return read_template(book)
    sheets = _Sheets()
    for sheet in book.sheets:
        _read_sheet(sheets, book.name, sheet)
    _tell_types(sheets.records, told_type(book.name))
    sheets.keys.lay(sheets.records)
    judged = judge(sheets.records, sheets.legends)
    read = Read(book.name, _in_order(book, [*judged, *sheets.pasted]), notes=sheets.notes)
    read.refused = _refused(book, sheets, read.found)
    if read.refused:
        read.found = []
    return read


def _in_order(book: Book, found: Sequence[Found]) -> list[Found]:
    places = {sheet.name: place for place, sheet in enumerate(book.sheets)}
    return sorted(found, key=lambda one: (places.get(one.place.sheet, 0), one.place.row or 0))


def read_rows(name: str, sheet: Sheet) -> list[Found]:
    """The questions of a table that stands in a document; empty where it is none."""
    sheets = _Sheets()
    _read_sheet(sheets, name, sheet)
    return judge(sheets.records, sheets.legends) if sheets.records else []


def _read_sheet(sheets: _Sheets, file: str, sheet: Sheet) -> None:
    if not any(value != "" for row in sheet.rows for value in row):
        return
    if sheet.hidden:
        sheets.notes.append(Doubt(HIDDEN, {"sheet": sheet.name}, place=Place(file, sheet.name)))
        return
    head = find_head(sheet, knows)
    layout = layout_of(head.headings) if head else None
    if head and layout and layout.is_of_questions:
        _take(sheets, file, sheet, layout, head)
        return
    if _is_of_people(sheet):
        sheets.people = True
        return
    if head and layout and layout.has(Column.NUMBER, Column.ANSWER) and not layout.has(Column.STEM):
        sheets.answers_alone = True
        sheets.keys.take(sheet, layout, head.last_row)
        return
    guessed = None if _is_of_lines(sheet) else guess_layout(sheet.rows)
    pasted = [] if guessed else read_pasted(file, sheet)
    guessed = guessed or (None if pasted else guess_layout(sheet.rows))
    if guessed:
        _take(sheets, file, sheet, guessed, None)
    elif pasted:
        sheets.pasted += pasted
    else:
        sheets.legends += _texts(sheet)
        place = Place(file, sheet.name)
        sheets.notes.append(Doubt(NO_TABLE, {"sheet": sheet.name}, place=place))


def _take(sheets: _Sheets, file: str, sheet: Sheet, layout: Layout, head: Head | None) -> None:
    first = head.last_row + 1 if head else 1
    reader = TableReader(file, sheet, layout, first)
    if head:
        above = sheet.rows[: head.first_row - 1]
        sheets.legends += [written(value) for row in above for value in row if value != ""]
        sheets.legends += [written(cell) for cell in sheet.rows[head.last_row - 1]]
    records, lines = reader.read()
    sheets.records += records
    sheets.legends += lines
    place = Place(file, sheet.name)
    if layout.guessed:
        columns = {"stem": Column.STEM, "answer": Column.ANSWER}
        values = {name: chr(ord("A") + layout.places[column]) for name, column in columns.items()}
        sheets.notes.append(Doubt(NO_HEAD, {"sheet": sheet.name, **values}, place=place))
    unused = list(dict.fromkeys(name for record in records for name in record.kept))
    if unused:
        values = {"sheet": sheet.name, "columns": "、".join(unused[:20])}
        sheets.notes.append(Doubt(UNUSED, values, place=place))


def _texts(sheet: Sheet) -> Iterable[str]:
    """The lines of a sheet of remarks, which may say what codes mean."""
    return [written(value) for row in sheet.rows[:200] for value in row if value != ""]


def _tell_types(records: Sequence[Record], kind: object) -> None:
    for record in records:
        record.told_type = record.told_type or kind  # type: ignore[assignment]


def _is_of_lines(sheet: Sheet) -> bool:
    """Whether many rows have one cell alone, as a document has that was pasted in."""
    held = [sum(value != "" for value in row) for row in sheet.rows]
    written_rows = [count for count in held if count]
    return written_rows.count(1) * 10 >= 3 * len(written_rows)


def _is_of_people(sheet: Sheet) -> bool:
    head = find_head(sheet, roster.knows)
    words = [label(heading.label) for heading in head.headings] if head else []
    columns = {found[0] for word in words if (found := roster.column_of(word))}
    return roster.Field.NAME in columns and len(columns) >= 2


def _refused(book: Book, sheets: _Sheets, found: Sequence[Found]) -> Doubt | None:
    values = {"file": book.name}
    if not found:
        if sheets.people:
            return Doubt(PEOPLE, values)
        return Doubt(ANSWERS_ALONE if sheets.answers_alone else NO_QUESTIONS, values)
    if without_options(found) >= MANY * len(found):
        return Doubt(LETTERS_ALONE, values)
    return None
