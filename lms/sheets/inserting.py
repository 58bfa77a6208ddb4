"""Writes values into empty cells of a workbook's own XML; formats, formulas and the rest stay."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from lxml import etree

from lms.sheets.cells import letters, place
from lms.sheets.packages import parse_xml

Place = tuple[int, int]  # row, column, from 1
Value = int | Decimal | str
YELLOW = "FFFFFF00"
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# What may stand before the reckoning rules in a workbook, the last of which is there decides.
BEFORE_RULES = (b"definedNames", b"externalReferences", b"functionGroups", b"sheets")


class SheetXml:
    """The XML of one worksheet, to be written into."""

    def __init__(self, name: str, xml: bytes) -> None:
        self.root = parse_xml(name, xml)
        self.data = next(self.root.iter("{*}sheetData"))
        self.space = self.data.tag.removesuffix("sheetData")
        self.rows = dict(_numbered(self.data))
        self.cells: dict[Place, etree._Element] = {}
        for number, row in self.rows.items():
            for column, cell in _columns(row):
                self.cells[number, column] = cell

    def style(self, at: Place) -> int:
        """The number of the style in which a cell is shown: its own, its row's, its column's."""
        cell, row = self.cells.get(at), self.rows.get(at[0])
        if cell is not None:
            return int(cell.get("s") or 0)
        if row is not None and row.get("customFormat") in ("1", "true"):
            return int(row.get("s") or 0)
        for column in self.root.iter("{*}col"):
            if int(column.get("min", 0)) <= at[1] <= int(column.get("max", 0)):
                return int(column.get("style") or 0)
        return 0

    def write(self, at: Place, value: Value) -> None:
        """Put a value into a cell."""
        cell = self._cell(at)
        for part in list(cell):
            cell.remove(part)
        cell.attrib.pop("t", None)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{self.space}is"), f"{self.space}t")
            text.text = value
        else:
            etree.SubElement(cell, f"{self.space}v").text = _written(value)

    def dress(self, at: Place, style: int) -> None:
        """Show a cell in another style."""
        self._cell(at).set("s", str(style))

    def forget_reckoned(self) -> None:
        """Formulas are reckoned anew: what they gave before is left out."""
        for formula in self.root.iter("{*}f"):
            cell = formula.getparent()
            cell.attrib.pop("t", None)
            for part in list(cell):
                if etree.QName(part).localname in ("v", "is"):
                    cell.remove(part)

    def xml(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _cell(self, at: Place) -> etree._Element:
        if at in self.cells:
            return self.cells[at]
        number, column = at
        row = self.rows.get(number)
        if row is None:
            row = etree.Element(f"{self.space}row", {"r": str(number)})
            _put(self.data, row, list(_numbered(self.data)), number)
            self.rows[number] = row
        row.attrib.pop("spans", None)  # a hint, which would no longer be true
        cell = etree.Element(f"{self.space}c", {"r": f"{letters(column)}{number}"})
        if style := self.style(at):
            cell.set("s", str(style))
        _put(row, cell, list(_columns(row)), column)
        self.cells[at] = cell
        return cell


def _written(value: int | Decimal) -> str:
    return str(value) if isinstance(value, int) else format(value.normalize(), "f")


def _numbered(data: etree._Element) -> Iterable[tuple[int, etree._Element]]:
    number = 0
    for row in data.iterchildren("{*}row"):
        number = int(row.get("r") or number + 1)
        yield number, row


def _columns(row: etree._Element) -> Iterable[tuple[int, etree._Element]]:
    column = 0
    for cell in row.iterchildren("{*}c"):
        found = REFERENCE.fullmatch(cell.get("r") or "")
        column = place(found[1]) if found else column + 1
        yield column, cell


def _put(
    whole: etree._Element, part: etree._Element, parts: list[tuple[int, etree._Element]], at: int
) -> None:
    """Put a part into its place among the others."""
    before = next((one for number, one in parts if number > at), None)
    if before is None:
        whole.append(part)
    else:
        before.addprevious(part)


def reckon_on_opening(workbook: bytes) -> bytes:
    """The workbook's own part with the one word that has every formula reckoned when it opens."""
    found = re.search(rb"<((?:\w+:)?)calcPr\b", workbook)
    if found:
        tag = workbook[found.start() : workbook.index(b">", found.start())]
        bare = re.sub(rb'\s+fullCalcOnLoad="[^"]*"', b"", tag)
        put = bare[: found.end() - found.start()] + b' fullCalcOnLoad="1"'
        put += bare[found.end() - found.start() :]
        return workbook.replace(tag, put, 1)
    for name in BEFORE_RULES:
        end = re.search(rb"(?:</(\w+:)?" + name + rb">)|(?:<(\w+:)?" + name + rb"\s*/>)", workbook)
        if end:
            prefix = end[1] or end[2] or b""
            rule = b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>'
            return workbook[: end.end()] + rule + workbook[end.end() :]
    return workbook


def yellow(name: str, styles: bytes, wanted: Iterable[int]) -> tuple[bytes, Mapping[int, int]]:
    """The styles with a yellow twin of each of these at the end; style → twin. None is changed."""
    root = parse_xml(name, styles)
    fills, cells = (next(root.iter("{*}" + tag)) for tag in ("fills", "cellXfs"))
    space = fills.tag.removesuffix("fills")
    pattern = etree.SubElement(etree.SubElement(fills, f"{space}fill"), f"{space}patternFill")
    pattern.set("patternType", "solid")
    etree.SubElement(pattern, f"{space}fgColor").set("rgb", YELLOW)
    etree.SubElement(pattern, f"{space}bgColor").set("indexed", "64")
    twins, known = {}, list(cells)
    for style in sorted(set(wanted)):
        twin = etree.fromstring(etree.tostring(known[min(style, len(known) - 1)]))
        twin.set("fillId", str(len(fills) - 1))
        twin.set("applyFill", "1")
        cells.append(twin)
        twins[style] = len(cells) - 1
    for group in (fills, cells):
        group.set("count", str(len(group)))
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return xml, twins
