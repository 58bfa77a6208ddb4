"""What has been done in the demonstration city so far: lessons read, assessments sat."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from lms.access import add_rows
from lms.accounts import hashing
from lms.accounts.issuing import open_accounts_with_slips
from lms.accounts.models import Account, Slip
from lms.accounts.rules import Secret
from lms.clock import day_of
from lms.courses.models import Lesson
from lms.db import db
from lms.demonstration import copies
from lms.demonstration.city import City
from lms.demonstration.fates import SEED, Fate, fates
from lms.demonstration.sittings import actors, really_sit
from lms.dice import Stream, token
from lms.exams.models import Assessment
from lms.learning.models import LessonRead
from lms.learning.services import READ
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind, hundredths
from lms.training.lists import people_on_list
from lms.training.models import Cohort
from lms.words import N_

Reading = tuple[int, int, Lesson, datetime]  # person, unit, lesson, when


@dataclass(frozen=True)
class Doer:
    """Somebody on the list of a cohort who has done something. lessons: as many as were read."""

    person_id: int
    org_id: int
    fate: Fate
    lessons: list[Lesson]


def happen(city: City, main: Cohort, others: Sequence[Cohort], untouched: Collection[int]) -> None:
    """Let everybody come as far as is planned, but for a few to whom nothing happens yet."""
    doers = {
        one.person_id: one
        for cohort in (*others, main)
        for one in _doers(city, cohort)
        if one.person_id not in untouched
    }
    _let_in(city, list(doers))
    began: dict[int, datetime] = {}
    on_main = {person_id for person_id, _ in people_on_list(main.id)}
    for part in main.assessments:
        fates = {one: doer.fate for one, doer in doers.items() if one in on_main}
        began |= _sit(city, part.assessment, fates)
    _read(city, doers.values(), began)


def _doers(city: City, cohort: Cohort) -> Iterator[Doer]:
    codes = {unit_id: code for code, unit_id in city.units.items()}
    listed = dict(people_on_list(cohort.id))
    lessons = [lesson for part in cohort.courses for lesson in part.course.lessons]
    stream = Stream(SEED)
    come = fates((person_id, codes[org_id]) for person_id, org_id in listed.items())
    for person_id, fate in come.items():
        if fate is Fate.BEGUN:
            yield Doer(person_id, listed[person_id], fate, lessons[: stream.number(1, 3)])
        elif fate is not Fate.NOTHING:
            yield Doer(person_id, listed[person_id], fate, lessons)


def _sit(city: City, assessment: Assessment, fates: dict[int, Fate]) -> dict[int, datetime]:
    """Let everybody sit who is to; person → when the first attempt began."""
    sat = really_sit(city, assessment, actors(fates))
    alike = dict(copies.alike([one for one in fates if one not in sat], fates, sat.values()))
    copies.copy(city, assessment.id, alike)
    return {one: pattern.attempts[0].started_at for one, pattern in (sat | alike).items()}


# ── the way in ──────────────────────────────────────────────────────────────────────────────────


def _let_in(city: City, person_ids: Sequence[int]) -> None:
    """Who has done something had a slip and chose a PIN, which nobody knows."""
    nobodys = hashing.hashed(token(), Secret.PIN, city.house)
    city.in_slices(N_("凭条"), person_ids, lambda some: _chosen(city, some, nobodys))


def _chosen(city: City, person_ids: Sequence[int], kept: str) -> None:
    new = set(person_ids) - set(
        db.session.scalars(select(Account.person_id).where(Account.person_id.in_(person_ids)))
    )
    open_accounts_with_slips(sorted(new), None, city.began, city.house)
    used_at = city.began + timedelta(days=1)
    mine = {"synchronize_session": False}
    db.session.execute(
        update(Account)
        .where(Account.person_id.in_(new))
        .values(pin_hash=kept, noticed_at=used_at)
        .execution_options(**mine)
    )
    db.session.execute(
        update(Slip)
        .where(Slip.person_id.in_(new))
        .values(used_at=used_at)
        .execution_options(**mine)
    )


# ── lessons ─────────────────────────────────────────────────────────────────────────────────────


def _read(city: City, doers: Iterable[Doer], began: dict[int, datetime]) -> None:
    """Lessons read before the first attempt, each with its hours."""
    stream = Stream(SEED)
    readings = [reading for doer in doers for reading in _readings(city, doer, began, stream)]
    city.in_slices(N_("学习记录"), readings, _keep)


def _readings(
    city: City, doer: Doer, began: dict[int, datetime], stream: Stream
) -> Iterator[Reading]:
    """One lesson after the other; the last is read an hour or more before the first attempt."""
    whole = sum(lesson.minutes for lesson in doer.lessons)
    any_day = city.began + timedelta(days=stream.number(4, 32), minutes=stream.number(0, 600))
    moment = began.get(doer.person_id, any_day) - timedelta(minutes=60 + 2 * whole)
    for lesson in doer.lessons:
        moment += timedelta(minutes=lesson.minutes, seconds=stream.number(5, 60))
        yield doer.person_id, doer.org_id, lesson, moment


def _keep(readings: Sequence[Reading]) -> None:
    """The two rows that `learning.services.read_lesson` writes, for many readings at once."""
    own = [
        {"person_id": person_id, "org_id": org_id, "lesson_id": lesson.id}
        for person_id, org_id, lesson, _ in readings
    ]
    moments = [moment for *_, moment in readings]
    add_rows(LessonRead, [row | {"read_at": at} for row, at in zip(own, moments, strict=True)])
    add_rows(
        HourEntry,
        [
            row
            | {
                "kind": HourKind.ONLINE,
                "hundredths": hundredths(reading[2].hours),
                "activity": reading[2].title,
                "earned_on": day_of(at),
                "rule": READ,
                "recorded_at": at,
            }
            for row, reading, at in zip(own, readings, moments, strict=True)
        ],
    )
