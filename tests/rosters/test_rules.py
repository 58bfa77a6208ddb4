"""What stands in a row is checked, and each refusal says how to mend it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.people.facts import (
    check_digit,
    read_id_number,
    read_name,
    read_number,
    read_phone,
    read_sex,
)
from lms.rosters.rules import Fault, read_term
from tests.rosters.lists import id_number

STANDARD = "11010519491231002X"  # the example of the standard itself


def why(read, *values, **options):
    with pytest.raises(Invalid) as refused:
        read(*values, **options)
    return str(refused.value)


def test_the_number_of_the_standard_is_read():
    number = read_id_number(STANDARD)
    assert (number.text, number.born, number.sex) == (STANDARD, date(1949, 12, 31), "女")


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002X"],
)
def test_width_spaces_and_case_of_an_id_number_do_not_matter(written):
    assert read_id_number(written).text == STANDARD


@given(st.dates(date(1930, 1, 1), date(2008, 1, 1)), st.integers(0, 999), st.data())
def test_one_wrong_digit_of_an_id_number_is_always_found(born, order, data):
    number = id_number(born=born, order=order)
    assert read_id_number(number).born == born
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {number[place]})))
    with pytest.raises(Invalid):
        read_id_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("110105491231002", "15 位"),
        ("11010519491231002", "现为 17 位"),
        ("1101051949123100XX", "17 位数字加 1 位数字或 X"),
        ("110105194912310021", "校验码不对"),
        (id_number("990001"), "“99”不是省级代码"),
        (id_number("160000"), "“16”不是省级代码"),
        ("11010519491331" + "0029", "出生日期“19491331”不存在"),
        (110105194912310020.0, "前 15 位"),
        ("1.10105E+17", "前 15 位"),
        (12345.0, "数字格式"),
    ],
)
def test_a_wrong_id_number_is_refused_with_the_reason(value, reason):
    assert reason in why(read_id_number, value)


def test_an_id_number_is_not_required():
    assert read_id_number("") is None
    assert read_id_number("  ") is None


def test_invented_id_numbers_and_phones_are_taken_in_a_demonstration_only():
    invented = id_number("990001")
    assert read_id_number(invented, demonstration=True).text == invented
    assert "省级代码" in why(read_id_number, invented)
    assert read_phone("12012345678", demonstration=True) == "12012345678"
    assert "手机号" in why(read_phone, "12012345678")
    wrong = invented[:17] + ("1" if invented[17] != "1" else "2")
    assert "校验码" in why(read_id_number, wrong, demonstration=True)


def test_the_check_digit_is_that_of_the_standard():
    assert check_digit(STANDARD[:17]) == "X"


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        ("13812345678", "13812345678"),
        (13812345678.0, "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("", ""),
    ],
)
def test_a_phone_is_eleven_digits_however_it_is_written(value, phone):
    assert read_phone(value) == phone


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1381234567", "11 位"),
        ("12812345678", "13 至 19"),
        ("0359-2022345", "固定电话"),
        ("2022345", "固定电话"),
        ("13812345678/13912345678", "两个号码"),
        ("138****5678", "11 位"),
    ],
)
def test_a_wrong_phone_is_refused_with_the_reason(value, reason):
    assert reason in why(read_phone, value)


@pytest.mark.parametrize(
    "name", ["张三", "欧阳修", "阿卜杜拉·买买提", "王䶮", "李𫖯", "㛃〇", "阿" * 30]
)
def test_a_name_may_have_rare_characters_and_a_dot(name):
    assert read_name(name) == name


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "姓名为空"),
        (" ", "姓名为空"),
        ("张", "2 至 30 个字"),
        ("阿" * 31, "2 至 30 个字"),
        ("张三1", "不该有的“1”"),
        ("Zhang San", "空格"),
        ("张三（女）", "不该有的“（”"),
        ("=张三", "不该有的“=”"),
        ("·张三", "不该有的“·”"),
        ("阿依古丽 买买提", "空格"),
        ("张\ue000", "不该有的"),
        (12.0, "不该有的“1”"),
        ("<b>张三</b>", "不该有的“<”"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_the_reason(value, reason):
    assert reason in why(read_name, value)


def test_sex_is_read_from_words_and_codes():
    assert [read_sex(v) for v in ("男", "女性", "1", 2.0, "")] == ["男", "女", "男", "女", ""]
    assert "男”或“女" in why(read_sex, "雄")


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("第十届", 10),
        ("第十二届", 12),
        ("二十届", 20),
        ("第10届", 10),
        (10.0, 10),
        ("九", 9),
        ("第 九 届", 9),
        ("第十届（2021—2026）", 10),
        ("", None),
    ],
)
def test_a_term_is_read_in_both_kinds_of_numerals(value, term):
    assert read_term(value) == term


@pytest.mark.parametrize("value", ["上届", "十十", "0", "2021-2026", "十二三"])
def test_what_is_no_term_is_refused(value):
    assert "届次" in why(read_term, value)


def test_a_personnel_number_is_letters_and_digits():
    assert [read_number(v) for v in ("P-000 1", 12.0, "")] == ["P0001", "12", ""]
    assert "字母和数字" in why(read_number, "甲1")


def test_a_fault_reads_as_a_sentence():
    fault = Fault.of("姓名", Invalid("姓名“{name}”不对。", name="张"))
    assert (fault.column, str(fault)) == ("姓名", "姓名“张”不对。")
    assert str(Fault("姓名", "姓名为空。")) == "姓名为空。"
