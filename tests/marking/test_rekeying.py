"""A key that was wrong: previewed, decided, and everyone who was asked is marked anew."""

import pytest

from lms.exams.changed import KeyChange
from lms.exams.models import Assessment, Mark, Result, Verdict
from lms.exams.rules import Counting
from lms.jobs.models import Job
from lms.jobs.worker import run_job

BLANK = "村民会议须有{{过半数}}的村民参加。\n"


@pytest.fixture
def sat(room):
    """Two who answered the first question, one of them right by the key as it is."""
    one, two = room.cadre("王一"), room.cadre("王二")
    assessment = room.held(one, two, pass_mark=30)
    room.sit(one, assessment, "B", "")
    room.sit(two, assessment, "C", "")
    return assessment


@pytest.fixture
def door(room, app, make):
    """door(assessment, …) → what the officer types for the first question is sent."""

    def typed(assessment, officer=None, confirm=False, slot=1, **sent):
        place = assessment.paper.slots[slot - 1]
        url = f"/marking/assessments/{assessment.id}/keys/{place.id}"
        act = {"act": "confirm"} if confirm else {}
        answer = room.web(officer or room.officer).post(url, sent | act)
        if answer.status_code == 303:
            make.session.commit()
            run_job(app)
            assert make.all(Job)[-1].status.value == "done", make.all(Job)[-1].line
        return answer

    return typed


def test_before_it_is_decided_one_sees_who_would_pass_and_fail(sat, door, make):
    text = door(sat, letters=["C"]).get_data(as_text=True)
    assert "未合格变为合格" in text and "王二" in text and "王一" in text
    assert make.all(KeyChange) == [] and len(make.all(Result)) == 2


@pytest.mark.parametrize(("counting", "falls"), [(Counting.BEST, False), (Counting.LAST, True)])
def test_the_preview_goes_by_the_attempt_that_counts(room, door, counting, falls):
    cadre = room.cadre("王一")
    assessment = room.held(cadre, pass_mark=30, which_counts=counting)
    room.sit(cadre, assessment, "C", "")
    room.sit(cadre, assessment, "B", "")  # by the other key the first is right, and this wrong
    told = door(assessment, letters=["C"]).get_data(as_text=True)
    assert ("王一" in told) is falls


def test_at_the_very_line_what_a_person_gave_for_writing_is_added_too(room, door):
    cadre = room.cadre("王一")
    assessment = room.held(cadre, pass_mark=50)  # three of six points
    room.sit(cadre, assessment, "C", "过半数")
    room.gather()
    marker = room.marker(room.one)
    marker.take()
    marker.give(1)  # one point
    told = door(assessment, letters=["C"])
    assert told.status_code == 200 and "王一" in told.text and "未合格变为合格" in told.text


def test_everyone_who_was_asked_is_marked_anew_and_told_why(sat, door, make, room):
    assert door(sat, confirm=True, letters=["C"], reason="选项印错").status_code == 303
    standing = [one for one in make.all(Result) if one.replaced_at is None]
    assert [(one.earned, one.passed, one.why) for one in standing] == [
        (0, False, "选项印错"),
        (2, True, "选项印错"),
    ]
    assert len([one for one in make.all(Verdict) if one.counts]) == 2
    assert make.all(Assessment)[0].keys_changed
    person = make.all(Result)[0].person_id
    web = room.web(next(one for one in make.all(type(room.officer)) if one.id == person))
    assert "的成绩有更正：选项印错" in web.get("/exams/").get_data(as_text=True)


def test_everyone_gets_the_points_where_the_question_is_wrong(sat, door, make):
    door(sat, confirm=True, all_paid="y", reason="没有正确选项")
    standing = [one for one in make.all(Result) if one.replaced_at is None]
    assert [one.earned for one in standing] == [2, 2]
    assert len([one for one in make.all(Mark) if one.slot == 1]) == 3  # one was right before


def test_a_blank_takes_several_variants(room, door, make):
    from tests.exams.build import question

    cadre = room.cadre()
    assessment = room.held(cadre, texts=(question("b-1", "blank", BLANK),), pass_mark=30)
    room.sit(cadre, assessment, "一半以上", "")
    sent = {"blanks-0": "过半数 | 一半以上", "reason": "写法不同"}
    assert door(assessment, confirm=True, **sent).status_code == 303
    assert [one.earned for one in make.all(Result)] == [0, 2]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "请选正确的选项"),
        ({"letters": ["Z"]}, "请选正确的选项"),
        ({"letters": ["B", "C"]}, "只能有一个正确选项"),
        ({"letters": ["B"], "act": "confirm", "reason": "一样"}, "答案没有变化"),
        ({"letters": ["C"], "act": "confirm"}, "请写明更正的理由"),
    ],
)
def test_what_cannot_be_a_key_is_refused(sat, door, make, sent, why):
    answer = door(sat, **sent)
    assert answer.status_code == 422 and why in answer.get_data(as_text=True)
    assert make.all(KeyChange) == []


def test_a_written_question_has_no_key_but_may_be_paid_to_all(sat, door, make):
    assert "由人评分" in door(sat, slot=2, letters=["B"]).get_data(as_text=True)
    door(sat, slot=2, confirm=True, all_paid="y", reason="超出范围")
    standing = [one for one in make.all(Result) if one.replaced_at is None]
    assert [one.earned for one in standing] == [6, 4]


def test_nobody_who_runs_it_opens_a_question_before_somebody_has_handed_in(room, door):
    assessment = room.held(room.cadre())
    shut = door(assessment, letters=["C"])
    assert shut.status_code == 409 and "还没有人交卷" in shut.text and "甲乙丙丁" not in shut.text


def test_who_has_still_to_sit_it_opens_no_question_of_it_whoever_one_is(room, sat, door, clock):
    room.list(sat, room.officer)
    room.list(sat, room.one)
    room.gather()
    told = door(sat, letters=["C"])
    assert told.status_code == 403 and "考完以前不能看试题" in told.text
    cadre = room.cadre("王三")
    room.list(sat, cadre)
    room.sit(cadre, sat, "B", "公告")
    room.gather()
    assert "怎样开好村民会议" not in room.marker(room.one).desk()
    assert "怎样开好村民会议" in room.marker(room.two).desk()
    refused = room.web(room.one).post("/marking/scripts/1/next", {})
    assert refused.status_code == 403
    assert room.web(room.officer).get("/marking/scripts/1/rubric").status_code == 403
    clock.time = sat.closes_at
    assert door(sat, letters=["C"]).status_code == 200


def test_nobody_but_the_named_sees_a_question(sat, door, make, room):
    other = make.officer(room.county)
    assert door(sat, other, letters=["C"]).status_code == 403
    web = room.web(room.officer)
    text = web.get(f"/marking/assessments/{sat.id}/keys").get_data(as_text=True)
    assert "甲乙丙丁" not in text
    place = sat.paper.slots[0]
    page = web.get(f"/marking/assessments/{sat.id}/keys/{place.id}")
    assert "甲乙丙丁" in page.get_data(as_text=True)
