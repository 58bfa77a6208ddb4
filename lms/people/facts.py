"""What is known of a person, and when it can be true. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import mul
from typing import Any, NamedTuple

from lms.errors import Invalid
from lms.sheets import cells
from lms.sheets.books import Value
from lms.words import N_

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
ZEROS = ord("0") * sum(WEIGHTS)  # what the weighted signs have more than their digits
PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
INVENTED_AREA = "99"  # never assigned: the demonstration's numbers begin with it
ID_FORM = re.compile(r"[0-9]{17}[0-9X]")
PHONE = re.compile(r"1[3-9][0-9]{9}")
INVENTED_PHONE = re.compile(r"120[0-9]{8}")  # a range not in use
LANDLINE = re.compile(r"0\d{9,11}|[2-8]\d{6,7}")
NAME = re.compile(f"[{cells.HAN}]+(·[{cells.HAN}]+)*")
SHORTEST_NAME, LONGEST_NAME = 2, 30  # code points
PLAIN_NAME = re.compile(f"[{cells.HAN}]{{{SHORTEST_NAME},{LONGEST_NAME}}}")  # as most are
NUMBER = re.compile(r"[0-9A-Za-z_.]{1,40}")
OLDEST = 1900  # year of birth
FACT_NAMES = {
    "name": N_("姓名"),
    "sex": N_("性别"),
    "born": N_("出生年月"),
    "number": N_("人员编号"),
    "id_number": N_("身份证号"),
    "phone": N_("手机号"),
}
SEXES = {"男": "男", "女": "女", "男性": "男", "女性": "女", "1": "男", "2": "女"}


@dataclass(frozen=True)
class PersonFacts:
    """What is known of a person; "" where it is not known.

    number: the personnel number; sex: 男 or 女; born: 1970-03-05 or 1970-03.
    own_columns: what the unit keeps besides.
    """

    name: str
    number: str = ""
    sex: str = ""
    born: str = ""
    id_number: str = ""
    phone: str = ""
    own_columns: Mapping[str, Any] = field(default_factory=dict)


class IdNumber(NamedTuple):
    """An ID number, and what it says. sex: 男 or 女."""

    text: str
    born: date
    sex: str


def read_name(value: Value) -> str:
    """A person's name in its one form; refuses what cannot be a name."""
    if isinstance(value, str) and PLAIN_NAME.fullmatch(value):
        return value
    name = cells.name(value)
    if not name:
        raise Invalid("姓名为空，请填写姓名。")
    if " " in name:
        raise Invalid(
            "姓名“{name}”中有空格。少数民族姓名请用“·”分隔，其他姓名请去掉空格。", name=name
        )
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Invalid("姓名“{name}”应为 2 至 30 个字，请核对。", name=name[:LONGEST_NAME])
    if not NAME.fullmatch(name):
        odd = next((sign for sign in name if not re.match(f"[{cells.HAN}·]", sign)), "·")
        raise Invalid("姓名“{name}”中有不该有的“{sign}”，请改正。", name=name, sign=odd)
    return name


def read_sex(value: Value) -> str:
    """男, 女, or "" where the cell is empty."""
    written = cells.text(value)
    if written and written not in SEXES:
        raise Invalid("性别“{written}”不能识别，请填“男”或“女”。", written=written[:20])
    return SEXES.get(written, "")


def read_id_number(value: Value, demonstration: bool = False) -> IdNumber | None:
    """An ID number by GB 11643, None where the cell is empty.

    demonstration: also takes numbers of an area that was never assigned.
    """
    number = value if isinstance(value, str) and ID_FORM.fullmatch(value) else _id_in(value)
    if not number:
        return None
    if not PROVINCES.match(number) and not (demonstration and number[:2] == INVENTED_AREA):
        raise Invalid("身份证号前两位“{area}”不是省级代码，请核对。", area=number[:2])
    born = _birth_date(number)
    if check_digit(number) != number[17]:
        raise Invalid("身份证号的校验码不对，至少有一位录错，请对照身份证核对。")
    return IdNumber(number, born, "男" if int(number[16]) % 2 else "女")


def _id_in(value: Value) -> str:
    """The ID number that a cell must mean, "" where it is empty; refuses what has another form."""
    number = cells.number(value).upper()
    if number and isinstance(value, int | float):
        raise Invalid(
            "身份证号放在了数字格式的单元格里，号码可能已不完整。请设为“文本”格式重新填写。"
        )
    if re.fullmatch(r"\d{15}", number):
        raise Invalid("15 位的旧身份证号已停用，请按现在的身份证填写 18 位号码。")
    if number and not ID_FORM.fullmatch(number):
        raise Invalid(
            "身份证号应为 17 位数字加 1 位数字或 X，现为 {size} 位，请核对。", size=len(number)
        )
    return number


def check_digit(number: str) -> str:
    """The last sign that belongs to the first 17 digits."""
    total = sum(map(mul, WEIGHTS, number.encode()))  # as many as there are weights
    return CHECK_DIGITS[(total - ZEROS) % 11]


def _birth_date(number: str) -> date:
    written = number[6:14]
    try:
        born = date.fromisoformat(written)
    except ValueError:
        born = date.min
    if born.year < OLDEST:
        raise Invalid("身份证号中的出生日期“{written}”不存在，请核对。", written=written)
    return born


def read_phone(value: Value, demonstration: bool = False) -> str:
    """A mobile number of 11 digits, "" where the cell is empty.

    demonstration: also takes invented numbers, of a range that is not in use.
    """
    if isinstance(value, str) and _is_phone(value, demonstration):
        return value
    if len(re.findall(r"1\d{10}", cells.text(value))) > 1:
        raise Invalid("一格里有两个号码，请只留本人常用的手机号。")
    phone = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", cells.number(value))
    if not phone or _is_phone(phone, demonstration):
        return phone
    if LANDLINE.fullmatch(phone):
        raise Invalid("“{phone}”是固定电话，不能用来登录，请填手机号。", phone=phone)
    raise Invalid(
        "手机号应为 11 位、以 13 至 19 开头，现为“{phone}”（{size} 位），请核对。",
        phone=phone[:20],
        size=len(phone),
    )


def _is_phone(text: str, demonstration: bool) -> bool:
    return bool(PHONE.fullmatch(text) or (demonstration and INVENTED_PHONE.fullmatch(text)))


def read_number(value: Value) -> str:
    """A personnel number, "" where the cell is empty."""
    number = cells.number(value)
    if number and not NUMBER.fullmatch(number):
        raise Invalid("人员编号“{number}”只能由字母和数字组成，请核对。", number=number[:40])
    return number


def refuse_contradiction(facts: PersonFacts) -> None:
    """An ID number says when one was born and of which sex; the other facts must agree."""
    if not facts.id_number:
        return
    known = read_id_number(facts.id_number, demonstration=True)
    if known and facts.born and not known.born.isoformat().startswith(facts.born):
        raise Invalid(
            "出生年月（{born}）与身份证号中的（{known}）不一致，请核对。",
            born=facts.born,
            known=known.born.isoformat(),
        )
    if known and facts.sex and facts.sex != known.sex:
        raise Invalid("性别（{sex}）与身份证号不一致，请核对。", sex=facts.sex)
