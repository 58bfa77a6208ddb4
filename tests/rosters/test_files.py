"""Files that cannot be taken are refused on the page, with a sentence, and nothing is written."""

from functools import cache

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.audit.rules import Outcome
from lms.jobs.models import Job
from lms.people.models import Person
from lms.rosters.models import RosterImport, RosterLine
from lms.sheets.delimited import csv_bytes
from lms.sheets.reading import read_book
from tests.rosters.conftest import workbook
from tests.rosters.lists import HEADS, person
from tests.rosters.test_imports import counts
from tests.sheets import packs

SECRET = packs.workbook([["机密★"], HEADS, person()])
FORMULA = packs.workbook([HEADS, ["=A1", *person()[1:]]])


@cache
def bomb():
    return packs.packed({**packs.parts(packs.workbook([["x"]])), packs.SHEET: b"0" * 200_000_000})


@cache
def endless():
    return packs.with_sheet(packs.many_rows(200_000))


# Large ones are made when they are sent, not when the tests are gathered.
HOSTILE = [
    ("名册.xlsx", b"", "空文件"),
    ("名册.xlsx", b"not a workbook at all", "纯文本"),
    ("名册.xls", packs.workbook([HEADS, person()]), "压缩包"),
    ("名册.xlsx", SECRET, "密"),
    ("名册.xlsx", bomb, "过大"),
    ("名册.xlsx", endless, "行"),
    ("名册.docx", b"PK\x03\x04 something", "文档"),
    ("名册.xlsm", packs.workbook([HEADS, person()]), "宏"),
    ("名册.zip", b"PK\x03\x04 something", "压缩包"),
    ("统计.xlsx", packs.workbook([["一", "二"], [1, 2]]), "没有找到名册"),
    ("名册.xlsx", packs.workbook([HEADS, person()])[:900], "损坏"),
]


@pytest.mark.parametrize(("name", "content", "said"), HOSTILE, ids=[one[2] for one in HOSTILE])
def test_what_is_no_roster_is_refused_with_a_sentence(desk, make, app, name, content, said):
    answer = desk.send((name, content() if callable(content) else content))
    assert answer.status_code == 422 and said in answer.text, answer.text
    assert "非涉密系统" in answer.text
    assert make.all(RosterImport) == [] and make.all(Job) == []
    assert not (app.extensions["settings"].var / "uploads").exists()
    noted = [one for one in make.all(AuditEntry) if one.act == "upload roster"]
    assert [one.outcome for one in noted] == [Outcome.REFUSED] and said in noted[0].facts["why"][0]


def test_one_bad_file_among_good_ones_refuses_them_all(desk, make):
    answer = desk.send(("好.xlsx", workbook(person())), ("坏.xlsx", b"bad"))
    assert answer.status_code == 422 and "坏.xlsx" in answer.text
    assert make.all(RosterImport) == []


def test_no_file_at_all_is_said(desk):
    assert "请选择要上传的名册文件" in desk.send().text
    assert desk.browser.post("/rosters/upload", {}).status_code == 422


def test_a_formula_where_a_name_should_be_is_a_fault_of_its_row(desk):
    assert desk.send(("名册.xlsx", FORMULA)).status_code == 302
    desk.work()
    one = desk.last()
    assert counts(one) == {"error": 1} and "公式" in desk.page(one)


def test_text_of_a_roster_is_never_run_as_html(desk):
    bad = "<script>alert(1)</script>"
    one = desk.read([*person(bad, 村=bad, 职务=bad), "x"], heads=[*HEADS, bad], name=f"{bad}.xlsx")
    for show in ("error", "new"):
        assert bad not in desk.page(one, show=show)
    assert "&lt;script&gt;" in desk.page(one)


def test_several_files_are_one_import_also_of_one_name(desk, make):
    sent = desk.send(
        ("名册.xlsx", workbook(person())),
        ("名册.xlsx", workbook(person("李四", 手机号="13800000001", 村="上王村"))),
        ("更多.csv", csv_bytes([HEADS, person("王五", 手机号="13800000002")])),
    )
    assert sent.status_code == 302
    desk.work()
    one = desk.last()
    assert counts(one) == {"new": 3}
    assert [sheet[0] for sheet in one.found["sheets"]] == ["名册.xlsx", "名册(2).xlsx", "更多.csv"]


