"""What there is to sit, how it stands, and what came of it. The scope is already on every query."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access import own
from lms.access.permissions import Permission, granting
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Pool
from lms.competencies.queries import named_abilities
from lms.db import db, find
from lms.errors import NotFound
from lms.exams.kept import Kept
from lms.exams.models import (
    Allowance,
    Assessment,
    Attempt,
    Candidate,
    NamedOfficer,
    Opening,
    Pulse,
    Result,
    SetPaper,
    Verdict,
)
from lms.exams.questions import Dealt, Slot, dealt, known_question
from lms.exams.rules import PATIENCE
from lms.orgs.models import OrgUnit
from lms.papers.models import Blueprint, Paper, PaperRelease, PaperSlot
from lms.people.models import Person, RoleHeld
from lms.people.queries import holds


def verdicts(*which: ColumnElement[bool]) -> Select:
    """person_id, assessment_id, passed (1 or 0): the best of what counts of every person."""
    return (
        select(
            Verdict.person_id,
            Verdict.assessment_id,
            func.max(case((Verdict.passed, 1), else_=0)).label("passed"),
        )
        .where(Verdict.counts, *which)
        .group_by(Verdict.person_id, Verdict.assessment_id)
    )


# Statements that everybody asks who sits are built once.
ME, ID = bindparam("me", type_=Integer), bindparam("attempt", type_=Integer)
SET = bindparam("assessment", type_=Integer)
OPENED = select(Opening).where(Opening.attempt_id == ID).order_by(Opening.turn.desc()).limit(1)
LEFT = select(Pulse.leaves).where(Pulse.attempt_id == ID)
EARNED = select(Result).where(Result.attempt_id == ID, Result.replaced_at.is_(None))
ON_A_SEEN_ROW = {"counted": Assessment}  # which has been found already
OF_ATTEMPT = {"counted": Attempt}  # what hangs on a seen attempt


# ── a person's own ──────────────────────────────────────────────────────────────────────────────


@cache
def _own() -> Select:
    """Built at first use: what is loaded beside wants every table of the house prepared."""
    mine = select(Attempt).where(Attempt.id == ID, Attempt.person_id == ME)
    return mine.options(joinedload(Attempt.assessment))


def own_attempt(attempt_id: int, person_id: int) -> Attempt:
    """A person's own attempt; anyone else's does not exist, whatever else one may see."""
    found = own.row(_own(), person_id, {"attempt": attempt_id, "me": person_id})
    if found is None:
        raise NotFound("没有找到这份答卷，或者它不是您的。")
    return found


def running(person_id: int, assessment_id: int) -> Attempt | None:
    """The open attempt of a person, if there is one."""
    return db.session.scalar(
        select(Attempt).where(
            Attempt.person_id == person_id,
            Attempt.assessment_id == assessment_id,
            Attempt.submitted_at.is_(None),
        )
    )


def results_of(person_id: int) -> dict[int, list[Result]]:
    """A person's own results by assessment, the newest first."""
    query = (
        select(Result)
        .where(Result.person_id == person_id, Result.replaced_at.is_(None))
        .order_by(Result.published_at.desc())
    )
    found: dict[int, list[Result]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.assessment_id, []).append(row)
    return found


def _of_paper(table: type[Attempt] | type[Assessment] | type[SetPaper]) -> Select:
    return (
        select(
            PaperSlot.number,
            PaperSlot.version_id,
            PaperSlot.part,
            PaperSlot.points,
            PaperSlot.credit,
            QuestionVersion.text,
        )
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .join(table, table.paper_id == PaperSlot.paper_id)
        .where(table.id == bindparam("row", type_=Integer))
        .order_by(PaperSlot.number)
    )


# As rows, and built once: each who begins and each who ends an attempt asks.
OF_PAPER = {table: _of_paper(table) for table in (Attempt, Assessment, SetPaper)}

OF_PAGE = select(
    Assessment.title,
    Assessment.posts.is_not(None).label("quiz"),
    Assessment.closes_at,
    Assessment.leaving,
    Assessment.leaves_most,
    Assessment.least_minutes,
    Assessment.publishing,
    Assessment.shuffled,
    Assessment.options_shuffled,
    Assessment.shown,
).where(Assessment.id == SET)
OPEN_IN_PAPERS = (
    select(func.sum(case((Question.pool == Pool.OPEN, 1), else_=0)))
    .select_from(PaperSlot)
    .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .where(
        or_(
            PaperSlot.paper_id.in_(select(Assessment.paper_id).where(Assessment.id == SET)),
            PaperSlot.paper_id.in_(select(SetPaper.paper_id).where(SetPaper.assessment_id == SET)),
        )
    )
    .group_by(PaperSlot.paper_id)
)
SETTLED: Kept[Any] = Kept(timedelta(seconds=5))
OPEN_ONES: Kept[tuple[int, int]] = Kept(timedelta(minutes=5))
EVER = datetime.min.replace(tzinfo=UTC)
ABILITIES: Kept[dict[str, Any]] = Kept(timedelta(seconds=5))
PAPERS: Kept[Sequence[Slot]] = Kept(timedelta.max, most=200)

