"""What is done in the background: the jobs people ask for, and what is due by the clock."""

from datetime import datetime, timedelta

from flask import Flask, current_app

from lms.access.permissions import Permission
from lms.audit.services import seal
from lms.jobs import worker
from lms.jobs.rules import Due, Handler
from lms.training.enrolling import enrol, list_candidates
from lms.words import N_

RUN = Permission.RUN_TRAINING
HANDLERS: dict[str, Handler] = {
    "enrol": Handler(N_("按规则列入名单"), enrol, RUN),
    "list candidates": Handler(N_("把名单告诉测评"), list_candidates, RUN),
}


def _seal(now: datetime) -> None:
    seal(now, current_app.extensions["settings"].secrets["digest"])


DUE = (Due("seal the audit log", timedelta(seconds=5), _seal),)


def install(app: Flask) -> None:
    worker.install(app)
    app.extensions["job handlers"].update(HANDLERS)
    app.extensions["due things"].extend(DUE)
