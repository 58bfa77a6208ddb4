"""A lane before the framework, for the few addresses where thousands knock many times a minute.

What is well formed is answered at once; whatever is not goes on to the view of the same address,
which says why. So an answer must be one that may be given twice.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from io import BytesIO
from re import Pattern
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.db import db
from lms.errors import Refusal
from lms.web import transaction

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

HEADS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]
# lane, the number in the address, the ticket that was shown, what was sent → what is said
Answer = Callable[["Lane", int, str, Any], dict[str, object] | None]


class Lane:
    """Stands before the program and answers one address, which holds one number.

    answer: gives none where the program has to see it; may raise Refusal or ValueError, which
    means the same. longest: bytes of a body.
    """

    def __init__(self, app: Flask, address: Pattern[str], longest: int, answer: Answer) -> None:
        self.app, self.within = app, app.wsgi_app
        self.address, self.longest, self.answer = address, longest, answer
        self.engine: Any = None
        app.wsgi_app = self  # type: ignore[method-assign, assignment]

    def __call__(self, environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        found = self.address.fullmatch(environ.get("PATH_INFO", ""))
        if found is None or environ["REQUEST_METHOD"] != "POST":
            return self.within(environ, start)
        said = self._answered(int(found[1]), environ)
        if said is None:
            return self.within(environ, start)
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        start("200 OK", [*HEADS, ("Content-Length", str(len(body)))])
        return [body]

    def _answered(self, number: int, environ: dict[str, Any]) -> dict[str, object] | None:
        """What is said; none where the program has to see it. The body can be read once more."""
        size = environ.get("CONTENT_LENGTH") or ""
        if not size.isdigit() or int(size) > self.longest:
            return None
        body = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = BytesIO(body)
        try:
            return self.answer(self, number, environ.get("HTTP_X_TICKET", ""), json.loads(body))
        except (Refusal, ValueError, SQLAlchemyError):  # the view meets it again, and says it well
            return None

    @property
    def secret(self) -> str:
        """By which tickets are signed."""
        return self.app.extensions["settings"].secrets["ticket"]

    def now(self) -> Any:
        return self.app.extensions["clock"]()

    def batch(self) -> AbstractContextManager[Any]:
        """A line to the database whose batch is kept when it is left."""
        if self.engine is None:
            with self.app.app_context():
                self.engine = db.session.get_bind()
        return transaction.batch(self.engine)
