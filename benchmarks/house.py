"""A demonstration city to throw away: made as `make run` makes it, visited from inside."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, select

from lms.access.scope import seeing_everything
from lms.accounts.models import SignIn
from lms.accounts.rules import Means
from lms.app import create_app
from lms.bare import Bare
from lms.ciphers import digest
from lms.clock import system_clock
from lms.commands.serving import loading
from lms.db import db
from lms.people.models import Person
from lms.settings import HOME, Settings
from lms.web import transaction

PATIENCE = 900  # seconds that a first start may take on a slow machine
CADRE = "村干部（PIN 码、凭条码）"  # as the demonstration calls her


@dataclass
class House:
    """A city in a folder: the embedded database, or another at `url`."""

    var: Path
    url: str = ""
    first_start: float = 0.0  # seconds; 0: it was there already
    second_start: float = 0.0
    _app: Any = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        return "PostgreSQL" if self.url else "SQLite"

    @property
    def app(self) -> Any:
        if self._app is None:
            keys = json.loads((self.var / "secrets.json").read_text())
            settings = Settings(
                var=self.var, database_url=self.url, secrets=keys, demonstration=True
            )
            with loading():  # as the web workers and the worker do
                self._app = create_app(settings)
        return self._app

    def close(self) -> None:
        """Let go of the database."""
        if self._app is not None:
            with self._app.app_context():
                db.session.remove()
                db.engine.dispose()

    @contextmanager
    def copied(self, what: str) -> Iterator[Path]:
        """A folder with this city in it, for a process that changes it; thrown away afterwards."""
        place = self.var.with_name(f"{self.var.name}-{what}")
        shutil.rmtree(place, ignore_errors=True)
        if self.url:
            place.mkdir(mode=0o700)  # the database itself is thrown away with its server
            for name in ("secrets.json", "demonstration.json"):
                shutil.copy(self.var / name, place)
        else:
            shutil.copytree(self.var, place)
            os.sync()  # else the first that is written here waits for the whole copy
        try:
            yield place
        finally:
            shutil.rmtree(place)

    def number(self, role: str) -> str:
        """The short number of the demonstration's account of this role."""
        accounts = json.loads((self.var / "demonstration.json").read_text())["accounts"]
        return next(one["sign_in"] for one in accounts if one["role"] == role)

    def cadre(self) -> "Visitor":
        return self.visitor(self.number(CADRE))

    def officer(self) -> "Visitor":
        """The training officer of the city."""
        return self.visitor(self.number("市培训管理员"))

    def visitor(self, number: str) -> "Visitor":
        """Somebody signed in, whoever has this short number."""
        with self.app.app_context(), seeing_everything():
            person = db.session.scalars(select(Person).where(Person.short_number == number)).one()
            token, now = f"benchmark {number}", system_clock()
            secret = self.app.extensions["settings"].secrets["session"]
            known = digest(token, secret, "sign-in")
            row = db.session.scalar(select(SignIn).where(SignIn.token_digest == known))
            row = row or SignIn(person_id=person.id, means=Means.PASSWORD, address="")
            row.token_digest, row.started_at, row.seen_at = known, now, now  # of this run, awake
            db.session.add(row)
            transaction.finish()
        return Visitor(self, token)


class Visitor:
    """A browser of somebody who is signed in; without a token, of nobody."""

    def __init__(self, house: House, token: str = "") -> None:
        self.house = house
        self.client = house.app.test_client()
        if token:
            with self.client.session_transaction() as cookie:
                cookie["token"], cookie["csrf"] = token, "the same in every run"

    def get(self, url: str, **more: Any) -> Any:
        """A page that must be there."""
        answer = self.client.get(url, **more)
        assert answer.status_code == 200, f"{url}: {answer.status}"
        return answer

    def post(self, url: str, data: dict[str, Any]) -> Any:
        """Press a button; whatever it leads to."""
        answer = self.client.post(url, data={"csrf_token": self.token(), **data})
        assert answer.status_code in (302, 303), f"{url}: {answer.status} {answer.text[:400]}"
        return answer

    def token(self) -> str:
        """What every post of this session carries."""
        from flask import session

        from lms.web.forms import csrf_token

        with self.client.session_transaction() as cookie:
            kept = dict(cookie)
        with self.house.app.test_request_context():
            session.update(kept)
            return csrf_token()

    def statements(self, url: str) -> int:
        """How many SQL statements a page takes."""
        seen: list[str] = []

        def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        with self.house.app.app_context():
            engine = db.engine
        past = Bare.execute  # the driver: one's own, on a server

        def count_bare(line: Bare, asked: Any, values: Any) -> Any:
            seen.append(str(asked))
            return past(line, asked, values)

        event.listen(engine, "before_cursor_execute", count)
        try:
            with patch.object(Bare, "execute", count_bare):
                self.get(url)
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)


def made(var: Path, url: str = "") -> House:
    """The house in a folder; a first start makes what is missing, as for a visitor."""
    house = House(var, url)
    if not (var / "demonstration.json").exists():
        house.first_start = start(house)
    return house


def start(house: House) -> float:
    """Start the program until the sign-in page answers, end it; the seconds that took."""
    port = free_port()
    known = {"LMS_VAR": str(house.var), "LMS_DATABASE_URL": house.url, "LMS_PORT": str(port)}
    begun = perf_counter()
    with (house.var.parent / f"{house.var.name}.log").open("w+b") as log:
        process = subprocess.Popen(
            [sys.executable, "run.py"],
            cwd=HOME,
            env=os.environ | {name: value for name, value in known.items() if value},
            stdout=log,
            stderr=log,
        )
        try:
            while not answers(port):
                if process.poll() is not None or perf_counter() - begun > PATIENCE:
                    log.seek(0)
                    raise RuntimeError(log.read().decode())
                sleep(0.02)
            return perf_counter() - begun
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port: int) -> bool:
    """Whether the program serves there: its sign-in page comes."""
    url = f"http://127.0.0.1:{port}/sign-in"
    with suppress(OSError), urllib.request.urlopen(url, timeout=5) as page:
        return page.status == 200
    return False


@contextmanager
def postgres(place: Path) -> Iterator[str]:
    """A PostgreSQL server that keeps what it commits; the address of an empty database."""
    import psycopg

    from tests.postgres import DURABLE, copy, server, url

    place.mkdir(mode=0o755)
    with server(place, DURABLE):
        for _ in range(400):
            with suppress(psycopg.OperationalError):
                copy(place, "city", "template0")
                break
            sleep(0.05)
        yield url(place, "city")
