"""A record of training on paper: A4 as PDF, the typeface inside, one page where it fits. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from lms.certificates.drawing import MM, qr
from lms.certificates.fonts import BOLD, GETA, PLAIN, printable, ready
from lms.certificates.setting import fitted
from lms.certificates.words import GETA_SAYS

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDE, HIGH = 210 * MM, 297 * MM
EDGE, TOP, FOOT = 16 * MM, 14 * MM, 14 * MM
INSIDE = WIDE - 2 * EDGE
QR = 24 * MM
HEAD = QR + 12 * MM  # title, whose it is, the code
SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)  # of the tables: the first with which one page is enough
ROW = 1.75  # of its size is the height of a row
GAP = 3 * MM


@dataclass(frozen=True)
class Section:
    """A table under its title. shares: how wide its columns are to one another."""

    title: str
    heads: Sequence[str]
    shares: Sequence[float]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """All that stands on it. link: what its QR code leads to; mark: at the foot of each page."""

    title: str
    whose: str
    as_of: str
    link: str
    scan: str
    code: str
    sections: Sequence[Section]
    mark: str = ""


def pdf(paper: Paper, var: Path) -> bytes:
    """The bytes of it; the same facts give the same. var: where the typeface is unpacked."""
    from reportlab.pdfgen.canvas import Canvas  # loaded by who prints

    ready(var)
    held = BytesIO()
    canvas = Canvas(held, pagesize=(WIDE, HIGH), invariant=1, pageCompression=1)
    canvas.setTitle(f"{paper.title} {paper.whose}")
    size = size_for(paper)
    _head(canvas, paper)
    top = HIGH - TOP - HEAD
    for section in paper.sections:
        top = _section(canvas, paper, section, size, top)
    _foot(canvas, paper)
    canvas.save()
    return held.getvalue()


def size_for(paper: Paper) -> float:
    """The largest size with which all of it stands on one page; else the smallest there is."""
    room = HIGH - TOP - HEAD - FOOT
    for size in SIZES:
        if sum(_height(one, size) for one in paper.sections) <= room:
            return size
    return SIZES[-1]


def _height(section: Section, size: float) -> float:
    lines = len(section.rows) + 2 + bool(section.note)  # with title and head
    return lines * size * ROW + GAP


def _head(canvas: "Canvas", paper: Paper) -> None:
    top = HIGH - TOP
    canvas.setFont(BOLD, 18)
    canvas.drawString(EDGE, top - 8 * MM, printable(paper.title))
    text, size = fitted(paper.whose, 12, INSIDE - QR - 8 * MM)
    canvas.setFont(PLAIN, size)
    canvas.drawString(EDGE, top - 17 * MM, text)
    canvas.setFont(PLAIN, 9)
    canvas.drawString(EDGE, top - 24 * MM, printable(paper.as_of))
    qr(canvas, paper.link, WIDE - EDGE - QR, top - QR, QR)
    canvas.setFont(PLAIN, 8)
    canvas.drawRightString(WIDE - EDGE, top - QR - 4 * MM, printable(f"{paper.scan} {paper.code}"))


def _section(canvas: "Canvas", paper: Paper, section: Section, size: float, top: float) -> float:
    """The table; where the next begins. It goes on over pages, its head on each."""
    high, rows = size * ROW, list(section.rows)
    if top - 3 * high < FOOT:
        top = _next_page(canvas, paper)
    canvas.setFont(BOLD, size + 1)
    canvas.drawString(EDGE, top - high * 0.75, printable(section.title))
    top = _row(canvas, section, section.heads, size, top - high, BOLD)
    for row in rows:
        if top - high < FOOT:
            top = _row(canvas, section, section.heads, size, _next_page(canvas, paper), BOLD)
        top = _row(canvas, section, row, size, top, PLAIN)
    if section.note:
        text, small = fitted(section.note, size - 0.5, INSIDE)
        canvas.setFont(PLAIN, small)
        canvas.drawString(EDGE, top - high * 0.75, text)
        top -= high
    return top - GAP


def _row(
    canvas: "Canvas", section: Section, cells: Sequence[str], size: float, top: float, font: str
) -> float:
    high = size * ROW
    canvas.setLineWidth(0.4)
    for (left, wide), cell in zip(_columns(section), cells, strict=True):
        canvas.rect(left, top - high, wide, high)
        text, small = fitted(cell, size, wide - 2 * MM)
        canvas.setFont(font, small)
        canvas.drawString(left + MM, top - high / 2 - 0.36 * small, text)
    return top - high


def _columns(section: Section) -> Iterator[tuple[float, float]]:
    """Of each column, where it begins and how wide it is."""
    left, whole = EDGE, sum(section.shares)
    for share in section.shares:
        wide = INSIDE * share / whole
        yield left, wide
        left += wide


def _next_page(canvas: "Canvas", paper: Paper) -> float:
    _foot(canvas, paper)
    canvas.showPage()
    return HIGH - TOP


def _foot(canvas: "Canvas", paper: Paper) -> None:
    """What 〓 stands for, where a sign had to be replaced; and the mark of a demonstration."""
    said = (paper.whose, *(cell for one in paper.sections for row in one.rows for cell in row))
    replaced = any(GETA in printable(text) and GETA not in text for text in said)
    line = "　".join(filter(None, (GETA_SAYS if replaced else "", paper.mark)))
    if line:
        canvas.setFont(PLAIN, 8)
        canvas.drawCentredString(WIDE / 2, FOOT / 2, printable(line))
