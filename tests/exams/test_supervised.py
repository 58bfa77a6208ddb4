"""A supervised device, and answers on paper: who has no phone sits the same exam."""

import re
from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.clock import CITY_TIME
from lms.exams.models import Allowance, Answer, Attempt, Mark, PaperEntry, Result, Supervision
from tests.exams.conftest import Fresh
from tests.exams.sitter import Sitter


@pytest.fixture
def cadre(hall):
    return hall.cadre()


@pytest.fixture
def assessment(hall, cadre):
    return hall.assessment(cadre)


@pytest.fixture
def invigilator(hall, make, sign_in):
    return Fresh(sign_in, make.officer(hall.village, Role.INVIGILATOR, "监考人"))


def seat(assessment, make, person):
    from lms.exams.models import Candidate

    found = next(one for one in make.all(Candidate) if one.person_id == person.id)
    return f"/exams/supervised/assessments/{assessment.id}/candidates/{found.id}"


@pytest.fixture
def here(assessment, make, cadre):
    return seat(assessment, make, cadre)


def sits(invigilator, here, clock, **more):
    """The attempt opened on the device, as its page does it."""
    opened = invigilator.post(here, {"checked": "id card", "pledged": "y", **more})
    assert opened.status_code == 303, opened.get_data(as_text=True)
    page = Sitter(invigilator, clock, attempt_id=int(opened.location.rsplit("/", 1)[1]))
    answer = invigilator.post(
        f"/exams/supervised/{page.attempt_id}/turns", json={"device": "room-device"}
    )
    page.opened = answer.json
    page.application = invigilator.sign_in(invigilator.person).client.application
    return page


def say(page, slot, *answer):
    return page.application.test_client().post(
        f"/exams/attempts/{page.attempt_id}/answers",
        json={"operations": [page.operation(slot, list(answer))]},
        headers={"X-Ticket": page.opened["ticket"]},
    )


# ── on the device ───────────────────────────────────────────────────────────────────────────────


def test_the_room_lists_who_is_under_her_unit_and_no_other(
    invigilator, assessment, hall, make, clock
):
    stranger = hall.cadre("李别村", org=hall.make.unit("下王村", under=hall.county))
    hall.list(assessment, stranger)
    assert "上岗测评" in invigilator.get("/exams/supervised").get_data(as_text=True)
    url = f"/exams/supervised/assessments/{assessment.id}"
    names = invigilator.get(url).get_data(as_text=True)
    assert "王一" in names and "李别村" not in names
    assert (
        "李别村"
        not in invigilator.post(url, {"q": "李"}).get_data(as_text=True).split("</form>")[-1]
    )
    assert "王一" in invigilator.post(url, {"q": "王"}).get_data(as_text=True)
    other = seat(assessment, make, stranger)
    assert invigilator.get(other).status_code == 404
    assert invigilator.post(other, {"checked": "known", "pledged": "y"}).status_code == 404
    assert make.all(Attempt) == []


def test_the_same_exam_with_the_same_contract_and_no_mark_in_sight(
    invigilator, here, clock, make, cadre
):
    page = sits(invigilator, here, clock)
    shown = invigilator.get(f"/exams/supervised/{page.attempt_id}").get_data(as_text=True)
    assert "王一" in shown and "甲乙丙丁中哪一个对" in shown
    assert say(page, 1, "B").json["kept"] == [[1, 1]]
    done = invigilator.post(f"/exams/supervised/{page.attempt_id}/submit", {})
    assert done.location.endswith("/exams/supervised")
    (attempt,) = make.all(Attempt)
    assert (attempt.person_id, attempt.pledged_at) == (cadre.id, clock())
    assert {mark.slot for mark in make.all(Mark) if mark.share} == {1}
    told = invigilator.get("/exams/supervised").get_data(as_text=True)
    assert "已交卷" in told and "合格" not in told
    assert invigilator.get(f"/exams/attempts/{page.attempt_id}/result").status_code in (403, 404)


def test_how_the_identity_was_made_sure_of_stays_with_the_attempt(invigilator, here, clock, make):
    assert invigilator.post(here, {"pledged": "y"}).status_code == 422
    assert make.all(Attempt) == []
    sits(invigilator, here, clock, checked="known")
    (kept,) = make.all(Supervision)
    assert (kept.checked, kept.invigilator_id) == ("known", invigilator.person.id)
    noted = [one for one in make.all(AuditEntry) if one.act == "open supervised attempt"]
    assert noted[0].facts["checked"] == "known"


def test_an_attempt_is_out_of_reach_until_she_has_looked_who_sits_there(
    invigilator, sit, cadre, assessment, here, clock
):
    own = sit(cadre, assessment)
    address = f"/exams/supervised/{own.attempt_id}"
    assert invigilator.get(address).status_code == 404
    assert invigilator.post(f"{address}/turns", json={"device": "room-device"}).status_code == 404
    assert invigilator.post(f"{address}/submit", {}).status_code == 404
    sits(invigilator, here, clock)  # the phone has died: the same attempt goes on here
    assert invigilator.get(address).status_code == 200
    assert own.send().json["turn"] == 2


