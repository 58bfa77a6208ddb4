"""Asking for somebody of another officer, and what the officer above both says to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from lms.access.permissions import Permission
from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.queries import answered_for
from lms.people import queries, services
from lms.people.keeping import batches
from lms.people.models import Person, Posting, Transfer, TransferPost
from lms.people.rules import Me, Post, TransferState, masked_name

ASKED = TransferState.ASKED
PAGE = 50
ENDED_WHY = "调动"  # data: as the officers themselves would write it


@dataclass(frozen=True)
class NewPost:
    """A post to begin there."""

    post: Post
    rank: str | None = None
    title: str | None = None
    term_number: int | None = None

    def held(self) -> dict[str, Any]:
        """What a posting says beside unit, post and day."""
        return {"rank": self.rank, "title": self.title, "term_number": self.term_number}


@dataclass(frozen=True)
class Wanted:
    """Who is to go where, from which day. keeps: what is held now goes on (兼任, 挂职)."""

    person_id: int
    to_unit_id: int
    on: date
    posts: tuple[NewPost, ...]
    keeps: bool = False
    why: str = ""


def ask_transfers(wanted: Sequence[Wanted], by: int, now: datetime) -> list[int]:
    """Ask for transfers; their ids, in order. One that waits already is given back.

    by: id of the person who asks. Either the unit there or the unit now is in scope.
    """
    homes = _homes({one.person_id for one in wanted})
    mine = _mine({one.to_unit_id for one in wanted} | set(homes.values()))
    waiting = _waiting({one.person_id for one in wanted})
    for one in wanted:
        key = one.person_id, one.to_unit_id
        if key not in waiting:
            transfer = _asked(one, homes[one.person_id], mine, by, now)
            db.session.add(transfer)
            db.session.flush()
            record("ask transfer", now, whom=transfer, org_id=transfer.org_id, to=one.to_unit_id)
            waiting[key] = transfer.id
    return [waiting[one.person_id, one.to_unit_id] for one in wanted]


def _asked(one: Wanted, home: int, mine: set[int], by: int, now: datetime) -> Transfer:
    asking = next((unit for unit in (one.to_unit_id, home) if unit in mine), None)
    if asking is None:
        raise NotAllowed("调入、调出单位都不在您的管理范围内。")
    if not one.posts:
        raise Invalid("请写明调入后担任的职务。")
    posts = [TransferPost(**vars(new)) for new in one.posts]
    return Transfer(
        person_id=one.person_id,
        org_id=asking,
        from_org_id=home,
        to_org_id=one.to_unit_id,
        on=one.on,
        keeps=one.keeps,
        why=one.why[:400],
        asked_by=by,
        asked_at=now,
        posts=posts,
    )


def _homes(person_ids: set[int]) -> dict[int, int]:
    """By person: the home unit, wherever that is."""
    found: dict[int, int] = {}
    with queries.whole_city():
        for some in batches(person_ids):
            query = select(Person.id, Person.org_id).where(Person.id.in_(some), queries.still_one())
            found |= {row[0]: row[1] for row in db.session.execute(query)}
    if len(found) != len(person_ids):
        raise NotFound("没有找到要调动的人员，请刷新后重试。")
    return found


def _mine(unit_ids: set[int]) -> set[int]:
    query = select(OrgUnit.id).where(OrgUnit.id.in_(unit_ids), OrgUnit.id.in_(answered_for()))
    return set(db.session.scalars(query))


def _waiting(person_ids: set[int]) -> dict[tuple[int, int], int]:
    """By person and unit there: the transfer that waits."""
    found: dict[tuple[int, int], int] = {}
    for some in batches(person_ids):
        query = select(Transfer.person_id, Transfer.to_org_id, Transfer.id).where(
            Transfer.person_id.in_(some), Transfer.state == ASKED
        )
        found |= {(row[0], row[1]): row[2] for row in db.session.execute(query)}
    return found


def transfer(transfer_id: int) -> Transfer:
    """The transfer with its person and units, if in scope. Raises NotFound."""
    found = db.session.scalar(_loaded(select(Transfer).where(Transfer.id == transfer_id)))
    if found is None:
        raise NotFound("没有找到这项调动，或不在您的权限范围内。")
    return found


def transfers(page: int = 1) -> tuple[list[Transfer], int]:
    """Those in scope, those that wait first, then the latest; one page, and how many in all."""
    total = db.session.scalar(select(func.count()).select_from(Transfer)) or 0
    query = _loaded(select(Transfer)).order_by(Transfer.state != ASKED, Transfer.id.desc())
    rows = db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE))
    return list(rows), total


def _loaded(query: Select) -> Select:
    return query.options(
        joinedload(Transfer.person),
        joinedload(Transfer.from_org),
        joinedload(Transfer.to_org),
        selectinload(Transfer.posts),
    )


def may_decide(one: Transfer, me: Me) -> bool:
    """Whether this person is above both units."""
    paths = (one.from_org.path, one.to_org.path)
    return all(me.covers(path, Permission.CONFIRM_TRANSFER) for path in paths)


def asked_here(one: Transfer) -> bool:
    """Whether the side that asks is one's own."""
    return bool(_mine({one.org_id}))


