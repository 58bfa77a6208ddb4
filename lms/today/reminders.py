"""Reminding of what is not done, by the clock; switching it off; what was said so far."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lms.audit.services import record
from lms.clock import day_of, start_of
from lms.db import db, find
from lms.exams.models import Assessment, Attempt, Candidate
from lms.holidays.days import Calendar
from lms.orgs.models import OrgUnit
from lms.orgs.rules import TOWNSHIP_LEVEL, UnitKind
from lms.people.models import Person
from lms.today.channels import FOLDER, Channel
from lms.today.models import Reminder, ReminderList, ReminderRound, ReminderSwitch
from lms.today.rules import Task
from lms.today.steps import FIRST, HOLIDAYS, WHOM, Open, Step, Whom, due, may_speak, window
from lms.training.completion import completion
from lms.training.models import Cohort, CohortAssessment, Enrolment, Programme
from lms.web.uploads import remove

DAY = timedelta(days=1)
NEAR = timedelta(days=HOLIDAYS - FIRST)
KEPT = timedelta(days=30)  # a file with names


@dataclass(frozen=True)
class Thing:
    """A cohort or an assessment of which somebody may have to be reminded. key: its column."""

    key: str
    id: int
    org_id: int
    title: str
    closes_on: date

    @property
    def names_it(self) -> dict[str, int]:
        return {self.key: self.id}


# ── what is open, and for whom ──────────────────────────────────────────────────────────────────


def things(day: date) -> list[Thing]:
    """The cohorts, and the assessments outside of them, whose end is near enough to speak of."""
    first, last = window(day)
    cohorts = (
        select(Cohort.id, Cohort.org_id, Programme.title, Cohort.title, Cohort.closes_on)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(Cohort.closes_on.between(first, last), Cohort.opens_on <= day)
        .order_by(Cohort.closes_on, Cohort.id)
    )
    inside = select(CohortAssessment.assessment_id)
    # A 小测 is for practice; nobody is reminded of it.
    alone = (
        select(Assessment)
        .where(Assessment.posts.is_(None), Assessment.id.not_in(inside))
        .where(Assessment.opens_at <= start_of(day + DAY))
        .where(Assessment.closes_at.between(start_of(first), start_of(last + DAY)))
        .order_by(Assessment.closes_at, Assessment.id)
    )
    found = [
        Thing("cohort_id", row[0], row[1], f"{row[2]} {row[3]}", row[4])
        for row in db.session.execute(cohorts)
    ]
    return found + [
        Thing("assessment_id", one.id, one.org_id, one.title, day_of(one.closes_at))
        for one in db.session.scalars(alone)
    ]


def open_for(thing: Thing, day: date) -> list[Open]:
    """Everybody who has not done it, as far as one sees, unit by unit."""
    if thing.key == "cohort_id":
        row = completion(day, thing.id).subquery()
        who = select(row.c.person_id, row.c.org_id).where(row.c.completed == 0).subquery()
        counted: type = Enrolment
    else:
        sat = select(Attempt.id).where(
            Attempt.assessment_id == thing.id,
            Attempt.person_id == Candidate.person_id,
            Attempt.submitted_at.is_not(None),
        )
        who = (
            select(Candidate.person_id, Candidate.org_id)
            .where(Candidate.assessment_id == thing.id, ~sat.exists())
            .subquery()
        )
        counted = Candidate
    query = (
        select(who.c.person_id, Person.name, who.c.org_id, OrgUnit.name, OrgUnit.path)
        .join(Person, Person.id == who.c.person_id)
        .join(OrgUnit, OrgUnit.id == who.c.org_id)
        .order_by(OrgUnit.path, Person.pinyin, Person.id)
    )
    return [Open(*row) for row in db.session.execute(query, execution_options={"counted": counted})]


# ── by the clock ────────────────────────────────────────────────────────────────────────────────


def remind(now: datetime, calendar: Calendar, channels: Sequence[Channel]) -> Iterator[None]:
    """Take every step that is due today; what was taken before is not taken again."""
    if not may_speak(now, calendar):
        return
    day = day_of(now)
    for thing in things(day):
        rounds = rounds_of(thing)
        given = [one.step for one in rounds if one.closes_on == thing.closes_on]
        spoken = max((one.on for one in rounds), default=None)
        step = due(thing.closes_on, day, given, spoken, calendar)
        if step is not None and not switched_off(thing.key, thing.id):
            yield from take(thing, step, day, now, channels)


def take(
    thing: Thing, step: Step, day: date, now: datetime, channels: Sequence[Channel]
) -> Iterator[None]:
    """Tell persons by every channel, or their units; written down when it is done."""
    people = open_for(thing, day)
    one = ReminderRound(
        org_id=thing.org_id,
        title=thing.title[:120],
        step=step,
        closes_on=thing.closes_on,
        on=day,
        persons=len(people),
        given_at=now,
        **thing.names_it,
    )
    if WHOM[step] is Whom.PERSON:
        for channel in channels if people else ():
            yield from channel.give(one, people)
    db.session.add(one)
    db.session.flush()
    if WHOM[step] is not Whom.PERSON:
        _tell_units(one, people)
    facts: dict[str, Any] = {"step": step.value, "persons": len(people), "title": one.title}
    record("remind", now, whom=one, org_id=thing.org_id, **facts)
    yield


def _tell_units(one: ReminderRound, people: Sequence[Open]) -> None:
    """How many of its people have not done it, to each township, or to each county."""
    kinds = TOWNSHIP_LEVEL if WHOM[one.step] is Whom.TOWNSHIP else {UnitKind.COUNTY}
    units = set(db.session.scalars(select(OrgUnit.id).where(OrgUnit.kind.in_(kinds))))
    counts = Counter(
        step for who in people for step in map(int, who.path.strip("/").split("/")) if step in units
    )
    for org_id, persons in sorted(counts.items()):
        said = {"round_id": one.id, "persons": persons, "given_at": one.given_at}
        db.session.add(ReminderList(org_id=org_id, **said))
    db.session.flush()


# ── what was said so far ────────────────────────────────────────────────────────────────────────


def rounds_of(thing: Thing) -> Sequence[ReminderRound]:
    """The steps taken for a cohort or an assessment, the first first."""
    its = getattr(ReminderRound, thing.key) == thing.id
    return db.session.scalars(select(ReminderRound).where(its).order_by(ReminderRound.id)).all()


def told(person_id: int, tasks: Sequence[Task], day: date) -> Reminder | None:
    """What a person was reminded of today, as long as something near is open.

    The first page is opened more often than any other: most have nothing near, and nothing is
    asked.
    """
    if not any(not one.done and one.closes_on - day <= NEAR for one in tasks):
        return None
    query = select(Reminder).where(Reminder.person_id == person_id, Reminder.on == day)
    return db.session.scalar(query)


def told_to(org_ids: Collection[int], since: datetime) -> Sequence[ReminderList]:
    """What these very units were told since a moment, the oldest first."""
    query = select(ReminderList).where(
        ReminderList.org_id.in_(org_ids), ReminderList.given_at > since
    )
    return db.session.scalars(query.order_by(ReminderList.id)).all()


def switched_off(key: str, thing_id: int) -> bool:
    """Whether the organiser has switched reminders off."""
    its = getattr(ReminderSwitch, key) == thing_id
    last = select(ReminderSwitch.off).where(its).order_by(ReminderSwitch.id.desc()).limit(1)
    return bool(db.session.scalar(last))


def switch(thing: Thing, off: bool, now: datetime, by: int) -> None:
    """Switch reminders off, or on again."""
    db.session.add(
        ReminderSwitch(org_id=thing.org_id, off=off, said_at=now, said_by=by, **thing.names_it)
    )
    db.session.flush()
    whom = f"{thing.key.removesuffix('_id')} {thing.id}"
    record("switch reminders", now, whom=whom, org_id=thing.org_id, off=off)


def path_of(org_id: int) -> str:
    """Where the organiser stands in the tree."""
    return db.session.scalar(select(OrgUnit.path).where(OrgUnit.id == org_id)) or "/"


def round_of(round_id: int) -> ReminderRound:
    return find(ReminderRound, round_id)


def drop_old_files(now: datetime, var: Path) -> None:
    """Lists of names do not lie about; what was said, and to how many, stays."""
    old = select(ReminderRound).where(
        ReminderRound.file.is_not(None), ReminderRound.given_at < now - KEPT
    )
    for one in db.session.scalars(old):
        remove(var, FOLDER, one.file)
        one.file = None
    db.session.flush()
