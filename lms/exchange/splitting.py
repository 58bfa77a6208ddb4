"""Parts a document into blocks of one question each: by numbers, separators, blank lines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from lms.bank.rules import QuestionType
from lms.exchange.lines import flat
from lms.exchange.looking import Look
from lms.exchange.numbers import Number, Style
from lms.exchange.sections import Heading
from lms.exchange.sharing import shared_text

MANY = 60  # numbers left out at once are no gap, but another list
FIRST = re.compile(r"\s*1\s*[.、)]\s*[^\d\s]")  # a list begins behind the label itself
TOPIC = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.]|[(][一二三四五六七八九十]{1,3}[)])\s*[^。?!;:,]{2,30}[:]?\s*"
)
STYLES = (Style.WORD, Style.PLAIN, Style.PAREN, Style.HALF, Style.HAN, Style.CIRCLE)


@dataclass
class Block:
    """The lines of one question. chapters, section: the headings it stands under.

    part: which section of the document that is, counted. jump: the number that was expected.
    shares: it is a text for the questions after it, or for those numbered in shares_with.
    """

    looks: list[Look] = field(default_factory=list)
    number: Number | None = None
    chapters: tuple[Heading, ...] = ()
    section: Heading | None = None
    part: int = 0
    jump: int | None = None
    shares: bool = False
    shares_with: tuple[int, int] | None = None

    @property
    def at(self) -> int:
        return self.looks[0].line.at


def style_of(looks: Sequence[Look]) -> Style | None:
    """How the questions of a document are numbered: the style with most signs of questions."""
    scores = {style: _score(looks, style) for style in STYLES}
    best = max(STYLES, key=lambda style: scores[style])
    if scores[best]:
        return Style.PLAIN if _holds_parts(looks, best) else best
    runs = {style: _run(looks, style) for style in STYLES}
    best = max(STYLES, key=lambda style: runs[style])
    return best if runs[best] > 1 else None


def _holds_parts(looks: Sequence[Look], style: Style) -> bool:
    """Whether the numbers of a style only count the parts of numbered cases: each time they
    begin anew, a number of the plain style stands before."""
    if style not in (Style.PAREN, Style.HALF, Style.CIRCLE):
        return False
    if not any(look.heading and look.heading.type is QuestionType.CASE for look in looks):
        return False
    outer, begun = False, 0
    for look in looks:
        if look.number and look.number.style is Style.PLAIN and look.number.firm:
            outer = True
        elif look.number and look.number.style is style and look.number.value == 1:
            if not outer:
                return False
            outer, begun = False, begun + 1
    return begun > 0


def _run(looks: Sequence[Look], style: Style) -> int:
    """How many numbers of a style follow each other upwards."""
    count = last = 0
    for look in looks:
        number = look.number
        if number and number.style is style and number.firm and last < number.value < last + MANY:
            count, last = count + 1, number.value
    return count


def _score(looks: Sequence[Look], style: Style) -> int:
    at = [n for n, look in enumerate(looks) if look.number and look.number.style is style]
    spans = pairwise([*at, len(looks)])
    return sum(_has_signs(looks[start:end]) for start, end in spans)


def _has_signs(looks: Iterable[Look]) -> bool:
    """Options, an answer or a blank stand before the next heading."""
    for look in looks:
        if look.heading and look.heading.typed:
            return False
        if look.opens or look.answered or look.gap:
            return True
    return False


class Splitter:
    """Goes through the lines once and decides which numbers begin a question."""

    def __init__(self, looks: Sequence[Look], style: Style) -> None:
        self.looks = looks
        self.style = style
        self.starts = [n for n, look in enumerate(looks) if self._candidate(look)]
        self.after = dict(pairwise([*self.starts, len(looks)]))
        self.blocks: list[Block] = []
        self.outside: list[Look] = []  # lines before the first question of a section
        self.chapters: tuple[Heading, ...] = ()
        self.section: Heading | None = None
        self.part = 0
        self.last = 0
        self.fresh = True  # no question yet since the heading
        self.inner = 0  # the last number that was taken for one of a list within
        self.open = True  # the current block still lacks options and answer
        self.text_answer = False  # the current block is in an answer or explanation of words
        self.restart = False  # a text for several questions came: they may be counted anew
        self.parted = False  # a separator came since
        self.separators = sum(look.separator for look in looks)

    def _candidate(self, look: Look) -> bool:
        number = look.number
        if number is None:
            return False
        kin = {Style.PLAIN, Style.WORD}
        return number.style is self.style or {number.style, self.style} <= kin

    def split(self) -> list[Block]:
        for at, look in enumerate(self.looks):
            if look.heading and self._takes(look, look.heading):
                continue
            jump = self._begins(at, look) if at in self.after else None
            if jump is not None and look.number:
                self._start(look, look.number, jump)
            elif self._shares(look):
                continue
            elif self._is_topic(at, look):
                self._takes_topic(look)
            elif self._apart(at, look):
                self._start_unnumbered(look)
            elif self.blocks and not self.fresh:
                self._add(look)
            else:
                self.outside.append(look)
        return self.blocks

    def _takes(self, look: Look, heading: Heading) -> bool:
        if heading.typed:
            self.section = heading
        elif look.line.outline or self.fresh or not self.open:
            self.chapters = (heading,)
        else:
            return False
        self.part += 1
        self.fresh, self.inner, self.text_answer = True, 0, False
        return True

    def _shares(self, look: Look) -> bool:
        """A text for several questions begins where none is left unfinished."""
        if not look.plain or look.line.fixed or (self.open and not self.fresh):
            return False
        shares, numbers = shared_text(look.text)
        if shares:
            self._start_unnumbered(look)
            self.blocks[-1].shares, self.blocks[-1].shares_with = True, numbers
            self.fresh = False
            self.restart = True
        return shares

    def _is_topic(self, at: int, look: Look) -> bool:
        """A short line such as （二）行政许可 between questions, with a number right below it."""
        if self.open or not look.plain or look.gap or not TOPIC.fullmatch(look.text):
            return False
        ahead = islice(self.looks, at + 1, at + 20)
        below = next((one for one in ahead if not one.blank), None)
        number = below.number if below and self._candidate(below) else None
        return number is not None and number.value in (1, self.last + 1)

    def _takes_topic(self, look: Look) -> None:
        self.chapters = (Heading(look.text.strip(" :"), level=0),)
        self.part += 1
        self.fresh, self.inner, self.text_answer = True, 0, False

    def _apart(self, at: int, look: Look) -> bool:
        """Behind a separator a question may stand that has no number, or a line above one."""
        if not (self.parted and look.plain and self.blocks) or self.fresh:
            return False
        ahead = islice(self.looks, at + 1, at + 20)
        below = next((one for one in ahead if not one.blank), None)
        if below and len(look.text) < 30 and (below.number or below.text.lstrip()[:1] in "[【"):
            self._takes_topic(look)
        return not self.fresh

    def _start_unnumbered(self, look: Look) -> None:
        self.blocks.append(Block([], None, self.chapters, self.section, self.part))
        self.open, self.text_answer, self.inner = True, False, 0
        self._add(look)

    def _add(self, look: Look) -> None:
        block = self.blocks[-1]
        block.looks.append(look)
        if look.opens or look.answered or look.letter:
            self.open = False
        for piece in look.pieces:
            if piece.field in ("answer", "explanation", "rubric"):
                self.text_answer = True
                self.inner = 1 if FIRST.match(flat(piece.text)) else 0
        if look.separator:
            self.text_answer = False
        if not look.blank:
            self.parted = look.separator and self.separators > 1

    def _start(self, look: Look, number: Number, jump: int) -> None:
        if number.value == 1 and self.last and not self.fresh and not self.restart:
            self.part += 1  # counted anew without a heading
        block = Block([], number, self.chapters, self.section, self.part)
        if jump != number.value:
            block.jump = jump
        self.blocks.append(block)
        self.fresh, self.last, self.inner = False, number.value, 0
        self.open, self.text_answer, self.restart = True, False, False
        self._add(look)

    def _begins(self, at: int, look: Look) -> int | None:
        """Whether a number begins a question: None, or the number that was expected there."""
        number = look.number
        if number is None:
            return None
        value, expected = number.value, self.last + 1
        signs = _has_signs(self.looks[at : self.after[at]])
        if self._is_inner(value, expected, signs):
            self.inner = value
            return None
        if value == expected or (value == 1 and (self.fresh or self.restart)):
            return value
        if not number.firm:
            return None
        if value == 1 and not self.open and (signs or self._goes_on(at, 2)):
            return 1
        if self.fresh and (signs or self._goes_on(at, value + 1)):
            return 1 if self.last == 0 or value < self.last else expected
        if not self.open and signs and value != 1 and abs(value - expected) <= MANY:
            return expected
        if not self.text_answer and expected < value <= expected + MANY:
            return expected  # no list within a stem begins so
        return None

    def _is_inner(self, value: int, expected: int, signs: bool) -> bool:
        """One of a list within an answer or an explanation: 1. 2. 3. …"""
        if not self.text_answer or signs:
            return False
        if self.inner and value == self.inner + 1:
            return True
        return value == 1 and expected != 1

    def _goes_on(self, at: int, value: int) -> bool:
        after = self.after[at]
        number = self.looks[after].number if after < len(self.looks) else None
        return number is not None and number.value == value
