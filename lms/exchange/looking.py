"""What each line of a document looks like by itself, before anyone knows what it belongs to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.exchange.labels import Piece, pieces
from lms.exchange.lines import UNDER, Line, bare, flat
from lms.exchange.numbers import Number, number_of
from lms.exchange.options import boxed, cuts, letter_at_start
from lms.exchange.sections import Heading, heading_of
from lms.exchange.truths import truth

SEPARATOR = re.compile(
    r"\s*(?:@{2,}|[-—]{3,}|={3,}|\*{3,}|~{3,}|#{2,}|_{12,}|[-*_=](?:\s+[-*_=]){2,})\s*"
)
GAP = re.compile(r"[(\[【][\s_]*[)\]】]|_{2,}|﹍{2,}|\{\{")
# Brackets that hold an answer: letters, or a sign for right and wrong.
HELD = re.compile(
    r"[(\[【]\s*(?:[A-Z](?:\s*[,、;]?\s*[A-Z]){0,9}|[√×✓✗✔✘TF]|对|错|正确|错误)\s*[)\]】]"
)
AT_END = re.compile(
    r"(?:[√×✓✗✔✘]|[(\[【]\s*(?:(?:[√×✓✗✔✘TF]|对|错|正确|错误)\s*)?[)\]】])[\s.。]*$"
)


@dataclass(slots=True)
class Look:
    """A line and its outward signs. letter: of the option it begins with. answered: it holds a
    labelled answer. gap: it holds a blank, or a bracket with an answer."""

    line: Line
    text: str
    blank: bool = False
    separator: bool = False
    heading: Heading | None = None
    number: Number | None = None
    letter: str | None = None
    opens: bool = False
    pieces: Sequence[Piece] = ()
    gap: bool = False
    ends: bool = False

    @property
    def answered(self) -> bool:
        return any(piece.field == "answer" for piece in self.pieces)

    @property
    def labelled(self) -> bool:
        """It begins with a word that says what it is."""
        return bool(self.pieces) and self.pieces[0].field != ""

    @property
    def plain(self) -> bool:
        """It is text, and may be a stem or a part of anything."""
        return not (self.blank or self.separator or self.labelled or self.letter or self.heading)


def look_at(line: Line) -> Look:
    """The signs of one line."""
    text = flat(bare(line.text))
    look = Look(line, text)
    if not text.strip():
        look.blank = True
        return look
    if line.fixed:
        return look
    look.separator = SEPARATOR.fullmatch(text) is not None
    if look.separator:
        return look
    look.heading = heading_of(line)
    look.number = None if look.heading else number_of(line)
    look.pieces = pieces(line.text)
    look.letter = letter_at_start(text) or ("-" if boxed(text) else None)
    look.opens = look.letter == "A" or _opens_inside(text, look)
    look.gap = bool(GAP.search(text) or HELD.search(text) or UNDER in line.text)
    look.ends = bool(AT_END.search(text))
    return look


def _opens_inside(text: str, look: Look) -> bool:
    """A row of options that begins within the line."""
    if "A" not in text and "a" not in text:
        return False
    start = look.number.rest_at if look.number else 0
    found = cuts(text[start:], "A", False)
    return len(found) > 1 and found[0].letter == "A"


def is_sign(text: str) -> bool:
    """Whether a whole text is a word for right or wrong."""
    return truth(text) is not None