def test_nobody_makes_sure_of_himself(here, hall, cadre, sign_in, make):
    make.role(cadre, Role.INVIGILATOR, hall.village)
    refused = sign_in(cadre).post(here, {"checked": "id card", "pledged": "y"})
    assert "不能给本人核对身份" in refused.text
    assert make.all(Attempt) == []


def test_another_invigilator_of_the_unit_has_not_looked(
    invigilator, here, clock, hall, make, sign_in
):
    page = sits(invigilator, here, clock)
    other = Fresh(sign_in, make.officer(hall.village, Role.INVIGILATOR, "另一人"))
    assert other.get(f"/exams/supervised/{page.attempt_id}").status_code == 404


def test_the_word_of_the_room_is_asked_for_here_too(hall, cadre, make, invigilator, clock):
    here = seat(hall.assessment(cadre, password="春风"), make, cadre)
    wrong = invigilator.post(here, {"checked": "known", "pledged": "y", "password": "秋雨"})
    assert wrong.status_code == 422 and make.all(Attempt) == []
    sits(invigilator, here, clock, password="春风")


# ── on paper ────────────────────────────────────────────────────────────────────────────────────

SHEET = {"s1": "B", "s2": "AC", "s3": "√", "s4": ["过半数", "半数以上"]}


def take_in(invigilator, here, began):
    sent = {"checked": "id card", "started_at": f"{began:%Y-%m-%dT%H:%M}", "paper": 1}
    taken = invigilator.post(f"{here}/sheet", sent)
    assert taken.status_code == 303, taken.get_data(as_text=True)
    return taken.location


@pytest.fixture
def assessment_of_the_morning(hall, cadre, clock):
    return hall.assessment(cadre, opens_at=clock() - timedelta(hours=3))


@pytest.fixture
def here_of_the_morning(assessment_of_the_morning, make, cadre):
    return seat(assessment_of_the_morning, make, cadre)


@pytest.fixture
def morning(invigilator, here_of_the_morning, clock):
    began = (clock() - timedelta(minutes=90)).astimezone(CITY_TIME)
    return take_in(invigilator, here_of_the_morning, began)


def key_in(invigilator, sheet, round_, **answers):
    return invigilator.post(sheet, {"round": round_, **SHEET, **answers})


def test_two_rounds_that_agree_are_the_answers(
    invigilator, morning, make, clock, officer, assessment_of_the_morning
):
    live = f"/exams/assessments/{assessment_of_the_morning.id}/live/names"
    key_in(invigilator, morning, 1)
    assert make.all(Answer) == [] and make.all(Result) == []
    assert "王一" in officer.get(f"{live}?state=awaited").get_data(as_text=True)
    done = key_in(invigilator, morning, 2)
    assert "王一" in officer.get(f"{live}?state=submitted").get_data(as_text=True)
    assert done.location.endswith("/exams/supervised")
    (attempt,) = make.all(Attempt)
    assert attempt.started_at == clock() - timedelta(minutes=90)
    assert attempt.submitted_at == attempt.ends_at == clock() - timedelta(minutes=30)
    assert [str(one.earned) for one in make.all(Result)] == ["8.00"]
    assert {row.slot: row.content for row in make.all(Answer)} == {
        1: ["B"],
        2: ["A", "C"],
        3: ["A"],
        4: ["过半数", "半数以上"],
    }


def test_a_sheet_may_be_keyed_to_its_end_on_another_day(invigilator, morning, make, clock):
    key_in(invigilator, morning, 1)
    clock.time += timedelta(hours=20)
    assert morning in invigilator.get("/exams/supervised").text
    key_in(invigilator, morning, 2)
    assert [str(one.earned) for one in make.all(Result)] == ["8.00"]
    clock.time += timedelta(hours=20)
    assert invigilator.get(morning).status_code == 404  # what is settled is out of reach


def test_the_second_round_may_be_keyed_by_another_of_the_unit_and_not_by_oneself(
    invigilator, morning, hall, make, sign_in, cadre
):
    other = Fresh(sign_in, make.officer(hall.village, Role.INVIGILATOR, "另一人"))
    elsewhere = hall.make.unit("下王村", under=hall.county)
    stranger = Fresh(sign_in, make.officer(elsewhere, Role.INVIGILATOR, "外村人"))
    make.role(cadre, Role.INVIGILATOR, hall.village)
    key_in(invigilator, morning, 1)
    for nobody in (stranger, Fresh(sign_in, cadre)):
        assert morning not in nobody.get("/exams/supervised").text
        assert nobody.get(morning).status_code == 404
        assert key_in(nobody, morning, 2).status_code == 404
    assert morning in other.get("/exams/supervised").text
    key_in(other, morning, 2)
    assert [str(one.earned) for one in make.all(Result)] == ["8.00"]
    assert [one.entered_by for one in make.all(PaperEntry)][:3] == [
        invigilator.person.id,
        invigilator.person.id,
        other.person.id,
    ]


