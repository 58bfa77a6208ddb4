"""Fixtures of the marking room: an assessment with written answers, and who reads them."""

import re
from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.db import db
from lms.marking.gathering import gather
from lms.marking.models import MarkingPlan, NamedMarker, Reading
from tests.exams.build import SINGLE, Hall, question
from tests.exams.sitter import Sitter

ESSAY = "说说怎样开好村民会议。\n\n- [2] 提前公告\n- [1] 过半数参加\n- [1] 当场公布结果\n"
PAPER = (question("q-1", "single", SINGLE), question("w-1", "short", ESSAY, "MAS", 4))


class Room(Hall):
    """A hall with a written question and two markers."""

    def __init__(self, make, sign_in, clock, app):
        super().__init__(make)
        self.web, self.clock_, self.app = sign_in, clock, app
        self.one = make.officer(self.county, Role.MARKER, "阅卷甲")
        self.two = make.officer(self.county, Role.MARKER, "阅卷乙")

    def held(self, *cadres, twice=False, markers=(), apart=20, **facts):
        """An assessment that these people may sit, its plan and its markers."""
        made = self.assessment(*cadres, paper=self.paper(facts.pop("texts", PAPER)), **facts)
        self.make.keep(MarkingPlan(assessment_id=made.id, twice=twice, most_apart=apart, seed=7))
        for marker in markers or (self.one, self.two):
            self.name(made, marker)
        return made

    def name(self, assessment, marker, version_id=None):
        self.make.keep(
            NamedMarker(
                assessment_id=assessment.id,
                person_id=marker.id,
                version_id=version_id,
                named_at=self.clock(),
            )
        )

    def sit(self, cadre, assessment, *said):
        """Somebody writes something, and right or wrong letters to the first question."""
        page = Sitter(self.web(cadre), self.clock_, assessment).open()
        letters, text = said
        page.say(1, letters)
        if text:
            page.say(2, text)
        page.submit()
        return page

    def gather(self):
        """What the worker does by the clock."""
        self.make.session.commit()
        with self.app.app_context(), seeing_everything():
            for _ in gather(self.clock(), lambda: 7):
                db.session.commit()
        self.clock_.time += timedelta(minutes=5)

    def marker(self, person):
        return Marker(self.web(person), self.make)


class Marker:
    """A marker at the page."""

    def __init__(self, web, make):
        self.web, self.make, self.reading_id = web, make, None

    def take(self):
        """The next answer to the only written question; whether there is one."""
        text = self.desk()
        found = re.search(r'action="(/marking/scripts/\d+/next)"', text)
        if not found:
            return False
        return self.went(self.web.post(found[1], {}))

    def went(self, answer):
        assert answer.status_code == 303, answer.get_data(as_text=True)
        found = re.search(r"/readings/(\d+)$", answer.location)
        self.reading_id = int(found[1]) if found else None
        return bool(found)

    @property
    def url(self):
        return f"/marking/readings/{self.reading_id}"

    def desk(self):
        return self.web.get("/marking/").get_data(as_text=True)

    def page(self):
        return self.web.get(self.url).get_data(as_text=True)

    def sent(self, door, *lines, note=""):
        data = {"lines": [str(one) for one in lines], "note": note}
        return self.web.post(f"{self.url}/{door}", data)

    def give(self, *lines, note=""):
        """The marks; whether there is a next one."""
        return self.went(self.sent("marks", *lines, note=note))

    def readings(self):
        return self.make.all(Reading)


@pytest.fixture
def room(make, sign_in, clock, app):
    return Room(make, sign_in, clock, app)
