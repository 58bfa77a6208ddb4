"""How long a page stays open, what its end leaves, and who may end it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.accounts.models import Device, SignIn, WrongAnswers
from lms.accounts.services import clear_old
from lms.audit.models import AuditEntry
from lms.exams.models import Attempt
from lms.notices.models import Correction
from lms.web.transaction import finish
from tests.accounts.people import PASSWORD, PIN, words
from tests.exams.build import Hall

LINE = "职务应为村委会主任"


@pytest.fixture
def cadre(accounts, phone):
    """A cadre who is signed in on a phone that is not remembered."""
    person, code = accounts.cadre()
    assert phone.enter(person.short_number, PIN, code).status_code == 303
    return person


def hidden(page) -> dict[str, str]:
    """What the page would send on: its hidden fields."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.text)
    pairs = [
        (re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in found
    ]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


# ── idle ────────────────────────────────────────────────────────────────────────────────────────


def test_thirty_minutes_of_nothing_lock_the_page_behind_the_pin(phone, cadre, clock):
    clock.time += timedelta(minutes=31)
    page = phone.get("/own")
    assert page.status_code == 401 and "已锁定" in page.text
    assert "王*国" in page.text and "凭条码" not in words(page)


def test_the_pin_opens_the_page_that_was_asked_for(phone, cadre, clock, make):
    clock.time += timedelta(minutes=31)
    page = phone.get("/own?from=here")
    answer = phone.enter(then=hidden(page)["sign-in-then"])
    assert (answer.status_code, answer.location) == (303, "/own?from=here")
    assert phone.inside()
    assert len(make.all(SignIn)) == 1  # the same session goes on


def test_using_the_page_keeps_it_open(phone, cadre, clock):
    for _ in range(4):
        clock.time += timedelta(minutes=20)
        assert phone.inside()


def test_looking_at_the_page_to_sign_in_opens_nothing(phone, cadre, clock):
    clock.time += timedelta(minutes=31)
    for address in ("/sign-in", "/sign-in/forgotten", "/complaints/new"):
        assert phone.get(address).status_code == 200
    phone.post("/type-size", {"size": "large"})
    assert not phone.inside()


def test_five_wrong_pins_on_a_locked_page_lock_it_for_a_quarter_of_an_hour(phone, cadre, clock):
    clock.time += timedelta(minutes=31)
    answers = [phone.enter(secret="918273").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    clock.time += timedelta(minutes=15)
    assert phone.enter().status_code == 303


def test_what_was_typed_into_a_page_that_locked_is_carried_out_after_the_pin(
    phone, cadre, clock, make
):
    clock.time += timedelta(minutes=31)
    page = phone.post("/corrections/new", {"said": LINE})
    assert page.status_code == 401 and make.all(Correction) == []
    kept = hidden(page)
    assert kept["said"] == LINE
    data = {**kept, "sign-in-secret": PIN}
    wrong = phone.post("/sign-in", {**data, "sign-in-secret": "918273"})
    assert wrong.status_code == 422 and hidden(wrong)["said"] == LINE
    answer = phone.post("/sign-in", data)
    assert (answer.status_code, answer.location) == (307, "/corrections/new")
    assert phone.post(answer.location, data).status_code == 303  # as a browser does at 307
    assert [row.said for row in make.all(Correction)] == [LINE]


def test_an_act_is_kept_too_where_the_session_has_ended(phone, cadre, clock, make, accounts):
    code = accounts.slip(cadre)
    clock.time += timedelta(hours=13)
    kept = hidden(phone.post("/corrections/new", {"said": LINE}))
    step = phone.post("/sign-in/name", {**kept, "sign-in-name": cadre.short_number})
    data = {**hidden(step), "sign-in-secret": PIN, "sign-in-code": code}
    answer = phone.post("/sign-in", data)
    assert phone.post(answer.location, data).status_code == 303
    assert [row.said for row in make.all(Correction)] == [LINE]


def test_a_file_is_chosen_again(phone, cadre, clock):
    clock.time += timedelta(minutes=31)
    data = {"said": LINE, "file": (BytesIO(b"a"), "a.xlsx")}
    headers = {"Referer": "http://localhost/corrections/new"}
    page = phone.post("/corrections/new", data, headers=headers)
    assert "文件需要在登录后重新选择" in page.text
    assert hidden(page)["sign-in-again"] == ""
    assert hidden(page)["sign-in-then"] == "/corrections/new"


def test_a_script_is_told_in_its_own_tongue(phone, cadre, clock):
    clock.time += timedelta(minutes=31)
    answer = phone.get("/own", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and "已锁定" in answer.json["why"]
    said = phone.post("/sign-in", {"sign-in-secret": "1"}, headers={"Accept": "application/json"})
    assert said.status_code == 422 and "不对" in said.json["why"]


def test_nobody_is_led_to_another_house(phone, cadre, clock):
    clock.time += timedelta(minutes=31)
    assert phone.enter(then="//evil.example/x").location == "/"


def test_an_administrator_is_signed_out_after_fifteen_minutes(accounts, make, phone, clock):
    person = make.officer(make.unit(), Role.AUDIT_ADMIN)
    accounts.account(person, password=PASSWORD)
    phone.enter(person.short_number, PASSWORD)
    clock.time += timedelta(minutes=14)
    assert phone.inside()
    clock.time += timedelta(minutes=16)
    page = phone.get("/own")
    assert page.status_code == 401 and "请先登录" in page.text and "手机号或短号" in page.text
    assert phone.enter(secret=PASSWORD).status_code == 422


def test_an_officer_locks_behind_the_password(accounts, make, phone, clock):
    officer = accounts.officer(make.unit())
    phone.enter(officer.short_number, PASSWORD)
    clock.time += timedelta(minutes=31)
    assert "已锁定" in phone.get("/own").text
    assert phone.enter(secret=PASSWORD).status_code == 303


def test_the_page_can_lock_itself(phone, cadre, clock):
    clock.time += timedelta(minutes=5)
    assert phone.post("/sign-in/lock").status_code == 204
    assert phone.get("/own").status_code == 401
    assert phone.enter().status_code == 303 and phone.inside()


def test_the_page_says_after_how_long_it_locks(phone, cadre):
    assert 'data-lock="30"' in phone.get("/own").text


def test_an_open_attempt_never_locks(phone, cadre, clock, make):
    attempt = sit(make, cadre, clock)
    clock.time += timedelta(minutes=59)
    assert phone.inside()
    clock.time = attempt.ends_at + timedelta(minutes=31)
    assert not phone.inside()


def test_the_result_after_an_attempt_asks_for_no_pin(phone, cadre, clock, make):
    attempt = sit(make, cadre, clock)
    clock.time += timedelta(minutes=50)
    attempt.submitted_at = clock.time
    make.keep(attempt)
    assert phone.inside()


def sit(make, person, clock):
    """An attempt of an hour that has just begun."""
    hall = Hall(make)
    assessment = hall.assessment(person)
    return make.keep(
        Attempt(
            person_id=person.id,
            org_id=person.org_id,
            assessment_id=assessment.id,
            paper_id=assessment.paper_id,
            number=1,
            seed=7,
            started_at=clock.time,
            ends_at=clock.time + timedelta(minutes=60),
        )
    )


# ── ending ──────────────────────────────────────────────────────────────────────────────────────


def test_signing_out_ends_the_session_on_the_server(phone, cadre, make, clock):
    with phone.client.session_transaction() as cookie:
        token = cookie["token"]
    phone.post("/sign-out")
    with phone.client.session_transaction() as cookie:
        cookie["token"] = token
    assert not phone.inside()
    assert make.all(SignIn)[0].ended_at == clock.time


def test_one_may_end_ones_own_sessions_elsewhere(accounts, make, phone, cadre):
    other = accounts.phone()
    other.enter(cadre.short_number, PIN, accounts.slip(cadre))
    first = make.all(SignIn)[0]
    page = other.get("/own")
    assert "安卓手机，微信" in page.text and "本机" in page.text
    assert other.post(f"/own/sessions/{first.id}/end").status_code == 303
    assert other.inside() and not phone.inside()


def test_nobody_ends_the_session_of_another(accounts, make, phone, cadre):
    stranger, code = accounts.cadre(name="李秀英")
    other = accounts.phone()
    other.enter(stranger.short_number, PIN, code)
    first = make.all(SignIn)[0]
    assert other.post(f"/own/sessions/{first.id}/end").status_code == 404
    assert phone.inside()


def test_a_device_is_forgotten_by_its_owner(accounts, make, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    phone.enter()
    from lms.accounts.models import Device

    device = make.all(Device)[0]
    assert phone.post(f"/own/devices/{device.id}/forget").status_code == 303
    phone.post("/sign-out")
    assert phone.enter(person.short_number).status_code == 422


def test_nobody_forgets_the_device_of_another(accounts, make, phone):
    from lms.accounts.models import Device

    person, code = accounts.cadre()
    phone.remember(person, code)
    stranger, others = accounts.cadre(name="李秀英")
    other = accounts.phone()
    other.enter(stranger.short_number, PIN, others)
    assert other.post(f"/own/devices/{make.all(Device)[0].id}/forget").status_code == 404


def test_the_security_administrator_sees_and_ends_sessions(make, sign_in, phone, cadre):
    root = make.unit("某市")
    person_unit = cadre.org_id
    admin = make.officer(root, Role.SECURITY_ADMIN)
    move_under(make, person_unit, root)
    desk = sign_in(admin)
    assert "王建国" in desk.get("/sessions").text
    assert "王建国" in desk.post("/sessions/found", {"q": "王建国"}).text
    first = [row for row in make.all(SignIn) if row.person_id == cadre.id][0]
    assert desk.post(f"/sessions/{first.id}/end").status_code == 303
    assert not phone.inside()
    assert desk.post(f"/sessions/{first.id}/end").status_code == 409
    assert "end session" in [row.act for row in make.all(AuditEntry)]


def move_under(make, unit_id, root):
    from lms.orgs.models import OrgUnit

    unit = make.session.get(OrgUnit, unit_id)
    unit.parent_id, unit.path = root.id, f"{root.path}{unit.id}/"
    make.keep(unit)


def test_a_security_administrator_of_elsewhere_sees_nothing(make, sign_in, phone, cadre):
    desk = sign_in(make.officer(make.unit("别市"), Role.SECURITY_ADMIN))
    assert "王建国" not in desk.get("/sessions").text
    first = [row for row in make.all(SignIn) if row.person_id == cadre.id][0]
    assert desk.post(f"/sessions/{first.id}/end").status_code == 404
    assert phone.inside()


def test_an_officer_has_no_business_with_sessions(make, sign_in):
    desk = sign_in(make.officer(make.unit()))
    assert desk.get("/sessions").status_code == 403


# ── what is let go of ───────────────────────────────────────────────────────────────────────────


def test_old_signs_of_who_signed_in_are_let_go_of_and_nothing_that_still_counts(
    accounts, phone, make, clock
):
    person, code = accounts.cadre()
    phone.enter(person.short_number, PIN, code)
    make.keep(WrongAnswers(key="somebody at 10.9.9.9", count=3, last_at=clock.time))
    clock.time += timedelta(days=181)
    again = accounts.phone()
    assert again.enter(person.short_number, PIN, code, remember="y").status_code == 303
    accounts.phone().enter("200000", "000111", code)
    cleared(accounts.app, clock.time)
    assert [one.started_at for one in make.all(SignIn)] == [clock.time]
    assert [one.seen_at for one in make.all(Device)] == [clock.time]
    counts = make.all(WrongAnswers)
    assert counts and all(one.last_at == clock.time for one in counts)
    assert again.inside()


def cleared(app, now):
    with app.app_context(), seeing_everything():
        clear_old(now)
        finish()
