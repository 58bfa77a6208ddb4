"""Sends a roster, reads, looks and confirms; prints the times and its memory as JSON.

python -m benchmarks.roster_work FOLDER FILE [DATABASE]
"""

import json
import re
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from werkzeug.datastructures import FileStorage

from benchmarks.house import House, Visitor
from lms.access.scope import seeing_everything
from lms.db import db
from lms.jobs.worker import Known, run_once
from lms.rosters.models import RosterImport
from lms.rosters.rules import State


def main(var: Path, file: Path, url: str) -> None:
    house = House(var, url)
    officer = house.officer()
    work(house)  # what was due anyway
    preview(officer, file.with_name("first.xlsx"))  # not counted: a house that is up has read one
    told = {}
    told["preview"], told["preview cpu"] = timed(lambda: preview(officer, file))
    told["new"] = float(last(house).counts["new"])
    told["commit"], told["commit cpu"] = timed(lambda: commit(officer))
    told["again"], told["again cpu"] = timed(lambda: preview(officer, file))
    told["memory"] = memory()
    print(json.dumps(told))


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds on the wall and of CPU; of what is done once, not a median."""
    wall, cpu = perf_counter(), process_time()
    act()
    return (perf_counter() - wall) * 1000, (process_time() - cpu) * 1000


def preview(officer: Visitor, file: Path) -> None:
    """Everything between the button and the page with the rows."""
    sent = FileStorage(BytesIO(file.read_bytes()), file.name)
    officer.post("/rosters/upload", {"files": sent})
    work(officer.house)
    one = last(officer.house)
    assert one.state is State.READ, one.state
    officer.get(f"/rosters/{one.id}")


def commit(officer: Visitor) -> None:
    one = last(officer.house)
    officer.post(f"/rosters/{one.id}/confirm", {"reading": one.reading})
    work(officer.house)
    assert last(officer.house).state is State.DONE


KNOWN = Known()  # as the worker keeps it from one look to the next


def work(house: House) -> None:
    while run_once(house.app, KNOWN):
        pass


def last(house: House) -> RosterImport:
    with house.app.app_context(), seeing_everything():
        return db.session.query(RosterImport).order_by(RosterImport.id.desc()).first()


def memory() -> float:
    """The most that this process ever held, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
