"""Finishing lessons."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lms.access.scope import the_house_writes
from lms.clock import day_of
from lms.courses.models import Lesson
from lms.db import db
from lms.errors import Conflict
from lms.learning import queries
from lms.learning.models import LessonRead
from lms.ledger.rules import Credit, HourKind
from lms.ledger.services import credit

READ = "lesson read to its end and confirmed"


def read_lesson(person_id: int, org_id: int, lesson: Lesson, now: datetime) -> bool:
    """A lesson has been read to its end and confirmed: it gives its stated hours, once.

    Whether it was the first time. org_id: the person's unit at this time.
    """
    if lesson.closed_at is not None or queries.has_read(person_id, lesson.id):
        return False
    try:
        _credit({"person_id": person_id, "org_id": org_id, "lesson_id": lesson.id}, lesson, now)
    except IntegrityError as twice:  # two presses at the same moment: one of them counts
        raise Conflict("这一课刚才已经记入学时，请返回查看。") from twice
    return True


def _credit(own: dict[str, int], lesson: Lesson, now: datetime) -> None:
    given = Credit(
        **own,
        hours=lesson.hours,
        kind=HourKind.ONLINE,
        earned_on=day_of(now),
        rule=READ,
        activity=lesson.title,
    )
    with the_house_writes():
        db.session.add(LessonRead(**own, read_at=now))
        credit([given], now)
