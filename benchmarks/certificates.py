"""Certificates: one as its person takes it, ten thousand in the background with their files."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, yardstick
from benchmarks.house import House
from lms.settings import HOME

ONE, ALL, MEMORY = 300, 600, 300  # ms, seconds, MB


def measure(house: House) -> Iterator[Figure]:
    """A city is copied, ten thousand come through a cohort, an officer presses once."""
    stick = yardstick()
    with house.copied("certificates") as place:
        told = _work(place, house.url)
    yield Figure("certificates issued and printed", told["issued"], "people")
    yield Figure("one certificate, drawn for its person and kept", told["one"], "ms", ONE, stick)
    yield Figure("… the same again, as it was kept", told["again"], "ms", ONE, stick)
    yield Figure("… the CPU it took", told["one cpu"], "ms CPU", None, stick)
    yield Figure("… the first of a process: the typeface is read", told["first"], "ms")
    yield Figure("all, issued and in files to print", told["all"] / 1000, "s", ALL)
    yield Figure("… the CPU it took", told["all cpu"] / 1000, "s CPU")
    yield Figure("… their files together", told["size"], "MB")
    yield Figure("memory of the process that did it, at most", told["memory"], "MB", MEMORY)


def _work(place: Path, url: str) -> dict[str, float]:
    """What the process says that does the work."""
    asked = [sys.executable, "-m", "benchmarks.certificates_work", str(place), url]
    done = subprocess.run(asked, cwd=HOME, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)
