"""The one process that does jobs, and what is due by the clock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from flask import Flask

from lms.access.scope import seeing_everything, set_scope
from lms.audit.rules import Actor
from lms.audit.services import acting
from lms.errors import Conflict, NotAllowed, Refusal
from lms.jobs import services
from lms.jobs.rules import TRIES, Due, Handler
from lms.web.transaction import finish, undo
from lms.words import N_

Known = dict[str, datetime]  # by name of a thing due: not before then

PAUSE = 0.3  # seconds between two looks at the queue
LONG_AGO = datetime.min.replace(tzinfo=UTC)
BROKEN = N_("系统出了问题，任务没有完成；已记下，请联系系统管理员。")


def install(app: Flask) -> None:
    """An empty list of handlers and of things due; the roof fills both."""
    app.extensions.update({"job handlers": {}, "due things": []})


def run_forever(app: Flask, stop: threading.Event | None = None) -> None:
    """Work until told to stop."""
    stop, known = stop or threading.Event(), Known()
    while not stop.is_set():
        try:
            busy = run_once(app, known)
        except Exception:
            app.logger.exception("the worker stumbled")
            busy = False
        if not busy:
            stop.wait(PAUSE)


def run_once(app: Flask, known: Known | None = None) -> bool:
    """Do what is due, then one job. Whether there was a job.

    known: what was found out about things due; who comes again keeps it, and asks for nothing
    that is known to be early.
    """
    known = Known() if known is None else known
    for due in app.extensions["due things"]:
        if known.get(due.name, LONG_AGO) <= app.extensions["clock"]():
            known[due.name] = do_due(app, due)
    return run_job(app)


def run_job(app: Flask) -> bool:
    """Do the job that waits longest. Whether there was one."""
    with app.app_context(), seeing_everything():
        job = services.claim(app.extensions["clock"]())
        if job is None:
            undo()
            return False
        facts = (job.id, job.kind, job.args, job.state, job.person_id, job.tries)
        finish()
    with app.app_context():
        _do(app, *facts)
    return True


def do_due(app: Flask, due: Due) -> datetime:
    """Do one thing that is due; where two workers run, one of them does. When to look again."""
    now = again = app.extensions["clock"]()
    with app.app_context(), seeing_everything():
        acting(Actor(address="worker"))
        try:
            mine, again = services.take_due(due, now)
            finish()
            if mine:
                due.act(now)
                finish()
        except Conflict:
            undo()
        except Exception:
            undo()
            app.logger.exception("what was due could not be done: %s", due.name)
    return again


def _do(
    app: Flask, job_id: int, kind: str, args: dict, state: dict, person_id: int | None, tries: int
) -> None:
    now = app.extensions["clock"]()
    try:
        handler: Handler = app.extensions["job handlers"][kind]
        _enter(app, handler, person_id, now)
        for progress in handler.work(args, state, now):
            with _the_worker_writes():
                services.advance(job_id, progress, app.extensions["clock"]())
            finish()
        with _the_worker_writes():
            services.finish_job(job_id, app.extensions["clock"]())
        finish()
    except Conflict as refusal:
        _after(app, job_id, refusal, retry=tries < TRIES)
    except Refusal as refusal:
        _after(app, job_id, refusal, retry=False)
    except Exception as wrong:
        app.logger.exception("a job broke: %s %s", kind, job_id)
        _after(app, job_id, wrong, retry=tries < TRIES)


def _enter(app: Flask, handler: Handler, person_id: int | None, now: datetime) -> None:
    """The scope of the person who asked, built anew."""
    acting(Actor(person_id, "worker"))
    scope = app.extensions["scope for"](person_id, [handler.permission], now)
    if scope is None:
        raise NotAllowed("申请这项任务的人已没有相应权限，任务没有执行。")
    set_scope(scope)


@contextmanager
def _the_worker_writes() -> Iterator[None]:
    """The row of the job is the worker's, whoever asked."""
    with seeing_everything():
        yield


def _after(app: Flask, job_id: int, wrong: Exception, retry: bool) -> None:
    undo()
    now = app.extensions["clock"]()
    line = str(wrong) if isinstance(wrong, Refusal) else BROKEN
    with suppress(Conflict), seeing_everything():
        if retry:
            services.put_back(job_id, now)
        else:
            services.fail(job_id, line, now)
        finish()
