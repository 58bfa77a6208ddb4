"""The lane of the save path, before the framework: ten thousand knock here twice a minute.

What is well formed is answered at once: ticket, operations, one question to the database, a few
bytes back. Whatever is not goes on to the program, whose view of the same address says why. To
keep a batch twice is to keep it once, so nothing is lost by asking again.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.db import db
from lms.errors import Refusal
from lms.exams import saving
from lms.exams.forms import LONGEST_BATCH, operations_in, told_in
from lms.exams.tickets import Ticket, shown
from lms.web import transaction

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

SAVING = re.compile(r"/exams/attempts/([0-9]{1,18})/answers")
HEADS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]


def install(app: Flask) -> None:
    app.wsgi_app = Door(app)  # type: ignore[method-assign, assignment]


class Door:
    """Stands before the program and answers what is saved."""

    def __init__(self, app: Flask) -> None:
        self.app, self.within = app, app.wsgi_app
        self.engine: Any = None

    def __call__(self, environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        found = SAVING.fullmatch(environ.get("PATH_INFO", ""))
        if found is None or environ["REQUEST_METHOD"] != "POST":
            return self.within(environ, start)
        said = self._answered(int(found[1]), environ)
        if said is None:
            return self.within(environ, start)
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        start("200 OK", [*HEADS, ("Content-Length", str(len(body)))])
        return [body]

    def _answered(self, attempt_id: int, environ: dict[str, Any]) -> dict[str, object] | None:
        """What is said; none where the program has to see it. The body can be read once more."""
        size = environ.get("CONTENT_LENGTH") or ""
        if not size.isdigit() or int(size) > LONGEST_BATCH:
            return None
        body = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = BytesIO(body)
        extensions = self.app.extensions
        try:
            secret = extensions["settings"].secrets["ticket"]
            ticket = shown(environ.get("HTTP_X_TICKET", ""), attempt_id, secret)
            sent, now = json.loads(body), extensions["clock"]()
            if not isinstance(sent, dict):
                return None
            held = self._kept(ticket, sent, now)
        except (Refusal, ValueError, SQLAlchemyError):  # the view meets it again, and says it well
            return None
        return as_said(held, now)

    def _kept(self, ticket: Ticket, sent: dict[str, Any], now: datetime) -> saving.Held:
        operations, told = operations_in(sent, ticket.turn), told_in(sent)
        if self.engine is None:
            with self.app.app_context():
                self.engine = db.session.get_bind()
        with transaction.batch(self.engine) as connection:
            held = saving.keep(connection, ticket, operations, now, told)
        for act in saving.follows(held, ticket, now):
            with self.app.app_context():
                transaction.apart(act)
        return held


def as_said(held: saving.Held, now: datetime) -> dict[str, object]:
    """What is held, for the page. Lists that are empty are left out: each byte crosses a valley."""
    lists = {"kept": held.kept, "late": held.late, "refused": held.refused}
    return {
        "held": held.answered,
        "turn": held.turn,
        "at": milliseconds(now),
        "ends": milliseconds(held.ends_at),
        **({"over": True} if held.over else {}),
        **({"word": held.word} if held.word else {}),
        **{name: keys for name, keys in lists.items() if keys},
    }


def milliseconds(moment: datetime) -> int:
    """Since 1970, as scripts count time."""
    return int(moment.timestamp() * 1000)
