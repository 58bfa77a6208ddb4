"""学时达标情况表: who owes, who has met it, by unit and by group; and what is in the workbook."""

import re
from datetime import date
from io import BytesIO

import pytest
from python_calamine import load_workbook

from lms.access.scope import seeing_everything
from lms.ledger import owing
from lms.ledger.models import HourRule
from lms.ledger.reckoning import in_force
from lms.ledger.rules import HourKind, RuleKey
from lms.ledger.shipped import SHIPPED
from lms.people.rules import Post
from lms.records import yearly
from lms.training.lists import named
from lms.training.rules import Asked

YEARLY = "/records/yearly"


@pytest.fixture
def people(make, city, hours):
    """Two secretaries, one of whom has 56 hours; a township leader with 90 and no hour on line."""
    done = make.person(city.upper, name="王建国")
    hours(done, "56")
    open_ = make.person(city.lower, name="李四五")
    hours(open_, "20")
    hours(open_, "80", HourKind.ONLINE)
    leader = make.person(city.township, Post.TLD, name="赵镇长")
    hours(leader, "90")
    make.person(city.upper, Post.TECH, name="钱技术")
    return done, open_, leader


def numbers(browser, address):
    """The rows of the workbook: name → 应达标, 达标, 未达标."""
    book = load_workbook(BytesIO(browser.get(address).data))
    rows = book.get_sheet_by_index(0).to_python()
    return {
        row[1]: (row[2], row[3], row[5]) for row in rows if row[1] and str(row[2])[:1].isdigit()
    }


def test_units_and_groups_are_counted_once_and_met_where_both_are_met(city, people, sign_in):
    browser = sign_in(city.officer)
    assert numbers(browser, YEARLY + ".xlsx") == {"历山镇": (3, 1, 2), "合计": (3, 1, 2)}
    below = f"{YEARLY}.xlsx?under={city.township.id}"
    assert numbers(browser, below) == {
        "上王村": (1, 1, 0),
        "下王村": (1, 0, 1),
        "历山镇本级": (1, 0, 1),
        "合计": (3, 1, 2),
    }
    groups = numbers(browser, YEARLY + ".xlsx?by_group=1")
    assert groups["基层党组织书记和班子成员"] == (2, 1, 1)
    assert groups["乡科级干部、一级主任科员以下公务员"] == (1, 0, 1)


def test_the_page_says_who_is_missing_what(city, people, sign_in):
    browser = sign_in(city.officer)
    page = browser.get(YEARLY).text
    assert "甲县2026年度学时达标情况表" in page and "另有 1 人没有规定学时" in page
    names = browser.get(f"{YEARLY}/names").text
    assert "李四五" in names and "集中培训差 36 学时" in names  # hours on line fill nothing else
    assert "赵镇长" in names and "网络自学差 50 学时" in names
    assert "王建国" not in names


