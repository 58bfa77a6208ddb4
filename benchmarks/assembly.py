"""Three parallel papers of 60 questions from a bank of 2,000, with all that a blueprint may ask."""

from collections.abc import Iterator
from decimal import Decimal

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.bank.rules import Difficulty, QuestionType, Thinking
from lms.dice import Stream
from lms.papers.assembly import Wish, assemble
from lms.papers.rules import Cell, Item

QUESTIONS, ABILITIES, SEED = 2000, 8, 20180725
BOUND = 3000  # ms
SINGLE, MULTIPLE = QuestionType.SINGLE, QuestionType.MULTIPLE
JUDGED, BLANK = QuestionType.TRUE_FALSE, QuestionType.BLANK
TYPES = [SINGLE] * 5 + [MULTIPLE] * 3 + [JUDGED] * 2 + [BLANK]


def measure(house: House) -> Iterator[Figure]:
    """The programme alone: reading the bank is a few statements more."""
    chance = Stream(SEED)
    items = [_item(number, chance) for number in range(QUESTIONS)]
    apart = tuple((_any(chance), _any(chance)) for _ in range(200))
    wish = Wish(3, frozenset({items[7].version_id}), apart, open=18)
    found = assemble(CELLS, items, wish, SEED)
    assert found.complete and sum(map(len, found.forms[0])) == 60
    one = took(lambda: assemble(CELLS, items, wish, SEED), runs=3, first=False)
    what = "three papers of 60 from 2,000 questions, 200 pairs apart"
    yield Figure(what, one.wall * 1000, "ms", BOUND, yardstick())
    many = took(lambda: assemble(CELLS, items, Wish(20), SEED), runs=1, first=False)
    yield Figure("twenty papers of 60 made beforehand", many.wall, "s")


def _any(chance: Stream) -> int:
    return chance.number(0, QUESTIONS - 1)


def _item(number: int, chance: Stream) -> Item:
    abilities = {chance.number(1, ABILITIES) for _ in range(chance.number(1, 2))}
    return Item(
        version_id=number,
        type=SINGLE if number == 7 else chance.pick(TYPES),
        ability_ids=frozenset(abilities),
        level=chance.pick(list(Thinking)),
        difficulty=chance.pick(list(Difficulty)),
        open=chance.happens(3, 10),
    )


CELLS = [
    cell
    for ability in range(1, ABILITIES + 1)
    for cell in (
        Cell(SINGLE, 3, Decimal(2), ability),
        Cell(MULTIPLE, 2, Decimal(2), ability, difficulty=Difficulty.HARD if ability % 2 else None),
        Cell(JUDGED, 2, Decimal(1), ability),
    )
] + [Cell(BLANK, 4, Decimal(1))]
