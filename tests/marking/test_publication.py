"""All results in one act: nothing before, everything at one moment, who comes later by itself."""

from datetime import timedelta

import pytest

from lms.access.scope import seeing_everything
from lms.db import db
from lms.exams.models import Assessment, Attempt, Mark, Result, Verdict
from lms.exams.releasing import OVERLOOKED, publish_left
from lms.exams.rules import Counting, Publishing
from lms.jobs.models import Job
from lms.jobs.worker import run_job

ONE_ACT = {"publishing": Publishing.IN_ONE_ACT}


@pytest.fixture
def publish(room, app, clock, make):
    """publish(assessment) → an officer presses, the worker works."""

    def pressed(assessment, officer=None):
        web = room.web(officer or room.officer)
        answer = web.post(f"/marking/assessments/{assessment.id}/publication", {})
        if answer.status_code == 303:
            make.session.commit()
            assert run_job(app)
            assert [job.status.value for job in make.all(Job)][-1] == "done", make.all(Job)[-1].line
        return answer

    return pressed


def test_one_press_publishes_all(room, make, publish, clock):
    one, two = room.cadre("王一"), room.cadre("王二")
    assessment = room.held(one, two, **ONE_ACT)
    pages = [room.sit(one, assessment, "B", ""), room.sit(two, assessment, "A", "")]
    assert make.all(Result) == []
    clock.time += timedelta(hours=1)
    assert publish(assessment).status_code == 303
    assert [(one.earned, one.number, one.replaced_at) for one in make.all(Result)] == [
        (2, 1, None),
        (0, 1, None),
    ]
    assert [one.counts for one in make.all(Verdict)] == [True, True]
    assert make.all(Assessment)[0].published_at == make.all(Result)[0].published_at
    assert "成绩待公布" not in pages[0].result().get_data(as_text=True)
    assert "的成绩已公布" in room.web(one).get("/exams/").get_data(as_text=True)


def test_the_page_says_what_is_missing(room, publish):
    cadre = room.cadre()
    assessment = room.held(cadre, **ONE_ACT)
    room.sit(cadre, assessment, "B", "公告")
    room.gather()
    page = room.web(room.officer).get(f"/marking/assessments/{assessment.id}")
    text = page.get_data(as_text=True)
    assert "1 份答卷还有没评的书面作答" in text and "0 人的成绩" in text


def test_what_is_marked_later_is_published_by_itself(room, make, publish):
    one, two = room.cadre("王一"), room.cadre("王二")
    assessment = room.held(one, two, **ONE_ACT)
    room.sit(one, assessment, "B", "公告")
    room.gather()
    publish(assessment)
    assert make.all(Result) == []
    marker = room.marker(room.one)
    marker.take()
    marker.give(0)
    room.sit(two, assessment, "B", "")  # after the publication
    assert [one.earned for one in make.all(Result)] == [4, 2]


def test_nobody_publishes_twice_and_only_the_named_do(room, publish, make):
    cadre = room.cadre()
    assessment = room.held(cadre, **ONE_ACT)
    room.sit(cadre, assessment, "B", "")
    other = make.officer(room.county)
    assert publish(assessment, other).status_code == 403
    assert publish(assessment).status_code == 303
    assert publish(assessment).status_code == 409


def test_what_is_published_at_once_is_not_published_in_one_act(room, publish):
    assert publish(room.held()).status_code == 409


@pytest.mark.parametrize(("which", "earned"), [(Counting.FIRST, 2), (Counting.LAST, 0)])
def test_the_first_or_the_last_attempt_counts_in_one_act_too(
    room, make, publish, clock, which, earned
):
    cadre = room.cadre()
    assessment = room.held(cadre, which_counts=which, **ONE_ACT)
    room.sit(cadre, assessment, "B", "")
    first = make.all(Attempt)[0]
    facts = {"person_id": cadre.id, "org_id": cadre.org_id, "paper_id": first.paper_id, "seed": 7}
    times = {"started_at": clock(), "ends_at": clock(), "submitted_at": clock()}
    about = {"assessment_id": assessment.id, "number": 2}
    second = make.keep(Attempt(**about, **facts, **times))
    for slot, points in ((1, 2), (2, 4)):
        mark = {"slot": slot, "share": 0, "share_of": 1, "points": points, "marked_at": clock()}
        make.keep(Mark(attempt_id=second.id, **mark))
    publish(assessment)
    counted = [one.attempt_id for one in make.all(Verdict) if one.counts]
    assert [one.earned for one in make.all(Result) if one.attempt_id in counted] == [earned]


def test_who_was_overlooked_is_published_by_the_clock(room, make, publish, app, clock):
    one, two = room.cadre("王一"), room.cadre("王二")
    assessment = room.held(one, two, **ONE_ACT)
    room.sit(one, assessment, "B", "")
    publish(assessment)
    room.sit(two, assessment, "B", "")
    for row in (*make.all(Verdict)[1:], *make.all(Result)[1:]):
        make.session.delete(row)
    make.session.commit()
    clock.time += OVERLOOKED / 2
    with app.app_context(), seeing_everything():
        publish_left(clock())
        db.session.commit()
    assert len(make.all(Result)) == 2
