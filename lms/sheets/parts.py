"""Looks into the XML of one worksheet: how far it reaches, where formulas are, its page heads."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from lms.sheets.cells import place
from lms.sheets.guards import CELLS, COLUMNS, damaged, too_large

if TYPE_CHECKING:
    import numpy as np

MARGIN_FROM_END = -24  # no cell opens so near the end; keeps all looks ahead inside

FORMULA = re.compile(rb"<f[\s/>]")
REFERENCE = re.compile(rb'<c r="([A-Z]+)(\d+)"')
ARRAY = re.compile(rb'<f [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
PAGE_HEAD = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]*)</")
HEAD_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F+-]{5,8}|\d+|[A-Z])')
DRAWN = re.compile(rb"<a:t[^>]*>([^<]*)</a:t>")

Place = tuple[int, int]  # row, column, from 1


@dataclass(frozen=True)
class Reach:
    """How far the cells of a sheet reach, and which of them hold a formula."""

    row: int
    column: int
    formulas: frozenset[Place]


def is_sheet(xml: bytes) -> bool:
    return xml.find(b"sheetData") >= 0


def reach(name: str, xml: bytes) -> Reach:
    """The last row and column that hold something, and the places of formulas.

    Where all cells stay within bounds, empty formatted ones are counted too: only a sheet that
    reaches further, or is written in an unusual way, is looked at cell by cell.
    """
    import numpy as np  # loaded by who reads a workbook

    opened = xml.find(b"sheetData")
    if opened > 0 and xml[opened - 1 : opened] == b"<":
        a = np.frombuffer(xml, np.uint8)
        at = np.flatnonzero(a[:MARGIN_FROM_END] == ord("<"))
        first = a[at + 1]
        row, column = _plain_corner(a, at[first == ord("c")])
        found = _plain_formulas(name, xml, a, at[first == ord("f")])
        if found is not None and 0 <= column <= COLUMNS and row * column <= CELLS:
            return Reach(row, column, found)
    return _exact_reach(name, xml)


def _plain_corner(a: "np.ndarray", at: "np.ndarray") -> tuple[int, int]:
    """The last row and column when each cell opens with `<c r="…"`, else (-1, -1).

    Done on the bytes as a whole, for a roster has hundreds of thousands of cells.
    """
    third = a[at + 2]
    at = at[(third < ord("a")) | (third > ord("z"))]  # not <col>, <cols>, <cfRule>
    if not len(at):
        return 0, 0
    for offset, expected in enumerate(b' r="', start=2):
        if (a[at + offset] != expected).any():
            return -1, -1
    at, column = _number(a, at + 6, ord("A"), 26, 1)
    at, row = _number(a, at, ord("0"), 10, 0)
    if (a[at] != ord('"')).any() or not row.all() or not column.all():
        return -1, -1
    return int(row.max()), int(column.max())


def _plain_formulas(
    name: str, xml: bytes, a: "np.ndarray", at: "np.ndarray"
) -> frozenset[Place] | None:
    found: set[Place] = set()
    third = a[at + 2]
    for start in at[(third == ord(">")) | (third == ord(" ")) | (third == ord("/"))].tolist():
        cell = REFERENCE.match(xml, xml.rfind(b"<c", 0, start))
        if not cell:
            return None
        found.add((int(cell[2]), place(cell[1].decode())))
        found.update(_array(name, ARRAY.match(xml, start)))
    return frozenset(found)


def _number(
    a: "np.ndarray", at: "np.ndarray", first: int, base: int, digit: int
) -> "tuple[np.ndarray, np.ndarray]":
    """Reads a number at each place. first: the byte worth `digit`. Gives the places behind it."""
    import numpy as np

    number = np.zeros(len(at), np.int32)
    for _ in range(8):
        value = a[at].astype(np.int32) - first
        here = (value >= 0) & (value < base)
        if not here.any():
            break
        number = np.where(here, number * base + value + digit, number)
        at = at + here
    return at, number


def _exact_reach(name: str, xml: bytes) -> Reach:
    last_row = last_column = 0
    found = set()
    for row, column, valued, formula in _walk(name, xml):
        if valued:
            last_row, last_column = max(last_row, row), max(last_column, column)
        if formula:
            found.add((row, column))
    return Reach(last_row, last_column, frozenset(found))


def _array(name: str, match: re.Match[bytes] | None) -> Iterator[Place]:
    """A formula over a range stands in its first cell alone."""
    if not match:
        return
    top, bottom = int(match[2]), int(match[4])
    left, right = place(match[1].decode()), place(match[3].decode())
    if (bottom - top + 1) * (right - left + 1) > CELLS:
        raise too_large(name)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def _walk(name: str, xml: bytes) -> Iterator[tuple[int, int, bool, bool]]:
    """Each cell in turn: row, column, whether it has a value, whether a formula.

    Slow and exact: for sheets written in unusual ways, or formatted down to the last row.
    """
    row = column = 0
    try:
        for event, element in etree.iterparse(
            BytesIO(xml),
            events=("start", "end"),
            tag=("{*}row", "{*}c"),
            resolve_entities=False,
            no_network=True,
        ):
            is_row = etree.QName(element).localname == "row"
            if event == "start" and is_row:
                row, column = int(element.get("r") or row + 1), 0
            elif event == "end" and is_row:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif event == "end":
                row, column = _reference(element.get("r"), row, column + 1)
                valued = any(etree.QName(part).localname in ("v", "is") for part in element)
                formula = any(etree.QName(part).localname == "f" for part in element)
                yield row, column, valued or formula, formula
                element.clear()
    except (etree.XMLSyntaxError, ValueError):
        raise damaged(name) from None


def _reference(text: str | None, row: int, column: int) -> Place:
    if text is None:
        return row, column
    match = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", text)
    if not match:
        raise ValueError(text)
    return int(match[2]), place(match[1].upper())


def page_heads(xml: bytes) -> tuple[str, ...]:
    """The lines of the sheet's printed heads and feet, without their layout codes."""
    end = max(xml.rfind(b"sheetData"), 0)
    found = (m[1].decode("utf-8", "replace") for m in PAGE_HEAD.finditer(xml, end))
    return tuple(line for head in found for line in head_lines(html.unescape(head)))


def head_lines(head: str) -> list[str]:
    """The lines of one printed head, without its layout codes (&C, &"宋体", &12)."""
    lines = HEAD_CODE.sub("\n", head.replace("&&", "＆")).splitlines()
    return [line.strip() for line in lines if line.strip()]


def drawn_lines(xml: bytes) -> tuple[str, ...]:
    """The lines of the text boxes in a drawing."""
    return tuple(html.unescape(m[1].decode("utf-8", "replace")) for m in DRAWN.finditer(xml))
