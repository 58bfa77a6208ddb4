"""What is known of one person's training. The scope is already on every query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, func, select

from lms.classes.models import ClassMember, ClassOutcome, TrainingClass
from lms.clock import day_of
from lms.competencies.models import Competency, Framework
from lms.courses.models import Course, Lesson
from lms.db import db
from lms.exams.models import Assessment, Attempt, Result, Verdict
from lms.ledger.models import HourEntry
from lms.ledger.rules import in_hours
from lms.orgs.models import OrgUnit
from lms.people.models import Posting
from lms.records.models import RecordCopy
from lms.records.rules import Entry, Held, Missing, hundredths_said, is_late
from lms.training.completion import completion
from lms.training.models import Cohort, Enrolment, Programme

SHOWN = 6  # assessments side by side

# Statements about one person are built once: to build them took longer than to ask them.
WHO = bindparam("person", type_=Integer)
TITLE = func.coalesce(HourEntry.activity, Course.title, Cohort.title)
# Columns, not objects: a record has a hundred entries, and none of them is changed here.
ENTRIES = (
    select(
        HourEntry.id,
        HourEntry.earned_on,
        HourEntry.began_on,
        HourEntry.kind,
        HourEntry.hundredths,
        HourEntry.planned,
        HourEntry.post,
        HourEntry.rule,
        HourEntry.evidence,
        HourEntry.recorded_at,
        HourEntry.recorded_by,
        HourEntry.confirmed_by,
        HourEntry.reverses_id,
        HourEntry.why,
        OrgUnit.name.label("unit"),
        TITLE.label("title"),
        Programme.title.label("programme"),
    )
    .join(OrgUnit, OrgUnit.id == HourEntry.org_id)
    .outerjoin(Lesson, Lesson.id == HourEntry.lesson_id)
    .outerjoin(Course, Course.id == Lesson.course_id)
    .outerjoin(Cohort, Cohort.id == HourEntry.cohort_id)
    .outerjoin(
        Programme, Programme.id == func.coalesce(HourEntry.programme_id, Cohort.programme_id)
    )
    .where(HourEntry.person_id == WHO)
    .order_by(HourEntry.earned_on.desc(), HourEntry.id.desc())
)
HELD = (
    select(Posting, OrgUnit.name)
    .join(OrgUnit, OrgUnit.id == Posting.org_id)
    .where(Posting.person_id == WHO)
    .order_by(Posting.from_on.desc(), Posting.id.desc())
)
COHORTS = (
    select(Programme.title, Cohort.title, Cohort.opens_on, Cohort.closes_on, Cohort.id)
    .select_from(Enrolment)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Programme, Programme.id == Cohort.programme_id)
    .where(Enrolment.person_id == WHO)
    .order_by(Cohort.opens_on.desc(), Cohort.id.desc())
    .distinct()
)
LAST = select(func.max(ClassOutcome.id)).group_by(ClassOutcome.member_id)
CLASSES = (
    select(
        Programme.title,
        TrainingClass.title,
        TrainingClass.from_on,
        TrainingClass.to_on,
        ClassOutcome.completed,
    )
    .select_from(ClassMember)
    .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
    .join(Programme, Programme.id == TrainingClass.programme_id)
    .outerjoin(
        ClassOutcome,
        (ClassOutcome.member_id == ClassMember.id) & ClassOutcome.id.in_(LAST),
    )
    .where(ClassMember.person_id == WHO, ClassMember.to_at.is_(None))
    .order_by(TrainingClass.from_on.desc(), ClassMember.id.desc())
)
ASSESSED = (
    select(Assessment.title, Verdict.sat_at, Verdict.passed)
    .join(Assessment, Assessment.id == Verdict.assessment_id)
    .where(Verdict.person_id == WHO, Verdict.counts)
    .order_by(Verdict.sat_at.desc(), Verdict.id.desc())
)


def _of(statement: Select, person_id: int, counted: type[Any]) -> Sequence[Row]:
    options = {"counted": counted}
    return db.session.execute(statement, {"person": person_id}, execution_options=options).all()


def entries(person_id: int, closes: Decimal) -> list[Entry]:
    """Every row of the ledger about a person, the latest first. closes: days after a year."""
    rows = _of(ENTRIES, person_id, HourEntry)
    back = {row.reverses_id for row in rows}
    return [_entry(row, closes, row.id in back) for row in rows]


def _entry(row: Any, closes: Decimal, taken_back: bool) -> Entry:
    recorded_on = day_of(row.recorded_at)
    return Entry(
        id=row.id,
        earned_on=row.earned_on,
        began_on=row.began_on,
        kind=row.kind,
        hours=in_hours(row.hundredths),
        planned=hundredths_said(row.planned),
        unit=row.unit,
        post=row.post,
        activity=row.title or "",
        programme=row.programme,
        rule=row.rule,
        evidence=row.evidence,
        recorded_on=recorded_on,
        recorded_by=row.recorded_by,
        confirmed_by=row.confirmed_by,
        reverses=row.reverses_id is not None,
        why=row.why,
        late=is_late(row.earned_on, recorded_on, closes),
        taken_back=taken_back,
    )


def held(person_id: int) -> list[Held]:
    """The posts that a person has held in sight of this request, the latest first."""
    return [
        Held(row.post, row.rank, row.title, unit, row.from_on, row.to_on)
        for row, unit in db.session.execute(HELD, {"person": person_id})
    ]


def missing(person_id: int, today: date) -> list[Missing]:
    """The lists of this year on which the person is 应训 and has not completed, and what lacks."""
    rows = _of(_missing(today), person_id, Enrolment)
    return [
        Missing(programme, title, closes, max(asked - in_hours(earned), Decimal(0)), *numbers)
        for programme, title, closes, asked, earned, *numbers in rows
    ]


@lru_cache(8)
def _missing(today: date) -> Select:
    row = completion(today, person_id=WHO).subquery()
    return (
        select(Programme.title, Cohort.title, Cohort.closes_on, row.c.required_hours)
        .add_columns(row.c.hundredths, row.c.assessed, row.c.sat, row.c.passed)
        .select_from(row)
        .join(Cohort, Cohort.id == row.c.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(row.c.completed == 0, Cohort.closes_on >= date(today.year, 1, 1))
        .order_by(Cohort.closes_on, Cohort.id)
    )


@dataclass(frozen=True)
class Attended:
    """A cohort or a class of a person. outcome: completed or not; none: not decided."""

    programme: str
    title: str
    from_on: date
    to_on: date
    outcome: bool | None = None


def cohorts(person_id: int) -> list[Attended]:
    """The cohorts on whose list the person has stood."""
    return [Attended(*row[:4]) for row in _of(COHORTS, person_id, Enrolment)]


def classes(person_id: int) -> list[Attended]:
    """The classes in which the person has been, and how each ended."""
    return [Attended(*row) for row in _of(CLASSES, person_id, ClassMember)]


def assessed(person_id: int) -> Sequence[Row]:
    """title, sat_at, passed of each assessment whose verdict counts, the latest first."""
    return _of(ASSESSED, person_id, Verdict)


@dataclass(frozen=True)
class OverTime:
    """Right of asked by ability, from one assessment to the next. rows: name, then a pair each."""

    sat: Sequence[tuple[str, datetime]]
    rows: Sequence[tuple[str, Sequence[tuple[int, int] | None]]]


def abilities(person_id: int) -> OverTime:
    """The last assessments side by side. For the person and the city's training officer alone."""
    query = (
        select(Assessment.title, Attempt.submitted_at, Result.abilities)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .where(
            Result.person_id == person_id,
            Result.replaced_at.is_(None),
            Assessment.posts.is_(None),
            Attempt.submitted_at.is_not(None),
        )
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
        .limit(SHOWN)
    )
    found = db.session.execute(query, execution_options={"counted": Result}).all()[::-1]
    codes = {code: None for row in found for code in row.abilities}
    names = _names()
    rows = [
        (names.get(code, code), [_pair(row.abilities.get(code)) for row in found]) for code in codes
    ]
    return OverTime([(row.title, row.submitted_at) for row in found], rows)


def _pair(numbers: Sequence[int] | None) -> tuple[int, int] | None:
    return (numbers[0], numbers[1]) if numbers else None


def _names() -> dict[str, str]:
    """Code → name of an ability, as the newest framework has it."""
    query = (
        select(Competency.code, Competency.name)
        .join(Framework, Framework.id == Competency.framework_id)
        .order_by(Framework.issued_on)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def copy_with(code: str) -> RecordCopy | None:
    """The copy that bears a code, whoever asks. Asked inside `seeing_everything`."""
    return db.session.scalar(select(RecordCopy).where(RecordCopy.code == code))


def copy(copy_id: int, person_id: int) -> Any:
    """A copy of this person's record. None where there is none in sight."""
    query = select(RecordCopy).where(RecordCopy.id == copy_id, RecordCopy.person_id == person_id)
    return db.session.scalar(query)
