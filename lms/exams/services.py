"""Who may sit an assessment, beginning, ending, and what trying a paper would earn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Update, bindparam, update

from lms.access import add_rows, own
from lms.access.own import Number
from lms.access.scope import the_house_writes
from lms.audit.services import own_act
from lms.db import Utc, db, find
from lms.errors import Conflict
from lms.exams import queries, rules, sits
from lms.exams.models import Assessment, Attempt, Candidate, Opening
from lms.exams.publishing import publish
from lms.exams.questions import Slot, in_one_go
from lms.exams.sat import begun
from lms.scoring.marks import share
from lms.scoring.totals import total

SLICE = 10  # attempts ended in one transaction: about 100 ms
AT_ONCE = 500  # ended in one go; the rest follows at the next

# Built once: of two that do the same at once, one does it.
NEXT_NUMBER = (
    update(Candidate)
    .where(
        Candidate.assessment_id == bindparam("assessment"), Candidate.person_id == bindparam("me")
    )
    .where(Candidate.attempts_begun == bindparam("begun"))
    .values(attempts_begun=Candidate.attempts_begun + 1)
)
ENDS = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt"), Attempt.person_id == bindparam("me"))
    .where(Attempt.submitted_at.is_(None))
    .values(submitted_at=bindparam("now", type_=Utc))
)


# ── who may sit ─────────────────────────────────────────────────────────────────────────────────


def list_candidates(
    assessment_ids: Iterable[int], persons: Sequence[tuple[int, int]], now: datetime
) -> int:
    """Let these persons sit these assessments; who is listed already stays as listed.

    persons: (person id, unit id). Returns how many rows were added. Call it in slices.
    """
    added = 0
    for assessment_id in assessment_ids:
        there = queries.listed(assessment_id, [person_id for person_id, _ in persons])
        rows = [
            {
                "assessment_id": assessment_id,
                "person_id": person_id,
                "org_id": org_id,
                "listed_at": now,
                "attempts_begun": 0,
            }
            for person_id, org_id in dict(persons).items()
            if person_id not in there
        ]
        add_rows(Candidate, rows)
        added += len(rows)
    return added


# ── sitting ─────────────────────────────────────────────────────────────────────────────────────


def join(quiz: Assessment, person_id: int, org_id: int, now: datetime) -> None:
    """Who holds a post that a 小测 is for lists himself, where nobody has listed him."""
    if queries.listed(quiz.id, [person_id]):
        return
    with the_house_writes():
        db.session.add(
            Candidate(assessment_id=quiz.id, person_id=person_id, org_id=org_id, listed_at=now)
        )


def start(
    assessment_id: int,
    person_id: int,
    now: datetime,
    seed: int,
    *,
    sit: rules.ToSit | None = None,
    pledged: bool = False,
    device: str = "",
) -> Attempt:
    """Begin an attempt, or come back to the one that is open. Raises Conflict, saying why not.

    sit: where it was looked up already; device: on which it is opened as it begins.
    """
    sit = sit or sits.to_sit(person_id, assessment_id)
    if sit.running is None:
        rules.refuse_start(sit, now)
        attempt = _begin(sit, person_id, now, seed, pledged, device)
        if attempt:
            return attempt
    running = queries.running(person_id, assessment_id)
    if running is None:
        raise Conflict("刚才已在另一处进入考试，请返回刷新后再试。")
    return running


def take_number(assessment_id: int, person_id: int, begun: int) -> bool:
    """Take the next number; of two that ask at once, one gets it."""
    values = _next_number(assessment_id, person_id, begun)
    return _happened(NEXT_NUMBER, person_id, values, Candidate)


def _next_number(assessment_id: int, person_id: int, begun: int) -> dict[str, int]:
    return {"assessment": assessment_id, "me": person_id, "begun": begun}


def _happened(once: Update, person_id: int, values: dict[str, Any], counted: type[Any]) -> bool:
    """Do what may happen once; whether it was this request that did it."""
    done = own.execute(once, person_id, {"me": person_id, **values}, counted)
    return done.rowcount == 1  # type: ignore[attr-defined]


def _begin(
    sit: rules.ToSit, person_id: int, now: datetime, seed: int, pledged: bool, device: str
) -> Attempt | None:
    """Take the next number and begin with it; none where another request has just done so."""
    facts = {
        "assessment_id": sit.assessment_id,
        "person_id": person_id,
        "org_id": sit.org_id,
        "number": sit.begun + 1,
        "paper_id": _dealt(sit),
        "seed": in_one_go(seed),
        "started_at": now,
        "ends_at": sit.terms.end_of(now),
        "submitted_at": None,
        "pledged_at": now if pledged else None,
        "voided_at": None,
        "turn": 1 if device else 0,
        "looked": {},
    }
    entry, noted = own_act("start attempt", now, "", sit.org_id, number=facts["number"])
    rows: list[tuple[type[Any], dict[str, Any]]] = [
        (Attempt, facts),
        (entry, noted | {"whom": Number(f"{Attempt.__tablename__} ")}),
    ]
    if device:
        opened = {"attempt_id": Number(), "turn": 1, "device": device, "opened_at": now}
        rows.append((Opening, opened))
    values = _next_number(sit.assessment_id, person_id, sit.begun)
    with the_house_writes():
        attempt_id = own.add_once(NEXT_NUMBER, values, rows, person_id, Candidate)
    return begun(attempt_id, facts) if attempt_id else None


def _dealt(sit: rules.ToSit) -> int:
    """Which paper this person gets."""
    if not sit.several:
        return sit.paper_id
    beside, resits = sits.papers_of(sit.assessment_id)
    begun = sit.begun + sit.deferred  # who sits later gets a resit paper the first time too
    return rules.dealt(sit.candidate_id, begun, [sit.paper_id, *beside], resits)


def open_turn(attempt: Attempt, device: str, now: datetime) -> int | None:
    """Give this device the next turn; the turn before it is over. None: the attempt has ended.

    Who opens an attempt whose time is over ends it.
    """
    if rules.is_over(attempt.ends_at, now):
        submit(attempt, now)
        return None
    turn = db.session.scalar(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(turn=Attempt.turn + 1)
        .returning(Attempt.turn)
        .execution_options(synchronize_session=False)
    )
    if turn is not None:
        db.session.add(Opening(attempt_id=attempt.id, turn=turn, device=device, opened_at=now))
        db.session.flush()
    return turn


# ── the end ─────────────────────────────────────────────────────────────────────────────────────


def submit(attempt: Attempt, now: datetime) -> None:
    """End an attempt and mark it. One path for submit, time out and window closed.

    Of two that end it at once one does; for the other it is ended already.
    """
    if _happened(ENDS, attempt.person_id, {"attempt": attempt.id, "now": now}, Attempt):
        publish(attempt, now)


def finish_due(now: datetime) -> Iterator[int]:
    """End the attempts whose time is over; for the worker. Yields after each slice how many."""
    due = queries.due(now, AT_ONCE)
    for done, attempt_id in enumerate(due, start=1):
        submit(find(Attempt, attempt_id), now)
        if done % SLICE == 0 or done == len(due):
            yield done


# ── trying ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tried:
    """A slot as somebody tried it, with what the answer would earn."""

    slot: Slot
    said: rules.Said
    share: Fraction

    @property
    def earned(self) -> Decimal:
        return total([(self.share, self.slot.points)])


def tried(slots: Sequence[Slot], said: Mapping[int, rules.Said]) -> tuple[Decimal, list[Tried]]:
    """What answers to a paper would earn, in all and slot by slot. Nothing is written."""
    lines = []
    for slot in slots:
        answer = said.get(slot.number, ())
        lines.append(Tried(slot, answer, share(slot.key, answer) if slot.key else Fraction(0)))
    return total([(line.share, line.slot.points) for line in lines]), lines
