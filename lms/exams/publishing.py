"""From answers to marks, from marks to the result and the verdict: now, and whenever it changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Integer, bindparam, select, update

from lms.access import add_rows, own
from lms.access.scope import the_house_writes
from lms.audit.services import own_act, record
from lms.db import db
from lms.errors import Conflict
from lms.exams import marked, queries, rules
from lms.exams.changed import KeyChange
from lms.exams.holding import held
from lms.exams.keys import Changes, changed, share_of
from lms.exams.models import Assessment, Attempt, Candidate, Mark, Result, Verdict
from lms.exams.queries import OF_ATTEMPT
from lms.exams.questions import Slot
from lms.exams.rules import Counting, Publishing, Reply, Said
from lms.scoring.totals import level, passed, rounded, total

ID = bindparam("attempt", type_=Integer)
MARKS = select(Mark).where(Mark.attempt_id == ID).order_by(Mark.id)
QUIETLY = OF_ATTEMPT | {"synchronize_session": False}
Shares = Mapping[int, Fraction]  # by slot
Row = tuple[type[Any], dict[str, Any]]  # to be added


def publish(attempt: Attempt, now: datetime) -> None:
    """Mark an attempt that has ended, and publish what it earned unless that waits.

    The answers are read after the attempt is closed.
    """
    slots = queries.with_paper(attempt)
    said = held(attempt.id, attempt.person_id)
    earned = machine_shares(slots, said, changes_of(attempt.assessment))
    with the_house_writes():
        marks = [(slot, earned[slot.number]) for slot in slots if slot.number in earned]
        marked.add(attempt.id, attempt.person_id, marks, now)
        in_time = now <= attempt.ends_at
        rows: list[Row] = [own_act("end attempt", now, attempt, attempt.org_id, in_time=in_time)]
        if not _waits(attempt.assessment) and len(earned) == len(slots):
            rows += _issued(attempt, slots, earned, now)
        own.add_each(rows, attempt.person_id)
        if len(rows) > 1:
            count_one(attempt)


def publish_anew(attempt: Attempt, now: datetime, why: str, by: int | None = None) -> bool:
    """After anything that changes what an attempt earns: marks are added, the next result follows.

    why: as the person reads it beside the result; by: who decided, none: the house itself.
    Whether a result was written: not where one still waits, nor where it would say the same.
    """
    if attempt.submitted_at is None or attempt.voided_at is not None:
        return False
    slots = queries.with_paper(attempt)
    earned = _marked_anew(attempt, slots, now, why)
    if len(earned) < len(slots):
        return False
    standing = queries.result_of(attempt.id)
    if standing is None and _waits(attempt.assessment):
        return False
    if standing is not None and _says(standing) == _says(result_of_marks(attempt, slots, earned)):
        return False
    with the_house_writes():
        _issue(attempt, slots, earned, now, standing, why)
    record("publish anew", now, whom=attempt, org_id=attempt.org_id, why=why, by=by)
    return True


def void(attempt: Attempt, now: datetime, why: str) -> None:
    """An attempt that somebody else sat counts for nothing; its person may sit once more."""
    once = update(Attempt).where(Attempt.id == attempt.id, Attempt.voided_at.is_(None))
    done = db.session.execute(once.values(voided_at=now), execution_options=QUIETLY)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这份答卷已经作废。")
    gone = update(Result).where(Result.attempt_id == attempt.id, Result.replaced_at.is_(None))
    db.session.execute(gone.values(replaced_at=now), execution_options=QUIETLY)
    _ends(Verdict.attempt_id == attempt.id)
    again = update(Candidate).where(
        Candidate.assessment_id == attempt.assessment_id, Candidate.person_id == attempt.person_id
    )
    db.session.execute(again.values(voided=Candidate.voided + 1), execution_options=QUIETLY)
    count_one(attempt)  # of the person's own attempts another one counts now
    record("void attempt", now, whom=attempt, org_id=attempt.org_id, why=why)


def _waits(assessment: Assessment) -> bool:
    """Whether nothing is published before the officers named publish all in one act."""
    return assessment.publishing is Publishing.IN_ONE_ACT and assessment.published_at is None


def changes_of(assessment: Assessment) -> Changes:
    """The keys that were changed in an assessment; for each question the last change counts."""
    if not assessment.keys_changed:
        return {}
    query = select(KeyChange).where(KeyChange.assessment_id == assessment.id)
    rows = db.session.scalars(query.order_by(KeyChange.id), execution_options=OF_ATTEMPT)
    return {(row.version_id, row.part): row.key for row in rows}


# ── marks ───────────────────────────────────────────────────────────────────────────────────────


def machine_shares(
    slots: Sequence[Slot], said: Mapping[int, Reply], changes: Changes
) -> dict[int, Fraction]:
    """What the machine gives for each slot; what a person must read is left out."""
    found = {}
    for slot in slots:
        answer = said[slot.number].answer if slot.number in said else ()
        share = share_of(slot, answer, changes) if changes else _paid(slot, answer)
        if share is not None:
            found[slot.number] = share
    return found


def _paid(slot: Slot, answer: Said) -> Fraction | None:
    """By the question's own key. What letters earn is reckoned once; words are kept nowhere."""
    if answer in slot.paid:
        return slot.paid[answer]
    share = share_of(slot, answer)
    if len(answer) <= len(slot.letters) and set(slot.letters).issuperset(answer):
        slot.paid[answer] = share
    return share


