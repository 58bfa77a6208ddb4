"""What a row of a roster must satisfy. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.errors import Invalid
from lms.sheets import cells
from lms.sheets.books import Value

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
INVENTED_AREA = "99"  # never assigned: the demonstration's numbers begin with it
ID_FORM = re.compile(r"\d{17}[\dX]")
PHONE = re.compile(r"1[3-9]\d{9}")
INVENTED_PHONE = re.compile(r"120\d{8}")  # a range not in use
LANDLINE = re.compile(r"0\d{9,11}|[2-8]\d{6,7}")
NAME = re.compile(f"[{cells.HAN}]+(·[{cells.HAN}]+)*")
SHORTEST_NAME, LONGEST_NAME = 2, 30  # code points
NUMBER = re.compile(r"[0-9A-Za-z_.]{1,40}")
OLDEST, YOUNGEST = 1900, 16  # year of birth; years of age
SEXES = {"男": "男", "女": "女", "男性": "男", "女性": "女", "1": "男", "2": "女"}
CHINESE_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a column of a row and how to mend it. why: constant text with values."""

    column: str
    why: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.why.format(**self.values) if self.values else self.why

    @classmethod
    def of(cls, column: str, refusal: Invalid) -> "Fault":
        return cls(column, refusal.text, refusal.values)


@dataclass(frozen=True)
class IdNumber:
    text: str
    born: date
    sex: str  # 男 or 女


def read_name(value: Value) -> str:
    """A person's name in its one form; refuses what cannot be a name."""
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
    number = cells.number(value).upper()
    if not number:
        return None
    if isinstance(value, int | float):
        raise Invalid(
            "身份证号放在了数字格式的单元格里，号码可能已不完整。请设为“文本”格式重新填写。"
        )
    if re.fullmatch(r"\d{15}", number):
        raise Invalid("15 位的旧身份证号已停用，请按现在的身份证填写 18 位号码。")
    if not ID_FORM.fullmatch(number):
        raise Invalid(
            "身份证号应为 17 位数字加 1 位数字或 X，现为 {size} 位，请核对。", size=len(number)
        )
    if not PROVINCES.match(number) and not (demonstration and number[:2] == INVENTED_AREA):
        raise Invalid("身份证号前两位“{area}”不是省级代码，请核对。", area=number[:2])
    born = _birth_date(number)
    if check_digit(number) != number[17]:
        raise Invalid("身份证号的校验码不对，至少有一位录错，请对照身份证核对。")
    return IdNumber(number, born, "男" if int(number[16]) % 2 else "女")


def check_digit(number: str) -> str:
    """The last sign that belongs to the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECK_DIGITS[total % 11]


def _birth_date(number: str) -> date:
    written = number[6:14]
    try:
        born = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        born = date.min
    if born.year < OLDEST:
        raise Invalid("身份证号中的出生日期“{written}”不存在，请核对。", written=written)
    return born


def read_phone(value: Value, demonstration: bool = False) -> str:
    """A mobile number of 11 digits, "" where the cell is empty.

    demonstration: also takes invented numbers, of a range that is not in use.
    """
    if len(re.findall(r"1\d{10}", cells.text(value))) > 1:
        raise Invalid("一格里有两个号码，请只留本人常用的手机号。")
    phone = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", cells.number(value))
    if not phone or PHONE.fullmatch(phone):
        return phone
    if demonstration and INVENTED_PHONE.fullmatch(phone):
        return phone
    if LANDLINE.fullmatch(phone):
        raise Invalid("“{phone}”是固定电话，不能用来登录，请填手机号。", phone=phone)
    raise Invalid(
        "手机号应为 11 位、以 13 至 19 开头，现为“{phone}”（{size} 位），请核对。",
        phone=phone[:20],
        size=len(phone),
    )


def read_number(value: Value) -> str:
    """A personnel number, "" where the cell is empty."""
    number = cells.number(value)
    if number and not NUMBER.fullmatch(number):
        raise Invalid("人员编号“{number}”只能由字母和数字组成，请核对。", number=number[:40])
    return number


def read_term(value: Value) -> int | None:
    """The number of a term: 第十届, 第10届, 10. None where the cell is empty."""
    written = cells.text(value)
    if not written:
        return None
    bare = re.sub(r"^第|届.*$|[ \n]", "", written)
    term = int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 4 else _chinese(bare)
    if not term:
        raise Invalid("届次“{written}”不能识别，请写成“第十届”或“10”。", written=written[:20])
    return term


def _chinese(written: str) -> int | None:
    """十二 is 12; up to 99."""
    tens, ten, ones = written.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or any(d not in CHINESE_DIGITS for d in tens + ones):
        return None
    ten_times = (CHINESE_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return ten_times + (CHINESE_DIGITS[ones] if ones else 0) or None
