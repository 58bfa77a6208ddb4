"""Whom an assessment was for, by category; how marks are added up. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from lms.competencies.rules import PROJECTS
from lms.people.rules import VILLAGE_CADRES, Post
from lms.psychometrics.papers import deviation
from lms.words import N_

HUNDREDTH = Decimal("0.01")


class By(StrEnum):
    """What the lines of a table of marks are."""

    UNIT = "unit"
    POST = "post"
    CATEGORY = "category"


BY_NAMES: dict[By, str] = {
    By.UNIT: N_("按单位"),
    By.POST: N_("按职务"),
    By.CATEGORY: N_("按类别"),
}

# 分类专业能力测评: the audiences of the five projects, by what people do.
CATEGORIES: dict[str, str] = {code: audience for code, _name, audience in PROJECTS}
CATEGORY_OF: dict[Post, str] = {
    **dict.fromkeys((Post.LEADER, Post.TPS, Post.THD, Post.TLD, Post.TOC), "P1"),
    **dict.fromkeys((Post.STAFF, Post.SECONDED), "P2"),
    **dict.fromkeys((*VILLAGE_CADRES, Post.VSD, Post.FIRST_SEC, Post.AID_TEAM, Post.TOG), "P3"),
    **dict.fromkeys((Post.PARTY_WORKER, Post.FLOAT_SEC), "P3"),
    Post.MANAGER: "P4",
    Post.TECH: "P5",
}
NO_POST, NO_POST_NAME = "none", N_("统计日没有任职")


@dataclass(frozen=True)
class Marks:
    """The marks of a group in whole hundredths of a point, added up."""

    persons: int
    sum: int
    squares: int
    low: int
    high: int

    @property
    def mean(self) -> Decimal | None:
        """Points to two places, half up; none of nobody."""
        return points(Fraction(self.sum, self.persons)) if self.persons else None

    @property
    def deviation(self) -> Decimal | None:
        if not self.persons:
            return None
        return Decimal(f"{deviation(self.persons, self.sum, self.squares) / 100:.2f}")

    @property
    def lowest(self) -> Decimal | None:
        return points(Fraction(self.low)) if self.persons else None

    @property
    def highest(self) -> Decimal | None:
        return points(Fraction(self.high)) if self.persons else None


def points(hundredths: Fraction) -> Decimal:
    """Hundredths of a point as points, to two places, half up."""
    exact = Decimal(hundredths.numerator) / Decimal(hundredths.denominator * 100)
    return exact.quantize(HUNDREDTH, ROUND_HALF_UP)
