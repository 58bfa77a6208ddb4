"""长期不训: who has been posted for years and trained in none of them, by unit, with names."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from lms.audit.services import record
from lms.callups.models import UntrainedLimit
from lms.callups.rules import USUAL_YEARS, Audience, audience_of, years_before
from lms.classes.models import ClassMember, TrainingClass
from lms.db import db
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.models import OrgUnit
from lms.orgs.queries import children, under
from lms.people.models import Person, Posting
from lms.people.queries import holds, lines, still_one
from lms.people.rules import Post

PAGE = 200


@dataclass(frozen=True)
class Long:
    """Somebody who was trained long ago, or never since the first posting on record."""

    id: int
    name: str
    path: str
    org_id: int
    posts: tuple[Post, ...]
    since: date
    last: date | None
    audience: Audience


def limits() -> dict[Audience, int]:
    """Audience → after how many years it is long: as the city has set it, else as shipped."""
    last = select(func.max(UntrainedLimit.id)).group_by(UntrainedLimit.audience)
    rows = db.session.scalars(select(UntrainedLimit).where(UntrainedLimit.id.in_(last)))
    return USUAL_YEARS | {row.audience: row.years for row in rows}


def set_limits(org_id: int, years: Mapping[Audience, int], now: datetime, by: int) -> None:
    """Say anew what is long. What was said before stays on record."""
    was = limits()
    for audience, many in years.items():
        if was[audience] != many:
            db.session.add(
                UntrainedLimit(org_id=org_id, audience=audience, years=many, set_at=now, set_by=by)
            )
    db.session.flush()
    said = {key.value: many for key, many in years.items()}
    record("set untrained limits", now, org_id=org_id, years=said)


def untrained(path: str, day: date) -> list[Long]:
    """Everybody posted under a path who was last trained too long ago, by unit."""
    years, trained = limits(), _last_trained(path, day)
    found = []
    for person_id, (name, org_id, where, posts, since) in _posted(path, day).items():
        audience = audience_of(posts)
        limit = years_before(day, years[audience])
        last = trained.get(person_id)
        if since <= limit and (last is None or last < limit):
            found.append(Long(person_id, name, where, org_id, posts, since, last, audience))
    return sorted(found, key=lambda one: (one.path, one.last or date.min, one.id))


def _posted(path: str, day: date) -> dict[int, tuple[str, int, str, tuple[Post, ...], date]]:
    """Person → name, unit and its path, posts, and since when there is a posting on record."""
    first = (
        select(Posting.person_id, func.min(Posting.from_on).label("since"))
        .group_by(Posting.person_id)
        .subquery()
    )
    query = (
        select(Posting.person_id, Person.name, OrgUnit.id, OrgUnit.path, Posting.post)
        .add_columns(first.c.since)
        .join(Person, Person.id == Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .join(first, first.c.person_id == Posting.person_id)
        .where(under(path), holds(Posting, day), still_one())
        .order_by(Posting.person_id, Posting.id)
    )
    found: dict[int, tuple[str, int, str, tuple[Post, ...], date]] = {}
    for person_id, name, org_id, where, post, since in db.session.execute(
        query, execution_options={"counted": Posting}
    ):
        if person_id in found:
            name, org_id, where, held, since = found[person_id]
            found[person_id] = (name, org_id, where, (*held, post), since)
        else:
            found[person_id] = (name, org_id, where, (post,), since)
    return found


def _last_trained(path: str, day: date) -> dict[int, date]:
    """Person → the last day of a class stayed in to its end, or of hours of 集中培训."""
    classes = (
        select(ClassMember.person_id, func.max(TrainingClass.to_on))
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(ClassMember.to_at.is_(None), TrainingClass.to_on <= day)
        .group_by(ClassMember.person_id)
    )
    hours = (
        select(HourEntry.person_id, func.max(HourEntry.earned_on))
        .where(HourEntry.kind == HourKind.ORGANISED, HourEntry.earned_on <= day)
        .where(HourEntry.hundredths > 0, HourEntry.id.not_in(_reversed()))
        .group_by(HourEntry.person_id)
    )
    posted = (
        select(Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(under(path), holds(Posting, day))
    )
    found: dict[int, date] = {}
    for table, query in ((ClassMember, classes), (HourEntry, hours)):
        mine = query.where(table.person_id.in_(posted))
        for person_id, last in db.session.execute(mine, execution_options={"counted": table}):
            found[person_id] = max(last, found.get(person_id, last))
    return found


def _reversed():
    return select(HourEntry.reverses_id).where(HourEntry.reverses_id.is_not(None))


@dataclass(frozen=True)
class Part:
    """A unit right below the one asked about, and how many of its people it concerns."""

    org: OrgUnit
    count: int


def parts(org: OrgUnit, found: Sequence[Long]) -> list[Part]:
    """By unit right below; those who hang on the unit itself are not among them."""
    depth = org.path.count("/")
    count = Counter("/".join(one.path.split("/")[: depth + 1]) + "/" for one in found)
    return [Part(one, count[one.path]) for one in children(org) if count[one.path]]


def by_audience(found: Sequence[Long]) -> dict[Audience, int]:
    counted: dict[Audience, int] = defaultdict(int)
    for one in found:
        counted[one.audience] += 1
    return dict(counted)


def unit_lines(found: Sequence[Long]) -> dict[int, str]:
    """Unit → its name after those of its superiors."""
    query = select(OrgUnit).where(OrgUnit.id.in_({one.org_id for one in found}))
    return lines(db.session.scalars(query).all())
