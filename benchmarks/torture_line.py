"""A bad line: requests that never arrive, arrive twice, late, cut, or whose answer is lost."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

from benchmarks.phone import Answer
from benchmarks.wire import Lost, connect, once

Heard = Callable[[Answer], None]  # whoever looks at an answer that the phone itself does not see
WAYS = {
    "request dropped": 4,
    "answer lost": 4,
    "request cut": 2,
    "request doubled": 4,
    "request delayed and overtaken": 4,
    "answer slow": 3,
}
BAD = 0.2  # the share of requests to which something happens
LONGEST = 6.0  # seconds that a phone waits here
LATEST = 12.0  # seconds after which an overtaken request arrives


class Line:
    """Between the phones and the server at a port."""

    def __init__(self, port: int, dice: random.Random, faults: Counter[str]) -> None:
        self.port, self.dice, self.faults = port, dice, faults
        self.bad = BAD
        self.ghosts: set[asyncio.Task[None]] = set()

    async def ask(self, request: bytes, heard: Heard) -> Answer:
        """An answer; or Lost, OSError, TimeoutError, and the server may have heard all the same.

        heard: is shown every answer that came from the server, those also that the phone misses.
        """
        if self.dice.random() >= self.bad:
            return await self._asked(request, heard)
        way = self.dice.choices(list(WAYS), list(WAYS.values()))[0]
        self.faults[way] += 1
        if way == "request dropped":
            raise Lost(way)
        if way == "request cut":
            return await self._cut(request)
        if way == "answer lost":
            return await self._unheard(request)
        if way == "request doubled":
            twice = [self._asked(request, heard), self._asked(request, heard)]
            first, second = await asyncio.gather(*twice, return_exceptions=True)
            return _answer(first if isinstance(first, Answer) else second)
        if way == "request delayed and overtaken":
            self._haunt(request, heard)
            raise TimeoutError(way)
        await asyncio.sleep(2 * self.dice.random())
        return await self._asked(request, heard)

    async def _asked(self, request: bytes, heard: Heard) -> Answer:
        answer = await once(self.port, request, LONGEST)
        heard(answer)
        return answer

    async def _cut(self, request: bytes) -> Answer:
        wire = await connect(self.port)
        wire.transport.write(request[: self.dice.randrange(len(request))])
        await asyncio.sleep(0.05)
        wire.close()
        raise Lost("cut")

    async def _unheard(self, request: bytes) -> Answer:
        """The server gets it whole; the line is cut before, while or after it answers."""
        wire = await connect(self.port)
        wire.transport.write(request)
        await asyncio.sleep(0.2 * self.dice.random())
        wire.transport.abort()
        raise Lost("unheard")

    def _haunt(self, request: bytes, heard: Heard) -> None:
        ghost = asyncio.create_task(self._later(request, heard, LATEST * self.dice.random()))
        self.ghosts.add(ghost)
        ghost.add_done_callback(self.ghosts.discard)

    async def _later(self, request: bytes, heard: Heard, wait: float) -> None:
        await asyncio.sleep(wait)
        try:
            await self._asked(request, heard)
        except (OSError, TimeoutError):
            return


def _answer(found: Answer | BaseException) -> Answer:
    if isinstance(found, BaseException):
        raise found
    return found
