"""Lays one page out on a worksheet: title, unit line, merged head, rows, notes; A4, 宋体."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, repeat
from numbers import Real
from typing import TYPE_CHECKING, Any

from lms.sheets.cells import letters
from lms.sheets.pages import Column, Kind, Page

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4 = 9
FONT = "宋体"
LINE_HEIGHT, TITLE_HEIGHT = 18, 36  # points
LISTED = 255  # characters that a drop-down list can hold in itself
CHOICES = "选项"
CELL: dict[str, Any] = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
BOXED: dict[str, Any] = {**CELL, "border": 1, "text_wrap": True}
LOOKS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"num_format": "@"},
    Kind.CENTRED: {"num_format": "@", "align": "center"},
    Kind.NUMBER: {"align": "center"},
    Kind.DECIMAL: {"num_format": "0.00", "align": "center"},
    Kind.PERCENT: {"num_format": "0.00%", "align": "center"},
    Kind.DATE: {"num_format": "yyyy-mm-dd", "align": "center"},
}
WORDS = (Kind.TEXT, Kind.CENTRED)
NUMBER = Real | Decimal  # a Decimal is no Real to Python, and a number to us


class PageWriter:
    """Writes from the top downwards, for a large sheet goes to disk row by row."""

    def __init__(self, book: "Workbook", sheet: "Worksheet") -> None:
        self.book = book
        self.sheet = sheet
        self.row = 0

    def write(self, page: Page) -> None:
        self._set_up(page)
        self._above(page)
        first, last = self._head(page.columns)
        self.sheet.freeze_panes(last + 1, 0)
        self.sheet.repeat_rows(first, last)
        self._rows(page)
        self._choices(page.columns, last + 1, self.row - 1)
        for line in page.below:
            self._line(line, page, {"text_wrap": True, "valign": "top"})

    def _set_up(self, page: Page) -> None:
        self.sheet.set_paper(A4)
        if page.landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.center_horizontally()
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        mark = f"&L{page.demonstration.replace('&', '&&')}" if page.demonstration else ""
        foot = f"&R{page.foot.replace('&', '&&')}" if page.foot else ""
        self.sheet.set_footer(f"{mark}&C第 &P 页，共 &N 页{foot}")  # data: on paper
        for place, column in enumerate(page.columns):
            self.sheet.set_column(place, place, column.width)

    def _above(self, page: Page) -> None:
        if page.title:
            look = {"bold": True, "font_size": 18, "align": "center", "text_wrap": True}
            self._line(page.title, page, look, height=TITLE_HEIGHT)
        if page.demonstration:
            self._line(page.demonstration, page, {"font_color": "#C00000"})
        if page.unit_line:
            self._line(page.unit_line, page, {"align": "right"})

    def _line(self, text: str, page: Page, look: dict[str, Any], height: float = 0) -> None:
        """One line over the whole width."""
        width = sum(column.width for column in page.columns)
        lines = sum(max(1, math.ceil(_width(part) / width)) for part in text.split("\n"))
        self.sheet.set_row(self.row, height or LINE_HEIGHT * lines)
        style = self.book.add_format({**CELL, **look})
        self.sheet.write_string(self.row, 0, text, style)
        self._merge(self.row, 0, self.row, len(page.columns) - 1)
        self.row += 1

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge cells that are written already.

        `merge_range` writes all its rows at once, which a sheet on its way to disk cannot.
        """
        if (top, left) != (bottom, right):
            self.sheet.merge.append([top, left, bottom, right])

    def _head(self, columns: Sequence[Column]) -> tuple[int, int]:
        """Write the head; its first and last row."""
        style = self.book.add_format({**BOXED, "bold": True, "align": "center"})
        first, high = self.row, any(column.group for column in columns)
        if high:
            for place, column in enumerate(columns):
                self.sheet.write_string(self.row, place, column.group or column.head, style)
            self._merge_groups(columns)
            self.row += 1
        self.sheet.set_row(self.row, LINE_HEIGHT * 2)
        for place, column in enumerate(columns):
            if high and not column.group:
                self.sheet.write_blank(self.row, place, None, style)
                self._merge(self.row - 1, place, self.row, place)
            else:
                self.sheet.write_string(self.row, place, column.head, style)
        self.row += 1
        return first, self.row - 1

    def _merge_groups(self, columns: Sequence[Column]) -> None:
        start = 0
        for place in range(1, len(columns) + 1):
            if place == len(columns) or columns[place].group != columns[start].group:
                if columns[start].group:
                    self._merge(self.row, start, self.row, place - 1)
                start = place

    def _rows(self, page: Page) -> None:
        kinds = [column.kind for column in page.columns]
        plain = [self.book.add_format({**BOXED, **LOOKS[kind]}) for kind in kinds]
        bold = [self.book.add_format({**BOXED, **LOOKS[kind], "bold": True}) for kind in kinds]
        blank: Sequence[object] = [None] * len(kinds)
        for place, values in enumerate(chain(page.rows, repeat(blank, page.blank_rows))):
            styles = bold if place in page.totals else plain
            cells = zip(values, kinds, styles, strict=False)
            for column, (value, kind, style) in enumerate(cells):
                self._cell(column, value, kind, style)
            self.row += 1

    def _cell(self, column: int, value: object, kind: Kind, style: "Format") -> None:
        if isinstance(value, str):
            self.sheet.write_string(self.row, column, value, style)
        elif value is None or value != value:  # NaN is not itself
            self.sheet.write_blank(self.row, column, None, style)
        elif kind is Kind.DATE and isinstance(value, date | datetime):
            self.sheet.write_datetime(self.row, column, _naive(value), style)
        elif (
            kind not in WORDS and isinstance(value, Real | Decimal) and not isinstance(value, bool)
        ):
            self.sheet.write_number(self.row, column, float(value), style)
        else:
            self.sheet.write_string(self.row, column, str(value), style)

    def _choices(self, columns: Sequence[Column], first: int, last: int) -> None:
        """Drop-down lists. What is not listed may be written after a question."""
        for place, column in enumerate(columns):
            if last < first or not (column.choices or column.hint):
                continue
            options: dict[str, Any] = {"validate": "any"}
            if column.choices:
                options = {
                    "validate": "list",
                    "source": self._source(column.choices),
                    "error_type": "warning",
                    "error_title": column.head[:32],
                    "error_message": "所填内容不在下拉列表中，确定要这样填写吗？",  # data: paper
                }
            if column.hint:
                options |= {"input_title": column.head[:32], "input_message": column.hint[:255]}
            self.sheet.data_validation(first, place, last, place, options)

    def _source(self, choices: tuple[str, ...]) -> list[str] | str:
        joined = ",".join(choices)
        if len(joined) <= LISTED and joined.count(",") == len(choices) - 1:
            return list(choices)
        hidden = self.book.get_worksheet_by_name(CHOICES)
        if hidden is None:
            hidden = self.book.add_worksheet(CHOICES)
            hidden.hide()
        column = (hidden.dim_colmax + 1) if hidden.dim_colmax is not None else 0
        for row, choice in enumerate(choices):
            hidden.write_string(row, column, choice)
        return f"={CHOICES}!{_range(column, len(choices))}"


def _naive(value: date | datetime) -> date | datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _width(text: str) -> float:
    """In characters of half width, as column widths are counted."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _range(column: int, rows: int) -> str:
    name = letters(column + 1)
    return f"${name}$1:${name}${rows}"
