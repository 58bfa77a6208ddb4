"""What was understood of a file, as `bank read --json` prints it: one object a question."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from lms.bank.rules import QuestionType
from lms.exchange.becoming import all_doubts, become
from lms.exchange.facts import SHIPPED_NAMES
from lms.exchange.rules import Answer, Doubt, Found, Place, Read
from lms.words import N_

Printed = dict[str, Any]
NO_ANSWER = N_("没有答案，只能作为草稿带入。")


def printed(read: Read) -> list[Printed]:
    """The lines of a file: each question, then the summary; a refusal is named in it."""
    if read.refused:
        return [_summary([], sentence(read.refused))]
    lines = [as_json(found) for found in read.found]
    return [*lines, _summary(lines, None)]


def _summary(lines: list[Printed], refused: str | None) -> Printed:
    wrong = sum(bool(line["errors"]) for line in lines)
    return {"summary": {"read": len(lines), "with_errors": wrong, "refused": refused}}


def as_json(found: Found) -> Printed:
    """One question, what is wrong or unsure among it. The faults of a part stand with the part."""
    became = become(found, SHIPPED_NAMES)
    doubts = [*all_doubts(found), *became.faults]
    if not became.answered and not any(one.what.endswith("answer") for one in doubts):
        doubts.append(Doubt(NO_ANSWER))
    return _one(found, doubts, found.place, {fact for fact, _word in became.asks})


def sentence(doubt: Doubt) -> str:
    """A doubt in Chinese, for who reads without a page."""
    return doubt.text.format(**doubt.values) if doubt.values else doubt.text


def _one(
    found: Found, doubts: Sequence[Doubt], place: Place, asked: Collection[str] = ()
) -> Printed:
    """place: of the whole, where a part says none. asked: facts with a name that nobody knows."""
    case, place = found.type is QuestionType.CASE, found.place if found.place != Place() else place
    kind = found.type or (QuestionType.SINGLE if found.options else QuestionType.SHORT)
    return {
        "type": kind.value,
        "number": found.number,
        "stem": found.stem,
        "options": {} if kind is QuestionType.TRUE_FALSE else found.options,
        "answer": None if case else _answer(found.answer),
        "explanation": found.explanation,
        "points": _number(found.points),
        "parts": [
            _one(part, [*part.doubts, *_of_part(doubts, number)], place)
            for number, part in enumerate(found.parts, start=1)
        ],
        "source": _source(place),
        "guessed": sorted({*found.guessed, *asked, *(() if found.type else ("type",))}),
        "errors": list(dict.fromkeys(sentence(one) for one in doubts)),
    }


def _of_part(doubts: Sequence[Doubt], number: int) -> list[Doubt]:
    """Those of the doubts that are about the part of this number."""
    return [one for one in doubts if one.what.partition(".")[0] == str(number)]


def _answer(answer: Answer | None) -> Any:
    """Letters, true or false, texts (lists of them where there are variants), or one text."""
    if isinstance(answer, frozenset):
        return sorted(answer) or None
    if isinstance(answer, tuple):
        several = any(len(variants) > 1 for variants in answer)
        return [list(one) if several else one[0] for one in answer] or None
    return answer if answer != "" else None


def _number(points: Decimal | None) -> int | float | None:
    if points is None:
        return None
    return int(points) if points == int(points) else float(points)


def _source(place: Place) -> Printed:
    names = ("sheet", "row", "paragraph", "line")
    return {name: getattr(place, name) for name in names if getattr(place, name)}
