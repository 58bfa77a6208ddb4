"""The line of those who wait before the program: who is let in next, and who shall come later."""

import math
from collections import deque
from itertools import cycle
from threading import Lock, Timer
from time import monotonic
from typing import TypeAlias

LONG = 0.3  # seconds inside, after which one no longer counts; at the bell nobody takes a tenth
SOON, LATEST = 3, 30  # seconds until who looks shall come again
Place: TypeAlias = "Lock"  # of one who comes: shut while he waits


class Line:
    """So many are inside, so many wait; who acts before who looks, of each the first first.

    at_once: how many are inside; beside: how many more, for those who have been there long, so
    that a short page does not wait for a long table; most: how many wait. Who looks takes at most
    half of the places to wait, and every fourth turn is theirs: they wait longer, not for ever.
    """

    def __init__(self, at_once: int, beside: int, most: int) -> None:
        self.free, self.beside, self.most = at_once, beside, most
        self.pace = 0.0  # seconds from one who looks to the next, as the last one found it
        self._inside: dict[Place, float] = {}  # since when; not those who no longer count
        self._lock = Lock()
        self._acting: deque[Place] = deque()
        self._looking: deque[Place] = deque()
        self._turns = cycle([self._acting] * 3 + [self._looking])
        self._watched = False

    @property
    def waiting(self) -> int:
        return len(self._acting) + len(self._looking)

    def enter(self, acts: bool) -> "Place | None":
        """One's place inside; one waits for it unless too many wait already: then none."""
        mine = Lock()
        with self._lock:
            if self.free:
                self.free -= 1
                self._inside[mine] = monotonic()
                return mine
            if self.waiting >= self.most or (not acts and 2 * len(self._looking) >= self.most):
                return None
            mine.acquire()
            queue = self._acting if acts else self._looking
            queue.append(mine)
            number, came = len(queue), monotonic()
            self._watch()
        mine.acquire()  # opened by who lets one in
        if not acts:
            self.pace = (monotonic() - came) / number
        return mine

    def leave(self, mine: "Place") -> None:
        with self._lock:
            if self._inside.pop(mine, None) is None:
                self.beside += 1
            else:
                self._let_in()

    def _let_in(self) -> None:
        """Somebody who counts no longer does: the next one."""
        if not self.waiting:
            self.free += 1
            return
        mine = (next(self._turns) or self._acting or self._looking).popleft()
        self._inside[mine] = monotonic()
        mine.release()

    def _watch(self) -> None:
        """Look again when who is inside now has been there long."""
        if not self._watched:
            self._watched = True
            look = Timer(LONG, self._look)
            look.daemon = True
            look.start()

    def _look(self) -> None:
        """While somebody waits, who has been inside for long counts no more."""
        with self._lock:
            self._watched, now = False, monotonic()
            for mine in [mine for mine, since in self._inside.items() if now - since >= LONG]:
                if self.beside and self.waiting:
                    self.beside -= 1
                    del self._inside[mine]
                    self._let_in()
            if self.waiting:
                self._watch()


class Later:
    """When those who look and found no place shall come: one after the other, as others get in.

    Told to come within seconds, thousands would be told so again and again, and each time costs.
    """

    def __init__(self) -> None:
        self._last = 0.0
        self._lock = Lock()

    def seconds(self, now: float, pace: float) -> int:
        """How many from now. pace: seconds from one to the next."""
        with self._lock:
            self._last = min(max(self._last + pace, now + SOON), now + LATEST)
            return math.ceil(self._last - now)
