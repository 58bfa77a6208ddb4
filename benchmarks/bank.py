"""Bringing banks: 1,196 questions from Word, 20,000 from a workbook, by a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.house import House
from lms.settings import HOME
from tests.exchange import made

WORD, BOOK = 1_196, 20_000  # questions
READ_WORD, SHOWN, READ_BOOK = 3, 10, 15  # seconds
MEMORY = 400  # MB


def measure(house: House) -> Iterator[Figure]:
    with house.copied("bank") as place:
        files = place / "bank.docx", place / "bank.xlsx"
        files[0].write_bytes(made.word(WORD))
        files[1].write_bytes(made.book(BOOK))
        asked = [sys.executable, "-m", "benchmarks.bank_work", str(place), *map(str, files)]
        done = subprocess.run([*asked, house.url], cwd=HOME, stdout=subprocess.PIPE, check=True)
        yield from _figures(json.loads(done.stdout))


def _figures(told: dict[str, float]) -> Iterator[Figure]:
    seconds = {name: value / 1000 for name, value in told.items()}
    yield Figure(f"{WORD:,} questions read from Word", seconds["word"], "s", READ_WORD)
    yield Figure("… the CPU it took", seconds["word cpu"], "s CPU")
    yield Figure("the same sent, read, compared, shown", seconds["shown"], "s", SHOWN)
    yield Figure("… the CPU it took", seconds["shown cpu"], "s CPU")
    yield Figure("the same confirmed and written", seconds["taken"], "s")
    yield Figure("… the CPU it took", seconds["taken cpu"], "s CPU")
    yield Figure("the same again, all known", seconds["again"], "s", SHOWN)
    yield Figure(f"{BOOK:,} questions read from a workbook", seconds["book"], "s", READ_BOOK)
    yield Figure("… the CPU it took", seconds["book cpu"], "s CPU")
    yield Figure("… memory of the process, at most", told["memory"], "MB", MEMORY)
    yield Figure("the same sent, read, compared, shown", seconds["all"], "s")
    yield Figure("… the CPU it took", seconds["all cpu"], "s CPU")
    yield Figure("… memory of the process, at most", told["all memory"], "MB", MEMORY)
