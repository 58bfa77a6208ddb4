"""The first signing in: the slip, 是我, a PIN or a password, and in."""

from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.accounts.models import Account, Device, SignIn, Slip
from lms.audit.models import AuditEntry
from lms.people.rules import Post
from tests.accounts.people import PASSWORD, PIN, words
from tests.conftest import app_on


def test_from_the_scan_to_the_first_page_is_twelve_digits_and_two_presses(accounts, phone):
    _, code = accounts.newcomer()
    shown = phone.show(code)
    assert shown.location == "/sign-in/introduction"
    assert phone.get(shown.location).status_code == 200  # the press: 是我
    assert phone.get("/sign-in/choose").status_code == 200
    done = phone.choose(PIN, remember="y")
    assert (done.status_code, done.location) == (303, "/")
    assert phone.inside()


def test_the_page_shows_name_unit_and_posts_and_what_is_kept(accounts, make, phone):
    city = make.unit("某市")
    township = make.unit("历山镇", under=make.unit("垣曲县", under=city))
    village = make.unit("上王村", under=township)
    make.officer(township, Role.TOWNSHIP_OFFICER, name="赵敏")
    person, code = accounts.newcomer(org=village, post=Post.VPS)
    make.posting(person, village, Post.VCD)
    phone.show(code)
    said = words(phone.get("/sign-in/introduction"))
    assert "王建国 垣曲县 历山镇 上王村 村党组织书记、村委会主任" in said
    for part in ("由谁使用", "记录什么", "为了什么", "保存多久", "历山镇培训管理员：赵敏"):
        assert part in said
    assert "是我" in said and "不是我" in said


def test_the_notice_is_written_down_when_it_was_passed(accounts, make, phone, clock):
    _, code = accounts.newcomer()
    phone.show(code)
    phone.choose(PIN)
    assert make.all(Account)[0].noticed_at == clock.time


def test_not_me_leaves_the_slip_as_it_was_and_is_written_down(accounts, make, phone):
    _, code = accounts.newcomer()
    phone.show(code)
    assert "交回" in phone.post("/sign-in/stranger").text
    assert phone.get("/sign-in/choose").status_code == 409
    assert [entry.act for entry in make.all(AuditEntry)] == ["say the slip is another's"]
    assert accounts.phone().show(code).status_code == 303


def test_the_code_stands_in_no_address(phone):
    page = phone.get("/sign-in/slip")
    assert "accounts/slip" in page.text  # the script that reads what stands after #
    assert '<form class="form card" id="slip" method="post"' in page.text


def test_without_scripts_the_code_is_typed(accounts, phone):
    _, code = accounts.newcomer()
    assert phone.show(f" {code[:4]}-{code[4:8]} {code[8:]}").status_code == 303


@pytest.mark.parametrize("typed", ["1234", "9999 9999 9999 9999", "", "abcd"])
def test_a_code_that_cannot_be_is_told_at_once(phone, typed):
    answer = phone.show(typed)
    assert answer.status_code == 422 and "用凭条登录" in answer.text


def test_an_old_slip_is_dead(accounts, make, phone, clock):
    person, old = accounts.newcomer()
    slip = make.all(Slip)[0]
    slip.replaced_at = clock.time
    make.keep(slip)
    new = accounts.slip(person)
    assert "请用最新的凭条" in phone.show(old).text
    assert phone.show(new).status_code == 303


def test_codes_cannot_be_tried_without_end(accounts):
    from lms.accounts.issuing import new_code

    answers = [accounts.phone().show(new_code()).status_code for _ in range(62)]
    assert answers == [422] * 60 + [429] * 2


def test_the_code_is_kept_as_a_keyed_digest(accounts, make):
    _, code = accounts.newcomer()
    kept = make.all(Slip)[0].code_digest
    assert code not in kept and len(kept) == 64


def test_between_code_and_choice_are_at_most_ten_minutes(accounts, phone, clock):
    _, code = accounts.newcomer()
    phone.show(code)
    clock.time += timedelta(minutes=11)
    assert phone.get("/sign-in/introduction").status_code == 409
    assert phone.choose(PIN).status_code == 409 and not phone.inside()


