"""Which questions fill which rows of a blueprint. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.bank.rules import Pool, QuestionType
from lms.dice import shuffled


@dataclass(frozen=True)
class Wanted:
    """A row: so many questions of an ability (none: any) and a type."""

    ability_id: int | None
    type: QuestionType
    count: int


@dataclass(frozen=True)
class Row:
    """A row of a rule: an ability (none: any) × a type × a count × points each."""

    ability_id: int | None
    ability: str
    type: QuestionType
    count: int
    points: Decimal

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.ability_id, self.type, self.count)


@dataclass(frozen=True)
class Rule:
    """What a paper is to be: its title and length, from which banks and pools, row by row."""

    title: str
    minutes: int
    banks: tuple[int, ...]  # the first keeps the paper
    pools: tuple[Pool, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Item:
    """A question that may be taken."""

    version_id: int
    type: QuestionType
    ability_ids: frozenset[int]

    def fits(self, row: Wanted) -> bool:
        return self.type is row.type and (
            row.ability_id is None or row.ability_id in self.ability_ids
        )


@dataclass(frozen=True)
class Drawn:
    """The questions of each row, in order, and how many each row lacks."""

    rows: list[list[int]]
    short: list[int]

    @property
    def complete(self) -> bool:
        return not any(self.short)


def draw(rows: Sequence[Wanted], items: Sequence[Item], seed: int) -> Drawn:
    """Fill every row, no question twice; the same seed gives the same paper.

    A question of two abilities may serve either row, so a row that finds none left asks the
    others to change: an augmenting path, as in bipartite matching (Kuhn 1955). No row is called
    short that could have been filled.
    """
    order = {item.version_id: n for n, item in enumerate(_mixed(items, seed))}
    mixed = sorted(items, key=lambda item: order[item.version_id])
    places = [n for n, row in enumerate(rows) for _ in range(row.count)]
    taken: dict[int, int] = {}  # question → place in `places`
    for place in range(len(places)):
        _seat(place, places, rows, mixed, taken, set())
    found: list[list[int]] = [[] for _ in rows]
    for version_id, place in sorted(taken.items(), key=lambda pair: order[pair[0]]):
        found[places[place]].append(version_id)
    short = [row.count - len(ids) for row, ids in zip(rows, found, strict=True)]
    return Drawn(found, short)


def _mixed(items: Sequence[Item], seed: int) -> list[Item]:
    by_id = {item.version_id: item for item in items}
    return [by_id[version_id] for version_id in shuffled(sorted(by_id), seed, "draw")]


def _seat(
    place: int,
    places: list[int],
    rows: Sequence[Wanted],
    items: Sequence[Item],
    taken: dict[int, int],
    tried: set[int],
) -> bool:
    """Find a question for a place, moving those that sit already where that helps."""
    fitting = [item for item in items if item.fits(rows[places[place]])]
    for item in fitting:
        if item.version_id not in taken:
            taken[item.version_id] = place
            return True
    for item in fitting:
        if item.version_id in tried:
            continue
        tried.add(item.version_id)
        if _seat(taken[item.version_id], places, rows, items, taken, tried):
            taken[item.version_id] = place
            return True
    return False


def available(row: Wanted, items: Sequence[Item]) -> int:
    """How many questions would fit a row."""
    return sum(item.fits(row) for item in items)
