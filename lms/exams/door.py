"""The lane of the save path: ten thousand knock here twice a minute.

Ticket, operations, one question to the database, a few bytes back. To keep a batch twice is to
keep it once, so nothing is lost where the view of the same address is asked again.
"""

import re
from datetime import datetime
from typing import Any

from flask import Flask

from lms.exams import saving
from lms.exams.forms import LONGEST_BATCH, operations_in, told_in
from lms.exams.tickets import shown
from lms.web import transaction
from lms.web.lane import Lane

SAVING = re.compile(r"/exams/attempts/([0-9]{1,18})/answers")


def install(app: Flask) -> None:
    Lane(app, SAVING, LONGEST_BATCH, answer)


def answer(lane: Lane, attempt_id: int, ticket: str, sent: Any) -> dict[str, object] | None:
    """A batch is kept; what follows from it comes afterwards."""
    known, now = shown(ticket, attempt_id, lane.secret), lane.now()
    if not isinstance(sent, dict):
        return None
    operations, told = operations_in(sent, known.turn), told_in(sent)
    with lane.batch() as line:
        held = saving.keep(line, known, operations, now, told)
    for act in saving.follows(held, known, now):
        with lane.app.app_context():
            transaction.apart(act)
    return as_said(held, now)


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
