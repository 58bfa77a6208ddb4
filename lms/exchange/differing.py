"""What differs between two questions: by field, and word by word. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from lms.bank.rules import TYPE_NAMES, Part, Question, QuestionType
from lms.exchange.becoming import to_found
from lms.exchange.facts import write_facts
from lms.exchange.template import written_answer

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Change:
    """A field (a key of FIELDS) that becomes another."""

    what: str
    old: str
    new: str


def changes(old: Question, new: Question) -> list[Change]:
    """What would change in a question of the bank."""
    found = [Change("case", old.case, new.case)]
    if len(old.parts) == len(new.parts):
        for before, after in zip(old.parts, new.parts, strict=True):
            found += _of_part(before, after)
    else:
        found.append(Change("parts", str(len(old.parts)), str(len(new.parts))))
    before, after = write_facts(old), write_facts(new)
    facts = dict.fromkeys([*before, *after])
    found += [Change(fact, before.get(fact, ""), after.get(fact, "")) for fact in facts]
    return [one for one in found if one.old != one.new]


def _of_part(old: Part, new: Part) -> Iterator[Change]:
    yield Change("type", TYPE_NAMES[old.type], TYPE_NAMES[new.type])
    yield Change("stem", old.stem, new.stem)
    if new.type is not QuestionType.TRUE_FALSE:
        yield Change("options", _options(old), _options(new))
    yield Change("answer", answer_of(old), answer_of(new))
    yield Change("explanation", old.explanation, new.explanation)
    yield Change("points", f"{old.points.normalize():f}", f"{new.points.normalize():f}")


def _options(part: Part) -> str:
    return "\n".join(f"{letter}. {text}" for letter, text in part.options.items())


def answer_of(part: Part) -> str:
    """The answer of a part as a cell has it."""
    whole = Question("x", part.type, (part,), part.points)
    return written_answer(to_found(whole).answer)


def written(asked: Question) -> str:
    """All that a question asks and its answers, to lay beside another."""
    lines = [asked.case] if asked.case else []
    for part in asked.parts:
        lines.append(part.stem)
        if part.type is not QuestionType.TRUE_FALSE:
            lines += _options(part).split("\n")
        lines.append(f"→ {answer_of(part)}")
    return "\n".join(filter(None, lines))


def beside(mine: str, other: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces, each with whether the other has it not."""
    left: Pieces = []
    right: Pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        left += [(mine[a:b], kind != "equal")] if b > a else []
        right += [(other[c:d], kind != "equal")] if d > c else []
    return left, right
