"""Choosing letters: single, multiple, indefinite, true or false."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

RIGHT, WRONG = "A", "B"  # the letters of a true/false question: 正确 is A, 错误 is B


class Credit(StrEnum):
    """How an incomplete answer is paid. A wrong letter earns nothing under any of them."""

    ALL_OR_NOTHING = "all or nothing"
    HALF_IF_INCOMPLETE = "half if incomplete"  # 少选得一半分、错选不得分
    PER_OPTION = "per option"  # 每选对一项得一份，错选不得分


@dataclass(frozen=True)
class Key:
    """The right letters, and how a part of them is paid."""

    correct: frozenset[str]
    credit: Credit = Credit.ALL_OR_NOTHING


def true_false(is_true: bool) -> Key:
    """The key of a true/false question."""
    return Key(frozenset(RIGHT if is_true else WRONG))


def share(key: Key, chosen: Iterable[str]) -> Fraction:
    """The share of the points earned, from 0 to 1. chosen: the letters that were saved."""
    letters = frozenset(chosen)
    if not letters or not letters <= key.correct:
        return Fraction(0)
    if letters == key.correct:
        return Fraction(1)
    if key.credit is Credit.HALF_IF_INCOMPLETE:
        return Fraction(1, 2)
    if key.credit is Credit.PER_OPTION:
        return Fraction(len(letters), len(key.correct))
    return Fraction(0)
