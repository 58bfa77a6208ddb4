"""The list of a cohort: looked through, left with a reason, confirmed by the head of a unit."""

from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.exams.models import Candidate
from lms.people.rules import Post
from lms.training.models import Enrolment, EnrolmentPost, ListConfirmation
from tests.training import builders as build


@pytest.fixture
def cohort(make, city):
    return build.cohort(make, city.county)


@pytest.fixture
def wang(make, city, cohort):
    """王建国, 书记 and 主任 in one, on the list."""
    person = make.person(city.upper, name="王建国")
    return build.enrolment(make, cohort, person, Post.VPS, Post.VCD)


def names(cohort):
    return f"/training/cohorts/{cohort.id}/names"


def off(enrolment, **changes):
    return {"on": "2026-11-20", "left_by": "other", "why": "调离", **changes}


def test_the_list_shows_names_units_and_posts(city, cohort, wang, sign_in):
    page = sign_in(city.officer).get(names(cohort)).text
    assert "王建国" in page
    assert "上王村" in page
    assert "村党组织书记、村委会主任" in page


@pytest.mark.parametrize("words", ["建国", "wang jian", "上王"])
def test_a_person_is_found_by_name_pinyin_and_unit(make, city, cohort, sign_in, words):
    person = make.person(city.upper, name="王建国")
    person.pinyin = "wang jianguo wjg"
    make.keep(person)
    build.enrolment(make, cohort, person, Post.VPS)
    build.enrolment(make, cohort, make.person(city.lower, name="李四五"), Post.VPS)
    page = sign_in(city.officer).post(names(cohort), {"q": words}).text
    assert "王建国" in page
    assert "李四五" not in page


def test_a_long_list_has_pages(make, city, cohort, sign_in):
    for number in range(51):
        build.enrolment(make, cohort, make.person(city.upper, name=f"王{number:02}"), Post.VPS)
    browser = sign_in(city.officer)
    assert "第 1–50 条，共 51 条" in browser.get(names(cohort)).text
    assert "第 51–51 条，共 51 条" in browser.get(names(cohort) + "?page=2").text


def test_a_page_that_does_not_exist_is_an_empty_page(city, cohort, wang, sign_in):
    assert sign_in(city.officer).get(names(cohort) + "?page=9").status_code == 200
    assert sign_in(city.officer).get(names(cohort) + "?page=-1").status_code == 200
    assert sign_in(city.officer).get(names(cohort) + "?page=x").status_code == 200


def test_a_person_leaves_the_list_from_a_day_with_a_reason(make, city, cohort, wang, sign_in):
    browser = sign_in(city.officer)
    browser.post(f"/training/enrolments/{wang.id}", off(wang))
    row = make.all(Enrolment)[0]
    assert (str(row.to_on), row.ended_why, row.ended_by) == ("2026-11-20", "调离", city.officer.id)
    assert "王建国" not in browser.get(names(cohort)).text
    assert "调离" in browser.get(names(cohort) + "?off=1").text
    assert make.all(AuditEntry)[-1].act == "take off list"


@pytest.mark.parametrize("wrong", [{"why": ""}, {"on": ""}, {"on": "2026-11-24"}])
def test_without_a_reason_or_with_a_day_to_come_nobody_leaves(make, city, wang, sign_in, wrong):
    answer = sign_in(city.officer).post(f"/training/enrolments/{wang.id}", off(wang, **wrong))
    assert answer.status_code == 422
    assert make.all(Enrolment)[0].to_on is None


def test_nobody_leaves_twice(city, wang, sign_in):
    browser = sign_in(city.officer)
    browser.post(f"/training/enrolments/{wang.id}", off(wang))
    assert browser.post(f"/training/enrolments/{wang.id}", off(wang)).status_code == 409


def test_who_comes_back_has_a_new_row_with_the_same_posts(make, city, wang, sign_in, clock):
    browser = sign_in(city.officer)
    browser.post(f"/training/enrolments/{wang.id}", off(wang))
    browser.post(f"/training/enrolments/{wang.id}/back")
    first, again = make.all(Enrolment)
    assert (str(first.to_on), again.to_on) == ("2026-11-20", None)
    assert str(again.from_on) == "2026-11-23"
    posts = [row.post for row in make.all(EnrolmentPost) if row.enrolment_id == again.id]
    assert posts == [Post.VPS, Post.VCD]
    assert browser.post(f"/training/enrolments/{wang.id}/back").status_code == 409


def test_who_leaves_is_asked_to_sit_no_more_and_who_comes_back_is(make, city, sign_in):
    kept, dropped = build.assessment(make, city.county), build.assessment(make, city.county)
    here = build.cohort(make, city.county, [], [kept, dropped])
    there = build.cohort(make, city.county, [], [kept])
    person = make.person(city.upper)
    wang = build.enrolment(make, here, person, Post.VPS)
    build.enrolment(make, there, person, Post.VPS)
    for one in (kept, dropped):
        build.candidate(make, person, one)
    browser = sign_in(city.officer)
    browser.post(f"/training/enrolments/{wang.id}", off(wang))
    assert [row.assessment_id for row in make.all(Candidate)] == [kept.id]
    browser.post(f"/training/enrolments/{wang.id}/back")
    assert {row.assessment_id for row in make.all(Candidate)} == {kept.id, dropped.id}