def last_marks(attempt: Attempt) -> dict[int, Mark]:
    """The mark that counts for each slot."""
    rows = db.session.scalars(MARKS, {"attempt": attempt.id}, execution_options=OF_ATTEMPT)
    return {row.slot: row for row in rows}


def mark_row(
    attempt_id: int,
    slot: Slot,
    share: Fraction,
    now: datetime,
    marker_id: int | None = None,
    why: str | None = None,
) -> dict[str, object]:
    """A mark as it is added. marker_id: none, the machine."""
    return {
        "attempt_id": attempt_id,
        "slot": slot.number,
        "share": share.numerator,
        "share_of": share.denominator,
        "points": slot.points,
        "marked_at": now,
        "marker_id": marker_id,
        "why": why,
    }


def _marked_anew(
    attempt: Attempt, slots: Sequence[Slot], now: datetime, why: str
) -> dict[int, Fraction]:
    """What each slot earns from now on; marks are added where the machine's has changed."""
    last = last_marks(attempt)
    before = _shares(last)
    earned = earned_by(attempt, slots, changes_of(attempt.assessment), last)
    added = [
        mark_row(attempt.id, slot, earned[slot.number], now, why=why)
        for slot in slots
        if slot.number in earned and earned[slot.number] != before.get(slot.number)
    ]
    with the_house_writes():
        add_rows(Mark, added)
    return earned


def earned_by(
    attempt: Attempt, slots: Sequence[Slot], changes: Changes, last: Mapping[int, Mark]
) -> dict[int, Fraction]:
    """What each slot of a marked attempt earns by these keys. last: the marks that count now.

    A person's mark stands until a person gives the next, or the key of the question is changed.
    """
    by_machine = machine_shares(slots, held(attempt.id), changes)
    by_hand = {slot for slot, mark in last.items() if mark.marker_id is not None}
    stands = [one.number for one in slots if one.number in by_hand and not changed(one, changes)]
    return _shares(last) | {slot: one for slot, one in by_machine.items() if slot not in stands}


def _shares(marks: Mapping[int, Mark]) -> dict[int, Fraction]:
    return {slot: Fraction(mark.share, mark.share_of) for slot, mark in marks.items()}


# ── the result and the verdict ──────────────────────────────────────────────────────────────────


