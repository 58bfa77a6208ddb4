"""Right and wrong while sitting: what somebody has looked at can be answered no more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from lms.db import db
from lms.errors import Conflict, Invalid, NotFound
from lms.exams import holding, publishing, queries
from lms.exams.afterwards import Line, line
from lms.exams.keys import share_of
from lms.exams.models import Assessment, Attempt
from lms.exams.questions import Slot
from lms.exams.rules import Shown, When, is_over

QUIETLY = {"synchronize_session": False}


def during(assessment: Assessment) -> frozenset[Shown]:
    """What of a question may be looked at before handing in; nothing where it is not said."""
    return frozenset(Shown(one) for one in assessment.shown.get(When.DURING, ()))


def look(attempt: Attempt, number: int, now: datetime) -> Line:
    """Close one slot of a running attempt to further answers, and say what it earned.

    Looked at again, it says the same. Raises NotFound where this is not offered, Conflict when
    the attempt is over, Invalid where nothing is answered or a person has to read the answer.
    """
    slot = _slot(attempt, number)
    _lock(attempt, now)
    answer = holding.held(attempt.id).get(number)
    if answer is None or not answer.answer:
        raise Invalid("这道题服务器还没有收到答案，答了以后再看。")
    changes = publishing.changes_of(attempt.assessment)
    share = share_of(slot, answer.answer, changes)
    if share is None:
        raise Invalid("这道题由阅卷人评分，现在还看不到对错。")
    _close(attempt, number, now)
    return line(slot, answer.answer, share, changes)


def _slot(attempt: Attempt, number: int) -> Slot:
    slots = queries.with_paper(attempt) if during(attempt.assessment) else ()
    found = next((slot for slot in slots if slot.number == number), None)
    if found is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def _lock(attempt: Attempt, now: datetime) -> None:
    """Savers share the attempt's row: whoever comes now waits, and then sees what is closed."""
    running = Attempt.id == attempt.id, Attempt.submitted_at.is_(None)
    held = update(Attempt).where(*running).values(turn=Attempt.turn)
    done = db.session.execute(held, execution_options=QUIETLY)
    if is_over(attempt.ends_at, now) or done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("考试已经结束。")


def _close(attempt: Attempt, number: int, now: datetime) -> None:
    looked = db.session.scalar(select(Attempt.looked).where(Attempt.id == attempt.id)) or {}
    if str(number) not in looked:
        shut = update(Attempt).where(Attempt.id == attempt.id)
        now_looked = looked | {str(number): now.isoformat()}
        db.session.execute(shut.values(looked=now_looked), execution_options=QUIETLY)


def looked(attempt: Attempt) -> Collection[int]:
    """The slots that can be answered no more."""
    return sorted(holding.looked_at(attempt.looked))
