"""All results of an assessment are published in one act: prepared in slices, valid at one moment.

A result that is prepared has the number 0 and does not stand; one statement makes all of them
stand, one the verdicts, in the transaction that writes when the assessment was published.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.access import add_rows
from lms.access.scope import the_house_writes
from lms.audit.services import record
from lms.db import db, find
from lms.errors import Conflict
from lms.exams import queries
from lms.exams.models import Assessment, Attempt, Mark, Result, Verdict
from lms.exams.publishing import publish_anew, result_of_marks
from lms.exams.queries import OF_ATTEMPT
from lms.exams.rules import Counting, Publishing
from lms.jobs.rules import Progress
from lms.jobs.services import ask

PUBLISH = "publish results"
SLICE = 50  # attempts prepared in one transaction
OVERLOOKED = timedelta(hours=1)  # so long one looks for who handed in at that very moment
PREPARED = 0  # the number of a result that is not published yet
QUIETLY = OF_ATTEMPT | {"synchronize_session": False}


@dataclass(frozen=True)
class Standing:
    """How far an assessment is from being published. waiting: with an answer nobody has marked."""

    running: int
    submitted: int
    waiting: int
    published: int


def standing(assessment: Assessment) -> Standing:
    """In numbers, for the officers named."""
    attempts = (
        select(func.count()).select_from(Attempt).where(Attempt.assessment_id == assessment.id)
    )
    stands = select(Result.id).where(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None))
    ended = attempts.where(Attempt.submitted_at.is_not(None))
    numbers = (
        attempts.where(Attempt.submitted_at.is_(None)),
        ended,
        ended.where(~stands.exists(), _unmarked(assessment)),
        ended.where(stands.exists()),
    )
    return Standing(*(db.session.scalar(one) or 0 for one in numbers))


def _unmarked(assessment: Assessment) -> ColumnElement[bool]:
    """Fewer slots with a mark than the paper has."""
    marked = (
        select(func.count(Mark.slot.distinct()))
        .where(Mark.attempt_id == Attempt.id)
        .scalar_subquery()
    )
    return marked < assessment.questions


def ask_to_publish(assessment: Assessment, now: datetime, by: int) -> int:
    """Ask for the job that publishes all results. Raises Conflict where it was done before."""
    refuse_published(assessment)
    record("publish results", now, whom=assessment, org_id=assessment.org_id)
    return ask(PUBLISH, {"assessment_id": assessment.id}, by, now).id


def refuse_published(assessment: Assessment) -> None:
    if assessment.publishing is not Publishing.IN_ONE_ACT:
        raise Conflict("这次测评交卷即出成绩，不用统一公布。")
    if assessment.published_at is not None:
        raise Conflict("这次测评的成绩已经公布。")


def publish_all(
    args: Mapping[str, Any], state: Mapping[str, Any], now: datetime
) -> Iterator[Progress]:
    """The job: results are prepared slice by slice, then all of them stand at once."""
    assessment = find(Assessment, args["assessment_id"])
    refuse_published(assessment)
    last, done = state.get("last", 0), state.get("done", 0)
    whole = standing(assessment).submitted
    while ids := _ended(assessment, SLICE, Attempt.id > last):
        prepare(ids, now)
        last, done = ids[-1], done + len(ids)
        yield Progress(done, whole, {"last": last, "done": done})
    publish_prepared(assessment, now)
    yield Progress(done, done, {"last": last, "done": done})


def _ended(assessment: Assessment, most: int | None, *which: ColumnElement[bool]) -> list[int]:
    query = select(Attempt.id).where(
        Attempt.assessment_id == assessment.id, Attempt.submitted_at.is_not(None), *which
    )
    return list(db.session.scalars(query.order_by(Attempt.id).limit(most)))


def prepare(attempt_ids: Collection[int], now: datetime) -> None:
    """Write what these attempts earned, so that it does not stand yet. Twice is once."""
    with the_house_writes():
        gone = delete(Result).where(Result.attempt_id.in_(attempt_ids), Result.number == PREPARED)
        db.session.execute(gone, execution_options=QUIETLY)
        unsaid = delete(Verdict).where(Verdict.attempt_id.in_(attempt_ids), ~Verdict.counts)
        db.session.execute(unsaid, execution_options=QUIETLY)
        marks = _marks(attempt_ids)
        attempts = db.session.scalars(select(Attempt).where(Attempt.id.in_(attempt_ids)))
        found = [_prepared(one, marks.get(one.id, {}), now) for one in attempts]
        add_rows(Result, [rows[0] for rows in found if rows])
        add_rows(Verdict, [rows[1] for rows in found if rows])


def _marks(attempt_ids: Collection[int]) -> dict[int, dict[int, Fraction]]:
    """By attempt: the share that counts for each slot."""
    query = select(Mark.attempt_id, Mark.slot, Mark.share, Mark.share_of).where(
        Mark.attempt_id.in_(attempt_ids)
    )
    found: dict[int, dict[int, Fraction]] = {}
    rows = db.session.execute(query.order_by(Mark.id), execution_options=OF_ATTEMPT)
    for attempt_id, slot, share, of in rows:
        found.setdefault(attempt_id, {})[slot] = Fraction(share, of)
    return found


def _prepared(
    attempt: Attempt, earned: Mapping[int, Fraction], now: datetime
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The rows of a result and a verdict; none where an answer has no mark yet."""
    slots = queries.with_paper(attempt)
    if any(slot.number not in earned for slot in slots):
        return None
    about = {
        "person_id": attempt.person_id,
        "org_id": attempt.org_id,
        "assessment_id": attempt.assessment_id,
        "attempt_id": attempt.id,
    }
    values = result_of_marks(attempt, slots, earned)
    stands = {"number": PREPARED, "published_at": now, "replaced_at": now, "why": None}
    sat_at = min(attempt.submitted_at or now, attempt.ends_at)
    counts = {"passed": values["passed"], "counts": False, "sat_at": sat_at, "recorded_at": now}
    return about | values | stands, about | counts


