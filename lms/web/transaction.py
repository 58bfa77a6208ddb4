"""One request, one transaction. Nobody else in the house calls commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from lms.access.scope import seeing_everything
from lms.bare import Bare, lines_to
from lms.db import db, is_server
from lms.errors import Conflict
from lms.words import N_

Late = Callable[[], object]
READS = ("GET", "HEAD", "OPTIONS")
AT_ONCE = N_("刚才有人同时改动了这里，请刷新后再试一次。")
Kept = TypeVar("Kept")


def install(app: Flask) -> None:
    @app.after_request
    def close(response: Response) -> Response:
        if request.method == "POST" and response.status_code < 400:
            try:
                finish()
            except Conflict as refusal:
                response = current_app.make_response(current_app.handle_user_exception(refusal))
        else:
            undo()
        for act in g.pop("afterwards", []):
            apart(act)
        return response


def begin() -> None:
    """At the door: what only asks for a page will not write."""
    db.session.info.update(reading=request.method in READS, asked={})


def finish() -> None:
    """Commit what this session holds. A commit that fails is a Conflict with a sentence."""
    try:
        db.session.commit()
    except (IntegrityError, OperationalError) as wrong:
        db.session.rollback()
        current_app.logger.warning("a commit failed: %s", wrong.__class__.__name__)
        raise Conflict(AT_ONCE) from wrong


@contextmanager
def batch(engine: Engine) -> Iterator[Connection | Bare]:
    """A connection for the save path: what is written is kept as it ends, without a session.

    A server keeps each statement for itself, and is asked past its driver; the embedded database
    keeps all of them together.
    """
    if not is_server(engine):
        with engine.begin() as connection:
            yield connection
        return
    lines = lines_to(engine)
    try:
        with lines.one() as line:
            yield line
    except lines.faults.Error as wrong:
        raise SQLAlchemyError("the driver") from wrong


def undo() -> None:
    """Forget what this session holds. What follows may write."""
    db.session.rollback()
    db.session.info["reading"] = False


def beforehand(act: Callable[[], Kept]) -> Kept:
    """Do this and keep it, before the request itself writes: a try is counted before it is judged.

    Two that do the same at once: the second looks again.
    """
    if db.session.info.get("reading"):
        undo()
    for attempt in (1, 2):
        try:
            with seeing_everything():
                kept = act()
            break
        except (IntegrityError, OperationalError) as wrong:
            db.session.rollback()
            if attempt == 2:
                raise Conflict("现在办理的人较多，请再试一次。") from wrong
    finish()
    return kept


def afterwards(act: Late) -> None:
    """Do this when the request's transaction is closed and before the answer leaves.

    For what must outlive a refusal or a reading: failed sign-ins, refused acts, looks at guarded
    things. Inside the request's own transaction, SQLite would lock itself out.
    """
    g.setdefault("afterwards", []).append(act)


def apart(act: Late) -> None:
    """Do this in a transaction of its own; where it fails, the answer still leaves."""
    try:
        with seeing_everything():
            act()
        db.session.commit()
    except Exception:
        db.session.rollback()
        current_app.logger.exception("what was to be noted afterwards could not be noted")
