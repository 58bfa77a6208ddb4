"""Imports and their lines, and what the city knows of those whom they name."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.db import among, db
from lms.errors import NotFound
from lms.jobs.models import Job
from lms.orgs.models import OrgUnit
from lms.orgs.queries import lineages, under
from lms.orgs.rules import level_of
from lms.people.keeping import batches
from lms.people.models import Person, Posting
from lms.people.queries import goes_on, still_one, whole_city
from lms.rosters.knowing import Held, Known
from lms.rosters.models import LearnedPost, RosterImport, RosterLine
from lms.rosters.places import NamedUnit
from lms.rosters.rules import Status

PAGE = 50
LEVELS = {"county", "township", "village"}
BY_KEY = {"by_key": True}  # what is looked up is named by its keys


def roster(import_id: int) -> RosterImport:
    """The import with its unit and files, if in scope. Raises NotFound."""
    query = select(RosterImport).where(RosterImport.id == import_id)
    loaded = query.options(joinedload(RosterImport.org), selectinload(RosterImport.files))
    found = db.session.scalar(loaded.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有找到这次导入，或不在您的权限范围内。")
    return found


def imports(page: int) -> tuple[list[RosterImport], int]:
    """A page of imports, the latest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(RosterImport)) or 0
    query = select(RosterImport).order_by(RosterImport.id.desc())
    loaded = query.options(joinedload(RosterImport.org), selectinload(RosterImport.files))
    return list(db.session.scalars(loaded.offset((page - 1) * PAGE).limit(PAGE))), total


def job_of(one: RosterImport) -> Job | None:
    """The job at work on an import; whoever sees the import sees how far it is."""
    with whole_city():
        return db.session.scalar(select(Job).where(Job.id == (one.job_id or 0)))


# ── lines ──────────────────────────────────────────────────────────────────────────────────────


def current(one: RosterImport) -> Select:
    """The lines of the reading that counts."""
    return select(RosterLine).where(
        RosterLine.import_id == one.id, RosterLine.reading == one.reading
    )


def lines(one: RosterImport, status: Status, page: int) -> list[RosterLine]:
    """A page of the lines with a status, in their order."""
    query = current(one).where(RosterLine.status == status).order_by(RosterLine.number)
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)))


def bad_lines(one: RosterImport) -> list[RosterLine]:
    """All lines that could not be taken, in their order. Raises NotFound where there are none."""
    query = current(one).where(RosterLine.status == Status.ERROR)
    found = list(db.session.scalars(query.order_by(RosterLine.number)))
    if not found:
        raise NotFound("这次导入没有有错误的行。")
    return found


def loose_lines(one: RosterImport, status: Status) -> list[RosterLine]:
    """The lines with a status that have postings which the roster does not name."""
    query = current(one).where(RosterLine.status == status, RosterLine.ends_on.is_not(None))
    return list(db.session.scalars(query))


def ending(one: RosterImport) -> tuple[int, int]:
    """How many lines have postings that are to end, and how many that could."""
    could = current(one).where(RosterLine.ends_on.is_not(None)).subquery()
    row = db.session.execute(select(func.count(could.c.ends_why), func.count())).one()
    return row[0], row[1]


def unwritten(one: RosterImport, statuses: Collection[Status]) -> Select:
    """The lines that are still to be carried out."""
    return current(one).where(
        RosterLine.written_at.is_(None),
        or_(RosterLine.status.in_(statuses), RosterLine.ends_why.is_not(None)),
    )


def written(import_id: int) -> Select:
    """The lines that have been carried out, of every reading."""
    return select(RosterLine).where(
        RosterLine.import_id == import_id, RosterLine.written_at.is_not(None)
    )


