"""Beginning, watching and finishing lessons."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.access.scope import the_house_writes
from lms.clock import day_of
from lms.courses.models import Lesson, LessonVersion
from lms.courses.rules import PLAYED
from lms.db import alone, db, find
from lms.errors import Conflict
from lms.learning import queries, rules
from lms.learning.crediting import gives
from lms.learning.models import LessonBegun, LessonRead, Stream
from lms.ledger.rules import Credit, HourKind
from lms.ledger.services import credit
from lms.people.models import Person

READ = "lesson read to its end and confirmed"
WATCHED = "lesson watched and its gate passed"
PASSED = "gate of a lesson passed"


def begin(person_id: int, org_id: int, version: LessonVersion, now: datetime) -> None:
    """A version is opened for the first time, or chosen: this person goes on with it."""
    if queries.begun(person_id, version.lesson_id) == version.id:
        return
    db.session.add(
        LessonBegun(
            person_id=person_id,
            org_id=org_id,
            lesson_id=version.lesson_id,
            version_id=version.id,
            begun_at=now,
        )
    )
    db.session.flush()


def open_stream(person_id: int, org_id: int, version: LessonVersion, now: datetime) -> Stream:
    """A video begins to play on a device; whatever else this person plays ends now."""
    if version.kind not in PLAYED:
        raise Conflict("这一课没有音视频。")
    alone(find(Person, person_id))  # of two devices at one moment the second ends the first
    mine = Stream.person_id == person_id
    ends = {"closed_at": now, "beats": Stream.beats + 1}
    db.session.execute(update(Stream).where(mine, Stream.closed_at.is_(None)).values(**ends))
    stream = Stream(
        person_id=person_id,
        org_id=org_id,
        lesson_id=version.lesson_id,
        version_id=version.id,
        opened_at=now,
    )
    db.session.add(stream)
    db.session.flush()
    return stream


def read_lesson(
    person_id: int, org_id: int, lesson: Lesson, now: datetime, confirmed: bool = True
) -> Decimal | None:
    """A lesson is done, where nothing is missing: it gives its hours by the rules, once.

    The hours, where it was the first time. org_id: the person's unit at this time. confirmed:
    the person says so; without it, only what needs no such word is done.
    """
    if lesson.closed_at is not None or queries.has_read(person_id, lesson.id):
        return None
    version = queries.version_for(person_id, lesson)
    how = queries.standing(person_id, version, lesson.course.share, day_of(now))
    if not confirmed and not (how.complete and (how.gated or version.kind in PLAYED)):
        return None
    rules.refuse_incomplete(how)
    try:
        return _credit({"person_id": person_id, "org_id": org_id}, lesson, version, now)
    except IntegrityError as twice:  # two presses at the same moment: one of them counts
        raise Conflict("这一课刚才已经记入学时，请返回查看。") from twice


def _credit(own: dict[str, Any], lesson: Lesson, version: LessonVersion, now: datetime) -> Decimal:
    given = gives(own["person_id"], lesson, version, day_of(now))
    own = {**own, "lesson_id": lesson.id}
    by_gate = PASSED if version.gate_bank_id is not None else READ
    as_stated = WATCHED if version.kind in PLAYED else by_gate
    entry = Credit(
        **own,
        hours=given.hours,
        planned=version.hours if given.hours != version.hours else None,
        kind=HourKind.ONLINE,
        earned_on=day_of(now),
        rule=given.rule or as_stated,
        activity=lesson.title,
    )
    with the_house_writes():
        db.session.add(LessonRead(**own, version_id=version.id, read_at=now))
        credit([entry], now)
    return given.hours
