"""Giving out accounts: printed slips, a new code read out, the first administrators."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, update

from lms.access import add_rows
from lms.access.permissions import ROLE_NAMES, Role
from lms.access.scope import seeing_everything
from lms.accounts import choosing, hashing, queries, rolls, rules
from lms.accounts.entering import code_digest
from lms.accounts.models import Account, Slip
from lms.accounts.rolls import Line
from lms.accounts.rules import Secret, SlipState
from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.dice import code
from lms.errors import Conflict, NotFound
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.queries import top
from lms.orgs.rules import UnitKind
from lms.people import queries as people
from lms.people.facts import PersonFacts
from lms.people.keeping import batches
from lms.people.models import Person, RoleHeld
from lms.people.rules import Assignment
from lms.people.services import add_person
from lms.settings import Settings

# ── many slips ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Printed:
    """A slip as it is printed. picture: a QR as SVG."""

    line: Line
    code: str
    picture: str


def drawn(lines: Sequence[Line], address: str) -> dict[str, list[Printed]]:
    """Slips with new codes, by sheet; not yet kept: drawing is slow, and is done before writing.

    address: where the code is typed.
    """
    names = rolls.sheet_names(lines)
    sheets: dict[str, list[Printed]] = {}
    for line in lines:
        new = new_code()
        slip = Printed(line, new, picture(address, new))
        sheets.setdefault(names[line.sheet_id], []).append(slip)
    return sheets


def picture(address: str, code: str) -> str:
    """The QR of a code, as SVG. It stands after #, so that no log has it."""
    import segno  # loaded by who prints slips

    made = segno.make(f"{address}#{code}", error="m", micro=False, mask=2)
    return made.svg_inline(omitsize=True, border=2)


def keep_drawn(sheets: dict[str, list[Printed]], by: int, now: datetime, house: Settings) -> None:
    """Keep the codes of slips that were drawn."""
    slips = [slip for sheet in sheets.values() for slip in sheet]
    keep({slip.line.person_id: slip.code for slip in slips}, by, now, house)


def new_code() -> str:
    """Fifteen digits by chance, and the one that finds a slip of the finger."""
    digits = code(rules.CODE_DIGITS, rules.CODE_LENGTH)
    return digits + rules.check_digit(digits)


def open_accounts_with_slips(
    person_ids: Iterable[int], by: int | None, now: datetime, house: Settings
) -> dict[int, str]:
    """Open accounts and issue slips for many persons: person → code. Codes are not kept."""
    codes = {person_id: new_code() for person_id in person_ids}
    keep(codes, by, now, house)
    return codes


def keep(
    codes: dict[int, str], by: int | None, now: datetime, house: Settings, *, resets: bool = False
) -> None:
    """Keep the digests of new codes, person → code; the slips these persons had are dead.

    resets: the code opens the choice of a new PIN or password.
    """
    for ids in batches(list(codes)):
        homes = queries.homes(ids)
        if set(homes) != set(ids):
            raise NotFound("没有找到此人，或不在您的权限范围内。")
        _open_accounts(homes, now)
        dead = update(Slip).where(Slip.person_id.in_(ids), Slip.replaced_at.is_(None))
        replaced = db.session.execute(
            dead.values(replaced_at=now), execution_options={"synchronize_session": False}
        ).rowcount  # type: ignore[attr-defined]
        add_rows(
            Slip,
            [
                {
                    "person_id": person_id,
                    "org_id": homes[person_id],
                    "code_digest": code_digest(codes[person_id], house),
                    "made_at": now,
                    "made_by": by,
                    "resets": resets,
                }
                for person_id in ids
            ],
        )
        record("issue slips", now, persons=ids, replaced=replaced)


def _open_accounts(homes: dict[int, int], now: datetime) -> None:
    there = queries.with_account(homes)
    new = {person_id: org_id for person_id, org_id in homes.items() if person_id not in there}
    add_rows(
        Account,
        [
            {"person_id": person_id, "org_id": org_id, "made_at": now}
            for person_id, org_id in new.items()
        ],
    )


# ── one person ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reissued:
    """What is read out to somebody: shown once, kept nowhere."""

    person: Person
    unit: str
    code: str


def reissue(
    person_id: int, mine: Collection[Assignment], by: int, now: datetime, house: Settings
) -> Reissued:
    """Give a person a new code, to choose a new PIN or password with; the old slip is dead."""
    return _reissue(_below(person_id, mine, now), by, now, house)


def reissue_at_the_machine(number: str, now: datetime, house: Settings) -> Reissued:
    """The same, by a command: for an administrator whom no other can help. number: the short one.

    Whoever may run commands holds the database and its keys anyway.
    """
    found = people.by_sign_in_name(number, house.secrets["digest"])
    if len(found) != 1:
        raise NotFound("没有找到短号 {number}。", number=number)
    if not people.assignments(found[0].id, day_of(now)):
        raise Conflict(rules.ENDED)
    return _reissue(found[0], None, now, house)


