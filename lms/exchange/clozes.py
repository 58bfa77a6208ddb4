"""A cloze text of Moodle as our question: blanks, one choice, or a case of several parts."""

from collections.abc import Callable
from decimal import Decimal

from lms.bank.rules import QuestionType
from lms.exchange.cloze import GAP, Alternative, Gap, parse
from lms.exchange.rules import Doubt, Found
from lms.exchange.weighing import Told, Weighed, accepted_variants, choose, fill_in, tolerant

BLANK = "____"
Convert = Callable[[str], str]


def take_cloze(found: Found, written: str, convert: Convert, told: Told) -> None:
    """Give `found` what its cloze text asks. convert: HTML to Markdown."""
    text, gaps, fault = parse(written)
    if fault:
        found.stem = convert(text)
        found.doubts.append(Doubt(*fault, "answer"))
        return
    open_ones = all(gap.kind in ("words", "number") for gap in gaps)
    if open_ones and len({gap.weight for gap in gaps}) == 1:
        found.stem = convert(text).replace(GAP, BLANK)
        _blanks(found, gaps, convert, told)
    elif len(gaps) == 1:
        found.stem = convert(text).replace(GAP, BLANK)
        _part(found, gaps[0], convert, told)
    else:
        _case(found, convert(text), gaps, convert, told)


def _blanks(found: Found, gaps: list[Gap], convert: Convert, told: Told) -> None:
    found.type = QuestionType.BLANK
    answers = [accepted_variants(found, _weighed(gap, convert), told) for gap in gaps]
    if all(answers):
        found.answer = tuple(answers)


def _case(found: Found, text: str, gaps: list[Gap], convert: Convert, told: Told) -> None:
    found.type = QuestionType.CASE
    for number, gap in enumerate(gaps, start=1):
        text = text.replace(GAP, f"（{number}）{BLANK}", 1)
        part = Found(found.place, number=str(number), stem=f"（{number}）")
        part.points = Decimal(gap.weight)
        _part(part, gap, convert, told)
        found.parts.append(part)
    found.stem = text
    found.points = sum((part.points or Decimal(0) for part in found.parts), Decimal(0))


def _part(found: Found, gap: Gap, convert: Convert, told: Told) -> None:
    if gap.kind in ("choice", "several"):
        choose(found, _weighed(gap, convert), gap.kind == "choice", told)
    else:
        fill_in(found, _weighed(gap, convert), told)


def _weighed(gap: Gap, convert: Convert) -> list[Weighed]:
    return [
        Weighed(_written(one, convert), one.percent, convert(one.feedback)) for one in gap.answers
    ]


def _written(one: Alternative, convert: Convert) -> str:
    if one.number is not None and one.number.middle is not None:
        return tolerant(one.number.middle, one.number.within)
    return convert(one.text)