# ── an attempt ──────────────────────────────────────────────────────────────────────────────────


def with_paper(row: Attempt | Assessment | SetPaper) -> Sequence[Slot]:
    """What the paper of a seen row asks, in the paper's order; it hangs on the row.

    Papers themselves are seen by those named on the bank alone. One that somebody sits never
    changes, so it is read once for all who do.
    """
    if isinstance(row, Assessment | SetPaper):
        return _with_paper(type(row), row.id)
    return PAPERS.get(row.paper_id, EVER, partial(_with_paper, Attempt, row.id))


def _with_paper(table: type[Any], row_id: int) -> Sequence[Slot]:
    found = db.session.execute(
        OF_PAPER[table], {"row": row_id}, execution_options={"counted": table}
    )
    return tuple(
        Slot(number, version_id, part, points, credit, known_question(text))
        for number, version_id, part, points, credit, text in found
    )


def slots_of(paper: Paper) -> list[Slot]:
    """What a seen paper asks, in its order."""
    return [
        Slot(
            number=one.number,
            version_id=one.version_id,
            part=one.part,
            points=one.points,
            credit=one.credit,
            question=known_question(one.version.text),
        )
        for one in paper.slots
    ]


def to_try(paper: Paper) -> Dealt:
    """A paper's questions in its own order."""
    return dealt(slots_of(paper), 0, shuffle=False, options=False)


def open_ones(assessment: Assessment, now: datetime) -> tuple[int, int]:
    """How many questions of each of its papers come from the open bank, at least and at most.

    All who sit are told.
    """
    return OPEN_ONES.get(assessment.id, now, partial(_open_ones, assessment.id))


def _open_ones(assessment_id: int) -> tuple[int, int]:
    rows = db.session.scalars(
        OPEN_IN_PAPERS, {"assessment": assessment_id}, execution_options=ON_A_SEEN_ROW
    )
    found = [int(one) for one in rows] or [0]
    return min(found), max(found)


def settled(assessment_id: int, now: datetime) -> "Assessment":
    """What the page of an attempt needs of an assessment that its reader sits, as columns.

    Thousands begin within minutes: one looks, and the others are told for some seconds.
    """
    return SETTLED.get(assessment_id, now, partial(_settled, assessment_id))


def _settled(assessment_id: int) -> Any:
    values = {"assessment": assessment_id}
    return db.session.execute(OF_PAGE, values, execution_options={"counted": Candidate}).one()


def sheet(attempt: Attempt, settled: Assessment | None = None) -> Dealt:
    """The questions of an attempt in the order in which it shows them."""
    settled = settled or attempt.assessment
    slots = with_paper(attempt)
    return dealt(slots, attempt.seed, settled.shuffled, settled.options_shuffled)


def abilities_shown(now: datetime) -> dict[str, Any]:
    """Each ability by its code, with its name: the same for all who look at a result."""
    return ABILITIES.get("all", now, named_abilities)


def last_opening(attempt_id: int) -> Opening | None:
    """On which device the attempt was opened last."""
    return db.session.scalar(OPENED, {"attempt": attempt_id})


def leaves(attempt_id: int) -> int:
    """How often the page of an attempt was left so far, on whatever device."""
    return db.session.scalar(LEFT, {"attempt": attempt_id}) or 0


def due(now: datetime, limit: int) -> list[int]:
    """Ids of attempts whose time is over and that nobody submitted, the longest over first."""
    query = (
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.ends_at < now - PATIENCE)
        .order_by(Attempt.ends_at)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def result_of(attempt_id: int) -> Result | None:
    """What an attempt earned: for the person, and for the officers named."""
    return db.session.scalar(EARNED, {"attempt": attempt_id})


# ── for those who run it ────────────────────────────────────────────────────────────────────────


def assessments() -> list[Assessment]:
    """The assessments in sight, the newest first."""
    query = select(Assessment).options(joinedload(Assessment.org))
    return list(db.session.scalars(query.order_by(Assessment.opens_at.desc(), Assessment.id)))