def test_the_bad_rows_come_back_with_reasons_and_can_be_sent_again(desk, make):
    heads = [*HEADS, "入党时间"]
    good = [*person("张三"), "2000"]
    bad = [*person("李四", 手机号="1380000000", 职务="村主任"), "2001"]
    one = desk.take(good, bad, heads=heads, name="历山镇.xlsx")
    answer = desk.browser.get(f"/rosters/{one.id}/errors.xlsx")
    assert answer.status_code == 200
    (sheet,) = read_book("改.xlsx", answer.data).sheets
    assert sheet.rows[0] == [*heads, "错误原因"]
    assert sheet.rows[1][:8] == bad and "手机号应为 11 位" in sheet.rows[1][8]
    sheet.rows[1][2] = "13800000001"
    again = desk.read(sheet.rows[1], heads=sheet.rows[0])
    assert counts(again) == {"new": 1} and again.found["own"] == ["入党时间", "错误原因"]
    desk.confirm(again)
    assert make.all(Person)[-1].own_columns == {"入党时间": "2001"}


def test_a_row_that_had_its_town_from_a_title_keeps_it_among_the_bad_ones(desk):
    heads = ["姓名", "手机号", "村", "职务"]
    data = workbook(["李四", "138", "同善村", "支书"], heads=heads, title="垣曲县历山镇村干部名册")
    desk.send(("名册.xlsx", data))
    desk.work()
    one = desk.last()
    answer = desk.browser.get(f"/rosters/{one.id}/errors.xlsx")
    rows = read_book("改.xlsx", answer.data).sheets[0].rows
    assert rows[0] == [*heads, "县（市、区）", "乡镇（街道）", "错误原因"]
    assert rows[1][4:6] == ["垣曲县", "历山镇"]


def test_an_id_number_that_excel_destroyed_is_refused_and_left_to_be_written_anew(desk):
    row = person(身份证号=140827197003050011)
    heads = [str(head) for head in HEADS]
    desk.send(("名册.xlsx", packs.workbook([heads, row])))
    desk.work()
    one = desk.last()
    assert counts(one) == {"error": 1} and "末几位已变成 0" in desk.page(one)
    answer = desk.browser.get(f"/rosters/{one.id}/errors.xlsx")
    assert read_book("改.xlsx", answer.data).sheets[0].rows[1][1] == ""


def test_the_template_is_read_back_and_its_example_is_no_row(desk, city):
    answer = desk.browser.get("/rosters/template.xlsx")
    assert answer.status_code == 200
    book = read_book("模板.xlsx", answer.data)
    assert [sheet.name for sheet in book.sheets if not sheet.hidden] == ["名册", "填写说明"]
    head = book.sheets[0].rows[1]
    assert head[:6] == ["姓名*", "性别", "出生年月", "身份证号", "手机号", "人员编号"]
    desk.send(("模板.xlsx", answer.data))
    desk.work()
    assert counts(desk.last()) == {}


# ── who sees it ────────────────────────────────────────────────────────────────────────────────


def test_an_import_is_seen_by_whoever_answers_for_its_unit(desk, desk_of, city):
    one = desk.read(person())
    for path in ("", "/errors.xlsx", "/progress"):
        assert desk_of(city.other).browser.get(f"/rosters/{one.id}{path}").status_code == 404
        town = desk_of(city.town, Role.TOWNSHIP_OFFICER)
        assert town.browser.get(f"/rosters/{one.id}{path}").status_code == 404
    above = desk_of(city.city, Role.CITY_OFFICER)
    assert "张三" in above.page(one)
    assert "名册.xlsx" in above.browser.get("/rosters/").text
    assert "名册.xlsx" not in desk_of(city.other).browser.get("/rosters/").text
    assert above.confirm(one).status_code == 302
    assert counts(desk.last())["new"] == 1


def test_a_stranger_presses_no_button_of_it(desk, desk_of, city):
    one = desk.read(person())
    far = desk_of(city.other)
    for what in ("answers", "complete", "endings", "confirm", "read", "go-on", "drop", "take-back"):
        assert far.post(one, what, reading=one.reading).status_code == 404
    assert desk.last().state.value == "read"


def test_nobody_imports_for_a_unit_of_another(desk, city, make):
    answer = desk.send(("名册.xlsx", workbook(person())), unit=str(city.other.id))
    assert answer.status_code == 302
    assert desk.last().org_id == city.county.id
    assert make.all(RosterLine) == []


def test_an_officer_of_two_counties_says_for_which(make, city, sign_in, app):
    from tests.rosters.conftest import Desk

    officer = make.officer(city.county, name="马干事")
    make.role(officer, Role.COUNTY_OFFICER, city.other)
    desk = Desk(app, make, sign_in(officer))
    assert "为哪个单位导入" in desk.browser.get("/rosters/upload").text
    one = desk.read(person(县="平陆县", 乡镇="圣人涧镇", 村="南村"), unit=str(city.other.id))
    assert (one.org_id, counts(one)) == (city.other.id, {"new": 1})
