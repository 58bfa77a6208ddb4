"""One paper by the totals that it gave: where they lie, how far they tell apart, how sure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

ENDS = Fraction(27, 100)  # so much of all is the group at either end (Kelley 1939)


@dataclass(frozen=True)
class Totals:
    """Totals in whole hundredths of a point → persons."""

    counts: Mapping[int, int]

    @property
    def persons(self) -> int:
        return sum(self.counts.values())

    @property
    def sum(self) -> int:
        return sum(total * many for total, many in self.counts.items())

    @property
    def squares(self) -> int:
        return sum(total * total * many for total, many in self.counts.items())

    def ends(self) -> tuple[Fraction, Fraction] | None:
        """The mean of the highest and of the lowest 27 percent; none where nobody sat."""
        many = max(1, int(ENDS * self.persons + Fraction(1, 2)))
        if not self.persons:
            return None
        high = _first(sorted(self.counts.items(), reverse=True), many)
        return Fraction(high, many), Fraction(_first(sorted(self.counts.items()), many), many)


def _first(counts: Iterable[tuple[int, int]], many: int) -> int:
    """The sum of so many totals, from the first on."""
    whole = 0
    for total, here in counts:
        taken = min(here, many)
        whole, many = whole + total * taken, many - taken
    return whole


def variance(persons: int, sum_: float, squares: float) -> float:
    """The mean square distance from the mean: of all there are, no sample."""
    return max(0.0, squares / persons - (sum_ / persons) ** 2)


def deviation(persons: int, sum_: int, squares: int) -> float:
    """The standard deviation of whole numbers, without a rounding on the way."""
    return sqrt(Fraction(persons * squares - sum_ * sum_, persons * persons))


def tells_apart(totals: Totals, full: int) -> float | None:
    """How much of the full marks lies between the two ends; full: in hundredths of a point."""
    ends = totals.ends()
    return float((ends[0] - ends[1]) / full) if ends and full else None


def alpha(of_items: Iterable[float], of_totals: float) -> float | None:
    """Cronbach's alpha from variances; where items are right or wrong it is KR-20.

    None of one item alone, or where all have the same total.
    """
    items = list(of_items)
    if len(items) < 2 or of_totals <= 1e-9:
        return None
    return len(items) / (len(items) - 1) * (1 - sum(items) / of_totals)
