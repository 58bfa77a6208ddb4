"""How a question goes from draft to final, and out of use. State is changed nowhere else."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update

from lms.audit.services import record
from lms.bank import queries
from lms.bank.files import read_draft
from lms.bank.finding import follow
from lms.bank.models import Question
from lms.bank.rules import MOVES, Move, Pool, State, faults, refuse_own
from lms.db import db
from lms.errors import Conflict, Invalid

WHOLE = frozenset({Move.RETIRE, Move.REOPEN, Move.RECALL})  # these take the whole entry


def send(entry: Question, now: datetime) -> None:
    """A draft, or what came back mended, goes to the reviewers; one with faults does not."""
    for fault in faults(read_draft(queries.newest(entry).text)):
        raise fault
    _move(entry, Move.SEND, now)


def send_back(entry: Question, now: datetime, why: str) -> None:
    """The reviewer gives it back to its writer, with a reason."""
    if not why.strip():
        raise Invalid("退回时请写明理由。")
    _move(entry, Move.SEND_BACK, now, why=why)


def approve(entry: Question, now: datetime, by: int) -> None:
    """What was reviewed is in use from now on. Nobody approves what they wrote or changed."""
    refuse_own(by, entry.made_by, queries.newest(entry).made_by)
    _move(entry, Move.APPROVE, now)


def retire(entry: Question, now: datetime) -> None:
    """Out of use; papers and attempts keep what they had."""
    _move(entry, Move.RETIRE, now)


def reopen(entry: Question, now: datetime) -> None:
    """What was out of use lies on its writer's desk again, in its newest version.

    It is not a draft: a draft has never left its writer, and may be written over.
    """
    _move(entry, Move.REOPEN, now)


def recall(entry: Question, now: datetime, why: str) -> None:
    """What is in use and was found wrong goes back to its writer, with a reason."""
    if not why.strip():
        raise Invalid("退回时请写明理由。")
    _move(entry, Move.RECALL, now, why=why)


def send_many(ids: Collection[int], now: datetime) -> int:
    """Send those of the questions that can be sent and have no faults. Returns how many were."""
    well = [
        version.question_id
        for version in queries.newest_of(ids)
        if not faults(read_draft(version.text))
    ]
    return _move_many(well, Move.SEND, now)


def retire_many(ids: Collection[int], now: datetime) -> int:
    """Take those of the questions out of use that still are in it. Returns how many were."""
    return _move_many(ids, Move.RETIRE, now)


def approve_many(ids: Collection[int], now: datetime) -> int:
    """After a sample: what is in review for practice and the open bank is in use from now on.

    Questions of the examination pool stay in review whatever was asked.
    """
    return _move_many(ids, Move.APPROVE, now, Question.pool != Pool.EXAM)


def _move(entry: Question, move: Move, now: datetime, **facts: Any) -> None:
    """One question; of two who press at once, one does."""
    beside = entry.waiting is not None and move not in WHOLE
    number = entry.waiting if beside else entry.latest
    same = and_(
        Question.id == entry.id,
        Question.latest == entry.latest,
        Question.waiting == entry.waiting if entry.waiting else Question.waiting.is_(None),
    )
    if not (_beside(move, same) if beside else _whole(move, same)):
        raise Conflict("题目 {code} 的状态已有变化，请刷新页面后再办理。", code=entry.code)
    db.session.refresh(entry)
    follow([entry.id])
    record(f"{move} question", now, whom=entry, code=entry.code, version=number, **facts)


def _move_many(ids: Collection[int], move: Move, now: datetime, *which: ColumnElement[bool]) -> int:
    """Two statements in all: for those with a version beside the one in use, and the others."""
    done, asked = 0, sorted(ids)
    for first in range(0, len(asked), 1000):
        some = and_(Question.id.in_(asked[first : first + 1000]), *which)
        if move is Move.RETIRE:
            done += _whole(move, some)
            continue
        changing = db.session.scalars(select(Question.id).where(some, Question.waiting > 0)).all()
        beside = _beside(move, and_(some, Question.waiting.is_not(None)))
        done += beside + _whole(move, and_(some, Question.waiting.is_(None)))
        db.session.expire_all()
        follow(changing if move is Move.APPROVE else ())
    db.session.expire_all()
    record(f"{move} questions", now, whom="question", asked=len(asked), done=done)
    return done


def _beside(move: Move, which: ColumnElement[bool]) -> int:
    """Move the versions that wait beside the ones in use."""
    before, after = MOVES[move]
    values: dict[str, Any] = {"waiting_state": after}
    if after is State.FINAL:
        values = {
            "latest": Question.waiting,
            "state": State.FINAL,
            "waiting": None,
            "waiting_state": None,
        }
    here = and_(which, Question.waiting_state.in_(before), Question.state != State.RETIRED)
    return _done(here, values)


def _whole(move: Move, which: ColumnElement[bool]) -> int:
    """Move entries by the state of their version in use."""
    before, after = MOVES[move]
    values: dict[str, Any] = {"state": after}
    if move in (Move.REOPEN, Move.RECALL):
        newest = func.coalesce(Question.waiting, Question.latest)
        values |= {"latest": newest, "waiting": None, "waiting_state": None}
    return _done(and_(which, Question.state.in_(before)), values)


def _done(which: ColumnElement[bool], values: dict[str, Any]) -> int:
    once = update(Question).where(which).values(**values)
    done = db.session.execute(once.execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]
