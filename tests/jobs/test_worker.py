"""Jobs run in slices, with the scope of the person who asked, and survive a break."""

from datetime import timedelta

import pytest

from lms.access.permissions import Permission, Role
from lms.access.scope import seeing_everything
from lms.db import db
from lms.errors import Invalid
from lms.jobs.models import DueThing, Job
from lms.jobs.rules import LEASE, Due, Handler, JobStatus, Progress
from lms.jobs.services import ask, claim
from lms.jobs.worker import run_job, run_once
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.web.transaction import finish


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def officer(make):
    return make.officer(make.unit("甲县"))


@pytest.fixture
def asked(app, officer, clock):
    """asked(work) → the id of a job in the queue, done by that function."""

    def put(work, person=officer):
        handler = Handler("试一试", work, Permission.KEEP_ROSTER)
        app.extensions["job handlers"]["try"] = handler
        with app.app_context(), seeing_everything():
            job = ask("try", {"n": 3}, person.id, clock())
            finish()
            return job.id

    return put


def only(make) -> Job:
    return make.all(Job)[0]


def steps(args, state, now):
    for number in range(state.get("from", 0), args["n"]):
        yield Progress(number + 1, args["n"], {"from": number + 1}, line=f"{number + 1}")


def test_a_job_is_done_slice_by_slice(app, asked, make):
    asked(steps)
    assert run_job(app)
    job = only(make)
    assert (job.status, job.done, job.total) == (JobStatus.DONE, 3, 3)
    assert not run_job(app)


def test_a_job_that_breaks_goes_on_from_its_last_slice(app, asked, make, caplog):
    seen = []

    def work(args, state, now):
        for progress in steps(args, state, now):
            seen.append(progress.done)
            if seen == [1, 2]:
                raise ZeroDivisionError
            yield progress

    asked(work)
    run_job(app)
    run_job(app)
    assert seen == [1, 2, 2, 3]
    assert only(make).status is JobStatus.DONE


def test_a_job_whose_worker_died_is_taken_up_when_its_lease_has_run_out(app, asked, make, clock):
    asked(steps)
    with app.app_context(), seeing_everything():
        assert claim(clock()) is not None
        finish()
        assert claim(clock()) is None
    clock.time += LEASE + timedelta(seconds=1)
    assert run_job(app)
    assert only(make).status is JobStatus.DONE


def test_a_refused_job_says_why_and_is_not_tried_again(app, asked, make):
    def work(args, state, now):
        raise Invalid("第 {row} 行：姓名为空。", row=3)
        yield

    asked(work)
    run_job(app)
    assert (only(make).status, only(make).line) == (JobStatus.FAILED, "第 3 行：姓名为空。")
    assert not run_job(app)


def test_a_job_that_breaks_three_times_fails(app, asked, make, caplog):
    def work(args, state, now):
        raise ZeroDivisionError
        yield

    asked(work)
    assert [run_job(app) for _ in range(4)] == [True, True, True, False]
    assert only(make).status is JobStatus.FAILED


def test_a_job_sees_as_far_as_who_asked(app, asked, make):
    make.person(make.unit("乙县"))
    seen = []

    def work(args, state, now):
        seen.append(db.session.query(Person).count())
        yield Progress(1, 1)

    asked(work)
    run_job(app)
    assert seen == [1]  # herself


def test_a_job_of_one_who_lost_the_permission_is_not_done(app, asked, make):
    stranger = make.officer(make.unit("丙县"), Role.AUDIT_ADMIN)
    asked(steps, stranger)
    run_job(app)
    assert only(make).status is JobStatus.FAILED
    assert only(make).done == 0


def test_what_is_due_is_done_once(app, make, clock):
    done = []
    app.extensions["due things"][:] = [Due("x", timedelta(seconds=5), done.append)]
    run_once(app)
    run_once(app)
    assert len(done) == 1
    clock.time += timedelta(seconds=6)
    run_once(app)
    assert len(done) == 2
    assert len(make.all(DueThing)) == 1


def test_everything_that_is_due_in_the_house_is_done(app, make, caplog):
    run_once(app)
    assert {one.name for one in make.all(DueThing)} == {
        one.name for one in app.extensions["due things"]
    }
    assert [line.message for line in caplog.records] == []


def test_who_comes_again_asks_for_nothing_that_is_known_to_be_early(app, clock, statements):
    done, known = [], {}
    app.extensions["due things"][:] = [Due("x", timedelta(seconds=5), done.append)]
    run_once(app, known)
    with statements() as seen:
        run_once(app, known)
    assert [one for one in seen if "due_thing" in one] == []
    clock.time += timedelta(seconds=5)
    run_once(app, known)
    assert len(done) == 2


def test_what_another_worker_has_done_is_looked_at_again_when_it_is_due_again(app, clock):
    done, known = [], {}
    app.extensions["due things"][:] = [Due("x", timedelta(seconds=5), done.append)]
    run_once(app, known)
    clock.time += timedelta(seconds=6)
    run_once(app)  # the other one
    run_once(app, known)
    clock.time += timedelta(seconds=5)
    run_once(app, known)
    assert len(done) == 3


def test_another_persons_job_does_not_exist(asked, make, sign_in):
    job_id = asked(steps)
    stranger = make.officer(make.all(OrgUnit)[0])
    assert sign_in(stranger).get(f"/jobs/{job_id}").status_code == 404
    assert sign_in(stranger).get(f"/jobs/{job_id}/progress").status_code == 404


def test_progress_can_be_watched_and_found_again(asked, officer, app, sign_in):
    job_id = asked(steps)
    browser = sign_in(officer)
    assert "试一试" in browser.get("/jobs/").text
    assert browser.get(f"/jobs/{job_id}/progress").json["over"] is False
    run_job(app)
    answer = browser.get(f"/jobs/{job_id}/progress").json
    assert (answer["done"], answer["total"], answer["over"]) == (3, 3, True)
    assert browser.get(f"/jobs/{job_id}").status_code == 200
