"""Flask as this house uses it: what each request would ask anew is asked once."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

KNOWN = 8192  # cookies, of some hundred bytes each
FOR = 3600  # seconds that one is known: so much longer than a month one may be taken


class Cookies(SecureCookieSessionInterface):
    """What stands in a signed cookie: read and checked once in an hour, not with each request.

    Whether somebody is signed in stands in the database, and is asked there every time.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie, now = request.cookies.get(app.config["SESSION_COOKIE_NAME"], ""), monotonic()
        until, said = self._known.get(cookie, (0.0, {}))
        if now < until:
            return self.session_class(said)
        opened = super().open_session(app, request)
        if opened and all(isinstance(one, str | int) for one in opened.values()):
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[cookie] = (now + FOR, dict(opened))
        return opened


class Program(Flask):
    """Nothing here is a coroutine, so no function is asked whether it is one."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.session_interface = Cookies()  # of this house alone: another has other keys

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
