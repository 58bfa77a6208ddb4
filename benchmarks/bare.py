"""The yardstick served: a bare view with one raw upsert, on the server that the house has.

python -m benchmarks.bare PORT DATABASE
"""

import os
import sqlite3
import sys
import threading
from typing import Any

from flask import Flask, request

from lms.commands.addresses import Place
from lms.commands.serving import PATIENCE, THREADS, begin_web, loading, web_workers
from lms.settings import HOME, Settings

DATABASE = "LMS_YARDSTICK"
UPSERT = """insert into yardstick (id, answer) values ({0}, {0})
    on conflict (id) do update set answer = excluded.answer"""
TABLE = "create table if not exists yardstick (id integer primary key, answer integer)"


def web() -> Flask:
    """The program that a web worker runs."""
    begin_web()
    with loading():
        return bare(os.environ[DATABASE])


def bare(url: str) -> Flask:
    app, own = Flask("yardstick"), threading.local()
    sign = "?" if url.startswith("sqlite") else "%s"
    upsert = UPSERT.format(sign)

    @app.post("/")
    def view() -> dict[str, bool]:
        if not hasattr(own, "connection"):
            own.connection = connection(url)
        answer = request.get_json()["answer"]
        own.connection.execute(upsert, (answer, answer))
        return {"saved": True}

    @app.get("/sign-in")
    def ready() -> str:
        return "ready"

    return app


def connection(url: str) -> Any:
    """A connection that keeps each statement at once, the table made."""
    if url.startswith("sqlite"):
        made: Any = sqlite3.connect(url.partition(":///")[2], timeout=10, isolation_level=None)
        for line in ("pragma journal_mode=wal", "pragma synchronous=full"):
            made.execute(line)
    else:
        import psycopg

        made = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    made.execute(TABLE)
    return made


def main(port: int, url: str) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connection(url).close()
    os.environ[DATABASE] = url
    Granian(
        "benchmarks.bare:web",
        factory=True,
        address=Place.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=web_workers(Settings(database_url=url)),
        blocking_threads=THREADS,
        workers_kill_timeout=PATIENCE,
        websockets=False,
        log_level=LogLevels.warning,
        working_dir=HOME,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
