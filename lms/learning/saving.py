"""The path of a beat: beside the save path of the exams, the one file that passes by the session.

A stream is a row of its own, which only its page touches: decided by rules, and written if
nobody wrote meanwhile; each writing counts one beat more. A ticket says whose it is; no person,
lesson or scope is looked up.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, TextualSelect, bindparam, text

from lms.bare import Bare
from lms.db import Utc
from lms.errors import Conflict, NotAllowed
from lms.learning.rules import COUNTS, Piece, Watched, heard, read, written
from lms.learning.tickets import StreamTicket

TRIES = 5  # of messages that come at one moment
FOUND = f"""select opened_at, closed_at, heard_at, spans, {", ".join(COUNTS)} from stream
    where id = :stream and person_id = :person"""
KEEP = f"""update stream
    set heard_at = :now, spans = :spans, {", ".join(f"{one} = :{one}" for one in COUNTS)}
    where id = :stream and person_id = :person and beats = :before
    returning beats"""


def beat(
    line: Connection | Bare,
    ticket: StreamTicket,
    pieces: Sequence[Piece],
    now: datetime,
    brought: Watched | None = None,
) -> Watched:
    """Hear what a page tells of its stream; how the stream stands then.

    brought: as the page had it from the last answer; where that is how it stands still, one
    statement does all. Raises NotAllowed where there is no such stream, Conflict where too many
    come at once.
    """
    key = {"stream": ticket.stream_id, "person": ticket.person_id}
    before = brought
    for _ in range(TRIES):
        before = before or _watched(line.execute(_found(), key).one_or_none())
        after = heard(before, pieces, ticket.total, now)
        values = {**key, **_columns(after), "before": before.beats}
        if line.execute(_keep(), values).one_or_none() is not None:
            return after
        before = None
    raise Conflict("同时到达的记录太多，请稍后再试。")


def _watched(row: Any) -> Watched:
    if row is None:
        raise NotAllowed("页面凭证无效，请重新打开这一课。")
    moments: dict[str, Any] = {
        name: _utc(getattr(row, name)) for name in ("opened_at", "closed_at", "heard_at")
    }
    counts = {name: getattr(row, name) for name in COUNTS}
    return Watched(**moments, spans=read(row.spans), **counts)


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)


def _columns(state: Watched) -> dict[str, Any]:
    known = {name: getattr(state, name) for name in COUNTS}
    return {**known, "now": state.heard_at, "spans": written(state.spans)}


@cache
def _found() -> TextualSelect:
    return text(FOUND).columns(opened_at=Utc, closed_at=Utc, heard_at=Utc)


@cache
def _keep() -> TextualSelect:
    return text(KEEP).bindparams(bindparam("now", type_=Utc)).columns(beats=Integer)
