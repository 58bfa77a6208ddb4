"""A paper by its answers: sums that add up over assessments, and the numbers made of them. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from lms.analyses.hiding import FEWEST
from lms.analyses.rules import Marks
from lms.psychometrics.items import (
    ENOUGH,
    Ease,
    Sharpness,
    Sums,
    discrimination,
    ease,
    share,
    sharpness,
)
from lms.psychometrics.papers import Totals, alpha, tells_apart, variance
from lms.words import N_

RARE = 0.05  # of those who answered: an option so seldom chosen leads nobody astray
BINS = 10  # of the distribution, each a tenth of the full marks
BLANK = "-"  # chosen by who answered nothing


@dataclass(frozen=True)
class SlotTally:
    """A question's place. right: who earned all of its points; chosen: letters → persons."""

    sums: Sums
    right: int
    chosen: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "SlotTally") -> "SlotTally":
        one, two = vars(self.sums), vars(other.sums)
        sums = Sums(**{name: one[name] + two[name] for name in one})
        return SlotTally(
            sums, self.right + other.right, dict(Counter(self.chosen) + Counter(other.chosen))
        )


@dataclass(frozen=True)
class Tallied:
    """A paper as it was sat: totals in hundredths of a point → persons, and its places."""

    totals: Mapping[int, int]
    slots: Mapping[int, SlotTally]

    def __add__(self, other: "Tallied") -> "Tallied":
        both = {**self.slots, **other.slots}
        for number in self.slots.keys() & other.slots.keys():
            both[number] = self.slots[number] + other.slots[number]
        return Tallied(dict(Counter(self.totals) + Counter(other.totals)), both)

    def kept(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "totals": {str(total): many for total, many in self.totals.items()},
            "slots": {
                str(number): [list(vars(one.sums).values()), one.right, dict(one.chosen)]
                for number, one in self.slots.items()
            },
        }


def read(kept: Mapping[str, Any]) -> Tallied:
    """What `kept` wrote."""
    return Tallied(
        {int(total): many for total, many in kept["totals"].items()},
        {
            int(number): SlotTally(Sums(*sums), right, chosen)
            for number, (sums, right, chosen) in kept["slots"].items()
        },
    )


def together(parts: Sequence[Tallied]) -> Tallied:
    """Several assessments with one paper."""
    return reduce(add, parts, Tallied({}, {}))


# ── the paper ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Quality:
    """A paper as sat. marks, difficulty: none where few sat; the others from 100 persons on."""

    persons: int
    marks: Marks | None
    difficulty: float | None
    discrimination: float | None
    reliability: float | None
    dichotomous: bool  # every question earned all of its points or nothing: then it is KR-20
    bins: Sequence[int]


def quality(tallied: Tallied, points: Mapping[int, float]) -> Quality:
    """points: of each place of the paper."""
    totals, full = Totals(tallied.totals), round(sum(points.values()) * 100)
    persons = totals.persons
    if persons < FEWEST or not full:
        return Quality(persons, None, None, None, None, False, ())
    marks = Marks(persons, totals.sum, totals.squares, min(totals.counts), max(totals.counts))
    enough = persons >= ENOUGH
    return Quality(
        persons,
        marks,
        totals.sum / persons / full,
        tells_apart(totals, full) if enough else None,
        _reliability(tallied, points, totals) if enough else None,
        all(abs(one.sums.x - one.right) < 1e-9 for one in tallied.slots.values()),
        bins(tallied.totals, full),
    )


def _reliability(tallied: Tallied, points: Mapping[int, float], totals: Totals) -> float | None:
    of_items = [
        variance(one.sums.persons, one.sums.x, one.sums.xx) * points[number] ** 2
        for number, one in tallied.slots.items()
        if one.sums.persons
    ]
    whole = variance(totals.persons, totals.sum / 100, totals.squares / 10_000)
    return alpha(of_items, whole)


def bins(totals: Mapping[int, int], full: int) -> list[int]:
    """Persons by tenths of the full marks; who has all of them is in the last."""
    found = [0] * BINS
    for total, many in totals.items():
        found[min(BINS - 1, max(0, total * BINS // full))] += many
    return found


# ── its questions ───────────────────────────────────────────────────────────────────────────────

# What an officer or a trainer should do, by what the numbers say.
ADVICE: dict[Sharpness, str] = {
    Sharpness.LOW: N_("区分度偏低，建议修改"),
    Sharpness.NEGATIVE: N_("区分度为负，请先核对答案"),
}
TOO_EASY, TOO_HARD = N_("过易，几乎人人答对"), N_("过难，请核对题意和答案")
RARELY = N_("选项 {letters} 极少有人选，干扰项建议修改")
MISLED = N_("选“{letter}”的人比选答案的多，请核对答案")
LEFT = N_("未作答的较多，请核对题意和时间")
MANY_LEFT = 0.1


@dataclass(frozen=True)
class Item:
    """One question's numbers. share: of its points; none where too few answered."""

    number: int
    persons: int
    right: int | None
    share: float | None
    discrimination: float | None
    chosen: Mapping[str, int] | None

    @property
    def sharp(self) -> Sharpness | None:
        return None if self.discrimination is None else sharpness(self.discrimination)

    @property
    def ease(self) -> Ease | None:
        return None if self.share is None else ease(self.share)

    def advice(self, key: frozenset[str], letters: Sequence[str]) -> list[tuple[str, dict]]:
        """What the numbers suggest: sentences with their values, the gravest first.

        key: the right letters; letters: those of all options, none where there are no options.
        """
        found: list[tuple[str, dict]] = []
        if self.sharp in ADVICE:
            found.append((ADVICE[self.sharp], {}))
        if self.ease is Ease.HARD:
            found.append((TOO_HARD, {}))
        if self.ease is Ease.EASY:
            found.append((TOO_EASY, {}))
        if self.chosen and letters and self.persons >= ENOUGH:
            found += self._of_options(key, letters)
        return found

    def _of_options(self, key: frozenset[str], letters: Sequence[str]) -> list[tuple[str, dict]]:
        chosen, found = self.chosen or {}, []
        wrong = [one for one in letters if one not in key]
        if len(key) == 1:
            right = chosen.get(next(iter(key)), 0)
            found += [(MISLED, {"letter": o}) for o in wrong if chosen.get(o, 0) > right]
        rare = [one for one in wrong if chosen.get(one, 0) < RARE * self.persons]
        if rare and self.ease is not Ease.EASY:
            found.append((RARELY, {"letters": " ".join(rare)}))
        if chosen.get(BLANK, 0) > MANY_LEFT * self.persons:
            found.append((LEFT, {}))
        return found


def items(tallied: Tallied) -> list[Item]:
    """The questions of a paper in its order; below ten persons their numbers are not told."""
    return [_item(number, one) for number, one in sorted(tallied.slots.items())]


def _item(number: int, one: SlotTally) -> Item:
    told = share(one.sums)
    return Item(
        number,
        one.sums.persons,
        None if told is None else one.right,
        told,
        discrimination(one.sums),
        None if told is None else one.chosen,
    )
