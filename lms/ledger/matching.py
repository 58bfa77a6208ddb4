"""Whom the rows of a list name, and what the ledger has of them already."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.db import db
from lms.ledger.models import HourEntry
from lms.ledger.reading import NAME, Claim, Row, same
from lms.ledger.rules import LineState
from lms.orgs.models import OrgUnit
from lms.orgs.queries import answered_for
from lms.people.identity import Clue, identify
from lms.people.keeping import Keys, batches
from lms.people.models import Person, Posting
from lms.people.queries import holds, lines, still_one
from lms.people.rules import in_force
from lms.words import N_

NOBODY = N_("在您管理的单位里没有找到这个人，请核对姓名、编号和单位。")
OUTSIDE = N_("此人不在您的管理范围内，请由其所在县（市、区）导入。")
OTHERWISE = N_("编号或身份证号属于另一人，姓名不符，请核对。")
MOST_CHOICES = 20


@dataclass
class Matched:
    """What became of a row. might_be: persons to choose from; twice_id: an entry like it."""

    row: Row
    state: LineState = LineState.GOOD
    person_id: int | None = None
    might_be: Sequence[int] = ()
    twice_id: int | None = None


def match(rows: Sequence[Row], keys: Keys, day: date) -> list[Matched]:
    """Who is meant by each row, by number first, else by name and unit."""
    found = [Matched(row) for row in rows]
    _by_number([one for one in found if one.row.number or one.row.id_number], keys, day)
    unknown = [one for one in found if one.person_id is None and not one.row.faults]
    _by_name(unknown, day)
    for one in found:
        if one.row.faults:
            one.state = LineState.WRONG
    return found


def _by_number(found: Sequence[Matched], keys: Keys, day: date) -> None:
    clues = [Clue(one.row.number, one.row.id_number, None, one.row.name) for one in found]
    for one, known in zip(found, identify(clues, keys, day), strict=True):
        if known is None:
            continue
        if not known.in_scope:
            one.row.blame(NAME, OUTSIDE)
        elif known.others or "name" in known.differs:
            one.row.blame(NAME, OTHERWISE)
        else:
            one.person_id = known.person_id


def _by_name(found: Sequence[Matched], day: date) -> None:
    named = _named({one.row.name for one in found})
    places = _places({person for ids in named.values() for person in ids}, day)
    for one in found:
        might = named.get(one.row.name, [])
        there = [person for person in might if _fits(one.row.unit, places[person])]
        if not might:
            one.row.blame(NAME, NOBODY)
        elif len(there) == 1:
            one.person_id = there[0]
        else:
            one.state, one.might_be = LineState.DOUBT, (there or might)[:MOST_CHOICES]


def _fits(said: str, places: Collection[str]) -> bool:
    """Whether the words of a unit name one of the places, whole or in part."""
    return bool(said) and any(
        said in place or place.endswith(said) or place in said for place in places
    )


def _named(names: Collection[str]) -> dict[str, list[int]]:
    """Name → persons in scope who bear it."""
    found: dict[str, list[int]] = {}
    for some in batches(names):
        query = select(Person.name, Person.id).where(Person.name.in_(some), still_one())
        for name, person in db.session.execute(query.order_by(Person.id)):
            found.setdefault(name, []).append(person)
    return found


def _places(person_ids: Collection[int], day: date) -> dict[int, set[str]]:
    """Person → the units of today, each with the names above it, without a gap."""
    units: dict[int, set[int]] = {person: set() for person in person_ids}
    for some in batches(person_ids):
        held = select(Posting.person_id, Posting.org_id).where(holds(Posting, day))
        homes = select(Person.id, Person.org_id).where(Person.id.in_(some))
        for query in (held.where(Posting.person_id.in_(some)), homes):
            for person, unit in db.session.execute(query):
                units[person].add(unit)
    wanted = {unit for mine in units.values() for unit in mine}
    rows = db.session.scalars(select(OrgUnit).where(OrgUnit.id.in_(wanted)))
    said = {unit: "".join(words.split()) for unit, words in lines(rows).items()}
    return {person: {said[unit] for unit in mine} for person, mine in units.items()}


def named(person_ids: Collection[int]) -> dict[int, str]:
    """Person in scope → name and home unit, for a choice."""
    found: dict[int, str] = {}
    for some in batches(person_ids):
        query = select(Person.id, Person.name, OrgUnit.name.label("unit")).join(
            OrgUnit, OrgUnit.id == Person.org_id
        )
        for row in db.session.execute(query.where(Person.id.in_(some))):
            found[row.id] = f"{row.name} · {row.unit}"
    return found


def homes(person_ids: Collection[int], day: date) -> dict[int, int]:
    """Person → the unit under which an entry is written: the home, or one answered for."""
    found: dict[int, int] = {}
    mine = answered_for()
    for some in batches(person_ids):
        held = select(Posting.person_id, Posting.org_id).where(
            Posting.person_id.in_(some), holds(Posting, day), Posting.org_id.in_(mine)
        )
        home = select(Person.id, Person.org_id).where(Person.id.in_(some), Person.org_id.in_(mine))
        for query in (held, home):  # the home unit is said last and counts
            found |= {row[0]: row[1] for row in db.session.execute(query)}
    return found


def units_then(said: Iterable[tuple[int, date]], day: date) -> dict[tuple[int, date], int]:
    """(person, day of the training) → the unit of that time, or of today where it is the same.

    Who holds none of the posts of then any more has moved since: the unit of then counts, as far
    as one answers for it. Who was only sent elsewhere then was at home. day: today.
    """
    asked = set(said)
    people = {person for person, _ in asked}
    now, served = homes(people, day), _served(people)
    found = {}
    for person, then in asked:
        if person in now:
            held = [one for one in served.get(person, ()) if in_force(one.from_on, one.to_on, then)]
            moved = held and not any(in_force(one.from_on, one.to_on, day) for one in held)
            was = [one.org_id for one in held if moved and one.home_org_id is None]
            found[person, then] = was[0] if was and now[person] not in was else now[person]
    return found


def _served(people: Collection[int]) -> dict[int, list[Any]]:
    """Person → the posts held at any time in units that one answers for, the first first."""
    found: dict[int, list[Any]] = {}
    for some in batches(people):
        columns = (Posting.org_id, Posting.home_org_id, Posting.from_on, Posting.to_on)
        query = select(Posting.person_id, *columns).where(
            Posting.person_id.in_(some), Posting.org_id.in_(answered_for())
        )
        for row in db.session.execute(query.order_by(Posting.from_on, Posting.id)):
            found.setdefault(row.person_id, []).append(row)
    return found


# ── the same hours from two sources ─────────────────────────────────────────────────────────────


def claim(row: Row, hundredths: int) -> Claim:
    """What a sound row claims."""
    assert row.kind and row.ended_on  # a row without them is wrong
    return Claim(
        row.kind, row.began_on or row.ended_on, row.ended_on, row.activity or "", hundredths
    )


def twins(claims: Mapping[int, tuple[int, Claim]], leave_out: int | None = None) -> dict[int, int]:
    """Key → an entry of the ledger that may tell of the same training. claims: key → person, claim.

    leave_out: a list whose own entries are no twins.
    """
    if not claims:
        return {}
    first = min(one.began_on for _, one in claims.values())
    last = max(one.ended_on for _, one in claims.values())
    known = _known({person for person, _ in claims.values()}, first, last, leave_out)
    return {
        key: entry
        for key, (person, one) in claims.items()
        for entry, other in known.get(person, ())[:1_000]
        if same(one, other)
    }


def _known(
    person_ids: Iterable[int], first: date, last: date, leave_out: int | None
) -> dict[int, list[tuple[int, Claim]]]:
    """Person → entries between two days that stand: not reversed, and reversing none."""
    back = aliased(HourEntry)
    began = func.coalesce(HourEntry.began_on, HourEntry.earned_on)
    found: dict[int, list[tuple[int, Claim]]] = {}
    for some in batches(set(person_ids)):
        query = select(HourEntry).where(
            HourEntry.person_id.in_(some),
            HourEntry.earned_on >= first,
            began <= last,
            HourEntry.reverses_id.is_(None),
            or_(HourEntry.list_id.is_(None), HourEntry.list_id != (leave_out or 0)),
            ~exists().where(back.reverses_id == HourEntry.id),
        )
        for row in db.session.scalars(query):
            one = Claim(
                row.kind,
                row.began_on or row.earned_on,
                row.earned_on,
                row.activity or "",
                row.hundredths,
            )
            found.setdefault(row.person_id, []).append((row.id, one))
    return found
