"""The program, its database and its disk, kept running as an init system would, and struck down."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.house import free_port
from benchmarks.served import Tree, begin, end, reached, surroundings
from benchmarks.wire import once
from lms.settings import HOME

LOOK = 0.3  # seconds between two looks at whether everything runs
FULL = 6.0  # seconds for which the disk is full
BLOCK = 64 * 1024
CROWD = 600  # requests at one moment: more than are worked on and wait in line


class Program:
    """`run.py --serve`; begun again when it is gone."""

    def __init__(self, var: Path, url: str, log: Path) -> None:
        self.var, self.url, self.log, self.port = var, url, log, free_port()
        self.command = [sys.executable, "run.py", "--serve"]
        self.process = self._begun()

    def _begun(self) -> subprocess.Popen[bytes]:
        self.known = surroundings(self.var, self.url, self.port)
        return begin(self.command, self.port, self.log, **self.known).process

    def keep(self) -> bool:
        """Begin it again where it has ended; whether it had."""
        if self.process.poll() is None:
            return False
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=HOME, env=os.environ | self.known, stdout=out, stderr=out
            )
        return True

    def workers(self) -> tuple[list[int], list[int]]:
        """Who answers; who does jobs."""
        web: list[int] = []
        jobs: list[int] = []
        for pid in Tree(self.process.pid).pids()[1:]:
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                (jobs if b"--worker" in command else web).append(pid)
                if b"resource_tracker" in command:
                    web.remove(pid)
        return web, jobs

    def kill_all(self) -> None:
        pids = Tree(self.process.pid).pids()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        from benchmarks.served import Served

        end(Served(self.process, self.port, self.log))


class Postgres:
    """A PostgreSQL that keeps what it commits; begun again when it is gone."""

    def __init__(self, place: Path, log: Path) -> None:
        from tests.postgres import DURABLE, Server, copy, url, wait_until

        place.mkdir(mode=0o755)
        self.log = log.open("ab")
        self.server = Server(place, DURABLE | {"max_wal_size": "128MB", "shared_buffers": "64MB"})
        self.process = self._begun()
        wait_until(lambda: (place / ".s.PGSQL.5432").exists(), "PostgreSQL did not start")
        for _ in range(100):
            with suppress(Exception):
                copy(place, "city", "template0")
                break
        self.url = url(place, "city")

    def _begun(self) -> subprocess.Popen[bytes]:
        return self.server.begin(stdout=self.log, stderr=self.log)

    def keep(self) -> bool:
        if self.process.poll() is None:
            return False
        self.process = self._begun()
        return True

    def kill(self, whole: bool) -> None:
        """Kill it, postmaster and all; or one that serves: then it begins anew by itself."""
        pids = Tree(self.process.pid).pids()
        for pid in pids if whole else pids[-1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if whole:
            self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


class Disk:
    """A small file system of its own, which can be full; without one it never is."""

    def __init__(self, place: Path, megabytes: int) -> None:
        self.place, self.ballast = place, place / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", place]
        self.mounted = sys.platform == "linux" and not _fails(command)

    def fill(self) -> None:
        with suppress(OSError), self.ballast.open("ab", buffering=0) as out:
            while True:
                out.write(b"\0" * BLOCK)
        with suppress(OSError), self.ballast.open("ab", buffering=0) as out:
            while True:
                out.write(b"\0" * 512)

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        if self.mounted:
            _fails(["umount", "-l", str(self.place)])


def _fails(command: list[Any]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode != 0
    except OSError:
        return True


@dataclass
class Fate:
    """What befalls the house, one thing after the other, at random."""

    program: Program
    postgres: Postgres | None
    disk: Disk
    dice: random.Random
    faults: Counter[str]
    still: bool = False  # nothing befalls it any more
    crowd: bytes = b""  # what each of a crowd asks for

    async def strike(self) -> None:
        while not self.still:
            await asyncio.sleep(self.dice.uniform(0.5, 3))
            kind = self._kind()
            if kind == "disk full":
                await asyncio.to_thread(self.disk.fill)
                await asyncio.sleep(FULL)
                self.disk.free()
                self.faults[kind] += 1
            elif kind == "a crowd at the door":
                await self._crowded()
                self.faults[kind] += 1
            elif self._struck(kind):
                self.faults[kind] += 1
            await self._serves()
        self.disk.free()

    def _kind(self) -> str:
        ways = {"web worker killed": 10, "job worker killed": 2, "whole server killed": 2}
        ways["a crowd at the door"] = 3
        if self.postgres:
            ways |= {"PostgreSQL killed": 5, "a PostgreSQL process killed": 2}
        if self.disk.mounted:
            ways["disk full"] = 2 if self.faults["disk full"] else 6
        return self.dice.choices(list(ways), list(ways.values()))[0]

    def _struck(self, kind: str) -> bool:
        if kind == "whole server killed":
            self.program.kill_all()
            return True
        if self.postgres and "PostgreSQL" in kind:
            self.postgres.kill(whole=kind == "PostgreSQL killed")
            return True
        web, jobs = self.program.workers()
        found = jobs if kind == "job worker killed" else web
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.dice.choice(found), signal.SIGKILL)
        return True

    async def _crowded(self) -> None:
        """More ask at one moment than the house holds: it tells some to come again."""
        asked = [once(self.program.port, self.crowd, FULL) for _ in range(CROWD)]
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if not isinstance(answer, BaseException) and answer.again:
                self.faults["(of a crowd told to come again)"] += 1

    async def _serves(self) -> None:
        """Wait until somebody listens again, for so long as one would."""
        for _ in range(100):
            await asyncio.sleep(0.2)
            if reached(self.program.port):
                return

    async def keep(self) -> None:
        """As an init system: what has ended is begun again."""
        while True:
            await asyncio.sleep(LOOK)
            if self.postgres and self.postgres.keep():
                self.faults["(PostgreSQL begun again)"] += 1
            if self.program.keep():
                self.faults["(the whole server begun again)"] += 1
