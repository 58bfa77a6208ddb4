"""缓考: asked for, decided with the time of the resit, put off, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.clock import day_of
from lms.db import alone, db, find
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.exams import allowing, rules, terms
from lms.exams.counting import OF_THE_CANDIDATES
from lms.exams.deferred import Deferral
from lms.exams.models import Assessment, Candidate
from lms.exams.terms import DeferReason, Deferred
from lms.people.models import Person
from lms.words import N_

RECENT = timedelta(days=60)  # so long after its close an assessment is offered for asking
FOR_THE_LOG = N_("缓考")  # a reason of health is not for the readers of exceptions and of the log


@dataclass(frozen=True)
class Wanted:
    """What is asked for somebody."""

    reason: DeferReason
    note: str
    from_on: date


def ask(
    assessment: Assessment, candidate_id: int, wanted: Wanted, now: datetime, by: int
) -> Deferral:
    """Ask for one candidate in sight. Raises Conflict where it is no use, or was asked before."""
    if assessment.quiz:
        raise Conflict("小测不办理缓考。")
    first, today = min(day_of(assessment.opens_at), day_of(now)), day_of(now)
    terms.refuse_deferral(wanted.reason, wanted.note, wanted.from_on, first, today)
    candidate, name = _candidate(assessment, candidate_id)
    _refuse_sat(candidate, name)
    alone(candidate)  # of two who ask at one moment the second is told
    if open_of(assessment.id, candidate.person_id):
        raise Conflict("{name}已有一份缓考，请先办理或收回。", name=name)
    made = Deferral(
        assessment_id=assessment.id,
        person_id=candidate.person_id,
        org_id=candidate.org_id,
        reason=wanted.reason,
        note=wanted.note.strip() or None,
        from_on=wanted.from_on,
        asked_at=now,
        asked_by=by,
    )
    db.session.add(made)
    db.session.flush()
    _note("ask deferral", made, now)
    return made


def _candidate(assessment: Assessment, candidate_id: int) -> tuple[Candidate, str]:
    query = (
        select(Candidate, Person.name)
        .join(Person, Person.id == Candidate.person_id)
        .where(Candidate.id == candidate_id, Candidate.assessment_id == assessment.id)
    )
    row = db.session.execute(query, execution_options=OF_THE_CANDIDATES).one_or_none()
    if row is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return row[0], row[1]


def _refuse_sat(candidate: Candidate, name: str) -> None:
    if candidate.attempts_begun > candidate.voided:
        raise Conflict("{name}已经参加过这次测评，不能办理缓考。", name=name)


def open_of(assessment_id: int, person_id: int) -> Deferral | None:
    """What was asked for a person and is neither refused nor taken back."""
    query = select(Deferral).where(
        Deferral.assessment_id == assessment_id,
        Deferral.person_id == person_id,
        Deferral.ended_at.is_(None),
    )
    return db.session.scalar(query.order_by(Deferral.id.desc()).limit(1))


# ── deciding ────────────────────────────────────────────────────────────────────────────────────


def approve(
    one: Deferral,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    by: int,
    seen: int | None,
) -> None:
    """The person sits in this time, and not before; of what holds already the time is changed.

    seen: the time of the resit that stood when the page was opened; none: not decided yet. Raises
    Conflict where it is another by now, Invalid for a time that nobody could use, NotAllowed of
    oneself.
    """
    assessment = allowing.arranged(one.assessment_id)
    _refuse_ended(one, by, seen)
    if opens_at is None or closes_at is None:
        raise Invalid("请填写补考的开放时间和截止时间。")
    rules.refuse_window(opens_at, closes_at, assessment.minutes, now)
    _refuse_sat(*_of(one))
    _end_time(one, assessment, now)
    when: dict[str, Any] = {"opens_at": opens_at, "closes_at": closes_at}
    made = allowing.allow(
        assessment, person_id=one.person_id, **when, reason=FOR_THE_LOG, now=now, by=by
    )
    first = {} if one.approved else {"approved": True, "decided_at": now, "decided_by": by}
    _change(one, allowance_id=made.id, **first)
    _note("approve deferral", one, now, **{key: value.isoformat() for key, value in when.items()})


def refuse(one: Deferral, why: str, now: datetime, by: int, seen: int | None) -> None:
    """What was asked is not given, and the asking side reads why."""
    allowing.arranged(one.assessment_id)
    _refuse_ended(one, by, seen)
    if one.approved is not None:
        raise Conflict("{name}的申请已经办理过，请刷新页面。", name=one.person.name)
    if not why.strip():
        raise Invalid("请写明不批准的原因，申请单位会看到。")
    decided = {"approved": False, "decided_at": now, "decided_by": by}
    _change(one, **decided, ended_at=now, ended_by=by, why=why.strip())
    _note("refuse deferral", one, now, why=one.why)


def take_back(one: Deferral, why: str, now: datetime, by: int, seen: int | None) -> None:
    """It holds no more from today on: the person sits with the others, or is absent."""
    assessment = allowing.arranged(one.assessment_id)
    _refuse_ended(one, by, seen)
    if not why.strip():
        raise Invalid("请写明收回的原因。")
    _end_time(one, assessment, now)
    _change(one, ended_at=now, ended_by=by, ended_on=day_of(now), why=why.strip())
    _note("take back deferral", one, now, why=one.why)


def _refuse_ended(one: Deferral, by: int, seen: int | None) -> None:
    if one.person_id == by:
        raise NotAllowed("不能办理本人的缓考，请由其他管理员办理。")
    if one.ended_at is not None or one.allowance_id != seen:
        raise Conflict("{name}的申请已经办理过，请刷新页面。", name=one.person.name)


def _change(one: Deferral, **values: Any) -> None:
    """As it was when it was looked at: of two who decide at one moment the second is told."""
    same = update(Deferral).where(
        Deferral.id == one.id,
        Deferral.ended_at.is_(None),
        Deferral.allowance_id.is_not_distinct_from(one.allowance_id),
    )
    done = db.session.execute(same.values(values).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("{name}的申请已经办理过，请刷新页面。", name=one.person.name)
    db.session.refresh(one)


def refuse_of_resit(allowance_id: int) -> None:
    """The time of a resit ends with its deferral; else somebody is 缓考 who cannot sit."""
    held = select(Deferral.id).where(
        Deferral.allowance_id == allowance_id, Deferral.ended_at.is_(None)
    )
    if db.session.scalar(held) is not None:
        raise Conflict("这是缓考的补考时间，请到这次测评的“缓考”页改期或者收回。")


def _of(one: Deferral) -> tuple[Candidate, str]:
    query = select(Candidate).where(
        Candidate.assessment_id == one.assessment_id, Candidate.person_id == one.person_id
    )
    found = db.session.scalar(query, execution_options=OF_THE_CANDIDATES)
    if found is None:
        raise NotFound("这个人不在应考名单上。")
    return found, one.person.name


def _end_time(one: Deferral, assessment: Assessment, now: datetime) -> None:
    """The time that was given before, where it still stands."""
    if one.allowance is not None and one.allowance.ended_at is None:
        allowing.take_back(assessment, one.allowance.id, now)


def _note(act: str, one: Deferral, now: datetime, **facts: Any) -> None:
    record(
        act,
        now,
        whom=one,
        org_id=one.org_id,
        person=one.person_id,
        assessment=one.assessment_id,
        **facts,
    )


# ── looking up ──────────────────────────────────────────────────────────────────────────────────


def deferral(assessment_id: int, deferral_id: int) -> Deferral:
    found = find(Deferral, deferral_id)
    if found.assessment_id != assessment_id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


@dataclass(frozen=True)
class Row:
    """A deferral in sight, and how it stands."""

    deferral: Deferral
    stands: Deferred

    @property
    def open(self) -> bool:
        """Whether anything can still be decided."""
        return self.stands in (Deferred.WAITING, Deferred.HOLDS, Deferred.MISSED)


def rows(assessment: Assessment, now: datetime) -> list[Row]:
    """What was asked for candidates in sight, what waits first, then the last asked first."""
    query = (
        select(Deferral, Candidate.attempts_begun > Candidate.voided)
        .outerjoin(
            Candidate,
            (Candidate.assessment_id == Deferral.assessment_id)
            & (Candidate.person_id == Deferral.person_id),
        )
        .where(Deferral.assessment_id == assessment.id)
        .options(
            joinedload(Deferral.person), joinedload(Deferral.org), joinedload(Deferral.allowance)
        )
        .order_by(Deferral.approved.is_not(None), Deferral.id.desc())
    )
    found = db.session.execute(query, execution_options={"counted": Deferral})
    return [Row(one, _stands(one, bool(sat), now)) for one, sat in found]


def _stands(one: Deferral, sat: bool, now: datetime) -> Deferred:
    closes_at = one.allowance.closes_at if one.allowance else None
    return terms.deferred(one.approved, one.ended_at is not None, closes_at, sat, now)


def shelf(now: datetime) -> Sequence[tuple[Assessment, int, int]]:
    """The assessments of these weeks with candidates in sight: how many; asked and undecided."""
    waiting = (
        select(func.count(Deferral.id))
        .where(Deferral.assessment_id == Assessment.id, Deferral.approved.is_(None))
        .where(Deferral.ended_at.is_(None))
        .correlate(Assessment)
        .scalar_subquery()
    )
    query = (
        select(Assessment, func.count(Candidate.id), waiting)
        .join(Candidate, Candidate.assessment_id == Assessment.id)
        .where(Assessment.posts.is_(None), Assessment.closes_at > now - RECENT)
        .group_by(Assessment.id)
        .order_by(Assessment.closes_at.desc(), Assessment.id)
    )
    return [tuple(row) for row in db.session.execute(query, execution_options=OF_THE_CANDIDATES)]
