"""What many ask for and one looks up: kept for some seconds in this process."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakSet

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by key, each with the moment at which it was looked up."""

    every: "WeakSet[Kept]" = WeakSet()

    def __init__(self, lasts: timedelta, most: int = 10_000) -> None:
        """most: of more than so many things the one that came first is let go."""
        self.lasts, self.most = lasts, most
        self._found: dict[Hashable, tuple[datetime, Thing]] = {}
        self._looking: dict[Hashable, Lock] = {}
        Kept.every.add(self)

    def get(self, key: Hashable, now: datetime, look: Callable[[], Thing]) -> Thing:
        """What stands under a key; looked up anew where it is too old, by one who asks.

        Who asks meanwhile takes what stands, and waits only where nothing does.
        """
        found = self._found.get(key)
        if found is not None and abs(now - found[0]) < self.lasts:
            return found[1]
        lock = self._looking.setdefault(key, Lock())
        if not lock.acquire(blocking=found is None):
            return found[1]  # type: ignore[index]  # who cannot wait has something
        try:
            found = self._found.get(key)
            if found is None or abs(now - found[0]) >= self.lasts:
                found = self._found[key] = (now, look())
                if len(self._found) > self.most:
                    self._let_go(next(iter(self._found)))
            return found[1]
        finally:
            if key not in self._found:  # nothing came of it
                self._looking.pop(key, None)
            lock.release()

    def _let_go(self, key: Hashable) -> None:
        """With its lock: who holds that one looks, and so may another, who finds the same."""
        self._found.pop(key, None)
        self._looking.pop(key, None)

    def drop(self, key: Hashable) -> None:
        """It has changed in this very process: the next who asks looks."""
        self._found.pop(key, None)

    @classmethod
    def drop_all(cls) -> None:
        """Another house begins: tests have many in one process."""
        for one in cls.every:
            one._found.clear()
