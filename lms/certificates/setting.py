"""Setting a text in lines, as Chinese is set: by the sign, a number or a Latin word whole."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lms.certificates.fonts import BOLD, PLAIN, printable, width

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Word = tuple[str, str]  # as it is printed, and in which weight
WHOLE = re.compile(r"[!-~]+|.", re.DOTALL)
NEVER_FIRST = frozenset("，。、；：？！”’）》〉】·")  # data: signs that begin no line
NEVER_LAST = frozenset("“‘（《〈【")  # data: signs that end none


def lines(
    runs: Sequence[tuple[str, bool]], size: float, wide: float, indent: float = 0
) -> list[list[Word]]:
    """Runs (words, bold) as lines of no more than a width; the first is indented."""
    found: list[list[Word]] = [[]]
    room = wide - indent
    for sign, font in _words(runs):
        needs = width(sign, font, size)
        if needs > room and found[-1] and sign not in NEVER_FIRST:
            carried = [found[-1].pop()] if found[-1][-1][0] in NEVER_LAST else []
            found.append(carried)
            room = wide - sum(width(text, weight, size) for text, weight in carried)
        found[-1].append((sign, font))
        room -= needs
    return found


def _words(runs: Sequence[tuple[str, bool]]) -> Iterator[Word]:
    for text, bold in runs:
        for sign in WHOLE.findall(printable(text)):
            yield sign, BOLD if bold else PLAIN


def put(canvas: "Canvas", line: Sequence[Word], x: float, y: float, size: float) -> None:
    """A line, its words of one weight as one text."""
    text = canvas.beginText(x, y)
    for font, words in _joined(line):
        text.setFont(font, size)
        text.textOut(words)
    canvas.drawText(text)


def _joined(line: Sequence[Word]) -> Iterator[tuple[str, str]]:
    font, words = "", ""
    for sign, weight in line:
        if weight != font and words:
            yield font, words
            words = ""
        font, words = weight, words + sign
    if words:
        yield font, words


def fitted(text: str, size: float, wide: float, least: float = 6) -> tuple[str, float]:
    """A text for one line: smaller where it is long, and at last cut short, with …."""
    text = printable(text)
    while size > least and width(text, PLAIN, size) > wide:
        size -= 0.5
    if width(text, PLAIN, size) > wide:
        while text and width(text + "…", PLAIN, size) > wide:
            text = text[:-1]
        text += "…"
    return text, size
