"""The turnstile before the program: some at once, a line behind them, nobody waits in vain.

What thousands press at the bell may take longer than the machine has. Saved answers have lanes of
their own past it, so these are never held up. Of those who wait, who acts goes before who looks:
a paper is handed in before others read their results. Whom even the line does not hold is told at
once to come again in some seconds, and the page does so by itself: no request is worked on that
nobody waits for any more.
"""

import json
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from itertools import cycle
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from lms.settings import AT_ONCE, BESIDE, LINE
from lms.web.headers import POLICY
from lms.web.language import LOCALES, SIZES
from lms.web.line import Later, Line
from lms.web.transaction import READS
from lms.words import N_

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

AGAIN = (3, 5, 4, 6)  # seconds for who acts, in turn, so that not all come again together
FORM = "application/x-www-form-urlencoded"
LONGEST = 64 * 1024  # of a form that is pressed again by itself
FIELDS, SECONDS = "\ue004", "\ue005"  # stand in no text: where the page of one person differs
WHY = N_("现在办理的人很多，请稍候，系统会自动再试。")
HEADS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
]


class Turnstile:
    """Stands before the program, behind its lanes and its static files."""

    def __init__(self, app: Flask) -> None:
        self.app, self.within = app, app.wsgi_app
        self.line, self.again, self.later = Line(AT_ONCE, BESIDE, LINE), cycle(AGAIN), Later()
        self._pages: dict[tuple[str, str, str], str] = {}
        app.wsgi_app = self  # type: ignore[method-assign, assignment]

    def __call__(self, environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        place = self.line.enter(acts=environ["REQUEST_METHOD"] not in READS)
        if place is None:
            return self._sent_away(environ, start)
        try:
            return self.within(environ, start)
        finally:
            self.line.leave(place)

    def _sent_away(self, environ: dict[str, Any], start: "StartResponse") -> list[bytes]:
        """A page, or for a script a word; it costs next to nothing."""
        acts, page = (
            environ["REQUEST_METHOD"] not in READS,
            "text/html" in environ.get("HTTP_ACCEPT", ""),
        )
        seconds = next(self.again) if acts else self.later.seconds(monotonic(), self.line.pace)
        kind = "text/html" if page else "application/json"
        fields = _fields(environ) if page and acts else ""
        body = self._said(environ, page, fields).replace(SECONDS, str(seconds))
        made = body.replace(FIELDS, fields).encode()
        heads = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(made)))]
        start("503 Service Unavailable", [*heads, ("Retry-After", str(seconds)), *HEADS])
        return [made]

    def _said(self, environ: dict[str, Any], page: bool, fields: str) -> str:
        """A page asks for the same once more; a form stands in it, to be sent again."""
        way = "tell" if not page else "open" if environ["REQUEST_METHOD"] in READS else "back"
        key = (*_chosen(environ.get("HTTP_COOKIE", "")), "press" if fields else way)
        if key not in self._pages:
            self._pages[key] = self._drawn(*key)
        return self._pages[key]

    def _drawn(self, language: str, size: str, way: str) -> str:
        """In a request of nobody, so that nothing of one person stands in another's page."""
        cookies = {"Cookie": f"language={language}; size={size}"}
        with self.app.test_request_context("/", headers=cookies):
            if way == "tell":
                return json.dumps({"why": _(WHY)}, ensure_ascii=False)
            return render_template("busy.html", way=way, fields=FIELDS, seconds=SECONDS)


def _chosen(header: str) -> tuple[str, str]:
    """Language and size of type, as the reader chose them."""
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        cookies = SimpleCookie()
    found = {name: morsel.value for name, morsel in cookies.items()}
    language, size = found.get("language", ""), found.get("size", "")
    return language if language in LOCALES else "zh", size if size in SIZES else SIZES[0]


def _fields(environ: dict[str, Any]) -> Markup:
    """What a form said, as hidden fields; nothing of a file or of what is too long."""
    size = environ.get("CONTENT_LENGTH") or ""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip()
    if kind != FORM or not size.isdigit() or int(size) > LONGEST:
        return Markup("")
    sent = environ["wsgi.input"].read(int(size)).decode(errors="replace")
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(
        field.format(name, value) for name, value in parse_qsl(sent, keep_blank_values=True)
    )
