"""A page as a table of a Word document: merged heads that stand again on every sheet. Pure."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from lms.sheets.pages import Page
from lms.sheets.printed import groups, is_words, rows

EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
PADDING, ABOVE = 57, 20  # twips at the sides of a cell, and above and below its words


def table(page: Page, style: str, wide: int) -> str:
    """The XML of the table. style: the id of that of its words; wide: twips in all."""
    whole = sum(column.width for column in page.columns)
    widths = [round(wide * column.width / whole) for column in page.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = "".join([*_head(page, style, widths), *_body(page, style, widths)])
    return f"<w:tbl {nsdecls('w')}>{_look(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _look(wide: int) -> str:
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4"/>' for edge in EDGES)
    room = {"top": ABOVE, "left": PADDING, "bottom": ABOVE, "right": PADDING}
    sides = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in room.items())
    return (
        f'<w:tblPr><w:tblW w:w="{wide}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>"
    )


def _head(page: Page, style: str, widths: Sequence[int]) -> Iterator[str]:
    """One row, or two where columns stand under merged heads."""
    above = groups(page.columns)
    alone = {one.first for one in above if not page.columns[one.first].group}
    if above:
        cells = [
            _cell(
                one.text,
                style,
                sum(widths[one.first : one.last + 1]),
                span=one.last - one.first + 1,
                merge="restart" if one.first in alone else "",
                bold=True,
            )
            for one in above
        ]
        yield _row(cells, head=True)
    cells = [
        _cell("", style, width, merge="continue")
        if place in alone
        else _cell(column.head, style, width, bold=True)
        for place, (column, width) in enumerate(zip(page.columns, widths, strict=True))
    ]
    yield _row(cells, head=True)


def _body(page: Page, style: str, widths: Sequence[int]) -> Iterator[str]:
    left = [is_words(column) for column in page.columns]
    for place, values in enumerate(rows(page)):
        bold = place in page.totals
        cells = zip(values, widths, left, strict=True)
        yield _row([_cell(text, style, width, left=at, bold=bold) for text, width, at in cells])


def _row(cells: Sequence[str], head: bool = False) -> str:
    again = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str,
    style: str,
    width: int,
    *,
    span: int = 1,
    merge: str = "",
    left: bool = False,
    bold: bool = False,
) -> str:
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    over += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    side = "" if left else '<w:jc w:val="center"/>'
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    run = f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{over}<w:vAlign w:val="center"/>'
        f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>{side}</w:pPr>{run}</w:p></w:tc>'
    )
