"""Chance. A seed is drawn once and kept; all else follows from it."""

import hashlib
import random
import secrets
from collections.abc import Callable, Sequence
from struct import unpack
from typing import TypeVar

Dice = Callable[[], int]
T = TypeVar("T")


def system_dice() -> int:
    """31 random bits."""
    return secrets.randbits(31)


def shuffled(items: Sequence[T], *seed: object) -> list[T]:
    """The same items and seed always give the same order, whatever library is installed."""
    words = ":".join(str(part) for part in seed)
    drawn = [hashlib.sha256(f"{words}:{item}".encode()).digest() for item in items]
    return [items[place] for place in sorted(range(len(items)), key=drawn.__getitem__)]


class Orders:
    """Many orders from one seed, drawn in one go: asked in the same way, it says the same.

    most: so many items are put into an order in all.
    """

    def __init__(self, seed: int, most: int) -> None:
        drawn = hashlib.shake_256(str(seed).encode()).digest(8 * most)
        self._ranks, self._at = unpack(f"<{most}Q", drawn), 0

    def of(self, items: Sequence[T]) -> list[T]:
        """The next order: of these items."""
        begin, self._at = self._at, self._at + len(items)
        places = sorted(range(begin, self._at), key=self._ranks.__getitem__)
        return [items[place - begin] for place in places]


def token(size: int = 24) -> str:
    """A secret nobody can guess, fit for an address. size: random bytes."""
    return secrets.token_urlsafe(size)


def code(alphabet: str, length: int) -> str:
    """A short secret that a person can read out and type."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


class Stream:
    """Chance that repeats: one seed always tells the same story, on every Python.

    It asks the library only for the fractions that Python promises to keep for ever.
    """

    def __init__(self, seed: int) -> None:
        self._fraction = random.Random(seed).random

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._fraction() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as another."""
        return items[int(self._fraction() * len(items))]

    def happens(self, times: int, among: int) -> bool:
        """True `times` times `among` so many, in the long run."""
        return self._fraction() * among < times


def noise(size: int) -> bytes:
    """Bytes that nobody can foresee."""
    return secrets.token_bytes(size)
