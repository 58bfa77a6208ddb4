"""Which answers wait to be read, by whom, and how far it has come. The scope is on every query."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.bank.models import QuestionVersion
from lms.bank.rules import Line, Part, Question
from lms.db import db, find
from lms.exams.models import Assessment, Attempt, NamedOfficer
from lms.exams.questions import known_question
from lms.marking.models import Appeal, MarkingPlan, NamedMarker, Reading, RubricChange, Script
from lms.marking.rules import DECIDING, paid
from lms.orgs.models import OrgUnit
from lms.people.models import Person

OF_SCRIPTS = {"counted": Script}  # what hangs on an answer that one may read
OF_MARKERS = {"counted": NamedMarker}
Place = tuple[int, int, int]  # assessment, version, part


def place_of(seed: int, attempt_id: int, slot: int) -> int:
    """Where an answer stands in the order of reading: by chance, and always the same."""
    found = sha256(f"{seed}:{attempt_id}:{slot}".encode()).digest()
    return int.from_bytes(found[:4]) >> 1


# ── who may read what ───────────────────────────────────────────────────────────────────────────


def _for_me(me: int, now: datetime) -> ColumnElement[bool]:
    """The readings that this person may take: none of own answers, none of what was read before.

    A marker those of the questions named for; an officer named for the assessment, what decides.
    """
    other = aliased(Reading)
    read_before = (
        select(other.id)
        .where(other.script_id == Script.id, other.marker_id == me, other.id != Reading.id)
        .exists()
    )
    own = select(Attempt.id).where(Attempt.id == Script.attempt_id, Attempt.person_id == me)
    marker = select(NamedMarker.id).where(
        NamedMarker.assessment_id == Script.assessment_id,
        NamedMarker.person_id == me,
        NamedMarker.ended_at.is_(None),
        or_(NamedMarker.version_id.is_(None), NamedMarker.version_id == Script.version_id),
    )
    officer = select(NamedOfficer.id).where(
        NamedOfficer.assessment_id == Script.assessment_id, NamedOfficer.person_id == me
    )
    return and_(
        Reading.given_at.is_(None),
        or_(Reading.marker_id.is_(None), Reading.marker_id == me, Reading.held_until < now),
        ~read_before,
        ~own.exists(),
        or_(
            and_(~Reading.for_officers, marker.exists()),
            and_(Reading.round >= DECIDING, officer.exists()),
        ),
    )


def free(where: Place, me: int, now: datetime, most: int = 20) -> list[int]:
    """The next readings of a question for this person: the one begun first, then by place."""
    query = (
        select(Reading.id)
        .join(Script, Script.id == Reading.script_id)
        .where(_at(where), _for_me(me, now))
        .order_by(case((Reading.marker_id == me, 0), else_=1), Script.place, Reading.round)
        .limit(most)
    )
    return list(db.session.scalars(query, execution_options=OF_SCRIPTS))


def place(script: Script) -> Place:
    """Which question of which assessment an answer answers."""
    return script.assessment_id, script.version_id, script.part


def _at(where: Place) -> ColumnElement[bool]:
    assessment_id, version_id, part = where
    return and_(
        Script.assessment_id == assessment_id, Script.version_id == version_id, Script.part == part
    )


@dataclass(frozen=True)
class Duty:
    """A question of an assessment, with what waits there for a person and what they have read."""

    assessment_id: int
    title: str
    script_id: int
    waiting: int
    mine: int
    asks: Part


def duties(me: int, now: datetime) -> list[Duty]:
    """What this person reads, question by question; and what only waits to be decided."""
    waits = func.sum(case((_for_me(me, now), 1), else_=0))
    mine = func.sum(
        case((and_(Reading.marker_id == me, Reading.given_at.is_not(None)), 1), else_=0)
    )
    query = (
        select(
            Script.assessment_id,
            Assessment.title,
            Script.version_id,
            Script.part,
            func.min(Script.id),
            waits,
            mine,
        )
        .select_from(Script)
        .join(Reading, Reading.script_id == Script.id)
        .join(Assessment, Assessment.id == Script.assessment_id)
        .group_by(Script.assessment_id, Assessment.title, Script.version_id, Script.part)
        .having(or_(waits > 0, mine > 0))
        .order_by(Script.assessment_id.desc(), func.min(Script.slot))
    )
    rows = db.session.execute(query, execution_options=OF_SCRIPTS).all()
    asked = questions(row[2] for row in rows)
    return [
        Duty(assessment_id, title, script_id, n, read, asked[version_id].parts[part])
        for assessment_id, title, version_id, part, script_id, n, read in rows
    ]


def waiting_for_me(me: int, now: datetime) -> list[tuple[str, int, datetime]]:
    """By assessment: its title, how many answers this person may read now, since when."""
    query = (
        select(Assessment.title, func.count(Reading.id), func.min(Script.made_at))
        .select_from(Script)
        .join(Reading, Reading.script_id == Script.id)
        .join(Assessment, Assessment.id == Script.assessment_id)
        .where(_for_me(me, now))
        .group_by(Assessment.id, Assessment.title)
        .order_by(func.min(Script.made_at))
    )
    rows = db.session.execute(query, execution_options=OF_SCRIPTS)
    return [(title, many, since) for title, many, since in rows]


@dataclass(frozen=True)
class Run:
    """An assessment that a person is named for: answers without a mark, appeals without answer."""

    assessment_id: int
    title: str
    unread: int
    appeals: int


def runs(me: int, most: int = 30) -> list[Run]:
    """The assessments that this person is named for, the newest first."""
    unread = (
        select(func.count(Script.id))
        .where(Script.assessment_id == Assessment.id, Script.settled_at.is_(None))
        .scalar_subquery()
    )
    appeals = (
        select(func.count(Appeal.id))
        .where(Appeal.assessment_id == Assessment.id, Appeal.decided_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(Assessment.id, Assessment.title, unread, appeals)
        .join(NamedOfficer, NamedOfficer.assessment_id == Assessment.id)
        .where(NamedOfficer.person_id == me)
        .order_by(Assessment.opens_at.desc(), Assessment.id)
        .limit(most)
    )
    rows = db.session.execute(query, execution_options={"counted": NamedOfficer})
    return [
        Run(assessment_id, title, n or 0, open_ or 0) for assessment_id, title, n, open_ in rows
    ]


def questions(version_ids: Iterable[int]) -> dict[int, Question]:
    """What these versions ask; they hang on answers in sight."""
    query = select(QuestionVersion.id, QuestionVersion.text)
    rows = db.session.execute(
        query.where(QuestionVersion.id.in_(set(version_ids))), execution_options=OF_SCRIPTS
    )
    return {version_id: known_question(text) for version_id, text in rows}


def mine(where: Place, me: int, most: int = 20) -> list[Reading]:
    """What this person has read last of a question."""
    query = (
        select(Reading)
        .join(Script, Script.id == Reading.script_id)
        .where(_at(where), Reading.marker_id == me, Reading.given_at.is_not(None))
        .order_by(Reading.given_at.desc(), Reading.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


def reading(reading_id: int) -> tuple[Reading, Script]:
    """A reading with its answer. Raises NotFound."""
    found = find(Reading, reading_id)
    return found, find(Script, found.script_id)


# ── what a rubric pays ──────────────────────────────────────────────────────────────────────────


def rubric(script: Script) -> tuple[Line, ...]:
    """The lines by which an answer is read, with what each pays in this assessment."""
    query = select(RubricChange).where(
        RubricChange.assessment_id == script.assessment_id,
        RubricChange.version_id == script.version_id,
        RubricChange.part == script.part,
    )
    last = db.session.scalar(
        query.order_by(RubricChange.id.desc()).limit(1), execution_options=OF_SCRIPTS
    )
    asks = questions([script.version_id])[script.version_id].parts[script.part]
    return paid(asks.rubric, last.pays if last else ())


# ── for the officers named ──────────────────────────────────────────────────────────────────────


def plan(assessment_id: int) -> MarkingPlan | None:
    return db.session.scalar(select(MarkingPlan).where(MarkingPlan.assessment_id == assessment_id))


def markers(assessment_id: int) -> list[tuple[NamedMarker, str, str]]:
    """Who is named to read: the row, name, unit."""
    query = (
        select(NamedMarker, Person.name, OrgUnit.name)
        .join(Person, Person.id == NamedMarker.person_id)
        .join(OrgUnit, OrgUnit.id == Person.org_id)
        .where(NamedMarker.assessment_id == assessment_id, NamedMarker.ended_at.is_(None))
        .order_by(NamedMarker.id)
    )
    rows = db.session.execute(query, execution_options=OF_MARKERS)
    return [(row, name, unit) for row, name, unit in rows]


@dataclass(frozen=True)
class Written:
    """A written question of an assessment: answers, those with a mark, those in dispute.

    script_id: the first of them.
    """

    version_id: int
    script_id: int
    slot: int
    answers: int
    settled: int
    disputed: int
    asks: Part


def written(assessment_id: int) -> list[Written]:
    """How far the reading of each written question has come."""
    apart = select(Reading.script_id).where(
        Reading.script_id == Script.id, Reading.for_officers, Reading.given_at.is_(None)
    )
    query = (
        select(
            Script.version_id,
            Script.part,
            func.min(Script.id),
            func.min(Script.slot),
            func.count(),
            func.count(Script.settled_at),
            func.sum(case((apart.exists(), 1), else_=0)),
        )
        .where(Script.assessment_id == assessment_id)
        .group_by(Script.version_id, Script.part)
        .order_by(func.min(Script.slot))
    )
    rows = db.session.execute(query, execution_options=OF_SCRIPTS).all()
    asked = questions(row[0] for row in rows)
    return [
        Written(version_id, script_id, slot, n, done, apart, asked[version_id].parts[part])
        for version_id, part, script_id, slot, n, done, apart in rows
    ]


def progress(assessment_id: int) -> list[tuple[str, int, datetime | None]]:
    """How many answers each marker has read, and when last."""
    query = (
        select(Person.name, func.count(), func.max(Reading.given_at))
        .select_from(Reading)
        .join(Script, Script.id == Reading.script_id)
        .join(Person, Person.id == Reading.marker_id)
        .where(Script.assessment_id == assessment_id, Reading.given_at.is_not(None))
        .group_by(Person.id, Person.name)
        .order_by(Person.id)
    )
    rows = db.session.execute(query, execution_options=OF_SCRIPTS)
    return [(name, n, last) for name, n, last in rows]


def settled(where: Place, after: int, most: int) -> Sequence[int]:
    """Answers to a question that have a mark, in the order of their ids."""
    query = select(Script.id).where(_at(where), Script.settled_at.is_not(None), Script.id > after)
    return list(db.session.scalars(query.order_by(Script.id).limit(most)))


def given(script_ids: Collection[int]) -> list[Reading]:
    """The readings of these answers that are finished."""
    query = select(Reading).where(Reading.script_id.in_(script_ids), Reading.given_at.is_not(None))
    return list(db.session.scalars(query.order_by(Reading.id)))
