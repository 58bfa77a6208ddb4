"""From shares to a total, to passed or not, to a level."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.words import N_

Points = int | Decimal | Fraction


@dataclass(frozen=True)
class Band:
    """A level and the percentage of full marks from which it is reached."""

    name: str
    at: int


BANDS = (
    Band(N_("不合格"), 0),
    Band(N_("合格"), 60),
    Band(N_("良好"), 80),
    Band(N_("优秀"), 90),
)


def total(marks: Iterable[tuple[Fraction, Points]]) -> Decimal:
    """Σ share × points, exact to the end and then rounded half up to two decimals, once."""
    tally: dict[tuple[Points, int], int] = defaultdict(int)  # a paper knows few of either
    for share, points in marks:
        parts, of = share.as_integer_ratio()
        tally[points, of] += parts
    exact = (Fraction(points) * Fraction(many, of) for (points, of), many in tally.items())
    return rounded(sum(exact, Fraction(0)))


def rounded(exact: Points) -> Decimal:
    """Half up to two decimals: 59.995 is 60.00. Points are never negative."""
    return Decimal((Fraction(exact) * 200 + 1) // 2).scaleb(-2)


def passed(earned: Decimal, pass_mark: Points) -> bool:
    """Whether the rounded total reaches the pass mark, both in points."""
    return Fraction(earned) >= Fraction(pass_mark)


def level(earned: Decimal, full: Points, bands: Sequence[Band] = BANDS) -> str:
    """The name of the highest band reached. Raises ValueError where no band begins at 0."""
    have, whole = Fraction(earned), Fraction(full)
    hundred = have.numerator * whole.denominator * 100
    one = whole.numerator * have.denominator
    reached = [band for band in bands if hundred >= band.at * one]
    return max(reached, key=lambda band: band.at).name


def plain(points: Points) -> str:
    """Points as people write them: 85, 85.5, 85.25."""
    return f"{rounded(points):f}".rstrip("0").rstrip(".")
