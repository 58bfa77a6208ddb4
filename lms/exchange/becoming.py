"""What was found becomes a question of the bank, as far as it goes; and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lms.bank.rules import (
    Origin,
    Part,
    Question,
    QuestionType,
    faults,
)
from lms.exchange.facts import Names, read_facts, write_facts
from lms.exchange.paid import clean, write_rubric
from lms.exchange.rules import Doubt, Found, Place
from lms.exchange.single import POINTS_DIFFER, OnePart
from lms.words import N_

NO_CASE = N_("材料题没有材料，请补上。")
NO_PARTS = N_("材料题没有小题，请补上。")
TOO_LONG = N_("一道题超过 {n} 字，请拆开或删减。")
OTHERWISE = N_("这道题还有错误：{why}")

LONGEST = 60_000  # characters of a question, well within what its file may have
DRAFT_ID = "draft"  # until the question has one


@dataclass(frozen=True)
class Became:
    """The question as far as it is known, and what keeps it from being one.

    answered: every part has its answer. asks: the facts and words that nobody knows.
    said: names of facts that the file itself says.
    """

    question: Question
    faults: tuple[Doubt, ...]
    answered: bool
    asks: tuple[tuple[str, str], ...] = ()
    said: frozenset[str] = frozenset()


def become(found: Found, names: Names, id: str = "") -> Became:
    """The question of what was found. id: what it is called where the file has no id."""
    told = read_facts({fact: clean(text) for fact, text in found.facts.items()}, names)
    wrong = list(told.doubts)
    case = found.type is QuestionType.CASE
    asked = found.parts if case else [found]
    parts = [OnePart(one) for one in asked]
    wrong += list(_of_case(found, parts)) if case else parts[0].faults
    points = sum((one.part.points for one in parts), Decimal(0)) if case else parts[0].part.points
    values = {"id": id or DRAFT_ID, "origin": Origin.BROUGHT} | told.values
    question = Question(
        type=QuestionType.CASE if case else parts[0].part.type,
        parts=tuple(one.part for one in parts),
        points=points,
        case=clean(found.stem).strip() if case else "",
        **values,
    )
    answered = bool(parts) and all(one.answered for one in parts)
    if sum(map(len, _texts(question))) > LONGEST:
        wrong.append(Doubt(TOO_LONG, {"n": LONGEST}))
    if not wrong and answered:
        wrong = list(_what_else(question))
    said = frozenset(told.values) | _said(found)
    return Became(question, tuple(wrong), answered, tuple(told.asks), said)


def _texts(question: Question) -> Iterator[str]:
    yield question.case
    for part in question.parts:
        yield from (part.stem, part.explanation, *part.options.values())
        yield from (line.text for line in part.rubric)


def _said(found: Found) -> frozenset[str]:
    """Of what may be missing, what the file has."""
    explained = [one.explanation for one in (found, *found.parts)]
    return frozenset(
        name
        for name, there in (
            ("explanation", any(explained)),
            ("points", found.points is not None),
        )
        if there
    )


def _of_case(found: Found, parts: list[OnePart]) -> Iterator[Doubt]:
    if not found.stem.strip():
        yield Doubt(NO_CASE, what="stem")
    if not parts:
        yield Doubt(NO_PARTS, what="parts")
    whole = sum((one.part.points for one in parts), Decimal(0))
    told = found.points is not None and all(one.points is not None for one in found.parts)
    if told and found.points != whole:
        yield Doubt(POINTS_DIFFER, {"sum": whole, "points": found.points}, "points")
    for number, one in enumerate(parts, start=1):
        for fault in one.faults:
            yield replace(fault, place=fault.place or Place(), what=f"{number}.{fault.what}")


def _what_else(question: Question) -> Iterator[Doubt]:
    """The bank's own rules have the last word."""
    for fault in faults(question):
        yield Doubt(OTHERWISE, {"why": str(fault).partition("：")[2] or str(fault)})


def all_doubts(found: Found) -> list[Doubt]:
    """What the reader doubts in a question and in its parts."""
    return [*found.doubts, *(one for part in found.parts for one in all_doubts(part))]


# ── and back ───────────────────────────────────────────────────────────────────────────────────


def to_found(
    question: Question, place: Place | None = None, names: Mapping[str, str] | None = None
) -> Found:
    """A question of the bank as a reader would have found it, with everything it says."""
    place = place or Place()
    facts = write_facts(question, names)
    if question.type is not QuestionType.CASE:
        found = _of_part(question.parts[0], place)
        found.number, found.facts = question.id, facts
        return found
    parts = [_of_part(part, place) for part in question.parts]
    for number, part in enumerate(parts, start=1):
        part.number = str(number)
    return Found(
        place=place,
        type=QuestionType.CASE,
        number=question.id,
        stem=question.case,
        points=question.points,
        parts=parts,
        facts=facts,
    )


def _of_part(part: Part, place: Place) -> Found:
    found = Found(
        place=place,
        type=part.type,
        stem=part.stem,
        explanation=part.explanation,
        points=part.points,
    )
    if part.type is QuestionType.TRUE_FALSE:
        found.answer = "A" in part.right if part.right else None
    elif part.type.by_letters:
        found.options, found.answer = dict(part.options), part.right or None
    elif part.type is QuestionType.BLANK:
        found.answer = part.blanks or None
    else:
        found.answer = write_rubric(part.rubric, part.points) if part.rubric else None
    return found
