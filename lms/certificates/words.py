"""The words of a certificate. It is a Chinese paper whoever prints it, so always in Chinese."""

from datetime import date
from decimal import Decimal

from lms.certificates.rules import Completion, HoursOfYear
from lms.words import N_

Run = tuple[str, bool]  # words, and whether they stand out

FROM_TO = N_("同志于{first}至{last}参加“{title}”，完成规定的 {hours} 学时，")
PASSED = N_("考核合格，")
ENDS = N_("准予结业。")
OF_YEAR = N_("同志{year}年度参加培训、截至{day}记入台账的学时如下，特此证明。")
UNIT = N_("（{unit}）")
DAY = N_("{year}年{month}月{day}日")
NUMBER = N_("编号：{number}")
TOTAL = N_("合计 {total} 学时，其中：{kinds}。")
OF_KIND = N_("{how} {hours} 学时")
HEADS = (N_("序号"), N_("培训内容"), N_("形式"), N_("结束日期"), N_("学时"))
SCAN = N_("扫码或输入核验码核对真伪")
CODE = N_("核验码 {code}")
PAGE = N_("第 {page} 页，共 {pages} 页")
GETA_SAYS = N_("〓：字库中没有的字")
DEMONSTRATION = N_("演示数据，人名虚构")
INNER = str.maketrans("“”", "‘’")  # what is quoted inside of what is quoted


def day(value: date) -> str:
    return DAY.format(year=value.year, month=value.month, day=value.day)


def plain(hours: Decimal) -> str:
    """10.50 → 10.5, 20.00 → 20."""
    return f"{float(hours):g}"


def completion(facts: Completion) -> list[Run]:
    """The sentence of a 结业证书."""
    said = FROM_TO.format(
        first=day(facts.began_on),
        last=day(facts.ended_on),
        title=facts.title.translate(INNER),
        hours=plain(facts.hours),
    )
    return [
        *_whom(facts.name, facts.unit),
        (said + (PASSED if facts.assessed else "") + ENDS, False),
    ]


def hours_of_year(facts: HoursOfYear) -> list[Run]:
    """The sentence above the table of a 学时证明."""
    said = OF_YEAR.format(year=facts.year, day=day(facts.issued_on))
    return [*_whom(facts.name, facts.unit), (said, False)]


def _whom(name: str, unit: str) -> list[Run]:
    return [(name, True), (UNIT.format(unit=unit), False)]


def in_all(facts: HoursOfYear) -> str:
    """The sum, and what it is made of."""
    kinds = "，".join(OF_KIND.format(how=how, hours=plain(n)) for how, n in facts.by_kind.items())
    return TOTAL.format(total=plain(facts.total), kinds=kinds)