def result_of_marks(attempt: Attempt, slots: Sequence[Slot], earned: Shares) -> dict[str, Any]:
    """What the marks come to, by the rule of the assessment."""
    assessment = attempt.assessment
    sum_ = total([(earned[slot.number], slot.points) for slot in slots])
    points = rounded(sum([slot.points for slot in slots], Decimal(0)))
    asked = [(slot.question.abilities, earned[slot.number]) for slot in slots]
    return {
        "earned": sum_,
        "points": points,
        "passed": passed(sum_, rules.pass_line(points, assessment.pass_mark)),
        "level": level(
            sum_,
            points,
            rules.bands(assessment.pass_mark, assessment.merit, assessment.distinction),
        ),
        "abilities": rules.right_of_asked(asked),
    }


def _says(result: Result | Mapping[str, Any]) -> tuple[Any, ...]:
    """What a person reads of a result."""
    names = ("earned", "points", "passed", "level", "abilities")
    if isinstance(result, Result):
        return tuple(getattr(result, name) for name in names)
    return tuple(result[name] for name in names)


def _issue(
    attempt: Attempt,
    slots: Sequence[Slot],
    earned: Shares,
    now: datetime,
    standing: Result | None,
    why: str,
) -> None:
    """Write the result that stands from now on, and the verdict with it."""
    number = 1
    if standing is not None:
        standing.replaced_at, number = now, standing.number + 1
        db.session.flush()  # one stands at a time
        _ends(Verdict.attempt_id == attempt.id)
    said = why if standing is not None else None
    own.add_each(_issued(attempt, slots, earned, now, number, said), attempt.person_id)
    count_one(attempt)


def _issued(
    attempt: Attempt,
    slots: Sequence[Slot],
    earned: Shares,
    now: datetime,
    number: int = 1,
    why: str | None = None,
) -> list[Row]:
    """A result, frozen with its rule, and its verdict, to be added."""
    values = result_of_marks(attempt, slots, earned)
    about = {
        "person_id": attempt.person_id,
        "org_id": attempt.org_id,
        "assessment_id": attempt.assessment_id,
        "attempt_id": attempt.id,
    }
    issued = {"number": number, "published_at": now, "why": why}
    sat_at = min(attempt.submitted_at or now, attempt.ends_at)
    verdict = {"passed": values["passed"], "sat_at": sat_at, "recorded_at": now, "counts": True}
    return [(Result, about | values | issued), (Verdict, about | verdict)]


def _ends(*which: Any) -> None:
    """Verdicts that count no more."""
    gone = update(Verdict).where(Verdict.counts, *which).values(counts=False)
    db.session.execute(gone, execution_options=QUIETLY)


def count_one(attempt: Attempt) -> None:
    """Where the first or the last attempt counts, the verdicts on the others do not.

    The best needs nothing: who reads verdicts takes the best of those that count. What is void was
    sat by somebody else, and what is only prepared was not told to anybody.
    """
    if attempt.assessment.which_counts is Counting.BEST:
        return
    mine = (
        Verdict.assessment_id == attempt.assessment_id,
        Verdict.person_id == attempt.person_id,
    )
    standing = select(Result.id).where(
        Result.attempt_id == Verdict.attempt_id, Result.replaced_at.is_(None)
    )
    query = (
        select(Verdict.id, Attempt.number)
        .join(Attempt, Attempt.id == Verdict.attempt_id)
        .where(*mine, Attempt.voided_at.is_(None), standing.exists())
    )
    rows = db.session.execute(query.order_by(Verdict.id), execution_options=OF_ATTEMPT)
    latest = {number: verdict_id for verdict_id, number in rows}
    if not latest:
        return
    last = attempt.assessment.which_counts is Counting.LAST
    chosen = max(latest) if last else min(latest)
    _ends(*mine, Verdict.id != latest[chosen])
    counts = update(Verdict).where(Verdict.id == latest[chosen]).values(counts=True)
    db.session.execute(counts, execution_options=QUIETLY)
