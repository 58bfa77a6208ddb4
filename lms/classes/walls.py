"""The code on the wall of a lesson: six digits and a QR that change every half minute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hmac import compare_digest

from sqlalchemy import Select, distinct, func, select

from lms.access.scope import seeing_everything
from lms.accounts import trying
from lms.accounts.rules import Bound
from lms.audit.services import record
from lms.ciphers import digest
from lms.classes import queries
from lms.classes.models import AttendanceMark, ClassMember, ClassSession, WallCode
from lms.classes.rules import Evidence, Mark
from lms.db import db
from lms.dice import token
from lms.errors import Conflict, Invalid

SECONDS = 30
LATER = 1  # how many windows ago a code may have been read: it takes time to type
TO_SIGN_IN = timedelta(minutes=15)
MOST_WRONG, WAIT = 20, timedelta(minutes=10)  # typed codes in that time
BEFORE = timedelta(hours=1)  # a code is shown no earlier than this before a lesson


@dataclass(frozen=True)
class Shown:
    """What stands on the wall now."""

    code: str
    token: str
    seconds: int  # until it changes


@dataclass(frozen=True)
class Seen:
    """A code that somebody read: of which lesson, and when it stood on the wall."""

    session_id: int
    came_at: datetime


def switched_on(session_id: int, now: datetime) -> WallCode | None:
    """The wall of a lesson, while it is on: until it is switched off, or the lesson ends."""
    query = _on(now).where(WallCode.session_id == session_id)
    return db.session.scalar(query.order_by(WallCode.id.desc()).limit(1))


def _on(now: datetime) -> Select[WallCode]:
    joined = select(WallCode).join(ClassSession, ClassSession.id == WallCode.session_id)
    return joined.where(WallCode.off_at.is_(None), ClassSession.ends_at >= now)


def switch_on(session: ClassSession, now: datetime, by: int) -> None:
    """Show a code: never on by itself, and an aid beside the list."""
    if not session.starts_at - BEFORE <= now <= session.ends_at:
        raise Conflict("签到码在上课前 1 小时到下课之间才能打开。")
    if session.cancelled_at is None and switched_on(session.id, now) is None:
        db.session.add(WallCode(session_id=session.id, salt=token(20), on_at=now, on_by=by))
        record("switch on wall code", now, whom=session, org_id=session.whole_class.org_id)


def switch_off(session: ClassSession, now: datetime) -> None:
    """The code holds no more."""
    if (found := switched_on(session.id, now)) is not None:
        found.off_at = now
        record("switch off wall code", now, whom=session, org_id=session.whole_class.org_id)


def shown(wall: WallCode, now: datetime, secret: str) -> Shown:
    """What the wall shows at this moment. secret: a key of the house."""
    window = _window(now)
    made = _made(wall, window, secret)
    return Shown(_digits(made), made[:20], SECONDS - int(now.timestamp()) % SECONDS)


def _window(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def _made(wall: WallCode, window: int, secret: str) -> str:
    return digest(f"{wall.session_id}:{wall.salt}:{window}", secret, "wall code")


def _digits(made: str) -> str:
    return f"{int(made[20:36], 16) % 1_000_000:06}"


def seen(wall: WallCode | None, said: str, now: datetime, secret: str) -> Seen | None:
    """When the code that was read, or typed, stood on this wall; none where it did not."""
    if wall is None:
        return None
    for window in range(_window(now), _window(now) - LATER - 1, -1):
        made = _made(wall, window, secret)
        if compare_digest(said.encode(), (made[:20] if len(said) > 6 else _digits(made)).encode()):
            return Seen(wall.session_id, datetime.fromtimestamp(window * SECONDS, UTC))
    return None


def scanned(session_id: int, said: str, now: datetime, secret: str) -> Seen:
    """A QR that was read by whoever holds the phone; nobody has to be signed in for that."""
    with seeing_everything():
        found = seen(switched_on(session_id, now), said, now, secret)
    if found is None:
        raise Invalid("这个签到码已经换了，请对着大屏幕重新扫一次。")
    return found


def came_by_code(session_id: int) -> int:
    """How many have checked in by the code of a lesson."""
    query = select(func.count(distinct(AttendanceMark.member_id))).where(
        AttendanceMark.session_id == session_id, AttendanceMark.evidence == Evidence.CODE
    )
    return db.session.scalar(query) or 0


def open_walls(class_id: int, now: datetime) -> list[WallCode]:
    """The walls of a class that are on."""
    return list(db.session.scalars(_on(now).where(ClassSession.class_id == class_id)))


def typed(
    member: ClassMember, code: str, now: datetime, secret: str, later: Callable[..., object]
) -> Seen:
    """A code that was typed by somebody of a class. Who tries many has to wait: six digits are few.

    later: takes what is written although the request is refused.
    """
    bound = Bound(f"wall code of member {member.id}", MOST_WRONG, WAIT)
    trying.refuse_over(bound, now)
    for wall in open_walls(member.class_id, now):
        if (found := seen(wall, code, now, secret)) is not None:
            return found
    later(partial(trying.take, [bound], now))
    raise Invalid("签到码不对，或已经换了。请看大屏幕重新输入。")


def refuse_stale(came_at: datetime, now: datetime) -> None:
    """Who had to sign in first has a quarter of an hour; the moment of the code counts."""
    if now - came_at > TO_SIGN_IN + timedelta(seconds=SECONDS * (LATER + 1)):
        raise Conflict("扫码已超过 15 分钟，请重新扫一次，或请班主任在名单上记到课。")


def check_in(
    session: ClassSession, member: ClassMember, came_at: datetime, now: datetime
) -> AttendanceMark:
    """The person was there when this code stood on the wall. Once; the list is the record."""
    before = db.session.scalar(
        select(AttendanceMark).where(
            AttendanceMark.session_id == session.id,
            AttendanceMark.member_id == member.id,
            AttendanceMark.evidence == Evidence.CODE,
        )
    )
    if before is not None:
        return before
    made = AttendanceMark(
        session_id=session.id,
        member_id=member.id,
        mark=Mark.PRESENT,
        evidence=Evidence.CODE,
        came_at=came_at,
        marked_at=now,
        marked_by=member.person_id,
    )
    db.session.add(made)
    db.session.flush()  # first written, then asked: a list that is confirmed now waits, or is seen
    if queries.is_confirmed(session.id):
        raise Conflict("班主任已确认这节课的名单；如有出入，请找班主任更正。")
    return made
