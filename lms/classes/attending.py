"""Who came: marks of a lesson, proposed, confirmed and corrected. Rows are only added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lms.access import add_rows
from lms.audit.services import record
from lms.classes import queries
from lms.classes.absence import Rule, Tally, tally
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassLeave,
    ClassMember,
    ClassSession,
    TrainingClass,
)
from lms.classes.rules import Evidence, Mark
from lms.db import alone, db
from lms.errors import Conflict, Invalid

OF_THE_LIST = queries.OF_THE_LIST


def rule_of(found: TrainingClass) -> Rule:
    """The rule of completion of a class, as a value."""
    return Rule(**{name: getattr(found, name) for name in Rule.__dataclass_fields__})


# ── one lesson ──────────────────────────────────────────────────────────────────────────────────


def marks(session_id: int) -> dict[int, AttendanceMark]:
    """Member → what was last said of one lesson."""
    last = select(func.max(AttendanceMark.id)).where(AttendanceMark.session_id == session_id)
    query = select(AttendanceMark).where(
        AttendanceMark.id.in_(last.group_by(AttendanceMark.member_id))
    )
    return {one.member_id: one for one in db.session.scalars(query)}


def on_leave(session: ClassSession) -> set[int]:
    """The members whose granted leave touches a lesson."""
    query = (
        select(ClassLeave.member_id)
        .join(ClassMember, ClassMember.id == ClassLeave.member_id)
        .where(ClassMember.class_id == session.class_id, ClassLeave.granted.is_(True))
        .where(ClassLeave.from_at < session.ends_at, ClassLeave.to_at > session.starts_at)
    )
    return set(db.session.scalars(query))


@dataclass(frozen=True)
class Tick:
    """One line of the list of a lesson. mark: what is proposed, or was said last."""

    row: queries.Row
    mark: Mark
    said: AttendanceMark | None
    on_leave: bool


def sheet(session: ClassSession, read: Mapping[int, Mark] | None = None) -> list[Tick]:
    """The list of a lesson: the whole class present, but for leave and what was said already.

    read: what an uploaded list says; it goes before what is proposed.
    """
    said, away, read = marks(session.id), on_leave(session), read or {}
    found = []
    for row in queries.roster(session.class_id):
        known, leave = said.get(row.member.id), row.member.id in away
        usual = Mark.LEAVE if leave else Mark.PRESENT
        mark = read.get(row.member.id) or (known.mark if known else usual)
        found.append(Tick(row, mark, known, leave))
    return found


def confirmations(session_id: int) -> Sequence[AttendanceList]:
    """How often the list of a lesson was confirmed, the last first."""
    query = select(AttendanceList).where(AttendanceList.session_id == session_id)
    return db.session.scalars(query.order_by(AttendanceList.id.desc())).all()


@dataclass(frozen=True)
class Rests:
    """What a confirmed list rests on: the manager's own, or an uploaded file."""

    evidence: Evidence = Evidence.LIST
    file_name: str | None = None
    file_digest: str | None = None


def confirm(
    session: ClassSession,
    ticked: Mapping[int, Mark],
    rests: Rests,
    why: str | None,
    now: datetime,
    by: int,
) -> int:
    """Confirm the list of a lesson, or correct it; how many marks were added.

    Raises Conflict before the lesson and where nothing would change, Invalid for somebody who is
    not in the class, somebody left out, and a correction without a reason.
    """
    if session.cancelled_at is not None:
        raise Conflict("这节课已经取消，没有考勤。")
    if now < session.starts_at:
        raise Conflict("这节课还没有开始，不能确认考勤。")
    alone(session)  # who is checking in now comes before, or is told that the list is confirmed
    _refuse_other_list(session.class_id, ticked)
    said = marks(session.id)
    new = {
        member: mark
        for member, mark in ticked.items()
        if member not in said or said[member].mark is not mark
    }
    again = queries.is_confirmed(session.id)
    why = (why or "").strip() or None
    if again and not new:
        raise Conflict("名单没有改动，不需要再次确认。")
    if again and why is None:
        raise Invalid("这节课的考勤已经确认过，更正请写明原因。")
    add_rows(AttendanceMark, [_row(session, *one, rests, why, now, by) for one in new.items()])
    confirmed = AttendanceList(
        session_id=session.id, confirmed_at=now, confirmed_by=by, why=why, **vars(rests)
    )
    db.session.add(confirmed)
    db.session.flush()
    changed = {str(member): mark.value for member, mark in new.items()} if again else {}
    act = "correct attendance" if again else "confirm attendance"
    org_id = session.whole_class.org_id
    record(act, now, whom=session, org_id=org_id, marks=len(new), why=why, changed=changed)
    return len(new)


