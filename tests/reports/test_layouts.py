"""What goes upward: each cell of each layout against a naive recount; files that open clean."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from random import Random

import pytest
from openpyxl import load_workbook

from lms.access.scope import seeing_everything
from lms.classes.models import EvaluationCount
from lms.classes.rules import Mark
from lms.clock import day_of
from lms.people.rules import POST_NAMES, Post
from lms.reports import counting, holding
from lms.reports.counting import Roster
from lms.training.models import Enrolment, ProgrammeProject, Project, Relief, ReliefStep
from lms.training.rules import ReliefKind, ReliefReason, ReliefState
from tests.classes import builders as held
from tests.training import builders

HEADS = (Post.VPS, Post.VDS, Post.VCD)
HUNDREDTH = Decimal("0.01")


# ── a city and its naive recount ────────────────────────────────────────────────────────────────


@dataclass
class Known:
    """Somebody on the list, as the naive count knows them."""

    place: str
    posts: tuple[Post, ...]
    read: bool
    passed: bool | None
    exempt: bool


@pytest.fixture
def known(city):
    """Forty cadres thrown over the city; some hold several posts, two are exempted."""
    dice, found = Random(5), []
    places = [*city.villages, city.far, city.town, city.office]
    for number in range(40):
        place = dice.choice(places)
        kinds = [*HEADS, Post.VCM] if place in (*city.villages, city.far) else [Post.STAFF]
        posts = tuple(dice.sample(kinds, dice.choice([1, 1, 2, 3]) if len(kinds) > 1 else 1))
        one = Known(place.name, posts, dice.random() < 0.6, dice.choice([None, True, False]), False)
        one.exempt = number in (7, 8)
        person = city.cadre(place, *posts, name=f"人{number}", read=one.read, passed=one.passed)
        if one.exempt:
            exempt(city, person)
        found.append(one)
    return found


def exempt(city, person) -> None:
    """免训, approved for this month and the next."""
    (stay,) = [one for one in city.make.all(Enrolment) if one.person_id == person.id]
    asked = city.make.keep(
        Relief(
            enrolment_id=stay.id,
            cohort_id=stay.cohort_id,
            person_id=person.id,
            org_id=stay.org_id,
            kind=ReliefKind.EXEMPT,
            reason=ReliefReason.ILL,
            from_on=date(2026, 11, 1),
            to_on=date(2027, 1, 1),
            recorded_at=city.make.clock(),
        )
    )
    how = {"on": date(2026, 11, 2), "originals_seen": True, "recorded_at": city.make.clock()}
    city.make.keep(ReliefStep(relief_id=asked.id, state=ReliefState.APPROVED, **how))


def ratio(part: int, whole: int) -> str:
    """To a hundredth of a percent, half up, in whole numbers."""
    if not whole:
        return "—"
    hundredths = (part * 20000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def naive(people: list[Known], split: bool) -> dict[tuple[str, str], object]:
    """(head above, head) → what should stand in the cell."""
    due = [one for one in people if not one.exempt]
    came = [one for one in due if one.read]
    done = [one for one in due if one.read and one.passed]
    sat = [one for one in due if one.passed is not None]
    passed = [one for one in due if one.passed]
    found: dict[tuple[str, str], object] = {("", "在册人数"): len(people)}
    for group, some in (("应训", due), ("参训", came), ("完成", done)):
        if not split:
            found["", group] = len(some)
            continue
        for head, post in (("党组织书记", "VPS"), ("副书记", "VDS"), ("村委会主任", "VCD")):
            found[group, head] = sum(post in one.posts for one in some)
        found[group, "其他职务"] = sum(not set(HEADS) & set(one.posts) for one in some)
        found[group, "小计"] = len(some)
    found["", "参训率"] = ratio(len(came), len(due))
    found["", "完成率"] = ratio(len(done), len(due))
    found["", "应考"], found["", "参考"], found["", "合格"] = len(due), len(sat), len(passed)
    found["", "总合格率"] = ratio(len(passed), len(due))
    hours = (Decimal(len(came)) / len(due)).quantize(HUNDREDTH, ROUND_HALF_UP) if due else "—"
    found["", "人均学时"] = f"{hours}"
    out = len(people) - len(due)
    found["", "备注"] = f"免训 {out} 人" if out else None
    return found


def said(value, number_format="") -> object:
    if isinstance(value, float | int) and "%" in number_format:
        return f"{value:.2%}"
    return f"{value:.2f}" if isinstance(value, float) else value


def cells(data: bytes) -> dict[str, dict[tuple[str, str], object]]:
    """Line → (head above, head) → value, of a workbook with one row of heads, or two merged."""
    sheet = load_workbook(BytesIO(data)).active
    top = next(row for row in sheet.iter_rows() if row[0].value == "序号")[0].row
    high = sheet.cell(top + 1, 1).value is None
    heads, above = [], ""
    merged = {cell.coord.split(":")[0]: cell for cell in sheet.merged_cells.ranges}
    for first, second in zip(sheet[top], sheet[top + 1], strict=True):
        above = first.value or above
        alone = not high or second.value is None
        if high and alone and first.coordinate in merged:
            assert merged[first.coordinate].size == {"columns": 1, "rows": 2}
        heads.append(("", above) if alone else (above, second.value))
    found = {}
    for row in sheet.iter_rows(min_row=top + 1 + high):
        if row[1].value is None:
            break
        values = (said(cell.value, cell.number_format) for cell in row)
        found[row[1].value] = dict(zip(heads, values, strict=True))
    return found


def wanted(known, places) -> list[Known]:
    return [one for one in known if places is None or one.place in places]


# ── 培训情况统计表 ──────────────────────────────────────────────────────────────────────────────


def test_every_cell_of_the_sheet_that_goes_up_equals_a_naive_recount(city, known, sign_in):
    browser = sign_in(city.officer)
    first = {"上村", "下村", "里村", "东镇"}
    asked = {
        "?by=county": {"甲县": first, "乙县": {"远村"}, "市直及其他": {"市委组织部"}, "合计": None},
        f"?under={city.county.id}&by=township": {
            "东镇": {"上村", "下村", "东镇"},
            "西镇": {"里村"},
            "合计": first,
        },
    }
    for state, lines in asked.items():
        found = cells(browser.get(f"{city.address}/layout.xlsx{state}").data)
        assert set(found) == set(lines)
        for name, places in lines.items():
            row = naive(wanted(known, places), split=True)
            assert {head: found[name][head] for head in row} == row, name
    villages = cells(browser.get(f"{city.address}/layout.xlsx?by=county").data)
    assert [villages[one]["", "行政村数"] for one in ("甲县", "乙县", "合计")] == [3, 1, 4]
    posts = cells(browser.get(f"{city.address}/layout.xlsx?by=post").data)
    for post in (*HEADS, Post.VCM, Post.STAFF):
        row = naive([one for one in known if post in one.posts], split=False)
        assert {head: posts[POST_NAMES[post]][head] for head in row} == row, post
    row = naive(known, split=False)
    assert {head: posts["合计（人）"][head] for head in row} == row


def test_by_how_much_the_posts_are_more_than_the_persons_is_printed(city, known, sign_in):
    due = [set(one.posts) for one in known if not one.exempt]
    both = sum({Post.VPS, Post.VCD} <= posts for posts in due)
    deputies = sum(Post.VDS in posts and bool(posts & {Post.VPS, Post.VCD}) for posts in due)
    more = sum(max(0, len(posts & set(HEADS)) - 1) for posts in due)
    assert more == both + deputies > 0
    page = sign_in(city.officer).get(f"{city.address}/layout").text
    assert f"一肩挑 {both} 人，副书记兼其他两职的 {deputies} 人" in page
    assert f"比小计多 {more} 人次" in page


def test_a_list_on_which_nobody_leads_a_village_is_not_told_apart_by_those_posts(city, sign_in):
    city.cadre(city.office, Post.STAFF, name="人一", read=True)
    browser = sign_in(city.officer)
    found = cells(browser.get(f"{city.address}/layout.xlsx").data)
    assert found["合计"]["", "应训"] == found["合计"]["", "参训"] == 1
    page = browser.get(f"{city.address}/layout").text
    assert "村委会主任" not in page and "一肩挑" not in page


def test_the_sheet_prints_on_a4_one_page_wide_and_is_named_after_what_it_is(some, sign_in):
    answer = sign_in(some.officer).get(f"{some.address}/layout.xlsx")
    name = answer.headers["Content-Disposition"]
    assert "%E6%88%AA%E8%87%B320261123" in name  # 截至20261123
    sheet = load_workbook(BytesIO(answer.data)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$4:$5"
    texts = [str(row[0].value) for row in sheet.iter_rows()]
    assert texts[0] == "某市2026年第一期培训情况统计表（按县市区，现任名单）"
    assert texts[2] == "单位：人、%、学时"
    foot = texts[-1]
    for words in ("填报单位（盖章）：某市", "填表人：", "审核人：", "填报日期："):
        assert words in foot
    assert any("应训：在册人员中未批准免训的人员" in text for text in texts)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_libreoffice_opens_the_sheet_and_finds_the_same_cells(some, sign_in, tmp_path):
    data = sign_in(some.officer).get(f"{some.address}/layout.xlsx").data
    file = tmp_path / "in" / "表.xlsx"
    file.parent.mkdir()
    file.write_bytes(data)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    again = (tmp_path / "表.xlsx").read_bytes()
    assert cells(again) == cells(data)


# ── the names behind every number ───────────────────────────────────────────────────────────────


@pytest.fixture
def taught(some):
    """Two classes of the list: three people in the first, one of them in the second as well."""
    make = some.make
    people = {one.name: one for one in make.all(type(some.officer))}
    more = {"cohort_id": some.cohort.id}
    first = held.training_class(make, some.city, title="第一班", **more)
    second = held.training_class(make, some.county, title="第二班", **more)
    lessons = held.lessons(make, first, n=2)
    members = [held.member(make, first, people[name]) for name in ("一挑", "丙丁", "庚辛")]
    held.member(make, second, people["一挑"])
    marks = (Mark.PRESENT, Mark.LEAVE, Mark.PRESENT)
    held.confirmed(make, lessons[0], dict(zip(members, marks, strict=True)))
    some.classes = [first, second]
    return some


def behind(page) -> int:
    return page.text.count('<th scope="row"')


def test_every_number_of_every_table_leads_to_as_many_names(taught, sign_in):
    browser = sign_in(taught.officer)
    pages = [f"{taught.address}?by={by}" for by in ("class", "system", "kind")]
    pages += [f"{taught.address}?tier=village&post=VPS", f"{taught.address}/layout"]
    pages += [f"{taught.address}/layout?by=post", "/reports/projects", "/reports/classes"]
    dice = Random(3)
    for page in pages:
        text = browser.get(page).text
        links = re.findall(r'href="([^"]*/names\?[^"]*)"[^>]*>\s*([\d,]+)', text)
        links += re.findall(r'href="([^"]*/classes/\d+/names)"[^>]*>\s*([\d,]+)', text)
        some = sorted(set(links))
        for address, number in dice.sample(some, min(4, len(some))):
            assert behind(browser.get(address.replace("&amp;", "&"))) == int(number), address


def lines(answer) -> dict[str, list[str]]:
    """The csv: the words of a line → its numbers."""
    rows = [row.split(",") for row in answer.data.decode("utf-8-sig").splitlines()]
    return {row[1]: row[2:] for row in rows[1:]}


def test_by_class_the_sum_counts_persons_and_who_is_in_none_has_a_line(taught, sign_in):
    browser = sign_in(taught.officer)
    found = lines(browser.get(f"{taught.address}/completion.csv?by=class"))
    due = {name: int(numbers[0]) for name, numbers in found.items()}
    assert due == {"第一班": 3, "第二班": 1, "未编班（含离班）": 3, "合计（人）": 6}
    assert "其中 1 人在几个班" in browser.get(f"{taught.address}?by=class").text
    refused = browser.post(f"{taught.address}/freeze", data={"by": "class"})
    assert refused.status_code == 422
    assert "按培训班的表不能定稿" in refused.text


# ── sorted, filtered ────────────────────────────────────────────────────────────────────────────


def test_what_is_sorted_and_filtered_on_the_screen_is_what_is_exported(city, known, sign_in):
    browser = sign_in(city.officer)
    state = "?by=village&tier=village&post=VPS&sort=-completion_rate&every="
    mine = [one for one in known if Post.VPS in one.posts and not one.exempt]
    rates = {}
    for place in ("上村", "下村", "里村", "远村"):
        here = [one for one in mine if one.place == place]
        done = sum(one.read and bool(one.passed) for one in here)
        rates[place] = (len(here), Decimal(done) / len(here) if here else Decimal(-1))
    found = lines(browser.get(f"{city.address}/completion.csv{state}"))
    order = sorted(rates, key=lambda one: rates[one][1], reverse=True)
    assert list(found) == [*order, "合计"]
    assert {one: int(found[one][0]) for one in order} == {one: rates[one][0] for one in order}
    page = browser.get(f"{city.address}{state}").text
    assert "（只含：村党组织书记、村级）" in page
    assert "各行按“完成率”从大到小排列" in page
    assert 'aria-sort="descending"' in page
    shown = re.findall(r'<th scope="row" class="tight">(?:<a[^>]*>)?(.村)', page)
    assert shown == order


# ── by project and programme ────────────────────────────────────────────────────────────────────


def test_in_a_project_each_person_counts_once_and_completes_all_lists(some, sign_in):
    make = some.make
    people = {one.name: one for one in make.all(type(some.officer))}
    short = builders.cohort(make, some.city, courses=[some.course], hours="1", title="第二期")
    for name in ("一挑", "戊己", "壬癸"):
        builders.enrolment(make, short, people[name])
    other = builders.cohort(make, some.city, hours="5", title="专业能力")
    builders.enrolment(make, other, people["一挑"])
    projects = [one.id for one in make.all(Project)]
    for part in make.all(ProgrammeProject):
        part.project_id = projects[1 if part.programme_id == other.programme_id else 2]
    make.session.flush()
    found = lines(sign_in(some.officer).get("/reports/projects.csv"))
    third, second, whole = (
        found[one] for one in ("基层干部能力提升工程", "各类干部专业能力提升工程", "合计（人）")
    )
    # 应训 参训 参训率 完成 完成率 未完成 应考 参考 参考率 合格 合格率 人均学时
    assert third[0] == "小计（2 个班次）"
    assert ",".join(third[1:]) == "6,4,66.67%,2,33.33%,4,6,3,50.00%,2,33.33%,0.67"
    assert second[1:7] == ["1", "0", "0.00%", "0", "0.00%", "1"]
    assert whole[1:7] == ["6", "4", "66.67%", "1", "16.67%", "5"]
    page = sign_in(some.officer).get("/reports/projects/names?project=p3&measure=open").text
    assert "第一期（未完成）；第二期（未完成）" in page
    assert sign_in(some.officer).get("/reports/projects/names?project=x").status_code == 404


def test_some_lists_in_one_walk_are_what_each_is_alone(taught, app):
    make, counts = taught.make, {one: one.value for one in holding.OF_ANY_LIST}
    people = [one for one in make.all(Enrolment) if one.cohort_id == taught.cohort.id]
    other = builders.cohort(make, taught.city, courses=[taught.course], hours="5")
    for one in people[::2]:
        builders.enrolment(make, other, one.person)
    rosters = [Roster(one.id, day_of(make.clock())) for one in (taught.cohort, other)]
    with app.app_context(), seeing_everything():
        rows = holding.by_list(rosters, counts)
        for roster, some in zip(rosters, (people, people[::2]), strict=True):
            mine = rows[rows["cohort_id"] == roster.cohort_id]
            assert sorted(mine["person_id"]) == sorted(one.person_id for one in some)
            alone = counting.by_unit(roster, counts)
            names = [*counts.values()]
            assert mine[names].sum().to_dict() == alone[names].sum().to_dict()


# ── 培训班次一览表 ──────────────────────────────────────────────────────────────────────────────


def test_the_list_of_classes_says_who_came_and_what_five_said(taught, sign_in):
    make, (first, second) = taught.make, taught.classes
    for one, answers in ((first, {5: 3, 3: 2}), (second, {5: 4})):
        for score, number in answers.items():
            for question in range(1, 6):
                facts = {"question": question, "score": score, "answers": number}
                make.keep(EvaluationCount(class_id=one.id, **facts))
    assert lines(sign_in(taught.officer).get("/reports/classes.csv"))["第一班"][6] == "—"
    make.clock.time += timedelta(days=12)  # nobody evaluates any more
    browser = sign_in(taught.officer)
    found = lines(browser.get("/reports/classes.csv"))
    when = "2026年11月23日至2026年11月25日"
    assert found["第一班"] == [
        "某市",
        when,
        "县委党校",
        "3",
        "8.00",
        "66.67%",
        "60.00%",
        "尚未结班",
    ]
    assert found["第二班"] == ["甲县", when, "县委党校", "1", "12.00", "—", "—", "尚未结班"]
    assert found["合计（2 班）"][3:] == ["4", "", "66.67%", "60.00%", ""]
    mine = lines(sign_in(taught.county_officer).get("/reports/classes.csv"))
    assert mine["第一班"][3:6] == ["2", "8.00", "50.00%"]
    names = browser.get(f"/reports/classes/{first.id}/names").text
    assert "仅供工作联系，请勿转发" in names
    assert re.search(r"丙丁.*?4\.00</td><td class=\"n\">0\.00", names, re.S)


# ── 未完成培训人员名单 ──────────────────────────────────────────────────────────────────────────


def test_who_has_not_completed_stands_by_township_with_what_is_lacking(some, sign_in):
    for town, name in ((some.town, "组织委员甲"), (some.second, "组织委员乙")):
        some.make.person(town, Post.TOC, name=name)
    answer = sign_in(some.county_officer).get(f"{some.address}/names.xlsx?measure=open")
    sheet = load_workbook(BytesIO(answer.data)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in table if "姓名" in row)
    columns = ("乡镇（街道）", "单位", "姓名", "职务", "未完成原因", "组织委员")
    places = [head.index(one) for one in columns]
    found = [tuple(row[place] for place in places) for row in table if isinstance(row[0], int)]
    assert found == [
        ("东镇", "上村", "甲乙", "村委会委员", "未合格", "组织委员甲"),
        ("东镇", "下村", "丙丁", "村党组织书记", "未参考", "组织委员甲"),
        ("西镇", "里村", "戊己", "村党组织书记", "未参训；未参考", "组织委员乙"),
    ]
    assert table[0][0].endswith("甲县未完成培训人员名单")
    account = f"县管理员（账号 {some.county_officer.short_number}）"
    assert f"仅供工作联系，请勿转发。{account}，2026年11月23日" in sheet.oddFooter.right.text
    numbers = [one for one in some.make.all(type(some.officer)) if one.number]
    assert not any(one.number in str(table) for one in numbers)
