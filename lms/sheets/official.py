"""A Word document as GB/T 9704 sets a page: 22 lines of 28 signs. No red head, number or seal."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lms.sheets import typefaces
from lms.sheets.official_table import table
from lms.sheets.pages import Page
from lms.sheets.printed import run_on
from lms.sheets.typefaces import HEAD, PLAIN, SECOND, SONG, TITLE

SHORT, LONG = 210, 297  # mm, A4
TOP, LEFT, BOTTOM, RIGHT = 37, 28, 35, 26  # mm; what is left is 156 by 225
LINE = 579  # twips: 22 in 225 mm
SIGN = -5  # twips by which the signs of 16 pt stand nearer: 28 in 156 mm
SECOND_SIZE, THIRD, FOURTH = 22, 16, 14  # pt: 2号 3号 4号
HEAD_EDGE, FOOT_EDGE = 15, 25  # mm; the dashes of the number stand 7 mm under the text
NEAR, NARROW = "表中文字", "密表文字"  # the styles of a table, and of one of many columns
SIZES = {NEAR: 9.0, NARROW: 7.5}
MANY = 16  # columns
TWIPS = 1440 / 25.4  # in a millimetre
# What may stand in the properties of a paragraph after the grid: the order is laid down.
AFTER_GRID = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")


class Official:
    """A document in the making. mark: at the head of every page, until somebody deletes it."""

    def __init__(self, title: str, made_at: datetime, mark: str = "") -> None:
        self.document = Document()
        self._say_what_it_is(title, made_at)
        typefaces.name(self.document)
        self._normal()
        for name, size in SIZES.items():
            self._near(name, size)
        sheet = self.document.sections[0]
        _page(sheet, SHORT, LONG, (TOP, RIGHT, BOTTOM, LEFT))
        self.document.settings.odd_and_even_pages_header_footer = True
        _run(sheet.header.paragraphs[0], mark, HEAD, FOURTH)
        _run(sheet.even_page_header.paragraphs[0], mark, HEAD, FOURTH)
        _number(sheet.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
        _number(sheet.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
        self._title(title)

    def _say_what_it_is(self, title: str, made_at: datetime) -> None:
        facts = self.document.core_properties
        facts.title, facts.author, facts.comments = title, "", ""
        facts.created = facts.modified = made_at.replace(tzinfo=None)

    def _normal(self) -> None:
        normal = self.document.styles["Normal"]
        look = normal.paragraph_format
        look.space_after = look.space_before = Pt(0)
        look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE / 20)
        look.widow_control = False
        normal.font.size, normal.font.name = Pt(THIRD), PLAIN
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), PLAIN)
        _spaced(normal, SIGN)

    def _near(self, name: str, size: float) -> None:
        """Words of a table: lines as near as the type allows, past the grid of the page."""
        style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.document.styles["Normal"]
        style.font.size, style.font.name = Pt(size), SONG
        style.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
        _spaced(style, 0)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        off = OxmlElement("w:snapToGrid")
        off.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().insert_element_before(off, *AFTER_GRID)

    # ── words ───────────────────────────────────────────────────────────────────────────────────

    def _title(self, text: str, before: float = LINE / 20) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        look = paragraph.paragraph_format
        look.space_before, look.space_after = Pt(before), Pt(LINE / 20)
        _run(paragraph, text, TITLE, SECOND_SIZE)

    def greeting(self, text: str) -> None:
        """To whom: from the edge."""
        _run(self.document.add_paragraph(), text)

    def line(self, text: str, font: str = PLAIN) -> None:
        """A paragraph, two signs in."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(2 * THIRD)
        paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
        _run(paragraph, text, font)

    def first(self, text: str) -> None:
        """A head of the first level: 一、"""
        self.line(text, HEAD)

    def second(self, text: str) -> None:
        """A head of the second level: （一）"""
        self.line(text, SECOND)

    def signed(self, lines: Sequence[str]) -> None:
        """Who and when, at the right, four signs from the edge."""
        for place, text in enumerate(lines):
            paragraph = self.document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            look = paragraph.paragraph_format
            look.right_indent, look.keep_with_next = Pt(4 * THIRD), place + 1 < len(lines)
            look.space_before = Pt(0 if place else LINE / 10)
            _run(paragraph, text)

    # ── a table on sheets across ────────────────────────────────────────────────────────────────

    def across(self, page: Page) -> None:
        """A page as a table on sheets of their own, the head on each of them."""
        sheet = self.document.add_section(WD_SECTION.NEW_PAGE)
        _page(sheet, LONG, SHORT, (LEFT, TOP, RIGHT, BOTTOM))
        self._title(page.title, before=0)
        if page.unit_line:
            self._small(page.unit_line, WD_ALIGN_PARAGRAPH.RIGHT)
        style = self.document.styles[NARROW if len(page.columns) > MANY else NEAR].style_id
        made = table(page, style, round((LONG - TOP - BOTTOM) * TWIPS))
        self.document.element.body.insert_element_before(parse_xml(made), "w:sectPr")
        for text in run_on(page.below):
            self._small(text, WD_ALIGN_PARAGRAPH.LEFT, before=SIZES[NEAR])

    def _small(self, text: str, side: WD_ALIGN_PARAGRAPH, before: float = 0) -> None:
        paragraph = self.document.add_paragraph(text, style=NEAR)
        paragraph.alignment, paragraph.paragraph_format.space_before = side, Pt(before)

    def bytes(self) -> bytes:
        """The whole file."""
        target = BytesIO()
        self.document.save(target)
        return target.getvalue()


def _page(sheet: Any, wide: float, high: float, margins: tuple[float, float, float, float]) -> None:
    """margins: top, right, bottom, left, in mm."""
    sheet.orientation = WD_ORIENT.LANDSCAPE if wide > high else WD_ORIENT.PORTRAIT
    sheet.page_width, sheet.page_height = Mm(wide), Mm(high)
    top, right, bottom, left = margins
    sheet.top_margin, sheet.right_margin = Mm(top), Mm(right)
    sheet.bottom_margin, sheet.left_margin = Mm(bottom), Mm(left)
    sheet.header_distance = Mm(HEAD_EDGE)
    sheet.footer_distance = Mm(min(FOOT_EDGE, bottom - 10))
    grid = sheet._sectPr.find(qn("w:docGrid"))
    # signs are spaced by their style: a grid of signs is read in another way by each program
    for name, value in (("type", "lines"), ("linePitch", LINE)):
        grid.set(qn(f"w:{name}"), str(value))


def _spaced(style: Any, twips: int) -> None:
    """How much further apart the signs of a style stand."""
    apart = OxmlElement("w:spacing")
    apart.set(qn("w:val"), str(twips))
    style.element.get_or_add_rPr().insert_element_before(apart, "w:sz", "w:szCs", "w:lang")


def _run(paragraph: Any, text: str, font: str = PLAIN, size: float = THIRD) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._r.rPr.rFonts.set(qn("w:eastAsia"), font)
    return run


def _number(foot: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, one sign from the outer edge."""
    foot.alignment = side
    look = foot.paragraph_format
    look.left_indent = look.right_indent = Pt(FOURTH)
    _run(foot, "— ", SONG, FOURTH)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    field.append(_run(foot, "1", SONG, FOURTH)._r)
    _run(foot, " —", SONG, FOURTH)