def _refuse_other_list(class_id: int, ticked: Mapping[int, Mark]) -> None:
    """Somebody came or left while the list was being ticked."""
    query = select(ClassMember.id).where(
        ClassMember.class_id == class_id, ClassMember.to_at.is_(None)
    )
    if set(ticked) != set(db.session.scalars(query)):
        raise Invalid("班上的名单刚有变动，请刷新后按新名单再勾一遍。")


def _row(
    session: ClassSession,
    member_id: int,
    mark: Mark,
    rests: Rests,
    why: str | None,
    now: datetime,
    by: int,
) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "member_id": member_id,
        "mark": mark,
        "evidence": rests.evidence,
        "came_at": None,
        "why": why,
        "marked_at": now,
        "marked_by": by,
    }


# ── the whole class ─────────────────────────────────────────────────────────────────────────────


def tallies(found: TrainingClass, members: Sequence[ClassMember]) -> dict[int, Tally]:
    """Member → what all lists come to. A granted leave holds where no list is confirmed yet."""
    lessons, held = queries.lessons_of(found), _held(found.id)
    away = _leaves(found.id)
    return {
        one.id: tally(
            (lesson.hours, held.get((one.id, lesson.id)) or _leave_in(away.get(one.id, []), lesson))
            for lesson in lessons
        )
        for one in members
    }


def _held(class_id: int) -> dict[tuple[int, int], Mark]:
    """(member, lesson) → the mark that counts, of lessons whose list is confirmed."""
    of_class = select(ClassSession.id).where(ClassSession.class_id == class_id)
    confirmed = select(AttendanceList.session_id).where(AttendanceList.session_id.in_(of_class))
    last = (
        select(func.max(AttendanceMark.id))
        .where(AttendanceMark.session_id.in_(confirmed))
        .group_by(AttendanceMark.session_id, AttendanceMark.member_id)
    )
    columns = (AttendanceMark.member_id, AttendanceMark.session_id, AttendanceMark.mark)
    rows = db.session.execute(select(*columns).where(AttendanceMark.id.in_(last)))
    return {(row.member_id, row.session_id): row.mark for row in rows}


def held_of(member_id: int) -> dict[int, AttendanceMark]:
    """Lesson → what was last said of one person; a code that was read stands before the list."""
    query = select(AttendanceMark).where(AttendanceMark.member_id == member_id)
    return {one.session_id: one for one in db.session.scalars(query.order_by(AttendanceMark.id))}


def _leaves(class_id: int) -> dict[int, list[tuple[datetime, datetime]]]:
    query = (
        select(ClassLeave.member_id, ClassLeave.from_at, ClassLeave.to_at)
        .join(ClassMember, ClassMember.id == ClassLeave.member_id)
        .where(ClassMember.class_id == class_id, ClassLeave.granted.is_(True))
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for member_id, from_at, to_at in db.session.execute(query):
        found.setdefault(member_id, []).append((from_at, to_at))
    return found


def _leave_in(spans: list[tuple[datetime, datetime]], lesson: ClassSession) -> Mark | None:
    touched = any(first < lesson.ends_at and last > lesson.starts_at for first, last in spans)
    return Mark.LEAVE if touched else None


def counts(class_id: int) -> dict[int, dict[Mark, int]]:
    """Lesson → how many of each mark, of what was last said."""
    of_class = select(ClassSession.id).where(ClassSession.class_id == class_id)
    last = (
        select(func.max(AttendanceMark.id))
        .where(AttendanceMark.session_id.in_(of_class))
        .group_by(AttendanceMark.session_id, AttendanceMark.member_id)
    )
    query = (
        select(AttendanceMark.session_id, AttendanceMark.mark, func.count())
        .where(AttendanceMark.id.in_(last))
        .group_by(AttendanceMark.session_id, AttendanceMark.mark)
    )
    found: dict[int, dict[Mark, int]] = {}
    for session_id, mark, n in db.session.execute(query):
        found.setdefault(session_id, {})[mark] = n
    return found
