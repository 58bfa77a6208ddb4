"""What a split stands on: who is called, who is never away with whom, who is away elsewhere."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from lms.callups.rules import Area, Days, apart
from lms.callups.splitting import Called
from lms.classes.models import ClassMember, ClassOutcome, TrainingClass
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL, UnitKind
from lms.people.models import Posting
from lms.people.queries import holds
from lms.people.rules import Post
from lms.training.completion import completion
from lms.training.models import Cohort, Enrolment, Relief, ReliefStep
from lms.training.rules import ReliefKind, ReliefState

OF_THE_LIST, OF_CLASSES = {"counted": Enrolment}, {"counted": ClassMember}
HEADS = (Post.VPS, Post.VCD, Post.VDS)
KINDS: dict[str, frozenset[UnitKind]] = {
    "county": frozenset({UnitKind.COUNTY}),
    "township": TOWNSHIP_LEVEL,
}


@dataclass(frozen=True)
class Busy:
    """Days of a person in a class."""

    class_id: int
    title: str
    days: Days


def people(cohort_id: int, path: str) -> list[Called]:
    """Who is on a list under a path and in none of its classes yet, with the days off of each."""
    in_class = (
        select(ClassMember.person_id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(TrainingClass.cohort_id == cohort_id, ClassMember.to_at.is_(None))
    )
    query = (
        select(Enrolment.id, Enrolment.person_id, OrgUnit.id, OrgUnit.path, OrgUnit.kind)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_(None), under(path))
        .where(Enrolment.person_id.not_in(in_class))
    )
    off = reliefs(cohort_id)
    found = []
    for enrolment_id, person_id, unit, line, kind in db.session.execute(
        query, execution_options=OF_THE_LIST
    ):
        above = tuple(int(step) for step in line.strip("/").split("/"))
        home = above[-2] if kind in VILLAGE_LEVEL and len(above) > 1 else unit
        days = tuple(days for _, days in off.get(enrolment_id, ()))
        found.append(Called(person_id, above, home, unit, days))
    return found


def reliefs(cohort_id: int) -> dict[int, list[tuple[ReliefKind, Days]]]:
    """Enrolment → the days of 免训 and 缓训 that were approved, both ends included."""
    query = (
        select(Relief.id, Relief.enrolment_id, Relief.kind, Relief.from_on, Relief.to_on)
        .add_columns(ReliefStep.state, ReliefStep.on)
        .join(ReliefStep, ReliefStep.relief_id == Relief.id)
        .where(Relief.cohort_id == cohort_id)
    )
    steps = defaultdict(list)
    for row in db.session.execute(query, execution_options={"counted": Relief}):
        steps[row.id].append(row)
    found = defaultdict(list)
    for rows in steps.values():
        one = rows[0]
        back = [row.on for row in rows if row.state is ReliefState.TAKEN_BACK]
        last = min([one.to_on, *back]) - timedelta(days=1)
        if any(row.state is ReliefState.APPROVED for row in rows) and last >= one.from_on:
            found[one.enrolment_id].append((one.kind, (one.from_on, last)))
    return found


def pairs(path: str, day: date) -> list[tuple[int, int]]:
    """Who of the villages under a path is never away with whom, as the roster stands on a day."""
    query = (
        select(Posting.org_id, Posting.person_id, Posting.post)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(under(path), Posting.post.in_(HEADS), holds(Posting, day))
    )
    rows = db.session.execute(query, execution_options={"counted": Posting})
    return apart((row[0], row[1], row[2]) for row in rows)


def others_of(person_id: int, day: date) -> list[int]:
    """Who of their villages must not be away with a person."""
    mine = select(Posting.org_id).where(
        Posting.person_id == person_id, Posting.post.in_(HEADS), holds(Posting, day)
    )
    query = select(Posting.org_id, Posting.person_id, Posting.post).where(
        Posting.org_id.in_(mine), Posting.post.in_(HEADS), holds(Posting, day)
    )
    found = apart((row[0], row[1], row[2]) for row in db.session.execute(query))
    return [other for pair in found if person_id in pair for other in pair if other != person_id]


def busy(path: str, since: date) -> dict[int, list[Busy]]:
    """Person → the classes that they are in and that end on a day or later."""
    query = _busy(since).join(OrgUnit, OrgUnit.id == ClassMember.org_id).where(under(path))
    return _by_person(query)


def busy_of(persons: Collection[int], since: date) -> dict[int, list[Busy]]:
    """The same of some persons."""
    return _by_person(_busy(since).where(ClassMember.person_id.in_(persons)))


def _busy(since: date):
    return (
        select(ClassMember.person_id, TrainingClass.id, TrainingClass.title)
        .add_columns(TrainingClass.from_on, TrainingClass.to_on)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(ClassMember.to_at.is_(None), TrainingClass.to_on >= since)
        .order_by(TrainingClass.from_on, TrainingClass.id)
    )


def _by_person(query) -> dict[int, list[Busy]]:
    found = defaultdict(list)
    for person_id, class_id, title, first, last in db.session.execute(
        query, execution_options=OF_CLASSES
    ):
        found[person_id].append(Busy(class_id, title, (first, last)))
    return dict(found)


# ── the parts of a list ─────────────────────────────────────────────────────────────────────────


def areas(org: OrgUnit, by: str) -> list[tuple[int, str]]:
    """The counties, or townships, at and under a unit; the unit itself where nothing is divided."""
    if by not in KINDS:
        return [(org.id, org.name)]
    query = select(OrgUnit.id, OrgUnit.name).where(
        under(org.path), OrgUnit.kind.in_(KINDS[by]), OrgUnit.closed_on.is_(None)
    )
    rows = db.session.execute(query.order_by(func.length(OrgUnit.path), OrgUnit.place, OrgUnit.id))
    return [(row[0], row[1]) for row in rows]


def counted(
    called: Iterable[Called], tied: Iterable[tuple[int, int]], parts: Sequence[tuple[int, str]]
) -> list[Area]:
    """How many are to be called in each part that has anybody, and how many pairs."""
    ids = {key for key, _ in parts}
    where = {one.id: next((step for step in one.line if step in ids), 0) for one in called}
    persons: dict[int, int] = defaultdict(int)
    couples: dict[int, int] = defaultdict(int)
    for area in where.values():
        persons[area] += 1
    for one, other in tied:
        if one in where and other in where:
            couples[where[one]] += 1
    return [Area(key, name, persons[key], couples[key]) for key, name in parts if persons[key]]


# ── 重复培训 ────────────────────────────────────────────────────────────────────────────────────


def repeated(
    programme_id: int, cohort_id: int | None, day: date, persons: Collection[int] | None = None
) -> dict[int, str]:
    """Person → where the same programme was completed in the same year already."""
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    found = _completed_classes(programme_id, first, last)
    cohorts = select(Cohort.id, Cohort.title).where(
        Cohort.programme_id == programme_id, Cohort.opens_on <= last, Cohort.closes_on >= first
    )
    for other_id, title in db.session.execute(cohorts).all():
        if other_id != cohort_id:
            rows = db.session.execute(
                completion(day, cohort_id=other_id), execution_options=OF_THE_LIST
            )
            found |= {row.person_id: title for row in rows if row.completed}
    return found if persons is None else {key: found[key] for key in persons if key in found}


def _completed_classes(programme_id: int, first: date, last: date) -> dict[int, str]:
    latest = select(func.max(ClassOutcome.id)).group_by(ClassOutcome.member_id)
    query = (
        select(ClassMember.person_id, TrainingClass.title)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .join(ClassOutcome, ClassOutcome.member_id == ClassMember.id)
        .where(TrainingClass.programme_id == programme_id, ClassOutcome.completed)
        .where(TrainingClass.to_on >= first, TrainingClass.to_on <= last)
        .where(ClassOutcome.id.in_(latest))
    )
    rows = db.session.execute(query, execution_options=OF_CLASSES)
    return {row[0]: row[1] for row in rows}
