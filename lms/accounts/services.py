"""What people do with open sessions and remembered devices: their own, and those of others."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, or_, select, update

from lms.access.scope import seeing_everything
from lms.accounts import entering, rules
from lms.accounts.entering import Door
from lms.accounts.models import Device, SignIn, WrongAnswers
from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.models import Person
from lms.settings import Settings

KEPT = timedelta(days=180)  # what was signed in with; the log keeps that it was, for good


def lock(door: Door, now: datetime, house: Settings) -> None:
    """Lock the page of this session, as if it had lain idle."""
    own = update(SignIn).where(SignIn.id == entering.session_of(door, house))
    db.session.execute(own.values(seen_at=now - 2 * rules.IDLE))


def end_session(sign_in_id: int, why: str, now: datetime) -> SignIn:
    """End an open session of a person in scope: oneself, or who one answers for."""
    found = db.session.scalar(
        select(SignIn).join(Person, Person.id == SignIn.person_id).where(SignIn.id == sign_in_id)
    )
    if found is None:
        raise NotFound("没有找到这个登录会话，或不在您的权限范围内。")
    ended = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    if not db.session.execute(ended.values(ended_at=now, ended_why=why)).rowcount:  # type: ignore[attr-defined]
        raise Conflict("这个登录会话已经结束。")
    record("end session", now, whom=f"person {found.person_id}", session=found.id, why=why)
    return found


def end_own_session(sign_in_id: int, person_id: int, now: datetime) -> None:
    """End one of one's own sessions."""
    if end_session(sign_in_id, "ended by the person", now).person_id != person_id:
        raise NotFound("没有找到这个登录会话，或不在您的权限范围内。")


def forget_device(device_id: int, person_id: int, now: datetime) -> None:
    """Let one's own device be remembered no more: it asks for the slip's code again."""
    own = update(Device).where(Device.id == device_id, Device.person_id == person_id)
    if not db.session.execute(own.values(remembered_until=None)).rowcount:  # type: ignore[attr-defined]
        raise NotFound("没有找到这台设备。")
    with seeing_everything():
        record("forget device", now, whom=f"person {person_id}", device=device_id)


def clear_old(now: datetime) -> None:
    """Let go of what nobody is asked for any more: counts whose wait is over, sessions that were
    over half a year ago, and devices that nobody has used since and that are not remembered."""
    rested = WrongAnswers.last_at < now - rules.REMEMBERED  # the longest of all waits
    _let_go(delete(WrongAnswers).where(rested))
    _let_go(delete(SignIn).where(SignIn.seen_at < now - KEPT))
    used = select(SignIn.device_id).where(SignIn.device_id.is_not(None))
    unknown = or_(Device.remembered_until.is_(None), Device.remembered_until < now)
    left = delete(Device).where(Device.seen_at < now - KEPT, unknown, Device.id.not_in(used))
    _let_go(left)


def _let_go(old: Delete) -> None:
    db.session.execute(old.execution_options(synchronize_session=False))
