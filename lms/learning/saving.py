"""The path of a beat: beside the save path of the exams, the one file that passes by the session.

A stream is a row of its own, which only its page touches: read, decided by rules, written if
nobody wrote meanwhile. A ticket says whose it is; no person, lesson or scope is looked up.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, TextualSelect, bindparam, text

from lms.db import Bare, Utc
from lms.errors import Conflict, NotAllowed
from lms.learning.rules import Piece, Watched, heard, read, written
from lms.learning.tickets import StreamTicket

TRIES = 5  # of messages that come at one moment
COUNTS = ("told", "place", "beats", "beyond", "again", "displaced", "jumps", "bursts")
FOUND = f"""select opened_at, closed_at, heard_at, spans, {", ".join(COUNTS)} from stream
    where id = :stream and person_id = :person"""
KEEP = f"""update stream
    set heard_at = :now, spans = :spans, {", ".join(f"{one} = :{one}" for one in COUNTS)}
    where id = :stream and beats = :before
    returning beats"""


def beat(
    line: Connection | Bare, ticket: StreamTicket, pieces: Sequence[Piece], now: datetime
) -> Watched:
    """Hear what a page tells of its stream; how the stream stands then.

    Raises NotAllowed where there is no such stream, Conflict where too many come at once.
    """
    key = {"stream": ticket.stream_id, "person": ticket.person_id}
    for _ in range(TRIES):
        row = line.execute(_found(), key).one_or_none()
        if row is None:
            raise NotAllowed("页面凭证无效，请重新打开这一课。")
        before = _watched(row)
        after = heard(before, pieces, ticket.total, now)
        values = {**key, **_columns(after), "before": before.beats}
        if line.execute(_keep(), values).one_or_none() is not None:
            return after
    raise Conflict("同时到达的记录太多，请稍后再试。")


def _watched(row: Any) -> Watched:
    moments = {name: _utc(getattr(row, name)) for name in ("opened_at", "closed_at", "heard_at")}
    counts = {name: getattr(row, name) for name in COUNTS}
    return Watched(**moments, spans=read(row.spans), **counts)


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)


def _columns(state: Watched) -> dict[str, Any]:
    known = {name: value for name, value in asdict(state).items() if name in COUNTS}
    return {**known, "now": state.heard_at, "spans": written(state.spans)}


@cache
def _found() -> TextualSelect:
    return text(FOUND).columns(opened_at=Utc, closed_at=Utc, heard_at=Utc)


@cache
def _keep() -> TextualSelect:
    return text(KEEP).bindparams(bindparam("now", type_=Utc)).columns(beats=Integer)
