"""The overview: pictures that say the numbers of the tables, no others."""

from datetime import date, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from pandas import DataFrame

from lms.access.scope import seeing_everything
from lms.clock import day_of
from lms.reports import charts, counting, progress
from lms.reports.charts import Picture
from lms.reports.counting import Roster
from lms.reports.measures import Count
from lms.training import queries as training
from tests.reports.test_completion import rows

PICTURE = Picture("here", "完成率", "甲县 50.0%；乙县 —")


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_bars_are_as_long_as_their_rates_and_say_them():
    svg = read(charts.bars(["甲县", "乙<县>", "丙县"], [0.5, None, 1.0], 0.75, PICTURE))
    long = [float(one.get("width")) for one in svg.findall("rect")]
    assert long[1] == 0
    assert long[0] * 2 == pytest.approx(long[2], abs=0.2)
    assert [one.get("class") for one in svg.findall("rect")] == ["behind", "there", "there"]
    said = [one.text for one in svg.findall("text")]
    assert {"甲县", "乙<县>", "50.0%", "—", "100.0%", "75.0%"} <= set(said)
    assert svg.find("desc").text == PICTURE.said
    assert svg.get("aria-labelledby") == "here-title here-said"


def test_a_curve_rises_and_leaves_out_days_without_anybody():
    svg = read(charts.curve(["9.1", "9.8", "9.15"], [None, 0.2, 0.6], [0.0, 0.5, 1.0], PICTURE))
    lines = {one.get("class"): one.get("points").split() for one in svg.findall("polyline")}
    assert len(lines["plan"]) == 3
    assert len(lines["done"]) == 2
    heights = [float(point.split(",")[1]) for point in lines["done"]]
    assert heights[0] > heights[1]


def test_a_heat_is_darker_where_more_is_done_and_has_its_number():
    svg = read(charts.heat(["甲县"], ["集中轮训", "网络"], [[0.0, 1.0]], PICTURE))
    assert [one.get("class") for one in svg.findall("rect")] == ["h0", "h4"]
    assert [one.text for one in svg.findall("text")][-2:] == ["0", "100"]
    assert charts.shade(None) == "none"


def test_the_plan_goes_in_even_steps_from_the_first_day_to_the_last():
    first, last = date(2026, 9, 1), date(2026, 9, 10)
    assert progress.planned(first, last, date(2026, 8, 1)) == 0
    assert progress.planned(first, last, date(2026, 9, 5)) == 0.5
    assert progress.planned(first, last, date(2026, 10, 1)) == 1
    days = progress.steps(first, date(2027, 8, 1))
    assert (days[0], days[-1], len(days)) == (first, date(2027, 8, 1), 5)
    assert progress.steps(first, first) == [first]


def test_each_point_of_the_curve_is_the_table_of_that_day(some, make, app, clock):
    today = day_of(clock.time)
    with app.test_request_context(), seeing_everything():
        cohort = training.cohort(some.cohort.id)
        days = [today - timedelta(days=n) for n in (30, 1, 0)]
        found = progress.standing(Roster(cohort.id, days[-1]), days)
        for place, day in enumerate(days):
            asked = {Count.REQUIRED, Count.COMPLETED}
            table = counting.by_unit(Roster(cohort.id, day), asked)
            for one in ("required", "completed"):
                assert found[f"{one}{place}"].sum() == (table[one].sum() if len(table) else 0)


def test_all_lists_in_one_walk_are_counted_as_each_by_itself(some, app, clock):
    today = day_of(clock.time)
    with app.test_request_context(), seeing_everything():
        cohort = training.cohort(some.cohort.id)
        rows_found = [(*row, many) for row, many in progress.done_in([cohort.id], today)]
        columns = ["cohort_id", "org_id", "completed", "required"]
        found = DataFrame(rows_found, columns=columns)
        found["completed"] *= found["required"]
        found = found.groupby("org_id").sum()
        each = counting.by_unit(Roster(cohort.id, today), {Count.REQUIRED, Count.COMPLETED})
        for one in ("required", "completed"):
            assert found[one].to_dict() == each.set_index("org_id")[one].to_dict()


def test_the_overview_says_who_is_behind_and_why(some, sign_in):
    browser = sign_in(some.officer)
    page = browser.get("/reports/overview")
    table = rows(SimpleNamespace(text=page.text.split('<div class="two">')[0]))
    assert table["甲县"][0].startswith("25.00%")
    assert table["甲县"][1:] == ["3", "未参训 1，未参考 1，未合格 1"]
    assert table["市直及其他"][1:] == ["1", "未参训 1"]
    assert page.text.count('role="img"') == 3
    assert f"measure=open&amp;line={some.county.id}" in page.text


def test_the_reasons_of_a_unit_add_up_to_its_open_ones(some, app, clock):
    with app.test_request_context(), seeing_everything():
        found = progress.standing(Roster(some.cohort.id, day_of(clock.time)))
    lacks = [name for name in found.columns if name.startswith("lack_")]
    still = found["required"] - found["completed"]
    assert found[lacks].sum(axis=1).tolist() == still.tolist()


def test_an_officer_sees_the_overview_of_her_own_units(some, sign_in):
    browser = sign_in(some.county_officer)
    page = browser.get("/reports/overview").text
    assert "东镇" in page
    assert "乙县" not in page
    assert browser.get(f"/reports/overview?under={some.other.id}").status_code == 404
    assert browser.get("/reports/overview?cohort=99").status_code == 422


def test_before_anything_has_begun_the_page_says_what_will_be_there(make, sign_in):
    officer = make.officer(make.unit("空县"))
    assert "还没有可看的进度" in sign_in(officer).get("/reports/overview").text
