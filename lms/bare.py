"""Lines to a server past its driver, for the few questions that thousands ask twice a minute.

What a driver does around one row, and a pool around one line, takes longer than the answer. So
these lines stay open, each statement is a transaction by itself, and the driver's library is
asked for what it has prepared. The embedded database needs none of this.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Executable, event

from lms.db import has_hung_up
from lms.settings import AT_ONCE, BESIDE
from lms.spelt import DIALECT, SENT, Spelt, row_of, spelt

# Lines of one process: whoever is inside may hold one, and saves have the rest.
MOST = AT_ONCE + BESIDE + 8
# Seconds for which a line needs no look whether the server has hung up: each look lets go of the
# interpreter, and where others draw pages a save waits long to get it back.
FRESH = 0.5
DONE = (1, 2)  # as the library counts results: without rows, with rows
IDLE, FAILED = 0, 3  # as the library counts states: no transaction has begun; one has gone wrong


class Rows(list[Any]):
    """Rows, asked for as a result's are. rowcount: how many there are, or were changed."""

    rowcount = 0

    def all(self) -> "Rows":
        return self

    def one(self) -> Any:
        (row,) = self
        return row

    def one_or_none(self) -> Any:
        return self.one() if self else None

    def mappings(self) -> list[dict[str, Any]]:
        return [row._asdict() for row in self]


@dataclass(frozen=True, slots=True)
class Known:
    """A statement as one line has prepared it."""

    name: bytes
    spelt: Spelt
    row: Any
    readers: tuple[Any, ...]


class Bare:
    """One line. It is asked as SQLAlchemy's own is, for rows alone.

    It takes statements that are built once, with the names of their values, and gives rows with
    names. What `text` has made gives moments as the database keeps them, UTC without saying so.
    A name has values of one type, whenever it is asked. Raises the driver's errors.
    connection: the same line as SQLAlchemy has it, for who needs more in the same transaction.
    """

    dialect = DIALECT

    def __init__(self, connection: Connection) -> None:
        self.connection, self._sound = connection, True
        held: Any = connection.connection
        self.driver = held.driver_connection
        connection.detach()  # the pool's own are as many as before
        self.driver.autocommit = True
        # What the driver has prepared before it forgets with a rollback, and ours with it.
        self.driver.execute("deallocate all")
        self.driver.prepare_threshold = None
        self.library = self.driver.pgconn
        self.tell(b"set plan_cache_mode = force_generic_plan")  # one look for a key is as another
        self._known: dict[Executable, Known] = {}
        self.rests_since = monotonic()

    def execute(self, asked: Executable, values: Mapping[str, Any]) -> Rows:
        known = self._known.get(asked) or self._prepared(asked, values)
        sent = [SENT[type(value)][1](value) for value in known.spelt.values(values)]
        found = self._good(self.library.exec_prepared(known.name, sent))
        columns = range(found.nfields)
        rows = Rows(
            known.row(
                *[
                    None if (value := found.get_value(place, at)) is None else read(value)
                    for at, read in zip(columns, known.readers, strict=True)
                ]
            )
            for place in range(found.ntuples)
        )
        rows.rowcount = found.command_tuples or 0
        return rows

    def _prepared(self, asked: Executable, values: Mapping[str, Any]) -> Known:
        it, name = spelt(asked), b"bare %d" % len(self._known)
        self._good(self.library.prepare(name, it.text, it.sent_as(it.values(values))))
        told = self._good(self.library.describe_prepared(name))
        columns = [told.fname(at).decode() for at in range(told.nfields)]
        readers = it.readers([told.ftype(at) for at in range(told.nfields)])
        known = self._known[asked] = Known(name, it, row_of(columns), readers)
        return known

    def tell(self, word: bytes) -> None:
        """Say begin, commit or rollback."""
        self._good(self.library.exec_(word))

    @property
    def idle(self) -> bool:
        """Whether no transaction has begun over it."""
        return self.library.transaction_status == IDLE

    @property
    def failed(self) -> bool:
        """Whether something went wrong in its transaction: a commit would silently undo it."""
        return self.library.transaction_status == FAILED

    def _good(self, result: Any) -> Any:
        """The result, where the server did what was asked."""
        if result.status not in DONE:
            from psycopg.errors import (
                InvalidSqlStatementName,
                OperationalError,
                error_from_result,
            )

            wrong = error_from_result(result)
            if self.driver.closed:  # what the library says by itself has no kind
                wrong = OperationalError(str(wrong))
            self._sound = not isinstance(wrong, (OperationalError, InvalidSqlStatementName))
            raise wrong
        return result

    @property
    def is_open(self) -> bool:
        """Whether it can be asked again: the server has neither gone nor said that it goes."""
        return self._sound and not self.driver.closed

    def close(self) -> None:
        self.driver.close()
        self.connection.invalidate()


class Lines:
    """The lines of one process to one server; the one that was used last is used first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.faults: Any = engine.dialect.loaded_dbapi  # the driver, whose errors these lines raise
        self._free: deque[Bare] = deque()
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(MOST):
            self._turns.put(None)
        event.listen(engine, "engine_disposed", lambda _: self.close())

    def take(self) -> Bare:
        """A line for oneself, to be given back. Where the server has gone, a new one."""
        self._turns.get()
        try:
            line = self._free.pop()
        except IndexError:
            return self._opened()
        if monotonic() - line.rests_since < FRESH or not has_hung_up(line.driver):
            return line
        line.close()
        self.close()
        return self._opened()

    @contextmanager
    def one(self) -> Iterator[Bare]:
        """A line for a moment."""
        line = self.take()
        try:
            yield line
        finally:
            self.give_back(line)

    def give_back(self, line: Bare) -> None:
        """For the next one. Where this line is broken, the server has gone: so are the others."""
        if line.is_open:
            line.rests_since = monotonic()
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
            return Bare(self.engine.connect())
        except BaseException:
            self._turns.put(None)
            raise


_LINES: WeakKeyDictionary[Engine, Lines] = WeakKeyDictionary()


def lines_to(engine: Engine) -> Lines:
    """The lines of this process to this server."""
    found = _LINES.get(engine)
    return found or _LINES.setdefault(engine, Lines(engine))
