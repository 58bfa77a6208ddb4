"""A figure with its bound, and how times are taken."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from time import perf_counter, process_time
from typing import Any

LOOP = 1_000_000  # additions of the yardstick: so small that it is a fact of the machine alone


@dataclass(frozen=True)
class Figure:
    """What was measured. bound: at most so much, in the same unit; none: told, not judged.

    against: the yardstick of this figure in the same unit, and its name.
    """

    what: str
    value: float
    unit: str
    bound: float | None = None
    against: tuple[float, str] | None = None

    @property
    def missed(self) -> bool:
        return self.bound is not None and self.value > self.bound

    def line(self) -> str:
        bound = "" if self.bound is None else f"≤ {_round(self.bound)} {self.unit}"
        ratio = ""
        if self.against:
            ratio = f"{self.value / self.against[0]:.2f} × {self.against[1]}"
        sign = "MISSED" if self.missed else "ok" if self.bound is not None else "·"
        return (
            f"  {sign:<7}{self.what:<58}{_round(self.value):>9} {self.unit:<11}{bound:<20}{ratio}"
        )


def _round(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.1f}"


@dataclass(frozen=True)
class Took:
    """The median time of some runs, in seconds: on the wall, and of this process's CPU."""

    wall: float
    cpu: float


def took(act: Callable[[], Any], runs: int = 7, first: bool = True) -> Took:
    """How long an act takes: the medians of some runs. first: after one that is not counted."""
    if first:
        act()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = perf_counter(), process_time()
        act()
        walls.append(perf_counter() - wall)
        cpus.append(process_time() - cpu)
    return Took(median(walls), median(cpus))


def of_many(times: Sequence[float], share: float) -> float:
    """The time that this share of them do not exceed."""
    return sorted(times)[max(ceil(len(times) * share), 1) - 1]


def loop() -> int:
    """The yardstick of a machine's speed."""
    total = 0
    for number in range(LOOP):
        total += number & 7
    return total


def yardstick() -> tuple[float, str]:
    """What the loop takes here and now, in ms of CPU."""
    return took(loop).cpu * 1000, "loop"


def say(words: str) -> None:
    print(words, flush=True)


def note(words: str) -> None:
    """What is being done, for who waits; not part of the figures."""
    print(words, file=sys.stderr, flush=True)
