"""What is known of a person: read strictly, shown masked, kept sealed, found by its sound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.people.facts import (
    PersonFacts,
    check_digit,
    read_id_number,
    read_name,
    read_phone,
    refuse_contradiction,
)
from lms.people.numbers import (
    FIRST_SERIAL,
    id_digest,
    is_short_number,
    phone_digest,
    read_seals,
    sealed_columns,
    serial_of,
    short_number,
)
from lms.people.pinyin import spelled
from lms.people.rules import masked_id, masked_name, masked_phone
from tests.people.conftest import WANG


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("王建国", "wangjianguo", "wjg"),
        ("单国强", "shanguoqiang", "sgq"),
        ("解志文", "xiezhiwen", "xzw"),
        ("仇红", "qiuhong", "qh"),
        ("令狐春", "linghuchun", "lhc"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("吕玉女", "lvyunv", "lyn"),
        ("阿依努尔·吐尔逊", "ayinuertuerxun", "aynetex"),
        ("䶮𫖯堃", "yanfukun", "yfk"),
    ],
)
def test_a_name_is_spelled_as_it_sounds(name, full, initials):
    sound = spelled(name)
    assert (sound.full, sound.initials) == (full, initials)


def test_a_surname_is_also_found_by_its_sound_as_a_word():
    assert spelled("单国强").other == "danguoqiang"
    assert spelled("王建国").other == ""


def test_masks_keep_just_enough_to_know_a_person_by():
    assert masked_name("张三") == "张*"
    assert masked_name("张建国") == "张*国"
    assert masked_name("阿依努尔·吐尔逊") == "阿******逊"
    assert masked_id("140802197003051234") == "140802********1234"
    assert masked_phone("13812345678") == "138****5678"


@given(name=st.text(min_size=2, max_size=30))
def test_a_masked_name_has_as_many_signs_and_shows_two_at_most(name):
    masked = masked_name(name)
    assert len(masked) == len(name)
    assert sum(sign != "*" for sign in masked) <= 2 + name.count("*")


def test_numbers_are_sealed_and_found_by_a_digest(keys):
    columns = sealed_columns(WANG, keys)
    assert WANG.phone not in columns["phone_seal"]
    assert columns["phone_digest"] == phone_digest(WANG.phone, keys["digest"])
    assert columns["id_digest"] == id_digest(WANG.id_number, keys["digest"])
    whole = read_seals(columns["id_seal"], columns["phone_seal"], keys["cipher"], masked=False)
    assert (whole.id_number, whole.phone) == (WANG.id_number, WANG.phone)
    masked = read_seals(columns["id_seal"], columns["phone_seal"], keys["cipher"])
    assert (masked.id_number, masked.phone) == ("990827********0017", "120****5678")


def test_who_has_no_numbers_has_no_seals(keys):
    assert set(sealed_columns(PersonFacts("王五"), keys).values()) == {None}


def test_a_phone_and_an_id_number_of_the_same_digits_have_other_digests(keys):
    assert id_digest("1", keys["digest"]) != phone_digest("1", keys["digest"])


@given(
    serial=st.integers(FIRST_SERIAL, 9_999_999), place=st.integers(0, 7), digit=st.integers(0, 9)
)
def test_one_wrong_digit_of_a_short_number_is_noticed(serial, place, digit):
    number = short_number(serial)
    assert is_short_number(number) and serial_of(number) == serial
    place %= len(number)
    wrong = f"{number[:place]}{digit}{number[place + 1 :]}"
    assert is_short_number(wrong) == (wrong == number)


@given(serials=st.sets(st.integers(FIRST_SERIAL, 9_999_999), min_size=2, max_size=50))
@settings(max_examples=30)
def test_no_two_serials_give_one_short_number(serials):
    assert len({short_number(serial) for serial in serials}) == len(serials)


@given(
    body=st.from_regex(
        r"14082719[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True
    )
)
def test_an_id_number_says_when_and_what_one_was_born(body):
    known = read_id_number(body + check_digit(body))
    assert f"{known.born:%Y%m%d}" == body[6:14]
    assert known.sex == ("男" if int(body[16]) % 2 else "女")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("140827197003051", "15 位"),
        ("14082719700305123", "17"),
        ("140827197013051234", "不存在"),
        ("990827197003050017", "省级代码"),
        ("140827197003051234", "校验码"),
    ],
)
def test_an_id_number_that_cannot_be_is_refused_with_the_reason(number, why):
    with pytest.raises(Invalid) as refused:
        read_id_number(number)
    assert why in str(refused.value)


def test_invented_numbers_are_taken_in_a_demonstration_only():
    assert read_phone("120 1234 5678", demonstration=True) == "12012345678"
    assert read_id_number(WANG.id_number, demonstration=True).sex == "男"
    with pytest.raises(Invalid):
        read_phone("12012345678")


@pytest.mark.parametrize("name", ["", "王", "王 建国庆祝", "王5", "=王建国"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(Invalid):
        read_name(name)


def test_facts_that_contradict_the_id_number_are_refused():
    refuse_contradiction(WANG)
    for wrong in ({"born": "1971-03"}, {"sex": "女"}):
        with pytest.raises(Invalid):
            refuse_contradiction(PersonFacts("王建国", id_number=WANG.id_number, **wrong))


def test_digits_of_another_script_are_no_digits():
    with pytest.raises(Invalid):
        read_id_number("140827195٠01010004")
    with pytest.raises(Invalid):
        read_phone("138٠2345678")
