"""Written answers of ended attempts are laid out to be read. Done by the clock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, func, or_, select

from lms.bank.models import QuestionVersion
from lms.bank.rules import QuestionType
from lms.db import db, find
from lms.exams import queries as exams
from lms.exams.holding import held
from lms.exams.keying import SETTLED
from lms.exams.keys import changed
from lms.exams.models import Attempt, LateDecision, Mark, PaperEntry
from lms.exams.publishing import changes_of
from lms.exams.questions import Slot
from lms.marking.models import MarkingPlan, Reading, Script
from lms.marking.queries import place_of
from lms.marking.rules import DECIDING
from lms.papers.models import PaperSlot

WRITTEN = (QuestionType.SHORT, QuestionType.ESSAY, QuestionType.CASE)
OVERLAP = timedelta(minutes=2)  # what was handed in before, and committed after, is not missed
SLICE = 10  # attempts in one transaction
AT_ONCE = 500


def gather(now: datetime, dice: Callable[[], int]) -> Iterator[int]:
    """Lay out what was handed in since the last time. Yields after each slice how many."""
    due = list(db.session.execute(_due()))
    plans = {assessment_id: _plan(assessment_id, dice) for _, assessment_id in due}
    for done, (attempt_id, assessment_id) in enumerate(due, start=1):
        lay_out(find(Attempt, attempt_id), plans[assessment_id], now)
        if done % SLICE == 0:
            yield done
    if len(due) < AT_ONCE:  # else the rest follows at the next
        for plan in plans.values():
            plan.gathered_at = now - OVERLAP
    yield len(due)


def _due() -> Select:
    """Ended attempts with writing that nobody has read, and those with answers that came late.

    Where nothing was written the machine has marked it. A sheet of paper is handed in before it is
    keyed.
    """
    asks = (
        select(PaperSlot.paper_id)
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .where(QuestionVersion.type.in_(WRITTEN))
    )
    marked = select(Mark.id).where(Mark.attempt_id == Attempt.id, Mark.slot == PaperSlot.number)
    read = marked.correlate(Attempt, PaperSlot).exists()
    unread = asks.where(PaperSlot.paper_id == Attempt.paper_id, ~read)
    keyed = select(PaperEntry.id).where(
        PaperEntry.attempt_id == Attempt.id,
        PaperEntry.round == SETTLED,
        PaperEntry.entered_at > MarkingPlan.gathered_at,
    )
    since = MarkingPlan.gathered_at
    late = select(LateDecision.id).where(
        LateDecision.attempt_id == Attempt.id,
        LateDecision.accepted,
        LateDecision.decided_at > since,
    )
    laid = select(Script.id).where(Script.attempt_id == Attempt.id)
    fresh = or_(since.is_(None), Attempt.submitted_at > since, keyed.exists())
    return (
        select(Attempt.id, Attempt.assessment_id)
        .outerjoin(MarkingPlan, MarkingPlan.assessment_id == Attempt.assessment_id)
        .where(
            Attempt.paper_id.in_(asks),
            Attempt.submitted_at.is_not(None),
            or_(and_(fresh, ~laid.exists(), unread.exists()), late.exists()),
        )
        .order_by(Attempt.submitted_at)
        .limit(AT_ONCE)
    )


def _plan(assessment_id: int, dice: Callable[[], int]) -> MarkingPlan:
    query = select(MarkingPlan).where(MarkingPlan.assessment_id == assessment_id)
    found = db.session.scalar(query)
    if found is None:
        found = MarkingPlan(assessment_id=assessment_id, seed=dice())
        db.session.add(found)
        db.session.flush()
    return found


def lay_out(attempt: Attempt, plan: MarkingPlan, now: datetime) -> None:
    """The written answers of an attempt; what changed since it was read is read once more."""
    said = held(attempt.id)
    changes = changes_of(attempt.assessment)
    laid = {
        script.slot: script
        for script in db.session.scalars(select(Script).where(Script.attempt_id == attempt.id))
    }
    for slot in exams.with_paper(attempt):
        answer = said.get(slot.number)
        text = answer.answer[0] if answer and answer.answer else ""
        if slot.key is not None or not text or changed(slot, changes):
            continue
        if slot.number not in laid:
            _add(attempt, slot, text, plan, now)
        elif laid[slot.number].said != text:
            _again(laid[slot.number], text)


def _add(attempt: Attempt, slot: Slot, text: str, plan: MarkingPlan, now: datetime) -> None:
    script = Script(
        assessment_id=attempt.assessment_id,
        attempt_id=attempt.id,
        slot=slot.number,
        version_id=slot.version_id,
        part=slot.part,
        points=slot.points,
        place=place_of(plan.seed, attempt.id, slot.number),
        said=text,
        made_at=now,
    )
    db.session.add(script)
    db.session.flush()
    for round_ in range(1, 3 if plan.twice else 2):
        open_round(script, round_)


def open_round(script: Script, round_: int, for_officers: bool = False) -> None:
    """One more reading of an answer, for whoever takes it."""
    db.session.add(
        Reading(script_id=script.id, round=round_, for_officers=for_officers, lines=[], note="")
    )
    db.session.flush()


def open_deciding(script: Script, for_officers: bool) -> None:
    """One more reading, which decides by itself."""
    last = db.session.scalar(select(func.max(Reading.round)).where(Reading.script_id == script.id))
    open_round(script, max((last or 0) + 1, DECIDING), for_officers)


def _again(script: Script, text: str) -> None:
    """The answer that counts is another now: what nobody has finished reading begins anew."""
    unread = delete(Reading).where(Reading.script_id == script.id, Reading.given_at.is_(None))
    db.session.execute(unread)
    script.said, script.settled_at = text, None
    open_deciding(script, for_officers=False)
