"""What is done in the background: the jobs people ask for, and what is due by the clock."""

from datetime import datetime, timedelta

from flask import Flask, current_app

from lms.audit.services import seal
from lms.jobs import worker
from lms.jobs.rules import Due, Handler

HANDLERS: dict[str, Handler] = {}


def _seal(now: datetime) -> None:
    seal(now, current_app.extensions["settings"].secrets["digest"])


DUE = (Due("seal the audit log", timedelta(seconds=5), _seal),)


def install(app: Flask) -> None:
    worker.install(app)
    app.extensions["job handlers"].update(HANDLERS)
    app.extensions["due things"].extend(DUE)
