"""The text of a Word paragraph: its runs with signs, blanks, powers, pictures, in their order."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from lms.exchange.lines import MARKS, SHOWN, SHOWN_END, UNDER, UNDER_END
from lms.exchange.word_numbering import W

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
BLACK = ("auto", "000000", "")
OFF = ("0", "false", "off", "none")
# What the private signs of two fonts look like: ticks and crosses.
SIGNS = {
    **dict.fromkeys(("FC", "FE", "50", "52"), "√"),
    **dict.fromkeys(("FB", "FD", "4F", "51"), "×"),
}
UPPER = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
LOWER = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
SKIPPED = {f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr")}
SKIPPED |= {f"{W}{name}" for name in ("footnotePr", "sectPr", "bookmarkStart", "bookmarkEnd")}
FEWEST = 4  # signs of a blank
Picture = Callable[[str], str]


class Runs:
    """Gathers the text of paragraphs. picture: from a relation to the name in the Markdown.

    boxes: paragraphs of text boxes met on the way, to be read after their anchor.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.boxes: list[etree._Element] = []

    def text(self, paragraph: etree._Element) -> str:
        """The text, with signs around what is underlined or set apart."""
        return "".join(self._walk(paragraph))

    def _walk(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == f"{W}r":
                yield from self._run(child)
            elif tag == f"{MC}AlternateContent":
                yield from self._alternative(child)
            elif tag == f"{M}t":
                yield child.text or ""
            elif not isinstance(tag, str) or tag in SKIPPED:
                continue
            else:
                yield from self._walk(child)

    def _alternative(self, element: etree._Element) -> Iterator[str]:
        """One of the two forms of a drawing: the first is the newer."""
        chosen = element.find(f"{MC}Choice")
        chosen = chosen if chosen is not None else element.find(f"{MC}Fallback")
        if chosen is not None:
            yield from self._pieces(chosen)

    def _run(self, run: etree._Element) -> Iterator[str]:
        text = "".join(self._pieces(run))
        properties = run.find(f"{W}rPr")
        yield _dressed(text, properties) if text and properties is not None else text

    def _pieces(self, run: etree._Element) -> Iterator[str]:
        for child in run:
            tag = child.tag
            if tag == f"{W}t":
                yield (child.text or "").translate(MARKS)
            elif tag in (f"{W}tab", f"{W}ptab"):
                yield "\t"
            elif tag in (f"{W}br", f"{W}cr"):
                yield "\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else ""
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag == f"{W}sym":
                yield _sign(child)
            elif tag == f"{MC}AlternateContent":
                yield from self._alternative(child)
            elif tag == f"{W}ruby":
                base = child.find(f"{W}rubyBase")
                yield "".join(self._walk(base)) if base is not None else ""
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object", f"{W}r"):
                yield from self._drawn(child)

    def _drawn(self, element: etree._Element) -> Iterator[str]:
        """Pictures within; text boxes are put aside."""
        boxes = list(element.iter(f"{W}txbxContent"))
        if boxes:
            self.boxes += boxes[0].iter(f"{W}p")
            return
        seen = set()
        for shown in element.iter(f"{A}blip", f"{V}imagedata"):
            id = shown.get(f"{R}embed") or shown.get(f"{R}id") or ""
            name = self.picture(id) if id and id not in seen else ""
            seen.add(id)
            if name:
                yield f"![]({name})"


def _sign(element: etree._Element) -> str:
    font = (element.get(f"{W}font") or "").lower()
    code = (element.get(f"{W}char") or "").upper()
    if font.startswith("wingdings"):
        return SIGNS.get(code[-2:], "")
    try:
        return chr(int(code, 16)) if code else ""
    except (ValueError, OverflowError):
        return ""


def _dressed(text: str, properties: etree._Element) -> str:
    """A run with what its dress means: a blank, an answer on a line, a power."""
    raised = properties.find(f"{W}vertAlign")
    if raised is not None and text.strip():
        text = _raised(text, raised.get(f"{W}val"))
    line = properties.find(f"{W}u")
    if line is not None and line.get(f"{W}val", "single") != "none":
        if not text.strip(" \u3000\xa0\t"):
            return "_" * max(FEWEST, len(text))
        return f"{UNDER}{text}{UNDER_END}"
    return f"{SHOWN}{text}{SHOWN_END}" if text.strip() and _set_apart(properties) else text


def _raised(text: str, how: str | None) -> str:
    table = UPPER if how == "superscript" else LOWER if how == "subscript" else None
    if table is None:
        return text
    return text.translate(table) if all(ord(sign) in table for sign in text) else text


def _set_apart(properties: etree._Element) -> bool:
    """In a colour, marked or bold."""
    color = properties.find(f"{W}color")
    if color is not None and (color.get(f"{W}val") or "").lower() not in BLACK:
        return True
    marked = properties.find(f"{W}highlight")
    if marked is not None and marked.get(f"{W}val") != "none":
        return True
    bold = properties.find(f"{W}b")
    return bold is not None and bold.get(f"{W}val", "1") not in OFF


def smoothed(text: str) -> str:
    """Neighbouring runs of one dress as one; a paragraph that is underlined as a whole is not
    marked at all, for it is dressed and not filled in."""
    for first, last in ((UNDER, UNDER_END), (SHOWN, SHOWN_END)):
        text = re.sub(f"{last}([ \u3000]*){first}", r"\1", text)
    whole = text.strip()
    if whole.startswith(UNDER) and whole.endswith(UNDER_END) and whole.count(UNDER) == 1:
        text = text.replace(UNDER, "").replace(UNDER_END, "")
    return text
