"""Listing by rule: previewed, done in slices, repeated without doublets, never past the scope."""

import pytest

from lms.access.permissions import Permission
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.exams.models import Candidate
from lms.jobs.models import Job
from lms.jobs.rules import JobStatus
from lms.people.rules import Post
from lms.training import enrolling
from lms.training.models import Enrolment, EnrolmentPost, EnrolmentRule
from lms.web.transaction import finish, undo
from tests.training import builders as build


@pytest.fixture
def cohort(make, city):
    return build.cohort(make, city.county)


def rule_url(cohort):
    return f"/training/cohorts/{cohort.id}/rule"


def apply(browser, cohort, unit, *posts):
    data = {"unit": unit.id, "posts": [post.value for post in posts]}
    return browser.post(rule_url(cohort), data)


def listed(make):
    return sorted(row.person_id for row in make.all(Enrolment) if row.to_on is None)


def test_a_preview_says_how_many_before_anything_is_done(make, city, cohort, sign_in):
    both = make.person(city.upper, Post.VPS)
    make.posting(both, city.upper, Post.VCD)
    make.person(city.lower, Post.VPS, name="王二")
    make.person(city.lower, Post.VPM, name="王三")
    query = {"unit": city.township.id, "posts": ["VPS", "VCD"]}
    page = sign_in(city.officer).get(rule_url(cohort), query_string=query).text
    assert "符合规则 2 人、3 个职务，其中一肩挑 1 人" in page
    assert "新增 2 人" in page
    assert make.all(Enrolment) == []


def test_a_rule_lists_a_subtree_of_units_by_posts(make, city, cohort, sign_in, work):
    inside = [make.person(city.upper, Post.VPS), make.person(city.lower, Post.VPS, name="王二")]
    make.person(city.lower, Post.VPM, name="王三")
    make.person(city.other, Post.VPS, name="王四")
    answer = apply(sign_in(city.officer), cohort, city.township, Post.VPS)
    assert "/jobs/" in answer.location
    work()
    assert listed(make) == [person.id for person in inside]
    assert make.all(Job)[0].result == {"url": f"/training/cohorts/{cohort.id}"}


def test_no_post_chosen_means_every_post(make, city, cohort, sign_in, work):
    for post in (Post.VPS, Post.AID_TEAM):
        make.person(city.upper, post)
    apply(sign_in(city.officer), cohort, city.upper)
    work()
    assert len(listed(make)) == 2


def test_two_posts_of_one_person_are_one_enrolment(make, city, cohort, sign_in, work):
    person = make.person(city.upper, Post.VPS)
    make.posting(person, city.upper, Post.VCD)
    apply(sign_in(city.officer), cohort, city.county)
    work()
    assert listed(make) == [person.id]
    assert {row.post for row in make.all(EnrolmentPost)} == {Post.VPS, Post.VCD}


def test_who_left_office_is_not_listed(make, city, cohort, sign_in, work, clock):
    person = make.person(city.upper, post=None)
    make.posting(person, city.upper, Post.VPS, to_on=clock().date())
    apply(sign_in(city.officer), cohort, city.county)
    work()
    assert listed(make) == []


def test_the_same_rule_again_adds_only_newcomers(make, city, cohort, sign_in, work, clock):
    first = make.person(city.upper, Post.VPS)
    apply(sign_in(city.officer), cohort, city.county, Post.VPS, Post.VCD)
    work()
    newcomer = make.person(city.lower, Post.VPS, name="王二")
    make.posting(first, city.upper, Post.VCD)
    one = make.all(EnrolmentRule)[0]
    sign_in(city.officer).post(f"/training/rules/{one.id}/again")
    work()
    assert listed(make) == [first.id, newcomer.id]
    assert len(make.all(EnrolmentPost)) == 3


def test_who_was_taken_off_is_not_listed_again(make, city, cohort, sign_in, work, clock):
    person = make.person(city.upper, Post.VPS)
    build.enrolment(make, cohort, person, Post.VPS, to_on=clock().date(), ended_why="病假")
    apply(sign_in(city.officer), cohort, city.county)
    work()
    assert listed(make) == []


def test_whoever_is_listed_may_sit_the_assessments(make, city, sign_in, work):
    two = [build.assessment(make, city.county) for _ in range(2)]
    cohort = build.cohort(make, city.county, [], two)
    person = make.person(city.upper, Post.VPS)
    apply(sign_in(city.officer), cohort, city.county)
    work()
    found = {(row.assessment_id, row.person_id, row.org_id) for row in make.all(Candidate)}
    assert found == {(one.id, person.id, city.upper.id) for one in two}


