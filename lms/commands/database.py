"""What lies in the database, seen cheaply: a second start asks here and loads no library for it."""

import fcntl
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from lms.errors import Conflict, Invalid
from lms.settings import HOME, Settings

LASTING = ("pin", "digest", "cipher", "slip")  # keys without which the rows cannot be read again


class State(StrEnum):
    """How a database stands to this program."""

    EMPTY = "empty"
    FITS = "fits"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Found:
    """What was seen. kind: demonstration or city, "" where none is written yet."""

    state: State
    revision: str = ""
    kind: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def revisions(folder: Path = HOME / "migrations" / "versions") -> list[str]:
    """Every step the program knows, in order: files begin with their number."""
    return sorted(file.name.split("_")[0] for file in folder.glob("[0-9]*.py"))


def file_of(settings: Settings) -> Path | None:
    """The file of an embedded database; none where a server keeps it."""
    scheme, _, path = settings.database.partition(":///")
    if scheme != "sqlite":
        return None
    if not Path(path).is_absolute():
        raise Invalid("数据库文件要写完整的路径，例如 sqlite:////srv/lms/lms.sqlite。")
    return Path(path)


def driver_url(settings: Settings) -> str:
    """The address as PostgreSQL's own library reads it."""
    return settings.database.replace("postgresql+psycopg:", "postgresql:", 1)


@contextmanager
def connected(settings: Settings) -> Iterator[Any]:
    """A bare connection whose transaction is kept when the block ends well."""
    if file := file_of(settings):
        connection: Any = sqlite3.connect(file, timeout=10)
    else:
        connection = _postgres(settings)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def _postgres(settings: Settings) -> Any:
    if not settings.database.startswith("postgresql+psycopg:"):
        raise Invalid("LMS_DATABASE_URL 应以 postgresql:// 或 sqlite:/// 开头。")
    import psycopg  # only where it is asked for: it costs a tenth of a second

    try:
        return psycopg.connect(driver_url(settings), connect_timeout=10)
    except psycopg.Error as wrong:
        why = str(wrong).splitlines()[0]
        raise Conflict("连不上数据库：{why}。请检查 LMS_DATABASE_URL。", why=why) from None


def tables(connection: Any) -> set[str]:
    """The names of all tables that are there."""
    if isinstance(connection, sqlite3.Connection):
        query = "select name from sqlite_master where type = 'table'"
    else:
        query = "select tablename from pg_tables where schemaname = current_schema()"
    return {row[0] for row in connection.execute(query)}


def look(settings: Settings) -> Found:
    """How the database stands to this program. Changes nothing, makes no file."""
    file = file_of(settings)
    if file and not file.exists():
        return Found(State.EMPTY)
    try:
        with connected(settings) as connection:
            return _look(connection)
    except sqlite3.DatabaseError as wrong:
        raise Conflict("读不了数据库文件 {file}：{why}", file=file, why=wrong) from None


def _look(connection: Any) -> Found:
    there = tables(connection)
    if not there:
        return Found(State.EMPTY)
    row = "alembic_version" in there and _first(
        connection, "select version_num from alembic_version"
    )
    if not row:
        return Found(State.FOREIGN)
    known = revisions()
    if row[0] not in known:
        return Found(State.NEWER, row[0])
    state = State.FITS if row[0] == known[-1] else State.OLDER
    house = "house" in there and _first(connection, "select kind, keys from house")
    if not house:
        return Found(state, row[0])
    keys = json.loads(house[1]) if isinstance(house[1], str) else house[1]
    return Found(state, row[0], house[0], keys)


def _first(connection: Any, query: str) -> Any:
    return connection.execute(query).fetchone()


def wipe(settings: Settings) -> None:
    """Take away every table and every uploaded file. Only for what was not finished."""
    shutil.rmtree(settings.var / "uploads", ignore_errors=True)
    if file := file_of(settings):
        for end in ("", "-wal", "-shm", "-journal"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        return
    from psycopg import sql

    with connected(settings) as connection:
        for name in sorted(tables(connection)):
            connection.execute(sql.SQL("drop table {} cascade").format(sql.Identifier(name)))


def fingerprints(secrets: dict[str, str]) -> dict[str, str]:
    """A few digits of a digest of each lasting key: they tell keys apart and betray none."""
    return {
        name: hashlib.sha256(f"which key: {name}: {secrets[name]}".encode()).hexdigest()[:12]
        for name in LASTING
        if name in secrets
    }


# --- work that must be whole ---------------------------------------------------------------------


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One set-up at a time in one folder; a second one is told so instead of waiting."""
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.var.chmod(0o700)
    with (settings.var / "setting-up").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict("另一个进程正在准备 {var}，请等它做完。", var=settings.var) from None
        yield


def unfinished(settings: Settings) -> str:
    """What was begun in this database and not finished; "" where nothing was."""
    file = settings.var / "unfinished.json"
    kept = json.loads(file.read_text() or "{}") if file.exists() else {}
    return kept.get("what", "") if kept.get("database") == _which(settings) else ""


@contextmanager
def whole(settings: Settings, what: str) -> Iterator[None]:
    """Fill an empty database wholly or not at all, even if the power goes in the middle.

    The note beside the database says that all in it may be wiped; it goes with the last step.
    """
    file = settings.var / "unfinished.json"
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"what": what, "database": _which(settings)}))
    new.replace(file)
    try:
        yield
    except BaseException:
        wipe(settings)
        file.unlink()
        raise
    file.unlink()


def _which(settings: Settings) -> str:
    return hashlib.sha256(settings.database.encode()).hexdigest()
