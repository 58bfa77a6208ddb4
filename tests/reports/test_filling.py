"""A table from above: sent, explained once, taken away filled, next month without a question."""

import re
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.reports import filling
from lms.reports.models import BlankSheet, LearnedHead
from lms.sheets import converting
from tests.sheets.old import label, old_workbook


def blank(*heads, lines=("甲县", "乙县", "市直", "合计")) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["单位", *(heads or ("应训人数", "实训人数", "完成率"))])
    for line in lines:
        sheet.append([line])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def browser(some, sign_in):
    return sign_in(some.officer)


def send(browser, some, data=None, name="统计表.xlsx", **more):
    sent = {"cohort": some.cohort.id, "as_of": "2026-11-23", "unit": some.city.id}
    file = (BytesIO(data or blank()), name)
    return browser.post("/reports/sheets", data=sent | {"file": file} | more)


def cells(answer) -> dict:
    sheet = load_workbook(BytesIO(answer.data)).active
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}


def explain(browser, address, words, meaning):
    sent = {"heads-0-words": words, "heads-0-meaning": meaning}
    return browser.post(f"{address}/heads", data=sent)


def test_a_table_is_filled_but_for_what_is_asked_and_then_wholly(some, make, browser):
    address = send(browser, some).location
    page = browser.get(address)
    assert "“实训人数”是什么？" in page.text
    filled = browser.get(f"{address}/filled.xlsx")
    first = load_workbook(BytesIO(filled.data)).active
    assert first["C2"].fill.fgColor.rgb == "FFFFFF00"
    assert [first[f"B{row}"].value for row in (2, 3, 4, 5)] == [4, 1, 1, 6]
    assert explain(browser, address, "实训人数", "measure:attended").status_code == 303
    assert "是什么？" not in browser.get(address).text
    found = cells(browser.get(f"{address}/filled.xlsx"))
    assert [found[f"C{row}"] for row in (2, 3, 4, 5)] == [3, 1, 0, 4]
    assert [found[f"D{row}"] for row in (2, 3, 4, 5)] == [25, 100, 0, 33.33]
    assert "某市，截至20261123" in filled.headers["Content-Disposition"] or "filename" in str(
        filled.headers
    )
    assert [entry.act for entry in make.all(AuditEntry)][-2:] == ["learn head", "export"]


def test_every_number_leads_to_as_many_names(some, browser):
    page = browser.get(send(browser, some, blank("应训人数", "参训人数")).location).text
    links = re.findall(r'href="(/reports/cohorts/[^"]*names[^"]*)">(\d+)<', page)
    assert len(links) >= 6
    for address, number in links:
        names = browser.get(address.replace("&amp;", "&")).text
        assert names.count('<th scope="row">') == int(number), address


def test_the_same_table_asks_nothing_next_month_nor_from_a_county(some, make, sign_in, browser):
    explain(browser, send(browser, some).location, "实训人数", "measure:attended")
    assert "是什么？" not in browser.get(send(browser, some).location).text
    officer = sign_in(some.county_officer)
    lines = blank(lines=("东镇", "西镇"))
    address = send(officer, some, lines, unit=some.county.id).location
    assert "是什么？" not in officer.get(address).text
    assert cells(officer.get(f"{address}/filled.xlsx"))["C2"] == 3
    (learned,) = make.all(LearnedHead)
    officer.post(f"{address}/forget", data={"words": "实训人数"})
    assert make.all(LearnedHead) == [learned]  # the city's word is the city's


def test_another_day_fills_the_same_table_again(some, browser):
    address = send(browser, some, blank("应训人数", "参训人数")).location
    sent = {"cohort": some.cohort.id, "as_of": "2026-10-01"}
    assert browser.post(f"{address}/list", data=sent).status_code == 303
    assert cells(browser.get(f"{address}/filled.xlsx"))["B5"] == 0


def test_a_table_of_another_county_does_not_exist(some, sign_in, browser):
    address = send(browser, some).location
    stranger = sign_in(some.make.officer(some.other, Role.COUNTY_OFFICER, name="乙"))
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}/filled.xlsx").status_code == 404
    assert stranger.post(f"{address}/drop").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "空.xlsx", "空文件"),
        ("单位,应训\n甲县,".encode(), "表.csv", "不是 Excel 表"),
        (blank(lines=()), "表.xlsx", "没有找到要填的表"),
        (b"PK\x03\x04broken", "表.xlsx", "已损坏"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_words(some, make, browser, data, name, why):
    answer = browser.post(
        "/reports/sheets",
        data={
            "cohort": some.cohort.id,
            "as_of": "2026-11-23",
            "unit": some.city.id,
            "file": (BytesIO(data), name),
        },
    )
    assert answer.status_code == 422
    assert why in answer.text
    assert make.all(BlankSheet) == []


@pytest.mark.parametrize("meaning", ["measure:nothing", "unit:999999", "post:KING", "bad"])
def test_an_answer_that_nobody_offered_is_refused(some, make, browser, meaning):
    address = send(browser, some).location
    assert explain(browser, address, "实训人数", meaning).status_code == 422
    assert make.all(LearnedHead) == []


def test_a_table_is_dropped_with_its_file(some, make, browser):
    address = send(browser, some).location
    assert browser.post(f"{address}/drop").status_code == 303
    assert make.all(BlankSheet) == []


def test_an_old_workbook_becomes_a_new_one_where_the_server_can(some, make, browser, monkeypatch):
    labels = [(0, 0, "单位"), (0, 1, "应训人数"), (0, 2, "参训人数"), (1, 0, "甲县")]
    old = old_workbook(b"".join(label(*one) for one in labels))
    monkeypatch.setattr(converting.shutil, "which", lambda _: None)
    assert "这台服务器不能转换" in send(browser, some, old, "统计表.xls").text
    monkeypatch.setattr(filling, "converted", lambda *_: blank("应训人数", "参训人数"))
    page = browser.get(send(browser, some, old, "统计表.xls").location)
    assert "统计表.xlsx" in page.text
