"""Reads the Word paper of the house by the styles of its paragraphs, where they are all there."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from lms.bank.rules import BLANK, QuestionType
from lms.bank.texts import Shown, as_markdown, marker
from lms.exchange.answers import read_answer
from lms.exchange.filled import exactly
from lms.exchange.paid import typed_rubric
from lms.exchange.rules import STILL_FAULTY, Doubt, Found, Place, Read
from lms.exchange.word import (
    ANSWER,
    CASE,
    EXPLANATION,
    LEADS,
    NOTE,
    OPTION,
    PART,
    SECTION,
    SECTIONS,
    STEM,
    TITLE,
)
from lms.exchange.word_numbering import W
from lms.exchange.word_text import A, R

KINDS = {words: kind for kind, words in SECTIONS.items()}
ONE_OF = "|".join(KINDS)
HEAD = re.compile(rf"[^、]{{1,6}}、({ONE_OF})(?:（每题(\d+(?:\.\d+)?)分，共\d+题）|（共\d+题）)")
NUMBER = re.compile(r"\d+\. ?")
PART_MARK = re.compile(rf"（\d+）（({ONE_OF})，(\d+(?:\.\d+)?)分）")
LETTER = re.compile(r"([A-Z])\. ?")
STYLES = frozenset({TITLE, SECTION, STEM, CASE, PART, OPTION, ANSWER, EXPLANATION, NOTE})


@dataclass
class Styled:
    """A paragraph: what its style is called, its text, the pictures in it, its place."""

    style: str
    text: str
    paragraph: int
    pictures: Mapping[int, Shown] = field(default_factory=dict)


def read_paper(name: str, paragraphs: Iterable[Styled]) -> Read | None:
    """The questions of the paper; None where something stands in it that is not of the house."""
    written = [one for one in paragraphs if one.text.strip()]
    if not any(one.style == STEM or one.style == CASE for one in written):
        return None
    if not all(one.style in STYLES for one in written):
        return None
    reader = _Reader(name)
    return Read(name, reader.found) if all(reader.take(one) for one in written) else None


class _Reader:
    """Goes down the paper, paragraph by paragraph; whatever is unexpected makes it give up."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Found] = []
        self.kind: QuestionType | None = None
        self.points: Decimal | None = None
        self.heading = ""
        self.now: Found | None = None  # what options and answers belong to

    def take(self, one: Styled) -> bool:
        """Whether the paragraph was understood."""
        if one.style == NOTE and self.found:
            self.found[-1].doubts.append(
                Doubt(STILL_FAULTY, {"why": one.text.removeprefix(LEADS[NOTE]).strip()})
            )
        if one.style in (TITLE, NOTE):
            return True
        if one.style == SECTION:
            return self._section(one)
        if one.style in (STEM, CASE):
            return self._question(one)
        if one.style == PART:
            return self._part(one)
        return self.now is not None and self._of(self.now, one)

    def _section(self, one: Styled) -> bool:
        head = HEAD.fullmatch(one.text.strip())
        if head:
            self.kind, self.heading = KINDS[head[1]], one.text.strip()
            self.points = Decimal(head[2]) if head[2] else None
        return bool(head)

    def _question(self, one: Styled) -> bool:
        number = NUMBER.match(one.text)
        if (
            not number
            or self.kind is None
            or (self.kind is QuestionType.CASE) != (one.style == CASE)
        ):
            return False
        self.now = self._begun(one, one.text[number.end() :], self.kind, self.points)
        self.now.number, self.now.headings = number[0].strip(" ."), (self.heading,)
        self.found.append(self.now)
        return True

    def _part(self, one: Styled) -> bool:
        mark = PART_MARK.match(one.text)
        if not mark or not self.found or self.kind is not QuestionType.CASE:
            return False
        kind, text = KINDS[mark[1]], one.text[mark.end() :]
        self.now = self._begun(one, text, kind, Decimal(mark[2]))
        self.found[-1].parts.append(self.now)
        self.now.number = str(len(self.found[-1].parts))
        return True

    def _begun(self, one: Styled, text: str, kind: QuestionType, points: Decimal | None) -> Found:
        stem = as_markdown(text, one.pictures, gaps=kind is QuestionType.BLANK)
        place = Place(file=self.name, paragraph=one.paragraph)
        return Found(place, kind, stem=stem, points=points)

    def _of(self, found: Found, one: Styled) -> bool:
        text = one.text
        if one.style == OPTION:
            letter = LETTER.match(text)
            if not letter or letter[1] in found.options:
                return False
            found.options[letter[1]] = as_markdown(text[letter.end() :], one.pictures)
        elif one.style == EXPLANATION:
            found.explanation = as_markdown(text.removeprefix(LEADS[EXPLANATION]), one.pictures)
        else:
            _answer(found, text.removeprefix(LEADS[ANSWER]))
        return True


def _answer(found: Found, written: str) -> None:
    gaps = found.stem.count(BLANK)
    in_a_row = "\n" not in written and written.count("；") + 1 == gaps
    parted = written.replace("；", "\n") if in_a_row else written
    if found.type in (QuestionType.SHORT, QuestionType.ESSAY):
        written = typed_rubric(written, as_markdown)
    exact = exactly(found, parted if found.type is QuestionType.BLANK else written)
    if exact is not None:
        found.answer = exact
        return
    meant = read_answer(written, found.type, found.options, gaps)
    found.answer = meant.answer
    found.guessed |= meant.guessed
    found.doubts += meant.doubts


# ── paragraphs ─────────────────────────────────────────────────────────────────────────────────


def paragraphs_of(
    body: etree._Element, styles: etree._Element | None, picture: Callable[[str], str]
) -> Iterator[Styled]:
    """The paragraphs of a document as they stand. picture: from a relation to a name."""
    names = _names(styles)
    for place, element in enumerate(body.iterfind(f"{W}p"), start=1):
        style = element.find(f"{W}pPr/{W}pStyle")
        name = names.get(style.get(f"{W}val", ""), "") if style is not None else ""
        pictures: dict[int, Shown] = {}
        text = "".join(_pieces(element, picture, pictures))
        yield Styled(name, text, place, pictures)


def _names(styles: etree._Element | None) -> dict[str, str]:
    """What each style is called: an office program may give it another id."""
    found: dict[str, str] = {}
    for style in styles.iterfind(f"{W}style") if styles is not None else ():
        name = style.find(f"{W}name")
        if name is not None:
            found[style.get(f"{W}styleId", "")] = name.get(f"{W}val", "")
    return found


def _pieces(
    element: etree._Element, picture: Callable[[str], str], pictures: dict[int, Shown]
) -> Iterator[str]:
    for child in element.iter(f"{W}t", f"{W}br", f"{W}tab", f"{A}blip"):
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "\n"
        elif child.tag == f"{W}tab":
            yield "\t"
        elif name := picture(child.get(f"{R}embed") or ""):
            number = len(pictures) + 1
            pictures[number] = Shown(name, "")
            yield marker(number)