def test_the_sheet_has_every_number_of_the_page_and_the_foot_to_sign(city, people, sign_in):
    browser = sign_in(city.officer)
    answer = browser.get(YEARLY + ".xlsx")
    rows = load_workbook(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    line = next(row for row in rows if row[1] == "合计")
    # 学时 of those who owe some: 56 + 20 + 90 organised, 80 on line, over three
    assert [round(value, 4) for value in line[2:]] == [3, 1, 0.3333, 2, 55.33, 26.67]
    assert rows[-1][0].startswith("填报单位（盖章）：甲县        填表人：")
    assert "20261123" in answer.headers["Content-Disposition"]
    assert ",合计,3,1,33.33%,2,55.33,26.67" in browser.get(YEARLY + ".csv").text
    page = browser.get(YEARLY).text
    links = re.findall(r'href="([^"]*/names\?[^"]*)"[^>]*>(\d+)', page)
    assert len(links) == 6
    for address, number in links:
        names = browser.get(address.replace("&amp;", "&")).text
        assert names.count('<th scope="row">') == int(number), address


def test_a_year_that_is_past_stands_by_itself(city, people, hours, sign_in):
    hours(people[1], "56", on=date(2025, 12, 31))
    rows = numbers(sign_in(city.officer), YEARLY + ".xlsx?year=2025&group=branch leaders")
    assert rows["合计"] == (2, 1, 1)


@pytest.mark.parametrize("carries", [False, True])
@pytest.mark.parametrize("by_group", [False, True])
@pytest.mark.parametrize("group", ["", "branch leaders", "county rank"])
def test_who_stands_alike_is_counted_as_one_by_one(
    make, city, people, hours, app, by_group, group, carries
):
    if carries:
        said = {"source": "市里的规定", "posts": [], "recorded_at": make.clock()}
        make.keep(HourRule(key=RuleKey.CARRY, value="1", from_on=date(2026, 1, 1), **said))
        hours(people[1], "92", on=date(2025, 5, 1))
    for place in range(3):
        person = make.person(city.lower, name=f"多人{place}")
        hours(person, "56")
    leader = make.person(city.upper, None, name="五年")
    make.posting(leader, city.upper, Post.LEADER, rank="县处级副职")
    hours(leader, "400", on=date(2024, 5, 1))
    hours(leader, "30")
    with app.app_context(), seeing_everything():
        table = yearly.yearly(city.county, 2026, date(2026, 11, 23), by_group, group)
        found = {line.key: line for line in table.lines}
        for key, line in (*found.items(), ("", table.total)):
            mine = yearly.behind(table, key, yearly.Which.OWING)
            assert line.owing == len(mine)
            assert line.met == sum(one.standing.met for one in mine)
            assert line.organised == sum(one.organised for one in mine)
            assert line.online == sum(one.online for one in mine)
        met = {one.person_id for one in table.people if one.standing.met}
        assert (people[1].id in met) is (carries and group != "county rank")
        years = {one.stands.organised.requirement.years for one in table.people if one.group}
        assert (5 in years) is (group != "branch leaders")


RANKS = ("", "一级科员", "县处级副职", "二级巡视员")


def test_everybody_owes_what_the_rules_ask_of_the_posts_they_hold(make, city, app):
    """Of each pair of posts and each rank; also of one post in two units, and of three posts."""
    pairs = [(one, other) for one in Post for other in (Post.VCV, Post.TECH)]
    held = [((one, rank), (other, None)) for one, other in pairs for rank in RANKS]
    held += [((Post.VPS, None), (Post.TLD, "乡科级副职"), (Post.LEADER, "县处级正职"))]
    known = {}
    for posts in held:
        person = make.person(city.upper, None)
        units = (city.upper, city.lower, city.township)
        for (post, rank), unit in zip(posts, units, strict=False):
            make.posting(person, unit, post, rank=rank)
        known[person.id] = posts
    with app.app_context(), seeing_everything():
        table = yearly.yearly(city.county, 2026, date(2026, 11, 23), by_group=False)
        rules = in_force(SHIPPED, date(2026, 11, 23))
        found = {one.person_id: one.stands.owes for one in table.people}
    for person, posts in known.items():
        assert found[person] == owing.owes(posts, rules), posts
    assert len({repr(found[person]) for person in known}) > 5


def test_who_is_sent_to_a_village_is_on_its_list_and_owes_hours_at_home_and_is_one_person(
    make, city, hours, app, sign_in
):
    office = make.unit("甲县农业局", under=city.county)
    sent = make.person(office, Post.STAFF, name="周驻村")
    make.posting(sent, city.upper, Post.FIRST_SEC)
    hours(sent, "90")
    with app.app_context(), seeing_everything():
        for posts in ((Post.VPS, Post.FIRST_SEC), (Post.FIRST_SEC, Post.STAFF)):
            (listed,) = named(city.county.path, Asked(posts), date(2026, 11, 23))
            assert (listed.person_id, listed.org_id) == (sent.id, city.upper.id)
    assert numbers(sign_in(city.officer), YEARLY + ".xlsx") == {
        "甲县农业局": (1, 0, 1),  # the hours on line are still missing
        "合计": (1, 0, 1),
    }


def test_no_further_than_one_answers_for(city, people, sign_in):
    stranger = sign_in(city.stranger)
    assert "没有应达标的人" in stranger.get(YEARLY).text
    assert stranger.get(f"{YEARLY}?under={city.township.id}").status_code == 404
    assert stranger.get(f"{YEARLY}?year=1990").status_code == 422
    assert stranger.get(f"{YEARLY}/names?line=7").status_code == 404
