"""Fixtures of inspections: an assessment that was held and read, and a worker that bundles it."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from lms.classes.models import EvaluationCount
from lms.classes.rules import Mark
from lms.inspecting.models import InspectionBundle
from lms.jobs.models import Job
from lms.jobs.worker import run_job
from lms.orgs.rules import UnitKind
from tests.classes.builders import confirmed, lessons, manager, member, training_class
from tests.marking.conftest import Room


@pytest.fixture
def room(make, sign_in, clock, app):
    return Room(make, sign_in, clock, app)


@pytest.fixture
def bundle(make, app):
    """bundle(web, page) → the row, and the zip as it was taken away: name → bytes."""

    def pressed(web, page):
        answer = web.post(page, {})
        assert answer.status_code == 303, answer.text
        make.session.commit()
        assert run_job(app)
        job = make.all(Job)[-1]
        assert job.status.value == "done", job.line
        found = make.all(InspectionBundle)[-1]
        sent = web.get(f"/inspecting/bundles/{found.id}.zip")
        with ZipFile(BytesIO(sent.data)) as book:
            return found, sent.data, {name: book.read(name) for name in book.namelist()}

    return pressed


@pytest.fixture
def held(room, make, clock):
    """Two have sat, one answer was read by 阅卷甲, and the window is over."""
    people = [room.cadre("欧阳建国"), room.cadre("王一")]
    found = room.held(*people, markers=[room.one])
    for one in people:
        room.sit(one, found, "B", "提前公告，13812345678")
    room.gather()
    marker = room.marker(room.one)
    marker.take()
    marker.give(0, note="欧阳建国写得好")
    return found


@pytest.fixture
def taught(make, clock):
    """A class of 赵班主任 with six trainees, evaluated; its county, its manager and itself."""
    county = make.unit("垣曲县", make.unit("某市", kind=UnitKind.CITY))
    who = manager(make, county, name="赵班主任")
    found = training_class(make, county, who)
    held = lessons(make, found)
    people = [make.person(county, name=f"孙学员{n}") for n in range(6)]
    inside = [member(make, found, one) for one in people]
    confirmed(make, held[0], dict.fromkeys(inside, Mark.PRESENT) | {inside[0]: Mark.ABSENT})
    for score, answers in ((5, 4), (1, 1)):
        for question in range(1, 6):
            facts = {"class_id": found.id, "question": question}
            make.keep(EvaluationCount(**facts, score=score, answers=answers))
    clock.time += timedelta(days=12)  # nobody evaluates any more
    return county, who, found
