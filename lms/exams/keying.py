"""Answers on paper: keyed in twice, compared, settled, and then the own of the attempt."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from lms.access import add_rows
from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.exams import queries, rules, services, sits
from lms.exams.models import Answer, Assessment, Attempt, Opening, PaperEntry
from lms.exams.publishing import publish
from lms.exams.questions import Slot, in_one_go
from lms.exams.supervising import Seat, note_supervision, refuse_unchecked
from lms.people.queries import whole_city

Said = Mapping[int, Sequence[str]]  # slot → letters of the file, or the texts
TAKEN_IN, FIRST, SECOND, SETTLED = 0, 1, 2, 3  # the rounds of an attempt on paper
DEVICE = "paper"


def papers(assessment: Assessment) -> int:
    """How many papers there are; the one on the desk has its number."""
    beside, resits = sits.papers_of(assessment.id)
    return 1 + len(beside) + len(resits)


def begin(
    assessment: Assessment,
    seat: Seat,
    checked: str,
    started_at: datetime,
    paper: int,
    now: datetime,
    by: int,
    seed: int,
) -> int:
    """Take in a sheet of answers: the attempt began when the room began, and has ended; its id.

    paper: which of the papers lay on the desk, from 1. Raises Conflict where the person may not
    sit, Invalid for a time outside the window.
    """
    refuse_unchecked(checked)
    with whole_city():
        sit = sits.to_sit(seat.person_id, assessment.id)
        if not sit.opens_at <= started_at < min(sit.closes_at, now):
            raise Invalid("开考时间要在测评的开放时间以内，并且已经过去。")
        if sit.running is not None:
            raise Conflict("这个人正在手机或电脑上作答，不能再录纸质答卷。")
        rules.refuse_start(sit, started_at)
        beside, resits = sits.papers_of(assessment.id)
        chosen = [sit.paper_id, *beside, *resits][max(paper, 1) - 1 :][:1]
        if not chosen:
            raise Invalid("请选这个人答的是第几份试卷。")
        if not services.take_number(assessment.id, seat.person_id, sit.begun):
            raise Conflict("刚才已在另一处进入考试，请返回刷新后再试。")
        ends_at = sit.terms.end_of(started_at)
        attempt = Attempt(
            assessment_id=assessment.id,
            person_id=seat.person_id,
            org_id=sit.org_id,
            number=sit.begun + 1,
            paper_id=chosen[0],
            seed=in_one_go(seed),
            started_at=started_at,
            ends_at=ends_at,
            submitted_at=min(ends_at, now),
            turn=0,
        )
        db.session.add(attempt)
        db.session.flush()
        _enter(attempt, TAKEN_IN, {}, now, by)
        note_supervision(attempt, checked, now, by)
    return attempt.id


def rounds(attempt: Attempt) -> dict[int, PaperEntry]:
    """What was keyed in so far, by round. Raises Conflict for what was not sat on paper."""
    with whole_city():
        query = select(PaperEntry).where(PaperEntry.attempt_id == attempt.id)
        found = {one.round: one for one in db.session.scalars(query)}
    if TAKEN_IN not in found:
        raise Conflict("这份答卷不是在纸上答的，不用录入。")
    return found


def slots(attempt: Attempt) -> Sequence[Slot]:
    """What the sheet has numbers for, in the order of the paper."""
    with whole_city():
        return queries.with_paper(attempt)


def next_round(attempt: Attempt) -> int | None:
    """Which round is next; none where it is settled."""
    done = max(rounds(attempt))
    return done + 1 if done < SETTLED else None


def differences(attempt: Attempt) -> list[int]:
    """The slots where the two rounds say different things."""
    entries = rounds(attempt)
    one, other = said_in(entries[FIRST]), said_in(entries[SECOND])
    return [slot.number for slot in slots(attempt) if one[slot.number] != other[slot.number]]


def said_in(entry: PaperEntry) -> dict[int, list[str]]:
    return {int(slot): list(texts) for slot, texts in entry.answers.items()}


def key_in(attempt: Attempt, said: Said, round_: int, now: datetime, by: int) -> list[int]:
    """Keep one round. After the second, and after the third, what agrees becomes the answers.

    round_: the one whose form was sent; somebody may have sent it before. Returns the slots that
    still differ.
    """
    if next_round(attempt) != round_:
        raise Conflict("这一遍刚才已经录过了，请刷新页面再看。")
    with whole_city():
        _enter(attempt, round_, said, now, by)
    if round_ == FIRST:
        return []
    entries = rounds(attempt)
    agreed = said_in(entries[FIRST])
    if round_ == SETTLED:
        _settle(attempt, agreed | said_in(entries[SETTLED]), now, by)
        return []
    differing = differences(attempt)
    if not differing:
        with whole_city():
            _enter(attempt, SETTLED, {}, now, by)
        _settle(attempt, agreed, now, by)
    return differing


def _enter(attempt: Attempt, round_: int, said: Said, now: datetime, by: int) -> None:
    answers = {str(slot): list(texts) for slot, texts in said.items()}
    db.session.add(
        PaperEntry(
            attempt_id=attempt.id, round=round_, answers=answers, entered_at=now, entered_by=by
        )
    )
    db.session.flush()
    record("key in paper", now, whom=attempt, org_id=attempt.org_id, round=round_)


def _settle(attempt: Attempt, said: Said, now: datetime, by: int) -> None:
    """What was agreed on becomes the answers of the only turn, and is marked as any other."""
    taken = update(Attempt).where(Attempt.id == attempt.id, Attempt.turn == 0).values(turn=1)
    with whole_city():
        once = db.session.execute(taken.execution_options(synchronize_session=False))
        if once.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict("这份纸质答卷刚才已经录完，请刷新页面再看。")
        opened = {"attempt_id": attempt.id, "turn": 1, "device": DEVICE}
        db.session.add(Opening(**opened, opened_at=attempt.started_at))
        add_rows(Answer, _answers(attempt, said, now))
        publish(attempt, now)


def _answers(attempt: Attempt, said: Said, now: datetime) -> list[dict[str, object]]:
    """They were said before the end; nobody knows when, so it is not sure."""
    return [
        {
            "attempt_id": attempt.id,
            "turn": 1,
            "sequence": sequence,
            "slot": slot,
            "content": list(texts),
            "said_at": attempt.submitted_at or attempt.ends_at,
            "saved_at": now,
            "counts": True,
            "sure": False,
        }
        for sequence, (slot, texts) in enumerate(sorted(said.items()), start=1)
    ]
