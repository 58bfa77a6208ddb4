"""Who disagrees says so in time, somebody named decides, and what follows is done."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from lms.access.permissions import Role
from lms.exams.models import Allowance, Attempt, Candidate, NamedOfficer, Result, Verdict
from lms.marking.models import Appeal, Reading
from tests.exams.sitter import Sitter


@pytest.fixture
def cadre(room):
    return room.cadre("王一")


@pytest.fixture
def sat(room, cadre):
    assessment = room.held(cadre, shuffled=False)
    room.sit(cadre, assessment, "A", "")
    return assessment


@pytest.fixture
def file(room, cadre, make):
    def sent(assessment, about="question", person=None, attempt=True, **more):
        url = f"/marking/assessments/{assessment.id}/appeal"
        if attempt:
            url += f"?attempt={make.all(Attempt)[0].id}"
        data = {"about": about, "said": "第一题两个选项都对", **more}
        return room.web(person or cadre).post(url, data, content_type="multipart/form-data")

    return sent


@pytest.fixture
def decide(room, make):
    def sent(accepted, officer=None, answer="核对过原文", **more):
        data = {"accepted": accepted, "answer": answer, **more}
        url = f"/marking/appeals/{make.all(Appeal)[-1].id}/decision"
        return room.web(officer or room.officer).post(url, data)

    return sent


def test_an_appeal_is_filed_read_and_answered(room, sat, file, decide, cadre, make):
    assert file(sat, slot="1").status_code == 303
    officers = room.web(room.officer).get(f"/marking/assessments/{sat.id}/appeals")
    assert "第一题两个选项都对" in officers.get_data(as_text=True)
    assert decide("n").status_code == 303
    page = room.web(cadre).get(
        f"/marking/assessments/{sat.id}/appeal?attempt={make.all(Attempt)[0].id}"
    )
    assert "核对过原文" in page.get_data(as_text=True) and "不成立" in page.get_data(as_text=True)
    assert decide("y").status_code == 409


def test_a_picture_goes_with_it(room, sat, file, make):
    drawn = BytesIO()
    Image.new("RGB", (20, 20)).save(drawn, "PNG")
    sent = (BytesIO(drawn.getvalue()), "证据.png")
    assert file(sat, slot="1", picture=sent).status_code == 303
    url = f"/marking/appeals/{make.all(Appeal)[0].id}/picture"
    assert room.web(room.officer).get(url).mimetype == "image/png"
    assert room.web(room.cadre("王二")).get(url).status_code == 404


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"said": " "}, 'class="error"'),
        ({"slot": "9"}, "1 至 2"),
        ({"about": "missed"}, "您已参加过"),
        ({"about": "nothing"}, 'class="error"'),
        ({"picture": b"no picture", "slot": "1"}, "这不是可以显示的图片"),
    ],
)
def test_what_cannot_be_answered_is_refused(sat, file, make, sent, why):
    if "picture" in sent:
        sent = sent | {"picture": (BytesIO(sent["picture"]), "a.png")}
    answer = file(sat, **sent)
    assert answer.status_code == 422 and why in answer.get_data(as_text=True)
    assert make.all(Appeal) == []


def test_the_same_is_appealed_once_at_a_time(sat, file, make):
    file(sat, slot="1")
    assert "请等候答复" in file(sat, slot="1").get_data(as_text=True)
    assert len(make.all(Appeal)) == 1


def test_after_the_last_working_day_nobody_appeals(room, cadre, sat, file, clock, make):
    clock.time += timedelta(days=7)  # five working days later, with a weekend between
    url = f"/marking/assessments/{sat.id}/appeal?attempt={make.all(Attempt)[0].id}"
    assert "2026年11月30日 当天（含）以前可以提出" in room.web(cadre).get(url).text
    clock.time += timedelta(days=1)
    assert "申诉期限已过" in file(sat, slot="1").get_data(as_text=True)
    assert make.all(Appeal) == []


def test_a_wrong_question_is_mended_for_all_before_the_appeal_is_accepted(
    room, sat, file, decide, make, app
):
    file(sat, slot="1")
    assert decide("y").status_code == 409
    place = sat.paper.slots[0]
    url = f"/marking/assessments/{sat.id}/keys/{place.id}"
    sent = {"letters": ["A"], "reason": "申诉成立", "act": "confirm"}
    assert room.web(room.officer).post(url, sent).status_code == 303
    assert decide("y").status_code == 303


def test_a_mark_is_given_anew_by_somebody_else(room, cadre, file, decide, make):
    assessment = room.held(cadre, shuffled=False)
    room.sit(cadre, assessment, "B", "提前公告，当场公布")
    room.gather()
    one, two = room.marker(room.one), room.marker(room.two)
    one.take()
    one.give(0)
    file(assessment, "mark", slot="2")
    assert decide("y").status_code == 303
    assert not one.take() and two.take()
    two.give(0, 2)
    first, second = make.all(Result)
    assert (first.earned, second.earned) == (4, 5) and second.replaced_at is None
    assert len(make.all(Reading)) == 2


def test_an_attempt_that_somebody_else_sat_is_void_and_one_sits_again(
    room, sat, cadre, file, decide, make, clock
):
    file(sat, "identity")
    assert decide("y").status_code == 303
    assert make.all(Result)[0].replaced_at is not None
    assert [one.counts for one in make.all(Verdict)] == [False]
    assert make.all(Candidate)[0].voided == 1
    page = Sitter(room.web(cadre), clock, sat).open()
    page.submit()
    assert len([one for one in make.all(Result) if one.replaced_at is None]) == 1


def test_who_missed_it_is_let_in_by_an_exception(room, cadre, file, decide, make, clock):
    assessment = room.held(cadre)
    clock.time += timedelta(days=1, hours=1)
    assert "还没有" not in room.web(cadre).get("/exams/").get_data(as_text=True)
    assert file(assessment, "missed", attempt=False).status_code == 303
    assert decide("y").status_code == 422  # until when?
    assert decide("y", closes_at="2026-11-27T18:00").status_code == 303
    (allowance,) = make.all(Allowance)
    assert (allowance.person_id, allowance.reason) == (cadre.id, "核对过原文")
    Sitter(room.web(cadre), clock, assessment).open()


def test_an_officer_named_from_another_unit_decides_as_the_own_do(
    room, cadre, file, decide, make, clock
):
    assessment = room.held(cadre)
    other = make.officer(make.unit("乙县"), name="邻县管理员")
    make.keep(NamedOfficer(assessment_id=assessment.id, person_id=other.id, named_at=clock()))
    clock.time += timedelta(days=1, hours=1)
    file(assessment, "missed", attempt=False)
    assert "第一题两个选项都对" in room.web(other).get(
        f"/marking/assessments/{assessment.id}/appeals"
    ).get_data(as_text=True)
    assert decide("y", other, closes_at="2026-11-27T18:00").status_code == 303
    (allowance,) = make.all(Allowance)
    assert (allowance.person_id, allowance.made_by) == (cadre.id, other.id)
    Sitter(room.web(cadre), clock, assessment).open()
    # beyond that she arranges nothing of it
    exceptions = f"/exams/assessments/{assessment.id}/exceptions"
    assert room.web(other).get(exceptions).status_code == 403


def test_an_appeal_is_between_its_person_and_the_named(room, sat, file, decide, make):
    file(sat, slot="1")
    other = make.officer(room.county)
    assert decide("y", other).status_code in (403, 404)
    assert room.web(other).get(f"/marking/assessments/{sat.id}/appeals").status_code == 403


def test_nobody_answers_the_own_appeal(room, sat, file, decide, cadre, make):
    file(sat, slot="1")
    make.role(cadre, Role.COUNTY_OFFICER, room.county)
    make.keep(NamedOfficer(assessment_id=sat.id, person_id=cadre.id, named_at=make.clock()))
    assert decide("n", cadre).status_code == 403
    assert make.all(Appeal)[0].decided_at is None
