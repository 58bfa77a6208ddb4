"""The questions of an attempt as one person sees them: no keys, in that person's order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import groupby

from lms.bank.files import read_question
from lms.bank.rules import Part, Question, QuestionType
from lms.bank.texts import names_in
from lms.dice import shuffled
from lms.papers.checking import refers
from lms.scoring.choice import Credit
from lms.scoring.marks import AnyKey
from lms.scoring.totals import Points, plain

KNOWN = 4096  # versions kept read; they never change

known_question = lru_cache(maxsize=KNOWN)(read_question)


@dataclass(frozen=True)
class Slot:
    """A place of a paper, with what it asks."""

    number: int
    version_id: int
    part: int
    points: Decimal
    credit: Credit
    question: Question

    @property
    def asks(self) -> Part:
        return self.question.parts[self.part]

    @cached_property
    def key(self) -> AnyKey | None:
        """What the machine marks by; None where a person marks."""
        return self.asks.key(self.credit)

    @cached_property
    def plain(self) -> "Asked":
        """As the file has it, for all who sit the paper."""
        part = self.asks
        return Asked(
            slot=self.number,
            type=part.type,
            points=self.points,
            case=self.question.case,
            stem=part.stem,
            options=tuple(part.options.items()),
            blanks=len(part.blanks),
        )

    @cached_property
    def stays(self) -> bool:
        """正确 stands before 错误 always, and 以上都对 below the others."""
        part = self.asks
        return part.type is QuestionType.TRUE_FALSE or refers(list(part.options.values()))


@dataclass(frozen=True)
class Asked:
    """One thing to answer, as it is shown. options: the file's letter and the text, in order.

    plain: the same as the file has it, where this is in another order.
    """

    slot: int
    type: QuestionType
    points: Points
    case: str
    stem: str
    options: tuple[tuple[str, str], ...]
    blanks: int
    plain: "Asked | None" = field(default=None, compare=False, repr=False)

    def in_order(self, letters: Sequence[str]) -> "Asked":
        said = dict(self.options)
        options = tuple([(one, said[one]) for one in letters])
        asks = (self.slot, self.type, self.points, self.case, self.stem)
        return Asked(*asks, options, self.blanks, plain=self)

    @cached_property
    def pictured(self) -> bool:
        return bool(names_in((self.case, self.stem, *dict(self.options).values())))

    @property
    def worth(self) -> str:
        """The points, as people write them."""
        return plain(self.points)


def asked(slots: Sequence[Slot], seed: int, shuffle: bool, options: bool) -> list[Asked]:
    """All questions of a paper in the order of one attempt. options: those are shuffled too."""
    return [_asked(slot, seed, options) for slot in in_order(slots, seed, shuffle)]


def in_order(slots: Sequence[Slot], seed: int, shuffle: bool) -> list[Slot]:
    """The parts of a case stay together and in their order."""
    groups = [list(group) for _, group in groupby(slots, key=lambda slot: slot.version_id)]
    places = list(range(len(groups)))
    if shuffle:
        places = shuffled(places, seed, "slots")
    return [slot for place in places for slot in groups[place]]


def _asked(slot: Slot, seed: int, shuffle: bool) -> Asked:
    if not shuffle or slot.stays:
        return slot.plain
    letters = [letter for letter, _text in slot.plain.options]
    return slot.plain.in_order(shuffled(letters, seed, slot.number))
