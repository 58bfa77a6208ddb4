"""The officers named say who reads, how, and what a line pays; a profile is for few."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.competencies.models import Competency, Framework
from lms.exams.models import Answer, Assessment, Attempt, LateDecision, Mark, Result
from lms.jobs.worker import run_job
from lms.marking.models import MarkingPlan, NamedMarker, Reading, RubricChange, Script
from lms.orgs.rules import UnitKind
from lms.people.models import Person
from tests.make import BEGAN


@pytest.fixture
def read(room, make):
    """One answer that was read: its first line ticked."""
    cadre = room.cadre()
    assessment = room.held(cadre)
    room.sit(cadre, assessment, "B", "公告")
    room.gather()
    marker = room.marker(room.one)
    marker.take()
    marker.give(0)
    return assessment


def test_markers_are_named_for_all_or_for_one_question(room, read, make):
    web, url = room.web(room.officer), f"/marking/assessments/{read.id}"
    third = make.officer(room.county, Role.MARKER, "阅卷丙")
    question = make.all(Script)[0].version_id
    sent = {"person_id": str(third.id), "question": str(question)}
    assert web.post(f"{url}/markers", sent).status_code == 303
    row = make.all(NamedMarker)[-1]
    assert (row.person_id, row.version_id) == (third.id, question)
    assert "阅卷丙" in web.get(url).get_data(as_text=True)
    assert web.post(f"{url}/markers/{row.id}/remove", {}).status_code == 303
    assert make.all(NamedMarker)[-1].ended_at is not None
    stranger = make.officer(make.unit("乙县"), Role.MARKER, "外人")
    sent = {"person_id": str(stranger.id), "question": "0"}
    assert web.post(f"{url}/markers", sent).status_code == 404


def test_what_a_marker_began_is_free_when_the_name_is_taken_off(room, make):
    cadre = room.cadre()
    assessment = room.held(cadre)
    room.sit(cadre, assessment, "B", "公告")
    room.gather()
    one = room.marker(room.one)
    one.take()
    row = next(row for row in make.all(NamedMarker) if row.person_id == room.one.id)
    web = room.web(room.officer)
    web.post(f"/marking/assessments/{assessment.id}/markers/{row.id}/remove", {})
    assert make.all(Reading)[0].marker_id is None
    assert room.marker(room.two).take() and not room.marker(room.one).take()


def test_the_plan_holds_for_what_is_handed_in_from_now_on(room, read, make):
    sent = {"twice": "y", "most_apart": "30", "appeal_days": "3"}
    url = f"/marking/assessments/{read.id}/plan"
    assert room.web(room.officer).post(url, sent).status_code == 303
    (plan,) = make.all(MarkingPlan)
    assert (plan.twice, plan.most_apart) == (True, 30)
    assert make.all(Assessment)[0].appeal_days == 3
    assert room.web(room.officer).post(url, sent | {"most_apart": "101"}).status_code == 422


def test_all_that_used_a_line_is_paid_anew(room, read, make, app):
    script = make.all(Script)[0]
    url = f"/marking/scripts/{script.id}/rubric"
    web = room.web(room.officer)
    assert "提前公告" in web.get(url).get_data(as_text=True)
    sent = {"points-0": "3", "points-1": "1", "points-2": "0", "reason": "第一条是重点"}
    assert web.post(url, sent | {"points-0": "4"}).status_code == 422
    assert web.post(url, sent).status_code == 303
    make.session.commit()
    run_job(app)
    marks = [(one.share, one.share_of) for one in make.all(Mark) if one.slot == 2]
    assert marks == [(1, 2), (3, 4)]
    assert [one.earned for one in make.all(Result)] == [Decimal(4), Decimal(5)]
    assert make.all(Result)[-1].why == make.all(RubricChange)[0].reason == "第一条是重点"


def test_an_answer_that_came_late_and_counts_is_read_again(room, read, make, clock):
    (attempt,) = make.all(Attempt)
    about = {"attempt_id": attempt.id, "turn": 1, "sequence": 99, "slot": 2, "counts": True}
    make.keep(Answer(**about, content=["公告，又公布"], said_at=clock(), saved_at=clock()))
    make.keep(
        LateDecision(
            attempt_id=attempt.id, accepted=True, decided_at=clock(), decided_by=room.officer.id
        )
    )
    clock.time += timedelta(minutes=1)
    room.gather()
    assert make.all(Script)[0].said == "公告，又公布"
    two = room.marker(room.two)
    assert two.take() and "公告，又公布" in two.page()
    two.give(0, 2)
    assert make.all(Result)[-1].earned == Decimal(5)


def test_nobody_but_the_named_opens_the_page(room, read, make):
    other = room.web(make.officer(room.county))
    for url in (f"assessments/{read.id}", f"assessments/{read.id}/keys"):
        assert other.get(f"/marking/{url}").status_code == 403
    assert other.get(f"/marking/scripts/{make.all(Script)[0].id}/rubric").status_code == 404


def test_a_profile_is_for_its_person_and_the_citys_officer(room, read, make):
    ability = Competency(code="MAS", name="群众工作本领", meaning="", place=1)
    facts = {"code": "eight", "name": "八种本领", "source": "", "issued_on": BEGAN}
    make.keep(Framework(**facts, competencies=[ability]))
    cadre = make.all(Result)[0].person_id
    own = room.web(make.session.get(Person, cadre)).get("/marking/abilities")
    assert "群众工作本领" in own.get_data(as_text=True)
    assert "题量不足，仅列对错数" in own.get_data(as_text=True)
    city = make.unit("某市", kind=UnitKind.CITY)
    room.county.path = f"{city.path}{room.county.id}/"
    room.village.path = f"{room.county.path}{room.village.id}/"
    make.session.flush()
    url = f"/marking/persons/{cadre}/abilities"
    assert room.web(make.officer(city, Role.CITY_OFFICER)).get(url).status_code == 200
    assert room.web(room.officer).get(url).status_code == 403