def _reissue(person: Person, by: int | None, now: datetime, house: Settings) -> Reissued:
    account = queries.account(person.id)
    if account is not None and account.ended_at is not None:
        raise Conflict("账号已停用，请先恢复再重发凭条。")
    new = new_code()
    keep({person.id: new}, by, now, house, resets=True)
    record("reissue slip", now, whom=person, org_id=person.org_id)
    return Reissued(person, people.lines([person.org])[person.org_id], new)


def _below(person_id: int, mine: Collection[Assignment], now: datetime) -> Person:
    """The person, if in scope and of no higher role. Roles held anywhere count."""
    person = people.one(person_id)
    rules.refuse_issuing(mine, _held(person_id, now))
    return person


def _held(person_id: int, now: datetime) -> tuple[Assignment, ...]:
    with seeing_everything():
        return people.assignments(person_id, day_of(now))


@dataclass(frozen=True)
class About:
    """An account as those see it who may open the way into it."""

    person: Person
    unit: str
    may: bool  # of no higher role: one may issue, end, and open again
    state: SlipState
    account: Account | None
    sessions: list[Row]


def about(person_id: int, mine: Collection[Assignment], now: datetime) -> About:
    """The account of a person in scope."""
    person = people.one(person_id)
    account, slip = queries.account(person_id), queries.live_slip(person_id)
    ended = account is not None and account.ended_at is not None
    chosen = account is not None and bool(account.pin_hash or account.password_hash)
    state = rules.slip_state(ended, chosen, slip is not None, slip is not None and slip.resets)
    sessions = queries.sessions_of(person_id, now - rules.LONGEST)
    may = rules.may_issue(mine, _held(person_id, now))
    return About(person, people.lines([person.org])[person.org_id], may, state, account, sessions)


def end_account(person_id: int, why: str, mine: Collection[Assignment], now: datetime) -> Person:
    """Close an account, and what is open of it. Nothing is deleted."""
    person = _below(person_id, mine, now)
    account = queries.account(person_id)
    if account is None or account.ended_at is not None:
        raise Conflict("没有可停用的账号：还没有开通，或已停用。")
    account.ended_at, account.ended_why = now, why
    choosing.end_sessions(person_id, "the account was ended", now)
    record("end account", now, whom=person, org_id=person.org_id, why=why)
    return person


def reopen_account(person_id: int, why: str, mine: Collection[Assignment], now: datetime) -> Person:
    """Open an account that an officer had closed."""
    person = _below(person_id, mine, now)
    account = queries.account(person_id)
    if account is None or account.ended_at is None:
        raise Conflict("这个账号没有停用。")
    account.ended_at, account.ended_why = None, None
    record("reopen account", now, whom=person, org_id=person.org_id, why=why)
    return person


# ── the first ones ──────────────────────────────────────────────────────────────────────────────


def first_administrators(
    now: datetime,
    house: Settings,
    city: str = "市",  # data: a unit's name
) -> list[tuple[Role, str, str, str]]:
    """The three administrators of an empty city: (role, name, short number, one-time code).

    Makes the unit above all others where there is none; the list of divisions names it later.
    """
    with seeing_everything():
        root = top() or _root(city, now)
        found = []
        for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
            person = add_person(PersonFacts(name=ROLE_NAMES[role]), root, now, house.secrets)
            give = RoleHeld(role=role, person_id=person.id, org_id=root.id, given_at=now)
            give.from_on = day_of(now)
            db.session.add(give)
            codes = open_accounts_with_slips([person.id], None, now, house)
            found.append((role, person.name, person.short_number, codes[person.id]))
        record("make the first administrators", now)
        return found


def _root(name: str, now: datetime) -> OrgUnit:
    root = OrgUnit(name=name, kind=UnitKind.CITY, path="", opened_on=day_of(now))
    db.session.add(root)
    db.session.flush()
    root.path = f"/{root.id}/"
    db.session.add(UnitSpan(org_id=root.id, name=name, from_on=root.opened_on))
    return root


def demonstration_account(
    person_id: int, secret: str, kind: Secret, now: datetime, house: Settings
) -> None:
    """Give a person of the demonstration a PIN or a password that is ready to use."""
    if not house.demonstration:
        raise Conflict("只有演示可以预先设好密码。")
    kept = hashing.hashed(secret, kind, house)
    with seeing_everything():
        if queries.account(person_id) is None:
            _open_accounts(queries.homes([person_id]), now)
        account = queries.account(person_id)
        assert account is not None
        account.pin_hash = kept if kind is Secret.PIN else None
        account.password_hash = kept if kind is Secret.PASSWORD else None
        account.password_at = now if kind is Secret.PASSWORD else None
        account.noticed_at = now
