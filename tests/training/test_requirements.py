"""What a programme asks by audience, dated; a cohort is opened by it, and told if it asks less."""

from decimal import Decimal

import pytest

from lms.people.rules import Post
from lms.training.models import Requirement, RequirementCourse
from tests.training import builders as build


@pytest.fixture
def programme(make, city):
    return build.programme(make, city.county)


def wanted(**changes):
    return {
        "audience": "村党组织书记",
        "posts": ["VPS"],
        "hours": "56",
        "assessed": "1",
        "basis": "党员教育培训规划",
        "from_on": "2026-01-01",
        **changes,
    }


def url(programme):
    return f"/training/programmes/{programme.id}/requirements/new"


def test_a_cohort_is_opened_by_what_the_programme_asks(make, city, programme, sign_in):
    course = build.course(make, city.county)
    browser = sign_in(city.officer)
    browser.post(url(programme), wanted(courses=[course.id]))
    made = make.all(Requirement)[0]
    assert (made.hours, made.posts, made.assessed) == (Decimal("56.00"), ["VPS"], True)
    assert [row.course_id for row in make.all(RequirementCourse)] == [course.id]
    assert "党员教育培训规划" in browser.get(f"/training/programmes/{programme.id}").text
    form = browser.get(
        f"/training/programmes/{programme.id}/cohorts/new?requirement={made.id}"
    ).text
    assert 'value="56.00"' in form
    assert f'checked id="courses-0" name="courses" type="checkbox" value="{course.id}"' in form


@pytest.mark.parametrize(
    ("posts", "to_on", "told"),
    [
        ([], None, True),
        (["VPS"], None, True),
        (["VCD"], None, False),
        (["VPS"], "2026-06-01", False),
    ],
)
def test_a_cohort_that_asks_less_of_that_audience_says_so(make, city, sign_in, posts, to_on, told):
    cohort = build.cohort(make, city.county, hours="8")
    build.rule(make, cohort, city.county, *map(Post, posts))
    browser = sign_in(city.officer)
    browser.post(f"/training/programmes/{cohort.programme_id}/requirements/new", wanted())
    if to_on:
        made = make.all(Requirement)[0]
        made.to_on = made.from_on.replace(month=6)
        make.keep(made)
    page = browser.get(f"/training/cohorts/{cohort.id}").text
    assert ("要求是 56 学时，本班次只要求 8 学时" in page) == told


def test_what_is_asked_no_more_stays_readable(make, city, programme, sign_in):
    browser = sign_in(city.officer)
    browser.post(url(programme), wanted())
    one = make.all(Requirement)[0]
    end = f"/training/programmes/{programme.id}/requirements/{one.id}/end"
    browser.post(end)
    assert str(make.all(Requirement)[0].to_on) == "2026-11-23"
    assert "已结束" in browser.get(f"/training/programmes/{programme.id}").text
    assert browser.post(end).status_code == 409


def test_a_county_changes_nothing_of_a_programme_of_the_city(make, city, sign_in):
    above = build.programme(make, city.top, code="CITY")
    browser = sign_in(city.officer)
    assert browser.post(url(above), wanted()).status_code == 403
    assert (
        browser.post(url(build.programme(make, city.county)), wanted(hours="-1")).status_code == 422
    )
    assert make.all(Requirement) == []
