"""Signing in: who knocks, what is asked, whether it fits, and the session that opens."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update

from lms.access.scope import seeing_everything
from lms.accounts import hashing, queries, rules, trying
from lms.accounts.models import Device, SignIn, Slip
from lms.accounts.queries import Holder
from lms.accounts.rules import Bound, Means, Secret, State, Wrong
from lms.audit.rules import Actor, Outcome
from lms.audit.services import acting, record
from lms.ciphers import digest
from lms.clock import day_of
from lms.db import db
from lms.dice import token
from lms.people.queries import by_sign_in_name
from lms.people.rules import masked_name
from lms.settings import Settings
from lms.words import N_

# ── who knocks ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Door:
    """What a request brings along: the tokens of its cookies, and where it came from.

    slip_id: a slip whose code was shown; chooser_id: a person who must choose a password. Both
    stand in the signed cookie for `rules.STEP`.
    """

    token: str = ""
    device: str = ""
    slip_id: int | None = None
    chooser_id: int | None = None
    address: str = ""
    agent: str = ""


class By(StrEnum):
    """How the house knows who knocks, before anything secret was said."""

    SLIP = "slip"
    SESSION = "session"
    DEVICE = "device"
    NAME = "name"


@dataclass(frozen=True)
class Known:
    """Somebody who need not say who they are. name: masked; key: of a count nobody else fills."""

    person_id: int
    name: str
    secret: Secret
    by: By
    key: str = ""


@dataclass(frozen=True)
class Typed:
    """What was typed to sign in. code: sixteen digits, or empty."""

    name: str = ""
    code: str = ""
    secret: str = ""
    remember: bool = False


def known(door: Door, now: datetime, house: Settings) -> Known | None:
    """Who knocks, by a slip that was shown, a page that locked, or a device that is one's own."""
    with seeing_everything():
        return _by_slip(door, now, house) or _by_session(door, now, house) or _own(door, now, house)


def remembered_as(name: str, door: Door, now: datetime, house: Settings) -> Known | None:
    """The person of this name, where this device is remembered for that person."""
    with seeing_everything():
        devices = {one.person_id: one for one in _devices(door, now, house)}
        for person in by_sign_in_name(name, house.secrets["digest"]) if devices else []:
            if person.id in devices:
                return _on(devices[person.id], now)
    return None


def _devices(door: Door, now: datetime, house: Settings) -> list[Device]:
    return queries.remembered(_digest(door.device, house), now) if door.device else []


def _digest(text: str, house: Settings) -> str:
    return digest(text, house.secrets["session"], "sign-in")


def _by_slip(door: Door, now: datetime, house: Settings) -> Known | None:
    slip = queries.slip(door.slip_id) if door.slip_id else None
    holder = slip and queries.holder(slip.person_id, day_of(now))
    if not slip or not holder or slip.resets:
        return None
    own = {one.person_id: f"device {one.id}" for one in _devices(door, now, house)}
    return _known(holder, By.SLIP, own.get(slip.person_id, ""))


def _by_session(door: Door, now: datetime, house: Settings) -> Known | None:
    found = queries.open_session(_digest(door.token, house)) if door.token else None
    holder = found and queries.holder(found.person_id, day_of(now))
    if not found or not holder:
        return None
    held = rules.carried(found.means, holder.held)
    locked = rules.state(found.started_at, found.seen_at, now, held) is State.LOCKED
    return _known(holder, By.SESSION, f"session {found.id}") if locked else None


def _own(door: Door, now: datetime, house: Settings) -> Known | None:
    """On a shared phone, remembered for several, the name is typed."""
    devices = _devices(door, now, house)
    return _on(devices[0], now) if len(devices) == 1 else None


def _on(device: Device, now: datetime) -> Known | None:
    holder = queries.holder(device.person_id, day_of(now))
    return _known(holder, By.DEVICE, f"device {device.id}") if holder else None


def _known(holder: Holder, by: By, key: str) -> Known | None:
    secret = holder.secret
    if not holder.open or secret is None:
        return None
    return Known(holder.person.id, masked_name(holder.person.name), secret, by, key)


# ── one try ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tried:
    """A try that has been counted: on whom, by what, and where it was counted."""

    who: str
    person_ids: tuple[int, ...]
    by: By
    bounds: list[Bound]


def take_try(door: Door, typed: Typed, now: datetime, house: Settings) -> Tried:
    """Count a try before the secret is looked at. In a transaction of its own. Raises Locked."""
    tried = _tried(door, typed, now, house)
    trying.take(tried.bounds, now)
    return tried


def _tried(door: Door, typed: Typed, now: datetime, house: Settings) -> Tried:
    found = remembered_as(typed.name, door, now, house) if typed.name else known(door, now, house)
    if found is not None:
        who = f"person {found.person_id}"
        shared = rules.shared_bounds(who, door.address)
        bounds = rules.own_bounds(found.key) if found.key else shared
        return Tried(who, (found.person_id,), found.by, bounds)
    people = by_sign_in_name(typed.name, house.secrets["digest"]) if typed.name else []
    who = f"person {people[0].id}" if people else f"name {_digest(typed.name, house)[:16]}"
    ids = tuple(person.id for person in people)
    return Tried(who, ids, By.NAME, rules.shared_bounds(who, door.address))


@dataclass(frozen=True)
class Entered:
    """What the browser keeps now. token: of the session; empty while something is to be chosen."""

    token: str = ""
    device: str = ""
    slip_id: int | None = None
    chooser_id: int | None = None


