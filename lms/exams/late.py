"""What arrived after the end: who waits for a decision, the decision, and what follows from it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from lms.access import add_rows
from lms.audit.services import record
from lms.db import Utc, db, find
from lms.errors import Conflict, Invalid, NotAllowed
from lms.exams.holding import FACTS, as_arrived, looked_at
from lms.exams.lateness import Arrived, Ended, until, waiting
from lms.exams.models import (
    Allowance,
    Answer,
    Assessment,
    Attempt,
    LateDecision,
    NamedOfficer,
    Opening,
    Pulse,
)
from lms.exams.publishing import publish_anew
from lms.jobs.rules import Progress
from lms.jobs.services import ask
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.people.models import Person
from lms.words import N_

MARK = "count late answers"  # the job
AT_ONCE = 20  # marked anew while the officer waits; more, by the worker
SLICE = 10
RECENT = timedelta(days=3)  # so long after anything could come the house still looks by itself
ACCEPTED = N_("考试结束后到达的答案经核对计入")
BY_RULE = N_("考试结束后到达的答案按本次测评的规定计入")
MARKING, MARKED = N_("正在重新计分"), N_("已重新计分")


@dataclass(frozen=True)
class Late:
    """An attempt with answers that wait for a decision: what is at stake, and no mark.

    contact_at: the last contact before the end; unsure: of how many the time could not be kept.
    """

    attempt_id: int
    person_id: int
    person: str
    unit: str
    path: str
    number: int
    ends_at: datetime
    contact_at: datetime
    answers: int
    unsure: int
    said_from: datetime
    said_to: datetime
    arrived_at: datetime


def waiting_in(assessment: Assessment, path: str = "/", counted: type[Any] = Attempt) -> list[Late]:
    """The attempts of an assessment that wait, of those under a unit.

    counted: Attempt, for the officers named; Assessment, for sums alone.
    """
    rows = _rows(Attempt.assessment_id == assessment.id, under(path), counted=counted)
    return [late for late in map(_late, rows.values()) if late is not None]


def waiting_for(person_id: int, since: datetime) -> list[Late]:
    """The attempts that wait in assessments a person is named for, still awaited since a moment."""
    mine = select(NamedOfficer.assessment_id).where(NamedOfficer.person_id == person_id)
    undecided = ~select(LateDecision.id).where(LateDecision.attempt_id == Attempt.id).exists()
    which = (Attempt.assessment_id.in_(mine), _awaited_since(since), undecided)
    rows = _rows(*which, counted=Attempt)
    return [late for late in map(_late, rows.values()) if late is not None]


def _awaited_since(moment: datetime) -> ColumnElement[bool]:
    """Whether something could come late after a moment: as stated, by the close, or an own one."""
    own = select(Allowance.assessment_id).where(Allowance.closes_at > moment)
    last = func.coalesce(Assessment.late_until, Assessment.closes_at, type_=Utc)
    return or_(last > moment, Assessment.id.in_(own))


def waiting_of(attempt: Attempt) -> int:
    """Of how many of its questions an attempt has answers that wait for a decision."""
    rows = _rows(Attempt.id == attempt.id, counted=Attempt).values()
    return sum(late.answers for late in map(_late, rows) if late is not None)


def _rows(*which: ColumnElement[bool], counted: type[Any]) -> dict[int, list[Any]]:
    """By attempt, the answers that did not count, each with what decides about it."""
    newer = aliased(Opening)
    decided = (
        select(LateDecision.attempt_id, func.max(LateDecision.decided_at).label("at"))
        .group_by(LateDecision.attempt_id)
        .subquery()
    )
    query = (
        select(
            *FACTS,
            newer.opened_at,
            decided.c.at.label("decided_at"),
            Attempt.id.label("attempt_id"),
            Attempt.person_id,
            Attempt.number,
            Attempt.started_at,
            Attempt.ends_at,
            Attempt.submitted_at,
            Attempt.looked,
            Assessment.late_until,
            Pulse.in_time_at,
            Person.name,
            OrgUnit.name.label("unit"),
            OrgUnit.path,
        )
        .select_from(Attempt)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(Answer, and_(Answer.attempt_id == Attempt.id, ~Answer.counts))
        .join(Person, Person.id == Attempt.person_id)
        .join(OrgUnit, OrgUnit.id == Attempt.org_id)
        .outerjoin(Pulse, Pulse.attempt_id == Attempt.id)
        .outerjoin(newer, and_(newer.attempt_id == Attempt.id, newer.turn == Answer.turn + 1))
        .outerjoin(decided, decided.c.attempt_id == Attempt.id)
        .where(Attempt.submitted_at.is_not(None), *which)
        .order_by(OrgUnit.path, Person.pinyin, Attempt.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query, execution_options={"counted": counted}):
        found[row.attempt_id].append(row)
    return found


def _late(rows: Sequence[Any]) -> Late | None:
    """One attempt; none where nothing waits."""
    waits = [one for row in rows for one in waiting([as_arrived(row)], _end(row), row.decided_at)]
    return _summed(rows[0], waits) if waits else None


def _summed(row: Any, waits: Sequence[Arrived]) -> Late:
    said = [one.operation.said_at for one in waits]
    return Late(
        attempt_id=row.attempt_id,
        person_id=row.person_id,
        person=row.name,
        unit=row.unit,
        path=row.path,
        number=row.number,
        ends_at=row.ends_at,
        contact_at=row.in_time_at or row.started_at,
        answers=len({one.operation.slot for one in waits}),
        unsure=len({one.operation.slot for one in waits if not one.operation.sure}),
        said_from=min(said),
        said_to=max(said),
        arrived_at=max(one.saved_at for one in waits),
    )


def _end(row: Any) -> Ended:
    handed_over = {row.turn: row.opened_at} if row.opened_at else {}
    ends = until(row.late_until, row.ends_at)
    return Ended(row.ends_at, row.submitted_at, ends, handed_over, looked_at(row.looked))


# ── the decision ────────────────────────────────────────────────────────────────────────────────


def decide(
    assessment: Assessment,
    attempt_ids: Collection[int],
    accepted: bool,
    reason: str,
    now: datetime,
    by: int,
) -> int:
    """Let what arrived late count, or not; of these attempts, those that wait. How many.

    Raises Invalid for a refusal without a reason, Conflict where nothing waits any more,
    NotAllowed of oneself.
    """
    if not accepted and not reason.strip():
        raise Invalid("不计入的，请写明原因，它会记入审计日志。")
    chosen = [late for late in waiting_in(assessment) if late.attempt_id in attempt_ids]
    if not chosen:
        raise Conflict("这些答卷没有待核的答案了，可能刚才已有人处理。")
    if any(late.person_id == by for late in chosen):
        raise NotAllowed("其中有您本人的答卷，请由另一位指定的管理员核对。")
    ids = [late.attempt_id for late in chosen]
    _decide(ids, accepted, reason.strip() or None, now, by)
    record(
        "decide late answers",
        now,
        whom=assessment,
        org_id=assessment.org_id,
        accepted=accepted,
        attempts=ids,
        answers=sum(late.answers for late in chosen),
        reason=reason.strip(),
    )
    if accepted and len(ids) > AT_ONCE:
        ask(MARK, {"attempts": ids, "assessment": assessment.id}, by, now)
    elif accepted:
        for attempt_id in ids:
            publish_anew(find(Attempt, attempt_id), now, ACCEPTED, by)
    return len(ids)


def _decide(
    ids: Sequence[int], accepted: bool, reason: str | None, now: datetime, by: int | None
) -> None:
    decision = {"accepted": accepted, "reason": reason, "decided_at": now, "decided_by": by}
    add_rows(LateDecision, [{"attempt_id": one, **decision} for one in ids])


def mark_the_rest(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """A unit's attempts are marked anew in slices, for the worker."""
    ids = args["attempts"]
    for first in range(state.get("done", 0), len(ids), SLICE):
        for attempt_id in ids[first : first + SLICE]:
            publish_anew(find(Attempt, attempt_id), now, ACCEPTED)
        done = min(first + SLICE, len(ids))
        yield Progress(done, len(ids), {"done": done}, line=MARKING)
    yield Progress(len(ids), len(ids), line=MARKED)


def count_by_rule(now: datetime) -> Iterator[int]:
    """Where an assessment says so, what is late counts by itself; for the worker, in slices."""
    which = (Assessment.late_counts.is_(True), _awaited_since(now - RECENT))
    rows = _rows(*which, counted=Attempt)
    found = [late.attempt_id for late in map(_late, rows.values()) if late is not None]
    for first in range(0, len(found), SLICE):
        some = found[first : first + SLICE]
        _decide(some, True, None, now, None)
        for attempt_id in some:
            publish_anew(find(Attempt, attempt_id), now, BY_RULE)
        yield len(some)
