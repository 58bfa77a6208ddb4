"""The light crowd: a process of its own in which thousands sit at once.

python -m benchmarks.crowd PLAN.json
Each sitting is one coroutine over bare sockets. A phone that was silent for half a minute opens a
new connection, so each contact has its own; only what is asked in one go (start, page, turn) shares
one. What was seen is written beside the plan.
"""

import asyncio
import gc
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time, time

from benchmarks.phone import Answer, Phone, Said, heard
from benchmarks.wire import connect

SLOTS = 50
SOURCES = 16  # addresses of this machine from which is asked, so that ports do not run out
AGAIN, TRIES = 2.0, 3  # seconds to the next try; tries that may fail
TOLD = 20  # errors that are told in words
LOOK = 5.0  # seconds between two looks at a board
AHEAD = -10  # of the server's processes, where that is allowed
CAME_AGAIN = ": asked to come again"


@dataclass(frozen=True)
class Plan:
    """What the crowd does. cookies: of those who sit; moments are of time.time().

    From `comes` until the bell all open the page before it, which tells each when to begin;
    the first hands in at `ends`, the last so many seconds later as `leave` says. every: between two
    choices of a person, give or take `spread`; beat: a page is silent no longer; board: where
    `boards` officers look every 5 s.
    """

    port: int
    assessment: int
    token: str
    cookies: list[str]
    comes: float
    bell: float
    ends: float
    leave: float
    every: float
    spread: float
    beat: float
    board: str
    boards: int
    officer: str


@dataclass
class Seen:
    """What the crowd saw: times in ms by kind of act, what went wrong, what was acknowledged.

    sittings: number of the person, attempt, turn, how many choices, which were acknowledged.
    """

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: list[str] = field(default_factory=list)
    sittings: list[tuple[int, int, int, int, list[int]]] = field(default_factory=list)

    def wrong(self, what: str, why: str) -> None:
        self.errors[what] += 1
        if len(self.told) < TOLD:
            self.told.append(f"{what}: {why}")


def chosen(person: int, turn: int, sequence: int, said_at: int) -> Said:
    """What a person says as the so manieth thing; known to who compares afterwards."""
    slot = (sequence * 7 + person) % SLOTS + 1
    return Said(turn, sequence, slot, ["AB"[(person + sequence) % 2]], said_at)


