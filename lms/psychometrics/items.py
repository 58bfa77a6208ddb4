"""One question by the answers it was given: how hard it was, and whether it tells people apart."""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

ENOUGH = 100  # persons; with fewer, chance moves a correlation by more than a fifth
FEW = 10  # persons; below, a share would tell what one of them answered
# Ebel and Frisbie (1991), as they are used for the correlation with the rest of the paper.
GOOD, FAIR = 0.3, 0.2
HARD, EASY = 0.3, 0.9  # share of the points


@dataclass(frozen=True)
class Sums:
    """Sums over persons: x the share of this question's points, y that of all other questions'."""

    persons: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float


class Sharpness(StrEnum):
    """How well a question tells those who know from those who do not."""

    GOOD = "good"
    FAIR = "fair"
    LOW = "low"
    NEGATIVE = "negative"


class Ease(StrEnum):
    """How much of the points people got."""

    HARD = "hard"
    FITTING = "fitting"
    EASY = "easy"


def share(sums: Sums) -> float | None:
    """How much of its points a question earned on average; none where too few answered."""
    return sums.x / sums.persons if sums.persons >= FEW else None


def discrimination(sums: Sums) -> float | None:
    """The correlation of a question with the rest of its paper, itself left out.

    None where fewer than ENOUGH answered, or where all got the same.
    """
    n = sums.persons
    if n < ENOUGH:
        return None
    spread_x = n * sums.xx - sums.x**2
    spread_y = n * sums.yy - sums.y**2
    if spread_x <= 1e-9 * n or spread_y <= 1e-9 * n:
        return None
    return max(-1.0, min(1.0, (n * sums.xy - sums.x * sums.y) / sqrt(spread_x * spread_y)))


def sharpness(correlation: float) -> Sharpness:
    if correlation >= GOOD:
        return Sharpness.GOOD
    if correlation >= FAIR:
        return Sharpness.FAIR
    return Sharpness.LOW if correlation >= 0 else Sharpness.NEGATIVE


def ease(of_points: float) -> Ease:
    if of_points >= EASY:
        return Ease.EASY
    return Ease.FITTING if of_points > HARD else Ease.HARD
