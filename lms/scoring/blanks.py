"""Filling blanks: what counts as the same answer, and what a part of the blanks earns."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.scoring.choice import Credit

NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?")
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,30})?")
TOLERANCE = re.compile(r"(.+?)\s*±\s*(.+)")
QUOTES = str.maketrans("⁄—–‐−", "/----", "“”‘’\"'「」")


@dataclass(frozen=True)
class Blanks:
    """The key of a question with blanks: for each blank the variants that are right.

    A variant is a text (`三分之二`) or a number with a tolerance (`3.14 ± 0.01`).
    """

    accepted: tuple[tuple[str, ...], ...]
    credit: Credit = Credit.PER_OPTION


def share(key: Blanks, texts: Sequence[str]) -> Fraction:
    """The share of the points earned, from 0 to 1. texts: one a blank; missing ones are empty."""
    if not key.accepted:
        return Fraction(0)
    filled = [*texts, *[""] * len(key.accepted)][: len(key.accepted)]
    right = sum(
        accepts(variants, text) for variants, text in zip(key.accepted, filled, strict=True)
    )
    empty = sum(not same_form(text) for text in filled)
    if right == len(key.accepted):
        return Fraction(1)
    if key.credit is Credit.PER_OPTION:
        return Fraction(right, len(key.accepted))
    if key.credit is Credit.HALF_IF_INCOMPLETE and right and right + empty == len(key.accepted):
        return Fraction(1, 2)
    return Fraction(0)


def accepts(variants: Sequence[str], text: str) -> bool:
    """Whether a text is one of the variants. A fraction in words or figures must be listed."""
    given = same_form(text)
    return bool(given) and any(_matches(variant, given) for variant in variants)


def same_form(text: str) -> str:
    """The text without what nobody means: width, spaces, case, quotes, a stop at the end."""
    plain = unicodedata.normalize("NFKC", text).translate(QUOTES)
    return "".join(plain.split()).casefold().rstrip("。.,;、")


def tolerance(variant: str) -> tuple[Fraction, Fraction] | None:
    """The number and the tolerance that a variant names; None where it is a text."""
    named = TOLERANCE.fullmatch(variant.strip())
    if not named:
        return None
    value, within = (_number(same_form(word)) for word in named.groups())
    return None if value is None or within is None or within < 0 else (value, within)


def _matches(variant: str, given: str) -> bool:
    number, ranged = _number(given), tolerance(variant)
    if ranged:
        return number is not None and abs(number - ranged[0]) <= ranged[1]
    wanted = same_form(variant)
    return wanted == given or (number is not None and number == _number(wanted))


def _number(plain: str) -> Fraction | None:
    if THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    return Fraction(plain) if NUMBER.fullmatch(plain) else None
