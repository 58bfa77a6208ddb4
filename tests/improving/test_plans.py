"""One unit beside those like it; a plan with steps; the next period shows whether it helped."""

from datetime import date

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.improving.models import ImprovementPlan, StepMark
from tests.reports.test_completion import rows
from tests.training import builders


def address(city, unit):
    return f"/improving/cohorts/{city.cohort.id}/units/{unit.id}"


def plan(city, **more):
    return {
        "causes": "两个村没有组织参训",
        "aim": "80",
        "review_on": "2026-12-20",
        "owner": city.lead.id,
        "steps-0-what": "逐村通知，集中补课",
        "steps-0-due_on": "2026-12-01",
        "steps-0-owner": city.organiser.id,
        "steps-1-what": "补考一次",
        "steps-1-due_on": "2026-12-10",
        **more,
    }


def test_a_unit_is_taken_apart_beside_the_sum_of_those_like_it(three, sign_in):
    for reader in (three.county_officer, three.town_officer):
        page = sign_in(reader).get(address(three, three.town))
        found = rows(page)
        assert found["未参训"] == ["2", "40.00%", "14.29%", "−25.71"]
        assert found["未参考"] == ["1", "20.00%", "0.00%", "−20.00"]
        assert found["未合格"] == ["1", "20.00%", "28.57%", "+8.57"]
        assert found["合计"] == ["4", "80.00%", "42.86%", "−37.14"]
        assert "完成率 20.00%，3 个同类单位合计 57.14%" in page.text
        assert "南镇" not in page.text
    names = sign_in(three.town_officer).get(
        f"{address(three, three.town)}/lacking?lack=lack_absent"
    )
    assert set(rows(names)) - {"姓名"} == {"补甲", "补乙"}
    later = sign_in(three.town_officer).get(
        f"{address(three, three.town)}/lacking?lack=lack_absent&first=1"
    )
    assert len(set(rows(later)) - {"姓名"}) == 1 and "第 2–2 条，共 2 条" in later.text


def test_few_persons_are_not_compared_and_neither_are_few_units_from_below(three, sign_in):
    small = sign_in(three.county_officer).get(address(three, three.second))
    assert "不作对照" in small.text
    assert rows(small)["未参训"] == ["1", "100.00%", "—", "—"]
    county = sign_in(three.county_officer).get(address(three, three.county))
    assert "不作对照" in county.text
    city = sign_in(three.officer).get(address(three, three.county))
    assert "不作对照" in city.text  # the other county has one person
    assert sign_in(three.county_officer).get(address(three, three.other)).status_code == 404


def test_units_stand_in_administrative_order_with_their_plans(three, make, sign_in):
    browser = sign_in(three.county_officer)
    page = browser.get("/improving/")
    order = [page.text.index(name) for name in ("东镇", "西镇", "南镇", "北镇")]
    assert order == sorted(order)
    found = rows(page)
    assert (found["东镇"][1], found["南镇"][1]) == ("低于计划", "不低于计划")
    assert found["东镇"][3:] == ["未参训 2，未参考 1，未合格 1", "还没有"]
    browser.post(f"{address(three, three.town)}/plan", data=plan(three))
    assert "措施完成 0/2" in browser.get("/improving/").text


def test_a_plan_has_owners_of_the_unit_and_is_made_by_the_county(three, make, sign_in):
    url = f"{address(three, three.town)}/plan"
    county = sign_in(three.county_officer)
    stranger = make.person(three.second, name="外镇人")
    assert county.post(url, data=plan(three, owner=stranger.id)).status_code == 422
    assert (
        "第 2 条措施没有完成日期"
        in county.post(url, data=plan(three, **{"steps-1-due_on": ""})).text
    )
    assert county.post(url, data=plan(three, review_on="2026-11-01")).status_code == 422
    assert county.post(url, data=plan(three, aim="NaN")).status_code == 422
    for reader in (three.town_officer, make.officer(three.town, Role.HEAD)):
        assert sign_in(reader).get(url).status_code == 403
        assert sign_in(reader).post(url, data=plan(three)).status_code == 403
    assert make.all(ImprovementPlan) == []
    made = county.post(url, data=plan(three)).headers["Location"]
    assert "镇书记" in sign_in(three.town_officer).get(made).text
    assert sign_in(make.officer(three.other, name="乙县管理员")).get(made).status_code == 404
    assert "make improvement plan" in {one.act for one in make.all(AuditEntry)}


def test_the_next_period_shows_whether_it_helped(three, make, sign_in, clock):
    county = sign_in(three.county_officer)
    made = county.post(f"{address(three, three.town)}/plan", data=plan(three)).headers["Location"]
    assert "还没到复看日期" in county.get(made).text
    [one] = make.all(ImprovementPlan)
    first, second = one.steps
    clock.time = clock.time.replace(month=12, day=2)
    for person in make.all(type(three.lead)):
        if person.name in ("补甲", "补乙", "甲乙"):
            builders.hours(make, person, "1", lesson=three.course.lessons[0], on=date(2026, 12, 1))
            builders.verdict(make, person, three.assessment, passed=True, number=2)
    county = sign_in(three.county_officer)
    late = {"mark": "done", "on": "2026-12-02"}
    assert county.post(f"/improving/steps/{first.id}/mark", data=late).status_code == 303
    assert (
        county.post(
            f"/improving/steps/{second.id}/mark", data={"mark": "dropped", "on": "2026-12-02"}
        ).status_code
        == 422
    )
    assert (
        sign_in(three.town_officer).post(f"/improving/steps/{first.id}/mark", data=late).status_code
        == 403
    )
    page = county.get(made)
    assert rows(page)["本单位完成率"] == ["20.00%", "80.00%", "+60.00"]
    assert rows(page)["同类单位完成率"] == ["57.14%", "57.14%", "0.00"]
    assert rows(page)["其中：未参训"] == ["40.00%", "0.00%", "−40.00"]
    assert "已达到目标" in page.text
    assert "超期完成" in page.text
    assert len(make.all(StepMark)) == 1


@pytest.mark.parametrize("page", ["", "pledges"])
def test_before_anything_has_begun_the_page_says_what_will_be_there(make, sign_in, page):
    officer = make.officer(make.unit("空县"))
    assert "还没有" in sign_in(officer).get(f"/improving/{page}").text
