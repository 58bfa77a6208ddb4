"""What a good PIN, password and code are; who may issue to whom. Pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.permissions import Role
from lms.accounts import rules
from lms.accounts.rules import Means, Secret, State
from lms.errors import Invalid
from lms.people.rules import Assignment

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DIGITS = st.text("0123456789", min_size=15, max_size=15)


def held(*roles, path="/1/2/"):
    return tuple(Assignment(role, 2, path, "某县") for role in roles)


@pytest.mark.parametrize(
    "pin",
    ["123456", "000000", "654321", "890123", "111222", "123123", "112233", "454545", "159357"],
)
def test_a_pin_that_everybody_tries_first_is_refused(pin):
    with pytest.raises(Invalid, match="容易被猜到"):
        rules.refuse_weak_pin(pin)


@pytest.mark.parametrize("pin", ["700305", "197003", "050370", "030570", "030519", "050319"])
def test_a_birthday_is_refused_however_it_is_written(pin):
    with pytest.raises(Invalid, match="生日"):
        rules.refuse_weak_pin(pin, "1970-03-05")


def test_the_month_of_birth_is_refused_where_the_day_is_not_known():
    with pytest.raises(Invalid, match="生日"):
        rules.refuse_weak_pin("197003", "1970-03")


def test_a_part_of_the_phone_number_is_refused():
    with pytest.raises(Invalid, match="手机号"):
        rules.refuse_weak_pin("592704", numbers=("13800592704", ""))


@pytest.mark.parametrize("pin", ["12345", "1234567", "12a456", "", "七〇四八一五"])
def test_a_pin_is_six_digits(pin):
    with pytest.raises(Invalid, match="6 位数字"):
        rules.refuse_weak_pin(pin)


def test_most_pins_are_welcome():
    refused = 0
    for number in range(0, 1_000_000, 997):
        try:
            rules.refuse_weak_pin(f"{number:06}", "1970-03-05", ("200018",))
        except Invalid:
            refused += 1
    assert refused < 20


@pytest.mark.parametrize(
    "password", ["Short-1", "alllowercase", "lower123456", "12345678", "密码密码密码密码"]
)
def test_a_password_is_long_and_of_three_kinds(password):
    with pytest.raises(Invalid):
        rules.refuse_weak_password(password)


@pytest.mark.parametrize("password", ["lower-123", "Lower1234", "UPPER-123", "Ting yun 6"])
def test_three_of_four_kinds_are_enough(password):
    rules.refuse_weak_password(password)


def test_a_password_holds_no_name():
    with pytest.raises(Invalid, match="短号"):
        rules.refuse_weak_password("Ab-200018", ("200018", ""))


@given(digits=DIGITS, place=st.integers(0, 15), more=st.integers(1, 9))
def test_every_wrong_digit_of_a_code_is_found(digits, place, more):
    code = digits + rules.check_digit(digits)
    assert rules.read_code(rules.shown_code(code)) == code
    wrong = str((int(code[place]) + more) % 10)
    with pytest.raises(Invalid, match="有一位不对"):
        rules.read_code(code[:place] + wrong + code[place + 1 :])


@given(digits=DIGITS, place=st.integers(0, 14))
def test_two_neighbours_that_changed_places_are_found(digits, place):
    code = digits + rules.check_digit(digits)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(Invalid):
            rules.read_code(swapped)


def test_a_code_has_more_than_forty_bits():
    assert len(rules.CODE_DIGITS) ** rules.CODE_LENGTH > 2**40


@pytest.mark.parametrize(
    "address", ["//evil.example", "http://evil.example", "/\\evil", "", "/a\nb"]
)
def test_an_address_of_another_house_leads_home(address):
    assert rules.local_path(address) == "/"


def test_an_address_of_this_house_is_kept():
    assert rules.local_path("/units/5?page=2") == "/units/5?page=2"


@pytest.mark.parametrize(
    ("roles", "minutes", "state"),
    [
        ((Role.CADRE,), 30, State.OPEN),
        ((Role.CADRE,), 31, State.LOCKED),
        ((Role.COUNTY_OFFICER,), 31, State.LOCKED),
        ((Role.AUDIT_ADMIN,), 15, State.OPEN),
        ((Role.AUDIT_ADMIN,), 16, State.OVER),
        ((), 0, State.OVER),
    ],
)
def test_how_long_a_page_stays_open(roles, minutes, state):
    seen_at = NOW - timedelta(minutes=minutes)
    assert rules.state(seen_at, seen_at, NOW, held(*roles)) is state


def test_no_session_lasts_longer_than_half_a_day():
    began = NOW - timedelta(hours=12, seconds=1)
    assert rules.state(began, NOW, NOW, held(Role.CADRE)) is State.OVER


def test_what_a_pin_opens_is_the_cadres_own():
    both = held(Role.CADRE, Role.CITY_OFFICER)
    assert rules.carried(Means.PIN, both) == held(Role.CADRE)
    assert rules.carried(Means.SLIP, both) == held(Role.CADRE)
    assert rules.carried(Means.PASSWORD, both) == both


def test_who_is_more_than_a_cadre_needs_a_password():
    assert rules.required([Role.CADRE], False) is Secret.PIN
    assert rules.required([Role.CADRE], True) is Secret.PASSWORD
    assert rules.required([Role.CADRE, Role.MARKER], False) is Secret.PASSWORD


@pytest.mark.parametrize(
    ("mine", "theirs", "may"),
    [
        (held(Role.TOWNSHIP_OFFICER), held(Role.CADRE), True),
        (held(Role.TOWNSHIP_OFFICER), held(Role.CADRE, Role.TOWNSHIP_OFFICER), False),
        (held(Role.COUNTY_OFFICER), held(Role.TOWNSHIP_OFFICER, path="/1/2/3/"), True),
        (held(Role.COUNTY_OFFICER), held(Role.TOWNSHIP_OFFICER, path="/1/9/3/"), False),
        (held(Role.COUNTY_OFFICER), held(Role.CADRE, Role.AUDIT_ADMIN), False),
        (held(Role.SECURITY_ADMIN), held(Role.AUDIT_ADMIN), True),
        (held(Role.SECURITY_ADMIN), held(Role.CADRE), False),
        (held(Role.TRAINER), held(Role.CADRE), False),
    ],
)
def test_nobody_opens_the_way_into_an_account_above_their_own(mine, theirs, may):
    assert rules.may_issue(mine, theirs) is may


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (Linux; Android 9; HLK) MicroMessenger/8.0", "wechat android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0) MicroMessenger/8.0", "wechat iphone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120", "windows"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb", "android"),
        ("curl/8", "other"),
    ],
)
def test_a_device_is_named_by_what_it_says_of_itself(agent, kind):
    assert rules.device_kind(agent) == kind and kind in rules.DEVICES
