"""The same persons before and after: the mean difference, and how sure it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

LEVEL = 0.95
FEWEST = 5  # pairs from which on something is said


@dataclass(frozen=True)
class Gain:
    """What changed between two tests of parallel papers. low, high: where the mean lies."""

    pairs: int
    before: float
    after: float
    mean: float
    low: float
    high: float
    rose: int  # how many did better

    @property
    def sure(self) -> bool:
        """Whether the range leaves out that nothing changed."""
        return self.low > 0 or self.high < 0


def gain(pairs: Iterable[tuple[float, float]]) -> Gain | None:
    """pairs: each person's score before and after, of 100. None for fewer than `FEWEST`.

    The range is that of Student's t for differences of the same persons, at 95 %.
    """
    both = list(pairs)
    n = len(both)
    if n < FEWEST:
        return None
    from scipy.stats import t  # loaded by who asks for it

    differences = [after - before for before, after in both]
    mean = sum(differences) / n
    spread = sqrt(sum((one - mean) ** 2 for one in differences) / (n - 1))
    half = float(t.ppf((1 + LEVEL) / 2, n - 1)) * spread / sqrt(n)
    return Gain(
        pairs=n,
        before=sum(before for before, _ in both) / n,
        after=sum(after for _, after in both) / n,
        mean=mean,
        low=mean - half,
        high=mean + half,
        rose=sum(one > 0 for one in differences),
    )
