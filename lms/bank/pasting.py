"""What is pasted from WPS, Word or a page becomes text as fields have it: lines, tables, pictures.

Pure. Bold type, colours and fonts are let go; merged cells are split, and it is said where.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from html import unescape

import nh3
from lxml import html as lxml_html
from lxml.etree import _Comment, _Element

from lms.bank.texts import marker
from lms.errors import Invalid

MOST_SIGNS, MOST_CELLS, DEEPEST, WIDEST_SPAN = 20_000_000, 2_000, 150, 60
BLOCKS = {
    *("p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"),
    *("section", "article", "tr", "dd", "dt", "figure", "center"),
}
TAGS = BLOCKS | {"br", "table", "thead", "tbody", "tfoot", "td", "th", "img", "sub", "sup", "span"}
SPANS = {"colspan", "rowspan"}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"img": {"src", "alt"}, "td": SPANS, "th": SPANS},
    url_schemes={"data", "file", "http", "https"},
    clean_content_tags={"script", "style", "title", "xml"},
    link_rel=None,
)
INLINE = re.compile(
    r"""(\bsrc\s*=\s*["'])data:image/[a-z.+-]{1,20};base64,([A-Za-z0-9+/=\s]*)(?=["'])""", re.I
)
TAKEN = re.compile(r"data:taken,(\d+)")
SPACES = re.compile(r"[ \t\r\n\f\xa0\u2002\u2003\u200b]+")
RAISED = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")


@dataclass
class Pasted:
    """Text with markers from `first` on for its pictures, and what is to be said about it."""

    text: str = ""
    pictures: list[tuple[int, bytes, str]] = field(default_factory=list)  # number, file, alt
    notes: list[Invalid] = field(default_factory=list)

    def drop(self, number: int, why: Invalid) -> None:
        """A picture that could not be kept: its marker goes, and it is said why."""
        self.text = self.text.replace(marker(number), "")
        self.notes.append(why)


def read_paste(pasted: str, first: int = 1) -> Pasted:
    """first: the number of the first picture. Raises Invalid for what is far too much."""
    if len(pasted) > MOST_SIGNS:
        raise Invalid("粘贴的内容太多，请分几次粘贴。")
    reader = _Reader(first)
    bare = INLINE.sub(reader.take, pasted)
    tree = lxml_html.fragment_fromstring(CLEANER.clean(bare) or "<p></p>", create_parent="div")
    reader.walk(tree)
    return reader.done()


class _Reader:
    """Goes through the page once, and writes down what it says."""

    def __init__(self, first: int) -> None:
        self.files: list[bytes] = []
        self.lines: list[str] = [""]
        self.next = first
        self.missing: list[str] = []
        self.result = Pasted()
        self.counts: list[int] = []  # of the numbered lists that are open; 0 for one with dots
        self.lead = ""  # what comes before the next words: the number of an item

    def take(self, found: re.Match[str]) -> str:
        """A picture in the text itself is laid aside, so that the text is short."""
        try:
            data = base64.b64decode("".join(found[2].split()), validate=True)
        except (binascii.Error, ValueError):
            data = b""
        self.files.append(data)
        return f"{found[1]}data:taken,{len(self.files) - 1}"

    def done(self) -> Pasted:
        lines = [line.strip() for line in self.lines]
        self.result.text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if self.missing:
            self.result.notes.append(
                Invalid(
                    "有 {n} 张图片没有随粘贴带来（{name}）。请在原文件里把图片另存，再放入。",
                    n=len(self.missing),
                    name=self.missing[0],
                )
            )
        return self.result

    def walk(self, node: _Element, depth: int = 0) -> None:
        if isinstance(node, _Comment):
            self.say(node.tail)
            return
        tag = str(node.tag)
        if depth > DEEPEST:
            self.say(node.text_content())
        elif tag == "table":
            self.table(node)
        elif tag == "img":
            self.picture(node)
        elif tag == "br":
            self.lines.append("")
        else:
            self.inside(node, tag, depth)
        if depth:
            self.say(node.tail)

    def inside(self, node: _Element, tag: str, depth: int) -> None:
        if tag in BLOCKS:
            self.new_line()
        if tag in ("ol", "ul"):
            self.counts.append(1 if tag == "ol" else 0)
        if tag == "li" and self.counts:
            self.lead = f"{self.counts[-1]}. " if self.counts[-1] else "· "
            self.counts[-1] += bool(self.counts[-1])
        self.say(node.text, {"sup": RAISED, "sub": LOWERED}.get(tag))
        for child in node:
            self.walk(child, depth + 1)
        if tag in ("ol", "ul"):
            self.counts.pop()
        if tag in BLOCKS:
            self.new_line()

    def say(self, text: str | None, small: dict[int, int] | None = None) -> None:
        words = SPACES.sub(" ", text or "")
        if small and all(ord(sign) in small for sign in words.strip()):
            words = words.translate(small)
        if self.lead and words.strip():
            words, self.lead = self.lead + words.lstrip(), ""
        if words != " " or self.lines[-1][-1:] not in ("", " "):
            self.lines[-1] += words

    def new_line(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")

    def picture(self, node: _Element) -> None:
        source, alt = node.get("src", ""), SPACES.sub(" ", node.get("alt", "")).strip()
        taken = TAKEN.fullmatch(source)
        data = self.files[int(taken[1])] if taken and int(taken[1]) < len(self.files) else b""
        if not data:
            self.missing.append(unescape(source).rpartition("/")[2][:60] or "…")
            return
        self.result.pictures.append((self.next, data, alt[:200]))
        self.lines[-1] += marker(self.next)
        self.next += 1

    def table(self, node: _Element) -> None:
        """Its rows between bars, every cell in its place."""
        rows = [row for row in node.iter("tr") if next(row.iterancestors("table")) is node]
        grid, merged = self.cells(rows)
        if sum(map(len, grid)) > MOST_CELLS:
            self.result.notes.append(Invalid("表格太大，没有粘贴。请只选取要用的部分。"))
            return
        wide = max(map(len, grid), default=0)
        self.new_line()
        if wide == 1 or len(grid) == 1:  # a frame around text
            self.lines += [cell for row in grid for cell in row if cell]
        else:
            self.lines.append("")
            self.lines += ["| " + " | ".join(row + [""] * (wide - len(row))) + " |" for row in grid]
        self.lines += ["", ""]
        if merged:
            self.result.notes.append(
                Invalid("表格里有 {n} 处合并的单元格，已拆开，每一格都填了原来的文字。", n=merged)
            )

    def cells(self, rows: list[_Element]) -> tuple[list[list[str]], int]:
        """The grid with merged cells split, and how many were merged."""
        found: dict[tuple[int, int], str] = {}
        merged = 0
        for y, row in enumerate(rows):
            x = 0
            for cell in row.iterchildren("td", "th"):
                while (y, x) in found:
                    x += 1
                words = self.cell(cell)
                across, down = (_span(cell, name) for name in ("colspan", "rowspan"))
                merged += across > 1 or down > 1
                for at in range(across):
                    for below in range(min(down, len(rows) - y)):
                        found[y + below, x + at] = words
                if len(found) > MOST_CELLS:
                    return [[""] * (MOST_CELLS + 1)], 0
        wide: dict[int, int] = {}
        for y, x in found:
            wide[y] = max(wide.get(y, 0), x + 1)
        return [
            [found.get((y, x), "") for x in range(wide.get(y, 0))] for y in range(len(rows))
        ], merged

    def cell(self, node: _Element) -> str:
        """Its words in one line; a bar would end it."""
        outside, self.lines = self.lines, [""]
        for part in (node,):
            self.say(part.text)
            for child in part:
                self.walk(child, 1)
        words, self.lines = " ".join(filter(None, map(str.strip, self.lines))), outside
        return words.replace("|", "｜")


def _span(cell: _Element, name: str) -> int:
    value = cell.get(name, "1")
    return min(max(int(value), 1), WIDEST_SPAN) if value.isdigit() and len(value) < 5 else 1
