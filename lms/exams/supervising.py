"""A supervised device: an invigilator opens one attempt after another, for who has no phone.

She sees who is listed under her unit, and of an attempt what its page shows while it is answered:
no mark and no result. An attempt is within her reach from the moment she has said how she made
sure who sits there, and that is kept with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.db import db
from lms.errors import Invalid, NotAllowed, NotFound
from lms.exams import entering, holding, queries, services, sits
from lms.exams.counting import OF_THE_CANDIDATES
from lms.exams.models import (
    Allowance,
    Assessment,
    Attempt,
    Candidate,
    Opening,
    PaperEntry,
    Supervision,
)
from lms.exams.questions import Dealt
from lms.exams.rules import ToSit, refuse_early
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.people.numbers import read_seals
from lms.people.queries import whole_city
from lms.words import N_

CHECKS = {
    "id card": N_("看了身份证"),
    "known": N_("本人认识"),
    "work card": N_("看了工作证"),
}
Kept = TypeVar("Kept")
FOUND = 50  # on a page; whoever is not among them is searched for
SHEETS = timedelta(days=3)  # after the close: what was answered on paper is keyed by then
REACH = timedelta(hours=12)  # so long after she opened it an attempt stays within her reach


@dataclass(frozen=True)
class Seat:
    """A candidate at the door of the room. attempt_id: of the open one."""

    candidate_id: int
    person_id: int
    person: str
    unit: str
    begun: int
    attempt_id: int | None


def rooms(now: datetime) -> list[tuple[Assessment, int]]:
    """The assessments that are open now, and how many may sit them under her unit.

    And those that closed of late, whose sheets of paper are still taken in, or in which somebody
    sits later than all others.
    """
    late = now - SHEETS
    own = select(Allowance.assessment_id).where(Allowance.closes_at > late)
    query = (
        select(Assessment, func.count(Candidate.id))
        .join(Candidate, Candidate.assessment_id == Assessment.id)
        .where(Assessment.opens_at <= now, Assessment.posts.is_(None))
        .where(or_(Assessment.closes_at > late, Assessment.id.in_(own)))
        .group_by(Assessment.id)
        .order_by(Assessment.closes_at <= now, Assessment.closes_at, Assessment.id)
    )
    rows = db.session.execute(query, execution_options=OF_THE_CANDIDATES)
    return [(assessment, many) for assessment, many in rows]


def seats(assessment: Assessment, words: str = "") -> list[Seat]:
    """The candidates under her unit, or those whose name has these signs in it."""
    query = _seats(assessment.id).order_by(OrgUnit.path, Person.pinyin, Person.id).limit(FOUND)
    if words.strip():
        query = query.where(Person.name.contains(words.strip(), autoescape=True))
    rows = db.session.execute(query, execution_options=OF_THE_CANDIDATES)
    return [Seat(*row) for row in rows]


def seat(assessment: Assessment, candidate_id: int) -> Seat:
    """One of them. Raises NotFound."""
    query = _seats(assessment.id).where(Candidate.id == candidate_id)
    row = db.session.execute(query, execution_options=OF_THE_CANDIDATES).one_or_none()
    if row is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return Seat(*row)


def _seats(assessment_id: int):
    running = (
        select(Attempt.id)
        .where(
            Attempt.assessment_id == Candidate.assessment_id,
            Attempt.person_id == Candidate.person_id,
            Attempt.submitted_at.is_(None),
        )
        .correlate(Candidate)
        .scalar_subquery()
    )
    return (
        select(
            Candidate.id,
            Candidate.person_id,
            Person.name,
            OrgUnit.name,
            Candidate.attempts_begun,
            running,
        )
        .join(Person, Person.id == Candidate.person_id)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .where(Candidate.assessment_id == assessment_id)
    )


def known_by(seat_: Seat, cipher: str) -> str:
    """What a card can be compared with: the number of the person, masked."""
    with whole_city():
        seal = db.session.scalar(select(Person.id_seal).where(Person.id == seat_.person_id))
    return read_seals(seal, None, cipher).id_number or ""


def to_sit(assessment: Assessment, seat_: Seat) -> ToSit:
    """How the person stands with the assessment, as his own page would say it."""
    with whole_city():
        return sits.to_sit(seat_.person_id, assessment.id)


# ── one attempt after another ───────────────────────────────────────────────────────────────────


def open_for(
    assessment: Assessment,
    seat_: Seat,
    checked: str,
    pledged: bool,
    password: str,
    now: datetime,
    by: int,
    seed: int,
) -> int:
    """Begin an attempt for a person who sits here, or go on with the open one; its id.

    Raises what his own door would raise, and Invalid where nobody looked who he is.
    """
    refuse_unchecked(checked)
    with whole_city():
        sit = sits.to_sit(seat_.person_id, assessment.id)
        attempt = entering.enter(sit, seat_.person_id, pledged, password, now, seed)
        note_supervision(attempt, checked, now, by)
    return attempt.id


def refuse_unchecked(checked: str) -> None:
    if checked not in CHECKS:
        raise Invalid("请先核对身份，并选明是怎样核对的。")


def note_supervision(attempt: Attempt, checked: str, now: datetime, by: int) -> None:
    """Keep who made sure of whom, and how, with the attempt and in the log. Nobody of himself."""
    if attempt.person_id == by:
        raise NotAllowed("不能给本人核对身份、打开考试，请由另一位监考人员办理。")
    db.session.add(
        Supervision(attempt_id=attempt.id, invigilator_id=by, checked=checked, opened_at=now)
    )
    db.session.flush()
    person = attempt.person_id
    record(
        "open supervised attempt",
        now,
        whom=attempt,
        org_id=attempt.org_id,
        person=person,
        checked=checked,
    )


def attempt(attempt_id: int, by: int, now: datetime) -> Attempt:
    """An attempt that this invigilator has opened today, or a sheet that is still to be keyed.

    Raises NotFound for any other.
    """
    whole = joinedload(Attempt.assessment)
    opened = select(Supervision.attempt_id).where(*_within_reach(by, now))
    query = select(Attempt).where(Attempt.id == attempt_id, Attempt.id.in_(opened))
    with whole_city():
        found = db.session.scalar(query.options(whole))
    if found is None:
        sheet = _sheets(Attempt, by=by).where(Attempt.id == attempt_id).options(whole)
        found = db.session.scalar(sheet, execution_options=OF_THE_CANDIDATES)
    if found is None:
        raise NotFound("没有找到这份答卷，或者不是您在这台设备上打开的。")
    return found


def _sheets(*what: Any, by: int) -> Select:
    """Sheets not yet settled, of who is listed under her unit; the second round is best another's.

    Not her own.
    """
    same = (Candidate.assessment_id == Attempt.assessment_id) & (
        Candidate.person_id == Attempt.person_id
    )
    taken_in = Attempt.id.in_(select(PaperEntry.attempt_id))
    query = select(*what).select_from(Attempt).join(Candidate, same)
    return query.where(Attempt.turn == 0, Attempt.person_id != by, taken_in)


def _within_reach(by: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """A sheet of paper that was taken in stays, until its answers are settled."""
    unkeyed = select(PaperEntry.attempt_id).join(Attempt, Attempt.id == PaperEntry.attempt_id)
    lately = Supervision.opened_at > now - REACH
    sheet = Supervision.attempt_id.in_(unkeyed.where(Attempt.turn == 0))
    return Supervision.invigilator_id == by, or_(lately, sheet)


@dataclass(frozen=True)
class Page:
    """What the exam page on the device shows."""

    attempt: Attempt
    person: str
    asked: Dealt
    opened: Opening | None
    held: int


def page(found: Attempt) -> Page:
    with whole_city():
        return Page(
            attempt=found,
            person=name_of(found),
            asked=queries.sheet(found),
            opened=queries.last_opening(found.id),
            held=sum(bool(one.answer) for one in holding.held(found.id).values()),
        )


def seen(act: Callable[..., Kept], *what: object) -> Kept:
    """What the person's own page would be told, told on this device."""
    with whole_city():
        return act(*what)


