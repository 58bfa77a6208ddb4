"""A table on paper: A4 across as PDF, the typeface inside, its head on every sheet. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from lms.certificates.fonts import BOLD, GETA, PLAIN, printable, ready, width
from lms.certificates.setting import Word, fitted, lines, put
from lms.certificates.words import GETA_SAYS
from lms.sheets.pages import Column, Page
from lms.sheets.printed import Merged, groups, is_words, rows, run_on

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
LONG, SHORT = 297 * MM, 210 * MM  # A4 across
EDGE, TOP, FOOT = 13 * MM, 12 * MM, 13 * MM
WIDE = LONG - 2 * EDGE
TITLE, SMALL = 18.0, 9.0  # pt
MOST, LEAST = 10.0, 6.5  # pt of the table: as large as its numbers allow
LEADING = 1.4  # from one line to the next
PAD = 1.0 * MM
PAGE = "第 {page} 页，共 {pages} 页"  # data: on paper


@dataclass(frozen=True)
class Row:
    """A row as it is set: its cells as lines, and how high it is."""

    cells: Sequence[Sequence[Sequence[Word]]]
    high: float


@dataclass(frozen=True)
class Box:
    """Where a cell is: its left upper corner, and its size."""

    x: float
    top: float
    wide: float
    high: float


def pdf(page: Page, var: Path, mark: str = "") -> bytes:
    """A page as the bytes of a PDF; the same page gives the same bytes.

    var: where the typeface is unpacked; mark: at the head of each sheet, as 未审核.
    """
    from reportlab.pdfgen.canvas import Canvas  # loaded by who prints

    ready(var)
    held = BytesIO()
    canvas = Canvas(held, pagesize=(LONG, SHORT), invariant=1, pageCompression=1)
    canvas.setTitle(page.title)
    _Setter(page, mark).draw(canvas)
    canvas.save()
    return held.getvalue()


class _Setter:
    """Sets a page: first how high everything is, then sheet by sheet."""

    def __init__(self, page: Page, mark: str) -> None:
        self.page, self.mark = page, mark
        whole = sum(column.width for column in page.columns)
        self.widths = [WIDE * column.width / whole for column in page.columns]
        self.edges = [EDGE + sum(self.widths[:n]) for n in range(len(self.widths) + 1)]
        self.texts = rows(page)
        self.size = _size(self.texts, page.columns, self.widths)
        self.groups = groups(page.columns)
        self.head = self._row([column.head for column in page.columns], bold=True)
        self.above = self.size * LEADING + 2 * PAD if self.groups else 0.0
        self.body = [
            self._row(texts, place in page.totals) for place, texts in enumerate(self.texts)
        ]
        self.below = _lines(page.below)
        if len(list(self._sheets())) > len(list(self._sheets(with_below=False))):
            self.below = _lines(run_on(page.below))

    def _row(self, texts: Sequence[str], bold: bool) -> Row:
        cells = []
        for text, wide in zip(texts, self.widths, strict=True):
            cells.append(lines([(text, bold)], self.size, wide - 2 * PAD))
        most = max(map(len, cells))
        return Row(cells, most * self.size * LEADING + 2 * PAD)

    # ── sheets ──────────────────────────────────────────────────────────────────────────────────

    def draw(self, canvas: "Canvas") -> None:
        """Every sheet, with its number of so many."""
        sheets = list(self._sheets())
        for number, (body, below) in enumerate(sheets, start=1):
            canvas.setLineWidth(0.5)
            top = self._above(canvas, number == 1)
            if body:
                top = self._table(canvas, body, top)
            for line in below:
                top -= SMALL * LEADING
                put(canvas, line, EDGE, top, SMALL)
            self._foot(canvas, number, len(sheets))
            canvas.showPage()

    def _sheets(self, with_below: bool = True) -> Iterator[tuple[list[int], list[list[Word]]]]:
        """The rows of each sheet by their places, and the lines under the table."""
        room, body = self._room(first=True), list[int]()
        for place, row in enumerate(self.body):
            if row.high > room and body:
                last = place == len(self.body) - 1
                carried = [body.pop()] if last and len(body) > 1 else []  # no sum stands alone
                yield body, []
                body = carried
                room = self._room(first=False) - sum(self.body[n].high for n in carried)
            body.append(place)
            room -= row.high
        below = list[list[Word]]()
        room -= SMALL
        for line in self.below if with_below else ():
            if room < SMALL * LEADING and (below or body):
                yield body, below
                body, below = [], []
                room = SHORT - TOP - FOOT
            below.append(line)
            room -= SMALL * LEADING
        yield body, below

    def _room(self, first: bool) -> float:
        title = (TITLE + 2 * SMALL) * LEADING if first else SMALL * LEADING
        return SHORT - TOP - FOOT - title - self.above - self.head.high

    def _above(self, canvas: "Canvas", first: bool) -> float:
        """Title, marks and the line of the unit; how far down the table begins."""
        top = SHORT - TOP
        marks = "　".join(filter(None, (self.page.demonstration, self.mark)))
        if first:
            text, size = fitted(self.page.title, TITLE, WIDE)
            canvas.setFont(BOLD, size)
            top -= TITLE
            canvas.drawCentredString(LONG / 2, top, text)
            top -= SMALL * LEADING + (TITLE - SMALL) * (LEADING - 1)
        canvas.setFont(PLAIN, SMALL)
        canvas.drawString(EDGE, top, printable(marks))
        if first:
            canvas.drawRightString(LONG - EDGE, top, printable(self.page.unit_line))
        return top - 0.5 * SMALL

    def _foot(self, canvas: "Canvas", number: int, many: int) -> None:
        canvas.setFont(PLAIN, SMALL)
        canvas.drawCentredString(LONG / 2, FOOT - 6 * MM, PAGE.format(page=number, pages=many))
        replaced = any(GETA in printable(text) for row in self.texts for text in row)
        if replaced:
            canvas.drawString(EDGE, FOOT - 6 * MM, GETA_SAYS)

    # ── the table ───────────────────────────────────────────────────────────────────────────────

    def _table(self, canvas: "Canvas", body: Sequence[int], top: float) -> float:
        """The head and these rows; where they end."""
        top = self._head(canvas, top)
        left = [is_words(column) for column in self.page.columns]
        for place in body:
            row = self.body[place]
            for cell, x, wide, at in zip(
                row.cells, self.edges[:-1], self.widths, left, strict=True
            ):
                self._cell(canvas, cell, Box(x, top, wide, row.high), at)
            top -= row.high
        return top - SMALL * 0.5

    def _head(self, canvas: "Canvas", top: float) -> float:
        alone = {one.first for one in self.groups if not self.page.columns[one.first].group}
        for one in self.groups:
            self._upper(canvas, one, top, one.first in alone)
        for place, (cell, x, wide) in enumerate(
            zip(self.head.cells, self.edges[:-1], self.widths, strict=True)
        ):
            if place not in alone:
                self._cell(canvas, cell, Box(x, top - self.above, wide, self.head.high), False)
        return top - self.above - self.head.high

    def _upper(self, canvas: "Canvas", one: Merged, top: float, alone: bool) -> None:
        """A merged head; that of a single column is as high as both rows."""
        wide = self.edges[one.last + 1] - self.edges[one.first]
        high = self.above + (self.head.high if alone else 0)
        words = lines([(one.text, True)], self.size, wide - 2 * PAD)
        self._cell(canvas, words, Box(self.edges[one.first], top, wide, high), False)

    def _cell(
        self, canvas: "Canvas", words: Sequence[Sequence[Word]], box: Box, left: bool
    ) -> None:
        canvas.rect(box.x, box.top - box.high, box.wide, box.high)
        step = self.size * LEADING
        y = box.top - (box.high - len(words) * step) / 2 - 0.5 * step - 0.36 * self.size
        for line in words:
            long = 0.0 if left else sum(width(text, font, self.size) for text, font in line)
            put(canvas, line, box.x + (PAD if left else (box.wide - long) / 2), y, self.size)
            y -= step


def _lines(below: Sequence[str]) -> list[list[Word]]:
    """The lines under a table, with room above the last, which is signed."""
    found = [lines([(text, False)], SMALL, WIDE) for text in below]
    return [line for some in found[:-1] for line in some] + [[]] + [*found[-1]] if found else []


def _size(
    texts: Sequence[Sequence[str]], columns: Sequence[Column], widths: Sequence[float]
) -> float:
    """The largest type in which every number stands on one line."""
    longest = [
        max((row[place] for row in texts), key=len, default="") for place in range(len(columns))
    ]
    size = MOST
    while size > LEAST and any(
        width(text, BOLD, size) > wide - 2 * PAD
        for text, wide, column in zip(longest, widths, columns, strict=True)
        if not is_words(column)
    ):
        size -= 0.5
    return size
