"""Cells that show 50% hold 0.5: finds them, so that they are read as they are seen."""

import re

from lms.sheets.books import Sheet
from lms.sheets.cells import place
from lms.sheets.packages import parse_xml

BUILT_IN = {"9", "10"}  # 0% and 0.00%
CELL = re.compile(
    rb"<(?:\w+:)?c (?=[^>]*?\bs=\"(\d{1,6})\")(?=[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\")"
)
DIGITS = 10  # of a percentage; what binary fractions add behind is nobody's


def percent_styles(name: str, styles: bytes) -> frozenset[bytes]:
    """The numbers of the cell styles that show percent. name: of the file, for refusals."""
    if b"%" not in styles and not any(f'"{one}"'.encode() in styles for one in BUILT_IN):
        return frozenset()
    root = parse_xml(name, styles)
    named = root.iter("{*}numFmt")
    formats = {one.get("numFmtId") for one in named if _shows(one.get("formatCode"))}
    cells = next(root.iter("{*}cellXfs"), None)
    used = [] if cells is None else [style.get("numFmtId") for style in cells.iter("{*}xf")]
    return frozenset(str(n).encode() for n, one in enumerate(used) if one in formats | BUILT_IN)


def _shows(code: str | None) -> bool:
    return "%" in re.sub(r'"[^"]*"|\\.', "", code or "")


def show_percents(sheet: Sheet, xml: bytes, styles: frozenset[bytes]) -> None:
    """Put 50% where the sheet shows it."""
    if not styles:
        return
    for style, letters, number in CELL.findall(xml):
        if style in styles:
            _show(sheet, int(number) - 1, place(letters.decode()) - 1)


def _show(sheet: Sheet, row: int, column: int) -> None:
    if row >= len(sheet.rows) or column >= len(sheet.rows[row]):
        return
    value = sheet.rows[row][column]
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
        digits = f"{value * 100:.{DIGITS}f}".rstrip("0").rstrip(".")
        sheet.rows[row][column] = f"{digits}%"