@dataclass(frozen=True)
class Shown:
    """A transfer as this person may see it. name and place: masked for who only asked."""

    transfer: Transfer
    name: str
    place: str  # the unit now, after its superiors
    there: str
    decides: bool
    withdraws: bool


def shown(one: Transfer, me: Me) -> Shown:
    """What the page says. Who is not in scope has a masked name, and only a county."""
    lines = queries.lines([one.from_org, one.to_org])
    place = lines[one.from_org_id]
    return Shown(
        transfer=one,
        name=one.person.name if queries.seen([one.person_id]) else masked_name(one.person.name),
        place=place if _mine({one.from_org_id}) else place.split()[0],
        there=lines[one.to_org_id],
        decides=one.state is ASKED and may_decide(one, me),
        withdraws=one.state is ASKED and asked_here(one),
    )


def ending(one: Transfer) -> list[Posting]:
    """The postings of the person that may end by it: those that go on and are in scope."""
    return queries.going_on(one.person_id, one.on)


def move_or_ask(
    person: Person,
    unit: OrgUnit,
    new: NewPost,
    on: date,
    *,
    keeps: bool,
    why: str,
    by: int,
    now: datetime,
) -> int | None:
    """Move a person within one's units; elsewhere, ask for it: the id of the transfer.

    keeps: what is held now goes on.
    """
    if not _mine({unit.id}):
        wanted = Wanted(person.id, unit.id, on, (new,), keeps, why)
        return ask_transfers([wanted], by, now)[0]
    home = person.org if keeps else None
    for posting in [] if keeps else queries.going_on(person.id, on):
        services.end_posting(posting, on, why or ENDED_WHY, now)
    services.post_person(person, unit, new.post, on, now, home_unit=home, **new.held())
    return None


def confirm(one: Transfer, ending: Iterable[Posting], me: Me, now: datetime) -> None:
    """Agree: `ending` end, and what was asked for begins, from the day that was asked for."""
    _refuse_below(one, me)
    _decide(one, TransferState.CONFIRMED, me.id, "", now)
    for posting in ending:
        services.end_posting(posting, one.on, ENDED_WHY, now)
    for new in one.posts:
        services.post_person(
            one.person,
            one.to_org,
            new.post,
            one.on,
            now,
            home_unit=one.from_org if one.keeps else None,
            rank=new.rank,
            title=new.title,
            term_number=new.term_number,
        )


def refuse(one: Transfer, why: str, me: Me, now: datetime) -> None:
    """Say no, and why. Everything stays as it is."""
    _refuse_below(one, me)
    _decide(one, TransferState.REFUSED, me.id, why, now)


def withdraw_transfers(transfer_ids: Iterable[int], by: int, now: datetime) -> int:
    """Take back what one's own side asked for and nobody decided yet. Returns how many."""
    done = 0
    for transfer_id in transfer_ids:
        one = transfer(transfer_id)
        if not asked_here(one):
            raise NotAllowed("只有提出的一方可以撤回。")
        _decide(one, TransferState.WITHDRAWN, by, "", now)
        done += 1
    return done


def _refuse_below(one: Transfer, me: Me) -> None:
    if not may_decide(one, me):
        raise NotAllowed("需由同时管理调出、调入单位的培训管理员确认。")


def _decide(one: Transfer, state: TransferState, by: int, why: str, now: datetime) -> None:
    done = db.session.execute(
        update(Transfer)
        .where(Transfer.id == one.id, Transfer.state == ASKED)
        .values(state=state, decided_by=by, decided_at=now, decided_why=why[:400] or None)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这项调动已经办理，请刷新页面。")
    record(f"transfer {state.value}", now, whom=one, org_id=one.org_id, to=one.to_org_id)
