"""What both kinds of bundles are made of: parts, places, acts of the log, rules in force."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from lms.audit.models import AuditEntry
from lms.audit.words import ACTS as ACT_WORDS
from lms.audit.words import THINGS
from lms.classes.models import TrainingClass
from lms.clock import CITY_TIME
from lms.db import db
from lms.exams.models import Assessment
from lms.incidents.models import Incident
from lms.incidents.rules import KIND_NAMES, STATE_NAMES
from lms.incidents.services import stands
from lms.inspecting import vocabulary as words
from lms.inspecting.masking import Masks
from lms.inspecting.vocabulary import Word
from lms.ledger.reckoning import in_force
from lms.ledger.rules import AUDIENCE_NAMES, RULE_NAMES
from lms.ledger.ruling import every
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.queries import names
from lms.reports.defining import holding
from lms.reports.dictionary import ALL

About = type[Assessment] | type[TrainingClass]
Row = Sequence[Any]
SOME = 5000  # keys in one statement
MOST = 2  # steps from the top: the city, and what lies right below it
OUT = (
    "export",
    "print paper",
    "print class",
    "download certificates",
    "download inspection bundle",
)


@dataclass(frozen=True)
class Part:
    """One table of a bundle: its name, what it is, its heads; its rows come batch by batch."""

    spec: tuple[str, str, Sequence[str]]
    batches: Iterable[list[Row]]


def part(spec: Sequence[Any], rows: Iterable[Row]) -> Part:
    """A table that is made in one go."""
    return Part((spec[0], spec[1], spec[2]), _once(rows))


def _once(rows: Iterable[Row]) -> Iterator[list[Row]]:
    yield list(rows)


def asked(about: About, query: Select) -> Sequence[Any]:
    """Rows that hang on a class or an assessment that has been found in scope already."""
    return db.session.execute(query, execution_options={"counted": about}).all()


def at(moment: datetime | None) -> str:
    """2026-11-23 17:00:05, by the city's clock."""
    return f"{moment.astimezone(CITY_TIME):%Y-%m-%d %H:%M:%S}" if moment else ""


def said(yes: bool | None) -> str:
    return "" if yes is None else Word(words.YES if yes else words.NO)


def masks(ids: Iterable[int | None], others: Iterable[str] = ()) -> Masks:
    """The persons of a bundle, by their ids; others: names of who is no person of the city."""
    wanted, people = sorted({one for one in ids if one}), dict[int, str]()
    for first in range(0, len(wanted), SOME):
        people |= names(wanted[first : first + SOME])
    return Masks(people, others)


def places(org_ids: Collection[int]) -> dict[int, str]:
    """Unit → the county or the department of the city in which it lies: no nearer to a person."""
    paths = db.session.execute(select(OrgUnit.id, OrgUnit.path).where(OrgUnit.id.in_(org_ids)))
    steps = {row.id: [int(one) for one in row.path.strip("/").split("/")] for row in paths}
    above = {one for way in steps.values() for one in way[:MOST]}
    query = select(OrgUnit.id, OrgUnit.name, OrgUnit.kind).where(OrgUnit.id.in_(above))
    units = {row.id: row for row in db.session.execute(query)}
    return {unit: _county([units[one] for one in way[:MOST]]) for unit, way in steps.items()}


def _county(way: Sequence[Any]) -> str:
    """The county among the superiors of a unit; of what lies in none, the one below the city."""
    counties = [one.name for one in way if one.kind is UnitKind.COUNTY]
    return counties[0] if counties else way[-1].name


# ── the log ─────────────────────────────────────────────────────────────────────────────────────


def logged(about: About, whom: Collection[str]) -> Sequence[AuditEntry]:
    """What the log holds of these things, the oldest first."""
    query = select(AuditEntry).where(AuditEntry.whom.in_(whom)).order_by(AuditEntry.id)
    return [row[0] for row in asked(about, query)]


def acts(entries: Sequence[AuditEntry], masked: Masks) -> Iterator[Part]:
    """Two tables: what was done and approved, and what was taken out of the house."""
    for spec, taken in ((words.ACTS, False), (words.EXPORTS, True)):
        mine = [one for one in entries if (one.act in OUT) is taken]
        yield part(spec, [_act(one, masked) for one in mine])


def _act(one: AuditEntry, masked: Masks) -> Row:
    kind, _gap, number = one.whom.partition(" ")
    return (
        at(one.at),
        Word(ACT_WORDS.get(one.act, one.act)),
        [Word(THINGS.get(kind, kind)), number],
        one.outcome,
        *masked.who(one.person_id),
    )


# ── rules, definitions, incidents ───────────────────────────────────────────────────────────────


def definitions(day: date, path: str) -> Part:
    """The numbers as the unit makes them on a day."""
    way = [int(step) for step in path.strip("/").split("/")]
    held = holding(day, way)
    rows = [
        (Word(one.name), Word(one.words), one.version, one.from_on)
        for one in map(held.get, ALL)
        if one
    ]
    return part(words.DEFINITIONS, rows)


def hour_rules(day: date) -> Part:
    """What counts as an hour, and how many are owed."""
    held = in_force(every(), day).values()
    rows = [
        (
            Word(RULE_NAMES[one.key]),
            _audience(one.audience),
            one.value,
            one.from_on,
            Word(one.source),
        )
        for one in held
    ]
    return part(words.HOUR_RULES, rows)


def _audience(word: str) -> str:
    return next((Word(name) for key, name in AUDIENCE_NAMES.items() if key == word), "")


def incidents(about: About, key: int, masked: Masks) -> Part:
    """What was reported about it; a line for each decision, one where there is none."""
    column = Incident.class_id if about is TrainingClass else Incident.assessment_id
    query = select(Incident).where(column == key)
    rows: list[Row] = []
    for (one,) in asked(about, query.order_by(Incident.id)):
        times = (at(one.happened_at), at(one.reported_at))
        head = (Word(KIND_NAMES[one.kind]), *times, Word(STATE_NAMES[stands(one)]))
        decided = [(at(d.decided_at), d.unit, masked.text(d.decided)) for d in one.decisions]
        rows += [(*head, *d) for d in decided or [("", "", "")]]
    return part(words.INCIDENTS, rows)


def who_reported(about: About, key: int) -> set[int]:
    """Those who reported, read or decided: their names may stand in what was decided."""
    column = Incident.class_id if about is TrainingClass else Incident.assessment_id
    query = select(Incident).where(column == key)
    found: set[int] = set()
    for (one,) in asked(about, query):
        found |= {one.reported_by, *(d.decided_by for d in one.decisions)}
    return found


def facts(spec: Sequence[str], pairs: Iterable[tuple[str, object]]) -> Part:
    """What is known of the class or the assessment itself."""
    rows = [(Word(name), _as_text(value)) for name, value in pairs]
    return part((*spec, words.FACTS), rows)


def _as_text(value: object) -> str:
    return value if isinstance(value, Word) else "" if value is None else str(value)
