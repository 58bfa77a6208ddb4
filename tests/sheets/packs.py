"""Builds .xlsx files for tests: plain ones, and such as nobody sends with good intent."""

import io
import zipfile
from collections.abc import Callable, Sequence

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def workbook(rows: Sequence[Sequence[object]], write: Callable | None = None, **sheets) -> bytes:
    """An .xlsx with these rows. write(book, sheet): what else there is; sheets: name → rows."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": True})
    sheet = book.add_worksheet("名册")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    for name, more in sheets.items():
        other = book.add_worksheet(name)
        for number, row in enumerate(more):
            other.write_row(number, 0, row)
    if write:
        write(book, sheet)
    book.close()
    return target.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return target.getvalue()


def with_sheet(cells: bytes, strings: bytes | None = None) -> bytes:
    """An .xlsx whose one sheet has this for its sheetData."""
    members = parts(workbook([["x"]]))
    head, _, rest = members[SHEET].partition(b"<sheetData>")
    members[SHEET] = head + b"<sheetData>" + cells + rest[rest.index(b"</sheetData>") :]
    if strings is not None:
        members[STRINGS] = (
            b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml'
            b'/2006/main">' + strings + b"</sst>"
        )
    return packed(members)


def many_rows(count: int) -> bytes:
    return b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>2</v></c></row>' % (n, n, n)
        for n in range(1, count + 1)
    )