class Crowded(Exception):
    """The house is full, and says when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Sitting:
    """One person, from the start to the result."""

    def __init__(self, number: int, plan: Plan, seen: Seen, dice: random.Random) -> None:
        self.number, self.plan, self.seen, self.dice = number, plan, seen, dice
        self.phone = Phone(plan.cookies[number], plan.token, plan.assessment)
        self.source = f"127.0.0.{2 + number % SOURCES}"
        self.sequence = 0
        self.kept: list[int] = []
        self.begins = plan.bell

    async def sit(self) -> None:
        plan = self.plan
        quiet = plan.bell - plan.comes - 2
        await self.until(plan.comes + quiet * self.number / len(plan.cookies))
        await self.again("before the bell", self.wait)
        await self.until(self.begins)
        await self.again("start", self.begin, self.begins)
        if self.phone.ticket:
            ends = plan.ends + plan.leave * self.dice.random()
            await self.answer(ends)
            await self.until(ends)
            await self.hand_in(ends)
        phone = self.phone
        self.seen.sittings.append(
            (self.number, phone.attempt, phone.turn, self.sequence, self.kept)
        )

    async def until(self, moment: float) -> None:
        """Wait for a moment, and note how late this process woke."""
        await asyncio.sleep(max(moment - time(), 0))
        self.seen.took["the generator's own lateness"].append((time() - moment) * 1000)

    async def again(self, what: str, act: Callable[[], Awaitable[None]], since: float = 0) -> bool:
        """Try until it is done, three times where it fails; each that fails is an error.

        It counts from `since`, tries that failed and waits that were asked for included. Whom the
        house asks to come again does so; that is counted apart. Whether it was done.
        """
        since, failed = since or time(), 0
        while failed < TRIES:
            try:
                await act()
                self.seen.took[what].append((time() - since) * 1000)
                return True
            except Crowded as crowded:
                self.seen.took[what + CAME_AGAIN].append(crowded.seconds * 1000)
                await asyncio.sleep(crowded.seconds)
            except (OSError, TimeoutError, ValueError) as wrong:
                self.seen.wrong(what, f"{type(wrong).__name__} {wrong}")
                failed += 1
                await asyncio.sleep(AGAIN)
        return False

    async def wait(self) -> None:
        self.begins = self.phone.door(await self.send(self.phone.before()))

    async def begin(self) -> None:
        wire = await connect(self.plan.port, self.source)
        try:
            answer = taken_in(await wire.ask(self.phone.start()))
            if not self.phone.started(answer):
                raise ValueError(f"{answer.status} {answer.body[:200]!r}")
            if not self.phone.ticket:
                taken_in(await wire.ask(self.phone.page()), 200)
                self.phone.opened(taken_in(await wire.ask(self.phone.open()), 200))
        finally:
            wire.close()

    async def answer(self, ends: float) -> None:
        """A choice now and then; where a page would be silent too long, it asks in between."""
        plan = self.plan
        due = time() + plan.every * self.dice.random()
        contact = time()
        while due < ends:
            if due - contact > plan.beat:
                await self.until(contact + plan.beat)
                await self.again("heartbeat", self.beats)
                contact = time()
            await self.until(due)
            self.sequence += 1
            await self.again("save", self.save)
            contact = time()
            due += plan.every + plan.spread * (2 * self.dice.random() - 1)

    async def beats(self) -> None:
        await self.send(self.phone.save([]))

    async def save(self) -> None:
        said = chosen(self.number, self.phone.turn, self.sequence, int(time() * 1000))
        answer = await self.send(self.phone.save([said]))
        if said.key not in heard(answer).kept:
            raise ValueError(f"not kept: {answer.body[:200]!r}")
        self.kept.append(self.sequence)

    async def send(self, request: bytes, status: int = 200) -> Answer:
        """On a connection of its own, which is counted with it."""
        wire = await connect(self.plan.port, self.source)
        try:
            return taken_in(await wire.ask(request), status)
        finally:
            wire.close()

    async def hand_in(self, ends: float) -> None:
        if await self.again("submit", self.submit, ends):
            await self.again("result", self.look)

    async def submit(self) -> None:
        answer = await self.send(self.phone.submit(), 303)
        if not self.phone.submitted(answer):
            raise ValueError(answer.header("Location"))

    async def look(self) -> None:
        await self.send(self.phone.result())


def taken_in(answer: Answer, status: int = 0) -> Answer:
    """The answer. Raises Crowded where the house is full, ValueError where it is another one."""
    if answer.again:
        raise Crowded(answer.again)
    if status and answer.status != status:
        raise ValueError(f"{answer.status} {answer.body[:200]!r}")
    return answer


async def looks(plan: Plan, seen: Seen, number: int) -> None:
    """An open board, all the while."""
    officer = Phone(plan.officer, plan.token, plan.assessment)
    ends = plan.ends + plan.leave
    await asyncio.sleep(max(plan.bell - time(), 0) + LOOK * number / plan.boards)
    while time() < ends:
        began = perf_counter()
        try:
            wire = await connect(plan.port, "127.0.0.1")
            answer = await wire.ask(officer.get(plan.board))
            wire.close()
            taken_in(answer, 200)
            seen.took["board"].append((perf_counter() - began) * 1000)
        except Crowded as crowded:
            seen.took["board" + CAME_AGAIN].append(crowded.seconds * 1000)
        except (ValueError, OSError, TimeoutError) as wrong:
            seen.wrong("board", f"{type(wrong).__name__} {wrong}")
        await asyncio.sleep(LOOK)


async def sit_all(plan: Plan, seed: int = 1) -> Seen:
    seen = Seen()
    sittings = [
        Sitting(number, plan, seen, random.Random(seed * 1_000_003 + number))
        for number in range(len(plan.cookies))
    ]
    gc.freeze()  # the sittings stay; what is made by the way is rarely a ring
    gc.set_threshold(50_000, 20, 100)
    acts = [one.sit() for one in sittings]
    acts += [looks(plan, seen, number) for number in range(plan.boards)]
    await asyncio.gather(*acts)
    return seen


def most_held() -> int:
    """The most memory of this process, in KB; what its parent held before does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def go_first() -> None:
    """A phone does not wait for the house's processor: on the same machine it is asked first."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, AHEAD)


def main() -> None:
    go_first()
    file = Path(sys.argv[1])
    plan = Plan(**json.loads(file.read_text()))
    wall, cpu = time(), process_time()
    seen = asyncio.run(sit_all(plan))
    whole = vars(seen) | {
        "wall": time() - wall,
        "cpu": process_time() - cpu,
        "megabytes": most_held() / 1024,
    }
    file.with_suffix(".seen").write_text(json.dumps(whole))


if __name__ == "__main__":
    main()
