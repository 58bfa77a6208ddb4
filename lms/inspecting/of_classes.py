"""The tables of the bundle of a class, every person masked. It was found in scope before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from lms.certificates.models import Certificate, CertificateEnd
from lms.certificates.queries import replaced
from lms.certificates.rules import STATE_NAMES, state
from lms.classes import angles, evaluating
from lms.classes.absence import LACK_NAMES
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassLeave,
    ClassMember,
    ClassOutcome,
    ClassSession,
    LeaveDecision,
    TrainingClass,
)
from lms.classes.rules import ANGLE_NAMES, CAME_NAMES, EVIDENCE_NAMES, LEFT_NAMES, MARK_NAMES, Mark
from lms.clock import day_of
from lms.inspecting import gathering as of
from lms.inspecting import vocabulary as words
from lms.inspecting.gathering import Part, Row, at, part, said
from lms.inspecting.masking import Masks
from lms.inspecting.vocabulary import Word
from lms.ledger.models import HourEntry
from lms.people.rules import masked_name
from lms.reports.measures import percent
from lms.reports.models import FrozenTable
from lms.training.models import Teacher

LACKS = {one.value: name for one, name in LACK_NAMES.items()}
CAME = (Mark.PRESENT, Mark.LATE, Mark.EARLY)


@dataclass(frozen=True)
class Gathered:
    """A class, its persons, and what the log holds of it."""

    found: TrainingClass
    masked: Masks
    log: Sequence[Any]
    now: datetime

    def rows(self, query: Select) -> Sequence[Any]:
        return of.asked(TrainingClass, query)

    def by(self, person_id: int | None) -> tuple[str, str]:
        return self.masked.who(person_id)

    def its(self, table: Any, *columns: Any) -> Sequence[Any]:
        """Rows of a table of this class, the oldest first."""
        its = select(*(columns or (table,))).where(table.class_id == self.found.id)
        return self.rows(its.order_by(table.id))

    def of_members(self, table: Any) -> Sequence[Any]:
        """Rows about its members, each with the person."""
        query = select(table, ClassMember.person_id).join(
            ClassMember, ClassMember.id == table.member_id
        )
        return self.rows(query.where(ClassMember.class_id == self.found.id).order_by(table.id))


def gathered(found: TrainingClass, now: datetime) -> Gathered:
    """Everybody who is in the bundle, and the log."""
    bare = Gathered(found, Masks({}), (), now)
    sessions = [row[0] for row in bare.its(ClassSession, ClassSession.id)]
    members = [row[0] for row in bare.its(ClassMember, ClassMember.id)]
    whom = [f"training_class {found.id}", *(f"class_session {one}" for one in sessions)]
    log = of.logged(TrainingClass, [*whom, *(f"class_member {one}" for one in members)])
    ids = {row[0] for row in bare.its(ClassMember, ClassMember.person_id)} | {found.person_id}
    ids |= {one.person_id for one in log} | of.who_reported(TrainingClass, found.id)
    decided = ((ClassLeave, "decided_by"), (ClassOutcome, "decided_by"))
    ids |= {getattr(row, name) for table, name in decided for row, _one in bare.of_members(table)}
    ids |= {row.confirmed_by for row in _lists(bare).values()}
    ids |= {word.said_by for word in angles.words(found.id).values()}
    taught = select(Teacher.person_id).join(ClassSession, ClassSession.teacher_id == Teacher.id)
    ids |= {row[0] for row in bare.rows(taught.where(ClassSession.class_id == found.id))}
    teachers = [teacher.name for teacher in angles.taught(found)]
    return Gathered(found, of.masks(ids, teachers), log, now)


def parts(one: Gathered) -> list[Part]:
    """All tables in the order of the index."""
    day = day_of(one.now)
    return [
        _facts(one.found),
        *(make(one) for make in (_lessons, _members, _counts)),
        Part(words.ATTENDANCE, _attendance(one)),
        *(make(one) for make in (_leaves, _long_leaves, _outcomes, _hours, _evaluation)),
        *(make(one) for make in (_certificates, _frozen)),
        of.incidents(TrainingClass, one.found.id, one.masked),
        *of.acts(one.log, one.masked),
        of.hour_rules(day),
        of.definitions(day, one.found.org.path),
    ]


def _facts(found: TrainingClass) -> Part:
    plain = (found.title, found.org.name, found.programme.title, found.from_on, found.to_on)
    asks = (found.by_hours, found.by_attendance, found.by_assessment)
    more = (found.place, found.capacity, found.required_hours, *map(said, asks))
    values = (*plain, *more, at(found.opened_at), at(found.closed_at))
    return of.facts(words.CLASS, zip(words.OF_CLASS, values, strict=True))


def _lists(one: Gathered) -> dict[int, AttendanceList]:
    """Session → its last confirmation."""
    query = select(AttendanceList).join(ClassSession, ClassSession.id == AttendanceList.session_id)
    rows = one.rows(query.where(ClassSession.class_id == one.found.id).order_by(AttendanceList.id))
    return {row.session_id: row for (row,) in rows}


def _lessons(one: Gathered) -> Part:
    lists = _lists(one)
    rows = []
    for lesson in one.found.sessions:
        seal = lists.get(lesson.id)
        begins, ends = at(lesson.starts_at), at(lesson.ends_at)
        held = (
            begins[:10],
            begins[11:16],
            ends[11:16],
            lesson.hours,
            one.masked.text(lesson.subject),
        )
        by = one.by(seal.confirmed_by if seal else None)
        sealed = (at(seal.confirmed_at) if seal else "", *by)
        teacher = masked_name(lesson.teacher_name or "")
        rows.append((*held, teacher, said(lesson.cancelled_at is not None), *sealed))
    return part(words.LESSONS, rows)


def _members(one: Gathered) -> Part:
    listed = [row[0] for row in one.its(ClassMember)]
    where = of.places({row.org_id for row in listed})
    rows = [
        (*one.by(row.person_id), where[row.org_id], Word(CAME_NAMES[row.came_as]), at(row.from_at))
        + (at(row.to_at), Word(LEFT_NAMES[row.left_as]) if row.left_as else "")
        for row in listed
    ]
    return part(words.MEMBERS, rows)


def _last_marks(one: Gathered) -> dict[tuple[int, int], tuple[AttendanceMark, int]]:
    """Session and member → the mark that counts, and whose it is."""
    marks = one.of_members(AttendanceMark)
    return {(row.session_id, row.member_id): (row, person_id) for row, person_id in marks}


def _attendance(one: Gathered) -> Iterator[list[Row]]:
    """Lesson by lesson."""
    last = _last_marks(one)
    for lesson in one.found.sessions:
        starts = at(lesson.starts_at)
        head = (starts[:10], starts[11:16], one.masked.text(lesson.subject))
        yield [
            (one.masked.code(person_id), *head)
            + (Word(MARK_NAMES[row.mark]), Word(EVIDENCE_NAMES[row.evidence]))
            for (session_id, _member), (row, person_id) in last.items()
            if session_id == lesson.id
        ]


def _counts(one: Gathered) -> Part:
    """Of those in the class: who has completed it, and how often they came."""
    confirmed = set(_lists(one))
    last = [row for (session, _), (row, _who) in _last_marks(one).items() if session in confirmed]
    inside = [row[0] for row in one.its(ClassMember) if row[0].to_at is None]
    ended = {row.member_id: row.completed for row, _person in one.of_members(ClassOutcome)}
    done = sum(bool(ended.get(row.id)) for row in inside)
    came = sum(row.mark in CAME for row in last)
    rows = [
        (Word(words.ENROLLED), len(inside), "", ""),
        (Word(words.COMPLETED), done, len(inside), percent(done, len(inside))),
        (Word(words.PRESENT), came, len(last), percent(came, len(last))),
    ]
    return part(words.COUNTS, rows)


def _leaves(one: Gathered) -> Part:
    """Why somebody asked to be away is left out."""
    rows = [
        (one.masked.code(person_id), at(row.from_at), at(row.to_at), at(row.asked_at))
        + (said(row.granted), at(row.decided_at), *one.by(row.decided_by))
        for row, person_id in one.of_members(ClassLeave)
    ]
    return part(words.LEAVES, rows)


def _long_leaves(one: Gathered) -> Part:
    rows = [
        (one.masked.code(person_id), row.leave_hours, row.class_hours, said(row.withdrawn))
        + (at(row.decided_at), *one.by(row.decided_by))
        for row, person_id in one.of_members(LeaveDecision)
    ]
    return part(words.LONG_LEAVES, rows)


def _outcomes(one: Gathered) -> Part:
    rows = [
        (one.masked.code(person_id), said(row.completed), row.hours)
        + ([Word(LACKS.get(lack, lack)) for lack in row.missing], at(row.decided_at))
        + one.by(row.decided_by)
        for row, person_id in one.of_members(ClassOutcome)
    ]
    return part(words.OUTCOMES, rows)


def _hours(one: Gathered) -> Part:
    rows = [
        (one.masked.code(row.person_id), row.hours, row.earned_on, row.rule)
        + (at(row.recorded_at), said(row.reverses_id is not None))
        for (row,) in one.its(HourEntry)
    ]
    return part(words.HOURS, rows)


def _evaluation(one: Gathered) -> Part:
    """Trainees from five answers on, without names; the offices by their office."""
    found = one.found
    trainees = evaluating.opinions([found.id], day_of(one.now)).get(found.id, {})
    rows: list[Row] = [
        (Word(evaluating.QUESTIONS[n]), Word(words.TRAINEES), opinion.answers, opinion.mean, "")
        for n, opinion in trainees.items()
    ]
    offices = list(angles.words(found.id).values())
    for teacher, opinion, _said in angles.teachers_said(found, offices, day_of(one.now)):
        if opinion:
            name = masked_name(teacher.name)
            rows.append((name, Word(words.TRAINEES), opinion.answers, opinion.mean, ""))
    for word in offices:
        office = [Word(ANGLE_NAMES[word.angle]), Word(words.OFFICES)]
        rows += [
            (Word(question), office, 1, Word(evaluating.SCORES[word.scores[str(n)]]))
            + (at(word.said_at),)
            for n, question in evaluating.QUESTIONS.items()
        ]
    return part(words.EVALUATION, rows)


def _certificates(one: Gathered) -> Part:
    """Each with what it is worth now: one that was revoked stays on the list, and says so."""
    mine = Certificate.class_id == one.found.id
    ended = select(CertificateEnd.certificate_id, CertificateEnd.revoked_at)
    ends = dict(
        one.rows(
            ended.join(Certificate, Certificate.id == CertificateEnd.certificate_id).where(mine)
        )
    )
    query = select(Certificate, replaced()).where(mine).order_by(Certificate.id)
    rows = [
        (one.masked.code(row.person_id), row.number, at(row.issued_at))
        + (Word(STATE_NAMES[state(row.id in ends, anew)]), at(ends.get(row.id)))
        for row, anew in one.rows(query)
    ]
    return part(words.CERTIFICATES, rows)


def _frozen(one: Gathered) -> Part:
    """Tables of its cohort that were frozen by its unit, with their digests."""
    query = select(FrozenTable).where(
        FrozenTable.cohort_id == one.found.cohort_id, FrozenTable.org_id == one.found.org_id
    )
    rows = []
    for (row,) in one.rows(query.options(selectinload(FrozenTable.signs)).order_by(FrozenTable.id)):
        sign = row.signs[-1] if row.signs else None
        by = (masked_name(sign.checked), sign.signed_on) if sign else ("", "")
        heading = one.masked.text(row.heading)
        kept = (row.as_of, row.version, at(row.frozen_at), row.persons, row.digest)
        rows.append((heading, *kept, *by))
    return part(words.FROZEN, rows)
