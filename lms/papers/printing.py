"""A paper as it is printed: sections by type, and how each question lies on the page. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Protocol

from lms.bank.rules import CREDIT_NAMES, Question, QuestionType
from lms.scoring.choice import Credit
from lms.words import N_

RULES: dict[tuple[QuestionType, Credit], str] = {
    **{(QuestionType.MULTIPLE, credit): name for credit, name in CREDIT_NAMES.items()},
    **{(QuestionType.INDEFINITE, credit): name for credit, name in CREDIT_NAMES.items()},
    (QuestionType.BLANK, Credit.ALL_OR_NOTHING): N_("各空全对才得分"),
    (QuestionType.BLANK, Credit.HALF_IF_INCOMPLETE): N_("少填得一半分、错填不得分"),
    (QuestionType.BLANK, Credit.PER_OPTION): N_("按填对的空给分"),
}
NARROW, MIDDLING = 7, 18  # characters of the longest option: four in a line, two, else one


class Placed(Protocol):
    """What a slot of a paper says here."""

    @property
    def number(self) -> int: ...

    @property
    def version_id(self) -> int: ...

    @property
    def points(self) -> Decimal: ...

    @property
    def credit(self) -> Credit: ...


@dataclass(frozen=True)
class Entry:
    """A question on the page. numbers, points: of its slots; a case has several."""

    question: Question
    numbers: tuple[int, ...]
    points: tuple[Decimal, ...]
    credit: Credit

    @property
    def abreast(self) -> int:
        """How many options stand beside one another."""
        texts = [text for part in self.question.parts for text in part.options.values()]
        longest = max(map(len, texts), default=0)
        return 4 if longest <= NARROW else 2 if longest <= MIDDLING else 1


@dataclass(frozen=True)
class Section:
    """Questions of one type that follow one another. each: the points, where all have the same."""

    type: QuestionType
    entries: tuple[Entry, ...]

    @property
    def questions(self) -> int:
        return len(self.entries)

    @property
    def points(self) -> Decimal:
        return sum((sum(entry.points, Decimal(0)) for entry in self.entries), Decimal(0))

    @property
    def each(self) -> Decimal | None:
        found = {sum(entry.points, Decimal(0)) for entry in self.entries}
        return found.pop() if len(found) == 1 else None

    @property
    def rule(self) -> str:
        """What an answer earns that is right in part; empty where there is no such answer."""
        found = {entry.credit for entry in self.entries}
        return RULES.get((self.type, found.pop()), "") if len(found) == 1 else ""


def sections(slots: Sequence[tuple[Placed, Question]]) -> list[Section]:
    """The slots of a paper in their order: those of a case together, then those of a type."""
    entries = [
        _entry(list(group)) for _, group in groupby(slots, key=lambda one: one[0].version_id)
    ]
    by_type = groupby(entries, key=lambda entry: entry.question.type)
    return [Section(kind, tuple(group)) for kind, group in by_type]


def _entry(group: Iterable[tuple[Placed, Question]]) -> Entry:
    slots = list(group)
    numbers = tuple(slot.number for slot, _ in slots)
    points = tuple(slot.points for slot, _ in slots)
    return Entry(slots[0][1], numbers, points, slots[0][0].credit)
