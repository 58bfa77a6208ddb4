"""Certificates as PDF, the typeface inside. The same facts give the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.certificates import words
from lms.certificates.fonts import BOLD, GETA, PLAIN, printable, ready, width
from lms.certificates.rules import (
    KIND_NAMES,
    Completion,
    HourLine,
    HoursOfYear,
    Kind,
    in_parts,
)
from lms.certificates.setting import fitted, lines, put

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
SHORT, LONG = 210 * MM, 297 * MM  # A4
RED, INK, MUTED = (0.702, 0.149, 0.118), (0.114, 0.129, 0.161), (0.337, 0.361, 0.4)
ROWS, MORE_ROWS = 18, 27  # of a table: on the last page, and on one before
QR = 26 * MM


@dataclass(frozen=True)
class Printed:
    """One certificate to print. link: what its QR code leads to."""

    kind: Kind
    number: str
    code: str
    link: str
    facts: Completion | HoursOfYear


class Book:
    """A PDF of one certificate or of many. note: a line at the foot of each page."""

    def __init__(self, var: Path, note: str = "") -> None:
        from reportlab.pdfgen.canvas import Canvas  # loaded by who prints

        ready(var)
        self.note, self.held, self.has, self.pressed = note, BytesIO(), 0, 0
        self.canvas = Canvas(self.held, pagesize=(LONG, SHORT), invariant=1, pageCompression=1)

    def add(self, one: Printed) -> None:
        """Print one more."""
        if isinstance(one.facts, Completion):
            _completion(self.canvas, one, one.facts, self.note)
        else:
            _hours(self.canvas, one, one.facts, self.note)
        self.has += 1
        for page in self.canvas._doc.Pages.pages[self.pressed :]:
            _press(page)
            self.pressed += 1

    def bound(self, title: str, author: str) -> bytes:
        """The whole file."""
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.save()
        return self.held.getvalue()


def _press(page: Any) -> None:
    """Compress a page when it is drawn: five hundred at once, when the file is bound, take long."""
    from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream, PDFZCompress

    how = PDFDictionary({"Filter": PDFName(PDFZCompress.pdfname)})
    page.Contents = PDFStream(how, PDFZCompress.encode(page.stream))
    page.stream = None


def single(one: Printed, var: Path, note: str = "") -> bytes:
    """The PDF of one certificate."""
    book = Book(var, note)
    book.add(one)
    return book.bound(f"{KIND_NAMES[one.kind]} {one.number}", one.facts.issuer)


# ── 结业证书: one page across ───────────────────────────────────────────────────────────────────


def _completion(canvas: "Canvas", one: Printed, facts: Completion, note: str) -> None:
    canvas.setPageSize((LONG, SHORT))
    _frame(canvas, LONG, SHORT)
    _spaced(canvas, KIND_NAMES[one.kind], LONG / 2, SHORT - 47 * MM, 40)
    _number(canvas, one, LONG - 25 * MM, SHORT - 62 * MM)
    size, left, wide = 20.0, 34 * MM, LONG - 68 * MM
    y = SHORT - 82 * MM
    for number, line in enumerate(lines(words.completion(facts), size, wide, indent=2 * size)):
        put(canvas, line, left + (0 if number else 2 * size), y, size)
        y -= 1.9 * size
    _signed(canvas, facts.issuer, words.day(facts.issued_on), LONG - 34 * MM, 46 * MM, 18)
    _check(canvas, one, 34 * MM, 31 * MM)
    _foot(canvas, [words.completion(facts)[0][0], facts.title, facts.unit], note, LONG, 20 * MM)
    canvas.showPage()


def _frame(canvas: "Canvas", wide: float, high: float) -> None:
    canvas.setStrokeColorRGB(*RED)
    for margin, line in ((11 * MM, 2.2), (13.2 * MM, 0.6)):
        canvas.setLineWidth(line)
        canvas.rect(margin, margin, wide - 2 * margin, high - 2 * margin)


def _spaced(canvas: "Canvas", title: str, x: float, y: float, size: float) -> None:
    """A title with room between its signs."""
    gap = size / 2
    begins = x - (width(title, BOLD, size) + gap * (len(title) - 1)) / 2
    canvas.setFillColorRGB(*RED)
    text = canvas.beginText(begins, y)
    text.setFont(BOLD, size)
    text.setCharSpace(gap)
    text.textOut(title)
    text.setCharSpace(0)
    canvas.drawText(text)
    canvas.setFillColorRGB(*INK)


# ── 学时证明: a table, on as many pages as it takes ─────────────────────────────────────────────


def _hours(canvas: "Canvas", one: Printed, facts: HoursOfYear, note: str) -> None:
    sheets = paged(facts.lines)
    first = 1
    for page, rows in enumerate(sheets, start=1):
        canvas.setPageSize((SHORT, LONG))
        y = _head(canvas, one, facts, page)
        y = _table(canvas, rows, first, y)
        if page == len(sheets):
            _total(canvas, facts, y)
            _signed(canvas, facts.issuer, words.day(facts.issued_on), SHORT - 22 * MM, 48 * MM, 13)
            _check(canvas, one, 22 * MM, 30 * MM)
        if len(sheets) > 1:
            canvas.setFont(PLAIN, 9)
            said = words.PAGE.format(page=page, pages=len(sheets))
            canvas.drawRightString(SHORT - 22 * MM, 16 * MM, said)
        _foot(canvas, [facts.unit, *(row.title for row in rows)], note, SHORT, 16 * MM)
        canvas.showPage()
        first += len(rows)


def paged(rows: list[HourLine]) -> list[list[HourLine]]:
    """Rows as pages: full ones, and a last one that leaves room for who signs."""
    pages = []
    while len(rows) > ROWS:
        many = min(MORE_ROWS, len(rows) - 1)  # the sum never stands alone
        pages.append(rows[:many])
        rows = rows[many:]
    return [*pages, rows]


def _head(canvas: "Canvas", one: Printed, facts: HoursOfYear, page: int) -> float:
    """Title, number, and on the first page the sentence; where the table begins."""
    _spaced(canvas, KIND_NAMES[one.kind], SHORT / 2, LONG - 32 * MM, 26)
    _number(canvas, one, SHORT - 22 * MM, LONG - 42 * MM)
    size, left, wide = 13.0, 22 * MM, SHORT - 44 * MM
    y = LONG - 54 * MM
    if page > 1:
        return y
    for number, line in enumerate(lines(words.hours_of_year(facts), size, wide, indent=2 * size)):
        put(canvas, line, left + (0 if number else 2 * size), y, size)
        y -= 1.7 * size
    return y - 2 * MM


EDGES = [22 * MM, 34 * MM, 118 * MM, 142 * MM, 172 * MM, 188 * MM]
ROW = 7.4 * MM


def _table(canvas: "Canvas", rows: list[HourLine], first: int, y: float) -> float:
    canvas.setStrokeColorRGB(*MUTED)
    canvas.setLineWidth(0.5)
    _row(canvas, list(words.HEADS), y, BOLD)
    for number, row in enumerate(rows, start=first):
        y -= ROW
        cells = [str(number), row.title, row.how, words.day(row.ended_on), words.plain(row.hours)]
        _row(canvas, cells, y, PLAIN)
    return y - ROW


def _row(canvas: "Canvas", cells: list[str], top: float, font: str) -> None:
    for number, cell in enumerate(cells):
        left, right = EDGES[number], EDGES[number + 1]
        canvas.rect(left, top - ROW, right - left, ROW)
        text, size = fitted(cell, 10, right - left - 3 * MM)
        canvas.setFont(font, size)
        at = top - ROW / 2 - 0.36 * size
        if number in (0, len(cells) - 1):
            canvas.drawRightString(right - 1.5 * MM, at, text)
        else:
            canvas.drawString(left + 1.5 * MM, at, text)


def _total(canvas: "Canvas", facts: HoursOfYear, y: float) -> None:
    text, size = fitted(words.in_all(facts), 12, SHORT - 44 * MM)
    canvas.setFont(BOLD, size)
    canvas.drawString(22 * MM, y - 6 * MM, text)


# ── what both have ──────────────────────────────────────────────────────────────────────────────


def _number(canvas: "Canvas", one: Printed, right: float, y: float) -> None:
    canvas.setFont(PLAIN, 11)
    canvas.drawRightString(right, y, words.NUMBER.format(number=one.number))


def _signed(canvas: "Canvas", issuer: str, day: str, right: float, y: float, size: float) -> None:
    """Who stands for it and when, one above the other, with room for a stamp."""
    text, size = fitted(issuer, size, 110 * MM)
    middle = right - max(width(text, PLAIN, size), width(day, PLAIN, size)) / 2
    canvas.setFont(PLAIN, size)
    canvas.drawCentredString(middle, y, text)
    canvas.drawCentredString(middle, y - 1.8 * size, day)


def _check(canvas: "Canvas", one: Printed, x: float, y: float) -> None:
    """The QR code, and beside it what may be typed instead."""
    qr(canvas, one.link, x, y, QR)
    canvas.setFillColorRGB(*MUTED)
    canvas.setFont(PLAIN, 8.5)
    canvas.drawString(x + QR + 3 * MM, y + 8, words.SCAN)
    canvas.setFont(PLAIN, 8.5)
    canvas.drawString(x + QR + 3 * MM, y + 22, words.CODE.format(code=in_parts(one.code)))
    canvas.setFillColorRGB(*INK)


def qr(canvas: "Canvas", link: str, x: float, y: float, size: float) -> None:
    """Dark modules that stand beside one another as one bar: a fifth of the shapes."""
    import segno  # loaded by who shows a code

    # one mask for all: to try eight takes longer than the rest of the page
    rows = list(segno.make(link, error="m", micro=False, mask=2).matrix)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / len(rows), size / len(rows))
    path = canvas.beginPath()
    for up, row in enumerate(reversed(rows)):
        at = 0
        while at < len(row):
            end = at
            while end < len(row) and row[end]:
                end += 1
            if end > at:
                path.rect(at, up, end - at, 1)
            at = end + 1
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _foot(canvas: "Canvas", texts: Iterable[str], note: str, wide: float, y: float) -> None:
    """What 〓 stands for, where it was printed; and the note of the house."""
    replaced = any(GETA in printable(text) and GETA not in text for text in texts)
    said = "　".join(filter(None, (words.GETA_SAYS if replaced else "", note)))
    if said:
        canvas.setFillColorRGB(*MUTED)
        canvas.setFont(PLAIN, 8.5)
        canvas.drawCentredString(wide / 2, y, said)
        canvas.setFillColorRGB(*INK)
