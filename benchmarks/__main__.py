"""Measures what must be fast: all of it, or what is named.

python -m benchmarks [--postgresql] [--in FOLDER] [NAMES OF MEASURES]
A bound that is missed is said at the end, and makes the exit code 1.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from benchmarks import (
    analyses,
    assembly,
    bank,
    bank_search,
    certificates,
    checkin,
    comparing,
    completion,
    firstpage,
    freezing,
    hall,
    ledger,
    listing,
    load,
    roster,
    saturation,
    splitting,
    starting,
    tables,
    twins,
    watching,
    weight,
    year,
)
from benchmarks.figures import Figure, note, say, yardstick
from benchmarks.house import House, made, postgres

# The order matters: a roster, a begun paper and a million entries change the city, so the numbers
# of a year come before them.
MEASURES = {
    "starting": (starting, "The house opens"),
    "firstpage": (firstpage, "The cadre's first page"),
    "completion": (completion, "Completion table"),
    "tables": (tables, "The other cuts, and the sheets that go upward"),
    "analyses": (analyses, "What an assessment showed"),
    "assembly": (assembly, "Papers from a blueprint"),
    "splitting": (splitting, "A list of ten thousand split into classes"),
    "bank": (bank, "Bringing banks from Word and Excel"),
    "search": (bank_search, "Searches in a bank of 50,000"),
    "twins": (twins, "New questions against a bank of 20,000"),
    "hall": (hall, "The exam hall"),
    "watching": (watching, "A video that is watched"),
    "listing": (listing, "A list of 10,000 by one rule"),
    "checkin": (checkin, "A class of 500 at the wall"),
    "certificates": (certificates, "Certificates for 10,000"),
    "comparing": (comparing, "Two days side by side; a unit beside those like it"),
    "freezing": (freezing, "A table is frozen; the overview"),
    "roster": (roster, "A roster of 10,000 rows"),
    "ledger": (ledger, "A ledger of a million entries"),
    "weight": (weight, "First visits, with brotli, everything included"),
    "saturation": (saturation, "The exam hall over the real server, as fast as it can"),
    "load": (load, "Thousands sit at once"),
    "year": (year, "A year of the city beside a naive recount"),
}
LONG = {"load", "year"}  # a quarter of an hour on a quiet machine: only when it is named


def main() -> int:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="lms_bench_") as made_here:
        place = Path(made_here)
        place.chmod(0o755)  # so that a PostgreSQL under another name reaches its folder
        server = postgres(place / "postgres") if asked.postgresql else nullcontext("")
        with server as url:
            note("A demonstration city is being made: a minute or two …")
            house = made(Path(asked.folder).absolute() if asked.folder else place / "var", url)
            missed = _run(house, asked)
            house.close()
    if missed:
        say(f"\nMISSED: {len(missed)} of the bounds: " + "; ".join(one.what for one in missed))
        _say_if_busy()
        return 1
    say("\nEvery bound is kept.")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("measures", nargs="*", help="of: " + ", ".join(MEASURES))
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--in", dest="folder", help="a folder that keeps the city for next time")
    parser.add_argument("--people", type=int, default=0, help="of load: how many sit")
    parser.add_argument("--minutes", type=float, default=load.MINUTES, help="of load: how long")
    parser.add_argument("--boards", type=int, default=load.BOARDS, help="of load: how many")
    parser.add_argument("--spread", type=float, default=load.SPREAD, help="of load: see there")
    asked = parser.parse_args()
    if unknown := set(asked.measures) - set(MEASURES):
        parser.error("no such measure: " + ", ".join(sorted(unknown)))
    return asked


def _measures(asked: argparse.Namespace) -> dict[str, Callable[[House], Iterator[Figure]]]:
    """What was asked for, in the order in which it is measured."""
    names = set(asked.measures) or set(MEASURES) - LONG
    found = {name: module.measure for name, (module, _) in MEASURES.items() if name in names}
    if "load" in found:
        crowd = {name: getattr(asked, name) for name in ("people", "minutes", "boards", "spread")}
        found["load"] = partial(load.measure, **crowd)
    return found


def _run(house: House, asked: argparse.Namespace) -> list[Figure]:
    """Print the figures of these measures; those that miss their bound."""
    milliseconds, _name = yardstick()
    say(f"{house.kind}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    say(f"yardstick: a loop of a million additions takes {milliseconds:.1f} ms CPU")
    missed = []
    for name, measure in _measures(asked).items():
        say(f"\n{MEASURES[name][1]} ({name})")
        for figure in measure(house):
            say(figure.line())
            missed += [figure] if figure.missed else []
    return missed


def _say_if_busy() -> None:
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        say("The machine is busy with other work: measure again when it is quiet.")


if __name__ == "__main__":
    sys.exit(main())
