"""A pledge is kept or not by the measures alone; never edited, only replaced with a reason."""

import csv
from io import BytesIO, StringIO

from openpyxl import load_workbook

from lms.audit.models import AuditEntry
from lms.improving.models import Pledge
from tests.reports.test_completion import rows
from tests.training import builders


def pledged(city, value="20", by_on="2026-11-30", **more):
    data = {"cohort": city.cohort.id, "code": "completion_rate", "value": value, "by_on": by_on}
    return data | {"owner": city.lead.id, "words": "月底前补课"} | more


def give(browser, city, **more):
    answer = browser.post(
        f"/improving/units/{city.town.id}/pledges/new", data=pledged(city, **more)
    )
    return answer.headers.get("Location"), answer


def test_the_state_is_made_of_the_measures_as_of_the_day(three, make, sign_in, clock):
    county = sign_in(three.county_officer)
    early, _answer = give(county, three)
    running, _answer = give(county, three, value="40")
    persons, _answer = give(county, three, code="completed", value="3")
    assert "提前兑现" in county.get(early).text
    for one in (running, persons):
        assert "进行中" in county.get(one).text
    table = rows(county.get("/improving/pledges"))
    assert table["单位"] == ["班次和指标", "承诺达到", "承诺日期", "责任人", "实际", "状态"]
    clock.time = clock.time.replace(day=30)
    absent = next(one for one in make.all(type(three.lead)) if one.name == "甲乙")
    builders.verdict(make, absent, three.assessment, passed=True, number=2)
    clock.time = clock.time.replace(month=12, day=9)
    county = sign_in(three.county_officer)
    for one, word in ((early, "提前兑现"), (running, "已兑现"), (persons, "未兑现")):
        assert word in county.get(one).text.split("<dl")[0], word
    assert "40.00% (2/5)" in county.get(running).text
    tally = county.get("/improving/pledges").text.split("<h2>")[0]
    assert rows(type("Page", (), {"text": tally}))["东镇"] == ["3", "0", "1", "1", "1"]


def test_a_pledge_is_replaced_with_a_reason_and_the_first_stays(three, make, sign_in):
    county = sign_in(three.county_officer)
    first, _answer = give(county, three, value="95")
    assert "填写" in county.post(f"{first}/replace", data=pledged(three)).text
    done = county.post(f"{first}/replace", data=pledged(three, value="60", why="两人长期外出"))
    second = done.headers["Location"]
    page = county.get(second).text
    assert "两人长期外出" in page
    assert "95.00%" in page
    assert "换成新的一项" in county.get(first).text
    assert county.post(f"{first}/replace", data=pledged(three, why="x")).status_code == 409
    assert [one.value for one in make.all(Pledge)] == [95, 60]
    listed = county.get("/improving/pledges").text
    assert "60.00%" in listed
    assert "95.00%" not in listed
    acts = [one.act for one in make.all(AuditEntry)]
    assert (acts.count("give pledge"), acts.count("replace pledge")) == (1, 1)


def test_what_is_pledged_is_refused_where_it_cannot_be(three, make, sign_in):
    county = sign_in(three.county_officer)
    for more in (
        {"value": "120"},
        {"by_on": "2026-11-23"},
        {"owner": make.person(three.second).id},
        {"owner": 0},
        {"code": "open"},
        {"cohort": 99},
        {"code": "completed", "value": "2.5"},
    ):
        assert give(county, three, **more)[1].status_code == 422, more
    town = sign_in(three.town_officer)
    assert give(town, three)[1].status_code == 403
    other = sign_in(make.officer(three.other, name="乙县管理员"))
    assert give(other, three)[1].status_code == 404
    assert make.all(Pledge) == []


def test_a_table_of_pledges_is_seen_by_the_unit_and_above_and_taken_away(three, make, sign_in):
    county = sign_in(three.county_officer)
    one, _answer = give(county, three)
    assert sign_in(three.town_officer).get(one).status_code == 200
    for officer in (make.officer(three.other), make.officer(three.second)):
        assert sign_in(officer).get(one).status_code == 404
        assert "东镇" not in sign_in(officer).get("/improving/pledges").text
    file = county.get("/improving/pledges.csv").data.decode("utf-8-sig")
    heads, line = list(csv.reader(StringIO(file)))
    assert dict(zip(heads, line, strict=True)) | {"序号": "1", "班次": ""} == {
        "序号": "1",
        "单位": "东镇",
        "班次": "",
        "承诺事项": "月底前补课",
        "指标": "完成率",
        "承诺达到": "20.00%",
        "承诺日期": "2026-11-30",
        "责任人": "镇书记",
        "实际": "20.00%",
        "人数": "1/5",
        "状态": "提前兑现",
    }
    book = load_workbook(BytesIO(county.get("/improving/pledges.xlsx").data))
    assert book.sheetnames == ["承诺", "按单位"]
    assert [one.act for one in make.all(AuditEntry)].count("export") == 2
