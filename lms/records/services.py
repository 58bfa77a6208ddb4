"""A person's record put together; a copy of it printed, and confirmed to whoever holds one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.accounts import trying
from lms.accounts.rules import Bound
from lms.audit.services import record
from lms.certificates import queries as certificates
from lms.certificates import rules as codes
from lms.certificates.queries import Known
from lms.ciphers import digest
from lms.db import db, find
from lms.dice import code
from lms.errors import NotFound
from lms.ledger import owing, ruling
from lms.ledger import services as ledger
from lms.ledger.models import HourEntry
from lms.ledger.reckoning import certain_number, in_force
from lms.ledger.rules import HourKind, RuleKey
from lms.people.models import Person
from lms.people.queries import lines, one, standing_for
from lms.people.rules import Me
from lms.records import queries, rules
from lms.records.models import RecordCopy
from lms.records.rules import Entry, Held, Missing, YearLine
from lms.settings import Settings

MOST_WRONG, WAIT = 20, timedelta(hours=1)  # wrong codes from one address in that time


@dataclass(frozen=True)
class Record:
    """Everything that a person's page of training shows. abilities: none: not for this reader."""

    person: Person
    unit: str
    held: Sequence[Held]
    years: Sequence[YearLine]
    entries: Sequence[Entry]
    missing: Sequence[Missing]
    cohorts: Sequence[queries.Attended]
    classes: Sequence[queries.Attended]
    assessed: Sequence[object]
    abilities: queries.OverTime | None
    certificates: Sequence[Known]


def record_of(person_id: int, me: Me, today: date) -> Record:
    """The record of a person in sight; one's own always is. Raises NotFound."""
    person = one(standing_for(person_id))
    known = ruling.every()
    closes = certain_number(in_force(known, today), RuleKey.CLOSES)
    entries, held = queries.entries(person.id, closes), queries.held(person.id)
    return Record(
        person=person,
        unit=lines([person.org])[person.org_id],
        held=held,
        years=_years(entries, held, known, today),
        entries=entries,
        missing=queries.missing(person.id, today),
        cohorts=queries.cohorts(person.id),
        classes=queries.classes(person.id),
        assessed=queries.assessed(person.id),
        abilities=_abilities(person.id, me),
        certificates=certificates.own(person.id),
    )


def _years(
    entries: Sequence[Entry], held: Sequence[Held], known: Sequence[object], today: date
) -> list[YearLine]:
    earned = rules.earned(entries)
    found = []
    for year in rules.years_of(entries, today):
        day = rules.last_day(year, today)
        then = in_force(known, day)  # type: ignore[arg-type]
        owed = owing.owes(rules.held_on(held, day), then)
        hours = {kind: earned.get((year, kind), owing.NOTHING) for kind in HourKind}
        found.append(YearLine(year, hours, owing.year_of(owed, year, earned, then)))
    return found


def sees_abilities(person_id: int, me: Me) -> bool:
    """The person alone, and the city's training officer."""
    return person_id == me.id or any(held.role is Role.CITY_OFFICER for held in me.assignments)


def _abilities(person_id: int, me: Me) -> queries.OverTime | None:
    if not sees_abilities(person_id, me):
        return None
    if person_id == me.id:
        return queries.abilities(person_id)
    with seeing_everything():  # marks are named for an assessment; a look at them is logged
        return queries.abilities(person_id)


def note_look(person_id: int, now: datetime) -> None:
    """Somebody looks at another's record: that is written down."""
    record("look at training record", now, whom=f"person {person_id}")


def entry(entry_id: int, me: Me, today: date) -> tuple[Record, Entry]:
    """One entry with the record that it stands in. Raises NotFound."""
    row = find(HourEntry, entry_id)
    found = record_of(row.person_id, me, today)
    return found, next(one for one in found.entries if one.id == row.id)


def take_back(entry_id: int, why: str, by: int, now: datetime) -> HourEntry:
    """Reverse an entry in sight. Raises NotFound."""
    entry = find(HourEntry, entry_id)
    ledger.reverse(entry, why, now, by)
    return entry


# ── printed copies ──────────────────────────────────────────────────────────────────────────────


def make_copy(found: Record, by: int, now: datetime) -> RecordCopy:
    """A copy to print: what it says is kept, the person masked, behind a code."""
    person = found.person
    valid = sum(one.state is codes.State.VALID for one in found.certificates)
    facts = rules.copied(person.name, found.unit, found.years, valid)
    made = RecordCopy(
        person_id=person.id,
        org_id=person.org_id,
        code=code(codes.CODE_SIGNS, codes.CODE_LENGTH),
        facts=facts,
        digest=rules.digest_of(facts),
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    record("print training record", now, whom=person, org_id=person.org_id, digest=made.digest)
    return made


def copy_of(copy_id: int, person_id: int) -> RecordCopy:
    """A copy of this person's record. Raises NotFound."""
    found = queries.copy(copy_id, person_id)
    if found is None:
        raise NotFound("没有找到这份打印件，或不在您的权限范围内。")
    return found


def confirm(
    typed: str, address: str, now: datetime, house: Settings, later: Callable[..., object]
) -> RecordCopy:
    """The copy that bears a code. Raises NotFound; after many wrong ones, Locked.

    later: takes what is written when the request is over, for a reader writes nothing.
    """
    sent_from = digest(address, house.secrets["digest"], "record address")
    bound = Bound(f"records {sent_from}", MOST_WRONG, WAIT)
    with seeing_everything():
        trying.refuse_over(bound, now)
        found = queries.copy_with(codes.read_code(typed))
    if found is None:
        later(partial(trying.take, [bound], now))
        raise NotFound("没有这个核验码的培训档案。请对照打印件重新输入；仍查不到的不能采信。")
    return found