def count(query: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


# ── units and posts ────────────────────────────────────────────────────────────────────────────


def named_units(top: OrgUnit) -> tuple[list[NamedUnit], set[int]]:
    """Every open unit of the city, and the ids of those at and below one."""
    query = select(OrgUnit.id, OrgUnit.name, OrgUnit.kind, OrgUnit.path, OrgUnit.closed_on)
    rows = db.session.execute(query).all()
    called = {str(row.id): row.name for row in rows}
    units, mine = [], set()
    for row in rows:
        if row.closed_on is None:
            above = row.path.strip("/").split("/")[-2::-1]
            level = level_of(row.kind)
            superiors = tuple(called[step] for step in above)
            units.append(NamedUnit(row.id, row.name, level if level in LEVELS else "", superiors))
            if row.path.startswith(top.path):
                mine.add(row.id)
    return units, mine


def unit_names(unit_ids: Collection[int]) -> dict[int, str]:
    """Names of units, by id."""
    rows = db.session.execute(select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(unit_ids)))
    return {row[0]: row[1] for row in rows}


def learned(top: OrgUnit) -> dict[str, list[str]]:
    """What names of posts mean for a unit, as it or one above it has said; the nearest counts."""
    query = (
        select(LearnedPost.name, LearnedPost.codes)
        .join(OrgUnit, OrgUnit.id == LearnedPost.org_id)
        .where(LearnedPost.org_id.in_(lineages([top.path])))
        .order_by(func.length(OrgUnit.path))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def learned_here(org_id: int, name: str) -> LearnedPost | None:
    """What the unit itself said of a name."""
    query = select(LearnedPost).where(LearnedPost.org_id == org_id, LearnedPost.name == name)
    return db.session.scalar(query)


def below(paths: Collection[str]) -> set[int]:
    """Ids of the units at and below these."""
    found = [under(path) for path in paths]
    return set(db.session.scalars(select(OrgUnit.id).where(or_(*found)))) if found else set()


# ── people ─────────────────────────────────────────────────────────────────────────────────────


def known(person_ids: Collection[int]) -> dict[int, Known]:
    """What is known of persons in scope, with every posting that is seen."""
    found: dict[int, Known] = {}
    columns = (Person.id, Person.name, Person.number, Person.sex, Person.born, Person.id_digest)
    more = (Person.phone_digest, Person.own_columns, Person.org_id)
    query = select(*columns, *more).where(among(Person.id, person_ids))
    for row in db.session.execute(query, execution_options=BY_KEY) if person_ids else ():
        found[row[0]] = Known(*row)
    for person_id, held in _held(among(Posting.person_id, found), BY_KEY) if found else ():
        found[person_id].held.append(held)
    return found


def held_within(unit_ids: Collection[int], day: date) -> dict[int, list[Held]]:
    """By person: the postings in these units that go on, persons in scope alone."""
    found: dict[int, list[Held]] = {}
    for some in batches(unit_ids):
        there = Posting.org_id.in_(some) & goes_on(Posting, day)
        for person_id, held in _held(there & Posting.person_id.in_(_still())):
            found.setdefault(person_id, []).append(held)
    return found


def _still() -> Select:
    return select(Person.id).where(still_one())


def _held(
    condition: object, options: Mapping[str, object] | None = None
) -> Iterable[tuple[int, Held]]:
    columns = (Posting.id, Posting.org_id, Posting.post, Posting.from_on, Posting.to_on)
    more = (Posting.rank, Posting.term_number, Posting.home_org_id)
    query = select(Posting.person_id, *columns, *more).where(condition)  # type: ignore[arg-type]
    for row in db.session.execute(query.order_by(Posting.id), execution_options=options or {}):
        yield row[0], Held._make(row[1:])


def persons(person_ids: Iterable[int]) -> dict[int, Person]:
    """The persons in scope, by id."""
    found: dict[int, Person] = {}
    for some in batches(person_ids):
        rows = db.session.scalars(select(Person).where(Person.id.in_(some)))
        found |= {one.id: one for one in rows}
    return found


def postings(posting_ids: Iterable[int]) -> dict[int, Posting]:
    """The postings in scope with their units, by id."""
    found: dict[int, Posting] = {}
    for some in batches(posting_ids):
        query = select(Posting).where(Posting.id.in_(some)).options(joinedload(Posting.org))
        found |= {one.id: one for one in db.session.scalars(query)}
    return found
