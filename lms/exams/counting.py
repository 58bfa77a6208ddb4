"""How far the candidates of an assessment are, by unit, and the names behind the numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, not_, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.db import db, find
from lms.errors import NotFound
from lms.exams.absent import deferred_now, over_for
from lms.exams.models import Assessment, Candidate, Verdict
from lms.exams.queries import verdicts
from lms.exams.rules import Progress
from lms.orgs.models import OrgUnit
from lms.orgs.queries import line, under
from lms.people.models import Person

# The scope lies on who is counted, not on what became of them.
OF_THE_CANDIDATES = {"counted": Candidate}
PAGE = 50


class Come(StrEnum):
    """How far a candidate has come."""

    NOT_STARTED = "not_started"
    DEFERRED = "deferred"  # 缓考: shall sit later
    ABSENT = "absent"  # cannot begin any more
    STARTED = "started"
    SUBMITTED = "submitted"
    PASSED = "passed"
    FAILED = "failed"


def totals(assessment_ids: Collection[int], counted: type[Any] = Candidate) -> dict[int, Progress]:
    """How far the candidates are with each assessment, those in sight. One statement.

    counted: Assessment, everybody: for who made them.
    """
    query = _counted(list(assessment_ids), Candidate.assessment_id)
    rows = db.session.execute(query, execution_options={"counted": counted})
    found = {row[0]: Progress(*row[1:]) for row in rows}
    return {one: found.get(one, Progress()) for one in assessment_ids}


@dataclass(frozen=True)
class Board:
    """One assessment under one unit: the units right below, the unit's own people, the sum."""

    unit: OrgUnit
    line: list[OrgUnit]
    rows: list[tuple[OrgUnit, Progress]]
    own: Progress
    total: Progress


def board(
    assessment: Assessment, unit_id: int | None = None, counted: type[Any] = Candidate
) -> Board:
    """unit_id: under which unit; none for the one that holds the assessment.

    counted: Candidate, those in sight; Assessment, everybody, for who made it: sums alone.
    """
    unit = find(OrgUnit, unit_id or assessment.org_id)
    query = _counted([assessment.id], OrgUnit.path).join(OrgUnit, OrgUnit.id == Candidate.org_id)
    rows = db.session.execute(query.where(under(unit.path)), execution_options={"counted": counted})
    own, below = by_child({row[0]: Progress(*row[1:]) for row in rows}, unit.path)
    children = select(OrgUnit).where(OrgUnit.id.in_(below))
    ordered = db.session.scalars(children.order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id))
    return Board(
        unit=unit,
        line=line(unit),
        rows=[(child, below[child.id]) for child in ordered],
        own=own,
        total=sum(below.values(), own),
    )


def by_child(rows: Mapping[str, Progress], root: str) -> tuple[Progress, dict[int, Progress]]:
    """Of paths → progress: what lies in the root itself, and the sum below each of its children."""
    own, below = Progress(), dict[int, Progress]()
    for path, progress in rows.items():
        if path == root:
            own += progress
        elif path.startswith(root):
            child = int(path[len(root) :].split("/")[0])
            below[child] = below.get(child, Progress()) + progress
    return own, below


def _counted(assessment_ids: list[int], by: InstrumentedAttribute[Any]) -> Select:
    """by, candidates, started, submitted, passed."""
    best = verdicts(Verdict.assessment_id.in_(assessment_ids)).subquery()
    return (
        select(
            by,
            func.count(),
            func.sum(case((Candidate.attempts_begun > 0, 1), else_=0)),
            func.count(best.c.passed),
            func.coalesce(func.sum(best.c.passed), 0),
        )
        .select_from(Candidate)
        .outerjoin(best, _verdict_of_candidate(best))
        .where(Candidate.assessment_id.in_(assessment_ids))
        .group_by(by)
    )


def _verdict_of_candidate(best: Subquery) -> ColumnElement[bool]:
    return and_(
        best.c.assessment_id == Candidate.assessment_id, best.c.person_id == Candidate.person_id
    )


@dataclass(frozen=True)
class Listed:
    """A candidate with what may be known to all above: no mark."""

    candidate_id: int
    person: str
    unit: str
    begun: int
    passed: int | None
    deferred: bool
    over: bool

    @property
    def come(self) -> Come:
        if self.passed is not None:
            return Come.PASSED if self.passed else Come.FAILED
        if self.begun:
            return Come.STARTED
        if self.deferred:
            return Come.DEFERRED
        return Come.ABSENT if self.over else Come.NOT_STARTED


@dataclass(frozen=True)
class Page:
    """A page of names. first and last count from 1."""

    unit: OrgUnit
    rows: list[Listed]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def names(
    assessment: Assessment, unit_id: int | None, come: Come | None, number: int, now: datetime
) -> Page:
    """A page of candidates under a unit, with their verdicts."""
    unit = find(OrgUnit, unit_id or assessment.org_id)
    best = verdicts(Verdict.assessment_id == assessment.id).subquery()
    deferred = Candidate.person_id.in_(deferred_now(assessment.id, now))
    over = over_for(assessment, now)
    facts = (Candidate.attempts_begun, best.c.passed, deferred, over)
    query = (
        select(Candidate.id, Person.name, OrgUnit.name, *facts)
        .select_from(Candidate)
        .join(Person, Person.id == Candidate.person_id)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .outerjoin(best, _verdict_of_candidate(best))
        .where(Candidate.assessment_id == assessment.id, under(unit.path))
    )
    if come is not None:
        query = query.where(_has_come(come, best, deferred, over))
    total = db.session.scalar(
        query.with_only_columns(func.count()), execution_options=OF_THE_CANDIDATES
    )
    ordered = query.order_by(OrgUnit.path, Person.pinyin, Person.id)
    rows = db.session.execute(
        ordered.offset((number - 1) * PAGE).limit(PAGE), execution_options=OF_THE_CANDIDATES
    )
    return Page(unit, [Listed(*row) for row in rows], number, total or 0)


def _has_come(
    come: Come, best: Subquery, deferred: ColumnElement[bool], over: ColumnElement[bool]
) -> ColumnElement[bool]:
    never = and_(Candidate.attempts_begun == 0, best.c.passed.is_(None))
    return {
        Come.NOT_STARTED: and_(never, not_(deferred), not_(over)),
        Come.DEFERRED: and_(never, deferred),
        Come.ABSENT: and_(never, not_(deferred), over),
        Come.STARTED: Candidate.attempts_begun > 0,
        Come.SUBMITTED: best.c.passed.is_not(None),
        Come.PASSED: best.c.passed == 1,
        Come.FAILED: best.c.passed == 0,
    }[come]


def candidate(assessment_id: int, candidate_id: int) -> tuple[int, str, str]:
    """A candidate's person id, name and unit. Raises NotFound."""
    query = (
        select(Candidate.person_id, Person.name, OrgUnit.name)
        .join(Person, Person.id == Candidate.person_id)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .where(Candidate.id == candidate_id, Candidate.assessment_id == assessment_id)
    )
    row = db.session.execute(query, execution_options=OF_THE_CANDIDATES).one_or_none()
    if row is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return row[0], row[1], row[2]