def enter(tried: Tried, typed: Typed, door: Door, now: datetime, house: Settings) -> Entered:
    """Open a session where the secret fits. Raises Wrong."""
    with seeing_everything():
        holder, slip = _found(tried, typed, now, house)  # slow, and before anything is written
        if holder is None:
            raise _wrong(tried, now)
        if not holder.open:
            raise Wrong(N_("账号已停用。如有疑问，请联系本单位培训管理员。"), tried.who, [])
        trying.give_back(tried.bounds)
        if slip is not None:
            return Entered(slip_id=slip.id)
        if holder.lacks_password(house):
            return Entered(chooser_id=holder.person.id)
        return open_for(holder, _means(holder), door, typed.remember, now, house, tried.by)


def _means(holder: Holder) -> Means:
    return Means.PASSWORD if holder.secret is Secret.PASSWORD else Means.PIN


def _found(
    tried: Tried, typed: Typed, now: datetime, house: Settings
) -> tuple[Holder | None, Slip | None]:
    """Whose secret it is; with a slip, where that is to be chosen first."""
    holders = [queries.holder(person_id, day_of(now)) for person_id in tried.person_ids]
    there = [holder for holder in holders if holder is not None]
    if tried.by is By.NAME and typed.code:
        slip = queries.slip_with(code_digest(typed.code, house))
        there = [one for one in there if slip and one.person.id == slip.person_id]
        if slip and there and (slip.resets or there[0].secret is None):
            return there[0], slip
    elif tried.by is By.NAME:
        there = [holder for holder in there if holder.secret is Secret.PASSWORD]
    return _fitting(there, typed.secret, house), None


def _fitting(holders: list[Holder], secret: str, house: Settings) -> Holder | None:
    """The first whose secret this is; it takes a look's time where there is nobody."""
    for holder in holders[:3]:
        kind = holder.secret or Secret.PIN
        if hashing.matches(holder.kept, secret, kind, house):
            return holder
    if not holders:
        hashing.matches(None, secret, Secret.PIN, house)
    return None


def _wrong(tried: Tried, now: datetime) -> Wrong:
    left = trying.left(tried.bounds, now)
    if left == 0:
        text = N_("连续输错次数过多，请 15 分钟后再试；忘记了可以请乡镇组织委员重发凭条。")
    elif tried.by is By.NAME:
        text = N_("没有登录成功：号码、凭条码、PIN 码或密码不对。还可以试 {left} 次。")
    else:
        text = N_("PIN 码或密码不对。还可以试 {left} 次。")
    return Wrong(text, tried.who, tried.bounds, left=left)


def note_failure(wrong: Wrong, now: datetime) -> None:
    """Write down a wrong answer, and what followed from it. Apart from the request's own work."""
    record("sign in", now, whom=wrong.who, outcome=Outcome.FAILED)
    if not wrong.bounds:
        return
    if trying.left(wrong.bounds, now) == 0:
        record("lock sign-in", now, whom=wrong.who, at=wrong.bounds[0].key)
    for bound in wrong.bounds:
        if bound.key.startswith("device ") and trying.count(bound, now) >= rules.FORGET:
            forget = update(Device).where(Device.id == int(bound.key.split()[1]))
            db.session.execute(forget.values(remembered_until=None))


# ── the session ─────────────────────────────────────────────────────────────────────────────────


def code_digest(code: str, house: Settings) -> str:
    """What a slip's code is found by."""
    return digest(code, house.secrets["slip"], "slip")


def open_for(
    holder: Holder,
    means: Means,
    door: Door,
    remember: bool,
    now: datetime,
    house: Settings,
    by: By,
) -> Entered:
    """Open a session for somebody who has shown the secret, or go on with the one that locked."""
    person = holder.person
    acting(Actor(person.id, door.address, door.agent, person.name))
    record("sign in", now, whom=person, org_id=person.org_id, means=means.value, by=by.value)
    own = update(SignIn).where(SignIn.token_digest == _digest(door.token, house))
    going_on = own.where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    if by is By.SESSION and db.session.execute(going_on.values(seen_at=now)).rowcount:  # type: ignore[attr-defined]
        return Entered(token=door.token, device=door.device)
    db.session.execute(
        own.where(SignIn.ended_at.is_(None)).values(ended_at=now, ended_why="signed in anew")
    )
    key, opened = door.device or token(), token()
    device = _device(key, person.id, door, remember or by is By.DEVICE, now, house)
    db.session.add(
        SignIn(
            token_digest=_digest(opened, house),
            person_id=person.id,
            device_id=device.id,
            means=means,
            address=door.address,
            started_at=now,
            seen_at=now,
        )
    )
    return Entered(token=opened, device=key)


def _device(
    key: str, person_id: int, door: Door, remember: bool, now: datetime, house: Settings
) -> Device:
    """This device, as this person uses it."""
    found = queries.device(_digest(key, house), person_id)
    device = found or Device(token_digest=_digest(key, house), person_id=person_id)
    device.kind, device.seen_at = rules.device_kind(door.agent), now
    if remember:
        device.remembered_until = now + rules.REMEMBERED
    db.session.add(device)
    db.session.flush()
    return device


def session_of(door: Door, house: Settings) -> int:
    """The id of the session of this request; 0 where there is none."""
    found = queries.open_session(_digest(door.token, house)) if door.token else None
    return found.id if found else 0


def sign_out(sign_in_token: str, now: datetime, house: Settings) -> None:
    """End the session of this token, if it is still open."""
    with seeing_everything():
        mine = update(SignIn).where(SignIn.token_digest == _digest(sign_in_token, house))
        ended = mine.where(SignIn.ended_at.is_(None)).values(ended_at=now, ended_why="signed out")
        if db.session.execute(ended).rowcount:  # type: ignore[attr-defined]
            record("sign out", now)
