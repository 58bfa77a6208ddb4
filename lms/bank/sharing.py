"""A bank itself: begun, named, shared and taken back, handed over, put away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.access.permissions import Permission, Role, granting
from lms.access.scope import scope_in
from lms.audit.services import record
from lms.bank import queries
from lms.bank.models import Bank, BankNamed, Question
from lms.bank.rules import Right, State
from lms.bank.services import name_on, open_bank
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.people.models import Person, RoleHeld
from lms.people.queries import holds, whole_city
from lms.people.rules import Me

BANK_ROLES = (Role.TRAINER, Role.REVIEWER)  # who may use what they, or their unit, are named for
WRITERS = granting(Permission.KEEP_BANK)
UNFINISHED = (State.DRAFT, State.RETURNED, State.IN_REVIEW)


# ── who may ─────────────────────────────────────────────────────────────────────────────────────


def keeps(bank: Bank, me: Me) -> bool:
    """Whether this person keeps the bank: keeps banks for the unit that owns it, or above it."""
    owner = db.session.scalar(select(OrgUnit.path).where(OrgUnit.id == bank.org_id))
    return owner is not None and me.covers(owner, Permission.KEEP_BANK)


def kept(bank_id: int, me: Me) -> Bank:
    """The bank, if this person keeps it."""
    bank = queries.bank(bank_id)
    if not keeps(bank, me):
        raise NotAllowed("题库的名称、共享和交接由管理单位的教师办理，请与管理单位联系。")
    return bank


def owner(bank: Bank) -> str:
    """The name of the unit that owns the bank."""
    return db.session.scalar(select(OrgUnit.name).where(OrgUnit.id == bank.org_id)) or ""


# ── the bank ────────────────────────────────────────────────────────────────────────────────────


def begin(title: str, org_id: int, now: datetime, year: int) -> Bank:
    """A new bank of a unit. Its code is made here: nobody should have to invent one."""
    return open_bank(_code(year), title, org_id, now)


def _code(year: int) -> str:
    begins = f"bank-{year}-"
    with whole_city():
        codes = db.session.scalars(select(Bank.code).where(Bank.code.startswith(begins))).all()
    numbers = [int(code.removeprefix(begins)) for code in codes if code[len(begins) :].isdigit()]
    return f"{begins}{max(numbers, default=0) + 1:03}"


def rename(bank: Bank, title: str, now: datetime) -> None:
    before, bank.title = bank.title, title
    record("rename bank", now, whom=bank, org_id=bank.org_id, before=before, after=title)


def give_to(bank: Bank, org_id: int, now: datetime, me: Me) -> None:
    """Another unit owns the bank from now on, and is named on it for everything."""
    if org_id not in me.units(Permission.KEEP_BANK):
        raise NotAllowed("只能移交给您负责的单位。要移交给别的单位，请由负责双方的教师办理。")
    before, bank.org_id = bank.org_id, org_id
    share(bank, list(Right), now, me, org_id=org_id)
    record("give bank", now, whom=bank, org_id=org_id, before=before)


def put_away(bank: Bank, now: datetime) -> None:
    """Nothing new is written into it and no paper made of it; what is there stays."""
    if bank.retired_at is not None:
        raise Conflict("这个题库已经停用，请刷新页面。")
    bank.retired_at = now
    record("retire bank", now, whom=bank, org_id=bank.org_id)


def take_out(bank: Bank, now: datetime) -> None:
    """The bank is in use again."""
    if bank.retired_at is None:
        raise Conflict("这个题库没有停用，请刷新页面。")
    bank.retired_at = None
    record("reopen bank", now, whom=bank, org_id=bank.org_id)


# ── sharing ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Named:
    """A unit or a person on a bank, with the rows of what for; the first tells since when."""

    name: str
    owner: bool  # the unit that owns the bank
    by: str
    rows: list[BankNamed]

    @property
    def ending(self) -> list[BankNamed]:
        """What can end: the owner goes on looking."""
        return [row for row in self.rows if not (self.owner and row.right is Right.PRACTISE)]


def named(bank: Bank) -> list[Named]:
    """Who is named on the bank today: units first, each once."""
    by = aliased(Person)
    query = (
        select(BankNamed, func.coalesce(Person.name, OrgUnit.name, ""), func.coalesce(by.name, ""))
        .outerjoin(OrgUnit, OrgUnit.id == BankNamed.org_id)
        .outerjoin(Person, Person.id == BankNamed.person_id)
        .outerjoin(by, by.id == BankNamed.named_by)
        .where(BankNamed.bank_id == bank.id, BankNamed.ended_at.is_(None))
        .order_by(BankNamed.person_id.is_not(None), OrgUnit.path, Person.id, BankNamed.id)
    )
    found: dict[tuple[int | None, int | None], Named] = {}
    with whole_city():
        for row, name, by_name in db.session.execute(query):
            fresh = Named(name, row.org_id == bank.org_id, by_name, [])
            found.setdefault((row.org_id, row.person_id), fresh).rows.append(row)
    return list(found.values())


def share(
    bank: Bank,
    rights: Iterable[Right],
    now: datetime,
    me: Me,
    person_id: int | None = None,
    org_id: int | None = None,
) -> list[Right]:
    """Name a unit or a person for these rights; those that are new. To look comes with each."""
    wanted = [right for right in Right if right in {Right.PRACTISE, *rights}]
    there = set(
        db.session.scalars(
            select(BankNamed.right).where(
                BankNamed.bank_id == bank.id,
                BankNamed.ended_at.is_(None),
                BankNamed.person_id.is_not_distinct_from(person_id),
                BankNamed.org_id.is_not_distinct_from(org_id),
            )
        )
    )
    fresh = [right for right in wanted if right not in there]
    for right in fresh:
        name_on(bank, right, now, person_id, org_id, me.id)
    if fresh:
        _look_again()
        who = {"person": person_id} if person_id else {"unit": org_id}
        record("share bank", now, whom=bank, org_id=bank.org_id, rights=fresh, **who)
    return fresh


def end_share(bank: Bank, row_ids: Collection[int], now: datetime, me: Me) -> int:
    """End what somebody is named for. The rows stay, with the day; the owner goes on looking."""
    rows = db.session.scalars(
        select(BankNamed).where(
            BankNamed.id.in_(row_ids), BankNamed.bank_id == bank.id, BankNamed.ended_at.is_(None)
        )
    ).all()
    if not rows:
        raise Conflict("这项共享已经结束，请刷新页面。")
    if any(row.org_id == bank.org_id and row.right is Right.PRACTISE for row in rows):
        raise Invalid("管理单位始终可以查看自己的题库。要换管理单位，请用“移交”。")
    for row in rows:
        row.ended_at, row.ended_by = now, me.id
        facts: dict[str, Any] = {"right": row.right, "person": row.person_id, "unit": row.org_id}
        record("end share of bank", now, whom=bank, org_id=bank.org_id, **facts)
    _look_again()
    return len(rows)


def _look_again() -> None:
    db.session.flush()
    if (scope := scope_in(db.session())) is not None:
        scope.look_again_at_banks()


@dataclass(frozen=True)
class Reachable:
    """With whom a bank can be shared: units for which somebody keeps or reviews, and those."""

    units: list[tuple[int, str]]
    persons: list[tuple[int, str, str]]  # id, name, unit


def reachable(day: date, roles: Collection[Role] = BANK_ROLES) -> Reachable:
    """Everyone in the city who could use a bank, or who has one of these roles. Names and units."""
    query = (
        select(Person.id, Person.name, OrgUnit.id, OrgUnit.name)
        .join(RoleHeld, RoleHeld.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .where(RoleHeld.role.in_(roles), holds(RoleHeld, day))
        .order_by(func.length(OrgUnit.path), OrgUnit.path, Person.name, Person.id)
        .distinct()
        .add_columns(func.length(OrgUnit.path), OrgUnit.path)
    )
    with whole_city():
        rows = db.session.execute(query).all()
    units = {row[2]: row[3] for row in rows}
    persons = {row[0]: (row[0], row[1], row[3]) for row in reversed(rows)}
    return Reachable(list(units.items()), list(reversed(persons.values())))


# ── handing over ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Desk:
    """What lies unfinished on somebody's desk in a bank."""

    person_id: int
    name: str
    unfinished: int


