"""基础工作: every fact is looked up where it was kept; nobody fills anything in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.callups.models import CallUp
from lms.classes.models import TrainingClass
from lms.clock import day_of, start_of
from lms.db import db
from lms.exams.models import Assessment
from lms.inspecting.figures import APPEAL_DAYS, Fact, Line, Topic, table
from lms.ledger.models import HourList
from lms.ledger.rules import ListState
from lms.marking.models import Appeal
from lms.notices.models import Correction
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.reports import queries as units
from lms.reports.models import FrozenSign, FrozenTable, MeasureVersion
from lms.reports.rules import Level
from lms.reports.services import fitting, root_of
from lms.reports.tables import REST, REST_NAMES, Tree
from lms.training.confirming import Stand, confirmed_by_unit
from lms.training.models import Cohort, Relief, ReliefStep


@dataclass(frozen=True)
class Basics:
    """The table of a unit, with the facts under it."""

    root: OrgUnit
    level: Level
    tree: Tree
    lines: dict[int, str]  # unit → key of its line
    facts: list[Fact]
    table: list[Line]

    def behind(self, topic: Topic, key: str) -> list[Fact]:
        """What made a number, the oldest first; key "": of the sum."""
        mine = [
            one
            for one in self.facts
            if one.topic is topic and (self.lines.get(one.org_id) == key or not key)
        ]
        return sorted(mine, key=lambda one: (one.since or date.min, one.what))

    def name(self, key: str) -> str:
        return next(line.name for line in self.table if line.key == key)


def basics(paths: Sequence[str], below: int | None, now: datetime, total: str) -> Basics:
    """By unit in administrative order, as far as the reader answers. below: under which unit."""
    root = root_of(paths, below)
    tree, level, day = units.tree(day_of(now)), fitting(root.kind), day_of(now)
    lines = {unit: str(line) for unit, line in tree.lines(level, root.id).items()}
    facts = list(_facts(root, now, day))
    named = [(str(one), tree.name(one)) for one in tree.inside(root.id) if lines[one] == str(one)]
    if any(lines.get(one.org_id) == str(REST) for one in facts):
        named.append((str(REST), REST_NAMES[level]))
    return Basics(root, level, tree, lines, facts, table(facts, lines, named, total))


def _facts(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    for looked in (_lists, _faults, _definitions, _frozen, _appeals, _approvals):
        yield from looked(root, now, day)


def _inside(root: OrgUnit) -> Any:
    return select(OrgUnit.id).where(under(root.path))


def _days(since: datetime, day: date) -> int:
    return (day - day_of(since)).days


# ── 底数 ────────────────────────────────────────────────────────────────────────────────────────


def _lists(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    """Of every cohort that goes on: how many lists stand confirmed, under each unit."""
    going = select(Cohort).where(Cohort.opens_on <= day, Cohort.closes_on >= day)
    for cohort in db.session.scalars(going.order_by(Cohort.closes_on, Cohort.id)):
        for row in confirmed_by_unit(cohort, root):
            if row.org.id == root.id:
                continue  # what stands below it is told unit by unit
            done, of = row.below.get(Stand.CONFIRMED, 0), sum(row.below.values())
            if not row.below:
                done, of = int(row.stand is Stand.CONFIRMED), 1
            what = (row.org.id, cohort.title, cohort.opens_on, done, of)
            yield Fact(Topic.LISTS, *what, kind="cohort", key=cohort.id)


def _faults(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    query = select(Correction).where(Correction.answered_at.is_(None))
    query = query.where(Correction.org_id.in_(_inside(root))).options(joinedload(Correction.person))
    for one in db.session.scalars(query, execution_options={"counted": Correction}):
        days, since = _days(one.said_at, day), day_of(one.said_at)
        yield Fact(Topic.FAULTS, one.org_id, one.person.name, since, days=days)


# ── 规范 ────────────────────────────────────────────────────────────────────────────────────────


def _definitions(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    """Of each unit the versions of its own that hold, the last of each number."""
    query = select(MeasureVersion).where(
        MeasureVersion.org_id.in_(_inside(root)), MeasureVersion.from_on <= day
    )
    order = query.order_by(MeasureVersion.from_on, MeasureVersion.version)
    last = {(one.org_id, one.code): one for one in db.session.scalars(order)}
    for one in last.values():
        yield Fact(Topic.DEFINITIONS, one.org_id, one.words, one.from_on)


# ── 效率 ────────────────────────────────────────────────────────────────────────────────────────


def _frozen(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    """The first version of each table: days since the call-up, or since the list was fixed."""
    query = (
        select(FrozenTable)
        .where(FrozenTable.version == 1, FrozenTable.org_id.in_(_inside(root)))
        .options(joinedload(FrozenTable.cohort))
        .order_by(FrozenTable.id)
    )
    rows = db.session.scalars(query).all()
    called = _called({row.cohort_id for row in rows})
    for row in rows:
        begun = called.get(row.cohort_id) or row.cohort.fixed_at
        frozen_on = day_of(row.frozen_at)
        days = max((frozen_on - day_of(begun)).days, 0) if begun else None
        what = (row.org_id, row.heading, frozen_on)
        yield Fact(Topic.FROZEN, *what, days=days, kind="frozen", key=row.id)


def _called(cohort_ids: Iterable[int]) -> dict[int, datetime]:
    """Cohort → when its first 调训 was sent."""
    query = (
        select(TrainingClass.cohort_id, func.min(CallUp.sent_at))
        .join(TrainingClass, TrainingClass.id == CallUp.class_id)
        .where(TrainingClass.cohort_id.in_(cohort_ids), CallUp.sent_at.is_not(None))
        .group_by(TrainingClass.cohort_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query) if row[0] and row[1]}


def _appeals(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    """By assessment, of this year: numbers alone, for who appeals is for the officers named."""
    limit = timedelta(days=APPEAL_DAYS)
    query = (
        select(Assessment.id, Assessment.org_id, Assessment.title)
        .add_columns(Appeal.filed_at, Appeal.decided_at)
        .join(Appeal, Appeal.assessment_id == Assessment.id)
        .where(Assessment.org_id.in_(_inside(root)))
        .where(Appeal.filed_at >= start_of(date(day.year, 1, 1)))
        .order_by(Assessment.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query, execution_options={"counted": Assessment}):
        if row.decided_at is None and now - row.filed_at < limit:
            continue  # its days are not over
        good = row.decided_at is not None and row.decided_at - row.filed_at <= limit
        held = found.setdefault(row.id, [row.org_id, row.title, day_of(row.filed_at), 0, 0])
        held[3], held[4] = held[3] + good, held[4] + 1
    for key, (org_id, title, since, done, of) in found.items():
        what = (org_id, title, since, done, of)
        yield Fact(Topic.APPEALS, *what, kind="assessment", key=key)


def _approvals(root: OrgUnit, now: datetime, day: date) -> Iterator[Fact]:
    decided = select(ReliefStep.id).where(ReliefStep.relief_id == Relief.id).exists()
    handed = HourList.state == ListState.HANDED_ON
    signed = select(FrozenSign.id).where(FrozenSign.frozen_table_id == FrozenTable.id).exists()
    waiting = (
        (Relief, Cohort.title, Relief.recorded_at, ~decided, "relief"),
        (HourList, HourList.title, HourList.handed_at, handed, "hours"),
        (FrozenTable, FrozenTable.heading, FrozenTable.frozen_at, ~signed, "frozen"),
    )
    for whole, what, since, waits, kind in waiting:
        query = select(whole.id, whole.org_id, what.label("what"), since.label("since"))
        if whole is Relief:
            query = query.join(Cohort, Cohort.id == Relief.cohort_id)
        query = query.where(waits, whole.org_id.in_(_inside(root)))
        for row in db.session.execute(query, execution_options={"counted": whole}):
            known = {"days": _days(row.since, day), "kind": kind, "key": row.id}
            yield Fact(Topic.APPROVALS, row.org_id, row.what, day_of(row.since), **known)
