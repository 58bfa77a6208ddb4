"""Watching: what a beat of a video costs, server and database together."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from benchmarks.figures import Figure
from benchmarks.hall import Costs, yardstick
from benchmarks.house import House, Visitor
from lms.access.scope import seeing_everything
from lms.clock import system_clock
from lms.courses.models import Course, Lesson, LessonVersion
from lms.courses.rules import LessonKind
from lms.db import db
from lms.learning.models import Stream
from lms.learning.rules import TENTHS
from lms.learning.tickets import StreamTicket, stream_ticket
from lms.people.models import Person
from lms.web import transaction

BEAT = 2.5  # ms of CPU
PEOPLE, BEATS = 40, 30
LONG, EVERY = 1800, 15  # seconds: of the video, between beats


def measure(house: House) -> Iterator[Figure]:
    stick = yardstick(house)
    yield Figure("yardstick: a bare view with one upsert", stick, "ms CPU")
    costs, nobody = Costs(house), Visitor(house)
    for ticket, signed in _streams(house):
        url = f"/learning/streams/{ticket.stream_id}/beats"
        head = {"method": "POST", "headers": {"X-Ticket": signed}}
        state = None
        for number in range(1, BEATS + 1):
            at = number * EVERY * TENTHS + (number % 5) * 30  # now and then a jump
            piece = [number, at, at + EVERY * TENTHS]
            sent = {"pieces": [piece], "state": state}
            said = json.loads(costs.act("a beat", nobody, url, **head, json=sent))
            assert said["told"] == number
            state = said["state"]
    yield Figure("a beat of a video", costs.of("a beat"), "ms CPU", BEAT, (stick, "yardstick"))


def _streams(house: House) -> Iterator[tuple[StreamTicket, str]]:
    """Some people who have been watching a new video for an hour."""
    secret, now = house.app.extensions["settings"].secrets["ticket"], system_clock()
    began = now - timedelta(hours=1)
    with house.app.app_context(), seeing_everything():
        course = db.session.scalars(select(Course).limit(1)).one()
        version = LessonVersion(
            number=1,
            kind=LessonKind.VIDEO,
            text="",
            minutes=30,
            hours=Decimal(1),
            seconds=LONG,
            made_at=now,
        )
        lesson = Lesson(course_id=course.id, number=9_999, title="watched", minutes=30, hours=1)
        lesson.versions.append(version)
        db.session.add(lesson)
        db.session.flush()
        people = db.session.scalars(select(Person).limit(PEOPLE)).all()
        rows = [
            Stream(
                person_id=one.id,
                org_id=one.org_id,
                lesson_id=lesson.id,
                version_id=version.id,
                opened_at=began,
            )
            for one in people
        ]
        db.session.add_all(rows)
        transaction.finish()
        tickets = [StreamTicket(row.id, row.person_id, LONG * TENTHS) for row in rows]
    for ticket in tickets:
        yield ticket, stream_ticket(ticket, secret)
