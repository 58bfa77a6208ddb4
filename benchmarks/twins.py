"""New questions are compared with a bank of 20,000: one alone, then a thousand."""

from collections.abc import Iterator
from itertools import count

from benchmarks.banks import bank_of, invented
from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.bank.twins import twins_of

QUESTIONS, MANY = 20_000, 1_000
ONE, ALL = 200, 20  # ms for one, seconds for all
SEED = 20261128  # other dice than the bank's: near its questions, seldom equal
RUNS = 15


def measure(house: House) -> Iterator[Figure]:
    milliseconds, name = yardstick()
    bank_id, (new,) = bank_of(house, QUESTIONS), list(invented(MANY, SEED))
    turn = count()
    with house.app.app_context(), seeing_everything():
        one = took(lambda: twins_of([new[next(turn)]], [bank_id]), runs=RUNS)
        yield Figure("one question", one.wall * 1000, "ms", ONE, (milliseconds, name))
        yield Figure("… the CPU of this process", one.cpu * 1000, "ms CPU")
        found: list[list[object]] = []
        many = took(lambda: found.extend(twins_of(new, [bank_id])), runs=1, first=False)
        stick = milliseconds / 1000, name
        yield Figure(f"{MANY:,} questions", many.wall, "s", ALL, stick)
        yield Figure("… the CPU of this process", many.cpu, "s CPU")
        yield Figure("… that have a twin there", sum(map(bool, found)), "questions")