def name_of(found: Attempt) -> str:
    with whole_city():
        query = select(Person.name).where(Person.id == found.person_id)
        return db.session.scalar(query) or ""


def open_turn(found: Attempt, device: str, now: datetime) -> int | None:
    """The next turn for this device; none where the attempt has ended."""
    with whole_city():
        return services.open_turn(found, device, now)


def submit(found: Attempt, now: datetime) -> None:
    """Hand in what the person has said; nothing of what it earned is shown here."""
    refuse_early(found.started_at, found.ends_at, found.assessment.least_minutes, now)
    with whole_city():
        services.submit(found, now)


def opened_here(by: int, now: datetime) -> list[tuple[Attempt, str, bool]]:
    """The attempts within her reach: each with the name, and whether it was sat on paper.

    Her own first, the latest of each first.
    """
    keyed = select(PaperEntry.attempt_id)
    last = (
        select(func.max(Supervision.id))
        .where(*_within_reach(by, now))
        .group_by(Supervision.attempt_id)
    )
    query = (
        select(Attempt, Person.name, Attempt.id.in_(keyed))
        .join(Supervision, Supervision.attempt_id == Attempt.id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Supervision.id.in_(last))
        .options(joinedload(Attempt.assessment))
        .order_by(Supervision.id.desc())
    )
    with whole_city():
        mine = [(one, name, on_paper) for one, name, on_paper in db.session.execute(query)]
    known = {one.id for one, _name, _on_paper in mine}
    sheets = _sheets(Attempt, Person.name, by=by).join(Person, Person.id == Attempt.person_id)
    sheets = sheets.options(joinedload(Attempt.assessment)).order_by(Attempt.id.desc())
    others = db.session.execute(sheets, execution_options=OF_THE_CANDIDATES)
    return [*mine, *((one, name, True) for one, name in others if one.id not in known)]
