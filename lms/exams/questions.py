"""The questions of an attempt as one person sees them: no keys, in that person's order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate, groupby, pairwise
from typing import Any

from lms.bank.files import read_question
from lms.bank.rules import Part, Question, QuestionType
from lms.bank.texts import names_in
from lms.dice import Orders, shuffled
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
    made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """As HTML, in each language; who shows it keeps it here."""
    paid: dict[tuple[str, ...], Fraction | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What letters earn by the own key; who marks keeps it here."""

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
    def letters(self) -> tuple[str, ...]:
        """Of its options, as the file has them."""
        return tuple(self.asks.options)

    @cached_property
    def loose(self) -> tuple[str, ...]:
        """Those that may change places: 正确 stands before 错误, and 以上都对 below the others."""
        part = self.asks
        stays = part.type is QuestionType.TRUE_FALSE or refers(list(part.options.values()))
        return () if stays else self.letters


@dataclass(frozen=True)
class Asked:
    """One thing to answer, as it is shown. options: the file's letter and the text, in order."""

    slot: int
    type: QuestionType
    points: Points
    case: str
    stem: str
    options: tuple[tuple[str, str], ...]
    blanks: int

    def in_order(self, letters: Sequence[str]) -> "Asked":
        """The same with its options in this order."""
        said = dict(self.options)
        return replace(self, options=tuple([(one, said[one]) for one in letters]))

    @cached_property
    def pictured(self) -> bool:
        return bool(names_in((self.case, self.stem, *dict(self.options).values())))

    @property
    def worth(self) -> str:
        """The points, as people write them."""
        return plain(self.points)


def in_one_go(drawn: int) -> int:
    """The seed of an attempt whose orders are all drawn in one go, from what the dice say.

    It is below zero. The others are of attempts that were begun when each question drew its own
    order, twenty times as long; theirs stays as it was.
    """
    return -1 - drawn


Dealt = Sequence[tuple[Slot, Sequence[str]]]


def dealt(slots: Sequence[Slot], seed: int, shuffle: bool, options: bool) -> Dealt:
    """All slots of a paper with the letters of their options, in the order of one attempt.

    options: those are shuffled too. The parts of a case stay together and in their order.
    """
    groups = _groups(tuple([slot.version_id for slot in slots]))
    if seed < 0:
        loose = [slot.loose for slot in slots]
        drawn = Orders(seed, len(groups) + sum(map(len, loose)))
        places = drawn.of(range(len(groups)))
        orders = [drawn.of(letters) if letters else () for letters in loose]
    else:
        places = shuffled(range(len(groups)), seed, "slots")
        orders = [shuffled(slot.loose, seed, slot.number) for slot in slots]
    if not options:
        orders = [()] * len(slots)
    found = [(slot, order or slot.letters) for slot, order in zip(slots, orders, strict=True)]
    if not shuffle:
        return found
    return [found[at] for place in places for at in groups[place]]


@lru_cache(maxsize=KNOWN)
def _groups(versions: tuple[int, ...]) -> tuple[range, ...]:
    """Where the slots of each question stand."""
    ends = [0, *accumulate(len(list(group)) for _, group in groupby(versions))]
    return tuple(range(begin, end) for begin, end in pairwise(ends))
