"""Choosing what one signs in with: after the slip's code, or in place of an old one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from lms.access.scope import seeing_everything
from lms.accounts import entering, hashing, queries, rules, trying
from lms.accounts.entering import By, Door, Entered
from lms.accounts.models import Account, Device, PastPassword, SignIn, Slip
from lms.accounts.queries import Holder
from lms.accounts.rules import Bound, Means, Secret, Wrong
from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.people import queries as people
from lms.people.numbers import read_seals
from lms.people.rules import Post
from lms.settings import Settings
from lms.words import N_

# ── the slip's code ─────────────────────────────────────────────────────────────────────────────


def take_code_try(door: Door, now: datetime) -> list[Bound]:
    """Count a code before it is looked up. In a transaction of its own. Raises Locked."""
    bounds = rules.code_bounds(door.address)
    trying.take(bounds, now)
    return bounds


def show_code(code: str, bounds: list[Bound], now: datetime, house: Settings) -> int:
    """The id of the slip with this code. Raises Wrong."""
    with seeing_everything():
        slip = queries.slip_with(entering.code_digest(code, house))
        holder = queries.holder(slip.person_id, day_of(now)) if slip else None
        if slip is None or holder is None:
            raise Wrong(
                N_("这个凭条码不能用：可能已重发了新凭条。请用最新的凭条，或请乡镇组织委员重发。"),
                "slip",
                bounds,
            )
        if not holder.open:
            raise Wrong(N_("账号已停用。如有疑问，请联系本单位培训管理员。"), "slip", [])
        trying.give_back(bounds)
        return slip.id


@dataclass(frozen=True)
class Introduction:
    """Whom a slip belongs to, as the roster knows them, and who can be asked about it.

    posts: by unit; office: the nearest unit with officers; officers: their names.
    """

    name: str
    unit: str
    posts: dict[str, list[Post]]
    office: str
    officers: list[str]
    chosen: bool  # a PIN or a password is there already, and the slip does not replace it


def introduction(door: Door, now: datetime) -> Introduction:
    """Who is meant, after the code was shown. Raises Conflict where that was too long ago."""
    with seeing_everything():
        slip = queries.slip(door.slip_id)
        holder = queries.holder(slip.person_id, day_of(now)) if slip else None
        if slip is None or holder is None or not holder.open:
            raise Conflict("请重新扫描凭条上的二维码，或重新输入凭条码。")
        person = holder.person
        held = people.places([person.id], day_of(now)).get(person.id, [])
        posts: dict[str, list[Post]] = {}
        for posting in held:
            posts.setdefault(posting.org.name, []).append(posting.post)
        unit = people.lines([person.org])[person.org_id]
        office, officers = queries.officers_of(person.org_id, day_of(now))
        chosen = holder.secret is not None and not slip.resets
        return Introduction(person.name, unit, posts, office, officers, chosen)


def note_stranger(door: Door, now: datetime) -> None:
    """Somebody says that the slip is not theirs: the township gave it to the wrong hand."""
    with seeing_everything():
        slip = queries.slip(door.slip_id)
        if slip is not None:
            record("say the slip is another's", now, whom=slip, org_id=slip.org_id)


# ── choosing ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Chooser:
    """Somebody who may choose a PIN or a password now."""

    holder: Holder
    slip: Slip | None
    secret: Secret


def chooser(door: Door, now: datetime, house: Settings) -> Chooser:
    """Who chooses, and what. Raises Conflict where there is nothing to choose any more."""
    with seeing_everything():
        slip = queries.slip(door.slip_id) if door.slip_id else None
        person_id = slip.person_id if slip else door.chooser_id
        holder = queries.holder(person_id, day_of(now)) if person_id else None
        if holder and holder.open:
            if slip and (slip.resets or holder.secret is None):
                return Chooser(holder, slip, holder.asked(house))
            if not slip and holder.lacks_password(house):
                return Chooser(holder, None, Secret.PASSWORD)
    raise Conflict("请重新扫描凭条上的二维码，或重新登录。")


def choose(
    chooser: Chooser, secret: str, door: Door, remember: bool, now: datetime, house: Settings
) -> Entered:
    """Keep the PIN or the password, and open a session."""
    holder, slip = chooser.holder, chooser.slip
    with seeing_everything():
        new = _sound(holder, secret, chooser.secret, house)  # slow, and before anything is written
        if slip is not None:
            forgotten = slip.resets
            _use(slip, now)
            if forgotten:
                _forget(holder.person.id, now)
        _keep(holder.account, new, chooser.secret, now)
        holder.account.noticed_at = holder.account.noticed_at or now
        record(
            f"choose {chooser.secret.value}", now, whom=holder.person, org_id=holder.person.org_id
        )
        means = Means.PASSWORD if chooser.secret is Secret.PASSWORD else Means.SLIP
        by = By.SLIP if slip else By.NAME
        return entering.open_for(holder, means, door, remember, now, house, by)


def _use(slip: Slip, now: datetime) -> None:
    """A slip opens the choice once; the row count decides who was first."""
    first = update(Slip).where(
        Slip.id == slip.id, Slip.replaced_at.is_(None), or_(Slip.resets, Slip.used_at.is_(None))
    )
    if db.session.execute(first.values(used_at=now, resets=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这张凭条刚刚在另一台设备上用过，请重新登录。")


def _forget(person_id: int, now: datetime) -> None:
    """Whoever forgot a PIN may have lost a phone: all else that was open is closed."""
    end_sessions(person_id, "a new slip was used", now)
    mine = update(Device).where(Device.person_id == person_id)
    db.session.execute(mine.values(remembered_until=None))


def end_sessions(person_id: int, why: str, now: datetime, but: int = 0) -> int:
    """End the open sessions of a person, but for one. Returns how many."""
    open_ones = update(SignIn).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != but
    )
    return db.session.execute(open_ones.values(ended_at=now, ended_why=why)).rowcount  # type: ignore[attr-defined]


def _sound(holder: Holder, secret: str, kind: Secret, house: Settings) -> str:
    """The hash of a new PIN or password that nobody guesses and that was not used before."""
    person = holder.person
    known = read_seals(None, person.phone_seal, house.secrets["cipher"], masked=False)
    numbers = (person.short_number, known.phone or "")
    if kind is Secret.PIN:
        rules.refuse_weak_pin(rules.typed_digits(secret), person.born or "", numbers)
    else:
        rules.refuse_weak_password(secret, (*numbers, person.name))
        if any(hashing.matches(old, secret, kind, house) for old in _last(holder.account)):
            raise Invalid("最近 5 次用过的密码不能再用，请换一个。")
    return hashing.hashed(secret, kind, house)


def _last(account: Account) -> list[str]:
    """The hashes of the last passwords, the present one first."""
    past = (
        select(PastPassword.password_hash)
        .where(PastPassword.account_id == account.id)
        .order_by(PastPassword.id.desc())
        .limit(rules.KEPT_PASSWORDS - 1)
    )
    present = [account.password_hash] if account.password_hash else []
    return [*present, *db.session.scalars(past)]


def _keep(account: Account, new: str, kind: Secret, now: datetime) -> None:
    """One of the two is kept: a PIN beside a password would be the weaker door."""
    if account.password_hash:
        old = PastPassword(account_id=account.id, password_hash=account.password_hash, set_at=now)
        db.session.add(old)
    account.pin_hash = new if kind is Secret.PIN else None
    account.password_hash = new if kind is Secret.PASSWORD else None
    account.password_at = now if kind is Secret.PASSWORD else None


# ── in place of an old one ──────────────────────────────────────────────────────────────────────


def take_change_try(person_id: int, now: datetime) -> list[Bound]:
    """Count a try at one's present secret. In a transaction of its own. Raises Locked."""
    bounds = rules.own_bounds(f"change {person_id}")
    trying.take(bounds, now)
    return bounds


def change(
    person_id: int,
    present: str,
    new: str,
    bounds: list[Bound],
    door: Door,
    now: datetime,
    house: Settings,
) -> None:
    """Put a new PIN or password in place of the present one; other sessions end."""
    with seeing_everything():
        holder = queries.holder(person_id, day_of(now))
        if holder is None or holder.secret is None:
            raise Conflict("请先用凭条登录。")
        if not hashing.matches(holder.kept, present, holder.secret, house):
            left = trying.left(bounds, now)
            raise Wrong(
                N_("现在的 PIN 码或密码不对。还可以试 {left} 次。"),
                f"person {person_id}",
                bounds,
                left=left,
            )
        kind = holder.asked(house)
        try:
            kept = _sound(holder, new, kind, house)
        except Invalid as refusal:
            raise rules.Unfit(refusal, bounds) from refusal
        trying.give_back(bounds)
        _keep(holder.account, kept, kind, now)
        mine = entering.session_of(door, house)
        end_sessions(person_id, "the secret was changed", now, but=mine)
        record(f"change {kind.value}", now, whom=holder.person, org_id=holder.person.org_id)
