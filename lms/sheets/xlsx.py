"""Reads .xlsx: checks the package and the reach of its sheets, then lets calamine read it."""

import posixpath
import re
from itertools import pairwise

from lxml import etree

from lms.errors import Invalid
from lms.sheets import parts
from lms.sheets.books import Sheet
from lms.sheets.calamine import read_sheets
from lms.sheets.guards import (
    MIB,
    SHEETS,
    damaged,
    refuse_too_many_rows,
    refuse_too_much,
    too_large,
)
from lms.sheets.packages import is_xml, packed, parse_xml, unpack
from lms.sheets.percents import percent_styles, show_percents

WATCHED = 16 * MIB  # the size of a sheet from which its rows are counted as they come
LONGEST_ROW = 16 * MIB
TEXT = 256 * MIB  # of all cells together: a string shared by many cells is copied to each
SHORTEST_CELL = 16  # bytes: <c t="s"><v>1</v>
VALUES = (b"<v>", b"<v ", b"<is", b":v>", b":v ", b":is")
STRING = re.compile(rb"<(?:\w+:)?si[\s>]")
CODED_INDEX = re.compile(rb"v>\s*&#")  # digits in disguise, which no program writes
STRING_INDEX = re.compile(rb"<(?:\w+:)?v[^>]*>\s*(\d+)")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class RowWatch:
    """Counts rows that hold something while large sheets are unpacked, and refuses one too many.

    Small sheets are counted when they are read.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = 0
        self.part = ""
        self.waiting: list[bytes] = []
        self.size = 0

    def __call__(self, part: str, chunk: bytes) -> None:
        if "worksheets/" not in part.lower():
            return
        if part != self.part:
            self.part, self.waiting, self.size = part, [], 0
        self.waiting.append(chunk)
        self.size += len(chunk)
        if self.size > WATCHED:
            *rows, tail = b"".join(self.waiting).split(b"row>")
            if len(tail) > LONGEST_ROW:
                raise too_large(self.name)
            self.waiting = [tail]
            self.rows += sum(any(value in row for value in VALUES) for row in rows)
            refuse_too_many_rows(self.name, self.rows)


def read_xlsx(name: str, data: bytes) -> list[Sheet]:
    """The sheets of a workbook in their order. name: of the file, for refusals."""
    members = unpack(name, data, keep=is_xml, watch=RowWatch(name))
    _refuse_other_package(name, members)
    reaches = _reaches(name, members)
    names = sheet_parts(name, members)
    boxes = _drawn(members)
    percents = percent_styles(name, members.get("xl/styles.xml", b""))
    sheets = []
    for place, sheet in read_sheets(name, packed(members)):
        part = names[place] if place < len(names) else ""
        if part in reaches:
            sheet.formulas = reaches[part].formulas
            show_percents(sheet, members[part], percents)
        sheet.page_heads = parts.page_heads(members.get(part, b"")) + boxes
        sheets.append(sheet)
    return sheets


def _refuse_other_package(name: str, members: dict[str, bytes]) -> None:
    names = {member.lower() for member in members}
    types = members.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Invalid("“{file}”带宏，不予接收。请另存为 .xlsx 后再上传。", file=name)
    if "xl/workbook.xml" in names:
        return
    if "word/document.xml" in names:
        raise Invalid(
            "“{file}”的内容是 Word 文档。请把表格复制到新的工作簿，存为 .xlsx 后再上传。",
            file=name,
        )
    if b"xl/" not in types and "content.xml" not in names:
        raise damaged(name)
    raise Invalid(
        "“{file}”的内容不是 .xlsx 工作簿。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。",
        file=name,
    )


def _reaches(name: str, members: dict[str, bytes]) -> dict[str, parts.Reach]:
    """How far each sheet reaches: one far cell could fill the memory of the reader."""
    strings = next((d for m, d in members.items() if m.lower().endswith("sharedstrings.xml")), b"")
    longest = max(map(len, strings.split(b"si>")))
    found = {}
    for part, xml in members.items():
        if parts.is_sheet(xml):
            found[part] = parts.reach(name, xml)
            refuse_too_much(name, found[part].row, found[part].column)
            if len(xml) // SHORTEST_CELL * longest > TEXT:
                _refuse_swollen_text(name, xml, strings)
    return found


def _refuse_swollen_text(name: str, xml: bytes, strings: bytes) -> None:
    """A string that many cells share is copied to each."""
    starts = [match.start() for match in STRING.finditer(strings)] + [len(strings)]
    lengths = [after - start for start, after in pairwise(starts)]
    total = 0
    if CODED_INDEX.search(xml):
        raise too_large(name)
    for index in STRING_INDEX.findall(xml):
        total += lengths[int(index)] if len(index) < 9 and int(index) < len(lengths) else 0
        if total > TEXT:
            raise too_large(name)


def sheet_parts(name: str, members: dict[str, bytes]) -> list[str]:
    """The part of each sheet, in the order of the sheets; "" where there is none."""
    lower = {member.lower(): member for member in members}
    book = parse_xml(name, members[lower["xl/workbook.xml"]])
    relations = members.get(lower.get("xl/_rels/workbook.xml.rels", ""))
    if relations is None:
        raise damaged(name)
    targets = {
        element.get("Id"): posixpath.normpath(posixpath.join("/xl", element.get("Target", "")))
        for element in _elements(parse_xml(name, relations), "Relationship")
    }
    sheets = _elements(book, "sheet")
    if len(sheets) > SHEETS:
        raise too_large(name)
    wanted = (targets.get(s.get(RELATION) or s.get(STRICT_RELATION), "") for s in sheets)
    return [lower.get(target.lstrip("/").lower(), "") for target in wanted]


def _elements(root: etree._Element, tag: str) -> list[etree._Element]:
    return list(root.iter("{*}" + tag))


def _drawn(members: dict[str, bytes]) -> tuple[str, ...]:
    drawings = (xml for part, xml in members.items() if "drawings/drawing" in part.lower())
    return tuple(line for xml in drawings for line in parts.drawn_lines(xml))
