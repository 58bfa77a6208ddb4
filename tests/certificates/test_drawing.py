"""The paper itself: every sign of a name, and the same bytes for the same facts."""

import re
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import words
from lms.certificates.drawing import Book, Printed, _foot, single
from lms.certificates.fonts import missing, printable, ready, width
from lms.certificates.rules import Completion, HourLine, HoursOfYear, Kind
from lms.certificates.setting import NEVER_FIRST, fitted, lines

RARE = "𫖯䶮·㛃𠅤𬭎𪟝龘镕堃"
LINK = "http://localhost/c/ABCDEFGHJKLMNPQR"
DAY = date(2026, 12, 6)


def completion(name="欧阳𫖯䶮·阿布", title="万人计划 第一期"):
    begun = date(2026, 11, 1)
    facts = Completion(
        name, "甲县上王村", "某市委组织部", DAY, title, begun, DAY, Decimal(56), True
    )
    return Printed(Kind.COMPLETION, "JY-2026-000001", "ABCDEFGHJKLMNPQR", LINK, facts)


def hours(many, title="课程"):
    rows = [HourLine(f"{title}{at}", "网络自学", Decimal("0.5"), DAY) for at in range(many)]
    facts = HoursOfYear("张三", "甲县上王村", "甲县委组织部", DAY, 2026, rows)
    return Printed(Kind.HOURS, "XS-2026-000001", "ABCDEFGHJKLMNPQR", LINK, facts)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_title_with_marks_of_its_own_is_quoted_within_others(var):
    said = words.completion(completion(title="副书记“一天一课”短训").facts)
    assert "参加“副书记‘一天一课’短训”" in "".join(run for run, _ in said)
    assert missing("‘一天一课’", var) == []


def test_the_typeface_has_the_signs_of_rare_names_and_says_which_it_has_not(var):
    assert missing(f"张{RARE}建国", var) == []
    assert missing("张𱊔建𱊔国", var) == ["𱊔"]
    assert printable("课程𱊔一") == "课程〓一"


def test_the_same_facts_give_the_same_bytes_with_the_typeface_inside(var):
    pdf = single(completion(), var)
    assert pdf == single(completion(), var)
    assert pdf.startswith(b"%PDF") and pages(pdf) == 1
    assert pdf.count(b"/FontFile2") == 2
    assert len(pdf) < 80_000


def test_many_rows_take_several_pages_and_many_certificates_one_file(var):
    assert pages(single(hours(60), var)) == 3
    book = Book(var, "演示数据，人名虚构")
    for _ in range(4):
        book.add(completion())
    assert book.has == 4
    assert pages(book.bound("结业证书", "某市委组织部")) == 4


class Foot:
    """A canvas that keeps what is written in the middle."""

    def __init__(self):
        self.said = []

    def drawCentredString(self, x, y, text):  # noqa: N802
        self.said.append(text)

    def __getattr__(self, name):
        return lambda *_: None


def test_a_sign_that_cannot_be_printed_is_said_at_the_foot(var):
    ready(var)
    foot = Foot()
    _foot(foot, ["课程𱊔"], "", 500, 20)
    _foot(foot, ["课程"], "", 500, 20)
    _foot(foot, ["课程〓"], "演示", 500, 20)
    assert foot.said == ["〓：字库中没有的字", "演示"]


@given(
    st.lists(
        st.tuples(st.text("万人计划，。“”（）2026abc ", max_size=30), st.booleans()), min_size=1
    )
)
def test_lines_keep_every_sign_and_none_is_too_wide(var, runs):
    ready(var)
    set_in = lines(runs, 20, 300, indent=40)
    assert "".join(text for line in set_in for text, _ in line) == "".join(t for t, _ in runs)
    for number, line in enumerate(set_in):
        hangs = sum(width(text, font, 20) for text, font in line if text in NEVER_FIRST)
        words = sum(width(text, font, 20) for text, font in line)
        assert words - hangs <= 300 - (0 if number else 40) or len(line) <= 2


def test_a_long_title_is_made_small_and_at_last_cut_with_a_sign(var):
    ready(var)
    assert fitted("课程", 10, 200) == ("课程", 10)
    text, size = fitted("很长的课程名称" * 20, 10, 200)
    assert text.endswith("…") and width(text, "NotoSansSC-Regular", size) <= 200
