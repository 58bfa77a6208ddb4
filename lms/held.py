"""A person's own acts past the session's connection: in the same transaction, with less around it.

What thousands do at the bell is asked over a line of its own (`lms/bare.py`). A question needs it
for a moment. Who writes holds it until the session commits or rolls back, and whatever else the
session asks meanwhile goes over the same line: it is one transaction, whoever asks.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.bare import Bare, Lines, Rows, lines_to
from lms.db import is_server


class Held:
    """A line on which a transaction has begun."""

    def __init__(self, lines: Lines) -> None:
        self.lines, self.line = lines, lines.take()
        try:
            self._told(b"begin")
        except BaseException:
            lines.give_back(self.line)
            raise

    @property
    def connection(self) -> Connection:
        """The same line for the session."""
        return self.line.connection

    def execute(self, asked: Executable, values: Mapping[str, Any]) -> Rows:
        return _asked(self.line, self.lines, asked, values)

    def refuse_failed(self) -> None:
        """Before a commit, whoever says it: what has failed would be undone, and called kept."""
        if self.line.failed:
            faults, why = self.lines.faults, "something before the commit had failed"
            raise _as_ours("commit", faults.OperationalError(why), faults)

    def commit(self) -> None:
        """Keep all of it, unless the session has. Raises OperationalError where that fails."""
        try:
            if not self.line.idle:
                self._told(b"commit")
        finally:
            self.lines.give_back(self.line)

    def rollback(self) -> None:
        """Forget all of it; where the server has gone, it has."""
        try:
            if not self.line.idle:
                with suppress(DBAPIError):
                    self._told(b"rollback")
        finally:
            self.lines.give_back(self.line)

    def _told(self, word: bytes) -> None:
        faults = self.lines.faults
        try:
            self.line.tell(word)
        except faults.Error as wrong:
            raise _as_ours(word.decode(), wrong, faults) from wrong


def ask(session: Session, asked: Executable, values: Mapping[str, Any], writes: bool) -> Any:
    """Ask for columns, or change, by a statement built once; the session has flushed.

    Where the session is in a transaction of its own, or the database is embedded, it is asked as
    ever. Raises SQLAlchemy's errors either way.
    """
    held: Held | None = session.info.get("held")
    if held is None:
        lines = _lines(session)
        apart = session.info.get("reading") or not session.in_transaction()
        if lines is None or not apart:
            return session.connection().execute(asked, values)
        if not writes:
            with lines.one() as line:
                return _asked(line, lines, asked, values)
        held = session.info["held"] = Held(lines)
    return held.execute(asked, values)


def _lines(session: Session) -> Lines | None:
    """Those to the server of this house; looked up once in a session."""
    if "lines" not in session.info:
        engine: Any = session.get_bind()
        session.info["lines"] = lines_to(engine.engine) if is_server(engine) else None
    return session.info["lines"]


def _asked(line: Bare, lines: Lines, asked: Executable, values: Mapping[str, Any]) -> Rows:
    try:
        return line.execute(asked, values)
    except lines.faults.Error as wrong:
        raise _as_ours(str(asked), wrong, lines.faults) from wrong


def _as_ours(said: str, wrong: Exception, faults: Any) -> DBAPIError:
    return DBAPIError.instance(said, None, wrong, faults.Error)  # type: ignore[return-value]