def desks(bank_id: int) -> list[Desk]:
    """Those with drafts, returned questions or questions in review, and how many."""
    query = (
        select(Question.made_by, func.count())
        .where(Question.bank_id == bank_id, _unfinished(), Question.made_by.is_not(None))
        .group_by(Question.made_by)
    )
    held = {row[0]: row[1] for row in db.session.execute(query)}
    with whole_city():
        names = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(held)))
        return sorted((Desk(key, name, held[key]) for key, name in names), key=lambda one: one.name)


def _unfinished() -> ColumnElement[bool]:
    beside = and_(Question.waiting_state.is_not(None), Question.state != State.RETIRED)
    return or_(Question.state.in_(UNFINISHED), beside)


def hand_over(bank: Bank, from_id: int, to_id: int, now: datetime, me: Me) -> int:
    """What one who leaves has not finished goes to another writer; what he was named for ends.

    Versions keep the name of who wrote them. Returns how many questions moved.
    """
    if from_id == to_id:
        raise Invalid("交出人和接手人是同一人，请另选一人。")
    if to_id not in {one[0] for one in reachable(day_of(now), WRITERS).persons}:
        raise NotFound("没有找到接手人，或他没有教师角色。")
    moved = db.session.execute(
        update(Question)
        .where(Question.bank_id == bank.id, Question.made_by == from_id, _unfinished())
        .values(made_by=to_id)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    share(bank, [Right.WRITE], now, me, person_id=to_id)
    rows = select(BankNamed.id).where(
        BankNamed.bank_id == bank.id,
        BankNamed.person_id == from_id,
        BankNamed.ended_at.is_(None),
    )
    if held := db.session.scalars(rows).all():
        end_share(bank, held, now, me)
    facts = {"from": from_id, "to": to_id, "questions": moved}
    record("hand over bank", now, whom=bank, org_id=bank.org_id, **facts)
    return moved
