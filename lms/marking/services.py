"""Taking an answer, reading it, giving the marks; what the readings come to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Update, delete, or_, select, update

from lms.access import add_rows
from lms.access.scope import seeing_everything
from lms.audit.services import record
from lms.db import db, find
from lms.errors import Conflict, NotFound
from lms.exams import queries as exams
from lms.exams.models import Assessment, Attempt, Mark, Result
from lms.exams.publishing import last_marks, mark_row, publish_anew
from lms.jobs.rules import Progress
from lms.jobs.services import ask
from lms.marking import queries, rules
from lms.marking.gathering import open_deciding
from lms.marking.models import MarkingPlan, Reading, RubricChange, Script
from lms.marking.queries import Place
from lms.words import N_

REPAY = "pay a rubric anew"
SLICE = 20  # answers in one transaction


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def take(place: Place, me: int, now: datetime) -> Reading | None:
    """The next answer to a question for this marker; none where nothing waits.

    What somebody else began and left is taken over with all that was ticked and noted.
    """
    for reading_id in queries.free(place, me, now):
        free = or_(Reading.marker_id.is_(None), Reading.marker_id == me, Reading.held_until < now)
        mine = update(Reading).where(Reading.id == reading_id, Reading.given_at.is_(None), free)
        if _happened(mine.values(marker_id=me, held_until=now + rules.LEASE)):
            return find(Reading, reading_id)
    return None


def save(reading: Reading, ticked: Sequence[int], note: str, now: datetime, me: int) -> None:
    """Keep what is ticked and noted so far; the answer stays with this marker."""
    _write(reading, ticked, note, now, me, held_until=now + rules.LEASE)


def give(reading: Reading, ticked: Sequence[int], note: str, now: datetime, me: int) -> None:
    """The reading is finished: what the answer earns follows."""
    _write(reading, ticked, note, now, me, given_at=now, held_until=None)
    record("give reading", now, whom=reading)
    settle(reading.script_id, now)


def hand_back(reading: Reading, now: datetime, me: int) -> None:
    """Let another marker go on with it; what is ticked and noted stays."""
    rules.refuse_taken(reading.marker_id, me, reading.given_at)
    held = update(Reading).where(Reading.id == reading.id, Reading.marker_id == me)
    _happened(held.where(Reading.given_at.is_(None)).values(marker_id=None, held_until=None))
    record("hand back reading", now, whom=reading)


def reopen(reading: Reading, now: datetime, me: int) -> None:
    """Look at a finished reading once more, while its result is not published."""
    if reading.marker_id != me:
        raise NotFound("没有找到，或不在您的权限范围内。")
    with seeing_everything():
        script = find(Script, reading.script_id)
        stands = select(Result.id).where(
            Result.attempt_id == script.attempt_id, Result.replaced_at.is_(None)
        )
        if db.session.scalar(stands) is not None:
            raise Conflict("成绩已经公布，不能再改。有异议的，由考生申诉后重新评阅。")
    mine = update(Reading).where(Reading.id == reading.id, Reading.marker_id == me)
    _happened(mine.values(given_at=None, held_until=now + rules.LEASE))
    record("reopen reading", now, whom=reading)


def _write(
    reading: Reading, ticked: Sequence[int], note: str, now: datetime, me: int, **more: object
) -> None:
    rules.refuse_taken(reading.marker_id, me, reading.given_at)
    rules.refuse_ticks(queries.rubric(find(Script, reading.script_id)), ticked)
    mine = update(Reading).where(
        Reading.id == reading.id, Reading.marker_id == me, Reading.given_at.is_(None)
    )
    kept = {"lines": sorted(set(ticked)), "note": note.strip(), "saved_at": now}
    if not _happened(mine.values(**kept, **more)):
        db.session.refresh(reading)
        rules.refuse_taken(reading.marker_id, me, reading.given_at)
    db.session.refresh(reading)


def _happened(once: Update) -> bool:
    """Do what may happen once; whether it was this request that did it."""
    done = db.session.execute(once.execution_options(synchronize_session=False))
    return done.rowcount == 1  # type: ignore[attr-defined]


# ── what the readings come to ───────────────────────────────────────────────────────────────────


def settle(script_id: int, now: datetime, why: str = N_("阅卷有更正")) -> None:
    """Two that differ too much go to the officers; else the mark is added, the result follows.

    A marker sees no attempt: the house looks it up.
    """
    with seeing_everything():
        # of two markers who finish at once the second sees what the first gave
        script = db.session.scalars(
            select(Script).where(Script.id == script_id).with_for_update()
        ).one()
        found = _outcome(script)
        waiting = select(Reading.id).where(
            Reading.script_id == script_id, Reading.for_officers, Reading.given_at.is_(None)
        )
        if found.apart and db.session.scalar(waiting) is None:
            open_deciding(script, for_officers=True)
        if found.share is not None:
            db.session.execute(delete(Reading).where(Reading.id.in_(waiting)))
            _mark(script, found, now, why)


def _outcome(script: Script) -> rules.Outcome:
    plan = db.session.scalars(
        select(MarkingPlan).where(MarkingPlan.assessment_id == script.assessment_id)
    ).one()
    rubric = queries.rubric(script)
    given = [
        rules.Given(one.round, one.marker_id or 0, rules.share_of_lines(rubric, one.lines))
        for one in queries.given([script.id])
    ]
    return rules.outcome(given, _rounds(script), plan.most_apart)


def _rounds(script: Script) -> int:
    """How many usual readings were laid out for it: the plan may have been changed since."""
    query = select(Reading.id).where(Reading.script_id == script.id, Reading.round < rules.DECIDING)
    return len(db.session.scalars(query).all())


def _mark(script: Script, found: rules.Outcome, now: datetime, why: str) -> None:
    attempt = find(Attempt, script.attempt_id)
    slot = next(one for one in exams.with_paper(attempt) if one.number == script.slot)
    before = last_marks(attempt).get(script.slot)
    share = found.share
    assert share is not None
    same = before is not None and (before.share, before.share_of) == share.as_integer_ratio()
    if not same:
        again = why if before is not None else None
        add_rows(Mark, [mark_row(attempt.id, slot, share, now, found.marker_id, again)])
    script.settled_at = now
    db.session.flush()
    publish_anew(attempt, now, why)


# ── what a line pays ────────────────────────────────────────────────────────────────────────────


def repay(
    assessment: Assessment,
    script: Script,
    points: Sequence[Decimal],
    reason: str,
    now: datetime,
    by: int,
) -> int:
    """Change what the lines of a rubric pay here; all answers read by it are paid anew by a job."""
    rules.refuse_payment(queries.rubric(script), points)
    change = RubricChange(
        assessment_id=assessment.id,
        version_id=script.version_id,
        part=script.part,
        points=[str(one) for one in points],
        reason=rules.refuse_text(reason),
        decided_at=now,
        decided_by=by,
    )
    db.session.add(change)
    db.session.flush()
    record("change rubric", now, whom=assessment, org_id=assessment.org_id, points=change.points)
    args = {"place": [assessment.id, script.version_id, script.part], "why": change.reason}
    return ask(REPAY, args, by, now).id


def pay_anew(
    args: Mapping[str, Any], state: Mapping[str, Any], now: datetime
) -> Iterator[Progress]:
    """The job: every answer that was read by a rubric, slice by slice."""
    assessment_id, version_id, part = args["place"]
    done, last = state.get("done", 0), state.get("last", 0)
    while ids := queries.settled((assessment_id, version_id, part), last, SLICE):
        for script_id in ids:
            settle(script_id, now, args["why"])
        done, last = done + len(ids), ids[-1]
        yield Progress(done, done, {"done": done, "last": last})
