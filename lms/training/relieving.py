"""免训 and 缓训: asked for, approved or refused, taken back. Steps are added, none rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotAllowed
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.training.models import Cohort, Enrolment, Relief, ReliefStep
from lms.training.rules import (
    ReliefKind,
    ReliefReason,
    ReliefState,
    Standing,
    refuse_relief,
    standing,
)

PAGE = 50
MOST = 200  # persons in one act


@dataclass(frozen=True)
class Wanted:
    """What is asked for: from a day to a day (not included)."""

    kind: ReliefKind
    reason: ReliefReason
    from_on: date
    to_on: date
    note: str = ""


def ask(enrolments: Sequence[Enrolment], wanted: Wanted, now: datetime, by: int) -> list[Relief]:
    """Ask for one or several persons on a list; all of them or none.

    Raises Conflict where somebody is on the list no more, or has a relief for some of the days.
    """
    refuse_relief(wanted.kind, wanted.reason, wanted.note, (wanted.from_on, wanted.to_on))
    if not enrolments:
        raise Invalid("请至少选择一个人。")
    if len(enrolments) > MOST:
        raise Invalid("一次最多办理 {most} 人，请分几次办理。", most=MOST)
    for one in enrolments:
        _refuse_doubled(one, wanted)
    return [_asked(one, wanted, now, by) for one in enrolments]


def _refuse_doubled(one: Enrolment, wanted: Wanted) -> None:
    if one.to_on is not None:
        raise Conflict("{name}已经移出名单，不需要办理。", name=one.person.name)
    for other in of_enrolment(one.id):
        known = {step.state: step.on for step in other.steps}
        end = min(other.to_on, known.get(ReliefState.TAKEN_BACK, other.to_on))
        void = ReliefState.REFUSED in known or end <= other.from_on
        if not void and wanted.from_on < end and other.from_on < wanted.to_on:
            raise Conflict(
                "{name}在 {first} 至 {last} 已有免训或缓训，请先收回或改日期。",
                name=one.person.name,
                first=other.from_on,
                last=other.to_on,
            )


def _asked(one: Enrolment, wanted: Wanted, now: datetime, by: int) -> Relief:
    made = Relief(
        enrolment_id=one.id,
        cohort_id=one.cohort_id,
        person_id=one.person_id,
        org_id=one.org_id,
        kind=wanted.kind,
        reason=wanted.reason,
        note=wanted.note.strip() or None,
        from_on=wanted.from_on,
        to_on=wanted.to_on,
        recorded_at=now,
        asked_by=by,
    )
    db.session.add(made)
    db.session.flush()
    _note("ask relief", made, now, days=f"{made.from_on}/{made.to_on}")
    return made


def approve(reliefs: Sequence[Relief], originals_seen: bool, now: datetime, by: int) -> None:
    """Who approves an exemption has seen the papers themselves; none of them is kept here."""
    exempts = any(one.kind is ReliefKind.EXEMPT for one in reliefs)
    if exempts and not originals_seen:
        raise Invalid("批准免训前请核验证明原件，并勾选“已核验原件”。原件不上传。")
    for one in reliefs:
        _refuse_decided(one, by)
        _step(one, ReliefState.APPROVED, one.from_on, now, by, seen=originals_seen)
        _note("approve relief", one, now, originals_seen=originals_seen)


def refuse(reliefs: Sequence[Relief], why: str, now: datetime, by: int) -> None:
    """What was asked is not given, and the asking side reads why."""
    if not why.strip():
        raise Invalid("请写明不批准的原因，申请单位会看到。")
    for one in reliefs:
        _refuse_decided(one, by)
        _step(one, ReliefState.REFUSED, day_of(now), now, by, why=why.strip())
        _note("refuse relief", one, now, why=why.strip())


def _refuse_decided(one: Relief, by: int) -> None:
    if one.person_id == by:
        raise NotAllowed("不能批准本人的免训、缓训，请由上级管理员办理。")
    if {step.state for step in one.steps} - {ReliefState.FORWARDED}:
        raise Conflict("{name}的申请已经办理过，请刷新页面。", name=one.person.name)


def forward(reliefs: Sequence[Relief], now: datetime, by: int) -> None:
    """What persons asked for themselves is passed on, by who answers for them below."""
    for one in reliefs:
        _refuse_decided(one, by)
        if not waits_below(one):
            raise Conflict("{name}的申请已经上报，请刷新页面。", name=one.person.name)
        _step(one, ReliefState.FORWARDED, day_of(now), now, by)
        _note("forward relief", one, now)


def waits_below(one: Relief) -> bool:
    """Asked for by the person, and nobody has passed it on or answered."""
    return one.asked_by == one.person_id and not one.steps


def take_back(one: Relief, on: date, why: str, now: datetime, by: int) -> None:
    """It holds no more from a day on; from its first day on it never did."""
    if not why.strip():
        raise Invalid("请写明收回的原因。")
    states = {step.state for step in one.steps}
    if states & {ReliefState.TAKEN_BACK, ReliefState.REFUSED}:
        raise Conflict("这条记录已经收回或未批准，请刷新页面。")
    if not one.from_on <= on < one.to_on:
        raise Invalid(
            "收回日期应在 {first} 至 {last} 之前，请改正。", first=one.from_on, last=one.to_on
        )
    _step(one, ReliefState.TAKEN_BACK, on, now, by, why=why.strip())
    _note("take back relief", one, now, on=str(on), why=why.strip())


def _step(
    one: Relief,
    state: ReliefState,
    on: date,
    now: datetime,
    by: int,
    *,
    seen: bool = False,
    why: str | None = None,
) -> None:
    db.session.add(
        ReliefStep(
            relief_id=one.id,
            state=state,
            on=on,
            originals_seen=seen,
            why=why,
            recorded_at=now,
            recorded_by=by,
        )
    )
    db.session.flush()
    db.session.expire(one, ["steps"])


def _note(act: str, one: Relief, now: datetime, **facts: Any) -> None:
    """The log says who, and of which kind; a reason of health is not for its readers."""
    record(
        act,
        now,
        whom=one,
        org_id=one.org_id,
        person=one.person_id,
        cohort=one.cohort_id,
        kind=one.kind.value,
        **facts,
    )


def carry_over(one: Enrolment, on: date, now: datetime, by: int) -> None:
    """What holds for somebody goes on for the rest of its days in another unit of the same list."""
    before = select(Enrolment.id).where(
        Enrolment.cohort_id == one.cohort_id,
        Enrolment.person_id == one.person_id,
        Enrolment.to_on == on,
        Enrolment.id != one.id,
    )
    query = _whole().where(Relief.enrolment_id.in_(before), Relief.to_on > on)
    for old in db.session.scalars(query.order_by(Relief.id)).all():
        if stands(old, on) not in (Standing.HOLDS, Standing.TO_COME):
            continue
        wanted = Wanted(old.kind, old.reason, max(old.from_on, on), old.to_on, old.note or "")
        made = _asked(one, wanted, now, old.asked_by or by)
        _step(made, ReliefState.APPROVED, made.from_on, now, by, seen=True)


# ── looking up ──────────────────────────────────────────────────────────────────────────────────


def relief(relief_id: int) -> Relief:
    return find(Relief, relief_id)


def chosen(ids: Sequence[int]) -> list[Relief]:
    """Those of these that are in sight, with what a page and a decision need."""
    rows = db.session.scalars(_whole().where(Relief.id.in_(ids)).order_by(Relief.id)).all()
    if len(rows) != len(set(ids)):
        raise Conflict("有的申请已经不在您的权限范围内，请刷新页面。")
    return list(rows)


def enrolments(cohort_id: int, ids: Sequence[int]) -> list[Enrolment]:
    """Those of these that are on a list and in sight."""
    query = select(Enrolment).where(Enrolment.cohort_id == cohort_id, Enrolment.id.in_(ids))
    return list(db.session.scalars(query.options(joinedload(Enrolment.person))))


def of_enrolment(enrolment_id: int) -> Sequence[Relief]:
    """What was asked for somebody on a list, the first asked first."""
    query = _whole().where(Relief.enrolment_id == enrolment_id)
    return db.session.scalars(query.order_by(Relief.id)).all()


@dataclass(frozen=True)
class Asking:
    """One page of what was asked, and how many in all."""

    rows: Sequence[Relief]
    total: int
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def asked(paths: Sequence[str], waiting: bool, page: int = 1) -> Asking:
    """What was asked for persons under these units: what waits, or what is decided."""
    decided = is_decided()
    inside = or_(*(under(path) for path in paths))
    query = (
        _whole()
        .join(OrgUnit, OrgUnit.id == Relief.org_id)
        .where(inside, ~decided if waiting else decided)
    )
    total = db.session.scalar(query.with_only_columns(func.count(Relief.id))) or 0
    order = (Relief.id,) if waiting else (Relief.id.desc(),)
    rows = db.session.scalars(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Asking(rows, total, (page - 1) * PAGE + 1)


def is_decided() -> ColumnElement[bool]:
    """Somebody has answered, or who asked took it back: not those that were passed on alone."""
    step = select(ReliefStep.id).where(ReliefStep.relief_id == Relief.id).correlate(Relief)
    return step.where(ReliefStep.state != ReliefState.FORWARDED).exists()


def stands(one: Relief, day: date) -> Standing:
    """How a relief stands on a day."""
    return standing([(step.state, step.on) for step in one.steps], one.from_on, one.to_on, day)


def open_lists(paths: Sequence[str], day: date) -> Sequence[tuple[Cohort, int]]:
    """The cohorts that have not closed, with how many under these units are on the list."""
    inside = select(OrgUnit.id).where(or_(*(under(path) for path in paths)))
    query = (
        select(Cohort, func.count(Enrolment.id))
        .join(Enrolment, and_(Enrolment.cohort_id == Cohort.id, Enrolment.to_on.is_(None)))
        .where(Cohort.closes_on >= day, Enrolment.org_id.in_(inside))
        .group_by(Cohort.id)
        .order_by(Cohort.closes_on, Cohort.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _whole() -> Select:
    return select(Relief).options(
        joinedload(Relief.person),
        joinedload(Relief.org),
        joinedload(Relief.cohort),
        selectinload(Relief.steps),
    )
