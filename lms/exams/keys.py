"""By which key an answer is paid: the question's own, or one changed for this assessment. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from lms.exams.questions import Slot
from lms.scoring.blanks import Blanks
from lms.scoring.marks import AnyKey, share

# (version, part) → the key as it was changed: letters, variants for each blank; none: all are paid
Changes = Mapping[tuple[int, int], Any]
NONE: Changes = {}


def changed(slot: Slot, changes: Changes) -> bool:
    """Whether the key of this slot is not the question's own any more."""
    return (slot.version_id, slot.part) in changes


def share_of(slot: Slot, said: Sequence[str], changes: Changes = NONE) -> Fraction | None:
    """The share that the machine gives; none where a person must read the answer."""
    place = (slot.version_id, slot.part)
    if place in changes:
        now = changes[place]
        return Fraction(1) if now is None else share(rekeyed(slot, now), said)
    if slot.key is None:
        return None if any(said) else Fraction(0)
    return share(slot.key, said)


def rekeyed(slot: Slot, key: Any) -> AnyKey:
    """A key as it was typed, paid as the paper pays the question's own."""
    if isinstance(slot.key, Blanks):
        return replace(slot.key, accepted=tuple(tuple(variants) for variants in key))
    assert slot.key is not None  # a written answer has no key but 全部给分
    return replace(slot.key, correct=frozenset(key))
