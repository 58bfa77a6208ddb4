"""Sheets that are a document pasted into cells: their rows become lines, read as lines are."""

import re
from dataclasses import replace

from lms.errors import Invalid
from lms.exchange.answers import letters_in
from lms.exchange.labels import pieces
from lms.exchange.layouts import read_lines
from lms.exchange.lines import Line
from lms.exchange.records import written
from lms.exchange.rules import Found, Place, Read
from lms.exchange.truths import truth
from lms.sheets.books import Row, Sheet

LETTER = re.compile(r"[(（]?[A-Z][)）]?")
LONGEST_LABEL = 16
BETWEEN = "  "


def read_pasted(file: str, sheet: Sheet) -> list[Found]:
    """The questions of a sheet that holds lines; empty where it holds none."""
    lines = lines_of(sheet)
    if not lines:
        return []
    try:
        read = read_lines(file, lines)
    except Invalid:
        return []
    return [_placed(found, file, sheet.name) for found in read.found] if _is_sound(read) else []


def lines_of(sheet: Sheet) -> list[Line]:
    """Each row as one line or, where a cell holds several, as several; at: the row."""
    lines: list[Line] = []
    for number, row in enumerate(sheet.rows, start=1):
        lines += [Line(text, number) for text in _texts(row)]
    return lines


def _texts(row: Row) -> list[str]:
    """A row's texts: number and stem together, letters with their options, the answer named."""
    cells = [text for value in row if value != "" and (text := written(value))]
    if not cells:
        return []
    if len(cells) == 1:
        return cells[0].split("\n")
    first, *rest = cells
    if len(first) <= LONGEST_LABEL and pieces(f"{first}：")[0].field:  # 答案 | B
        return [f"{first}：{BETWEEN.join(rest)}"]
    if first.isdecimal() and len(first) < 5:
        return _texts_behind(f"{first}、{rest[0]}", rest[1:])
    if LETTER.fullmatch(first):
        lettered = [f"{a}、{b}" for a, b in zip(cells[::2], cells[1::2], strict=False)]
        return lettered if len(cells) % 2 == 0 else [f"{first}、{BETWEEN.join(rest)}"]
    return _texts_behind(first, rest)


def _texts_behind(first: str, rest: list[str]) -> list[str]:
    """What stands to the right of a stem: its answer, or more of it."""
    texts = first.split("\n")
    for cell in rest:
        if letters_in(cell) or truth(cell) is not None:
            texts.append(f"答案：{cell}")  # data: as lines have it
        else:
            texts += cell.split("\n")
    return texts


def _is_sound(read: Read) -> bool:
    """Whether what was read looks like questions, and not like any table."""
    told = sum(found.answer is not None or len(found.options) > 1 for found in read.found)
    return bool(read.found) and told * 2 >= len(read.found)


def _placed(found: Found, file: str, sheet: str) -> Found:
    """Its place in the sheet; a line was a row."""
    place = Place(file, sheet, found.place.line)
    doubts = [
        replace(one, place=Place(file, sheet, one.place.line)) if one.place else one
        for one in found.doubts
    ]
    parts = [_placed(part, file, sheet) for part in found.parts]
    return replace(found, place=place, doubts=doubts, parts=parts)
