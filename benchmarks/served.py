"""The real program, serving as `make run` does, and what it takes of the machine."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.house import PATIENCE, answers, free_port
from lms.settings import HOME

TICK = os.sysconf("SC_CLK_TCK")


class Tree:
    """A process and all that came of it."""

    def __init__(self, root: int) -> None:
        self.root = root

    def pids(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                children.setdefault(_fields(stat)[1], []).append(int(stat.parent.name))
            except (OSError, IndexError):
                continue  # it has just ended
        found = [self.root]
        for pid in found:
            found += children.get(pid, [])
        return found

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, of the ended ones too."""
        total = 0
        for pid in self.pids():
            try:
                total += sum(_fields(Path(f"/proc/{pid}/stat"))[11:15])
            except OSError:
                continue
        return total / TICK

    def megabytes(self) -> float:
        """Memory of all, what they share counted once."""
        total = 0
        for pid in self.pids():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += int(text.split("\nPss:", 1)[-1].split()[0])
        return total / 1024


def _fields(stat: Path) -> list[int]:
    """What stands behind the name: after the state, the parent first."""
    rest = stat.read_text().rpartition(")")[2].split()
    return [0, *map(int, rest[1:])]


def database_tree(url: str) -> Tree | None:
    """The processes of a PostgreSQL of ours; none for the embedded database."""
    if not url:
        return None
    place = Path(url.partition("host=")[2])
    return Tree(int((place / "data" / "postmaster.pid").read_text().split()[0]))


class Served:
    """A running house: where it is reached, its processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log
        self.tree = Tree(process.pid)


def begin(command: list[str], port: int, log: Path, **environment: str) -> Served:
    """Start a program and wait until it answers."""
    began = perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=HOME, env=os.environ | environment, stdout=out, stderr=out
        )
    while not answers(port):
        if process.poll() is not None or perf_counter() - began > PATIENCE:
            raise RuntimeError(log.read_text(errors="replace")[-4000:])
        sleep(0.05)
    return Served(process, port, log)


def end(served: Served) -> None:
    if served.process.poll() is None:
        served.process.send_signal(signal.SIGINT)
        try:
            served.process.wait(30)
        except subprocess.TimeoutExpired:
            served.process.kill()
            served.process.wait()


@contextmanager
def serving(var: Path, url: str = "", real: bool = False) -> Iterator[Served]:
    """The house in a folder, served as `run.py` serves it."""
    port = free_port()
    command = [sys.executable, "run.py", *(["--serve"] if real else [])]
    served = begin(command, port, var.with_name(f"{var.name}.log"), **surroundings(var, url, port))
    try:
        yield served
    finally:
        end(served)


def surroundings(var: Path, url: str, port: int) -> dict[str, str]:
    known = {"LMS_VAR": str(var), "LMS_DATABASE_URL": url, "LMS_PORT": str(port)}
    return {name: value for name, value in known.items() if value}


def reached(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as line:
        line.settimeout(0.5)
        return line.connect_ex(("127.0.0.1", port)) == 0