def test_a_rule_is_applied_only_when_the_last_slice_is_done(make, city, cohort, app, clock):
    people = [make.person(city.upper, Post.VPS, name=f"王{n}") for n in range(5)]
    one = build.rule(make, cohort, city.county)
    with app.app_context(), seeing_everything():
        work = enrolling.enrol({"rule_id": one.id, "by": 1}, {}, clock())
        before, enrolling.SLICE = enrolling.SLICE, 2
        try:
            first = next(work)
            finish()
            work.close()
            undo()
            assert make.all(EnrolmentRule)[0].applied_at is None
            for _ in enrolling.enrol({"rule_id": one.id, "by": 1}, first.state, clock()):
                finish()
        finally:
            enrolling.SLICE = before
    assert listed(make) == [person.id for person in people]
    assert make.all(EnrolmentRule)[0].applied_at is not None
    assert make.all(AuditEntry)[-1].facts["added"] == 5


def test_a_slice_that_is_repeated_adds_nothing(make, city, cohort, app, clock):
    make.person(city.upper, Post.VPS)
    one = build.rule(make, cohort, city.county)
    with app.app_context(), seeing_everything():
        for _ in range(2):
            list(enrolling.enrol({"rule_id": one.id, "by": 1}, {}, clock()))
            finish()
    assert len(make.all(Enrolment)) == len(make.all(EnrolmentPost)) == 1


def test_an_assessment_that_comes_later_is_told_of_the_list(make, city, cohort, sign_in, work):
    person = make.person(city.upper, Post.VPS)
    build.enrolment(make, cohort, person, Post.VPS)
    later = build.assessment(make, city.county)
    data = {
        "unit": city.county.id,
        "title": "第一期",
        "opens_on": "2026-11-01",
        "closes_on": "2026-12-05",
        "required_hours": "1",
        "assessments": [later.id],
    }
    answer = sign_in(city.officer).post(f"/training/cohorts/{cohort.id}/edit", data)
    assert "/jobs/" in answer.location
    work()
    assert [row.person_id for row in make.all(Candidate)] == [person.id]


def test_the_unit_of_another_county_cannot_be_chosen(make, city, cohort, sign_in):
    make.person(city.other, Post.VPS)
    answer = apply(sign_in(city.officer), cohort, city.other)
    assert answer.status_code == 422
    assert make.all(EnrolmentRule) == []


def test_another_county_cannot_list_for_this_cohort(make, city, cohort, sign_in):
    assert apply(sign_in(city.stranger), cohort, city.other).status_code == 404


def test_a_county_cannot_list_for_the_citys_cohort(make, city, sign_in):
    of_the_city = build.cohort(make, city.top)
    assert apply(sign_in(city.officer), of_the_city, city.county).status_code == 403
    assert make.all(EnrolmentRule) == []


def test_a_job_whose_asker_lost_the_role_lists_nobody(make, city, cohort, sign_in, work, clock):
    make.person(city.upper, Post.VPS)
    apply(sign_in(city.officer), cohort, city.county)
    for held in make.session.query(type(make.role(city.officer, "trainer", city.county))).all():
        held.to_on = clock().date()
    make.session.commit()
    work()
    assert listed(make) == []
    assert make.all(Job)[0].status is JobStatus.FAILED


def test_a_unit_is_found_by_a_part_of_its_name(make, city, cohort, sign_in):
    browser = sign_in(city.officer)
    page = browser.get(rule_url(cohort), query_string={"other": "上王"}).text
    assert f"unit={city.upper.id}" in page
    chosen = browser.get(rule_url(cohort), query_string={"unit": city.upper.id})
    assert "上王村" in chosen.text


def test_a_list_of_thousands_needs_no_statement_for_each(
    make, city, cohort, app, clock, statements
):
    for number in range(40):
        make.person(city.upper, Post.VPS, name=f"王{number}")
    one = build.rule(make, cohort, city.county)
    with app.app_context(), seeing_everything(), statements() as seen:
        list(enrolling.enrol({"rule_id": one.id, "by": 1}, {}, clock()))
    assert len(seen) < 20


def test_the_permission_of_the_job_is_that_of_the_page(app):
    handlers = app.extensions["job handlers"]
    assert handlers["enrol"].permission is Permission.RUN_TRAINING
