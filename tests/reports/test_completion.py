"""The completion table: right, as far as one may see, and the same in the workbook."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.people.rules import Post


def rows(page) -> dict[str, list[str]]:
    """The table of a page: the first cell of a row → its other cells, as a reader sees them."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page.text, re.S):
        cells = re.findall(r"<(?:td|th)[^>]*>(.*?)</(?:td|th)>", row, re.S)
        said = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
        if said:
            found[said[0]] = said[1:]
    return found


def counts(cells: list[str]) -> tuple[int, ...]:
    """应训 参训 完成 应考 参考 合格."""
    return tuple(int(cells[place]) for place in (0, 1, 3, 6, 7, 9))


def test_a_table_counts_by_county_and_sums_up(some, sign_in):
    table = rows(sign_in(some.officer).get(some.address))
    assert counts(table["甲县"]) == (4, 3, 1, 4, 2, 1)
    assert counts(table["乙县"]) == (1, 1, 1, 1, 1, 1)
    assert counts(table["市直及其他"]) == (1, 0, 0, 1, 0, 0)
    assert counts(table["合计"]) == (6, 4, 2, 6, 3, 2)


def test_a_rate_stands_with_its_numbers_and_rounds_half_up(some, sign_in):
    table = rows(sign_in(some.officer).get(some.address))
    assert table["合计"][2].startswith("66.67%")
    assert "4/6" in table["合计"][2]


def test_a_county_with_nobody_on_the_list_shows_zero_and_no_rate(city, sign_in):
    city.cadre(city.far)
    table = rows(sign_in(city.officer).get(city.address))
    assert table["甲县"][0] == "0"
    assert table["甲县"][2] == "—"
    assert table["甲县"][-1] == "—"


def test_a_click_goes_down_to_townships_and_villages(some, sign_in):
    browser = sign_in(some.officer)
    towns = rows(browser.get(f"{some.address}?under={some.county.id}&by=township"))
    assert counts(towns["东镇"]) == (3, 3, 1, 3, 2, 1)
    assert counts(towns["西镇"]) == (1, 0, 0, 1, 0, 0)
    villages = rows(browser.get(f"{some.address}?under={some.town.id}&by=village"))
    assert counts(villages["上村"]) == (2, 2, 1, 2, 2, 1)
    assert "里村" not in villages


def test_by_post_a_person_of_two_posts_is_in_both_lines_and_once_in_the_sum(some, sign_in):
    page = sign_in(some.officer).get(f"{some.address}?by=post")
    table = rows(page)
    assert table["村党组织书记"][0] == "4"
    assert table["村委会主任"][0] == "1"
    assert table["合计（人）"][0] == "6"
    assert "其中一肩挑 1 人" in page.text


def test_a_report_reaches_the_subtree_and_no_further(some, sign_in):
    browser = sign_in(some.county_officer)
    page = browser.get(some.address)
    assert "乙县" not in page.text
    assert counts(rows(page)["合计"]) == (4, 3, 1, 4, 2, 1)
    assert browser.get(f"{some.address}?under={some.other.id}").status_code == 404
    assert browser.get(f"{some.address}?under={some.city.id}").status_code == 404
    names = f"{some.address}/names?measure=required&under={some.other.id}"
    assert browser.get(names).status_code == 404
    assert "庚辛" not in browser.get(f"{some.address}/names?measure=required").text
    assert counts(rows(sign_in(some.town_officer).get(some.address))["合计"])[0] == 3


def test_one_who_answers_for_nobody_sees_no_table(some, make, sign_in):
    cadre = make.all(type(some.officer))[-1]
    assert sign_in(cadre).get(some.address).status_code == 403


def test_a_head_reads_and_is_offered_no_export(some, make, sign_in):
    head = sign_in(make.officer(some.county, Role.HEAD))
    for page in (some.address, f"{some.address}/names?measure=open"):
        assert "xlsx" not in head.get(page).text
    assert head.get(f"{some.address}/completion.xlsx").status_code == 403


def test_behind_each_number_stand_its_names(some, sign_in):
    browser = sign_in(some.officer)
    for measure, expected in {
        "required": {"一挑", "甲乙", "丙丁", "戊己", "庚辛", "壬癸"},
        "attended": {"一挑", "甲乙", "丙丁", "庚辛"},
        "completed": {"一挑", "庚辛"},
        "open": {"甲乙", "丙丁", "戊己", "壬癸"},
        "sat": {"一挑", "甲乙", "庚辛"},
        "passed": {"一挑", "庚辛"},
    }.items():
        page = browser.get(f"{some.address}/names?measure={measure}&by=county")
        assert set(rows(page)) - {"姓名"} == expected, measure


def test_the_names_of_one_line_are_those_of_its_units(some, sign_in):
    browser = sign_in(some.officer)
    county = f"{some.address}/names?measure=required&by=county&line={some.county.id}"
    assert set(rows(browser.get(county))) - {"姓名"} == {"一挑", "甲乙", "丙丁", "戊己"}
    rest = f"{some.address}/names?measure=required&by=county&line=0"
    assert set(rows(browser.get(rest))) - {"姓名"} == {"壬癸"}
    post = f"{some.address}/names?measure=required&by=post&line=VCD"
    assert set(rows(browser.get(post))) - {"姓名"} == {"一挑"}


