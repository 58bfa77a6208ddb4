"""Reads text whose lines are rows: 1|||题干|||答案, columns parted by tabs, csv without quotes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from lms.exchange.columns import guess_layout, layout_of
from lms.exchange.rules import Found, Place, Read
from lms.exchange.vocabulary import knows
from lms.exchange.workbooks import read_tables
from lms.sheets.books import Book, Row, Sheet
from lms.sheets.guards import refuse_too_many_rows, refuse_too_much, refuse_too_wide
from lms.sheets.heads import find_head
from lms.sheets.secrecy import refuse_secret_book

MARKS = ("|||", "||", "\t", "###", "@@@", "&&&", "$$", "##", "^^", "|", "¦", ",", ";", "，")
QUOTED = (",", ";", "\t", "|")
LOOKED_AT = 60  # lines
FIRM = 0.8  # of the lines that have the mark equally often
MOST_LINES = 60  # of one cell


def is_delimited(name: str, text: str) -> bool:
    """Whether the lines of a text are the rows of a question table."""
    if name.lower().endswith((".csv", ".tsv")):
        return True
    lines = _lines(text)
    mark = mark_of(lines)
    if mark is None:
        return False
    sheet = Sheet("", _rows(lines[:LOOKED_AT], mark))
    head = find_head(sheet, knows)
    if head and layout_of(head.headings).is_of_questions:
        return True
    return mark not in (",", ";", "，") and guess_layout(sheet.rows) is not None


def read_delimited(name: str, text: str) -> Read:
    """The questions of such a text; each has the line it stands on."""
    lines = _lines(text)
    mark = mark_of(lines) or ","
    rows = _rows(lines, mark)
    refuse_too_many_rows(name, sum(any(row) for row in rows))
    width = max(map(len, rows), default=0)
    refuse_too_wide(name, width)
    refuse_too_much(name, len(rows), width)
    book = Book(name, (Sheet(name.rpartition(".")[0] or name, rows),))
    refuse_secret_book(book)
    read = read_tables(book)
    for found in read.found:
        _placed(found)
    return read


def _lines(text: str) -> list[str]:
    plain = text.removeprefix("\ufeff").replace("\r\r\n", "\n").replace("\r\n", "\n")
    return plain.replace("\r", "\n").split("\n")


def mark_of(lines: Sequence[str]) -> str | None:
    """The mark that parts nearly all of the lines into equally many cells."""
    told = re.match(r'"?sep=(.)"?$', lines[0], re.IGNORECASE) if lines else None
    if told:
        return told[1]
    full = [line for line in lines if line.strip()][:LOOKED_AT]
    if len(full) < 2:
        return None
    best, most = None, 0.0
    for mark in MARKS:
        counts = Counter(_width(line, mark) for line in full)
        (width, lines_so), *_ = counts.most_common(1)
        share = lines_so / len(full)
        if width > 1 and share >= FIRM and share > most:
            best, most = mark, share
    if best is None and _has_head(full[0]):
        return _of_head(full[0])
    return best


def _width(line: str, mark: str) -> int:
    if mark in QUOTED and '"' in line and len(line) < csv.field_size_limit():
        return len(next(csv.reader([line], delimiter=mark), []))
    return line.count(mark) + 1


def _has_head(line: str) -> bool:
    return _of_head(line) is not None


def _of_head(line: str) -> str | None:
    """The mark between the words of a head, where the rows below are of different widths."""
    for mark in MARKS:
        words = [word.strip().strip('"') for word in line.split(mark)]
        if len(words) > 1 and sum(map(knows, words)) >= 2:
            return mark
    return None


def _rows(lines: Sequence[str], mark: str) -> list[Row]:
    """The cells of each line, so that a row has the number of its line."""
    if mark not in QUOTED or not any('"' in line for line in lines):
        return _plain_rows(lines, mark)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=mark)
    try:
        for cells in reader:
            while len(rows) < reader.line_num - 1 - sum(cell.count("\n") for cell in cells):
                rows.append([])
            rows.append([cell.strip() for cell in cells] if any(cells) else [])
            if any(cell.count("\n") > MOST_LINES for cell in cells):
                return _plain_rows(lines, mark)  # a quote that nobody closed
    except csv.Error:
        return _plain_rows(lines, mark)
    return rows


def _plain_rows(lines: Sequence[str], mark: str) -> list[Row]:
    return [[cell.strip() for cell in line.split(mark)] if line.strip() else [] for line in lines]


def _placed(found: Found) -> None:
    found.place = Place(found.place.file, line=found.place.row)
    for part in found.parts:
        _placed(part)