def test_what_differs_is_listed_and_settled_by_a_third_entry(invigilator, morning, make):
    key_in(invigilator, morning, 1, s1="C")
    assert (
        "C"
        not in invigilator.get(morning)
        .get_data(as_text=True)
        .split("<main")[1]
        .split('name="s1"')[0]
        .split("legend")[-1]
    )  # the second round is keyed in blind
    key_in(invigilator, morning, 2)
    assert make.all(Result) == []
    told = invigilator.get(morning).get_data(as_text=True)
    assert "第一遍：C" in told and 'name="s1"' in told and 'name="s2"' not in told
    invigilator.post(morning, {"round": 3, "s1": "B"})
    assert [str(one.earned) for one in make.all(Result)] == ["8.00"]
    assert [one.round for one in make.all(PaperEntry)] == [0, 1, 2, 3]


def test_a_round_is_kept_once_and_nothing_counts_twice(invigilator, morning, make):
    key_in(invigilator, morning, 1)
    assert key_in(invigilator, morning, 1).status_code == 409
    key_in(invigilator, morning, 2)
    assert key_in(invigilator, morning, 2).status_code == 409
    assert len(make.all(Answer)) == 4 and len(make.all(Result)) == 1


@pytest.mark.parametrize("wrong", [{"s1": "E"}, {"s1": "AB"}, {"s4": ["字" * 201, ""]}])
def test_what_the_paper_does_not_have_is_refused_below_its_question(
    invigilator, morning, make, wrong
):
    told = key_in(invigilator, morning, 1, **wrong)
    assert told.status_code == 422
    (field,) = wrong
    assert re.findall(r'class="error" id="(s\d)-error"', told.text) == [field]
    assert [one.round for one in make.all(PaperEntry)] == [0]


def test_a_sheet_that_is_refused_keeps_what_was_typed_and_names_every_fault(invigilator, morning):
    told = key_in(invigilator, morning, 1, s1="E", s2="AX", s4=['过"半', ""]).text
    assert re.search(r'<form[^>]*keying"[^>]*autocomplete="off"', told)  # never typed by the tab
    assert "有 2 题要改" in told and "没有“E”" in told and "没有“AX”" in told
    typed = re.findall(r'name="(s\d)"[^>]* value="([^"]*)"', told)
    assert typed == [("s1", "E"), ("s2", "AX"), ("s3", "√"), ("s4", "过&#34;半"), ("s4", "")]


def test_a_sheet_of_before_the_window_is_not_taken_in(invigilator, here, clock, make):
    began = (clock() - timedelta(minutes=90)).astimezone(CITY_TIME)
    sent = {"checked": "id card", "started_at": f"{began:%Y-%m-%dT%H:%M}", "paper": 1}
    told = invigilator.post(f"{here}/sheet", sent)
    assert told.status_code == 422 and "开考时间要在测评的开放时间以内" in told.text
    assert f'value="{began:%Y-%m-%dT%H:%M}"' in told.text  # what was typed stays
    assert make.all(Attempt) == []


def test_a_sheet_is_still_taken_in_when_the_window_has_closed(
    invigilator, hall, cadre, make, clock
):
    closed = clock() - timedelta(hours=1)
    assessment = hall.assessment(cadre, opens_at=clock() - timedelta(hours=3), closes_at=closed)
    here = seat(assessment, make, cadre)
    assert "已截止：收纸质答卷" in invigilator.get("/exams/supervised").text
    page = invigilator.get(here).text
    assert "收下，开始录入" in page and "在这台设备上考" not in page
    sheet = take_in(invigilator, here, (clock() - timedelta(minutes=150)).astimezone(CITY_TIME))
    for round_ in (1, 2):
        key_in(invigilator, sheet, round_)
    assert [str(one.earned) for one in make.all(Result)] == ["8.00"]
    clock.time += timedelta(days=4)
    assert (
        "上岗测评"
        not in invigilator.get("/exams/supervised").text.split("您打开的和待录入的答卷")[0]
    )


def test_who_sits_later_than_all_others_is_found_on_the_day(invigilator, hall, cadre, make, clock):
    assessment = hall.assessment(cadre, opens_at=clock() - timedelta(days=9))
    assessment.closes_at = clock() - timedelta(days=8)
    again = {"opens_at": clock(), "closes_at": clock() + timedelta(hours=2)}
    facts = {"assessment_id": assessment.id, "person_id": cadre.id, "reason": "缓考", **again}
    make.keep(Allowance(**facts, made_at=clock(), made_by=hall.officer.id))
    assert "上岗测评" in invigilator.get("/exams/supervised").text
    sits(invigilator, seat(assessment, make, cadre), clock)


def test_an_attempt_on_a_phone_is_not_keyed_in(invigilator, here, clock):
    page = sits(invigilator, here, clock)
    assert invigilator.get(f"/exams/supervised/{page.attempt_id}/sheet").status_code == 409
    began = clock().astimezone(CITY_TIME)
    sent = {"checked": "id card", "started_at": f"{began:%Y-%m-%dT%H:%M}", "paper": 1}
    clock.time += timedelta(minutes=5)
    assert invigilator.post(f"{here}/sheet", sent).status_code == 409
