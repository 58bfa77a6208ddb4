"""Takes the lines of a table out of a sheet, without titles, totals and notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from lms.errors import Invalid
from lms.sheets.books import Row, Sheet, Value
from lms.sheets.cells import label, text
from lms.sheets.guards import CELLS
from lms.sheets.heads import Head, Heading, Known, find_head, row_labels

TOTAL = re.compile(r"(.{0,12}(合计|小计|总计|共计)|累计|总数)[:：]?(\d+人?)?$")
NOTE = re.compile(
    r"[(*※]*(备注|说明|注|注意|填表说明|填报说明|填表要求):|注\d|"
    r"(填表|审核|填报|制表|上报|报送|审批)(人|单位|日期|时间)|"
    r"(联系人|负责人|单位负责人|主要负责人|分管领导|经办人|联系电话|日期|单位(\(盖章\))?):"
)
NOTE_SIGNS = frozenset(":：注人位期间")  # of which every note has one: quickly seen
LOOKED_AT = 3  # a total or note is named in one of the first written cells of its row


class Line(NamedTuple):
    """One line of data. row: as the sheet counts, from 1. section: the heading it stands under."""

    row: int
    cells: Row
    section: str = ""

    def value(self, column: int) -> Value:
        """The value in a column, counted from 1; "" beyond the end."""
        return self.cells[column - 1] if column <= len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """A table found in a sheet. title: the lines above its head, in reading order."""

    sheet: str
    title: tuple[str, ...]
    head: Head
    lines: tuple[Line, ...]
    notes: tuple[tuple[int, str], ...] = ()  # row, text
    totals: tuple[int, ...] = ()  # rows left out because they repeat what others say

    @property
    def headings(self) -> tuple[Heading, ...]:
        return self.head.headings


@dataclass
class _Sorted:
    """The rows below a head, each put where it belongs."""

    lines: list[Line] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    section: str = ""


def find_table(sheet: Sheet, known: Known) -> Table | None:
    """The table whose head has most known words, None where no row looks like a head.

    A cell merged over several rows counts in each; one merged over columns in the first.
    """
    head = find_head(sheet, known)
    if head is None:
        return None
    found = _sorted(sheet, head)
    return Table(
        sheet=sheet.name,
        title=_title(sheet, head),
        head=head,
        lines=tuple(found.lines),
        notes=tuple(found.notes),
        totals=tuple(found.totals),
    )


def _title(sheet: Sheet, head: Head) -> tuple[str, ...]:
    above = (text(value) for row in sheet.rows[: head.first_row - 1] for value in row)
    return tuple(line for line in above if line)


def _sorted(sheet: Sheet, head: Head) -> _Sorted:
    found = _Sorted()
    filled = _filled(sheet, head.last_row)
    wide = {(top, left) for top, left, _, right in sheet.merged if right > left}
    words = {heading.column: heading.label for heading in head.headings}
    heads = {value for row in sheet.rows[head.first_row - 1 : head.last_row] for value in row}
    for row, cells in enumerate(sheet.rows[head.last_row :], start=head.last_row + 1):
        first = list(islice(_written(cells), LOOKED_AT))
        if not first:
            continue
        if len(first) == 1 and row not in filled:
            _sort_lone(found, row, *first[0], wide=wide)
        elif _is_total(first):
            found.totals.append(row)
        elif _is_note(first):
            found.notes.append((row, "  ".join(text(value) for _, value in _written(cells))))
        elif not (first[0][1] in heads and _repeats_head(cells, words)) and not _is_guide(
            first, cells
        ):
            found.lines.append(Line(row, filled.get(row, cells), found.section))
    return found


def _written(cells: Row) -> Iterator[tuple[int, Value]]:
    """The cells in which something stands, with their columns from 1."""
    for place, value in enumerate(cells, start=1):
        if value != "" and not (isinstance(value, str) and value.isspace()):
            yield place, value


def _sort_lone(
    found: _Sorted, row: int, column: int, value: Value, wide: set[tuple[int, int]]
) -> None:
    """A row with one written cell: a section, a note, a number prepared for nobody, or a slip."""
    alone: Row = [*[""] * (column - 1), value]
    if not isinstance(value, str):
        if column > 1:
            found.lines.append(Line(row, alone, found.section))
        return
    if _is_total([(column, value)]):
        found.totals.append(row)
    elif _is_note([(column, value)]):
        found.notes.append((row, text(value)))
    elif column == 1 or (row, column) in wide:
        if not text(value).isdecimal():
            found.section = text(value)
            found.notes.append((row, text(value)))
    else:
        found.lines.append(Line(row, alone, found.section))


def _is_total(first: list[tuple[int, Value]]) -> bool:
    for _, value in first:
        if isinstance(value, str) and ("计" in value or "总数" in value) and _says_total(value):
            return True
    return False


def _says_total(value: str) -> bool:
    return bool(TOTAL.match(label(value)))


def _is_note(first: list[tuple[int, Value]]) -> bool:
    value = first[0][1]
    if not isinstance(value, str) or NOTE_SIGNS.isdisjoint(value):
        return False
    return bool(NOTE.match(label(value)))


def _repeats_head(cells: Row, words: dict[int, str]) -> bool:
    """Printed pages often carry the head again."""
    again = row_labels(cells)
    same = sum(again[column - 1] == word for column, word in words.items() if column <= len(again))
    return same * 2 > len(words)


def _is_guide(first: list[tuple[int, Value]], cells: Row) -> bool:
    """The row 1 2 3 4 … that numbers the columns."""
    if len(first) < LOOKED_AT or first[1][1] not in (2, "2"):
        return False
    written = enumerate(_written(cells), start=1)
    return all(text(value) == str(count) for count, (_, value) in written)


def _filled(sheet: Sheet, head_row: int) -> dict[int, Row]:
    """The rows into which a cell merged from above reaches, with its value written in."""
    filled: dict[int, Row] = {}
    left_to_fill = CELLS
    for top, left, last, _ in sheet.merged:
        last = min(last, len(sheet.rows))
        if top <= head_row or last <= top:
            continue
        left_to_fill -= last - top
        if left_to_fill < 0:
            raise Invalid("工作表“{sheet}”的合并单元格过多，请取消合并后再上传。", sheet=sheet.name)
        for row in range(top + 1, last + 1):
            cells = filled.setdefault(row, list(sheet.rows[row - 1]))
            cells.extend([""] * (left - len(cells)))
            cells[left - 1] = sheet.cell(top, left)
    return filled
