"""The yearly table of hours: a few statements for a whole city, row by row never."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
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
from lms.records.tables import REST, Line, Person, Standing, lines, part_of

FIRST_YEAR = 2013
PAGE = 50
NO_HOURS = (0, 0)
WHO = {"counted": PersonRow}  # the scope stands on who is counted
RANK, NEXT = "\x1f", "\x1e"  # between a post and its rank, between two posts
Mine = tuple[int, frozenset[owing.Held]]  # home unit, posts with ranks


@dataclass(frozen=True)
class Table:
    """The table of a year under a unit: lines, their sum, and whose they are."""

    year: int
    as_of: date
    root: OrgUnit
    group: str  # only of these; "": of everyone
    lines: Sequence[Line]
    total: Line
    people: Sequence[Person]
    by_group: bool


def yearly(root: OrgUnit, year: int, today: date, by_group: bool, group: str = "") -> Table:
    """The table under a unit: by the units right below it, or by groups."""
    if not FIRST_YEAR <= year <= today.year:
        raise Invalid("年度应在 {first} 到 {last} 之间。", first=FIRST_YEAR, last=today.year)
    day = last_day(year, today)
    units = _units(root)
    people = _people(year, day, units)
    if group:
        people = [one for one in people if one.group == group]
    if by_group:
        found, total = lines((one.group or None, one) for one in people)
        ordered = _of_groups(found)
    else:
        parts = {unit: part_of(path, root.path) for unit, (path, _name) in units.items()}
        found, total = lines((parts[one.org_id], one) for one in people)
        ordered = _of_units(found, units, root)
    return Table(year, day, root, group, ordered, total, people, by_group)


def _units(root: OrgUnit) -> dict[int, tuple[str, str]]:
    query = select(OrgUnit.id, OrgUnit.path, OrgUnit.name).where(lies_under(root.path))
    rows = db.session.execute(query.order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id))
    return {row.id: (row.path, row.name) for row in rows}


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


def _people(year: int, day: date, units: Collection[int]) -> list[Person]:
    """Everybody of these units with a post on a day, counted once, at home, and how they stand."""
    known = in_force(ruling.every(), day)
    hours = _hours(date(year, 1, 1), day)
    held = {person: mine for person, mine in _held(day) if mine[0] in units}
    owed = {posts: owing.owes(posts, known) for posts in {posts for _, posts in held.values()}}
    before = _before(held, owed, known, year)
    alike: dict[Any, Standing] = {}  # who holds the same posts and has as many hours stands alike
    found = []
    for person_id, (unit, posts) in held.items():
        organised, online = hours.get(person_id, NO_HOURS)
        # the posts are the same where they are alike: what they are need not be looked at again
        key = id(posts), organised, online, person_id if person_id in before else 0
        standing = alike.get(key)
        if standing is None:
            earned = _earned(year, organised, online) | before.get(person_id, {})
            standing = Standing.of(owing.year_of(owed[posts], year, earned, known))
            alike[key] = standing
        found.append(Person(person_id, unit, standing, organised, online))
    return found


def _earned(year: int, organised: int, online: int) -> dict[tuple[int, HourKind], Decimal]:
    return {
        (year, HourKind.ORGANISED): in_hours(organised),
        (year, HourKind.ONLINE): in_hours(online),
    }


def _held(day: date) -> Iterator[tuple[int, Mine]]:
    """Person → home unit, and posts with ranks; one row a person."""
    post = type_coerce(Posting.post, String)
    one = post.concat(RANK).concat(func.coalesce(Posting.rank, ""))
    query = (
        select(PersonRow.id, PersonRow.org_id, func.aggregate_strings(one, NEXT))
        .join(Posting, Posting.person_id == PersonRow.id)
        .where(holds(Posting, day), still_one())
        .group_by(PersonRow.id)
    )
    known: dict[str, frozenset[owing.Held]] = {}  # thousands of persons, and few sets of posts
    alike: dict[frozenset[owing.Held], frozenset[owing.Held]] = {}
    each = WHO | {"by_key": True}  # nearly all there are: none need be looked for by unit
    for person, unit, words in db.session.execute(query, execution_options=each).all():
        if words not in known:
            posts = frozenset(_post(word) for word in words.split(NEXT))
            known[words] = alike.setdefault(posts, posts)
        yield person, (unit, known[words])


def _post(word: str) -> owing.Held:
    post, _, rank = word.partition(RANK)
    return Post(post), rank or None


def _hours(first: date, last: date) -> dict[int, tuple[int, int]]:
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
    held: Mapping[int, Mine],
    owed: Mapping[frozenset[owing.Held], owing.Owes],
    known: Rules,
    year: int,
) -> dict[int, dict[tuple[int, HourKind], Decimal]]:
    """Of whom earlier years matter (five years, carry-over): their hours in those."""
    carries = certain_number(known, RuleKey.CARRY) == 1
    first = year - 1 if carries else year
    wanted = []
    for person, (_unit, posts) in held.items():
        one = owed[posts].organised
        if carries or (one is not None and one.years > 1):
            wanted.append(person)
            first = min(first, owing.first_year(one, year)) if one and one.years > 1 else first
    return _hours_before(wanted, first, year) if first < year else {}


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
