"""The yearly table of hours: a few statements for a whole city, row by row never."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Subquery,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)

from lms.db import alike, as_written, db
from lms.errors import Invalid, NotFound
from lms.ledger import owing, ruling
from lms.ledger.models import HourEntry
from lms.ledger.owing import Earned
from lms.ledger.reckoning import Rules, certain_number, in_force
from lms.ledger.rules import AUDIENCE_NAMES, Audience, HourKind, RuleKey, in_hours
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under as lies_under
from lms.people.keeping import batches
from lms.people.models import Person as PersonRow
from lms.people.models import Posting
from lms.records.asking import Asking
from lms.records.rules import last_day
from lms.records.tables import REST, Alike, Line, Person, Standing, lines, part_of

FIRST_YEAR = 2013
PAGE = 50
KINDS = {HourKind.ORGANISED: RuleKey.OWED, HourKind.ONLINE: RuleKey.OWED_ONLINE}
# The scope stands on who is counted. Nearly all there are: none need be looked for by unit.
WHO = {"counted": PersonRow, "by_key": True}


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
    people = Everybody(year, day, in_force(ruling.every(), day), parts)
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

    parts: unit → the line of its people.
    """

    year: int
    day: date
    known: Rules
    parts: Mapping[int, str]

    @cached_property
    def asking(self) -> Asking:
        """The rules that ask for hours on that day."""
        return Asking(owing.asking(self.known))

    @property
    def carries(self) -> bool:
        """Whether hours of one year count in the next."""
        return certain_number(self.known, RuleKey.CARRY) == 1

    def alike(self, by_group: bool) -> Iterator[Alike]:
        """Those who stand alike in one line: there are thousands of persons, and few ways."""
        sums: dict[tuple[str, int, int, int, int], list[int]] = {}
        for (unit, asked, first, second, person, organised, online), many in self._ways():
            if (part := self.parts.get(unit)) is not None:
                sum_ = sums.setdefault((part, asked, first, second, person), [0, 0, 0])
                sum_[0] += many
                sum_[1] += many * organised
                sum_[2] += many * online
        before = self._before(key[-1] for key in sums if key[-1])
        standings: dict[Any, Standing] = {}
        for (part, asked, first, second, person), (many, organised, online) in sums.items():
            hours = (organised, online) if person else (first, second)
            standing = self._standing(standings, asked, hours, before.get(person, {}))
            key = standing.group if by_group else part
            yield Alike(key, standing, organised, online, many)

    def one_by_one(self) -> Iterator[Person]:
        """Each of them, in the order of their numbers."""
        who, hours = self._who(), self._hours()
        query = select(*who.c, *_given(hours)).select_from(_with(who, hours)).order_by(who.c.id)
        rows = db.session.execute(query, execution_options=WHO).all()
        mine = [row for row in rows if row[1] in self.parts]
        before = self._before(row[0] for row in mine if self.carries or row[2] & self.asking.long)
        standings: dict[Any, Standing] = {}
        for person, unit, asked, organised, online in mine:
            known = before.get(person, {})
            standing = self._standing(standings, asked, (organised, online), known)
            yield Person(person, unit, standing, organised, online)

    def _ways(self) -> Iterable[tuple[Sequence[int], int]]:
        """Those who stand alike in a unit, and how many they are.

        Unit, what asks (`Asking`), what is reached by either kind, of whom earlier years matter
        the person, else 0; the hours of each by kind.
        """
        who, hours = self._who(), self._hours()
        given = _given(hours)
        reached = map(_reached, given, map(self.asking.steps, KINDS.values()))
        told = who.c.org_id, who.c.asked, *reached, self._alone(who), *given
        return alike(told, _with(who, hours), WHO)

    def _alone(self, who: Subquery) -> ColumnElement[int]:
        """Of whom earlier years matter, themselves; else 0."""
        if self.carries:
            return who.c.id
        several = who.c.asked.bitwise_and(self.asking.long)
        return case((several != 0, who.c.id), else_=0)

    def _who(self) -> Subquery:
        """id, home unit, what asks of them (`Asking`)."""
        query = (
            select(PersonRow.id, PersonRow.org_id)
            .add_columns(cast(func.sum(self.asking.of_posting()), BigInteger).label("asked"))
            .join(Posting, Posting.person_id == PersonRow.id)
            .where(as_written(Posting.from_on) <= self.day)
            .where(or_(Posting.to_on.is_(None), as_written(Posting.to_on) > self.day))
            .where(as_written(PersonRow.merged_into_id).is_(None))  # nearly all: no index helps
        )
        return query.group_by(PersonRow.id).subquery()

    def _hours(self) -> Subquery:
        """Person → hundredths by kind. What is counted is not narrowed: who is, is."""
        sums = [
            func.sum(case((HourEntry.kind == one, HourEntry.hundredths), else_=0)).label(one.value)
            for one in KINDS
        ]
        first = date(self.year, 1, 1)
        within = HourEntry.earned_on >= first, HourEntry.earned_on <= self.day
        query = select(HourEntry.person_id, *sums).where(*within)
        return query.group_by(HourEntry.person_id).subquery()

    def _before(self, person_ids: Iterable[int]) -> Mapping[int, Earned]:
        """The hours in earlier years of those of whom they matter: five years, carry-over."""
        asked = [one for one in self.asking.requirements if one.years > 1]
        begun = [owing.first_year(one, self.year) for one in asked]
        first = min([self.year - self.carries, *begun])
        return _hours_before([*person_ids], first, self.year) if first < self.year else {}

    def _standing(
        self,
        standings: dict[Any, Standing],
        asked: int,
        hours: tuple[int, int],
        before: Earned,
    ) -> Standing:
        """Worked out once for all who stand alike; who has earlier years stands alone."""
        key = asked, hours
        if not before and key in standings:
            return standings[key]
        earned = {**_earned(self.year, *hours), **before}
        found = owing.year_of(self.asking.owes(asked), self.year, earned, self.known)
        standing = Standing.of(found)
        if not before:
            standings[key] = standing
        return standing


def _earned(year: int, organised: int, online: int) -> dict[tuple[int, HourKind], Decimal]:
    return {
        (year, HourKind.ORGANISED): in_hours(organised),
        (year, HourKind.ONLINE): in_hours(online),
    }


def _with(who: Subquery, hours: Subquery) -> FromClause:
    return who.outerjoin(hours, hours.c.person_id == who.c.id)


def _given(hours: Subquery) -> list[ColumnElement[int]]:
    return [func.coalesce(hours.c[one.value], 0) for one in KINDS]


def _reached(given: ColumnElement[int], steps: Sequence[int]) -> ColumnElement[int]:
    """The greatest of some numbers of hours that is reached; −1 where none is."""
    return case(*((given >= one, one) for one in steps), else_=-1) if steps else literal(-1)


def _hours_before(person_ids: Collection[int], first: int, year: int) -> Mapping[int, Earned]:
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
