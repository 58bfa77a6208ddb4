"""What an attempt holds: for each slot the answer that counts."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Result, Select, Text, bindparam, cast, select

from lms.access import own
from lms.db import db
from lms.exams.lateness import Arrived, Ended, counted, until
from lms.exams.models import Answer, Assessment, Attempt, LateDecision, Opening
from lms.exams.queries import OF_ATTEMPT
from lms.exams.rules import Operation, Reply, Said, fold

# Built once: each who begins and each who ends an attempt asks.
ID = bindparam("attempt", type_=Integer)
FACTS = (
    Answer.turn,
    Answer.sequence,
    Answer.slot,
    Answer.content,
    Answer.said_at,
    Answer.sure,
    Answer.saved_at,
    Answer.counts,
)
SHORT = 40  # signs of an answer as it is stored: letters, not sentences
ARRIVED = select(*FACTS).where(Answer.attempt_id == ID)
SHORTLY = select(
    Answer.turn, Answer.sequence, Answer.slot, cast(Answer.content, Text), Answer.counts
).where(Answer.attempt_id == ID)


def held(attempt_id: int, person_id: int | None = None) -> dict[int, Reply]:
    """For each slot of a seen attempt the answer that counts.

    What came late does where somebody has let it in. person_id: whose attempt it is, where it is
    known: about oneself it is asked in a third of the time.
    """
    if person_id is None:
        rows = _asked(SHORTLY, attempt_id).all()
    else:
        rows = own.execute(SHORTLY, person_id, {"attempt": attempt_id}, Attempt).all()
    if not all(row.counts for row in rows) and (decision := last_decision(attempt_id)):
        arrived = [as_arrived(row) for row in _asked(ARRIVED, attempt_id)]
        taken = counted(arrived, end_of(attempt_id), decision.decided_at, decision.accepted)
        return fold(Reply(one.turn, one.sequence, one.slot, one.answer) for one in taken)
    return fold(
        Reply(turn, sequence, slot, _answer(content))
        for turn, sequence, slot, content, counts in rows
        if counts
    )


def _asked(query: Select, attempt_id: int) -> Result:
    return db.session.execute(query, {"attempt": attempt_id}, execution_options=OF_ATTEMPT)


def _answer(content: str) -> Said:
    """The letters of choices are few and known; what somebody wrote is kept nowhere."""
    return _letters(content) if len(content) <= SHORT else tuple(json.loads(content))


@lru_cache(4096)
def _letters(content: str) -> Said:
    return tuple(json.loads(content))


def as_arrived(row: Any) -> Arrived:
    said = Operation(row.turn, row.sequence, row.slot, tuple(row.content), row.said_at, row.sure)
    return Arrived(said, row.saved_at, row.counts)


def last_decision(attempt_id: int) -> LateDecision | None:
    query = select(LateDecision).where(LateDecision.attempt_id == attempt_id)
    return db.session.scalar(query.order_by(LateDecision.id.desc()).limit(1))


def end_of(attempt_id: int) -> Ended:
    """What the end of a seen attempt is to what arrives later."""
    query = (
        select(Attempt.ends_at, Attempt.submitted_at, Assessment.late_until, Attempt.looked)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .where(Attempt.id == attempt_id)
    )
    ends_at, submitted_at, late_until, looked = db.session.execute(
        query, execution_options=OF_ATTEMPT
    ).one()
    opened = select(Opening.turn, Opening.opened_at).where(Opening.attempt_id == attempt_id)
    turns: dict[int, datetime] = {
        turn - 1: at for turn, at in db.session.execute(opened, execution_options=OF_ATTEMPT)
    }
    return Ended(ends_at, submitted_at, until(late_until, ends_at), turns, looked_at(looked))


def looked_at(looked: dict[str, str]) -> dict[int, datetime]:
    """When right and wrong of which slots were looked at, as an attempt keeps it."""
    return {int(slot): datetime.fromisoformat(moment) for slot, moment in looked.items()}
