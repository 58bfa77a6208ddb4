"""调训: places are given, persons named, approved or returned; whoever waits moves up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from lms.audit.services import record
from lms.callups import standing
from lms.callups.models import CallUp, Nomination, NominationStep, Quota
from lms.callups.rules import ASKING, OVER, TAKING, Step, first_step, move_up
from lms.classes import listing
from lms.classes.models import TrainingClass
from lms.classes.rules import Came, Left, refuse_closed
from lms.clock import day_of
from lms.db import alone, db
from lms.errors import Conflict, Invalid
from lms.people.queries import one as person_of
from lms.people.rules import POST_NAMES, Post

Places = Mapping[tuple[int, Post | None], int]


def make_call_up(
    training_class: TrainingClass,
    title: str,
    note: str,
    due_at: datetime,
    now: datetime,
    by: int,
) -> CallUp:
    """A 调训 for the places of a class. Nobody below sees anything to do before it is sent."""
    refuse_closed(training_class.closed_at is not None)
    if due_at <= now:
        raise Invalid("报名截止时间应晚于现在，请改正。")
    made = CallUp(
        org_id=training_class.org_id,
        class_id=training_class.id,
        title=title.strip(),
        note=note.strip() or None,
        due_at=due_at,
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    record("make call-up", now, whom=made, org_id=made.org_id, training_class=training_class.id)
    return made


def set_quotas(found: CallUp, places: Places, now: datetime) -> None:
    """Give places by unit and post; nought takes them back. Never fewer than are taken."""
    alone(found)
    db.session.expire(found, ["quotas"])
    there = {(one.org_id, one.post): one for one in found.quotas}
    total = sum(({key: one.places for key, one in there.items()} | dict(places)).values())
    if total > found.training_class.capacity:
        raise Invalid(
            "名额合计 {total} 人，超过班级容量 {capacity} 人，请减少名额或先调大班级容量。",
            total=total,
            capacity=found.training_class.capacity,
        )
    for key, many in places.items():
        one = there.get(key)
        if one is None and many:
            org_id, post = key
            db.session.add(Quota(call_up_id=found.id, org_id=org_id, post=post, places=many))
        elif one is not None and one.places != many:
            _refuse_fewer(one, many)
            one.places = many
            db.session.flush()
            _move_up(one, now)
    db.session.flush()
    db.session.expire(found, ["quotas"])
    record("set quotas", now, whom=found, org_id=found.org_id, places=total)


def _refuse_fewer(one: Quota, many: int) -> None:
    taken = sum(step in TAKING for _, step in standing.steps_of(one.id))
    if many < taken:
        raise Conflict(
            "{unit}已报 {taken} 人，名额不能减到 {many}；请先退回多出的人。",
            unit=one.org.name,
            taken=taken,
            many=many,
        )


def send(found: CallUp, now: datetime, by: int) -> None:
    """From now on the units see their places and name persons for them."""
    if found.sent_at is not None:
        raise Conflict("名额已经下达，请刷新页面。")
    if not any(one.places for one in found.quotas):
        raise Conflict("还没有分配名额，请先填名额表。")
    found.sent_at, found.sent_by = now, by
    record("send call-up", now, whom=found, org_id=found.org_id)


# ── naming ──────────────────────────────────────────────────────────────────────────────────────


def name(one: Quota, person_id: int, late: bool, now: datetime, by: int) -> Nomination:
    """Name a person for a place; beyond the places, for the waiting list.

    late: the organiser himself may name after the time is over.
    """
    found = standing.call_up(one.call_up_id)
    _refuse_naming(found, late, now)
    alone(found)  # two officers who name at once come one after the other
    person = person_of(person_id)
    if not standing.posted_under(person_id, one.org.path, one.post, day_of(now)):
        _refuse_post(one, person.name)
    if standing.active(found.id, [person_id]):
        raise Conflict("{name}已经报过名，不需要再报。", name=person.name)
    taken = sum(step in TAKING for _, step in standing.steps_of(one.id))
    made = Nomination(
        call_up_id=found.id,
        quota_id=one.id,
        person_id=person_id,
        org_id=person.org_id,
        named_at=now,
        named_by=by,
    )
    db.session.add(made)
    db.session.flush()
    _step(made, first_step(one.places, taken), None, now, by)
    return made


def _refuse_naming(found: CallUp, late: bool, now: datetime) -> None:
    if found.sent_at is None:
        raise Conflict("名额还没有下达，现在不能报名。")
    if found.due_at < now and not late:
        raise Conflict("报名已经截止，如需补报请联系主办单位“{unit}”。", unit=found.org.name)


def _refuse_post(one: Quota, name: str) -> None:
    if one.post is None:
        raise Invalid("{name}现在不在“{unit}”任职，不能报名。", name=name, unit=one.org.name)
    raise Invalid(
        "{name}现在不担任“{post}”，不能占用这一职务的名额。", name=name, post=POST_NAMES[one.post]
    )


def withdraw(named: Nomination, why: str, now: datetime, by: int) -> None:
    """The unit takes a name back; who was approved leaves the class. Whoever waits moves up."""
    alone(named.call_up)
    _refuse_over(named)
    _leave_class(named, why, now, by)
    _step(named, Step.WITHDRAWN, _reason(why), now, by)
    _move_up(named.quota, now)


def approve(named: Sequence[Nomination], now: datetime, by: int) -> int:
    """Approved persons are in the class. How many."""
    if named:
        alone(named[0].call_up)
    coming = [one for one in named if standing.state_of(one.id) in ASKING]
    if not coming:
        raise Conflict("没有等待审批的人，请刷新页面。")
    found = coming[0].call_up
    persons = [(one.person_id, one.org_id) for one in coming]
    listing.put_in(found.training_class, persons, Came.CALLED_UP, now, by, found.title)
    for one in coming:
        _step(one, Step.APPROVED, None, now, by)
    return len(coming)


def send_back(named: Nomination, why: str, now: datetime, by: int) -> None:
    """The organiser returns a name with a reason. Whoever waits moves up."""
    alone(named.call_up)
    _refuse_over(named)
    _leave_class(named, why, now, by)
    _step(named, Step.RETURNED, _reason(why), now, by)
    _move_up(named.quota, now)


def _refuse_over(named: Nomination) -> None:
    if standing.state_of(named.id) in OVER:
        raise Conflict("这个报名已经退回或撤回，请刷新页面。")


def _leave_class(named: Nomination, why: str, now: datetime, by: int) -> None:
    member = standing.place_in_class(named.call_up.class_id, named.person_id)
    if member is not None and standing.state_of(named.id) is Step.APPROVED:
        listing.take_out(member, Left.OFF_THE_LIST, _reason(why), now, by)


def _reason(why: str) -> str:
    if not why.strip():
        raise Invalid("请写明原因。")
    return why.strip()


def _move_up(one: Quota, now: datetime) -> None:
    """The free places go to those that wait, in their order."""
    for nomination_id in move_up(one.places, standing.steps_of(one.id)):
        _step(standing.nomination(nomination_id), Step.MOVED_UP, None, now, None)


def _step(named: Nomination, step: Step, why: str | None, now: datetime, by: int | None) -> None:
    db.session.add(NominationStep(nomination_id=named.id, step=step, why=why, at=now, by=by))
    db.session.flush()
    db.session.expire(named, ["steps"])
    record(
        f"nomination {step.value}",
        now,
        whom=named,
        org_id=named.org_id,
        person=named.person_id,
        call_up=named.call_up_id,
        why=why,
    )
