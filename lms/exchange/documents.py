"""Reads questions from a Word document: its paragraphs and tables become lines with their place."""

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from lms.errors import Invalid
from lms.exchange.labels import pieces
from lms.exchange.layouts import read_lines
from lms.exchange.lines import SHOWN, SHOWN_END, Line, flat, seen
from lms.exchange.numbers import number_of
from lms.exchange.options import cuts, letter_at_start
from lms.exchange.papered import Styled, paragraphs_of, read_paper
from lms.exchange.rules import Found, Place, Read, texts_of
from lms.exchange.wholes import refuse_too_long
from lms.exchange.word_numbering import Numbering, W
from lms.exchange.word_tables import Row, as_grid, flattened, key_rows, rows_of
from lms.exchange.word_text import Runs, smoothed
from lms.exchange.workbooks import read_rows
from lms.sheets.books import Sheet
from lms.sheets.guards import MIB, damaged, macros, too_large
from lms.sheets.packages import is_xml, parse_xml, unpack
from lms.sheets.secrecy import refuse_secret

MAIN = re.compile(rb"<[^<>]*wordprocessingml\.(?:document|template)\.main\+xml[^<>]*>")
PART_NAME = re.compile(rb'PartName="/?([^"]+)"')
MACROS = (b"macroEnabled", b"vbaProject")
PARAGRAPH = re.compile(rb"<(?:\w+:)?p[ >/]")
MOST_PARAGRAPHS = 40_000
LARGEST = 40 * MIB  # of the main part
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
STRICT = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
)
HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
OPTION_MARK = re.compile(rf"{SHOWN}(\s*[(（\[【]?[A-Za-z][)）\]】、.．:：\s]{{0,3}})")
BREAK = re.compile(r"[\n\v\f]")


def read_docx(name: str, data: bytes) -> Read:
    """The questions of a .docx. Raises Invalid where it is broken, marked secret or none."""
    parts = unpack(name, data, keep=_is_needed)
    document = _Document(name, parts)
    lines = document.lines()
    refuse_too_long(name, [line for line in lines if not line.fixed])
    refuse_secret(name, document.said(lines), document.page_heads())
    paper = read_paper(name, document.styled())
    if paper is not None:
        for found in paper.found:
            found.pictures = document.shown_in(found)
        return paper
    return read_lines(name, lines, True, document.pictures, document.rows)


def _is_needed(part: str) -> bool:
    return is_xml(part) or "/media/" in part.lower() or "vbaproject" in part.lower()


