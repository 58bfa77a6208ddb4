"""Reads .xls: looks through its records for what is dangerous, then lets calamine read it."""

import struct
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO

from lms.errors import Invalid
from lms.sheets.books import Sheet
from lms.sheets.calamine import read_sheets
from lms.sheets.guards import damaged, locked, refuse_too_many_rows, refuse_too_much, too_large
from lms.sheets.ole import Container
from lms.sheets.parts import head_lines

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
FILE_PASS, BOUND_SHEET, STRINGS = 0x002F, 0x0085, 0x00FC
PAGE_HEADS = (0x0014, 0x0015)
FORMULA, SHARED_STRING = 0x0006, 0x00FD
MANY_NUMBERS = 0x00BD
VALUES = (FORMULA, SHARED_STRING, 0x0203, 0x0204, 0x027E, MANY_NUMBERS, 0x0205, 0x00D6)
TEXT = 64_000_000  # characters of all cells together

RECORD = struct.Struct("<HH")
CELL = struct.Struct("<HH")


@dataclass
class _Part:
    """What one sheet's records say."""

    rows: set[int] = field(default_factory=set)
    last_column: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    heads: list[str] = field(default_factory=list)


@dataclass
class _Survey:
    """What the records of a workbook say, by the place in the stream where a sheet begins."""

    places: list[int] = field(default_factory=list)
    parts: dict[int, _Part] = field(default_factory=dict)
    strings: list[bytes] = field(default_factory=list)
    shown: Counter[int] = field(default_factory=Counter)


def read_xls(name: str, data: bytes) -> list[Sheet]:
    """The sheets of a workbook in their order. name: of the file, for refusals."""
    try:
        survey = _survey(name, _workbook(name, data))
        _refuse_swollen_text(name, survey)
    except (struct.error, ValueError, IndexError):
        raise damaged(name) from None
    sheets = []
    for place, sheet in read_sheets(name, BytesIO(data)):
        at = survey.places[place] if place < len(survey.places) else -1
        part = survey.parts.get(at, _Part())
        sheet.formulas = frozenset(part.formulas)
        sheet.page_heads = tuple(part.heads)
        sheets.append(sheet)
    return sheets


def _workbook(name: str, data: bytes) -> bytes:
    container = Container(data)
    names = container.names()
    if "WordDocument" in names:
        raise Invalid(
            "“{file}”的内容是 Word 文档。请把表格复制到新的工作簿，存为 .xlsx 后再上传。",
            file=name,
        )
    stream = container.stream("Workbook") or container.stream("Book")
    if not stream:
        raise damaged(name)
    return stream


def _survey(name: str, stream: bytes) -> _Survey:
    found = _Survey()
    part, at, last = _Part(), 0, 0
    while at + 4 <= len(stream):
        kind, size = RECORD.unpack_from(stream, at)
        body = at + 4
        if kind in VALUES:
            _note_cell(found, part, kind, stream, body, size)
        elif kind == BOF:
            part = found.parts.setdefault(at, _Part())
        elif kind == FILE_PASS:
            raise locked(name)
        elif kind == BOUND_SHEET:
            found.places.append(struct.unpack_from("<I", stream, body)[0])
        elif kind == STRINGS or (kind == CONTINUE and last == STRINGS):
            found.strings.append(stream[body : body + size])
            kind = STRINGS
        elif kind in PAGE_HEADS and size:
            part.heads += head_lines(_head_text(stream[body : body + size]))
        last, at = kind, body + size
    for part in found.parts.values():
        refuse_too_much(name, max(part.rows, default=-1) + 1, part.last_column + 1)
    refuse_too_many_rows(name, sum(len(part.rows) for part in found.parts.values()))
    return found


def _note_cell(found: _Survey, part: _Part, kind: int, stream: bytes, body: int, size: int) -> None:
    row, column = CELL.unpack_from(stream, body)
    if kind == MANY_NUMBERS:
        column = struct.unpack_from("<H", stream, body + size - 2)[0]
    part.rows.add(row)
    if column > part.last_column:
        part.last_column = column
    if kind == FORMULA:
        part.formulas.add((row + 1, column + 1))
    elif kind == SHARED_STRING:
        found.shown[struct.unpack_from("<I", stream, body + 6)[0]] += 1


def _head_text(body: bytes) -> str:
    """A page head: 16-bit length, flag, text; in files before Excel 97 8-bit length and GBK."""
    length, wide = struct.unpack_from("<HB", body) if len(body) > 3 else (0, 0)
    if len(body) == 3 + length * (1 + wide) and wide in (0, 1):
        return body[3:].decode("utf-16-le" if wide else "latin-1", "replace")
    return body[1:].decode("gb18030", "replace")


def _refuse_swollen_text(name: str, survey: _Survey) -> None:
    """A string that many cells share is copied to each."""
    if not survey.strings:
        return
    _, unique = struct.unpack_from("<II", survey.strings[0])
    if unique > sum(map(len, survey.strings)):
        raise damaged(name)
    lengths = _string_lengths(survey.strings, unique)
    if sum(lengths[i] * count for i, count in survey.shown.items() if i < len(lengths)) > TEXT:
        raise too_large(name)


def _string_lengths(blocks: list[bytes], unique: int) -> list[int]:
    """The characters of each shared string; one may go on in the next record."""
    lengths: list[int] = []
    block, at = 0, 8
    for _ in range(unique):
        if at >= len(blocks[block]):
            block, at = block + 1, at - len(blocks[block])
        length, flags = struct.unpack_from("<HB", blocks[block], at)
        rest, at = _behind(blocks[block], at + 3, flags)
        lengths.append(length)
        block, at = _skip(blocks, block, at, length, flags & 1)
        while rest > len(blocks[block]) - at:
            rest -= len(blocks[block]) - at
            block, at = block + 1, 0
        at += rest
    return lengths


def _behind(block: bytes, at: int, flags: int) -> tuple[int, int]:
    """The bytes of formatting that follow a string's characters, and where those begin."""
    rest = 0
    if flags & 8:
        rest, at = struct.unpack_from("<H", block, at)[0] * 4, at + 2
    if flags & 4:
        rest, at = rest + struct.unpack_from("<I", block, at)[0], at + 4
    return rest, at


def _skip(blocks: list[bytes], block: int, at: int, left: int, wide: int) -> tuple[int, int]:
    """The place behind `left` characters; each record says anew how wide they are."""
    while left:
        room = (len(blocks[block]) - at) // (1 + wide)
        take = min(room, left)
        left, at = left - take, at + take * (1 + wide)
        if left:
            block, at = block + 1, 1
            wide = blocks[block][0] & 1
    return block, at
