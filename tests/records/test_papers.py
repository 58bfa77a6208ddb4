"""A record as PDF: the same facts the same bytes, one page where it fits, and whose it is."""

import re

import pytest

from lms.records.models import RecordCopy
from lms.records.papers import SIZES, Paper, Section, pdf, size_for
from tests.certificates.test_drawing import LINK, RARE


@pytest.fixture(scope="session")
def var(tmp_path_factory):
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def wang(make, city):
    return make.person(city.upper, name="王建国")


def paper(rows: int) -> Paper:
    posts = [["甲县上王村", "村党组织书记", "2021年3月1日", "—"]] * rows
    section = Section("任职", ["单位", "职务", "起", "止"], [5, 4, 2, 2], posts, "只增不改。")
    return Paper(
        "干部教育培训档案",
        f"欧阳{RARE} · 甲县上王村",
        "截至 2026年11月23日",
        LINK,
        "扫码或输入核验码",
        "ABCD EFGH",
        [section],
        "演示数据",
    )


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def test_little_stands_large_on_one_page_and_much_smaller_and_then_on_more(var):
    assert (size_for(paper(3)), size_for(paper(30))) == (SIZES[0], SIZES[0])
    assert SIZES[-1] <= size_for(paper(45)) < SIZES[0]
    assert [pages(pdf(paper(rows), var)) for rows in (3, 30, 45, 120)] == [1, 1, 1, 3]
    assert pdf(paper(3), var) == pdf(paper(3), var)


def test_a_copy_comes_as_pdf_to_the_person_and_to_who_may_export(make, city, wang, sign_in):
    cadre = sign_in(wang)
    page = cadre.post("/records/mine/copies", follow_redirects=True).text
    copy = make.all(RecordCopy)[0].id
    assert f"/records/mine/copies/{copy}.pdf" in page
    answer = cadre.get(f"/records/mine/copies/{copy}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert pages(answer.data) == 1 and b"/FontFile2" in answer.data
    other = f"/records/{wang.id}/copies/{copy}.pdf"
    assert sign_in(city.officer).get(other).status_code == 200
    assert sign_in(city.stranger).get(other).status_code == 404
    assert cadre.get(other).status_code == 403
