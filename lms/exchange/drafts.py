"""A found question as a row keeps it while it waits: packed to plain values, and unpacked."""

from decimal import Decimal
from typing import Any

from lms.bank.rules import QuestionType
from lms.exchange.rules import Answer, Doubt, Found, Place

Packed = dict[str, Any]
PLACES = ("file", "sheet", "row", "paragraph", "line")


def packed(found: Found) -> Packed:
    """The question as JSON holds it; what is empty is left out. Pictures stand elsewhere."""
    values: Packed = {
        "place": _place(found.place),
        "type": found.type.value if found.type else None,
        "number": found.number,
        "stem": found.stem,
        "options": [[letter, text] for letter, text in found.options.items()],
        "answer": _answer(found.answer),
        "explanation": found.explanation,
        "points": str(found.points) if found.points is not None else None,
        "parts": [packed(part) for part in found.parts],
        "headings": [*found.headings],
        "facts": found.facts,
        "kept": found.kept,
        "guessed": sorted(found.guessed),
        "doubts": [_doubt(one) for one in found.doubts],
    }
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def unpacked(values: Packed) -> Found:
    """The question that was packed."""
    kind, points = values.get("type"), values.get("points")
    return Found(
        place=Place(**values.get("place", {})),
        type=QuestionType(kind) if kind else None,
        number=values.get("number", ""),
        stem=values.get("stem", ""),
        options=dict(values.get("options", [])),
        answer=_answered(values.get("answer")),
        explanation=values.get("explanation", ""),
        points=Decimal(points) if points else None,
        parts=[unpacked(part) for part in values.get("parts", [])],
        headings=tuple(values.get("headings", [])),
        facts=values.get("facts", {}),
        kept=values.get("kept", {}),
        guessed=set(values.get("guessed", [])),
        doubts=[_doubted(one) for one in values.get("doubts", [])],
    )


def _place(place: Place) -> Packed:
    values = {name: getattr(place, name) for name in PLACES}
    return {name: value for name, value in values.items() if value}


def _answer(answer: Answer | None) -> Any:
    """One key says of what kind it is."""
    if isinstance(answer, frozenset):
        return {"letters": sorted(answer)}
    if isinstance(answer, bool):
        return {"right": answer}
    if isinstance(answer, tuple):
        return {"blanks": [[*variants] for variants in answer]}
    return {"text": answer} if answer is not None else None


def _answered(value: Any) -> Answer | None:
    if not value:
        return None
    ((kind, told),) = value.items()
    if kind == "letters":
        return frozenset(told)
    if kind == "blanks":
        return tuple(tuple(variants) for variants in told)
    return told


def _doubt(one: Doubt) -> list[Any]:
    values = {name: str(value) for name, value in one.values.items()}
    return [one.text, values, one.what, _place(one.place) if one.place else None]


def _doubted(one: list[Any]) -> Doubt:
    text, values, what, place = one
    return Doubt(text, values, what, Place(**place) if place else None)
