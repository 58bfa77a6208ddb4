"""What each act costs the real server when it has as much to do as it can.

A few connections that stay open ask as fast as they are answered. The CPU is that of all processes
of the server and of the database; the process that asks is counted apart. The yardstick is a bare
view with one raw upsert on the same web server and the same database.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time, time

from benchmarks.crowd import chosen
from benchmarks.figures import Figure
from benchmarks.filling import Hall, hall_in
from benchmarks.house import House, free_port
from benchmarks.phone import Phone, heard
from benchmarks.served import Served, Tree, begin, database_tree, end, serving
from benchmarks.wire import Wire, connect
from lms.exams import rules

LISTED, SIT = 2000, 200  # on the list; of them so many sit
AT_ONCE = 16  # connections
UPSERTS, SAVES = 4000, 20  # of the yardstick; of each who sits
WARM = 200
# ms of CPU, and as a multiple of the yardstick
BOUNDS: dict[str, tuple[float, float]] = {
    "save": (1.5, 1.7),
    "start": (8, 8),
    "submit": (10, 11),
    "result": (6, 7),
}
SLOWER = 1 / 0.6  # the yardstick's rate over that of the save
WHOLE, HOUR = 200, 60  # ms of a whole exam; saves in an hour, and as many heartbeats
Act = Callable[[Wire], Awaitable[None]]


@dataclass(frozen=True)
class Cost:
    """What an act costs: ms of CPU, how many a second, the share of the asking process."""

    cpu: float
    rate: float
    asking: float


def measure(house: House) -> Iterator[Figure]:
    with house.copied("saturated") as var:
        inside = House(var, house.url)
        hall = hall_in(inside, LISTED, -rules.spread(LISTED) - 1)
        stick = _yardstick(inside)
        yield from _told("yardstick: a bare view with one upsert", stick)
        with serving(var, house.url) as served:
            costs = dict(_sat(inside, hall, served))
        inside.close()
    for what, cost in costs.items():
        most, times = BOUNDS.get(what, (None, None))
        yield from _told(what, cost, most, times, stick)
        if what == "save":
            yield Figure("save: the yardstick's rate over its", stick.rate / cost.rate, "×", SLOWER)
    once = sum(costs[what].cpu for what in ("first page", "start", "submit", "result"))
    whole = once + HOUR * (costs["save"].cpu + costs["heartbeat"].cpu)
    yield Figure("a whole exam of one person", whole, "ms CPU", WHOLE, (stick.cpu, "yardstick"))


def _told(
    what: str,
    cost: Cost,
    most: float | None = None,
    times: float | None = None,
    stick: Cost | None = None,
) -> Iterator[Figure]:
    yield Figure(what, cost.cpu, "ms CPU", most)
    if stick:
        yield Figure(f"{what}: times the yardstick", cost.cpu / stick.cpu, "×", times)
    yield Figure(f"{what}: how many a second", cost.rate, "")
    yield Figure(f"{what}: CPU of the asking process", cost.asking, "% of one")


class Saturated:
    """A server that is asked for more than it can."""

    def __init__(self, port: int, trees: Iterable[Tree | None]) -> None:
        self.port, self.trees = port, [tree for tree in trees if tree]

    def cost(self, acts: Sequence[Act]) -> Cost:
        """What one of these costs."""
        gc.collect()
        cpu, own, began = self._cpu(), process_time(), perf_counter()
        asyncio.run(self._drain(iter(acts)))
        wall = perf_counter() - began
        asked = process_time() - own
        return Cost((self._cpu() - cpu) * 1000 / len(acts), len(acts) / wall, 100 * asked / wall)

    def _cpu(self) -> float:
        return sum(tree.cpu() for tree in self.trees)

    async def _drain(self, acts: Iterator[Act]) -> None:
        async def one() -> None:
            wire = await connect(self.port)
            for act in acts:
                await act(wire)
            wire.close()

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))


def _yardstick(house: House) -> Cost:
    url = house.app.extensions["settings"].database
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare", str(port), url]
    served = begin(command, port, house.var.with_name(f"{house.var.name}-bare.log"))
    try:
        asked = Saturated(port, [served.tree, database_tree(house.url)])
        asked.cost([_upsert(number) for number in range(WARM)])
        return asked.cost([_upsert(number) for number in range(UPSERTS)])
    finally:
        end(served)


def _upsert(number: int) -> Act:
    body = json.dumps({"answer": number % 500})
    head = f"POST / HTTP/1.1\r\nHost: hall\r\nContent-Length: {len(body)}\r\n"
    request = f"{head}Content-Type: application/json\r\n\r\n{body}".encode()

    async def act(wire: Wire) -> None:
        assert (await wire.ask(request)).status == 200

    return act


def _sat(house: House, hall: Hall, served: Served) -> Iterator[tuple[str, Cost]]:
    """The acts of some who sit, one kind after the other."""
    server = Saturated(served.port, [served.tree, database_tree(house.url)])
    phones = [Phone(cookie, hall.token, hall.assessment) for cookie in hall.cookies[: 2 * SIT]]
    warm, phones = phones[:SIT], phones[SIT:]
    for act in ACTS.values():  # each thread of each worker has done each before it is measured
        server.cost([act(phone, number, 1) for number, phone in enumerate(warm)])
    for what, act in ACTS.items():
        times = SAVES if what in ("save", "heartbeat") else 1
        acts = [
            act(phone, number, sequence)
            for sequence in range(1, times + 1)
            for number, phone in enumerate(phones)
        ]
        yield what, server.cost(acts)


def _first_page(phone: Phone, _number: int, _sequence: int) -> Act:
    async def act(wire: Wire) -> None:
        assert (await wire.ask(phone.get("/"))).status == 200

    return act


def _start(phone: Phone, _number: int, _sequence: int) -> Act:
    async def act(wire: Wire) -> None:
        assert phone.started(await wire.ask(phone.start()))
        if not phone.ticket:
            assert (await wire.ask(phone.page())).status == 200
            assert phone.opened(await wire.ask(phone.open()))

    return act


def _save(phone: Phone, number: int, sequence: int) -> Act:
    async def act(wire: Wire) -> None:
        said = chosen(number, phone.turn, sequence, int(time() * 1000))
        assert said.key in heard(await wire.ask(phone.save([said]))).kept

    return act


def _beat(phone: Phone, _number: int, _sequence: int) -> Act:
    async def act(wire: Wire) -> None:
        assert (await wire.ask(phone.save([]))).status == 200

    return act


def _submit(phone: Phone, _number: int, _sequence: int) -> Act:
    async def act(wire: Wire) -> None:
        assert phone.submitted(await wire.ask(phone.submit()))

    return act


def _result(phone: Phone, _number: int, _sequence: int) -> Act:
    async def act(wire: Wire) -> None:
        assert (await wire.ask(phone.result())).status == 200

    return act


ACTS: dict[str, Callable[[Phone, int, int], Act]] = {
    "first page": _first_page,
    "start": _start,
    "save": _save,
    "heartbeat": _beat,
    "submit": _submit,
    "result": _result,
}
