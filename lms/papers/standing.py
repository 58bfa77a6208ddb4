"""Whether what a paper asks has been reviewed and holds: looked at before it is handed out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, select, update

from lms.audit.services import record
from lms.bank import states
from lms.bank.files import read_question
from lms.bank.models import Question, QuestionVersion
from lms.bank.queries import resting_on_what_does_not_hold, version
from lms.bank.rules import State
from lms.db import db
from lms.errors import Conflict, Refusal
from lms.papers.models import Paper, PaperRelease, PaperSlot

OPEN = frozenset({State.DRAFT, State.IN_REVIEW})


class Lack(StrEnum):
    """Why a question of a paper may not be asked."""

    UNREVIEWED = "unreviewed"  # nobody has passed it yet
    RETURNED = "returned"  # it went back to its writer
    MENDED = "mended"  # it went back, and a mended version has been passed since
    ENDED = "ended"  # it rests on an edition that does not hold


@dataclass(frozen=True)
class Lacking:
    """A question of a paper that may not be asked as it stands."""

    number: int
    question_id: int
    lack: Lack


def lack_of(waits: bool, number: int, latest: int, state: State, holds: bool) -> Lack | None:
    """What a question lacks. waits: it was in review when it was taken; number: its version."""
    if state in OPEN and waits:
        return Lack.UNREVIEWED
    if state is State.RETURNED:
        return Lack.RETURNED
    if waits and latest != number:
        return Lack.MENDED
    return None if holds else Lack.ENDED


def lacking(paper_id: int, day: date) -> list[Lacking]:
    """What stands in the way of asking a paper's questions, in their order.

    Who sets an assessment from a paper sees none of its questions, but is told the numbers.
    """
    ended = QuestionVersion.id.in_(resting_on_what_does_not_hold(day))
    query = (
        select(
            PaperSlot.number,
            Question.id,
            PaperSlot.waits,
            QuestionVersion.number,
            Question.latest,
            Question.state,
            ended,
        )
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(PaperSlot.paper_id == paper_id)
        .order_by(PaperSlot.number)
    )
    rows = db.session.execute(query, execution_options={"counted": PaperRelease})
    found = [
        (place, key, lack_of(waits, number, latest, state, not gone))
        for place, key, waits, number, latest, state, gone in rows
    ]
    return [Lacking(place, key, lack) for place, key, lack in found if lack]


def numbers(found: Collection[Lacking], lack: Lack) -> list[int]:
    return [one.number for one in found if one.lack is lack]


def troubles(found: Collection[Lacking]) -> list[Refusal]:
    """The same in sentences, one for each kind."""
    told = {
        Lack.UNREVIEWED: Conflict("第 {n} 题还没有审过。", n=_listed(found, Lack.UNREVIEWED)),
        Lack.RETURNED: Conflict("第 {n} 题已退回命题人。", n=_listed(found, Lack.RETURNED)),
        Lack.MENDED: Conflict(
            "第 {n} 题退回后已改好并审过，请换成改好的一版。", n=_listed(found, Lack.MENDED)
        ),
        Lack.ENDED: Conflict(
            "第 {n} 题的依据已修改、废止或尚未施行。", n=_listed(found, Lack.ENDED)
        ),
    }
    return [sentence for lack, sentence in told.items() if numbers(found, lack)]


def _listed(found: Collection[Lacking], lack: Lack) -> str:
    return "、".join(map(str, numbers(found, lack)))


def send(paper: Paper, found: Sequence[Lacking], now: datetime) -> int:
    """Have every question of a paper reviewed. Returns how many were sent."""
    waiting = {one.question_id for one in found if one.lack is Lack.UNREVIEWED}
    sent = states.send_many(waiting, now)
    record("send paper", now, whom=paper, waiting=len(waiting), sent=sent)
    return sent


def take_mended(paper: Paper, day: date, now: datetime) -> int:
    """Put the mended versions in the place of those that went back. Returns how many.

    A paper that was handed out stays as it is.
    """
    if _handed_out(paper.id):
        raise Conflict("这份试卷已经提供，不能再换题。")
    mended = {one.question_id for one in lacking(paper.id, day) if one.lack is Lack.MENDED}
    newest = (
        select(QuestionVersion.question_id, QuestionVersion.id)
        .join(
            Question,
            and_(
                Question.id == QuestionVersion.question_id,
                Question.latest == QuestionVersion.number,
            ),
        )
        .where(Question.id.in_(mended))
    )
    for question_id, version_id in db.session.execute(newest).all():
        _refuse_another_shape(paper, question_id, version_id)
        old = select(QuestionVersion.id).where(QuestionVersion.question_id == question_id)
        here = PaperSlot.paper_id == paper.id, PaperSlot.version_id.in_(old)
        swap = update(PaperSlot).where(*here).values(version_id=version_id, waits=False)
        db.session.execute(swap.execution_options(synchronize_session=False))
    record("take mended questions", now, whom=paper, count=len(mended))
    return len(mended)


def _refuse_another_shape(paper: Paper, question_id: int, version_id: int) -> None:
    """The points of a slot were set for the parts that the question had."""
    query = (
        select(PaperSlot.number)
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .where(PaperSlot.paper_id == paper.id, QuestionVersion.question_id == question_id)
    )
    places = db.session.scalars(query.order_by(PaperSlot.number)).all()
    if len(read_question(version(version_id).text).parts) != len(places):
        raise Conflict("第 {n} 题改后小题数不同了，请重新组卷。", n=places[0])


def _handed_out(paper_id: int) -> bool:
    query = select(PaperRelease.id).where(PaperRelease.paper_id == paper_id).limit(1)
    return db.session.scalar(query, execution_options={"counted": Paper}) is not None