def assessment(assessment_id: int) -> Assessment:
    return find(Assessment, assessment_id)


def begun(assessment_id: int) -> bool:
    """Whether somebody has sat it, or sits it now."""
    query = select(Attempt.id).where(Attempt.assessment_id == assessment_id).limit(1)
    return db.session.scalar(query, execution_options=ON_A_SEEN_ROW) is not None


def project_of(paper_id: int) -> str | None:
    """The project of the blueprint that a released paper was made of."""
    query = select(Blueprint.project).join(Paper, Paper.blueprint_id == Blueprint.id)
    return db.session.scalar(
        query.where(Paper.id == paper_id), execution_options={"counted": PaperRelease}
    )


def listed(assessment_id: int, person_ids: Collection[int]) -> set[int]:
    """Who of these persons is a candidate already, under whatever unit."""
    query = select(Candidate.person_id).where(
        Candidate.assessment_id == assessment_id, Candidate.person_id.in_(person_ids)
    )
    # The scope would hide who was listed under another unit, and they would be added twice.
    return set(db.session.scalars(query, execution_options={"counted": Assessment}))


def attempts_of(assessment_id: int, person_id: int) -> list[tuple[Attempt, Result | None]]:
    """The attempts of a candidate with what each earned, for the officers named."""
    query = (
        select(Attempt, Result)
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None)))
        .where(Attempt.assessment_id == assessment_id, Attempt.person_id == person_id)
        .order_by(Attempt.number)
    )
    return [(attempt, result) for attempt, result in db.session.execute(query)]


def officers(assessment_id: int) -> list[tuple[NamedOfficer, str, str]]:
    """Who is named for an assessment: name and unit."""
    query = (
        select(NamedOfficer, Person.name, OrgUnit.name)
        .join(Person, Person.id == NamedOfficer.person_id)
        .join(OrgUnit, OrgUnit.id == Person.org_id)
        .where(NamedOfficer.assessment_id == assessment_id)
        .order_by(NamedOfficer.id)
    )
    rows = db.session.execute(query, execution_options={"counted": NamedOfficer})
    return [(row, name, unit) for row, name, unit in rows]


def named(assessment_id: int, person_id: int) -> NamedOfficer | None:
    """The row by which an officer is named for an assessment."""
    query = select(NamedOfficer).where(
        NamedOfficer.assessment_id == assessment_id, NamedOfficer.person_id == person_id
    )
    return db.session.scalar(query)


def nameable(
    day: date, permission: Permission = Permission.RUN_EXAMS
) -> list[tuple[int, str, str]]:
    """Those in sight who may do this, to run an assessment or mark it: person id, name, unit."""
    query = (
        select(Person.id, Person.name, OrgUnit.name)
        .select_from(RoleHeld)
        .join(Person, Person.id == RoleHeld.person_id)
        .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .where(RoleHeld.role.in_(granting(permission)), holds(RoleHeld, day))
        .order_by(OrgUnit.path, Person.pinyin, Person.id)
    )
    rows = db.session.execute(query, execution_options={"counted": RoleHeld})
    return list(dict.fromkeys((person_id, name, unit) for person_id, name, unit in rows))


# ── the papers they are set from ────────────────────────────────────────────────────────────────


def planned(paper_ids: Collection[int], now: datetime) -> dict[int, tuple[datetime, str]]:
    """Of these papers the next assessment that is not over: when it opens, its title.

    Whoever sees a paper is told, also of assessments of units out of sight: a question in it may
    have to be mended before that day. One in which somebody sits later than all others is not over.
    """
    own = select(Allowance.assessment_id).where(
        Allowance.closes_at > now, Allowance.ended_at.is_(None)
    )
    open_ = or_(Assessment.closes_at > now, Assessment.id.in_(own))
    first = select(Assessment.paper_id, Assessment.opens_at, Assessment.title)
    beside = select(SetPaper.paper_id, Assessment.opens_at, Assessment.title).join(
        Assessment, Assessment.id == SetPaper.assessment_id
    )
    rows = [
        row
        for query, paper_id in ((first, Assessment.paper_id), (beside, SetPaper.paper_id))
        for row in db.session.execute(
            query.where(paper_id.in_(paper_ids), open_), execution_options={"counted": Paper}
        )
    ]
    later_first = sorted(rows, key=lambda row: row.opens_at, reverse=True)
    return {paper_id: (opens_at, title) for paper_id, opens_at, title in later_first}
