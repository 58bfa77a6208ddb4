"""The board of a running assessment: how everybody stands, by unit, and the names behind it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true

from lms.clock import day_of, start_of
from lms.db import Utc, db, find
from lms.exams import late
from lms.exams.absent import deferred_now, over_for
from lms.exams.counting import OF_THE_CANDIDATES, PAGE
from lms.exams.kept import Kept
from lms.exams.keying import SETTLED
from lms.exams.models import Assessment, Attempt, Candidate, PaperEntry, Pulse
from lms.orgs.models import OrgUnit
from lms.orgs.queries import line, under
from lms.people.models import Person

QUIET = timedelta(minutes=2)  # silent for longer: the line, the phone, or the person is gone
EVERYBODY = {"counted": Assessment}  # sums alone; each looker is shown those of her units


class Stands(StrEnum):
    """How a candidate stands; each in one of these."""

    TO_COME = "to_come"  # has not entered, and still may
    EXCUSED = "excused"  # 缓考
    ABSENT = "absent"  # has not entered, and cannot any more
    ANSWERING = "answering"
    SILENT = "silent"
    SUBMITTED = "submitted"
    AWAITED = "awaited"  # ended by the house, and a phone, or a sheet of paper, holds answers
    LATE = "late"  # what arrived after the end waits for a decision


UNSENT = "unsent"  # of those answering or silent: whose page holds answers that it could not send
Counts = Counter[str]  # by Stands, and UNSENT


@dataclass(frozen=True)
class Picture:
    """How everybody stood at a moment: path of the unit → counts."""

    made_at: datetime
    counts: Mapping[str, Counts]
    summed: dict[Any, tuple[Counts, dict[int, Counts]]] = field(default_factory=dict, compare=False)

    def by_child(self, root: str, roots: tuple[str, ...]) -> tuple[Counts, dict[int, Counts]]:
        """`by_child` of what stands under the roots: added up once for all who look alike."""
        if (root, roots) not in self.summed:
            seen = {path: counts for path, counts in self.counts.items() if path.startswith(roots)}
            self.summed[root, roots] = by_child(seen, root)
        return self.summed[root, roots]


PICTURES: Kept[Picture] = Kept(timedelta(seconds=5))


def picture(assessment: Assessment, now: datetime) -> Picture:
    """One picture for all who look, made once in five seconds in this process."""
    return PICTURES.get(assessment.id, now, partial(_picture, assessment, now))


def _picture(assessment: Assessment, now: datetime) -> Picture:
    stands = _stands(assessment, now)
    unsent = and_(Attempt.submitted_at.is_(None), Pulse.unsent > 0)
    query = _of(
        assessment, OrgUnit.path, stands, func.count(), func.sum(case((unsent, 1), else_=0))
    )
    counts: dict[str, Counts] = defaultdict(Counter)
    rows = db.session.execute(query.group_by(OrgUnit.path, stands), execution_options=EVERYBODY)
    for path, state, many, holding in rows:
        counts[path][state] += many
        counts[path][UNSENT] += holding
    return Picture(now, dict(counts))


def _of(assessment: Assessment, *what: Any) -> Select:
    """The candidates of an assessment, each with the last attempt and its pulse."""
    last = and_(
        Attempt.assessment_id == Candidate.assessment_id,
        Attempt.person_id == Candidate.person_id,
        Attempt.number == Candidate.attempts_begun,
    )
    return (
        select(*what)
        .select_from(Candidate)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .outerjoin(Attempt, last)
        .outerjoin(Pulse, Pulse.attempt_id == Attempt.id)
        .where(Candidate.assessment_id == assessment.id)
    )


def _stands(assessment: Assessment, now: datetime) -> ColumnElement[str]:
    """How a candidate stands, as a word."""
    contact = func.coalesce(Pulse.contact_at, Attempt.started_at, type_=Utc)
    waiting = [one.attempt_id for one in late.waiting_in(assessment, counted=Assessment)]
    keyed = select(PaperEntry.id).where(
        PaperEntry.attempt_id == Attempt.id, PaperEntry.round == SETTLED
    )
    unheard = and_(
        Attempt.submitted_at >= Attempt.ends_at, contact < Attempt.ends_at, ~keyed.exists()
    )
    awaited = and_(_still_awaited(assessment, now), or_(Pulse.unsent > 0, unheard))
    gone = Attempt.id.is_(None)
    excused = Candidate.person_id.in_(deferred_now(assessment.id, now))
    return case(
        (and_(gone, excused), literal(Stands.EXCUSED.value)),
        (and_(gone, over_for(assessment, now)), literal(Stands.ABSENT.value)),
        (gone, literal(Stands.TO_COME.value)),
        (Attempt.id.in_(waiting), literal(Stands.LATE.value)),
        (and_(Attempt.submitted_at.is_not(None), awaited), literal(Stands.AWAITED.value)),
        (Attempt.submitted_at.is_not(None), literal(Stands.SUBMITTED.value)),
        (contact >= now - QUIET, literal(Stands.ANSWERING.value)),
        else_=literal(Stands.SILENT.value),
    )


def _still_awaited(assessment: Assessment, now: datetime) -> ColumnElement[bool]:
    """Whether what arrives now may still count: until the stated time, else that day."""
    that_day = Attempt.ends_at >= start_of(day_of(now))
    if assessment.late_until is None:
        return that_day
    if now <= assessment.late_until:
        return true()
    return and_(Attempt.ends_at >= assessment.late_until, that_day)  # who sits later than all


# ── for one who looks ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sums:
    """A picture under one unit: the unit's own people, and the sum below each unit right below."""

    unit: OrgUnit
    own: Counts
    below: dict[int, Counts]
    made_at: datetime

    @property
    def total(self) -> Counts:
        return sum(self.below.values(), self.own)


