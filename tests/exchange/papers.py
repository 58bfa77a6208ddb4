"""Short words for what was read, and builders of Word files for the readers of documents."""

import io
import re
import zipfile
from collections.abc import Sequence

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor

from lms.exchange.reading import read_file
from lms.exchange.rules import Found, Read

DOCUMENT = "word/document.xml"
LEVEL = (
    '<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>'
    '<w:lvlText w:val="{text}"/></w:lvl>'
)
LIST = '<w:abstractNum {ns} w:abstractNumId="{id}">{levels}</w:abstractNum>'
NUM = '<w:num {ns} w:numId="{id}"><w:abstractNumId w:val="{id}"/></w:num>'


def read(text: str, name: str = "试题.txt") -> Read:
    return read_file(name, text.encode())


def word_of(answer: object) -> str:
    """An answer in one word: letters, √, ×, blanks parted by ; and /, a text, - for none."""
    if answer is None:
        return "-"
    if isinstance(answer, bool):
        return "√" if answer else "×"
    if isinstance(answer, frozenset):
        return "".join(sorted(answer))
    if isinstance(answer, tuple):
        return ";".join("/".join(variants) for variants in answer)
    return str(answer)


def told(found: Found) -> str:
    """number type stem | options | answer, without spaces; a case with its parts behind +."""
    kind = found.type.value if found.type else "?"
    options = " ".join(f"{letter}{text}" for letter, text in found.options.items())
    parts = "".join(f"\n + {told(part)}" for part in found.parts)
    stem = re.sub(r"[ \u3000]+|\n\n", "", found.stem)
    return f"{found.number} {kind} {stem} | {options} | {word_of(found.answer)}{parts}"


def told_all(read: Read) -> list[str]:
    return [line.strip() for found in read.found for line in told(found).split("\n")]


def doubts(found: Found) -> list[str]:
    """What is doubted of a question and of its parts."""
    own = [doubt.text.format(**doubt.values) for doubt in found.doubts]
    return own + [said for part in found.parts for said in doubts(part)]


def refused(name: str, data: bytes) -> str:
    """Why a file is refused, "" where it is not."""
    why = read_file(name, data).refused
    return why.text.format(**why.values) if why else ""


# ── Word ───────────────────────────────────────────────────────────────────────────────────────


def word(*lines: object) -> bytes:
    """A .docx. A line is a text; (text, level) counted by Word; or a function of the document."""
    document = Document()
    for line in lines:
        if callable(line):
            line(document)
        elif isinstance(line, tuple):
            _counted(document, *line)
        else:
            document.add_paragraph(str(line))
    return packed(document)


def packed(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _counted(document, text: str, level: int, list_id: int = 77) -> None:
    paragraph = document.add_paragraph(text)
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))


def counting(outer: str = "decimal", outer_text: str = "%1.", list_id: int = 77):
    """Puts a list into a document: level 0 numbers, level 1 letters."""

    def put(document) -> None:
        root = document.part.numbering_part.element
        levels = LEVEL.format(at=0, format=outer, text=outer_text)
        levels += LEVEL.format(at=1, format="upperLetter", text="%2.")
        own = LIST.format(ns=nsdecls("w"), id=list_id, levels=levels)
        root.find(qn("w:num")).addprevious(parse_xml(own))
        xml = NUM.format(ns=nsdecls("w"), id=list_id)
        root.append(parse_xml(xml))

    return put


def table(*rows: Sequence[str]):
    """A table with these cells; a line break in a cell is a paragraph."""

    def put(document) -> None:
        made = document.add_table(len(rows), max(map(len, rows)))
        for row, cells in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                first, *more = text.split("\n")
                cell.paragraphs[0].text = first
                for line in more:
                    cell.add_paragraph(line)

    return put


def runs(*parts: object):
    """A paragraph of runs: plain texts, ("三日", "u") underlined, "b" bold, "red"."""

    def put(document) -> None:
        paragraph = document.add_paragraph()
        for part in parts:
            text, dress = part if isinstance(part, tuple) else (part, "")
            run = paragraph.add_run(text)
            run.underline = dress == "u" or None
            run.bold = dress == "b" or None
            if dress == "red":
                run.font.color.rgb = RGBColor(255, 0, 0)

    return put


def read_word(*lines: object, name: str = "试题.docx") -> Read:
    return read_file(name, word(*lines))


def with_part(data: bytes, name: str, body: bytes) -> bytes:
    """The package with one part replaced or added."""
    members = members_of(data) | {name: body}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in members.items():
            package.writestr(part, content)
    return target.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def body_xml(inner: bytes) -> bytes:
    """A .docx whose body holds this XML."""
    head = f'<?xml version="1.0"?><w:document {nsdecls("w")}><w:body>'.encode()
    return with_part(word("x"), DOCUMENT, head + inner + b"</w:body></w:document>")
