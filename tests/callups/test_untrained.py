"""长期不训: by audience, with the last training on record; the city says what is long."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from lms.audit.models import AuditEntry
from lms.callups.models import UntrainedLimit
from lms.callups.rules import Audience, audience_of, years_before
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.people.rules import Post
from tests.callups import builders as mine
from tests.training import builders as build


def test_an_audience_is_that_of_the_post_trained_most_often():
    assert audience_of([Post.LEADER, Post.VPS]) is Audience.VILLAGE
    assert audience_of([Post.TECH]) is Audience.EXPERTS
    assert audience_of([Post.MANAGER]) is Audience.OTHERS
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)


@pytest.fixture
def people(make, city):
    """Never trained; trained last year; online alone; of late; new in the post; a leader."""
    names = ("从未", "两年前", "网上", "最近", "新任")
    found = {name: make.person(city.upper, Post.VPM, name=name) for name in names[:4]}
    found["新任"] = make.person(city.lower, post=None, name="新任")
    make.posting(found["新任"], city.lower, Post.VPS, from_on=date(2026, 5, 1))
    found["领导"] = make.person(city.county, Post.LEADER, name="领导")
    programme = build.programme(make, city.top)
    for name, year in (("两年前", 2024), ("最近", 2026), ("领导", 2023)):
        days = (date(year, 6, 1), date(year, 6, 3))
        held = mine.training_class(make, city.top, programme_id=programme.id, days=days)
        mine.member(make, held, found[name])
    build.hours(make, found["网上"], "8", on=date(2026, 6, 1))
    return found


def test_who_was_not_trained_for_years_is_listed_by_unit(make, city, people, sign_in):
    browser = sign_in(city.officer)
    page = browser.get("/callups/untrained").text
    assert "3 人超过年限没有参加集中培训" in page
    for name, listed in (("从未", True), ("两年前", True), ("网上", True), ("最近", False)):
        assert (f">{name}</th>" in page) is listed, name
    assert ">新任</th>" not in page and ">领导</th>" not in page
    assert f"unit={city.township.id}" in page and "2024年6月3日" in page
    assert (
        sign_in(city.stranger).get(f"/callups/untrained?unit={city.county.id}").status_code == 404
    )


def test_hours_of_organised_training_count_until_they_are_reversed(make, city, people, sign_in):
    entry = build.hours(make, people["从未"], "8", on=date(2026, 6, 1))
    entry.kind = HourKind.ORGANISED
    make.session.flush()
    browser = sign_in(city.officer)
    assert ">从未</th>" not in browser.get("/callups/untrained").text
    back = build.hours(make, people["从未"], "-8", on=date(2026, 6, 1), reverses=entry)
    back.kind = HourKind.ORGANISED
    make.session.flush()
    assert len(make.all(HourEntry)) == 3
    assert ">从未</th>" in browser.get("/callups/untrained").text


def test_the_city_says_how_many_years_are_long(make, city, people, sign_in):
    browser = sign_in(city.of_the_city)
    years = {"village": "3", "township": "1", "leaders": "2", "experts": "1", "others": "5"}
    assert browser.post("/callups/untrained/limits", years).status_code == 303
    assert [(row.audience, row.years) for row in make.all(UntrainedLimit)] == [
        (Audience.VILLAGE, 3),
        (Audience.LEADERS, 2),
    ]
    page = sign_in(city.officer).get("/callups/untrained").text
    assert ">领导</th>" in page and ">两年前</th>" not in page
    assert browser.post("/callups/untrained/limits", years | {"village": "0"}).status_code == 422
    assert sign_in(city.officer).post("/callups/untrained/limits", years).status_code == 403


def test_the_list_is_taken_away_as_a_workbook_and_that_is_recorded(make, city, people, sign_in):
    answer = sign_in(city.officer).get("/callups/untrained.xlsx")
    book = ZipFile(BytesIO(answer.data))
    words = "".join(book.read(name).decode() for name in book.namelist())
    assert "从未" in words and "最近一次集中培训" in words
    assert "export" in [entry.act for entry in make.all(AuditEntry)]
