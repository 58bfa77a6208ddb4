"""Looking up accounts, slips, devices and sessions. Signing in asks before there is a scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, bindparam, func, or_, select, union

from lms.access.own import execute
from lms.access.permissions import OFFICERS, Role
from lms.accounts.models import Account, Device, SignIn, Slip
from lms.accounts.rules import LONGEST, Means, Secret, required
from lms.clock import day_of
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.queries import lineages
from lms.people import numbers as people_numbers
from lms.people import queries as people
from lms.people.models import Person, Posting, RoleHeld
from lms.people.queries import assignments, holds
from lms.people.rules import Assignment
from lms.settings import Settings


@dataclass(frozen=True)
class OpenSession:
    """A session and its person, in one look."""

    id: int
    person_id: int
    name: str
    org_id: int
    means: Means
    started_at: datetime
    seen_at: datetime


# Asked with every page, so the statements are built once.
OPEN_SESSION = SignIn.token_digest == bindparam("token"), SignIn.ended_at.is_(None)
SESSION = (
    select(
        SignIn.id,
        SignIn.person_id,
        Person.name,
        Person.org_id,
        SignIn.means,
        SignIn.started_at,
        SignIn.seen_at,
    )
    .join(Person, Person.id == SignIn.person_id)
    .where(*OPEN_SESSION)
)
FACTS = len(SESSION.selected_columns)
ENTERED = union(
    *(
        held.add_columns(*SESSION.selected_columns)
        .join(SignIn, SignIn.person_id == table.person_id)
        .join(Person, Person.id == SignIn.person_id)
        .where(*OPEN_SESSION)
        for held, table in ((people.ROLES, RoleHeld), (people.POSTS, Posting))
    )
)


def open_session(token_digest: str) -> OpenSession | None:
    """The session of a token, while it and the account have not been ended."""
    row = db.session.execute(SESSION, {"token": token_digest}).one_or_none()
    return None if row is None else OpenSession(*row)


def entered(token_digest: str, day: date) -> tuple[OpenSession, tuple[Assignment, ...]] | None:
    """The same with what its person is today, for which units; none where that is nothing."""
    rows = execute(ENTERED, None, {"token": token_digest, "day": day}, SignIn).all()
    return (OpenSession(*rows[0][-FACTS:]), people.held_in(rows)) if rows else None


@dataclass(frozen=True)
class Holder:
    """A person with an account that is open today. held: every role; none: it has ended."""

    person: Person
    account: Account
    held: tuple[Assignment, ...]

    @property
    def open(self) -> bool:
        return self.account.ended_at is None and bool(self.held)

    @property
    def roles(self) -> set[Role]:
        return {one.role for one in self.held}

    @property
    def secret(self) -> Secret | None:
        """What this person signs in with; None while nothing has been chosen."""
        if self.account.password_hash:
            return Secret.PASSWORD
        return Secret.PIN if self.account.pin_hash else None

    def asked(self, house: Settings) -> Secret:
        """What this person ought to sign in with."""
        return required(self.roles, house.passwords_for_all)

    def lacks_password(self, house: Settings) -> bool:
        """Whether a PIN was right, and is no longer enough."""
        return self.secret is Secret.PIN and self.asked(house) is Secret.PASSWORD

    @property
    def kept(self) -> str | None:
        return self.account.password_hash or self.account.pin_hash


def holder(person_id: int, day: date) -> Holder | None:
    """The account of a person, ended ones included."""
    account = db.session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        return None
    return Holder(account.person, account, assignments(person_id, day))


def slip_with(code_digest: str) -> Slip | None:
    """The slip with this code, while it has not been replaced."""
    return db.session.scalar(
        select(Slip).where(Slip.code_digest == code_digest, Slip.replaced_at.is_(None))
    )


def slip(slip_id: int | None) -> Slip | None:
    """The slip, while it has not been replaced."""
    return db.session.scalar(select(Slip).where(Slip.id == slip_id, Slip.replaced_at.is_(None)))


def live_slip(person_id: int) -> Slip | None:
    """The slip that a person holds."""
    return db.session.scalar(
        select(Slip).where(Slip.person_id == person_id, Slip.replaced_at.is_(None))
    )


def remembered(token_digest: str, now: datetime) -> list[Device]:
    """For whom this device is remembered."""
    return list(
        db.session.scalars(
            select(Device)
            .where(Device.token_digest == token_digest, Device.remembered_until > now)
            .order_by(Device.seen_at.desc())
        )
    )


def device(token_digest: str, person_id: int) -> Device | None:
    """This device, as one person used it."""
    return db.session.scalar(
        select(Device).where(Device.token_digest == token_digest, Device.person_id == person_id)
    )


def officers_of(org_id: int, day: date) -> tuple[str, list[str]]:
    """The nearest unit at or above one that has officers, and their names."""
    path = db.session.scalar(select(OrgUnit.path).where(OrgUnit.id == org_id)) or ""
    rows = db.session.execute(
        select(OrgUnit.name, Person.name)
        .select_from(RoleHeld)
        .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .join(Person, Person.id == RoleHeld.person_id)
        .where(RoleHeld.role.in_(OFFICERS), holds(RoleHeld, day))
        .where(OrgUnit.id.in_(lineages([path])))
        .order_by(func.length(OrgUnit.path).desc(), OrgUnit.id, Person.id)
    ).all()
    unit = rows[0][0] if rows else ""
    return unit, [name for at, name in rows if at == unit]


def sessions_of(person_id: int, since: datetime) -> list[Row]:
    """Open sessions of a person: (session, kind of device), the latest contact first."""
    return list(
        db.session.execute(
            _sessions(since).where(SignIn.person_id == person_id).order_by(SignIn.seen_at.desc())
        )
    )


def _sessions(since: datetime) -> Select:
    return (
        select(SignIn, Device.kind)
        .outerjoin(Device, Device.id == SignIn.device_id)
        .where(SignIn.ended_at.is_(None), SignIn.started_at > since)
    )


PAGE = 100


def sessions(since: datetime, name: str, skip: int = 0) -> list[Row]:
    """Open sessions in scope: (session, kind of device, person, unit's name), latest first."""
    query = (
        _sessions(since)
        .join(Person, Person.id == SignIn.person_id)
        .join(OrgUnit, OrgUnit.id == Person.org_id)
        .add_columns(Person, OrgUnit.name)
        .order_by(SignIn.seen_at.desc())
    )
    if name:
        query = query.where(or_(Person.name == name, Person.short_number == name))
    return list(db.session.execute(query.offset(skip).limit(PAGE + 1)))


def devices_of(person_id: int, now: datetime) -> list[Device]:
    """The devices that are remembered for a person."""
    return list(
        db.session.scalars(
            select(Device)
            .where(Device.person_id == person_id, Device.remembered_until > now)
            .order_by(Device.seen_at.desc())
        )
    )


@dataclass(frozen=True)
class Own:
    """A person's own page: what the roster knows, and where the account is open.

    places: units with posts; roles: the others; phone: masked, or none.
    """

    person: Person
    unit: str
    places: list[Posting]
    roles: list[RoleHeld]
    phone: str | None
    secret: Secret | None
    ought: Secret
    sessions: list[Row]
    devices: list[Device]
    here: int  # id of the session of this request


def own(person_id: int, here: int, now: datetime, house: Settings) -> Own:
    """What one's own page shows. here: the session of this request."""
    day, person = day_of(now), people.one(person_id)
    account = holder(person_id, day)
    return Own(
        person,
        people.lines([person.org])[person.org_id],
        people.places([person_id], day).get(person_id, []),
        [one for one in people.roles_of(person_id, day) if one.from_on <= day],
        people_numbers.read_seals(None, person.phone_seal, house.secrets["cipher"]).phone,
        account.secret if account else None,
        asked(person_id, now, house),
        sessions_of(person_id, now - LONGEST),
        devices_of(person_id, now),
        here,
    )


def asked(person_id: int, now: datetime, house: Settings) -> Secret:
    """What a person ought to sign in with."""
    roles = {one.role for one in people.assignments(person_id, day_of(now))}
    return required(roles, house.passwords_for_all)


def homes(person_ids: Collection[int]) -> dict[int, int]:
    """The home units of those of the persons who are in scope."""
    rows = db.session.execute(select(Person.id, Person.org_id).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in rows}


def account(person_id: int) -> Account | None:
    """The account of a person in scope."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def with_account(person_ids: Collection[int]) -> set[int]:
    """Those of the persons who have an account."""
    query = select(Account.person_id).where(Account.person_id.in_(person_ids))
    return set(db.session.scalars(query))
