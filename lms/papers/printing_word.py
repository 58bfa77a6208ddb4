"""A paper as a Word document: the paper, the answer sheet and the key, each a file of its own."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from lms.bank.rules import Part, QuestionType
from lms.bank.texts import PICTURE, ROW, RULER, as_field
from lms.exchange.word import FONT, SECTIONS, answer_line
from lms.laws.rules import numeral
from lms.papers.printing import Entry, Section
from lms.scoring.totals import plain

WIDTH = 17.0  # cm between the margins of A4
WIDEST_PICTURE = 12.0  # cm
GRID = 10  # questions in a line of the answer sheet
LINES = {QuestionType.SHORT: 6, QuestionType.ESSAY: 14}
PARTS = {"paper": "", "sheet": "答题纸", "key": "参考答案"}
SECRET = "答案和解析，请妥善保管"  # data: on the key
TO_FILL = "单位________________  姓名____________  得分________"  # data: as papers have it
TO_JUDGE = "（　　）"
CELL = re.compile(r"(?<!\\)\|")
Pictures = Callable[[str], bytes | None]


def paper_document(
    title: str,
    minutes: int,
    points: Decimal,
    sections: Sequence[Section],
    part: str,
    pictures: Pictures,
    demonstration: str = "",
) -> bytes:
    """One part of a paper. part: paper, sheet or key; pictures: by name, none where one is gone."""
    page = Page(pictures, demonstration)
    head = f"{title}　{PARTS[part]}" if PARTS[part] else title
    page.centred(head, size=16, bold=True)
    if part == "key":
        page.centred(SECRET)
    else:
        page.centred(f"时间 {minutes} 分钟　　满分 {plain(points)} 分")  # data: as papers have it
        page.centred(TO_FILL)
    write = {"paper": _asked, "sheet": _blank, "key": _answered}[part]
    for place, section in enumerate(sections, start=1):
        page.line(_heading(place, section, part), bold=True, before=12, keep=True)
        write(page, section)
    return page.bytes()


def _heading(place: int, section: Section, part: str) -> str:
    """一、多项选择题（每题 4 分，共 32 分。少选得一半分、错选不得分）"""
    each = f"每题 {plain(section.each)} 分" if section.each else f"{section.questions} 题"
    rule = f"。{section.rule}" if section.rule and part != "sheet" else ""
    words = f"{numeral(place)}、{SECTIONS[section.type]}"
    return f"{words}（{each}，共 {plain(section.points)} 分{rule}）"


# ── the paper ───────────────────────────────────────────────────────────────────────────────────


def _asked(page: "Page", section: Section) -> None:
    for entry in section.entries:
        if entry.question.case:
            page.text(entry.question.case, before=8, keep=True)
        for part, number, worth in _parts(entry):
            judged = part.type is QuestionType.TRUE_FALSE
            options = {} if judged else part.options
            gap = TO_JUDGE if judged else ""
            page.text(f"{number}. {part.stem}{gap}{worth}", before=6, keep=bool(options))
            page.options(options, entry.abreast)
            page.ruled(LINES.get(part.type, 0))


def _parts(entry: Entry) -> Iterator[tuple[Part, int, str]]:
    """Each with its number, and in a case with what it is worth."""
    many = len(entry.question.parts) > 1
    for part, number, points in zip(entry.question.parts, entry.numbers, entry.points, strict=True):
        yield part, number, f"（{plain(points)} 分）" if many else ""


# ── the answer sheet ────────────────────────────────────────────────────────────────────────────


def _blank(page: "Page", section: Section) -> None:
    """Letters into a grid, blanks and words on lines, in the order of the paper."""
    parts = [(part, number) for entry in section.entries for part, number, _ in _parts(entry)]
    for by_letters, some in groupby(parts, key=lambda one: one[0].type.by_letters):
        if by_letters:
            numbers = [number for _, number in some]
            for first in range(0, len(numbers), GRID):
                page.grid(numbers[first : first + GRID])
            continue
        for part, number in some:
            gaps = "　".join(["________________"] * len(part.blanks))
            page.line(f"{number}. {gaps}", before=6)
            page.ruled(LINES.get(part.type, 0))


# ── the key ─────────────────────────────────────────────────────────────────────────────────────


def _answered(page: "Page", section: Section) -> None:
    for entry in section.entries:
        for part, number, _ in _parts(entry):
            paid = "\n".join(f"{plain(line.points)} 分　{line.text}" for line in part.rubric)
            page.text(f"{number}. {paid or answer_line(part)}", before=4)
            if part.explanation:
                page.text(part.explanation, size=10, indent=0.6)


# ── the page ────────────────────────────────────────────────────────────────────────────────────


class Page:
    """A Word document in the making: paragraphs, options abreast, ruled lines, a grid."""

    def __init__(self, pictures: Pictures, demonstration: str) -> None:
        self.pictures, self.document = pictures, Document()
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(11)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        normal.paragraph_format.space_after = Pt(2)
        sheet = self.document.sections[0]
        sheet.page_width, sheet.page_height = Cm(21), Cm(29.7)
        sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Cm(2)
        if demonstration:
            sheet.header.paragraphs[0].text = demonstration
        self._number_pages(sheet.footer.paragraphs[0])

    def _number_pages(self, foot: Any) -> None:
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for words, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
            foot.add_run(words)
            if field:
                simple = OxmlElement("w:fldSimple")
                simple.set(qn("w:instr"), field)
                foot._p.append(simple)

    def line(
        self,
        text: str,
        size: float = 11,
        bold: bool = False,
        before: float = 0,
        indent: float = 0,
        keep: bool = False,
    ) -> Any:
        """One paragraph with its pictures. keep: it stays with what follows; size, before: pt."""
        paragraph = self.document.add_paragraph()
        look = paragraph.paragraph_format
        look.space_before, look.left_indent, look.keep_with_next = Pt(before), Cm(indent), keep
        end = 0
        for found in PICTURE.finditer(text):
            self._run(paragraph, as_field(text[end : found.start()]), size, bold)
            self._picture(paragraph, found[2], f"〔{found[1]}〕")
            end = found.end()
        self._run(paragraph, as_field(text[end:]), size, bold)
        return paragraph

    def _run(self, paragraph: Any, text: str, size: float, bold: bool) -> None:
        if text:
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(size), bold

    def _picture(self, paragraph: Any, name: str, instead: str) -> None:
        data = self.pictures(name)
        if data is None:
            self._run(paragraph, instead, 11, False)
            return
        shown = paragraph.add_run().add_picture(BytesIO(data))
        if shown.width > Cm(WIDEST_PICTURE):
            shown.height = round(shown.height * Cm(WIDEST_PICTURE) / shown.width)
            shown.width = Cm(WIDEST_PICTURE)

    def centred(self, text: str, **look: Any) -> None:
        self.line(text, **look).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def text(self, markdown: str, **look: Any) -> None:
        """A text of a question: its paragraphs, and its tables as tables."""
        for in_table, some in groupby(markdown.split("\n"), key=lambda line: bool(ROW.match(line))):
            lines = list(some)
            if in_table:
                self.table([_cells(row) for row in lines if not RULER.fullmatch(row)])
            elif words := "\n".join(lines).strip("\n"):
                self.line(re.sub(r"\n{2,}", "\n", words), **look)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        made = self.document.add_table(len(rows), max(map(len, rows)), style="Table Grid")
        for row, cells in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                cell.text = as_field(text)

    def options(self, options: dict[str, str], abreast: int) -> None:
        """So many in a line, each at its tab."""
        texts = [f"{letter}. {text}" for letter, text in options.items()]
        for first in range(0, len(texts), abreast):
            paragraph = self.line("\t".join(texts[first : first + abreast]), indent=0.8)
            for place in range(1, abreast):
                paragraph.paragraph_format.tab_stops.add_tab_stop(
                    Cm(0.8 + (WIDTH - 0.8) * place / abreast)
                )

    def ruled(self, lines: int) -> None:
        """Empty lines to write on."""
        for _line in range(lines):
            look = self.line("\t", before=12).paragraph_format
            look.tab_stops.add_tab_stop(Cm(WIDTH), leader=WD_TAB_LEADER.LINES)

    def grid(self, numbers: Sequence[int]) -> None:
        """题号 above, 答案 below."""
        made = self.document.add_table(2, GRID + 1, style="Table Grid")
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row, words in zip(made.rows, (["题号", *map(str, numbers)], ["答案"]), strict=True):
            row.height = Cm(0.9)
            for cell, word in zip(row.cells, words, strict=False):
                cell.text, cell.vertical_alignment = word, WD_ALIGN_VERTICAL.CENTER
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def bytes(self) -> bytes:
        target = BytesIO()
        self.document.save(target)
        return target.getvalue()


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in CELL.split(row.strip().strip("|"))]
