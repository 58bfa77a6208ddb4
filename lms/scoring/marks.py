"""The share of one saved answer, whatever the kind of its question."""

from collections.abc import Sequence
from fractions import Fraction

from lms.scoring import blanks, choice

AnyKey = choice.Key | blanks.Blanks


def share(key: AnyKey, answer: Sequence[str]) -> Fraction:
    """From 0 to 1; empty earns 0. answer: as saved, letters for a choice, texts for blanks."""
    if isinstance(key, blanks.Blanks):
        return blanks.share(key, answer)
    return choice.share(key, answer)
