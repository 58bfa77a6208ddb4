"""What waits about questions: to be reviewed, to be mended, to be released."""

from datetime import datetime

from sqlalchemy import literal, select

from lms.bank.models import Question
from lms.bank.queries import banks_for
from lms.bank.rules import Right
from lms.clock import day_of, start_of
from lms.people.rules import Me
from lms.practice.models import FaultReport
from lms.reviewing import queries as reviewing
from lms.reviewing.resting import touched
from lms.today.carrying import Found
from lms.today.offices import found


def reviews(me: Me, now: datetime) -> Found:
    """Questions that wait to be reviewed, none of them one's own."""
    banks = [one.id for one in banks_for(Right.REVIEW)]
    if not banks:
        return 0, []
    query, since = reviewing.codes_waiting(me.id, banks, now)
    return found(query.add_columns(literal(me.name)), since)


def returned(me: Me, now: datetime) -> Found:
    """Questions that came back from their reviewer."""
    query, since = reviewing.codes_returned(me.id, [one.id for one in banks_for(Right.WRITE)])
    return found(query.add_columns(literal(me.name)), since)


def faults(me: Me, now: datetime) -> Found:
    """本题有误 about the banks that one writes or reviews."""
    rights = (Right.WRITE, Right.REVIEW)
    banks = {one.id for right in rights for one in banks_for(right)}
    query = (
        select(Question.code, literal(me.name))
        .select_from(FaultReport)
        .join(Question, Question.id == FaultReport.question_id)
        .where(FaultReport.bank_id.in_(banks), FaultReport.answered_at.is_(None))
    )
    return found(query, FaultReport.said_at)


def laws(me: Me, now: datetime) -> Found:
    """Editions of laws that ended or were given a text, on which questions wait."""
    if not banks_for(Right.REVIEW):
        return 0, []
    rows = [
        (f"{edition.title} {edition.edition}", me.name, _since(edition, now), None)
        for edition, _many in touched(day_of(now))
    ]
    return len(rows), sorted(rows, key=lambda row: row[2])


def _since(edition, now: datetime) -> datetime:
    """When its end began to hold, or its text came."""
    ended = start_of(edition.to_on) if edition.to_on else None
    return min(filter(None, (ended, edition.text_at, now)))
