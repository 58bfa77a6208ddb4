"""A class is found by words, stage, project, programme, unit and days; long lists have pages."""

from datetime import date

import pytest

from lms.classes import finding, queries
from lms.orgs.rules import UnitKind
from tests.classes.builders import lessons, manager, member, training_class
from tests.training.builders import programme


@pytest.fixture
def city(make):
    return make.unit("某市", kind=UnitKind.CITY)


@pytest.fixture
def shelf(make, city, sign_in):
    """Four classes in four stages, in two counties."""
    upper, lower = make.unit("甲县", under=city), make.unit("乙县", under=city)
    mine = programme(make, upper, code="W1", title="万人计划")
    future = {"from_on": date(2026, 12, 7), "to_on": date(2026, 12, 9)}
    past = {"from_on": date(2026, 10, 12), "to_on": date(2026, 10, 14)}
    training_class(make, upper, inside=mine, title="筹备的班", opened=False)
    training_class(make, upper, inside=mine, title="冬季的班", **future)
    training_class(make, lower, title="秋季的班", **past)
    training_class(make, lower, title="现在的班")
    browser = sign_in(make.officer(upper, name="陈县")), sign_in(make.officer(lower, name="李县"))
    return {"甲县": (upper, browser[0]), "乙县": (lower, browser[1])}


def titles(page):
    known = ("筹备的班", "冬季的班", "秋季的班", "现在的班")
    return {one for one in known if f">{one}</a>" in page}


@pytest.mark.parametrize(
    ("county", "asked", "expected"),
    [
        ("甲县", "", {"筹备的班", "冬季的班"}),
        ("甲县", "words=冬季", {"冬季的班"}),
        ("甲县", "stage=prepared", {"筹备的班"}),
        ("甲县", "stage=to begin", {"冬季的班"}),
        ("乙县", "stage=to close", {"秋季的班"}),
        ("乙县", "stage=running", {"现在的班"}),
        ("乙县", "stage=closed", set()),
        ("甲县", "after=2026-12-01", {"冬季的班"}),
        ("乙县", "until=2026-11-01", {"秋季的班"}),
    ],
)
def test_a_list_of_classes_is_narrowed_by_its_address(shelf, county, asked, expected):
    page = shelf[county][1].get(f"/classes/?{asked}")
    assert (page.status_code, titles(page.text)) == (200, expected)


def test_a_day_before_the_other_is_said_and_an_unknown_unit_refused(shelf):
    browser = shelf["甲县"][1]
    assert browser.get("/classes/?after=2026-12-01&until=2026-11-01").status_code == 422
    assert browser.get(f"/classes/?unit={shelf['乙县'][0].id}").status_code == 422


def test_more_than_a_page_has_pages_that_keep_what_was_asked(shelf, monkeypatch):
    monkeypatch.setattr(finding, "PAGE", 1)
    page = shelf["甲县"][1].get("/classes/?words=班&page=1").text
    assert titles(page) == {"冬季的班"} and "words=%E7%8F%AD&amp;page=2" in page
    assert titles(shelf["甲县"][1].get("/classes/?words=班&page=2").text) == {"筹备的班"}
    assert titles(shelf["甲县"][1].get("/classes/?words=班&page=9").text) == {"筹备的班"}


def test_a_long_roster_has_pages_and_is_searched_without_a_name_in_the_address(
    make, city, sign_in, monkeypatch
):
    monkeypatch.setattr(queries, "PAGE", 2)
    county = make.unit("甲县", under=city)
    hers = manager(make, county)
    found = training_class(make, county, hers)
    for name in ("王一", "王二", "李三"):
        member(make, found, make.person(county, name=name))
    browser, url = sign_in(hers), f"/classes/{found.id}/members"
    first = browser.get(url).text
    assert "王一" in first and "李三" not in first and "共 3 人" in first
    assert "李三" in browser.get(f"{url}?page=2").text
    searched = browser.post(url, {"q": "李三"}).text
    assert "李三" in searched and "王一" not in searched


def test_the_attendance_of_a_large_class_comes_a_page_at_a_time_with_whole_totals(
    make, city, sign_in, monkeypatch
):
    monkeypatch.setattr(queries, "PAGE", 2)
    county = make.unit("甲县", under=city)
    hers = manager(make, county)
    found = training_class(make, county, hers)
    lesson = lessons(make, found, 1)[0]
    names = ("王一", "王二", "李三")
    everybody = [member(make, found, make.person(county, name=name)) for name in names]
    browser, url = sign_in(hers), f"/classes/{found.id}/attendance"
    ticks = {f"mark-{one.id}": "present" for one in everybody}
    assert browser.post(f"/classes/sessions/{lesson.id}/list", ticks).status_code == 303
    first = browser.get(url).text
    assert "王一" in first and "李三" not in first and "page=2" in first
    assert '<td class="n">3</td>' in first
    assert "李三" in browser.get(f"{url}?page=2").text
    searched = browser.post(url, {"q": "李三"}).text
    assert "李三" in searched and "王一" not in searched
