"""Leave from a class: asked for, entered, decided; and what is decided on too much of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.classes import attending, listing
from lms.classes.absence import Tally, due_to_withdraw
from lms.classes.models import ClassLeave, ClassMember, LeaveDecision
from lms.classes.rules import Left, refuse_closed
from lms.clock import start_of
from lms.db import db
from lms.errors import Conflict, Invalid

MOST_WAITING = 5  # of one person in one class


def ask(
    member: ClassMember,
    from_at: datetime,
    to_at: datetime,
    reason: str,
    now: datetime,
    by: int,
    granted: bool | None = None,
) -> ClassLeave:
    """A leave that a person asks for, or that who runs the class enters as granted."""
    found = member.whole_class
    refuse_closed(found.closed_at is not None)
    if member.to_at is not None:
        raise Conflict("此人已经不在这个班，请刷新页面。")
    if to_at <= from_at:
        raise Invalid("假期的结束应晚于开始，请改正。")
    end = start_of(found.to_on + timedelta(days=1))
    if not start_of(found.from_on) <= from_at < to_at <= end:
        raise Invalid(
            "请假时间应在 {first} 至 {last} 之间。", first=found.from_on, last=found.to_on
        )
    if not reason.strip():
        raise Invalid("请写明请假的事由。")
    waiting = [one for one in of_member(member.id) if one.granted is None]
    if granted is None and len(waiting) >= MOST_WAITING:
        raise Conflict("您有 {n} 条请假还在等批准，请等批准后再提。", n=len(waiting))
    made = ClassLeave(
        member_id=member.id,
        from_at=from_at,
        to_at=to_at,
        reason=reason.strip(),
        asked_at=now,
        asked_by=by,
        granted=granted,
        decided_at=None if granted is None else now,
        decided_by=None if granted is None else by,
    )
    db.session.add(made)
    db.session.flush()
    record("ask for leave", now, whom=made, org_id=member.org_id, granted=granted)
    return made


def decide(leave: ClassLeave, granted: bool, why: str | None, now: datetime, by: int) -> None:
    """Grant a leave or not, once."""
    refuse_closed(leave.member.whole_class.closed_at is not None)
    leave.granted, leave.decided_by, leave.decided_why = granted, by, (why or "").strip() or None
    db.session.flush()  # asks whether this person may
    undecided = update(ClassLeave).where(ClassLeave.id == leave.id, ClassLeave.decided_at.is_(None))
    first = db.session.execute(undecided.values(decided_at=now))
    if first.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这条请假刚刚已有人办理，请刷新页面。")
    record("decide leave", now, whom=leave, org_id=leave.member.org_id, granted=granted)


def of_class(class_id: int) -> Sequence[ClassLeave]:
    """The leaves of a class, those that wait first."""
    query = (
        select(ClassLeave)
        .join(ClassMember, ClassMember.id == ClassLeave.member_id)
        .where(ClassMember.class_id == class_id)
        .options(
            joinedload(ClassLeave.member).options(
                joinedload(ClassMember.person), joinedload(ClassMember.org)
            )
        )
        .order_by(ClassLeave.granted.is_not(None), ClassLeave.from_at.desc(), ClassLeave.id.desc())
    )
    return db.session.scalars(query).all()


def of_member(member_id: int) -> Sequence[ClassLeave]:
    """The leaves of one person in one class, the last first."""
    query = select(ClassLeave).where(ClassLeave.member_id == member_id)
    return db.session.scalars(query.order_by(ClassLeave.id.desc())).all()


# ── more than a seventh ─────────────────────────────────────────────────────────────────────────


def tally_of(member: ClassMember) -> Tally:
    """What the lists come to for one person."""
    return attending.tallies(member.whole_class, [member])[member.id]


def last_decision(member_id: int) -> LeaveDecision | None:
    """What was decided last on the leave of a person."""
    query = select(LeaveDecision).where(LeaveDecision.member_id == member_id)
    return db.session.scalar(query.order_by(LeaveDecision.id.desc()).limit(1))


def decisions(class_id: int, tallies: Mapping[int, Tally]) -> dict[int, LeaveDecision]:
    """Member → what was decided last, and still speaks of all the leave there is.

    tallies: of those who are asked about. What was taken since waits to be decided anew.
    """
    query = (
        select(LeaveDecision)
        .join(ClassMember, ClassMember.id == LeaveDecision.member_id)
        .where(ClassMember.class_id == class_id)
    )
    last = {one.member_id: one for one in db.session.scalars(query.order_by(LeaveDecision.id))}
    return {key: one for key, one in last.items() if key in tallies and holds(one, tallies[key])}


def holds(decision: LeaveDecision, found: Tally) -> bool:
    """Whether a decision speaks of all the leave that somebody has by now."""
    return found.within(decision.leave_hours, decision.class_hours)


def decide_on(member: ClassMember, withdrawn: bool, why: str, now: datetime, by: int) -> None:
    """The organiser withdraws a person whose leave is too long, or keeps the person, and says why.

    The fraction of that moment stands with the decision. From a class that has ended nobody is
    withdrawn; where its lists were corrected, who is kept can still be said.
    """
    found, rule = tally_of(member), attending.rule_of(member.whole_class)
    if withdrawn and member.whole_class.closed_at is not None:
        raise Conflict(
            "这个班已经结班，不能再办退学。不同意此人结业的，不作决定，直接在“结班”页重新核算，"
            "按请假超过七分之一记未结业。"
        )
    if member.to_at is not None or not due_to_withdraw(found, rule):
        raise Conflict("此人的请假没有超过总学时的七分之一，或已不在班上。")
    if not why.strip():
        raise Invalid("请写明决定的理由。")
    db.session.add(
        LeaveDecision(
            member_id=member.id,
            withdrawn=withdrawn,
            leave_hours=found.leave,
            class_hours=found.planned,
            why=why.strip(),
            decided_at=now,
            decided_by=by,
        )
    )
    facts: dict[str, Any] = {
        "withdrawn": withdrawn,
        "leave": str(found.leave),
        "of": str(found.planned),
    }
    record("decide on long leave", now, whom=member, org_id=member.org_id, why=why.strip(), **facts)
    if withdrawn:
        listing.take_out(member, Left.WITHDRAWN, why, now, by)
