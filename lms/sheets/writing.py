"""Writes pages as a workbook or a csv that opens clean in WPS and Excel."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from lms.sheets.delimited import csv_lines, guarded
from lms.sheets.layout import PageWriter
from lms.sheets.pages import Kind, Page, sheet_name

MANY_ROWS = 20_000  # from here on rows go to disk as they are written
LONG_AGO = datetime(2000, 1, 1)  # the same pages give the same file, whenever it is written


def write_workbook(
    target: str | Path | BytesIO,
    pages: Sequence[Page],
    made_at: datetime = LONG_AGO,
    rows: int = 0,
) -> None:
    """Write each page as a sheet of an .xlsx. rows: how many there are, if not all are lists.

    The same pages and made_at give the same bytes.
    """
    from xlsxwriter import Workbook  # loaded by who writes a workbook

    known = sum(len(page.rows) for page in pages if isinstance(page.rows, Sequence))
    options = {
        "constant_memory": max(rows, known) > MANY_ROWS,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(target if isinstance(target, BytesIO) else str(target), options)
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    taken: set[str] = set()
    for page in pages:
        name = sheet_name(page.name, taken)
        taken.add(name)
        PageWriter(book, book.add_worksheet(name)).write(page)
    book.close()


def workbook_bytes(pages: Sequence[Page], made_at: datetime = LONG_AGO) -> bytes:
    """The .xlsx of these pages."""
    target = BytesIO()
    write_workbook(target, pages, made_at)
    return target.getvalue()


def page_csv(page: Page) -> bytes:
    """The heads and rows of a page as a csv; title and notes are left out."""
    heads = [f"{c.group}/{c.head}" if c.group else c.head for c in page.columns]
    values = zip_longest(*page.rows)
    columns = [_column(c.kind, some) for c, some in zip(page.columns, values, strict=False)]
    return csv_lines([[guarded(head) for head in heads]], zip(*columns, strict=True))


def _column(kind: Kind, values: Sequence[object]) -> Iterable[object]:
    """The values of a column as a csv has them.

    What comes again in thousands of rows is the same object, and is written once.
    """
    if kind is Kind.NUMBER and set(map(type, values)) == {int}:
        return values
    keys = list(map(id, values))
    written = {key: _cell(kind, one) for key, one in dict(zip(keys, values, strict=True)).items()}
    return map(written.__getitem__, keys)


def _cell(kind: Kind, value: object) -> object:
    return guarded(value if type(value) is str else _written(value, kind))


def _written(value: object, kind: Kind) -> object:
    if value is None or isinstance(value, str):  # nearly all there is
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, bool):
        return value
    if kind is Kind.PERCENT and isinstance(value, int | float | Decimal | Fraction):
        return f"{float(value):.2%}"
    if kind is Kind.DECIMAL and isinstance(value, int | float | Decimal | Fraction):
        return f"{float(value):.2f}"
    return value.isoformat() if isinstance(value, date) else value
