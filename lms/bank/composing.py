"""A question as the fields of a form have it, and back. Pure.

The fields hold plain values and texts (see texts.py). What a form adds for its own sake (empty
rows, a row of answers for a blank that is gone) never reaches the question.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.bank.front import CONTROLS
from lms.bank.rules import (
    BLANK,
    LETTERS,
    TRUE_FALSE,
    Difficulty,
    Layer,
    Line,
    Origin,
    Part,
    Question,
    QuestionType,
    Source,
    Thinking,
    numeral,
)
from lms.bank.texts import PICTURE as PICTURE_IN
from lms.bank.texts import Shown, as_field, as_markdown, is_plain, numbered, pictures_in, written
from lms.scoring.blanks import TOLERANCE, tolerance
from lms.scoring.choice import Credit

Data = dict[str, Any]
WORDS = (*("layer", "level", "difficulty", "credit"), *("topic", "valid_from", "valid_to"))
LISTS = ("abilities", "projects", "audience")
COUNTED = "零一二三四五六七八九十百千"  # data: how articles are counted
ARTICLE = re.compile(rf"第?\s*([0-9]{{1,4}}|[{COUNTED}]+)\s*条?(之[{COUNTED}]+)?")


@dataclass(frozen=True)
class Face:
    """One thing to answer as the exam shows it; its letters stand in the file's order."""

    slot: int
    type: QuestionType
    points: Decimal
    stem: str
    options: tuple[tuple[str, str], ...]
    blanks: int


def faces(question: Question) -> list[Face]:
    """What there is to answer, for the phone."""
    return [
        Face(n, part.type, part.points, part.stem, tuple(part.options.items()), len(part.blanks))
        for n, part in enumerate(question.parts, start=1)
    ]


# ── a question into fields ──────────────────────────────────────────────────────────────────────


def filled(question: Question) -> Data:
    """What the fields show of a question."""
    numbers = numbered(question.texts)
    shown = pictures_in(question.texts, numbers)
    return {
        "type": question.type.value,
        "points": question.points or None,
        "case": as_field(question.case, numbers),
        "parts": [_part_filled(part, numbers) for part in question.parts],
        "sources": [_source_filled(one) for one in question.sources],
        "pictures": [
            {"number": number, "name": one.name, "alt": one.alt}
            for number, one in sorted(shown.items())
        ],
        "origin": question.origin.value,
        **{name: list(getattr(question, name)) for name in LISTS},
        **{name: getattr(question, name) for name in WORDS},
    }


def _part_filled(part: Part, numbers: Mapping[str, int]) -> Data:
    def field(text: str) -> str:
        return as_field(text, numbers)

    letters = {} if part.type is QuestionType.TRUE_FALSE else part.options
    return {
        "type": part.type.value,
        "points": part.points or None,
        "stem": field(part.stem),
        "options": [
            {"text": field(text), "right": letter in part.right} for letter, text in letters.items()
        ],
        "truth": next(iter(part.right), "") if part.type is QuestionType.TRUE_FALSE else "",
        "blanks": [_blank_filled(variants) for variants in part.blanks],
        "rubric": [{"points": line.points, "text": field(line.text)} for line in part.rubric],
        "explanation": field(part.explanation),
    }


def _blank_filled(variants: Sequence[str]) -> Data:
    """Where all numbers have one tolerance, it has a field of its own."""
    found = [TOLERANCE.fullmatch(one) if tolerance(one) else None for one in variants]
    within = {one[2] for one in found if one}
    if len(within) != 1 or not all(found):
        return {"variants": "\n".join(variants), "within": ""}
    return {"variants": "\n".join(one[1] for one in found if one), "within": within.pop()}


def _source_filled(source: Source) -> Data:
    names = ("law", "edition", "article", "key")
    return {name: getattr(source, name) for name in names}


# ── fields into a question ──────────────────────────────────────────────────────────────────────


def composed(data: Data, code: str, before: Question | None = None) -> Question:
    """The question that fields hold, complete or not.

    before: the question that the form began with; a text of it that stays as it was keeps what no
    field can hold, such as bold type.
    """
    typist = _Typist(data["pictures"], before)
    kind = QuestionType(data["type"])
    rows = data["parts"] if kind is QuestionType.CASE else data["parts"][:1]
    parts = tuple(_part(row, kind, data, typist) for row in rows)
    whole = sum((part.points for part in parts), Decimal(0))
    return Question(
        id=code,
        type=kind,
        parts=parts,
        points=whole,
        case=typist.text(data["case"]) if kind is QuestionType.CASE else "",
        layer=Layer(data["layer"]) if data["layer"] else None,
        level=Thinking(data["level"]) if data["level"] else None,
        difficulty=Difficulty(data["difficulty"]) if data["difficulty"] else None,
        credit=Credit(data["credit"]) if data["credit"] else None,
        topic=_words(data["topic"]),
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        origin=Origin(data["origin"]) if data["origin"] else Origin.OWN,
        sources=tuple(_sources(data["sources"])),
        **{name: tuple(data[name] or ()) for name in LISTS},
    )


