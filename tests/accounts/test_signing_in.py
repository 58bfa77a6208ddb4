"""Signing in with a name and a secret: what is asked, what is refused, and what locks."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.accounts.models import Device, SignIn, WrongAnswers
from lms.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, PIN, words

WRONG = "918273"


def acts(make):
    return [(row.act, row.outcome.value) for row in make.all(AuditEntry)]


def fail(phone, times, **how):
    return [phone.enter(secret=WRONG, **how).status_code for _ in range(times)]


# ── what is asked ───────────────────────────────────────────────────────────────────────────────


def test_a_strange_device_asks_the_name_first(phone):
    page = phone.get("/sign-in")
    assert "手机号或短号" in page.text and "PIN" not in words(page)
    assert "本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密" in page.text


def test_a_cadre_signs_in_on_another_device_with_the_slips_code_and_the_pin(accounts, phone):
    person, code = accounts.cadre()
    assert phone.enter(person.short_number, PIN, code).status_code == 303
    assert phone.inside()


def test_the_code_is_taken_with_spaces_and_full_width_digits(accounts, phone):
    person, code = accounts.cadre()
    wide = " ".join(code).translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert phone.enter(person.short_number, "７０４８１５", wide).status_code == 303


@pytest.mark.parametrize("code", ["", "wrong"])
def test_on_another_device_the_pin_alone_is_not_enough(accounts, phone, code):
    person, _ = accounts.cadre()
    _, others = accounts.cadre(name="别人")
    answer = phone.enter(person.short_number, PIN, others if code else "")
    assert answer.status_code == 422 and not phone.inside()


def test_a_phone_number_is_a_name_too(accounts, make, phone):
    from lms.people.numbers import phone_digest

    digest = phone_digest("13800000001", accounts.house.secrets["digest"])
    person, code = accounts.cadre(phone_digest=digest)
    assert phone.enter("+86 138 0000 0001", PIN, code).status_code == 303
    assert [row.person_id for row in make.all(SignIn)] == [person.id]


def test_two_who_share_a_phone_number_are_told_apart_by_the_slip(accounts, make, phone):
    from lms.people.numbers import phone_digest

    digest = phone_digest("13800000001", accounts.house.secrets["digest"])
    accounts.cadre(phone_digest=digest)
    second, code = accounts.cadre(name="李秀英", phone_digest=digest)
    assert phone.enter("13800000001", PIN, code).status_code == 303
    assert [row.person_id for row in make.all(SignIn)] == [second.id]


def test_a_remembered_phone_shows_the_masked_name_and_asks_only_the_pin(accounts, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    page = phone.get("/sign-in")
    assert "王*国" in page.text and "王建国" not in page.text and "凭条码" not in words(page)
    assert phone.enter().status_code == 303 and phone.inside()


def test_a_phone_is_remembered_for_thirty_days(accounts, phone, clock):
    person, code = accounts.cadre()
    phone.remember(person, code)
    clock.time += timedelta(days=31)
    assert "王*国" not in phone.get("/sign-in").text
    assert phone.enter(person.short_number).status_code == 422


def test_each_signing_in_on_a_remembered_phone_remembers_it_anew(accounts, phone, clock):
    person, code = accounts.cadre()
    phone.remember(person, code)
    for _ in range(2):
        clock.time += timedelta(days=29)
        assert phone.enter().status_code == 303
        phone.post("/sign-out")


def test_on_a_shared_phone_the_name_is_typed(accounts, phone):
    one, code = accounts.cadre()
    other, others = accounts.cadre(name="李秀英")
    phone.remember(one, code)
    phone.remember(other, others)
    page = phone.get("/sign-in")
    assert "王*国" not in page.text and "手机号或短号" in page.text
    step = phone.post("/sign-in/name", {"sign-in-name": other.short_number})
    assert "李*英" in step.text and "凭条码" not in words(step)
    assert phone.enter(other.short_number).status_code == 303


def test_somebody_else_may_sign_in_on_a_remembered_phone(accounts, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    assert "手机号或短号" in phone.get("/sign-in?other=1").text
    other, others = accounts.cadre(name="李秀英")
    assert phone.enter(other.short_number, PIN, others).status_code == 303


def test_a_device_is_not_remembered_unless_asked(accounts, phone):
    person, code = accounts.cadre()
    phone.enter(person.short_number, PIN, code)
    phone.post("/sign-out")
    assert "王*国" not in phone.get("/sign-in").text


def test_an_officer_signs_in_with_a_password_anywhere(accounts, make, phone):
    officer = accounts.officer(make.unit())
    assert phone.enter(officer.short_number, PASSWORD).status_code == 303
    assert phone.inside()


def test_the_page_does_not_tell_who_exists(accounts, make, phone):
    person, _ = accounts.cadre()
    officer = accounts.officer(make.unit())
    pages = {
        re.sub(
            r'value="[^"]*"', "", phone.post("/sign-in/name", {"sign-in-name": name}).text
        ).replace(name, "")
        for name in (person.short_number, officer.short_number, "999999")
    }
    assert len(pages) == 1 and "凭条码" in pages.pop()
    said = {
        words(accounts.phone(f"10.0.1.{n}").enter(name, WRONG)).replace(name, "")
        for n, name in enumerate((person.short_number, officer.short_number, "999999"))
    }
    assert len(said) == 1


def test_the_cookies_are_kept_from_scripts_and_from_other_sites(accounts, phone):
    person, code = accounts.cadre()
    answer = phone.enter(person.short_number, PIN, code)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"lms", "device"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_only_digests_of_the_tokens_are_kept(accounts, make, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    phone.enter()
    device = phone.client.get_cookie("device").value
    with phone.client.session_transaction() as cookie:
        token = cookie["token"]
    kept = {row.token_digest for row in (*make.all(SignIn), *make.all(Device))}
    assert not {device, token} & kept


# ── who has no account ──────────────────────────────────────────────────────────────────────────


def test_an_account_ends_with_the_last_posting(accounts, make, phone, clock):
    person, code = accounts.cadre(post=None)
    make.posting(person, make.unit(), to_on=clock.time.date() + timedelta(days=2))
    phone.remember(person, code)
    phone.enter()
    assert phone.inside()
    clock.time += timedelta(days=2)
    assert not phone.inside()
    answer = accounts.phone().enter(person.short_number, PIN, code)
    assert answer.status_code == 422 and "账号已停用" in answer.text


def test_another_role_keeps_an_account_open(accounts, make, phone):
    officer = accounts.officer(make.unit(), role=Role.TRAINER)
    assert phone.enter(officer.short_number, PASSWORD).status_code == 303


def test_an_account_that_was_ended_does_not_open(accounts, make, phone, clock):
    person = make.person()
    accounts.account(person, pin=PIN, ended_at=clock.time, ended_why="退休")
    code = accounts.slip(person)
    assert phone.enter(person.short_number, PIN, code).status_code == 422
    assert phone.show(code).status_code == 422


def test_who_becomes_more_than_a_cadre_must_choose_a_password(accounts, make, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    make.role(person, Role.TRAINER, make.unit())
    answer = phone.enter()
    assert answer.status_code == 303 and answer.location == "/sign-in/choose"
    assert not phone.inside()
    assert phone.choose(PASSWORD).status_code == 303 and phone.inside()
    phone.post("/sign-out")
    assert phone.enter(secret=PIN).status_code == 422
    assert phone.enter(secret=PASSWORD).status_code == 303


def test_what_a_pin_opened_carries_no_role_that_comes_later(accounts, make, phone):
    person, code = accounts.cadre()
    phone.enter(person.short_number, PIN, code)
    make.role(person, Role.COUNTY_OFFICER, person.org if person.org else make.unit())
    assert phone.get("/slips").status_code == 403
    assert phone.inside()


# ── wrong answers ───────────────────────────────────────────────────────────────────────────────


def test_five_wrong_answers_lock_the_device_for_a_quarter_of_an_hour(accounts, phone, clock):
    person, code = accounts.cadre()
    phone.remember(person, code)
    assert fail(phone, 6) == [422] * 5 + [429]
    assert phone.enter().status_code == 429
    assert "17:15" in phone.enter().text
    clock.time += timedelta(minutes=15)
    assert phone.enter().status_code == 303


def test_the_page_says_how_many_tries_are_left(accounts, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    assert "还可以试 4 次" in phone.enter(secret=WRONG).text
    assert "还可以试 3 次" in phone.enter(secret=WRONG).text


def test_a_right_answer_lets_the_count_begin_anew(accounts, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    fail(phone, 4)
    phone.enter()
    phone.post("/sign-out")
    assert fail(phone, 5) == [422] * 5


def test_a_remembered_phone_is_never_locked_by_another_device(accounts, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    for n in range(12):
        stranger = accounts.phone(f"10.0.2.{n}")
        fail(stranger, 6, name=person.short_number, code=code)
    stranger = accounts.phone()  # even at the same address
    fail(stranger, 6, name=person.short_number, code=code)
    assert phone.enter().status_code == 303


def test_a_stranger_without_cookies_has_no_more_tries_than_one_device(accounts):
    person, code = accounts.cadre()
    tries = [accounts.phone().enter(person.short_number, WRONG, code).status_code for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2


def test_tries_at_the_same_moment_are_counted_before_any_is_judged(accounts):
    person, code = accounts.cadre()
    phones = [accounts.phone() for _ in range(9)]
    with ThreadPoolExecutor(9) as pool:
        answers = list(
            pool.map(lambda one: one.enter(person.short_number, WRONG, code).status_code, phones)
        )
    assert answers.count(422) <= 5 and set(answers) <= {422, 429, 409}


def test_a_stranger_with_many_addresses_is_bounded_too(accounts):
    person, code = accounts.cadre()
    answers = [
        accounts.phone(f"10.1.{n}.1").enter(person.short_number, WRONG, code).status_code
        for n in range(62)
    ]
    assert answers == [422] * 60 + [429] * 2


def test_a_locked_device_may_still_be_used_for_another_account(accounts, phone):
    one, code = accounts.cadre()
    other, others = accounts.cadre(name="李秀英")
    fail(phone, 6, name=one.short_number, code=code)
    assert phone.enter(other.short_number, PIN, others).status_code == 303


def test_a_name_that_nobody_has_locks_alike(accounts, phone):
    assert fail(phone, 6, name="999999") == [422] * 5 + [429]


def test_twenty_wrong_answers_in_a_row_and_the_device_is_remembered_no_more(accounts, phone, clock):
    person, code = accounts.cadre()
    phone.remember(person, code)
    for _ in range(4):
        fail(phone, 5)
        clock.time += timedelta(minutes=15)
    assert "王*国" not in phone.get("/sign-in").text
    assert phone.enter(person.short_number, PIN, code).status_code == 303


def test_a_slip_of_the_finger_in_the_code_costs_no_try(accounts, make, phone):
    person, code = accounts.cadre()
    mistyped = code[:-1] + str((int(code[-1]) + 1) % 10)
    for _ in range(8):
        answer = phone.enter(person.short_number, PIN, mistyped)
        assert answer.status_code == 422 and "有一位不对" in answer.text
    assert make.all(WrongAnswers) == []


def test_what_was_typed_stays_and_the_secret_does_not(accounts, phone):
    person, code = accounts.cadre()
    answer = phone.enter(person.short_number, WRONG, code)
    assert person.short_number in answer.text and code in answer.text
    assert WRONG not in answer.text


# ── the log ─────────────────────────────────────────────────────────────────────────────────────


def test_signing_in_and_out_is_written_down(accounts, make, phone):
    person, code = accounts.cadre()
    phone.enter(person.short_number, PIN, code)
    phone.post("/sign-out")
    assert acts(make) == [("sign in", "done"), ("sign out", "done")]
    entry = make.all(AuditEntry)[0]
    assert (entry.person_id, entry.name, entry.address) == (person.id, "王建国", "10.0.0.1")


def test_failures_and_the_lock_are_written_down_and_the_secret_is_not(accounts, make, phone):
    person, code = accounts.cadre()
    fail(phone, 6, name=person.short_number, code=code)
    assert acts(make) == [("sign in", "failed")] * 5 + [("lock sign-in", "done")]
    written = str([(row.whom, row.facts) for row in make.all(AuditEntry)])
    assert f"person {person.id}" in written and WRONG not in written and code not in written
