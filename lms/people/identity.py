"""Who is meant: by personnel number, else ID number, else unit, name and phone. Never by name.

It looks over the whole city and gives back ids and masked facts alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select

from lms.db import among, db
from lms.people import queries
from lms.people.facts import PersonFacts
from lms.people.keeping import Keys
from lms.people.models import Person, Posting
from lms.people.numbers import id_digest, phone_digest, read_seals
from lms.people.rules import masked_name


class By(StrEnum):
    """What somebody was known by."""

    NUMBER = "number"
    ID_NUMBER = "ID number"
    PLACE = "unit, name and phone"


class Clue(NamedTuple):
    """What a row says about who it is; "" where it says nothing."""

    number: str = ""
    id_number: str = ""
    unit_id: int | None = None
    name: str = ""
    phone: str = ""


class Match(NamedTuple):
    """Who it is.

    name: whole where the person is in scope, else masked; id_number and phone: masked, and only
    for somebody who is not. differs: which of number, id_number, phone and name are known
    otherwise. others: whom the same clues mean besides; then the row is wrong.
    """

    person_id: int
    by: By
    in_scope: bool
    name: str
    id_number: str | None
    phone: str | None
    differs: frozenset[str]
    others: tuple[int, ...]


class _Known(NamedTuple):
    """What the city knows of one person."""

    id: int
    merged_into_id: int | None
    org_id: int
    number: str | None
    id_digest: str | None
    phone_digest: str | None
    name: str
    id_seal: str | None
    phone_seal: str | None


class Trace(NamedTuple):
    """A clue as the database can be asked for it: the numbers as digests, "" where none is said."""

    number: str
    id_digest: str
    phone_digest: str
    name: str
    unit_id: int | None


NOTHING: frozenset[str] = frozenset()


def identify(clues: Sequence[Clue], keys: Keys, day: date) -> list[Match | None]:
    """Who each clue means, in order; None where nobody is found. A few statements a batch.

    Somebody merged into another answers as the other. day: today.
    """
    return recognize([_trace(clue, keys["digest"]) for clue in clues], keys, day)


def recognize(traces: Sequence[Trace], keys: Keys, day: date) -> list[Match | None]:
    """The same, of clues whose numbers are digests already."""
    with queries.whole_city():
        city = _City(traces, day)
    found = [city.who(trace) for trace in traces]
    wanted = {person_id for ids, _by in found for person_id in ids}
    mine = queries.seen(wanted) if wanted else set()
    return [
        _match(ids, by, trace, city.known, mine, keys["cipher"]) if ids else None
        for (ids, by), trace in zip(found, traces, strict=True)
    ]


def clue_of(facts: PersonFacts, unit_id: int) -> Clue:
    """What is known of somebody who is to be added to a unit, as a clue."""
    return Clue(facts.number, facts.id_number, unit_id, facts.name, facts.phone)


def trace_of(columns: Mapping[str, Any], unit_id: int | None) -> Trace:
    """The same of somebody whose columns are made already."""
    number, id_number, phone = (columns[n] or "" for n in ("number", "id_digest", "phone_digest"))
    return Trace(number, id_number, phone, columns["name"], unit_id)


def _trace(clue: Clue, secret: str) -> Trace:
    return Trace(
        clue.number,
        id_digest(clue.id_number, secret) if clue.id_number else "",
        phone_digest(clue.phone, secret) if clue.phone else "",
        clue.name,
        clue.unit_id,
    )


class _City:
    """Everybody whom the clues may mean, looked up at once."""

    def __init__(self, traces: Sequence[Trace], day: date) -> None:
        self.known: dict[int, _Known] = {}
        self.by_number = self._index("number", (one.number for one in traces))
        self.by_id = self._index("id_digest", (one.id_digest for one in traces))
        unmet = (one.phone_digest for one in traces if not self._numbered(one))
        self.by_phone = self._index("phone_digest", unmet)
        merged = {one.merged_into_id for one in self.known.values() if one.merged_into_id}
        self._load(Person.id, merged - set(self.known))
        self.units = self._units(day)

    def _numbered(self, trace: Trace) -> bool:
        """Whether a number says already who it is."""
        return trace.number in self.by_number or trace.id_digest in self.by_id

    def _index(self, column: str, values: Iterable[str]) -> dict[str, set[int]]:
        """By value: the persons who have it."""
        found: dict[str, set[int]] = defaultdict(set)
        for one in self._load(getattr(Person, column), {value for value in values if value}):
            found[getattr(one, column)].add(one.merged_into_id or one.id)
        return found

    def _load(self, column: Any, values: Collection[Any]) -> list[_Known]:
        if not values:
            return []
        columns = (getattr(Person, name) for name in _Known._fields)
        rows = db.session.execute(select(*columns).where(among(column, values)))
        some = [_Known._make(row) for row in rows]
        self.known |= {one.id: one for one in some}
        return some

    def _units(self, day: date) -> dict[int, set[int]]:
        """By person with a phone in question: the units of today, and the home unit."""
        phoned = {person_id for ids in self.by_phone.values() for person_id in ids}
        found = {person_id: {self.known[person_id].org_id} for person_id in phoned}
        if phoned:
            held = select(Posting.person_id, Posting.org_id).where(
                among(Posting.person_id, phoned), queries.goes_on(Posting, day)
            )
            for row in db.session.execute(held):
                found[row[0]].add(row[1])
        return found

    def who(self, trace: Trace) -> tuple[list[int], By]:
        """The persons a clue means, the surest first; one where all is well."""
        number = self.by_number.get(trace.number, set())
        by_id = self.by_id.get(trace.id_digest, set())
        if number:
            return [*number, *sorted(by_id - number)], By.NUMBER
        if by_id:
            return sorted(by_id), By.ID_NUMBER
        phoned = self.by_phone.get(trace.phone_digest, set())
        return sorted(one for one in phoned if self._stands_there(one, trace)), By.PLACE

    def _stands_there(self, person_id: int, trace: Trace) -> bool:
        """Same unit, same name, same phone; and no number says that it is somebody else."""
        one = self.known[person_id]
        same = one.name == trace.name and trace.unit_id in self.units[person_id]
        return same and not _differs(one, trace)


def _differs(one: _Known, trace: Trace) -> frozenset[str]:
    """Which facts are known otherwise; what is not known at all does not differ."""
    facts = (
        ("number", one.number, trace.number),
        ("id_number", one.id_digest, trace.id_digest),
        ("phone", one.phone_digest, trace.phone_digest),
        ("name", one.name, trace.name),
    )
    found = [fact for fact, known, said in facts if known and said and known != said]
    return frozenset(found) if found else NOTHING


def _match(
    ids: list[int], by: By, trace: Trace, known: dict[int, _Known], mine: set[int], secret: str
) -> Match:
    one = known[ids[0]]
    in_scope = one.id in mine
    numbers = None if in_scope else read_seals(one.id_seal, one.phone_seal, secret)
    return Match(
        person_id=one.id,
        by=by,
        in_scope=in_scope,
        name=one.name if in_scope else masked_name(one.name),
        id_number=numbers.id_number if numbers else None,
        phone=numbers.phone if numbers else None,
        differs=_differs(one, trace),
        others=tuple(ids[1:]),
    )
