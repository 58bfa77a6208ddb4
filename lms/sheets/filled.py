"""A workbook with its empty cells filled in: the same file, but for the values."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

from lms.sheets.inserting import Place, SheetXml, Value, reckon_on_opening, yellow
from lms.sheets.packages import is_xml, unpack
from lms.sheets.percents import percent_styles
from lms.sheets.repacking import replaced
from lms.sheets.xlsx import sheet_parts

HUNDRED = Decimal(100)
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
STYLES, BOOK = "xl/styles.xml", "xl/workbook.xml"


class Rate(Decimal):
    """A share of one: shown as the cell shows numbers, 0.6667 under 0.00%, else 66.67."""


Cells = Mapping[Place, Value]


def filled(
    name: str,
    data: bytes,
    values: Mapping[int, Cells],
    marked: Mapping[int, Collection[Place]] | None = None,
) -> bytes:
    """The .xlsx with values in these cells. values, marked: by the place of the sheet, from 0.

    marked: cells that could not be filled, and are shown in yellow. What is no cell of these stays
    byte for byte; only the styles grow where something is marked, and the book says that formulas
    are reckoned anew where there are any.
    """
    parts, marked = unpack(name, data, keep=is_xml), marked or {}
    names, styles = sheet_parts(name, parts), parts.get(STYLES, b"")
    percent = percent_styles(name, styles)
    changed: dict[str, bytes] = {}
    sheets = {place: SheetXml(name, parts[names[place]]) for place in {*values, *marked}}
    if any(marked.values()) and styles:
        wanted = {sheets[n].style(at) for n, places in marked.items() for at in places}
        changed[STYLES], twins = yellow(name, styles, wanted)
        for number, places in marked.items():
            for at in places:
                sheets[number].dress(at, twins[sheets[number].style(at)])
    for number, cells in values.items():
        for at, value in cells.items():
            sheets[number].write(at, _shown(value, sheets[number].style(at), percent))
    reckoned = any(FORMULA.search(xml) for part, xml in parts.items() if part in names)
    for number, sheet in sheets.items():
        sheet.forget_reckoned()
        changed[names[number]] = sheet.xml()
    if reckoned:
        changed[BOOK] = reckon_on_opening(parts[BOOK])
    return replaced(data, changed)


def _shown(value: Value, style: int, percent: Collection[bytes]) -> Value:
    if not isinstance(value, Rate):
        return value
    return Decimal(value) if str(style).encode() in percent else Decimal(value) * HUNDRED