def test_a_pin_is_typed_twice_alike(accounts, phone):
    _, code = accounts.newcomer()
    phone.show(code)
    answer = phone.choose(PIN, "704816")
    assert answer.status_code == 422 and "两次输入的不一样" in answer.text


@pytest.mark.parametrize(("pin", "why"), [("123456", "太容易被猜到"), ("700305", "生日")])
def test_a_weak_pin_is_refused_kindly_and_another_may_be_chosen(accounts, phone, pin, why):
    _, code = accounts.newcomer(born="1970-03-05")
    phone.show(code)
    answer = phone.choose(pin)
    assert answer.status_code == 422 and why in answer.text and "王建国" in answer.text
    assert phone.choose(PIN).status_code == 303


def test_the_phone_on_which_it_was_chosen_is_remembered(accounts, make, phone, clock):
    _, code = accounts.newcomer()
    phone.show(code)
    assert "checked" in phone.get("/sign-in/choose").text
    phone.choose(PIN, remember="y")
    assert make.all(Device)[0].remembered_until == clock.time + timedelta(days=30)


def test_a_slip_opens_the_choice_once(accounts, phone):
    _, code = accounts.newcomer()
    other = accounts.phone()
    phone.show(code)
    other.show(code)
    assert phone.choose(PIN).status_code == 303
    assert other.choose("815704").status_code == 409
    assert not other.inside()


def test_with_a_pin_the_slip_asks_only_the_pin(accounts, phone):
    _, code = accounts.cadre()
    assert phone.show(code).status_code == 303
    assert phone.get("/sign-in/introduction").location == "/sign-in"
    page = phone.get("/sign-in")
    assert "王*国" in page.text and "凭条码" not in words(page)
    assert phone.enter().status_code == 303


def test_a_slip_alone_opens_nothing_where_a_pin_was_chosen(accounts, phone):
    _, code = accounts.cadre()
    phone.show(code)
    assert phone.get("/sign-in/choose").status_code == 409
    assert phone.enter(secret="918273").status_code == 422


def test_name_and_code_alone_lead_a_newcomer_to_the_choice(accounts, phone):
    person, code = accounts.newcomer()
    answer = phone.enter(person.short_number, "", code)
    assert answer.location == "/sign-in/introduction"


def test_an_officers_first_slip_asks_for_a_password(accounts, make, phone):
    officer = make.officer(make.unit())
    accounts.account(officer)
    phone.show(accounts.slip(officer))
    assert "设置密码" in phone.get("/sign-in/choose").text
    assert phone.choose(PIN).status_code == 422
    assert phone.choose(PASSWORD).status_code == 303
    assert make.all(SignIn)[0].means == "password"


def test_a_setting_demands_passwords_of_everyone(database_url, clock, make, tmp_path):
    from tests.accounts.people import Accounts

    app = app_on(database_url, tmp_path, clock, passwords_for_all=True)
    accounts = Accounts(app, make)
    person, code = accounts.cadre()
    phone = accounts.phone()
    assert phone.enter(person.short_number, PIN, code).location == "/sign-in/choose"
    assert phone.choose(PASSWORD).status_code == 303 and phone.inside()
    with app.app_context():
        from lms.db import db

        db.session.remove()
        db.engine.dispose()


def test_who_forgot_the_pin_chooses_a_new_one_with_a_new_code(accounts, make, phone):
    person, old = accounts.cadre()
    phone.remember(person, old)
    phone.enter()
    for slip in make.all(Slip):
        slip.replaced_at = slip.made_at
        make.keep(slip)
    other = accounts.phone()
    other.show(accounts.slip(person, resets=True))
    assert other.choose("815704").status_code == 303
    assert not phone.inside()  # whoever forgot a PIN may have lost the phone
    assert "王*国" not in phone.get("/sign-in").text


def test_until_the_new_code_is_used_the_old_pin_still_opens(accounts, make, phone):
    person, code = accounts.cadre()
    phone.remember(person, code)
    slip = make.all(Slip)[0]
    slip.replaced_at = slip.made_at
    make.keep(slip)
    accounts.slip(person, resets=True)
    assert phone.enter().status_code == 303
