"""What people do with open sessions and remembered devices: their own, and those of others."""

from datetime import datetime

from sqlalchemy import select, update

from lms.access.scope import seeing_everything
from lms.accounts import entering, rules
from lms.accounts.entering import Door
from lms.accounts.models import Device, SignIn
from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.people.models import Person
from lms.settings import Settings


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
