"""Fixtures of learning: a county with a course, a village below it, and a cadre of the village."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.bank.rules import Pool
from lms.courses.models import Lesson, LessonFile, LessonVersion
from lms.courses.rules import FileRole, LessonKind
from lms.learning.rules import Piece
from tests.make import Make
from tests.training import builders as build

RECORDING = {"kind": LessonKind.AUDIO, "text": "", "seconds": 100}


class School:
    """A county with a course of one text, and a bank."""

    def __init__(self, make: Make):
        self.make = make
        self.county = make.unit("甲县")
        self.village = make.unit("上王村", under=self.county)
        self.course = build.course(make, self.county, lessons=1)
        self.bank = make.bank(self.county)

    def lesson(self, number=2, **facts) -> Lesson:
        """One lesson more; what of it is not said is a text."""
        outside = {name: facts.pop(name) for name in ("required", "after_id") if name in facts}
        version = build.lesson_version(self.make, minutes=2, hours="0.3", **facts)
        return self.make.keep(
            Lesson(
                course_id=self.course.id,
                number=number,
                title=f"第{number}课",
                minutes=2,
                hours=Decimal("0.3"),
                versions=[version],
                **outside,
            )
        )

    def recording(self, **facts) -> Lesson:
        """A hundred seconds to listen to."""
        file = LessonFile(
            role=FileRole.MAIN, name=f"{'0' * 32}.wav", called="录音.wav", size=800_044
        )
        return self.lesson(**RECORDING | {"files": [file]} | facts)

    def questions(self, count=6, pool=Pool.PRACTICE) -> list:
        return [self.make.question(self.bank, pool, stem=f"第{n}件事？") for n in range(count)]

    def gate(self, questions=3, share=60) -> dict:
        return {
            "gate_bank_id": self.bank.id,
            "gate_questions": questions,
            "gate_share": share,
        }

    def version(self, lesson: Lesson, **facts) -> LessonVersion:
        """A version more of a lesson."""
        number = lesson.latest + 1
        made = build.lesson_version(self.make, number=number, hours="9", **facts)
        lesson.versions.append(made)
        lesson.latest = number
        return self.make.keep(made)


class Learner:
    """A cadre with a phone."""

    def __init__(self, sign_in, person, clock):
        self.sign_in, self.person, self.clock = sign_in, person, clock
        self.web = sign_in(person)

    def comes_back(self, **later):
        """Signs in again, some days later."""
        self.clock.time += timedelta(**later)
        self.web = self.sign_in(self.person)

    def page(self, lesson, more=""):
        answer = self.web.get(f"/lessons/{lesson.id}{more}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def plays(self, lesson) -> dict:
        """Open a stream as the page does; the answer."""
        shown = self.page(lesson).split('data-pass="')[1].split('"')[0]
        version = lesson.versions[-1].id
        url = f"/learning/versions/{version}/streams"
        answer = self.web.post(url, json={}, headers={"X-Pass": shown})
        assert answer.status_code == 200, answer.text
        return answer.json

    def tells(self, stream, *pieces: Piece, status=200):
        rows = [[one.number, one.start, one.end] for one in pieces]
        url, ticket = f"/learning/streams/{stream['stream']}/beats", stream["ticket"]
        brings = {"pieces": rows, "state": stream.get("state")}
        sent = {"json": brings, "headers": {"X-Ticket": ticket}}
        answer = self.web.client.post(url, **sent)
        assert answer.status_code == status, answer.text
        if "state" in answer.json:
            stream["state"] = answer.json["state"]  # as the page keeps it
        return answer.json

    def finishes(self, lesson):
        return self.web.post(f"/lessons/{lesson.id}/read")


@pytest.fixture
def school(make):
    return School(make)


@pytest.fixture
def learner(school, make, sign_in, clock):
    return Learner(sign_in, make.person(school.village, name="王一"), clock)
