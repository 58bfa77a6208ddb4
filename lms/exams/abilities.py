"""What so many right of so many asked say of an ability, and how sure that is. Pure.

The interval is Wilson's: of few questions it is wide, and it never leaves 0 to 100 percent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from lms.words import N_

FEWEST = 8  # questions; of fewer there is no level
SURE = 1.96  # standard errors: nineteen times in twenty the interval holds the true share
MONTHS = 12
# From which share a level is reached, the highest first.
LEVELS = ((0.8, N_("较强")), (0.6, N_("基本具备")), (0.0, N_("有待加强")))


@dataclass(frozen=True)
class Level:
    """An ability: right, asked; from 8 questions on the level, and the span it may lie in.

    low, high: shares from 0 to 1; lowest, highest: the levels that they reach.
    """

    code: str
    right: int
    asked: int
    level: str | None = None
    low: float = 0.0
    high: float = 1.0
    lowest: str = ""
    highest: str = ""

    @property
    def sure(self) -> bool:
        """Whether the whole span lies in one level."""
        return self.level is not None and self.lowest == self.highest


def level_of(share: float) -> str:
    """The name of the level that a share reaches."""
    return next(name for at, name in LEVELS if share >= at)


def span(right: int, asked: int) -> tuple[float, float]:
    """Wilson's interval of a share: where it lies, nineteen times in twenty."""
    share, z2 = right / asked, SURE * SURE
    middle = (share + z2 / (2 * asked)) / (1 + z2 / asked)
    reach = SURE * sqrt(share * (1 - share) / asked + z2 / (4 * asked * asked)) / (1 + z2 / asked)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def gathered(results: Iterable[Mapping[str, list[int]]]) -> dict[str, tuple[int, int]]:
    """By ability: right and asked, over several results."""
    found: dict[str, tuple[int, int]] = {}
    for abilities in results:
        for code, (right, asked) in abilities.items():
            before = found.get(code, (0, 0))
            found[code] = (before[0] + right, before[1] + asked)
    return found


def level(code: str, right: int, asked: int) -> Level:
    """The level of an ability, where enough was asked; else the numbers alone."""
    if asked < FEWEST:
        return Level(code, right, asked)
    low, high = span(right, asked)
    share = right / asked
    return Level(code, right, asked, level_of(share), low, high, level_of(low), level_of(high))


# ── whose marks are for the city alone ──────────────────────────────────────────────────────────

CITY_MANAGED = ("市管", "县处级", "厅局级", "调研员", "巡视员")  # data: of a rank in a roster


def city_managed(rank: str | None) -> bool:
    """Whether the city itself manages a cadre of this rank (市管干部)."""
    return any(word in (rank or "") for word in CITY_MANAGED)
