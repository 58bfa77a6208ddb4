"""Writes questions as teachers keep them: a Word paper by types, answers after each question."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from lms.bank.rules import TRUE_FALSE, Part, Question, QuestionType
from lms.bank.texts import PICTURE, as_field
from lms.exchange.paid import write_rubric
from lms.laws.rules import numeral
from lms.scoring.totals import plain

# data: as papers head their sections
SECTIONS: dict[QuestionType, str] = {
    QuestionType.SINGLE: "单项选择题",
    QuestionType.MULTIPLE: "多项选择题",
    QuestionType.INDEFINITE: "不定项选择题",  # data: the same
    QuestionType.TRUE_FALSE: "判断题",
    QuestionType.BLANK: "填空题",
    QuestionType.SHORT: "简答题",
    QuestionType.ESSAY: "论述题",
    QuestionType.CASE: "材料题",
}
# data: the styles of the paragraphs, by which the paper is read again
TITLE, SECTION, STEM, CASE = "题库标题", "题库大题", "题库题干", "题库材料"
PART, OPTION, ANSWER, EXPLANATION, NOTE = "题库小题", "题库选项", "题库答案", "题库解析", "题库待核"
LEADS = {ANSWER: "答案：", EXPLANATION: "解析：", NOTE: "【待核】"}
LOOKS: dict[str, dict[str, Any]] = {
    TITLE: {"size": 18, "bold": True, "centred": True},
    SECTION: {"size": 14, "bold": True, "level": 1},
    STEM: {"before": 6},
    CASE: {"before": 6},
    PART: {"before": 4},
    OPTION: {"indent": 2},
    ANSWER: {},
    EXPLANATION: {},
    NOTE: {"colour": "C00000"},
}
FONT = "宋体"
Pictures = Callable[[str], bytes | None]  # by the name that a text has


class Paper:
    """A Word document in the making: paragraphs go down in order, as XML, for it is quicker."""

    def __init__(self, title: str, demonstration: str = "") -> None:
        self.document = Document()
        self.ids: dict[str, str] = {}  # of styles, by their names
        self._set_up(demonstration)
        self.body = self.document.element.body
        self.end = self.body.sectPr
        self.pictures: Pictures = lambda _name: None
        if title:
            self.line(title, TITLE)

    def _set_up(self, demonstration: str) -> None:
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(12)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        normal.paragraph_format.space_after = Pt(2)
        for name, look in LOOKS.items():
            self._style(name, **look)
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if demonstration:
            section.header.paragraphs[0].text = demonstration

    def _style(
        self,
        name: str,
        size: int = 12,
        bold: bool = False,
        centred: bool = False,
        before: int = 0,
        indent: int = 0,
        level: int = 0,
        colour: str = "",
    ) -> None:
        style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.document.styles["Normal"]
        style.quick_style = True
        style.font.size, style.font.bold = Pt(size), bold
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
        look = style.paragraph_format
        look.space_before, look.left_indent = Pt(before), Pt(size * indent)
        look.keep_with_next = bool(level)
        if centred:
            look.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if level:
            outline = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level - 1}"/>')
            style.element.get_or_add_pPr().append(outline)
        self.ids[name] = style.style_id

    def line(self, text: str, style: str) -> None:
        """One paragraph; line ends within it stay within it."""
        paragraph = parse_xml(
            f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{self.ids[style]}"/></w:pPr></w:p>'
        )
        for piece, name in _pieces(LEADS.get(style, "") + text):
            data = self.pictures(name) if name else None
            if data is not None:
                self._picture(paragraph, data)
            elif piece:
                paragraph.append(parse_xml(_run(piece)))
        self.end.addprevious(paragraph)

    def _picture(self, paragraph: Any, data: bytes) -> None:
        run = parse_xml(f"<w:r {nsdecls('w')}><w:drawing/></w:r>")
        inline = self.document.part.new_pic_inline(BytesIO(data), width=None, height=None)
        run[0].append(inline)
        paragraph.append(run)

    def bytes(self) -> bytes:
        target = BytesIO()
        self.document.save(target)
        return target.getvalue()


def _pieces(text: str) -> Iterable[tuple[str, str]]:
    """Words and pictures of a text, in their order: (words, "") or (words, name)."""
    end = 0
    for found in PICTURE.finditer(text):
        yield as_field(text[end : found.start()]), ""
        yield f"〔{found[1]}〕", found[2]
        end = found.end()
    yield as_field(text[end:]), ""


def _run(text: str) -> str:
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")]
    return f"<w:r {nsdecls('w')}>" + "<w:br/>".join(lines) + "</w:r>"


def paper_bytes(
    title: str,
    questions: Sequence[Question],
    demonstration: str = "",
    pictures: Pictures | None = None,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """The .docx of these questions, a section for each type and points.

    notes: by id, what is to be mended in a question.
    """
    paper = Paper(title, demonstration)
    paper.pictures = pictures or paper.pictures
    section = 0
    kinds = list(QuestionType)
    order = sorted(questions, key=lambda one: (kinds.index(one.type), one.points))
    for (kind, points), some in groupby(order, key=lambda one: (one.type, one.points)):
        here, section = list(some), section + 1
        paper.line(_heading(section, kind, points, len(here)), SECTION)
        for number, one in enumerate(here, start=1):
            _question(paper, one, number)
            if notes and one.id in notes:
                paper.line(notes[one.id].replace("\n", "；"), NOTE)
    return paper.bytes()


def _heading(section: int, kind: QuestionType, points: Decimal, count: int) -> str:
    words = f"{numeral(section)}、{SECTIONS[kind]}"
    if kind is QuestionType.CASE:
        return f"{words}（共{count}题）"
    return f"{words}（每题{plain(points)}分，共{count}题）"


def _question(paper: Paper, asked: Question, number: int) -> None:
    if asked.type is not QuestionType.CASE:
        _part(paper, asked.parts[0], f"{number}. ", STEM)
        return
    paper.line(f"{number}. {asked.case}", CASE)
    for place, part in enumerate(asked.parts, start=1):
        _part(paper, part, f"（{place}）（{SECTIONS[part.type]}，{plain(part.points)}分）", PART)


def _part(paper: Paper, part: Part, mark: str, style: str) -> None:
    paper.line(mark + part.stem, style)
    if part.type is not QuestionType.TRUE_FALSE:
        for letter, text in part.options.items():
            paper.line(f"{letter}. {text}", OPTION)
    answer = answer_line(part)
    if answer:
        paper.line(answer, ANSWER)
    if part.explanation:
        paper.line(part.explanation, EXPLANATION)


def answer_line(part: Part) -> str:
    """The answer of a part as a paper has it."""
    if part.type is QuestionType.TRUE_FALSE:
        return TRUE_FALSE["A" if "A" in part.right else "B"] if part.right else ""
    if part.type.by_letters:
        return "".join(sorted(part.right))
    if part.type is QuestionType.BLANK:
        blanks = [" 或 ".join(variants) for variants in part.blanks]
        return ("\n" if any("；" in one for one in blanks) else "；").join(blanks)
    return write_rubric(part.rubric, part.points) if part.rubric else ""
