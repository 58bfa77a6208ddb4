"""Programmes and cohorts: opened, changed, seen below, changed only by whose they are."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.access.scope import seeing_everything
from lms.people.rules import Post
from lms.training import services
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Programme,
    ProgrammeProject,
    Project,
)
from tests.training import builders as build

COHORT = {
    "title": "2026年第一期",
    "opens_on": "2026-11-01",
    "closes_on": "2026-12-05",
    "required_hours": "0.4",
}


def test_the_five_projects_are_loaded_once(app, make, clock):
    with app.app_context(), seeing_everything():
        for _ in range(2):
            services.load_reference(clock())
        services.db.session.commit()
    assert [row.code for row in make.all(Project)] == ["P1", "P2", "P3", "P4", "P5"]


@pytest.fixture
def project(make):
    return build.projects(make)[2]


def programme(city, kind, **changes):
    return {
        "unit": city.county.id,
        "projects": [kind.id],
        "title": "万人计划",
        "code": "WR2026",
        "opens_on": "2026-11-01",
        **changes,
    }


def test_an_officer_opens_a_programme(make, city, project, sign_in):
    browser = sign_in(city.officer)
    answer = browser.post("/training/programmes/new", programme(city, project))
    made = make.all(Programme)[0]
    assert (made.code, made.org_id) == ("WR2026", city.county.id)
    assert [part.project_id for part in make.all(ProgrammeProject)] == [project.id]
    assert "万人计划" in browser.get(answer.location).text
    assert "WR2026" in browser.get("/training/").text


def test_a_code_is_unique_in_the_city_and_the_page_says_so(make, city, project, sign_in):
    build.programme(make, city.other, code="WR2026")
    browser = sign_in(city.officer)
    answer = browser.post("/training/programmes/new", programme(city, project))
    assert answer.status_code == 422
    assert "这个编码已被使用" in answer.text
    assert "万人计划" in answer.text  # nothing typed is lost


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"code": "万人"},
        {"opens_on": "昨天"},
        {"projects": [99]},
        {"projects": []},
        {"unit": 99},
    ],
)
def test_what_is_mistyped_is_shown_beside_the_field(make, city, project, sign_in, wrong):
    url = "/training/programmes/new"
    answer = sign_in(city.officer).post(url, programme(city, project, **wrong))
    assert answer.status_code == 422
    assert "-error" in answer.text or "unit" in wrong
    assert make.all(Programme) == []


def test_a_title_that_says_who_is_chosen_is_refused_with_the_reason(make, city, project, sign_in):
    sent = programme(city, project, title="后备干部培训计划")
    answer = sign_in(city.officer).post("/training/programmes/new", sent)
    assert answer.status_code == 422 and 'value="后备干部培训计划"' in answer.text
    assert "本系统只记培训" in answer.text and make.all(Programme) == []


def test_a_county_opens_a_cohort_in_a_programme_of_the_city(make, city, sign_in):
    of_the_city = build.programme(make, city.top)
    taken, set_for = build.course(make, city.top), build.assessment(make, city.county)
    data = COHORT | {"unit": city.county.id, "courses": [taken.id], "assessments": [set_for.id]}
    url = f"/training/programmes/{of_the_city.id}/cohorts/new"
    answer = sign_in(city.officer).post(url, data)
    made = make.all(Cohort)[0]
    assert (made.org_id, made.required_hours) == (city.county.id, Decimal("0.40"))
    assert (made.opens_on, made.closes_on) == (date(2026, 11, 1), date(2026, 12, 5))
    assert [row.course_id for row in make.all(CohortCourse)] == [taken.id]
    assert [row.assessment_id for row in make.all(CohortAssessment)] == [set_for.id]
    page = sign_in(city.officer).get(answer.location).text
    assert taken.title in page
    assert set_for.title in page


def test_of_two_who_change_a_plan_the_second_is_told_and_saves_again(make, city, sign_in):
    cohort = build.cohort(make, city.county)
    url, browser = f"/training/cohorts/{cohort.id}/edit", sign_in(city.officer)
    opened = re.search(r'name="based_on"[^>]*value="(\w+)"', browser.get(url).text)[1]
    sent = COHORT | {"unit": city.county.id, "based_on": opened}
    assert browser.post(url, sent | {"required_hours": "12"}).status_code == 302
    told = browser.post(url, sent | {"required_hours": "8"})
    assert told.status_code == 422 and "已有人改过" in told.text and 'value="8"' in told.text
    assert make.all(Cohort)[0].required_hours == 12
    again = re.search(r'name="based_on"[^>]*value="(\w+)"', told.text)[1]
    assert browser.post(url, sent | {"required_hours": "8", "based_on": again}).status_code == 302
    assert make.all(Cohort)[0].required_hours == 8


def test_a_course_of_another_county_cannot_be_chosen(make, city, sign_in):
    strange = build.course(make, city.other)
    mine = build.programme(make, city.county)
    data = COHORT | {"unit": city.county.id, "courses": [strange.id]}
    answer = sign_in(city.officer).post(f"/training/programmes/{mine.id}/cohorts/new", data)
    assert answer.status_code == 422
    assert make.all(Cohort) == []


def test_the_last_day_cannot_stand_before_the_first(make, city, sign_in):
    mine = build.programme(make, city.county)
    data = COHORT | {"unit": city.county.id, "closes_on": "2026-10-01"}
    answer = sign_in(city.officer).post(f"/training/programmes/{mine.id}/cohorts/new", data)
    assert "截止日期不能早于开始日期" in answer.text
    assert make.all(Cohort) == []


def test_a_plan_is_changed_and_its_form_shows_what_it_was(make, city, sign_in):
    first, second = build.course(make, city.county), build.course(make, city.county, title="新课")
    cohort = build.cohort(make, city.county, [first])
    browser = sign_in(city.officer)
    page = browser.get(f"/training/cohorts/{cohort.id}/edit").text
    boxes = re.findall(r'<input[^>]*name="courses"[^>]*>', page)
    ticked = [re.search(r'value="(\d+)"', box)[1] for box in boxes if "checked" in box]
    assert ticked == [str(first.id)]
    data = COHORT | {"unit": city.county.id, "courses": [second.id]}
    assert browser.post(f"/training/cohorts/{cohort.id}/edit", data).status_code == 302
    assert [row.course_id for row in make.all(CohortCourse)] == [second.id]
    assert make.all(Cohort)[0].title == "2026年第一期"


def test_a_closed_assessment_stays_chosen_when_the_plan_changes(make, city, sign_in, clock):
    set_for = build.assessment(make, city.county)
    cohort = build.cohort(make, city.county, [], [set_for])
    browser = sign_in(city.officer)
    clock.time += timedelta(days=20)
    browser = sign_in(city.officer)
    data = COHORT | {"unit": city.county.id, "assessments": [set_for.id]}
    assert browser.post(f"/training/cohorts/{cohort.id}/edit", data).status_code == 302
    assert [row.assessment_id for row in make.all(CohortAssessment)] == [set_for.id]


def test_a_county_sees_the_citys_cohort_and_cannot_change_it(make, city, sign_in):
    cohort = build.cohort(make, city.top)
    browser = sign_in(city.officer)
    page = browser.get(f"/training/cohorts/{cohort.id}").text
    assert "按规则列入名单" not in page
    url = f"/training/cohorts/{cohort.id}/edit"
    assert browser.get(url).status_code == 403
    assert browser.post(url, COHORT | {"unit": city.county.id}).status_code == 403


def test_a_neighbour_sees_neither_programme_nor_cohort(make, city, sign_in):
    cohort = build.cohort(make, city.county)
    browser = sign_in(city.stranger)
    assert browser.get(f"/training/cohorts/{cohort.id}").status_code == 404
    assert browser.get(f"/training/programmes/{cohort.programme_id}").status_code == 404
    assert cohort.title not in browser.get("/training/").text


def test_a_county_counts_only_its_own_in_the_citys_cohort(make, city, sign_in):
    cohort = build.cohort(make, city.top)
    for unit in (city.county, city.county, city.other):
        build.enrolment(make, cohort, make.person(unit), Post.VPS)
    assert "共 2 人" in sign_in(city.officer).get(f"/training/cohorts/{cohort.id}").text
    assert "共 3 人" in sign_in(city.of_the_city).get(f"/training/cohorts/{cohort.id}").text
