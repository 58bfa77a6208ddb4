"""Lines to a server past its driver, for the few questions that thousands ask twice a minute.

What a driver does around one row, and a pool around one line, takes longer than the answer. So
these lines stay open, each statement is a transaction by itself, and the driver's library is
asked for what it has prepared. The embedded database needs none of this.
"""

import json
from collections import deque, namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from queue import SimpleQueue
from types import NoneType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Executable, event
from sqlalchemy.dialects import postgresql

MOST = 8  # lines of one process; who comes when all are taken waits
DIALECT = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
BOOL, LONG, TEXT, MOMENT, JSON, JSONB = 16, 20, 0, 1114, 114, 3802  # as the server counts types
DONE = (1, 2)  # as the library counts results: without rows, with rows
WHOLE = (20, 21, 23)  # numbers, of each length


def _text(value: str) -> bytes:
    if "\0" in value:
        raise ValueError("no text of a server holds a zero byte")
    return value.encode()


def _moment(value: datetime) -> bytes:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ").encode()


# How a value is sent: its type, and its text.
SENT: dict[type, tuple[int, Any]] = {
    bool: (BOOL, lambda value: b"t" if value else b"f"),
    int: (LONG, b"%d".__mod__),
    str: (TEXT, _text),
    datetime: (MOMENT, _moment),
    NoneType: (TEXT, lambda _: None),
}
# How what comes is read; whatever else is text.
READ: dict[int, Any] = {
    BOOL: b"t".__eq__,
    MOMENT: lambda value: datetime.fromisoformat(value.decode()),
    JSON: json.loads,
    JSONB: json.loads,
    **dict.fromkeys(WHOLE, int),
}


class Rows(list[Any]):
    """Rows, asked for as a result's are."""

    def all(self) -> "Rows":
        return self

    def one(self) -> Any:
        (row,) = self
        return row

    def one_or_none(self) -> Any:
        return self.one() if self else None


@dataclass(frozen=True, slots=True)
class Known:
    """A statement as one line has prepared it."""

    name: bytes
    names: tuple[str, ...]  # of its values, in their order
    row: Any
    readers: tuple[Any, ...]


class Bare:
    """One line. It is asked as SQLAlchemy's own is, for rows alone.

    It takes what `text` has made, with its names, and gives rows with names. Moments come as the
    database keeps them, UTC without saying so. A name has values of one type, whenever it is
    asked. Raises the driver's errors.
    """

    dialect = DIALECT

    def __init__(self, driver: Any) -> None:
        self.driver, self.library = driver, driver.pgconn
        self._known: dict[Executable, Known] = {}
        self._sound = True

    def execute(self, asked: Executable, values: Mapping[str, Any]) -> Rows:
        known = self._known.get(asked) or self._prepared(asked, values)
        sent = [SENT[type(value)][1](value) for value in [values[name] for name in known.names]]
        found = self._good(self.library.exec_prepared(known.name, sent))
        columns = range(found.nfields)
        return Rows(
            known.row(
                *[
                    None if (value := found.get_value(place, at)) is None else read(value)
                    for at, read in zip(columns, known.readers, strict=True)
                ]
            )
            for place in range(found.ntuples)
        )

    def _prepared(self, asked: Executable, values: Mapping[str, Any]) -> Known:
        text, names = _spelt(asked)
        name = b"bare %d" % len(self._known)
        types = [SENT[type(values[one])][0] for one in names]
        self._good(self.library.prepare(name, text.encode(), types))
        told = self._good(self.library.describe_prepared(name))
        columns = [told.fname(at).decode() for at in range(told.nfields)]
        readers = [READ.get(told.ftype(at), bytes.decode) for at in range(told.nfields)]
        row = namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024 - known when asked
        known = self._known[asked] = Known(name, names, row, tuple(readers))
        return known

    def _good(self, result: Any) -> Any:
        """The result, where the server did what was asked."""
        if result.status not in DONE:
            from psycopg.errors import OperationalError, error_from_result

            wrong = error_from_result(result)
            self._sound = not isinstance(wrong, OperationalError)
            raise wrong
        return result

    @property
    def is_open(self) -> bool:
        """Whether it can be asked again: the server has neither gone nor said that it goes."""
        return self._sound and not self.driver.closed

    def close(self) -> None:
        self.driver.close()


class Lines:
    """The lines of one process to one server; the one that was used last is used first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._free: deque[Bare] = deque()
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(MOST):
            self._turns.put(None)
        event.listen(engine, "engine_disposed", lambda _: self.close())

    def take(self) -> Bare:
        """A line for oneself, to be given back."""
        self._turns.get()
        try:
            return self._free.pop()
        except IndexError:
            return self._opened()

    def give_back(self, line: Bare) -> None:
        """For the next one. Where this line is broken, the server has gone: so are the others."""
        if line.is_open:
            self._free.append(line)
        else:
            line.close()
            self.close()
        self._turns.put(None)

    def close(self) -> None:
        """Let go of all that are free."""
        while self._free:
            self._free.pop().close()

    def _opened(self) -> Bare:
        try:
            held = self.engine.raw_connection()
        except BaseException:
            self._turns.put(None)
            raise
        driver: Any = held.driver_connection
        held.detach()  # the pool's own are as many as before
        driver.autocommit = True
        return Bare(driver)


_LINES: WeakKeyDictionary[Engine, Lines] = WeakKeyDictionary()


def lines_to(engine: Engine) -> Lines:
    """The lines of this process to this server."""
    found = _LINES.get(engine)
    return found or _LINES.setdefault(engine, Lines(engine))


@lru_cache(64)
def _spelt(asked: Executable) -> tuple[str, tuple[str, ...]]:
    """Its text with numbers for values, and their names in that order."""
    compiled = asked.compile(dialect=DIALECT)  # type: ignore[attr-defined]
    return str(compiled), tuple(compiled.positiontup)
