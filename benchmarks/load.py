"""Ten thousand sit at once: the real server, a light crowd, and every answer counted afterwards.

    python -m benchmarks load --postgresql [--people 10000] [--minutes 10] [--boards 50]

All start within 180 s by the server's jitter, each saves every 30 s for ten minutes, all submit
within 180 s (18 s for each minute of saving).
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time
from typing import Any

from benchmarks.counting import amiss
from benchmarks.crowd import CAME_AGAIN, Plan
from benchmarks.figures import Figure, note, of_many
from benchmarks.filling import Hall, hall_in
from benchmarks.house import House
from benchmarks.phone import board
from benchmarks.served import Served, Tree, database_tree, serving
from lms.exams import rules
from lms.settings import HOME

PEOPLE = {"PostgreSQL": 10_000, "SQLite": 2_000}
MINUTES, BOARDS = 10.0, 50
LEAVING = 18.0  # seconds for each minute of saving: 180 of ten
EVERY, SPREAD, BEAT = 30.0, 0.0, 30.0
READY, A_SECOND = 20, 60  # until the server surely serves; who open the page before the bell
BOUNDS = {"save": 300, "heartbeat": 300, "start": 3000, "submit": 3000}  # ms, p99
SHOWN = ("before the bell", "start", "save", "heartbeat", "submit", "result", "board")
LATENESS = "the generator's own lateness"


def measure(
    house: House,
    people: int = 0,
    minutes: float = MINUTES,
    boards: int = BOARDS,
    spread: float = SPREAD,
) -> Iterator[Figure]:
    """spread: by how many seconds the time between two choices differs."""
    people = people or PEOPLE[house.kind]
    with house.copied("load") as var:
        inside = House(var, house.url)
        hall = hall_in(inside, people, READY + people / A_SECOND)
        with serving(var, house.url) as served:
            seen, costs = _crowd(inside, served, hall, minutes, boards, spread)
        yield from figures(seen)
        yield from costs
        wrong = amiss(inside, hall, seen["sittings"])
        for line in some_of_each(wrong) + seen["told"]:
            note(f"    {line}")
        yield Figure("answers lost, doubled or scored otherwise", len(wrong), "", 0)
        inside.close()


def some_of_each(wrong: Sequence[str]) -> list[str]:
    """The first few of each kind, and how many there are: one kind must not hide another."""
    kinds = groupby(sorted(wrong, key=_kind), key=_kind)
    held = [(kind, list(lines)) for kind, lines in kinds]
    return [f"{len(lines)} × {kind}" for kind, lines in held] + [
        line for _, lines in held for line in lines[:5]
    ]


def _kind(line: str) -> str:
    """What is said, without the numbers of whom."""
    return re.sub(r"\d+", "…", line)


def _crowd(
    house: House, served: Served, hall: Hall, minutes: float, boards: int, spread: float
) -> tuple[dict[str, Any], list[Figure]]:
    """Let the crowd sit; what it saw, and what that cost."""
    ends = hall.bell + rules.spread(len(hall.cookies)) + minutes * 60
    plan = Plan(
        port=served.port,
        assessment=hall.assessment,
        token=hall.token,
        cookies=hall.cookies,
        comes=time(),
        bell=hall.bell,
        ends=ends,
        leave=LEAVING * minutes,
        every=EVERY,
        spread=spread,
        beat=BEAT,
        board=board(hall.assessment),
        boards=boards,
        officer=hall.officer,
    )
    costs = Costs({"the server": served.tree, "PostgreSQL": database_tree(house.url)})
    whole = (ends + plan.leave - plan.comes) / 60
    note(f"{len(hall.cookies)} come, sit and hand in within {whole:.1f} minutes …")
    seen = run(plan)
    return seen, [*costs.figures(seen)]


class Costs:
    """What processes take of the machine from now on."""

    def __init__(self, trees: dict[str, Tree | None]) -> None:
        self.trees = {name: tree for name, tree in trees.items() if tree}
        self.before = {name: tree.cpu() for name, tree in self.trees.items()}

    def figures(self, seen: dict[str, Any]) -> Iterator[Figure]:
        cpu = {name: tree.cpu() - self.before[name] for name, tree in self.trees.items()}
        cpu["the crowd"] = seen["cpu"]
        cores = os.cpu_count() or 1
        for name, seconds in cpu.items():
            share = 100 * seconds / seen["wall"] / cores
            yield Figure(f"CPU of {name}, of {cores} cores", share, "%")
        for name, tree in self.trees.items():
            yield Figure(f"memory of {name}", tree.megabytes(), "MB")
        yield Figure("memory of the crowd", seen["megabytes"], "MB")


def run(plan: Plan) -> dict[str, Any]:
    """The crowd, as a process of its own; what it saw."""
    with TemporaryDirectory(prefix="lms_crowd_") as place:
        file = Path(place, "plan.json")
        file.write_text(json.dumps(asdict(plan)))
        subprocess.run([sys.executable, "-m", "benchmarks.crowd", file], cwd=HOME, check=True)
        return json.loads(file.with_suffix(".seen").read_text())


def figures(seen: dict[str, Any]) -> Iterator[Figure]:
    """Of each kind of act: how many, how long, and whether anything went wrong."""
    took = seen["took"]
    for what in SHOWN:
        if times := took.get(what):
            yield Figure(f"{what}: how many", len(times), "")
            yield Figure(f"{what}: half take at most", of_many(times, 0.5), "ms")
            slow = of_many(times, 0.99)
            yield Figure(f"{what}: 99 of 100 take at most", slow, "ms", BOUNDS.get(what))
            yield Figure(f"{what}: the longest", max(times), "ms")
        if again := took.get(what + CAME_AGAIN):
            yield Figure(what + CAME_AGAIN, len(again), "")
    late = took[LATENESS]
    yield Figure(f"{LATENESS}, 99 of 100", of_many(late, 0.99), "ms")
    yield Figure("errors", sum(seen["errors"].values()), "", 0)