def sums(assessment: Assessment, unit_id: int | None, mine: Iterable[str], now: datetime) -> Sums:
    """unit_id: under which unit; none for the one that holds the assessment.

    mine: the paths of the units for which the looker answers; nothing else is summed.
    """
    unit, made = find(OrgUnit, unit_id or assessment.org_id), picture(assessment, now)
    return Sums(unit, *made.by_child(unit.path, tuple(mine)), made.made_at)


@dataclass(frozen=True)
class Board(Sums):
    """The same with the names of the units."""

    line: list[OrgUnit]
    rows: list[tuple[OrgUnit, Counts]]


def board(sums: Sums) -> Board:
    ordered = select(OrgUnit).where(OrgUnit.id.in_(sums.below))
    children = db.session.scalars(ordered.order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id))
    rows = [(child, sums.below[child.id]) for child in children]
    return Board(**vars(sums), line=line(sums.unit), rows=rows)


def by_child(rows: Mapping[str, Counts], root: str) -> tuple[Counts, dict[int, Counts]]:
    """What stands in the root itself, and the sum below each of its children."""
    own: Counts = Counter()
    below: dict[int, Counts] = defaultdict(Counter)
    for path, counts in rows.items():
        if path == root:
            own.update(counts)
        elif path.startswith(root):
            below[int(path[len(root) :].split("/")[0])].update(counts)
    return own, dict(below)


def everybody(counts: Counts) -> int:
    """How many candidates these are."""
    return sum(counts[state] for state in Stands)


@dataclass(frozen=True)
class Present:
    """A candidate as the board knows him: no mark, no number to call.

    stands: a word of Stands.
    """

    candidate_id: int
    person: str
    unit: str
    stands: str
    contact_at: datetime | None
    ends_at: datetime | None
    answered: int | None
    unsent: int | None
    leaves: int | None


@dataclass(frozen=True)
class Names:
    """A page of names. first and last count from 1."""

    unit: OrgUnit
    rows: list[Present]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def names(
    assessment: Assessment, unit_id: int | None, state: str, number: int, now: datetime
) -> Names:
    """A page of the candidates in sight who stand so. state: a word of Stands, or UNSENT."""
    unit, stands = find(OrgUnit, unit_id or assessment.org_id), _stands(assessment, now)
    contact = func.coalesce(Pulse.contact_at, Attempt.started_at, type_=Utc)
    query = _of(
        assessment,
        Candidate.id,
        Person.name,
        OrgUnit.name,
        stands,
        contact,
        Attempt.ends_at,
        Pulse.answered,
        Pulse.unsent,
        Pulse.leaves,
    )
    query = query.join(Person, Person.id == Candidate.person_id).where(under(unit.path))
    if state == UNSENT:
        query = query.where(Attempt.submitted_at.is_(None), Pulse.unsent > 0)
    elif state in set(Stands):
        query = query.where(stands == state)
    total = db.session.scalar(
        query.with_only_columns(func.count()), execution_options=OF_THE_CANDIDATES
    )
    ordered = query.order_by(OrgUnit.path, Person.pinyin, Person.id)
    rows = db.session.execute(
        ordered.offset((number - 1) * PAGE).limit(PAGE), execution_options=OF_THE_CANDIDATES
    )
    return Names(unit, [Present(*row) for row in rows], number, total or 0)
