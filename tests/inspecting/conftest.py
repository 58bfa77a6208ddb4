"""Fixtures of inspections: an assessment that was held and read, and a worker that bundles it."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from lms.inspecting.models import InspectionBundle
from lms.jobs.models import Job
from lms.jobs.worker import run_job
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
