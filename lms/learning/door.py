"""The lane of beats, before the framework: every player knocks here four times a minute.

What is well formed is answered at once; whatever is not goes on to the view of the same address,
which says why. To hear a piece twice is to hear it once, so nothing is lost by asking again.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.db import db
from lms.errors import Refusal
from lms.learning.forms import LONGEST, pieces_in
from lms.learning.rules import Piece, Watched, length, written
from lms.learning.saving import beat
from lms.learning.tickets import StreamTicket, brought, carried, shown_stream
from lms.web import transaction

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

BEATS = re.compile(r"/learning/streams/([0-9]{1,18})/beats")
HEADS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]


def install(app: Flask) -> None:
    app.wsgi_app = Door(app)  # type: ignore[method-assign, assignment]


class Door:
    """Stands before the program and answers what players tell."""

    def __init__(self, app: Flask) -> None:
        self.app, self.within = app, app.wsgi_app
        self.engine: Any = None

    def __call__(self, environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        found = BEATS.fullmatch(environ.get("PATH_INFO", ""))
        if found is None or environ["REQUEST_METHOD"] != "POST":
            return self.within(environ, start)
        said = self._answered(int(found[1]), environ)
        if said is None:
            return self.within(environ, start)
        body = json.dumps(said, separators=(",", ":")).encode()
        start("200 OK", [*HEADS, ("Content-Length", str(len(body)))])
        return [body]

    def _answered(self, stream_id: int, environ: dict[str, Any]) -> dict[str, object] | None:
        """What is said; none where the program has to see it. The body can be read once more."""
        size = environ.get("CONTENT_LENGTH") or ""
        if not size.isdigit() or int(size) > LONGEST:
            return None
        body = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = BytesIO(body)
        extensions = self.app.extensions
        try:
            secret = extensions["settings"].secrets["ticket"]
            ticket = shown_stream(environ.get("HTTP_X_TICKET", ""), stream_id, secret)
            sent, now = json.loads(body), extensions["clock"]()
            pieces = pieces_in(sent)
            known = brought(sent.get("state"), ticket, secret)
            if self.engine is None:
                with self.app.app_context():
                    self.engine = db.session.get_bind()
            with transaction.batch(self.engine) as line:
                state = beat(line, ticket, pieces, now, known)
            return as_said(ticket, state, secret)
        except (Refusal, ValueError, SQLAlchemyError):  # the view meets it again, and says it well
            return None


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
