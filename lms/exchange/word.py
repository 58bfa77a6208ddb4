"""Writes questions as teachers keep them: a Word paper by types, answers after each question."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from lms.bank.rules import TRUE_FALSE, Part, Question, QuestionType
from lms.bank.texts import PICTURE
from lms.exchange.becoming import write_rubric
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
ANSWER, EXPLANATION, NOTE = "答案：", "解析：", "【待核】"
FONT = "宋体"
Pictures = Callable[[str], bytes | None]  # by the name that a text has


class Paper:
    """A Word document in the making: paragraphs go down in order, as XML, for it is quicker."""

    def __init__(self, title: str, demonstration: str = "") -> None:
        self.document = Document()
        self._set_up(demonstration)
        self.body = self.document.element.body
        self.end = self.body.sectPr
        self.pictures: Pictures = lambda _name: None
        if title:
            self.line(title, "Title")

    def _set_up(self, demonstration: str) -> None:
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(12)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        normal.paragraph_format.space_after = Pt(2)
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if demonstration:
            section.header.paragraphs[0].text = demonstration

    def line(self, text: str, style: str = "") -> None:
        """One paragraph; line ends within it stay within it."""
        kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        paragraph = parse_xml(f"<w:p {nsdecls('w')}>{kind}</w:p>")
        for piece, name in _pieces(text):
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
        yield text[end : found.start()], ""
        yield f"〔{found[1]}〕", found[2]
        end = found.end()
    yield text[end:], ""


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
        paper.line(_heading(section, kind, points, len(here)), "Heading1")
        for number, one in enumerate(here, start=1):
            _question(paper, one, number)
            if notes and one.id in notes:
                paper.line(NOTE + notes[one.id].replace("\n", "；"))
    return paper.bytes()


def _heading(section: int, kind: QuestionType, points: Decimal, count: int) -> str:
    if kind is QuestionType.CASE:
        return f"{numeral(section)}、{SECTIONS[kind]}（共{count}题）"
    return f"{numeral(section)}、{SECTIONS[kind]}（每题{plain(points)}分，共{count}题）"


def _question(paper: Paper, asked: Question, number: int) -> None:
    if asked.type is not QuestionType.CASE:
        _part(paper, asked.parts[0], f"{number}. ")
        return
    paper.line(f"{number}. {asked.case}")
    for place, part in enumerate(asked.parts, start=1):
        _part(paper, part, f"（{place}）", f"（{SECTIONS[part.type]}，{plain(part.points)}分）")


def _part(paper: Paper, part: Part, mark: str, kind: str = "") -> None:
    paper.line(f"{mark}{kind}{part.stem}")
    if part.type is not QuestionType.TRUE_FALSE:
        for letter, text in part.options.items():
            paper.line(f"{letter}. {text}")
    answer = answer_line(part)
    if answer:
        paper.line(ANSWER + answer)
    if part.explanation:
        paper.line(EXPLANATION + part.explanation)


def answer_line(part: Part) -> str:
    """The answer of a part as a paper has it."""
    if part.type is QuestionType.TRUE_FALSE:
        return TRUE_FALSE["A" if "A" in part.right else "B"] if part.right else ""
    if part.type.by_letters:
        return "".join(sorted(part.right))
    if part.type is QuestionType.BLANK:
        return "；".join(" 或 ".join(variants) for variants in part.blanks)
    return write_rubric(part.rubric, part.points) if part.rubric else ""
