"""How a 调训 stands: names with their last step, counts by unit. The scope is on every query."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.callups.models import CallUp, Nomination, NominationStep, Quota
from lms.callups.queries import Name, names
from lms.callups.rules import ASKING, TAKING, Step
from lms.classes.models import ClassMember, TrainingClass
from lms.db import db, find
from lms.orgs.models import OrgUnit
from lms.orgs.queries import children, subtrees, under
from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting
from lms.people.queries import holds, still_one
from lms.people.rules import Post

OF_NAMES = {"counted": Nomination}
SHOWN = 30  # persons that a search gives


def call_up(call_up_id: int) -> CallUp:
    return find(CallUp, call_up_id)


def quota(quota_id: int) -> Quota:
    return find(Quota, quota_id)


def nomination(nomination_id: int) -> Nomination:
    return find(Nomination, nomination_id)


def call_ups(words: str = "") -> Sequence[CallUp]:
    """Those in sight with these words in the title, the latest first."""
    query = select(CallUp).options(
        joinedload(CallUp.org), joinedload(CallUp.training_class), joinedload(CallUp.quotas)
    )
    if words.strip():
        query = query.where(CallUp.title.contains(words.strip(), autoescape=True))
    return db.session.scalars(query.order_by(CallUp.id.desc())).unique().all()


def classes_to_fill(paths: Collection[str], day: date) -> Sequence[TrainingClass]:
    """The classes of these units that have not ended."""
    query = select(TrainingClass).where(
        TrainingClass.org_id.in_(subtrees(paths)),
        TrainingClass.closed_at.is_(None),
        TrainingClass.to_on >= day,
    )
    return db.session.scalars(query.order_by(TrainingClass.from_on, TrainingClass.id)).all()


def receivers(found: CallUp) -> list[OrgUnit]:
    """The units that may be given places: right below the organiser, territory first."""
    below = children(found.org)
    counties = {UnitKind.COUNTY, UnitKind.TOWNSHIP, UnitKind.STREET}
    return sorted(below, key=lambda one: one.kind not in counties)


def last_steps(query):
    """Narrow a query of nominations to their last steps."""
    last = select(func.max(NominationStep.id)).group_by(NominationStep.nomination_id)
    joined = query.join(NominationStep, NominationStep.nomination_id == Nomination.id)
    return joined.where(NominationStep.id.in_(last))


def steps_of(quota_id: int) -> list[tuple[int, Step]]:
    """Nomination and state, in the order of the naming."""
    query = last_steps(select(Nomination.id, NominationStep.step))
    query = query.where(Nomination.quota_id == quota_id).order_by(Nomination.id)
    return [(row[0], row[1]) for row in db.session.execute(query, execution_options=OF_NAMES)]


def state_of(nomination_id: int) -> Step:
    query = select(NominationStep.step).where(NominationStep.nomination_id == nomination_id)
    return db.session.scalars(query.order_by(NominationStep.id.desc()).limit(1)).one()


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Count:
    """One line of a 调训: places, and how the names for them stand."""

    places: int = 0
    by_step: dict[Step, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def named(self) -> int:
        return sum(self.by_step.values()) - self.by_step[Step.WITHDRAWN]

    @property
    def asking(self) -> int:
        return sum(self.by_step[step] for step in ASKING)

    @property
    def open(self) -> int:
        return max(0, self.places - sum(self.by_step[step] for step in TAKING))

    def add(self, other: "Count") -> None:
        self.places += other.places
        for step, many in other.by_step.items():
            self.by_step[step] += many


@dataclass(frozen=True)
class Line:
    org: OrgUnit
    count: Count


def by_quota(call_up_ids: Collection[int]) -> dict[int, Count]:
    """Quota → its count."""
    quotas = select(Quota.id, Quota.places).where(Quota.call_up_id.in_(call_up_ids))
    found = {row.id: Count(row.places) for row in db.session.execute(quotas)}
    query = last_steps(select(Nomination.quota_id, NominationStep.step, func.count()))
    query = query.where(Nomination.call_up_id.in_(call_up_ids))
    grouped = query.group_by(Nomination.quota_id, NominationStep.step)
    for quota_id, step, many in db.session.execute(grouped, execution_options=OF_NAMES):
        found[quota_id].by_step[step] += many
    return found


def lines(found: CallUp) -> tuple[list[Line], Count]:
    """A line for each unit that has places, and the whole."""
    counts, total = by_quota([found.id]), Count()
    units: dict[int, Line] = {}
    for one in sorted(found.quotas, key=lambda one: (one.org.place, one.org.path)):
        line = units.setdefault(one.org_id, Line(one.org, Count()))
        line.count.add(counts[one.id])
        total.add(counts[one.id])
    return list(units.values()), total


# ── names ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Named:
    """A name on a page: who, for which places, and every step."""

    nomination: Nomination
    person: Name
    step: Step
    queue: int | None  # which of those that wait


def named(call_up_id: int, org_id: int, day: date) -> list[Named]:
    """The names of a unit, those that are to be decided first, then in order."""
    query = (
        select(Nomination)
        .join(Quota, Quota.id == Nomination.quota_id)
        .where(Nomination.call_up_id == call_up_id, Quota.org_id == org_id)
        .options(joinedload(Nomination.steps), joinedload(Nomination.quota))
        .order_by(Nomination.id)
    )
    rows = db.session.scalars(query, execution_options=OF_NAMES).unique().all()
    people = {one.id: one for one in names([(row.person_id, None, None) for row in rows], day)}
    order = list(Step)
    found: list[Named] = []
    waiting: dict[int, int] = defaultdict(int)
    for row in rows:
        step = row.steps[-1].step
        waiting[row.quota_id] += step is Step.WAITING
        queue = waiting[row.quota_id] if step is Step.WAITING else None
        if row.person_id in people:
            found.append(Named(row, people[row.person_id], step, queue))
    return sorted(found, key=lambda one: (one.step not in ASKING, order.index(one.step)))


def active(call_up_id: int, persons: Collection[int]) -> set[int]:
    """Who of these is named and neither returned nor withdrawn."""
    query = last_steps(select(Nomination.person_id))
    query = query.where(
        Nomination.call_up_id == call_up_id,
        Nomination.person_id.in_(persons),
        NominationStep.step.not_in([Step.RETURNED, Step.WITHDRAWN]),
    )
    return set(db.session.scalars(query, execution_options=OF_NAMES))


def to_decide(call_up_id: int, org_id: int | None) -> list[Nomination]:
    """Who waits to be approved; of one unit, or all."""
    query = last_steps(select(Nomination)).join(Quota, Quota.id == Nomination.quota_id)
    query = query.where(Nomination.call_up_id == call_up_id, NominationStep.step.in_(ASKING))
    if org_id is not None:
        query = query.where(Quota.org_id == org_id)
    return list(db.session.scalars(query.order_by(Nomination.id), execution_options=OF_NAMES))


def candidates(
    words: str, path: str, day: date, posts: Collection[Post | None] = (None,)
) -> list[Name]:
    """Persons posted under a path today, by a part of the name, of the pinyin, or a number.

    posts: for which there are places; who holds none of them cannot be named, and is not shown.
    """
    sought = words.strip()
    if not sought:
        return []
    unit = aliased(OrgUnit)
    posted = (
        select(Posting.person_id)
        .join(unit, unit.id == Posting.org_id)
        .where(under(path, unit.path), holds(Posting, day))
    )
    if None not in posts:
        posted = posted.where(Posting.post.in_([one for one in posts if one]))
    query = select(Person.id).where(
        still_one(),
        Person.id.in_(posted),
        or_(
            Person.name.contains(sought, autoescape=True),
            Person.pinyin.startswith(sought.lower(), autoescape=True),
            Person.initials == sought.lower(),
            Person.number == sought,
            Person.short_number == sought,
        ),
    )
    ids = db.session.scalars(query.order_by(Person.name, Person.id).limit(SHOWN)).all()
    return names([(one, None, None) for one in ids], day)


def posted_under(person_id: int, path: str, post: Post | None, day: date) -> bool:
    """Whether a person holds a post (none: any) under a path on a day."""
    query = (
        select(Posting.id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(Posting.person_id == person_id, under(path), holds(Posting, day))
    )
    if post is not None:
        query = query.where(Posting.post == post)
    return db.session.scalar(query.limit(1)) is not None


def place_in_class(class_id: int, person_id: int) -> ClassMember | None:
    query = select(ClassMember).where(
        ClassMember.class_id == class_id,
        ClassMember.person_id == person_id,
        ClassMember.to_at.is_(None),
    )
    return db.session.scalar(query, execution_options={"counted": ClassMember})