def test_who_has_begun_an_assessment_stays_its_candidate(make, city, sign_in):
    begun = build.assessment(make, city.county)
    wang = build.enrolment(
        make, build.cohort(make, city.county, [], [begun]), make.person(city.upper)
    )
    build.candidate(make, wang.person, begun, attempts_begun=1)
    sign_in(city.officer).post(f"/training/enrolments/{wang.id}", off(wang))
    assert len(make.all(Candidate)) == 1


def test_a_stranger_finds_nobody_of_this_list(city, cohort, wang, sign_in):
    browser = sign_in(city.stranger)
    assert browser.get(names(cohort)).status_code == 404
    assert browser.get(f"/training/enrolments/{wang.id}").status_code == 404
    assert browser.post(f"/training/enrolments/{wang.id}", off(wang)).status_code == 404


def test_a_county_takes_nobody_off_the_citys_list(make, city, sign_in):
    cohort = build.cohort(make, city.top)
    wang = build.enrolment(make, cohort, make.person(city.upper), Post.VPS)
    answer = sign_in(city.officer).post(f"/training/enrolments/{wang.id}", off(wang))
    assert answer.status_code == 403
    assert make.all(Enrolment)[0].to_on is None


# ── the head of a unit ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def head(make, city):
    return make.officer(city.township, Role.HEAD, name="郑八")


def unit_list(cohort, unit):
    return f"/training/cohorts/{cohort.id}/units/{unit.id}"


def test_the_head_confirms_with_the_numbers_of_that_moment(make, city, cohort, wang, head, sign_in):
    browser = sign_in(head)
    assert "待确认" in browser.get("/training/lists").text
    assert "王建国" in browser.get(unit_list(cohort, city.township)).text
    browser.post(unit_list(cohort, city.township) + "/confirm")
    row = make.all(ListConfirmation)[0]
    assert (row.person_id, row.org_id) == (head.id, city.township.id)
    assert (row.persons, row.posts) == (1, 2)
    assert (row.closes_on, row.required_hours) == (cohort.closes_on, cohort.required_hours)
    assert "已确认" in browser.get("/training/lists").text
    assert "郑八" not in sign_in(city.officer).get(f"/training/cohorts/{cohort.id}").text


def test_a_list_that_changed_asks_for_a_new_word(make, city, cohort, wang, head, sign_in, clock):
    browser = sign_in(head)
    browser.post(unit_list(cohort, city.township) + "/confirm")
    clock.time += timedelta(minutes=1)
    second = build.enrolment(make, cohort, make.person(city.lower, name="李四"), Post.VPS)
    assert "确认后有变动" in browser.get("/training/lists").text
    browser.post(unit_list(cohort, city.township) + "/confirm")
    assert [row.persons for row in make.all(ListConfirmation)] == [1, 2]
    assert "确认后有变动" not in browser.get("/training/lists").text
    clock.time += timedelta(minutes=1)
    # One comes for another who goes: as many as before, and not the same.
    build.enrolment(make, cohort, make.person(city.lower, name="李五"), Post.VPS)
    off = {"on": "2026-11-20", "left_by": "left post"}
    sign_in(city.officer).post(f"/training/enrolments/{second.id}", off)
    assert "确认后有变动" in sign_in(head).get("/training/lists").text


def test_the_county_sees_which_unit_has_confirmed_and_when(
    make, city, cohort, wang, head, sign_in, clock
):
    other = make.unit("蒲掌乡", under=city.county, kind=city.township.kind)
    build.enrolment(make, cohort, make.person(other, name="李四"), Post.TPS)
    sign_in(head).post(unit_list(cohort, city.township) + "/confirm")
    browser = sign_in(city.officer)
    page = browser.get(f"/training/cohorts/{cohort.id}/confirmations").text
    rows = {name: page.split(f">{name}<")[1].split("</tr>")[0] for name in ("历山镇", "蒲掌乡")}
    assert "郑八" in rows["历山镇"] and "已确认" in rows["历山镇"]
    assert "未确认" in rows["蒲掌乡"]
    above = sign_in(city.of_the_city).get(f"/training/cohorts/{cohort.id}/confirmations").text
    cells = above.split(">甲县<")[1].split("</tr>")[0]
    assert [part.rsplit(">", 1)[1] for part in cells.split("</td>")[-4:-1]] == ["1", "0", "1"]


def test_only_the_own_unit_is_confirmed(make, city, cohort, wang, head, sign_in):
    browser = sign_in(head)
    for unit in (city.county, city.upper, city.other):
        assert browser.get(unit_list(cohort, unit)).status_code == 404
        assert browser.post(unit_list(cohort, unit) + "/confirm").status_code == 404
    assert make.all(ListConfirmation) == []


def test_an_empty_list_is_not_confirmed(make, city, cohort, head, sign_in):
    answer = sign_in(head).post(unit_list(cohort, city.township) + "/confirm")
    assert answer.status_code == 409
    assert make.all(ListConfirmation) == []


def test_an_officer_confirms_no_list(city, cohort, wang, sign_in):
    answer = sign_in(city.officer).post(unit_list(cohort, city.county) + "/confirm")
    assert answer.status_code == 403
