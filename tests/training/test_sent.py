"""Who is sent to a village counts there in a list for villages, at home in others; never twice."""

import re
from datetime import timedelta

import pytest

from lms.exams.models import Candidate
from lms.people.models import Posting
from lms.people.rules import Post
from lms.training.models import Enrolment, EnrolmentPost
from lms.training.rules import Coming, Leaving, counted_in, for_villages
from tests.training import builders as build

HOME, VILLAGE, OTHER = 1, 2, 3
SENT, AT_HOME = (VILLAGE, Post.FIRST_SEC), (HOME, Post.STAFF)


@pytest.mark.parametrize(
    ("posts", "in_villages", "in_others"),
    [
        ([AT_HOME], HOME, HOME),
        ([SENT], VILLAGE, VILLAGE),
        ([AT_HOME, SENT], VILLAGE, HOME),
        ([AT_HOME, (VILLAGE, Post.SECONDED)], VILLAGE, HOME),
        ([AT_HOME, (VILLAGE, Post.VPS)], VILLAGE, HOME),  # 兼任
        ([AT_HOME, (VILLAGE, Post.TECH)], HOME, HOME),
        ([(HOME, Post.VPS), (VILLAGE, Post.VPM)], HOME, HOME),
        ([(HOME, Post.VPS), (VILLAGE, Post.AID_TEAM)], VILLAGE, HOME),
        ([(OTHER, Post.VPM), (VILLAGE, Post.FIRST_SEC)], VILLAGE, OTHER),
        ([(OTHER, Post.FIRST_SEC), (VILLAGE, Post.FIRST_SEC)], OTHER, OTHER),
    ],
)
def test_one_counts_where_one_serves_in_villages_and_else_at_home(posts, in_villages, in_others):
    assert counted_in(HOME, posts, True) == in_villages
    assert counted_in(HOME, posts, False) == in_others


def test_a_list_is_for_villages_where_it_names_a_post_of_villages():
    assert for_villages([Post.STAFF, Post.FIRST_SEC])
    assert for_villages([Post.VSD])
    assert not for_villages([Post.STAFF, Post.SECONDED])
    assert not for_villages([])


@pytest.fixture
def wang(make, city):
    """王一, of the township, is 第一书记 in 上王村; her post at home goes on."""
    person = make.person(city.township, Post.STAFF, name="王一")
    make.posting(person, city.upper, Post.FIRST_SEC, home_org_id=city.township.id)
    return person


@pytest.fixture
def apply(city, sign_in, work):
    def done(cohort, *posts):
        url = f"/training/cohorts/{cohort.id}/rule"
        sign_in(city.officer).post(url, {"unit": city.county.id, "posts": [*posts]})
        work()

    return done


@pytest.fixture
def fixed(make, city, sign_in, apply):
    """A list of STAFF and FIRST_SEC, on which 王一 stands at home: she is sent only later."""
    cohort = build.cohort(make, city.county, [], [build.assessment(make, city.county)])
    make.person(city.township, Post.STAFF, name="王一")
    apply(cohort, Post.STAFF, Post.FIRST_SEC)
    sign_in(city.officer).post(f"/training/cohorts/{cohort.id}/fix")
    return cohort


def units(make, table=Enrolment):
    return [row.org_id for row in make.all(table)]


def stands(make):
    """Unit, posts of who is on the list now."""
    posts = make.all(EnrolmentPost)
    return [
        (one.org_id, {row.post for row in posts if row.enrolment_id == one.id})
        for one in make.all(Enrolment)
        if one.to_on is None
    ]


def test_a_list_for_village_posts_has_her_in_the_village_once(make, city, wang, apply):
    cohort = build.cohort(make, city.county, [], [build.assessment(make, city.county)])
    apply(cohort, Post.STAFF, Post.FIRST_SEC)
    assert stands(make) == [(city.upper.id, {Post.STAFF, Post.FIRST_SEC})]
    assert units(make, Candidate) == [city.upper.id]


def test_a_list_for_everybody_has_her_at_home_once(make, city, wang, apply):
    apply(build.cohort(make, city.county))
    assert (city.township.id, {Post.STAFF, Post.FIRST_SEC}) in stands(make)
    assert city.upper.id not in units(make)


@pytest.mark.parametrize("order", [(Post.STAFF, Post.FIRST_SEC), (Post.FIRST_SEC, Post.STAFF)])
def test_whichever_rule_comes_first_on_a_draft_she_stands_in_the_village(
    make, city, wang, apply, order
):
    cohort = build.cohort(make, city.county, [], [build.assessment(make, city.county)])
    for post in order:
        apply(cohort, post)
    assert stands(make) == [(city.upper.id, {Post.STAFF, Post.FIRST_SEC})]
    assert units(make, Candidate) == [city.upper.id]


def follow(browser, cohort, work):
    """Confirm what is offered. The page that offered it, and the one afterwards."""
    url = f"/training/cohorts/{cohort.id}/follow"
    page = browser.get(url).text
    browser.post(url, {"seal": re.search(r'name="seal" value="(\w+)"', page)[1]})
    work()
    return page, browser.get(url).text


def test_who_is_sent_goes_along_and_comes_back(make, city, fixed, sign_in, work, clock):
    """As the days have it: 调出 at home and 调入 in the village, and the other way round."""
    home = city.township.id
    person_id = make.all(Enrolment)[0].person_id
    clock.time += timedelta(days=20)
    sent_on = clock().date() - timedelta(days=3)
    posting = make.keep(
        Posting(
            person_id=person_id,
            org_id=city.upper.id,
            post=Post.FIRST_SEC,
            from_on=sent_on,
            home_org_id=home,
            recorded_at=clock(),
        )
    )
    page, after = follow(sign_in(city.officer), fixed, work)
    assert "增加 1 人 · 减少 1 人 · 职务有变 0 人" in page
    assert "名单和名册一致" in after
    first, second = make.all(Enrolment)
    assert (first.org_id, first.to_on, first.left_by) == (home, sent_on, Leaving.MOVED_OUT)
    assert (second.org_id, second.from_on) == (city.upper.id, sent_on)
    assert second.came_by is Coming.MOVED_IN
    clock.time += timedelta(days=20)
    posting.to_on = back_on = clock().date() - timedelta(days=2)
    make.keep(posting)
    page, after = follow(sign_in(city.officer), fixed, work)
    assert "增加 1 人 · 减少 1 人 · 职务有变 0 人" in page
    assert "名单和名册一致" in after
    _, second, third = make.all(Enrolment)
    assert (second.to_on, third.from_on, third.org_id) == (back_on, back_on, home)
    assert stands(make) == [(home, {Post.STAFF})]