def test_every_number_of_the_table_links_to_as_many_names(some, sign_in):
    browser = sign_in(some.officer)
    page = browser.get(some.address).text
    links = re.findall(r'href="([^"]*/names\?[^"]*)"[^>]*>\s*(\d+)', page)
    assert len(links) > 10
    for address, number in links:
        names = rows(browser.get(address.replace("&amp;", "&")))
        assert len(set(names) - {"姓名"}) == int(number), address


def test_what_a_person_lacks_is_said_in_words(some, sign_in):
    names = rows(sign_in(some.officer).get(f"{some.address}/names?measure=open"))
    assert names["甲乙"][-1] == "未合格"
    assert names["丙丁"][-1] == "未参考"
    assert names["戊己"][-1] == "未参训；未参考"
    assert "村党组织书记" in names["丙丁"][1]


def sheet(answer):
    book = load_workbook(BytesIO(answer.data))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_the_workbook_says_exactly_what_the_screen_says(some, sign_in):
    browser = sign_in(some.officer)
    for state in ("", f"?under={some.county.id}&by=township", "?by=post"):
        shown = rows(browser.get(some.address + state))
        answer = browser.get(f"{some.address}/completion.xlsx{state}")
        assert answer.status_code == 200
        written = {row[1]: row[2:] for row in sheet(answer) if row[1] in shown}
        lines = {name for name, cells in shown.items() if len(cells) == 12 and cells[0].isdigit()}
        assert lines <= set(written)
        for name in lines:
            for said, kept in zip(shown[name], written[name], strict=True):
                assert same(said, kept), (state, name, said, kept)


def same(said: str, kept) -> bool:
    """A rate is shown as 66.67% 4/6 and kept as 0.6667; a number as itself."""
    if said.endswith("%") or "%" in said:
        return f"{kept:.2%}" == said.split()[0]
    return said == (kept if isinstance(kept, str) else f"{kept:.2f}" if "." in said else str(kept))


def test_the_workbook_names_its_definitions_its_day_and_that_it_is_a_demonstration(some, sign_in):
    cells = [
        cell
        for row in sheet(sign_in(some.officer).get(f"{some.address}/completion.xlsx"))
        for cell in row
        if isinstance(cell, str)
    ]
    text = "\n".join(cells)
    for words in (
        "应训：在册人员中未批准免训的人员",
        "2026年11月23日",
        "演示数据，人名虚构",
        "填表人：",
    ):
        assert words in text


def test_a_file_that_is_taken_away_is_noted(some, make, sign_in):
    sign_in(some.officer).get(f"{some.address}/names.xlsx?measure=open")
    entry = make.all(AuditEntry)[-1]
    assert (entry.act, entry.name, entry.facts["rows"]) == ("export", "市管理员", 4)


def test_a_name_that_begins_like_a_formula_stays_a_name(city, sign_in):
    city.cadre(city.far, name="=1+1")
    answer = sign_in(city.officer).get(f"{city.address}/names.xlsx")
    cells = [cell for row in load_workbook(BytesIO(answer.data)).active.iter_rows() for cell in row]
    found = [cell for cell in cells if cell.value == "=1+1"]
    assert found
    assert all(cell.data_type == "s" for cell in found)


def test_a_day_to_come_is_refused_in_words(some, sign_in):
    answer = sign_in(some.officer).get(f"{some.address}?as_of=2026-12-01")
    assert answer.status_code == 422
    assert "统计日不能晚于今天" in answer.text


@pytest.mark.parametrize("state", ["?by=planet", "?under=x", "?as_of=yesterday", "?under=999999"])
def test_a_bent_address_is_refused_and_breaks_nothing(some, sign_in, state):
    assert sign_in(some.officer).get(some.address + state).status_code in (404, 422)


def test_before_the_list_stood_the_table_is_empty(some, sign_in):
    page = sign_in(some.officer).get(f"{some.address}?as_of=2020-01-01")
    assert "名单上还没有人" in page.text


def test_the_statements_do_not_grow_with_the_units(some, sign_in, statements):
    browser = sign_in(some.officer)
    browser.get(some.address)
    with statements() as few:
        browser.get(some.address)
    for number in range(20):
        unit = some.make.unit(f"第{number}县", under=some.city)
        some.cadre(unit, Post.LEADER)
    with statements() as many:
        browser.get(some.address)
    assert len(many) == len(few)


def test_the_list_of_who_has_not_completed_names_who_answers_and_no_number(some, sign_in):
    some.make.person(some.town, Post.TOC, name="组织委员甲", number="G900001")
    browser = sign_in(some.officer)
    answer = browser.get(f"{some.address}/names.xlsx?measure=open")
    table = sheet(answer)
    head = next(row for row in table if "姓名" in row)
    lines = {row[head.index("姓名")]: row for row in table if row[0] and str(row[0]).isdigit()}
    assert lines["甲乙"][head.index("组织委员")] == "组织委员甲"
    assert lines["壬癸"][head.index("组织委员")] in ("", None)
    said = rf"仅供工作联系，请勿转发。市管理员（账号 {some.officer.short_number}），2026年11月23日"
    assert any(said in str(row[0]) for row in table)


def test_a_csv_opens_without_garbling_and_says_the_same(some, make, sign_in):
    browser = sign_in(some.officer)
    answer = browser.get(f"{some.address}/completion.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert "甲县" in lines[1]
    assert ",4,3,75.00%," in lines[1]
    assert "甲乙" in browser.get(f"{some.address}/names.csv?measure=open").text
    assert make.all(AuditEntry)[-1].facts["file"].endswith(".csv")
