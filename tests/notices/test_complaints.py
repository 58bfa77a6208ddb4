"""投诉建议: open to everyone, answered by a named unit, and bounded."""

import re
from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.notices import rules, services
from lms.notices.models import Complaint
from lms.notices.rules import MOST_FROM_ADDRESS
from lms.web.transaction import finish

SAID = "课程视频打不开"


@pytest.fixture
def county(make):
    return make.unit("垣曲县", under=make.unit("运城市"))


@pytest.fixture
def desk(make, sign_in, county):
    return sign_in(make.officer(county, Role.COUNTY_OFFICER))


def complain(browser, unit, said=SAID, **more):
    return browser.post("/complaints/new", {"office": unit.id, "said": said, **more})


def test_every_page_leads_there(client, sign_in, make, county):
    for page in (client.get("/sign-in"), sign_in(make.person(county)).get("/own")):
        assert 'href="/complaints/new"' in page.text and "投诉建议" in page.text


def test_the_page_names_the_units_that_answer(client, county):
    page = client.get("/complaints/new")
    assert "运城市委组织部" in page.text and "垣曲县委组织部" in page.text


def test_the_county_of_the_reader_is_chosen_first(sign_in, make, county):
    page = sign_in(make.person(make.unit("历山镇", under=county))).get("/complaints/new")
    assert re.search(rf'<option selected value="{county.id}">', page.text)


def test_a_stranger_complains_and_reads_the_answer_with_the_code(client, desk, county, make):
    page = complain(client, county)
    assert page.status_code == 200 and "由垣曲县委组织部答复" in page.text
    code = re.search(r"\d{4} \d{4} \d{4}", page.text)[0]
    assert "等待答复" in client.post("/complaints/answer", {"code": code}).text
    row = make.all(Complaint)[0]
    answer = desk.post(f"/complaints/{row.id}/answer", {"answer": "已修好，请再试"})
    assert answer.status_code == 303
    assert "已修好，请再试" in client.post("/complaints/answer", {"code": code}).text
    assert code.replace(" ", "") not in row.code_digest


def test_words_in_lines_are_read_in_lines(client, desk, county, make):
    code = re.search(r"\d{4} \d{4} \d{4}", complain(client, county, said="一\n二").text)[0]
    desk.post(f"/complaints/{make.all(Complaint)[0].id}/answer", {"answer": "三\n四"})
    page = client.post("/complaints/answer", {"code": code}).text
    assert page.count('class="said"') == 2


def test_a_code_that_nobody_has_finds_nothing(client, county):
    complain(client, county)
    assert client.post("/complaints/answer", {"code": "222222222222"}).status_code == 404


def test_who_signs_finds_the_answer_on_the_own_page(sign_in, make, county, desk):
    person = make.person(county, name="王建国")
    phone = sign_in(person)
    complain(phone, county, named="y")
    assert "王建国" in desk.get("/complaints").text
    row = make.all(Complaint)[0]
    desk.post(f"/complaints/{row.id}/answer", {"answer": "已修好，请再试"})
    assert "垣曲县委组织部答复" in phone.get("/own").text


def test_who_signs_is_named_to_the_unit_that_was_asked_wherever_they_are(
    sign_in, make, county, desk
):
    complain(sign_in(make.person(make.unit("夏县"), name="王建国")), county, named="y")
    page = desk.get("/complaints").text
    assert "署名：王建国" in page and "未署名" not in page


def test_the_log_does_not_tell_who_did_not_sign(sign_in, make, county):
    complain(sign_in(make.person(county, name="王建国")), county)
    row = make.all(AuditEntry)[-1]
    assert (row.act, row.org_id) == ("complain", county.id)
    assert (row.person_id, row.name, row.address, row.device) == (None, "", "", "")


def test_the_log_tells_who_signed(sign_in, make, county):
    complain(sign_in(make.person(county, name="王建国")), county, named="y")
    assert make.all(AuditEntry)[-1].name == "王建国"


