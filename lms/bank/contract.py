"""What was understood of a question file, as `bank read --json` prints it."""

from decimal import Decimal
from typing import Any

from lms.bank.files import read_draft
from lms.bank.rules import Part, Question, QuestionType, faults
from lms.errors import Invalid

Printed = dict[str, Any]


def as_json(question: Question, line: int = 1) -> Printed:
    """One question, its faults among it. line: where it begins in its file."""
    case = question.type is QuestionType.CASE
    whole: Printed = {"stem": question.case, "options": {}, "answer": None, "explanation": ""}
    return {
        "type": question.type.value,
        "number": question.id,
        **(whole if case else _part(question.parts[0])),
        "points": _number(question.points),
        "parts": [_part(part) for part in question.parts] if case else [],
        "source": {"line": line},
        "guessed": [],
        "errors": [str(fault) for fault in faults(question)],
    }


def read_as_json(text: str) -> list[Printed]:
    """The lines for one file: the question, then the summary; a refusal is named in it."""
    try:
        one = as_json(read_draft(text))
    except Invalid as why:
        return [{"summary": {"read": 0, "with_errors": 0, "refused": str(why)}}]
    return [one, {"summary": {"read": 1, "with_errors": bool(one["errors"]) + 0, "refused": None}}]


def _part(part: Part) -> Printed:
    return {
        "type": part.type.value,
        "stem": part.stem,
        "options": {} if part.type is QuestionType.TRUE_FALSE else part.options,
        "answer": _answer(part),
        "explanation": part.explanation,
        "points": _number(part.points),
    }


def _answer(part: Part) -> Any:
    """Letters, true or false, texts (lists of them where there are variants), or one text."""
    if part.type is QuestionType.TRUE_FALSE:
        return "A" in part.right if part.right else None
    if part.type.by_letters:
        return sorted(part.right) or None
    if part.type is QuestionType.BLANK:
        several = any(len(variants) > 1 for variants in part.blanks)
        return [list(v) if several else v[0] for v in part.blanks] or None
    return "\n".join(line.text for line in part.rubric) or None


def _number(points: Decimal) -> int | float:
    return int(points) if points == int(points) else float(points)
