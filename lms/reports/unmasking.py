"""Numbers of many at once: asked for a purpose, agreed to by a second officer, for one day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from lms.access.permissions import OFFICERS
from lms.access.scope import seeing_everything
from lms.audit.services import record
from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, NotAllowed
from lms.orgs.models import OrgUnit
from lms.orgs.queries import subtrees
from lms.people.models import Person, Posting, RoleHeld
from lms.people.numbers import read_seals
from lms.people.queries import holds
from lms.people.rules import Me
from lms.reports import purposes
from lms.reports.models import NumbersAsked
from lms.reports.purposes import Numbers, Purpose, Step

MANY = 5_000  # persons in a statement
LATEST = 50  # requests on the page


@dataclass(frozen=True)
class Listed:
    """A person of a list, with unit and posts as words of `Post`."""

    person_id: int
    name: str
    unit: str
    superior: str
    posts: str


@dataclass(frozen=True)
class Wanted:
    """Which list, as the address of its page has it, and what is wanted of it."""

    title: str
    asked: dict[str, str]
    persons: int
    cohort_id: int | None = None


@dataclass(frozen=True)
class Why:
    """Which numbers, for what; more of it in words."""

    numbers: Numbers
    purpose: Purpose
    words: str


# ── who is on a list, and their numbers ─────────────────────────────────────────────────────────


def posted(unit: OrgUnit, day: date, post: str = "") -> list[Listed]:
    """Who is posted in a unit or below it on a day, in administrative order, each once."""
    superior = aliased(OrgUnit)
    query = (
        select(Posting.person_id, Person.name, OrgUnit.name, superior.name, Posting.post)
        .join(Person, Person.id == Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .outerjoin(superior, superior.id == OrgUnit.parent_id)
        .where(Posting.org_id.in_(subtrees([unit.path])), holds(Posting, day))
        .order_by(OrgUnit.path, Person.pinyin, Person.id, Posting.id)
    )
    if post:
        query = query.where(Posting.post == post)
    found: dict[int, Listed] = {}
    for person, name, where, above, held in db.session.execute(query):
        before = found.get(person)
        posts = f"{before.posts} {held.value}" if before else held.value
        place = (before.unit, before.superior) if before else (where, above or "")
        found[person] = Listed(person, name, *place, posts)
    return list(found.values())


def numbers_of(person_ids: Iterable[int], secret: str) -> Iterator[tuple[int, str, str]]:
    """Person, phone, ID number in full, of those in sight; empty where the roster has none."""
    ids = list(person_ids)
    for first in range(0, len(ids), MANY):
        some = ids[first : first + MANY]
        query = select(Person.id, Person.id_seal, Person.phone_seal).where(Person.id.in_(some))
        for person, id_seal, phone_seal in db.session.execute(query):
            held = read_seals(id_seal, phone_seal, secret, masked=False)
            yield person, held.phone or "", held.id_number or ""


# ── asked for ───────────────────────────────────────────────────────────────────────────────────


def ask(wanted: Wanted, why: Why, org_id: int, me: Me, now: datetime) -> NumbersAsked:
    """Ask for the numbers of a list. Refused where no second person could agree."""
    if not wanted.persons:
        raise Conflict("名单上没有人，不用申请号码。")
    one = NumbersAsked(
        org_id=org_id,
        asked_by=me.id,
        asker=me.name,
        asked_at=now,
        **vars(wanted),
        **vars(why),
    )
    db.session.add(one)
    db.session.flush()
    if second_unit(one, day_of(now)) is None:
        raise Conflict(
            "本单位和上级都没有第二位培训管理员可以确认，请先由安全管理员指定一位，再申请号码。"
        )
    _note("ask for numbers", one, now, purpose=one.purpose.value, words=one.words)
    return one


def second_unit(one: NumbersAsked, day: date) -> int | None:
    """The unit of which an officer may agree: one's own, where it has another, else the nearest."""
    way = [int(step) for step in one.org.path.strip("/").split("/")]
    query = select(RoleHeld.org_id).where(
        RoleHeld.org_id.in_(way),
        RoleHeld.role.in_(OFFICERS),
        RoleHeld.person_id != one.asked_by,
        holds(RoleHeld, day),
    )
    with seeing_everything():  # who is an officer above is not in sight below
        held = set(db.session.scalars(query))
    return next((unit for unit in reversed(way) if unit in held), None)


def may_decide(one: NumbersAsked, me: Me, day: date) -> bool:
    """Whether this is the second person: an officer of the unit that decides, not who asked."""
    if one.agreed is not None or me.id == one.asked_by:
        return False
    mine = {held.org_id for held in me.assignments if held.role in OFFICERS}
    return second_unit(one, day) in mine


def waiting(me: Me, now: datetime) -> list[NumbersAsked]:
    """The requests that this person may decide, the oldest first."""
    open_ = select(NumbersAsked).where(NumbersAsked.agreed.is_(None))
    rows = db.session.scalars(open_.order_by(NumbersAsked.asked_at))
    return [one for one in rows.all() if may_decide(one, me, day_of(now))]


def latest() -> Sequence[NumbersAsked]:
    """The requests in sight, the latest first."""
    query = select(NumbersAsked).order_by(NumbersAsked.id.desc()).limit(LATEST)
    return db.session.scalars(query).all()


def request_of(numbers_asked_id: int) -> NumbersAsked:
    """One request in sight. Raises NotFound."""
    return find(NumbersAsked, numbers_asked_id)


def decide(one: NumbersAsked, agreed: bool, why: str, me: Me, now: datetime) -> None:
    """A second officer agrees, or does not. What was decided stays."""
    if me.id == one.asked_by:
        raise NotAllowed("号码要由申请人以外的第二位管理员确认。")
    if one.agreed is None and not may_decide(one, me, day_of(now)):
        raise NotAllowed("号码由本单位的另一位管理员确认；本单位没有的，由最近的上级确认。")
    said = {"agreed": agreed, "decided_by": me.id, "decider": me.name, "decided_at": now}
    act = (
        update(NumbersAsked)
        .where(NumbersAsked.id == one.id, NumbersAsked.agreed.is_(None))
        .values(why=why or None, **said)
    )
    if db.session.execute(act).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这项申请已经有人答复了。")
    _note("agree to numbers" if agreed else "refuse numbers", one, now, why=why)


def refuse_not_open(one: NumbersAsked, me: Me, now: datetime) -> None:
    """The file is for who asked, within a day of the second person's word."""
    if me.id != one.asked_by:
        raise NotAllowed("这份名单只给申请人本人下载。")
    if purposes.step(one.agreed, one.decided_at, now) is not Step.AGREED:
        raise Conflict("这项申请没有得到同意，或者已过 24 小时，请重新申请。")


def _note(act: str, one: NumbersAsked, now: datetime, **facts: Any) -> None:
    held: dict[str, Any] = {"numbers": one.numbers.value, "persons": one.persons, "of": one.title}
    record(act, now, whom=one, org_id=one.org_id, **held, **facts)
