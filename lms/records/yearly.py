"""The yearly table of hours: a few statements for a whole city, row by row never."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    case,
    extract,
    func,
    select,
    type_coerce,
)

from lms.db import db
from lms.errors import Invalid, NotFound
from lms.ledger import owing, ruling
from lms.ledger.models import HourEntry
from lms.ledger.reckoning import Rules, certain_number, in_force
from lms.ledger.rules import AUDIENCE_NAMES, Audience, HourKind, RuleKey, in_hours
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under as lies_under
from lms.people.keeping import batches
from lms.people.models import Person as PersonRow
from lms.people.models import Posting
from lms.people.queries import holds, still_one
from lms.people.rules import Post
from lms.records.rules import last_day
from lms.records.tables import REST, Alike, Line, Person, Standing, lines, part_of

FIRST_YEAR = 2013
PAGE = 50
NO_HOURS = (0, 0)
WHO = {"counted": PersonRow}  # the scope stands on who is counted
RANK, NEXT = "\x1f", "\x1e"  # between a post and its rank, between two posts
Hours = tuple[int, int]  # hundredths organised, and on line


@dataclass(frozen=True)
class Table:
    """The table of a year under a unit: lines, their sum, and whose they are."""

    year: int
    as_of: date
    root: OrgUnit
    group: str  # only of these; "": of everyone
    lines: Sequence[Line]
    total: Line
    everybody: "Everybody"
    by_group: bool

    @cached_property
    def people(self) -> list[Person]:
        """Everybody of whom the table tells, one by one."""
        return [one for one in self.everybody.one_by_one() if self.group in ("", one.group)]


def yearly(root: OrgUnit, year: int, today: date, by_group: bool, group: str = "") -> Table:
    """The table under a unit: by the units right below it, or by groups."""
    if not FIRST_YEAR <= year <= today.year:
        raise Invalid("年度应在 {first} 到 {last} 之间。", first=FIRST_YEAR, last=today.year)
    day = last_day(year, today)
    units = _units(root)
    parts = {unit: part_of(path, root.path) or REST for unit, (path, _name) in units.items()}
    people = _everybody(year, day, parts)
    some = [one for one in people.alike(by_group) if group in ("", one.standing.group)]
    if by_group:
        found, total = lines(one for one in some if one.key)
        ordered = _of_groups(found)
    else:
        found, total = lines(some)
        ordered = _of_units(found, units, root)
    return Table(year, day, root, group, ordered, total, people, by_group)


def _units(root: OrgUnit) -> dict[int, tuple[str, str]]:
    query = select(OrgUnit.id, OrgUnit.path, OrgUnit.name).where(lies_under(root.path))
    rows = db.session.execute(query.order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id)).all()
    return {key: (path, name) for key, path, name in rows}


def _of_groups(found: dict[str, Line]) -> list[Line]:
    ordered = [found[one] for one in Audience if one in found]
    for line in ordered:
        line.name = AUDIENCE_NAMES[Audience(line.key)]
    return ordered


def _of_units(
    found: dict[str, Line], units: Mapping[int, tuple[str, str]], root: OrgUnit
) -> list[Line]:
    """In administrative order; the people of the unit itself last."""
    ordered = [found[str(unit)] for unit in units if str(unit) in found]
    for line in ordered:
        line.name = units[int(line.key)][1]
    if REST in found:
        found[REST].name = root.name
        ordered.append(found[REST])
    return ordered


# ── everybody in sight ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Everybody:
    """Everybody of some units with a post on a day, counted once, at home.

    rows: person, home unit, posts with ranks in one word. parts: unit → the line of its people.
    hours: of whom there are any. before: of whom earlier years matter, their hours in those.
    """

    year: int
    known: Rules
    parts: Mapping[int, str]
    rows: Sequence[Row[int, int, str]]
    hours: Mapping[int, Hours]
    owed: Mapping[str, owing.Owes]
    before: Mapping[int, Mapping[tuple[int, HourKind], Decimal]]

    def alike(self, by_group: bool) -> Iterator[Alike]:
        """Those who stand alike in one line: there are thousands of persons, and few ways."""
        parts, hours, before = self.parts, self.hours, self.before
        many = Counter(
            [
                (parts[unit], words, hours.get(person, NO_HOURS), person if person in before else 0)
                for person, unit, words in self.rows
            ]
        )
        standings: dict[Any, Standing] = {}
        for (part, words, given, person), number in many.items():
            standing = self._standing(standings, words, given, person)
            yield Alike(standing.group if by_group else part, standing, *given, number)

    def one_by_one(self) -> Iterator[Person]:
        standings: dict[Any, Standing] = {}
        for person, unit, words in self.rows:
            hours = self.hours.get(person, NO_HOURS)
            known = person if person in self.before else 0
            yield Person(person, unit, self._standing(standings, words, hours, known), *hours)

    def _standing(
        self, standings: dict[Any, Standing], words: str, hours: Hours, person: int
    ) -> Standing:
        """person: of whom earlier years matter; else 0."""
        key = words, hours, person
        if key not in standings:
            earned = {**_earned(self.year, *hours), **self.before.get(person, {})}
            found = owing.year_of(self.owed[words], self.year, earned, self.known)
            standings[key] = Standing.of(found)
        return standings[key]


def _everybody(year: int, day: date, parts: Mapping[int, str]) -> Everybody:
    known = in_force(ruling.every(), day)
    rows = [row for row in _held(day) if row[1] in parts]
    owed = {words: owing.owes(_posts(words), known) for words in {row[2] for row in rows}}
    before = _before(rows, owed, known, year)
    return Everybody(year, known, parts, rows, _hours(date(year, 1, 1), day), owed, before)


def _earned(year: int, organised: int, online: int) -> dict[tuple[int, HourKind], Decimal]:
    return {
        (year, HourKind.ORGANISED): in_hours(organised),
        (year, HourKind.ONLINE): in_hours(online),
    }


def _held(day: date) -> Sequence[Row[int, int, str]]:
    """Person, home unit, and posts with ranks in one word."""
    post = type_coerce(Posting.post, String)
    one = post.concat(RANK).concat(func.coalesce(Posting.rank, ""))
    query = (
        select(PersonRow.id, PersonRow.org_id, func.aggregate_strings(one, NEXT))
        .join(Posting, Posting.person_id == PersonRow.id)
        .where(holds(Posting, day), still_one())
        .group_by(PersonRow.id)
    )
    each = WHO | {"by_key": True}  # nearly all there are: none need be looked for by unit
    return db.session.execute(query, execution_options=each).all()


def _posts(words: str) -> frozenset[owing.Held]:
    return frozenset(_post(word) for word in words.split(NEXT))


def _post(word: str) -> owing.Held:
    post, _, rank = word.partition(RANK)
    return Post(post), rank or None


def _hours(first: date, last: date) -> dict[int, Hours]:
    """Person → hundredths organised and online. What is counted is not narrowed: who is, is."""

    def of(kind: HourKind) -> ColumnElement[int]:
        return func.sum(case((HourEntry.kind == kind, HourEntry.hundredths), else_=0))

    query = (
        select(HourEntry.person_id, of(HourKind.ORGANISED), of(HourKind.ONLINE))
        .where(HourEntry.earned_on >= first, HourEntry.earned_on <= last)
        .group_by(HourEntry.person_id)
    )
    rows = db.session.execute(query, execution_options=WHO).all()
    return {person: (organised, online) for person, organised, online in rows}


def _before(
    rows: Iterable[Row[int, int, str]], owed: Mapping[str, owing.Owes], known: Rules, year: int
) -> dict[int, dict[tuple[int, HourKind], Decimal]]:
    """Of whom earlier years matter (five years, carry-over): their hours in those."""
    carries = certain_number(known, RuleKey.CARRY) == 1
    first, several = year - 1 if carries else year, set()
    for words, one in owed.items():
        if one.organised is not None and one.organised.years > 1:
            several.add(words)
            first = min(first, owing.first_year(one.organised, year))
    if first == year:
        return {}
    wanted = [person for person, _unit, words in rows if carries or words in several]
    return _hours_before(wanted, first, year)


def _hours_before(
    person_ids: Collection[int], first: int, year: int
) -> dict[int, dict[tuple[int, HourKind], Decimal]]:
    found: dict[int, dict[tuple[int, HourKind], Decimal]] = {}
    then = extract("year", HourEntry.earned_on)
    for some in batches(person_ids):
        query = (
            select(HourEntry.person_id, then, HourEntry.kind, func.sum(HourEntry.hundredths))
            .where(
                HourEntry.person_id.in_(some),
                HourEntry.earned_on >= date(first, 1, 1),
                HourEntry.earned_on < date(year, 1, 1),
            )
            .group_by(HourEntry.person_id, then, HourEntry.kind)
        )
        rows = db.session.execute(query, execution_options=WHO)
        for person, when, kind, given in rows:
            found.setdefault(person, {})[int(when), kind] = in_hours(given)
    return found


# ── names behind a number ───────────────────────────────────────────────────────────────────────


class Which(StrEnum):
    """Whose names are asked for."""

    OWING = "owing"
    MET = "met"
    UNMET = "unmet"


def behind(table: Table, key: str, which: Which) -> list[Person]:
    """Those behind a number of a line, unit after unit. Raises NotFound for no line."""
    if key and key not in {line.key for line in table.lines}:
        raise NotFound("没有找到，或不在您的权限范围内。")
    paths = _units(table.root)
    found = [one for one in table.people if one.standing.owing]
    found.sort(key=lambda one: paths[one.org_id][0])
    if which is not Which.OWING:
        found = [one for one in found if one.standing.met == (which is Which.MET)]
    if not key:
        return found
    if table.by_group:
        return [one for one in found if one.group == key]
    return [one for one in found if part_of(paths[one.org_id][0], table.root.path) == key]


def named(people: Iterable[Person]) -> dict[int, Row]:
    """Name and home unit of persons, by id."""
    found: dict[int, Row] = {}
    for some in batches([one.person_id for one in people]):
        query = (
            select(PersonRow.id, PersonRow.name, OrgUnit.name.label("unit"))
            .join(OrgUnit, OrgUnit.id == PersonRow.org_id)
            .where(PersonRow.id.in_(some))
        )
        found |= {row.id: row for row in db.session.execute(query)}
    return found