class _Typist:
    """Puts the texts of the fields into Markdown."""

    def __init__(self, pictures: Iterable[Data], before: Question | None) -> None:
        self.pictures = {
            int(row["number"]): Shown(row["name"], _said(row["alt"])) for row in pictures
        }
        texts = before.texts if before else []
        numbers = numbered(texts)
        self.kept = {as_field(text, numbers): text for text in texts if not is_plain(text)}

    def text(self, field: str | None, gaps: bool = False) -> str:
        typed = (field or "").replace("\r\n", "\n").strip()
        if typed in self.kept:
            named = {one.name: one for one in self.pictures.values()}
            return PICTURE_IN.sub(
                lambda found: written(named.get(found[2], Shown(found[2], found[1]))),
                self.kept[typed],
            )
        return as_markdown(typed, self.pictures, gaps)

    def lines(self, field: str | None) -> str:
        """A text without empty lines: an option, a line of a rubric."""
        return re.sub(r"\n{2,}", "\n", self.text(field))


def _said(alt: str | None) -> str:
    """What a picture shows, in one line; braces and low lines would be taken for a blank."""
    return re.sub("_{2,}", "_", _words(alt).translate(str.maketrans("{}", "｛｝")))


def _words(typed: str | None) -> str:
    """What was typed into one line."""
    return " ".join(CONTROLS.sub(" ", typed or "").split())


def _part(row: Data, whole: QuestionType, data: Data, typist: _Typist) -> Part:
    case = whole is QuestionType.CASE
    kind = QuestionType(row["type"]) if case else whole
    stem = typist.text(row["stem"], gaps=kind is QuestionType.BLANK)
    options, right = _options(row, kind, typist)
    rubric = () if kind.by_machine else tuple(_rubric(row["rubric"], typist))
    pays = sum((line.points for line in rubric), Decimal(0))
    return Part(
        type=kind,
        stem=stem,
        points=pays or (row["points"] if case else data["points"]) or Decimal(0),
        options=options,
        right=right,
        blanks=_blanks(row["blanks"], stem) if kind is QuestionType.BLANK else (),
        rubric=rubric,
        explanation=typist.text(row["explanation"]),
    )


def _options(
    row: Data, kind: QuestionType, typist: _Typist
) -> tuple[dict[str, str], frozenset[str]]:
    """Fields that are left empty are no options; the next one moves up."""
    if kind is QuestionType.TRUE_FALSE:
        return dict(TRUE_FALSE), frozenset(row["truth"] or "")
    if not kind.by_letters:
        return {}, frozenset()
    texts = [(typist.lines(one["text"]), one["right"]) for one in row["options"]]
    there = list(zip(LETTERS, (one for one in texts if one[0] or one[1]), strict=False))
    right = frozenset(letter for letter, (_, is_right) in there if is_right)
    return {letter: text for letter, (text, _) in there}, right


def _blanks(rows: Sequence[Data], stem: str) -> tuple[tuple[str, ...], ...]:
    """One for each ____ of the stem, with the variants of its row."""
    filled_in = [_variants(row) for row in rows]
    return tuple(
        filled_in[place] if place < len(filled_in) else ("",) for place in range(stem.count(BLANK))
    )


def _variants(row: Data) -> tuple[str, ...]:
    within = _words(row["within"])
    typed = CONTROLS.sub("", (row["variants"] or "").replace("\r\n", "\n"))
    lines = [line.strip() for line in typed.split("\n")]
    found = [
        f"{line} ± {within}" if within and tolerance(f"{line} ± {within}") else line
        for line in lines
        if line
    ]
    return tuple(found) or ("",)


def answers_too_many(data: Data) -> list[int]:
    """The parts that have answers for more blanks than their stems have: these cannot be kept."""
    kind = data["type"]
    found = []
    for place, row in enumerate(data["parts"] if kind == QuestionType.CASE else data["parts"][:1]):
        if (row["type"] if kind == QuestionType.CASE else kind) == QuestionType.BLANK:
            last = max((n for n, one in enumerate(row["blanks"], 1) if one["variants"]), default=0)
            if last > as_markdown(row["stem"] or "", gaps=True).count(BLANK):
                found.append(place)
    return found


def _rubric(rows: Iterable[Data], typist: _Typist) -> Iterable[Line]:
    for row in rows:
        text = typist.lines(row["text"])
        if text or row["points"]:
            yield Line(row["points"] or Decimal(0), text)


def _sources(rows: Iterable[Data]) -> Iterable[Source]:
    for row in rows:
        law = _words(row["law"]).strip("《》")
        if law:
            yield Source(law, row["edition"], article(_words(row["article"])), _words(row["key"]))


def article(typed: str) -> str:
    """The number of an article as sources have it: 第六十条 is 60, 第一百二十条之一 is 120之一."""
    found = ARTICLE.fullmatch(typed.strip())
    if not found:
        return typed.strip()
    number = found[1]
    if not number.isdigit():
        number = next((str(n) for n in range(1, 2000) if numeral(n) == number), number)
    return number.lstrip("0") + (found[2] or "")
