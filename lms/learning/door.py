"""The lane of beats: every player knocks here four times a minute.

To hear a piece twice is to hear it once, so nothing is lost where the view is asked again.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask

from lms.db import db
from lms.learning.forms import LONGEST, pieces_in
from lms.learning.rules import Piece, Watched, length, written
from lms.learning.saving import beat
from lms.learning.tickets import StreamTicket, brought, carried, shown_stream
from lms.web import transaction
from lms.web.lane import Lane

BEATS = re.compile(r"/learning/streams/([0-9]{1,18})/beats")


def install(app: Flask) -> None:
    Lane(app, BEATS, LONGEST, answer)


def answer(lane: Lane, stream_id: int, shown: str, sent: Any) -> dict[str, object] | None:
    """What was watched is heard; the row of the stream comes along with it, signed."""
    ticket = shown_stream(shown, stream_id, lane.secret)
    pieces, now = pieces_in(sent), lane.now()
    known = brought(sent.get("state"), ticket, lane.secret)
    with lane.batch() as line:
        state = beat(line, ticket, pieces, now, known)
    return as_said(ticket, state, lane.secret)


def hear(
    ticket: StreamTicket, pieces: Sequence[Piece], now: datetime, secret: str
) -> dict[str, object]:
    """The same for the view of the address."""
    with transaction.batch(db.session.get_bind()) as line:  # type: ignore[arg-type]
        return as_said(ticket, beat(line, ticket, pieces, now), secret)


def as_said(ticket: StreamTicket, state: Watched, secret: str) -> dict[str, object]:
    """How a stream stands, for its page: what was heard, what of it counts, whether it is over.

    state: what the page brings along next time.
    """
    over = {"over": True} if state.closed_at else {"state": carried(ticket, state, secret)}
    return {
        **over,
        "told": state.told,
        "spans": written(state.spans),
        "counted": length(state.spans),
        "again": state.again,
        "beyond": state.beyond,
        "displaced": state.displaced,
    }