def publish_prepared(assessment: Assessment, now: datetime) -> None:
    """The one moment: what was handed in or marked meanwhile is prepared, and all of it stands."""
    once = update(Assessment).where(
        Assessment.id == assessment.id, Assessment.published_at.is_(None)
    )
    done = db.session.execute(once.values(published_at=now))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这次测评的成绩已经公布。")
    prepared = select(Result.id).where(Result.attempt_id == Attempt.id, Result.number == PREPARED)
    newer = (
        select(Mark.id)
        .join(Result, Result.attempt_id == Mark.attempt_id)
        .where(Mark.attempt_id == Attempt.id, Mark.marked_at > Result.published_at)
    )
    stale = _ended(assessment, None, or_(~prepared.exists(), newer.exists()))
    for at in range(0, len(stale), SLICE):
        prepare(stale[at : at + SLICE], now)
    with the_house_writes():
        ours = Result.assessment_id == assessment.id, Result.number == PREPARED
        counted = _counted(assessment)
        db.session.execute(
            update(Verdict)
            .where(Verdict.assessment_id == assessment.id, Verdict.attempt_id.in_(counted))
            .values(counts=True),
            execution_options=QUIETLY,
        )
        db.session.execute(
            update(Result).where(*ours).values(number=1, replaced_at=None, published_at=now),
            execution_options=QUIETLY,
        )
    db.session.refresh(assessment)


def _counted(assessment: Assessment) -> Any:
    """The attempts with a prepared result whose verdict counts."""
    attempts = (
        select(Attempt.id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Result.number == PREPARED, Attempt.assessment_id == assessment.id)
    )
    if assessment.which_counts is Counting.BEST:
        return attempts
    other, theirs = aliased(Attempt), aliased(Result)
    last = assessment.which_counts is Counting.LAST
    beats = other.number > Attempt.number if last else other.number < Attempt.number
    beaten = (
        select(other.id)
        .join(theirs, theirs.attempt_id == other.id)
        .where(
            other.assessment_id == Attempt.assessment_id,
            other.person_id == Attempt.person_id,
            theirs.number == PREPARED,
            beats,
        )
    )
    return attempts.where(~beaten.exists())


def publish_left(now: datetime) -> None:
    """Who handed in at the very moment of publication was overlooked: published by the clock."""
    stands = select(Result.id).where(Result.attempt_id == Attempt.id)
    marked = (
        select(func.count(Mark.slot.distinct()))
        .where(Mark.attempt_id == Attempt.id)
        .scalar_subquery()
    )
    query = (
        select(Attempt)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .where(
            Assessment.published_at > now - OVERLOOKED,
            Attempt.submitted_at.is_not(None),
            ~stands.exists(),
            marked >= Assessment.questions,
        )
        .limit(SLICE)
    )
    for attempt in db.session.scalars(query).all():
        publish_anew(attempt, now, "")
