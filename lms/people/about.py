"""What a page says of one person: facts, what they were and are, their roles."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lms.audit.services import record
from lms.db import db
from lms.people import merging, queries
from lms.people.facts import FACT_NAMES, PersonFacts
from lms.people.keeping import COLUMNS, Keys
from lms.people.models import Person, Posting, RoleHeld, Transfer
from lms.people.numbers import Numbers, read_seals
from lms.people.rules import TransferState


@dataclass(frozen=True)
class About:
    """One person as their officer sees them. lines: by unit, its name after its superiors'."""

    person: Person
    numbers: Numbers
    masked: bool
    postings: list[Posting]
    roles: list[RoleHeld]
    transfers: list[Transfer]
    lines: dict[int, str]


def about(person_id: int, keys: Keys, day: date, *, masked: bool = True) -> About:
    """The person, if in scope; who was merged into another is shown as the other."""
    person = queries.one(queries.standing_for(person_id))
    postings = queries.postings(person.id)
    roles = queries.roles_of(person.id, day)
    transfers = _waiting(person.id)
    units = [person.org, *(held.org for held in postings), *(held.org for held in roles)]
    units += [unit for one in transfers for unit in (one.from_org, one.to_org)]
    numbers = read_seals(person.id_seal, person.phone_seal, keys["cipher"], masked=masked)
    return About(person, numbers, masked, postings, roles, transfers, queries.lines(units))


def note_look(person_id: int, now: datetime) -> None:
    """Somebody looks at the whole numbers of a person: that is written down."""
    person = queries.one(person_id)
    record("see numbers", now, whom=person, org_id=person.org_id)


def _waiting(person_id: int) -> list[Transfer]:
    query = select(Transfer).where(
        Transfer.person_id == person_id, Transfer.state == TransferState.ASKED
    )
    loaded = (joinedload(Transfer.from_org), joinedload(Transfer.to_org))
    return list(db.session.scalars(query.options(*loaded, selectinload(Transfer.posts))))


def facts_of(person: Person, keys: Keys) -> PersonFacts:
    """What is known of a person, in whole: for putting it right."""
    numbers = read_seals(person.id_seal, person.phone_seal, keys["cipher"], masked=False)
    return PersonFacts(
        name=person.name,
        number=person.number or "",
        sex=person.sex or "",
        born=person.born or "",
        id_number=numbers.id_number or "",
        phone=numbers.phone or "",
        own_columns=person.own_columns,
    )


@dataclass(frozen=True)
class Difference:
    """One fact as two records have it; None where it is not known."""

    fact: str
    kept: str | None
    gone: str | None
    differs: bool


@dataclass(frozen=True)
class Pair:
    """Two records side by side. counts: by table, how many rows are about each."""

    kept: About
    gone: About
    facts: list[Difference]
    counts: dict[str, dict[int, int]]


def pair(kept: Person, gone: Person, keys: Keys, day: date) -> Pair:
    """Two records as the page shows them, one to keep and one that goes into it."""
    return Pair(
        about(kept.id, keys, day),
        about(gone.id, keys, day),
        _differences(kept, gone, keys),
        merging.counts([kept, gone]),
    )


def _differences(kept: Person, gone: Person, keys: Keys) -> list[Difference]:
    shown = [_shown(person, keys) for person in (kept, gone)]
    return [
        Difference(
            fact,
            shown[0][fact],
            shown[1][fact],
            getattr(kept, COLUMNS[fact][0]) != getattr(gone, COLUMNS[fact][0]),
        )
        for fact in FACT_NAMES
    ]


def _shown(person: Person, keys: Keys) -> dict[str, str | None]:
    numbers = read_seals(person.id_seal, person.phone_seal, keys["cipher"])
    return {
        "name": person.name,
        "sex": person.sex,
        "born": person.born,
        "number": person.number,
        "id_number": numbers.id_number,
        "phone": numbers.phone,
    }