class _Document:
    """The parts of a package, and what is met on the way through them."""

    def __init__(self, name: str, parts: dict[str, bytes]) -> None:
        self.name, self.parts = name, parts
        self.main = self._main_part()
        self.folder = posixpath.dirname(self.main)
        self.relations = self._relations()
        self.styles = self._root("styles.xml")
        self.numbering = Numbering(self._root("numbering.xml"), self.styles)
        self.outlines = self._outlines()
        self.pictures: dict[str, bytes] = {}
        self.runs = Runs(self._picture)
        self.rows: list[Found] = []  # questions in the rows of tables
        self.count = 0

    def _main_part(self) -> str:
        types = self.parts.get("[Content_Types].xml", b"")
        programs = [part for part in self.parts if "vbaproject" in part.lower()]
        if programs or any(mark in types for mark in MACROS):
            raise macros(self.name)
        found = MAIN.search(types)
        named = PART_NAME.search(found[0]) if found else None
        main = named[1].decode("utf-8", "replace") if named else "word/document.xml"
        if main not in self.parts:
            raise damaged(self.name)
        return main

    def _root(self, part: str) -> etree._Element | None:
        data = self.parts.get(posixpath.join(self.folder, part))
        return parse_xml(self.name, data.replace(*STRICT)) if data else None

    def _relations(self) -> dict[str, str]:
        folder, file = posixpath.split(self.main)
        data = self.parts.get(f"{folder}/_rels/{file}.rels")
        if data is None:
            return {}
        return {
            one.get("Id", ""): posixpath.normpath(posixpath.join(folder, one.get("Target", "")))
            for one in parse_xml(self.name, data).iter(RELATION)
            if one.get("TargetMode") != "External"
        }

    def _outlines(self) -> dict[str, int]:
        """Style → level of the heading that it is."""
        found: dict[str, int] = {}
        if self.styles is None:
            return found
        for style in self.styles.iterfind(f"{W}style"):
            name = style.find(f"{W}name")
            match = HEADING.fullmatch(name.get(f"{W}val") or "") if name is not None else None
            if match:
                found[style.get(f"{W}styleId", "")] = int(match[1])
        return found

    def _picture(self, id: str) -> str:
        part = self.relations.get(id, "")
        data = self.parts.get(part.lstrip("/"))
        if not data:
            return ""
        name = re.sub(r"[^\w.-]", "_", posixpath.basename(part))
        self.pictures[name] = data
        return name

    # ── lines ───────────────────────────────────────────────────────────────────────────────────

    def lines(self) -> list[Line]:
        data = self.parts[self.main].replace(*STRICT)
        if len(data) > LARGEST:
            raise too_large(self.name)
        if sum(1 for _ in PARAGRAPH.finditer(data)) > MOST_PARAGRAPHS:
            raise Invalid(
                "“{file}”超过 {limit} 段。请分成几个文件。", file=self.name, limit=MOST_PARAGRAPHS
            )
        body = parse_xml(self.name, data).find(f"{W}body")
        if body is None:
            raise damaged(self.name)
        return [line for child in body for line in self._block(child)]

    def styled(self) -> Iterator[Styled]:
        """The paragraphs by their styles, for the paper of the house."""
        body = parse_xml(self.name, self.parts[self.main].replace(*STRICT)).find(f"{W}body")
        if body is None or body.find(f"{W}tbl") is not None:
            return iter(())
        return paragraphs_of(body, self.styles, self._picture)

    def shown_in(self, found: Found) -> dict[str, bytes]:
        """The pictures that the texts of a question show."""
        texts = "".join(texts_of(found))
        return {name: data for name, data in self.pictures.items() if f"(pic:{name})" in texts}

    def _block(self, element: etree._Element) -> Iterator[Line]:
        if element.tag == f"{W}p":
            self.count += 1
            yield from self._paragraph(element)
        elif element.tag == f"{W}tbl":
            yield from self._table(element)
        elif element.tag in (
            f"{W}sdt",
            f"{W}sdtContent",
            f"{W}ins",
            f"{W}customXml",
            f"{W}smartTag",
        ):
            for child in element:
                yield from self._block(child)

    def _paragraph(self, element: etree._Element) -> Iterator[Line]:
        properties = element.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        style_id = (style.get(f"{W}val") or "") if style is not None else ""
        label = self.numbering.label(properties, style_id)
        text = smoothed(seen(self.runs.text(element).replace("\v", "\n")))
        boxes, self.runs.boxes = self.runs.boxes, []
        first, *more = BREAK.split(text)
        line = Line(
            _plain_options(first).rstrip(), self.count, outline=self.outlines.get(style_id, 0)
        )
        if label and text.strip():
            _put_label(line, label)
        yield line
        for part in more:
            yield Line(_plain_options(part).rstrip(), self.count)
        for box in boxes:
            for part in BREAK.split(seen(self.runs.text(box))):
                yield Line(part.rstrip(), self.count)

    def _table(self, element: etree._Element) -> Iterator[Line]:
        rows = rows_of(element, self._cell)
        at = max(self.count, 1)
        if key := key_rows(rows):
            yield from (Line(text, at) for text in key)
        elif found := self._questions(rows, at):
            self.rows += found
        elif flat_lines := flattened(rows):
            yield from (Line(_plain_options(text), at) for text in flat_lines)
        elif grid := as_grid(rows):
            yield Line(grid, at, fixed=True)

    def _cell(self, cell: etree._Element) -> list[str]:
        found = []
        for paragraph in cell.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr")
            style = properties.find(f"{W}pStyle") if properties is not None else None
            name = (style.get(f"{W}val") or "") if style is not None else ""
            label = self.numbering.label(properties, name)
            text = smoothed(seen(self.runs.text(paragraph)))
            line = Line(text, 0)
            if label and text.strip():
                _put_label(line, label)
            found += BREAK.split(line.text)
        return found

    def _questions(self, rows: list[Row], at: int) -> list[Found]:
        """The rows of a table with a head as 题干, 选项A, 答案; each is a question."""
        if len(rows) < 2:
            return []
        values = [["\n".join(filter(str.strip, cell)).strip() for cell in row] for row in rows]
        found = read_rows(self.name, Sheet(self.name, [list(row) for row in values]))
        for one in found:
            one.place = Place(self.name, row=one.place.row, paragraph=at)
        return found

    # ── what else is said ───────────────────────────────────────────────────────────────────────

    def said(self, lines: list[Line]) -> list[str]:
        return [line.text for line in lines if line.text.strip()]

    def page_heads(self) -> list[str]:
        """What stands at the head and foot of pages."""
        found = []
        for part, data in self.parts.items():
            if re.search(r"/(?:header|footer)\d*\.xml$", part):
                for paragraph in parse_xml(self.name, data.replace(*STRICT)).iter(f"{W}p"):
                    found.append("".join(t.text or "" for t in paragraph.iter(f"{W}t")))
        return [text for text in found if text.strip()]


def _put_label(line: Line, label: str) -> None:
    """The number before the text, unless the text has its own or is no question at all."""
    text = flat(line.text)
    if pieces(line.text)[0].field or letter_at_start(text):
        return
    own = number_of(Line(line.text, 0))
    if own and own.firm and label[-1:] in ".、)）．":
        return
    line.auto = True
    line.text = f"{label}\t{line.text}" if label[-1:].isalnum() else f"{label}{line.text}"


def _plain_options(text: str) -> str:
    """What is set apart counts only in options, behind their letters."""
    if SHOWN not in text:
        return text
    if not cuts(text, "A", False) and not letter_at_start(text):
        return text.replace(SHOWN, "").replace(SHOWN_END, "")
    return OPTION_MARK.sub(rf"\1{SHOWN}", text)