def test_who_does_not_sign_is_not_known(sign_in, make, county, desk):
    person = make.person(county, name="王建国")
    complain(sign_in(person), county)
    assert make.all(Complaint)[0].person_id is None
    page = desk.get("/complaints").text
    assert SAID in page and "未署名" in page and "王建国" not in page


def test_the_contact_is_sealed_and_shown_to_the_unit_that_answers(client, desk, county, make):
    complain(client, county, contact="13800000001")
    assert "13800000001" not in make.all(Complaint)[0].contact_seal
    assert "13800000001" in desk.get("/complaints").text


def test_another_county_sees_nothing(client, county, make, sign_in):
    complain(client, county)
    row = make.all(Complaint)[0]
    other = sign_in(make.officer(make.unit("夏县"), Role.COUNTY_OFFICER))
    assert SAID not in other.get("/complaints").text
    assert other.post(f"/complaints/{row.id}/answer", {"answer": "x"}).status_code == 404


def test_a_township_does_not_answer_for_the_county(client, county, make, sign_in):
    complain(client, county)
    township = make.unit("历山镇", under=county)
    page = sign_in(make.officer(township, Role.TOWNSHIP_OFFICER)).get("/complaints")
    assert SAID not in page.text


def test_a_complaint_is_answered_once(client, county, desk, make):
    complain(client, county)
    row = make.all(Complaint)[0]
    assert desk.post(f"/complaints/{row.id}/answer", {"answer": "甲"}).status_code == 303
    assert desk.post(f"/complaints/{row.id}/answer", {"answer": "乙"}).status_code == 409
    assert make.all(Complaint)[0].answer == "甲"


def test_one_account_sends_five_an_hour_at_most(sign_in, make, county, clock):
    phone, other = sign_in(make.person(county)), sign_in(make.person(county))
    answers = [complain(phone, county).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    again = complain(phone, county, contact="13800000001").text
    assert SAID in again and "13800000001" in again and "请一小时以后再提" in again
    assert complain(other, county).status_code == 200  # in the same office, at the same address
    clock.time += timedelta(minutes=61)
    assert complain(sign_in(make.person(county)), county).status_code == 200


def test_an_office_that_shares_one_address_is_heard_and_a_flood_is_not(
    client, county, clock, monkeypatch
):
    assert MOST_FROM_ADDRESS >= 20
    monkeypatch.setattr(rules, "MOST_FROM_ADDRESS", 7)
    assert [complain(client, county).status_code for _ in range(8)] == [200] * 7 + [429]
    clock.time += timedelta(minutes=61)
    assert complain(client, county).status_code == 200


def test_from_where_a_complaint_came_is_forgotten_after_an_hour(app, client, county, clock, make):
    complain(client, county)
    clock.time += timedelta(minutes=61)
    complain(client, county)
    with app.app_context(), seeing_everything():
        services.forget_senders(clock())
        finish()
    assert [bool(one.sent_from) for one in make.all(Complaint)] == [False, True]


@pytest.mark.parametrize("said", ["", "  ", "长" * 2001])
def test_what_is_empty_or_too_long_is_shown_again(client, county, make, said):
    answer = complain(client, county, said=said)
    assert answer.status_code == 422 and make.all(Complaint) == []


def test_nobody_sends_to_a_unit_that_does_not_answer(client, county, make):
    township = make.unit("历山镇", under=county)
    assert complain(client, township).status_code == 422
    assert make.all(Complaint) == []


def test_before_the_city_is_set_up_the_page_says_so(client):
    assert "还没有启用" in client.get("/complaints/new").text


def test_complaining_and_answering_are_written_down(client, county, desk, make):
    complain(client, county)
    desk.post(f"/complaints/{make.all(Complaint)[0].id}/answer", {"answer": "甲"})
    assert [row.act for row in make.all(AuditEntry)] == ["complain", "answer complaint"]
