"""The same verbs for thousands of rows: one insert a batch. The caller writes the audit row.

Call them with batches of at most a thousand, each a slice of a job.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from lms.access import add_rows
from lms.db import Base, among, db
from lms.errors import Conflict, NotAllowed
from lms.people import queries
from lms.people.facts import PersonFacts
from lms.people.keeping import (
    TAKEN,
    Keys,
    batches,
    begun,
    columns_of,
    correct,
    keep_homes,
    next_serials,
)
from lms.people.models import Person, Posting
from lms.people.numbers import short_number
from lms.people.rules import Post, home_of, overlaps


@dataclass(frozen=True)
class NewPerson:
    """A person to be kept, at home in a unit. columns: as `columns_of` gives them, if it has."""

    facts: PersonFacts
    unit_id: int
    columns: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class NewPosting:
    """A posting to begin. home_unit_id: the unit sent from."""

    person_id: int
    unit_id: int
    post: Post
    from_on: date
    to_on: date | None = None
    rank: str | None = None
    term_number: int | None = None
    home_unit_id: int | None = None
    title: str | None = None


def add_people(wanted: Sequence[NewPerson], now: datetime, keys: Keys) -> list[int]:
    """Keep new persons; their ids, in the order given. Who they are has been asked before."""
    if not wanted:
        return []
    _refuse_taken((new.facts.number, None) for new in wanted)
    columns = [new.columns or columns_of(new.facts, keys) for new in wanted]
    first = next_serials(len(wanted))  # from here on others wait
    numbered = list(enumerate(zip(wanted, columns, strict=True), start=first))
    add_rows(Person, [{**row, **begun(new.unit_id, at, now)} for at, (new, row) in numbered])
    numbers = [short_number(at) for at, _new in numbered]
    query = select(Person.short_number, Person.id).where(among(Person.short_number, numbers))
    rows = db.session.execute(query, execution_options={"by_key": True})
    ids = {row[0]: row[1] for row in rows}
    return [ids[number] for number in numbers]


def post_people(
    wanted: Sequence[NewPosting], now: datetime, fresh: Mapping[int, int] | None = None
) -> list[int]:
    """Begin postings of persons in scope, in units in scope; their ids, in the order given.

    fresh: id → home unit of persons whom this very transaction has added: nothing is known of
    them yet, and nothing is asked. Raises Conflict where a posting overlaps with what is kept: the
    list has grown old.
    """
    if not wanted:
        return []
    fresh = fresh or {}
    persons = {new.person_id for new in wanted}
    known = _in_scope(persons - fresh.keys())
    _refuse_twice(wanted, _held(known))
    add_rows(Posting, [_columns(new, now) for new in wanted])
    ids = {
        (one.person_id, one.org_id, one.post, one.from_on): one.id for one in sorted(_held(persons))
    }
    day = max(new.from_on for new in wanted)
    keep_homes(known | _elsewhere(fresh, wanted, day), day)
    return [ids[new.person_id, new.unit_id, new.post, new.from_on] for new in wanted]


def _elsewhere(fresh: Mapping[int, int], wanted: Sequence[NewPosting], day: date) -> set[int]:
    """Those of the fresh persons whose postings do not speak for their home."""
    going: dict[int, list[tuple[int, int | None]]] = {person_id: [] for person_id in fresh}
    for new in wanted:
        if new.person_id in fresh and (new.to_on is None or new.to_on > day):
            going[new.person_id].append((new.unit_id, new.home_unit_id))
    return {key for key, held in going.items() if home_of(fresh[key], held) != fresh[key]}


def _columns(new: NewPosting, now: datetime) -> dict[str, Any]:
    return {
        "person_id": new.person_id,
        "org_id": new.unit_id,
        "post": new.post,
        "from_on": new.from_on,
        "to_on": new.to_on,
        "rank": new.rank or None,
        "term_number": new.term_number,
        "title": new.title or None,
        "home_org_id": new.home_unit_id,
        "recorded_at": now,
    }


def _refuse_twice(wanted: Sequence[NewPosting], held: "list[_Held]") -> None:
    spans: dict[tuple[int, int, Post], list[tuple[date, date | None]]] = defaultdict(list)
    for one in held:
        spans[one.person_id, one.org_id, one.post].append((one.from_on, one.to_on))
    twice = 0
    for new in wanted:
        known = spans[new.person_id, new.unit_id, new.post]
        twice += any(overlaps((new.from_on, new.to_on), span) for span in known)
        known.append((new.from_on, new.to_on))
    if twice:
        raise Conflict("有 {n} 项任职与已有的任职重复，可能核对后又有变动，请重新预览。", n=twice)


def end_postings(
    posting_ids: Iterable[int], on: date, why: str, now: datetime
) -> dict[int, date | None]:
    """End postings as of a day; by id those really ended → the end that had been planned.

    What has been ended already is left as it is. Raises Conflict where one began later.
    """
    rows = _postings(posting_ids)
    late = sum(one.from_on > on for one in rows)
    if late:
        raise Conflict("有 {n} 项任职的开始日期晚于 {on}，不能在这一天结束。", n=late, on=on)
    open_ones = [
        one for one in rows if one.ended_at is None and (one.to_on is None or one.to_on > on)
    ]
    before = {one.id: one.to_on for one in open_ones}
    for one in open_ones:
        one.to_on, one.ended_at, one.ended_why = on, now, why[:120]
    keep_homes({one.person_id for one in open_ones}, on)
    return before


def reopen_postings(before: Mapping[int, date | None], day: date) -> int:
    """Take ends back, as `end_postings` gave them. day: today. Returns how many."""
    rows = _postings(before)
    for one in rows:
        one.to_on, one.ended_at, one.ended_why = before[one.id], None, None
    keep_homes({one.person_id for one in rows}, day)
    return len(rows)


def correct_people(changes: Sequence[tuple[int, PersonFacts]], keys: Keys) -> dict[int, list[str]]:
    """Put right what is known of many; by person the names of the facts that changed.

    What is empty stays as it is.
    """
    _refuse_taken((facts.number, person_id) for person_id, facts in changes)
    persons = {one.id: one for one in _persons(person_id for person_id, _facts in changes)}
    changed = {person_id: correct(persons[person_id], facts, keys) for person_id, facts in changes}
    db.session.flush()
    return {person_id: names for person_id, names in changed.items() if names}


def remove_postings(posting_ids: Iterable[int], day: date) -> int:
    """Take back postings that an import began. day: today. Returns how many."""
    rows = _postings(posting_ids)
    persons = {one.person_id for one in rows}
    _delete(Posting, {one.id for one in rows})
    keep_homes(persons, day)
    return len(rows)


def remove_people(person_ids: Iterable[int]) -> int:
    """Take back persons that an import added. Raises Conflict where something rests on one."""
    persons = _in_scope(person_ids)
    _refuse_resting(persons)
    _delete(Person, persons)
    return len(persons)


def _refuse_resting(persons: Collection[int]) -> None:
    """Anything, anywhere in the house, that is about one of them or was made by one."""
    resting: set[int] = set()
    with queries.whole_city():
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                if key.column.table.name == Person.__tablename__:
                    for some in batches(persons):
                        found = select(key.parent).where(key.parent.in_(some)).distinct()
                        resting |= set(db.session.scalars(found))
    if resting:
        raise Conflict("有 {n} 人已有任职、学习或登录记录，不能撤回。", n=len(resting))


def _delete(table: type[Person] | type[Posting], ids: Collection[int]) -> None:
    for some in batches(ids):
        db.session.execute(delete(table).where(table.id.in_(some)))


def _in_scope(person_ids: Iterable[int]) -> set[int]:
    """The ids, if this request sees every one of the persons."""
    wanted = set(person_ids)
    found = {one for some in batches(wanted) for one in queries.seen(some)}
    if found != wanted:
        raise NotAllowed("名单中有不在您管理范围内的人员。")
    return wanted


def _persons(person_ids: Iterable[int]) -> list[Person]:
    wanted = _in_scope(person_ids)
    return [
        one
        for some in batches(wanted)
        for one in db.session.scalars(select(Person).where(Person.id.in_(some)))
    ]


def _postings(posting_ids: Iterable[int]) -> list[Posting]:
    wanted = set(posting_ids)
    found = [
        one
        for some in batches(wanted)
        for one in db.session.scalars(select(Posting).where(Posting.id.in_(some)))
    ]
    if len(found) != len(wanted):
        raise NotAllowed("名单中有不在您管理范围内的任职。")
    return found


class _Held(NamedTuple):
    id: int
    person_id: int
    org_id: int
    post: Post
    from_on: date
    to_on: date | None


def _held(person_ids: Collection[int]) -> list[_Held]:
    """Every posting of these persons that is seen."""
    columns = [getattr(Posting, name) for name in _Held._fields]
    found: list[_Held] = []
    for some in batches(person_ids):
        query = select(*columns).where(Posting.person_id.in_(some))
        rows = db.session.execute(query, execution_options={"by_key": True})
        found += [_Held(*row) for row in rows]
    return found


def _refuse_taken(numbers: Iterable[tuple[str, int | None]]) -> None:
    """A personnel number belongs to one person in the whole city."""
    wanted = {number: person_id for number, person_id in numbers if number}
    with queries.whole_city():
        for some in batches(wanted):
            query = select(Person.number, Person.id).where(Person.number.in_(some))
            for number, person_id in db.session.execute(query):
                if wanted[number or ""] != person_id:
                    why = TAKEN["number"]
                    raise Conflict(why)
