"""What happened in the roster is offered as one list, and done only when it is confirmed."""

import re
from datetime import date, timedelta

import pytest

from lms.access.scope import seeing_everything
from lms.db import db
from lms.exams.models import Candidate
from lms.orgs.models import OrgUnit
from lms.people.models import Person, Posting
from lms.people.rules import Post
from lms.people.services import move_person
from lms.training import following, noticing, relieving
from lms.training.models import Enrolment, EnrolmentPost, Relief
from lms.training.relieving import Wanted
from lms.training.rules import (
    Coming,
    Ended,
    Leaving,
    ReliefKind,
    ReliefReason,
    Served,
    coming,
    leaving,
)
from lms.web.transaction import finish
from tests.training import builders as build

HERE, THERE = 1, 2
DAY = date(2026, 11, 20)
POSTS = {(HERE, Post.VPS)}


def served(org_id, post, first, last=None):
    return Served(
        org_id, post, DAY + timedelta(first), None if last is None else DAY + timedelta(last)
    )


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], Coming.NEW_POST),
        ([served(HERE, Post.VPM, -500, 0)], Coming.NEW_POST),
        ([served(THERE, Post.VPS, -500, -10)], Coming.MOVED_IN),
        ([served(THERE, Post.VPS, -500, -40)], Coming.NEW_POST),
        ([served(THERE, Post.STAFF, -500)], Coming.MOVED_IN),
    ],
)
def test_who_comes_from_another_unit_without_a_break_moved_in(before, expected):
    mine = [*before, served(HERE, Post.VPS, 0)]
    assert coming(mine, POSTS, DAY) is expected


def test_who_is_sent_to_a_village_is_new_there_and_not_moved():
    mine = [served(THERE, Post.STAFF, -500), served(HERE, Post.FIRST_SEC, 0)]
    assert coming(mine, {(HERE, Post.FIRST_SEC)}, DAY) is Coming.NEW_POST
    back = [served(THERE, Post.STAFF, -500), served(HERE, Post.FIRST_SEC, -100, 0)]
    assert leaving(back, {(HERE, Post.FIRST_SEC)}, DAY) == Ended(DAY, Leaving.LEFT_POST)


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ([served(HERE, Post.VPS, -500)], None),
        ([], None),  # the roster never knew the post: somebody else must say
        ([served(HERE, Post.VPS, -500, -3)], Ended(DAY + timedelta(-3), Leaving.LEFT_POST)),
        (
            [served(HERE, Post.VPS, -500, -3), served(THERE, Post.VPS, -3)],
            Ended(DAY + timedelta(-3), Leaving.MOVED_OUT),
        ),
        (
            [served(HERE, Post.VPS, -500, -3), served(HERE, Post.VSD, -3)],
            Ended(DAY + timedelta(-3), Leaving.LEFT_POST),
        ),
    ],
)
def test_who_begins_elsewhere_moved_out(mine, expected):
    assert leaving(mine, POSTS, DAY) == expected


@pytest.fixture
def cohort(make, city, sign_in, work):
    """王一 and 王二 are listed by rule, and the list is fixed."""
    made = build.cohort(make, city.county, [], [build.assessment(make, city.county)])
    for unit, name in ((city.upper, "王一"), (city.lower, "王二")):
        make.person(unit, name=name)
    browser = sign_in(city.officer)
    browser.post(f"/training/cohorts/{made.id}/rule", {"unit": city.county.id, "posts": ["VPS"]})
    work()
    browser.post(f"/training/cohorts/{made.id}/fix")
    return made


@pytest.fixture
def changed(make, city, cohort, clock):
    """A fortnight later 王二 has gone to another county, and 王三 is there in his place."""
    clock.time += timedelta(days=14)
    gone = next(row for row in make.all(Posting) if row.org_id == city.lower.id)
    gone.to_on = clock().date() - timedelta(days=4)
    make.keep(gone)
    person = next(row for row in make.all(Person) if row.id == gone.person_id)
    make.posting(person, city.other, Post.VPS, from_on=gone.to_on)
    new = make.person(city.lower, post=None, name="王三")
    make.posting(new, city.lower, Post.VPS, from_on=gone.to_on)
    return cohort


def url(cohort):
    return f"/training/cohorts/{cohort.id}/follow"


def seal(page):
    return re.search(r'name="seal" value="(\w+)"', page)[1]


def test_what_the_roster_says_is_offered_and_not_done(make, city, changed, sign_in):
    page = sign_in(city.officer).get(url(changed)).text
    assert "增加 1 人 · 减少 1 人 · 职务有变 0 人" in page
    assert "增加 · 新任" in page and "减少 · 调出" in page
    assert [row.to_on for row in make.all(Enrolment)] == [None, None]


def test_one_act_does_all_that_was_offered(make, city, changed, sign_in, work, clock):
    browser = sign_in(city.officer)
    browser.post(url(changed), {"seal": seal(browser.get(url(changed)).text)})
    work()
    day = clock().date() - timedelta(days=4)
    _, second, third = make.all(Enrolment)
    assert (second.to_on, second.left_by) == (day, Leaving.MOVED_OUT)
    assert (third.from_on, third.came_by, third.to_on) == (day, Coming.NEW_POST, None)
    assert [row.post for row in make.all(EnrolmentPost)].count(Post.VPS) == 3
    asked = {row.person_id for row in make.all(Candidate)}
    assert third.person_id in asked and second.person_id not in asked
    assert "名单和名册一致" in browser.get(url(changed)).text


def test_thousands_who_go_need_no_statement_for_each(
    make, city, cohort, sign_in, work, app, clock, statements
):
    """Each slice of them holds the lock for a moment alone."""
    many = [make.person(city.upper, name=f"赵{number}") for number in range(30)]
    sign_in(city.officer).post(
        f"/training/cohorts/{cohort.id}/rule", {"unit": city.county.id, "posts": ["VPS"]}
    )
    work()
    clock.time += timedelta(days=14)
    for row in make.all(Posting):
        if row.person_id in {one.id for one in many}:
            row.to_on = clock().date() - timedelta(days=4)
            make.keep(row)
    with app.app_context(), seeing_everything(), statements() as seen:
        asked = {"cohort_id": cohort.id, "by": city.officer.id}
        for _ in following.follow(asked, {}, clock()):
            finish()
    assert len([one for one in seen if "audit_entry" not in one]) < 30  # each is noted
    listed = {row.person_id: row.to_on for row in make.all(Enrolment)}
    assert all(listed[one.id] for one in many)
    assert {row.person_id for row in make.all(Candidate)}.isdisjoint(one.id for one in many)


def test_who_goes_to_another_unit_of_the_same_list_leaves_here_and_comes_there(
    app, make, city, cohort, sign_in, work, clock
):
    """As the days have it: 调出 of the old unit, 调入 of the new; an exemption goes along."""
    clock.time += timedelta(days=14)
    first, _second = make.all(Enrolment)
    on = clock().date() - timedelta(days=3)
    with app.app_context(), seeing_everything():
        wanted = Wanted(
            ReliefKind.EXEMPT, ReliefReason.ILL, on - timedelta(days=2), date(2027, 3, 1)
        )
        asked = relieving.ask([db.session.get_one(Enrolment, first.id)], wanted, clock(), 1)
        relieving.approve(asked, True, clock(), 2)
        person = db.session.get_one(Person, first.person_id)
        there = db.session.get_one(OrgUnit, city.lower.id)
        move_person(person, there, Post.VPS, on, clock(), why="交流")
        finish()
    browser = sign_in(city.officer)
    page = browser.get(url(cohort)).text
    assert "增加 · 调入" in page and "减少 · 调出" in page
    browser.post(url(cohort), {"seal": seal(page)})
    work()
    before, _other, after = make.all(Enrolment)
    assert (before.to_on, before.left_by) == (on, Leaving.MOVED_OUT)
    assert (after.from_on, after.came_by, after.org_id) == (on, Coming.MOVED_IN, city.lower.id)
    assert [(row.enrolment_id, row.from_on) for row in make.all(Relief)][1:] == [(after.id, on)]
    assert "名单和名册一致" in browser.get(url(cohort)).text


def test_who_is_left_out_stays_as_he_was_and_is_offered_again(make, city, changed, sign_in, work):
    browser = sign_in(city.officer)
    gone = make.all(Enrolment)[1].person_id
    data = {"seal": seal(browser.get(url(changed)).text), "without": [gone]}
    browser.post(url(changed), data)
    work()
    assert make.all(Enrolment)[1].to_on is None
    assert "增加 0 人 · 减少 1 人" in browser.get(url(changed)).text


def test_nobody_confirms_another_list_than_was_shown(make, city, changed, sign_in):
    browser = sign_in(city.officer)
    shown = seal(browser.get(url(changed)).text)
    make.person(city.upper, name="王四")
    assert browser.post(url(changed), {"seal": shown}).status_code == 409


def test_another_post_of_who_is_listed_is_added(make, city, cohort, sign_in, work):
    build.rule(make, cohort, city.county, Post.VCD)
    first = make.all(Enrolment)[0]
    person = next(row for row in make.all(Person) if row.id == first.person_id)
    make.posting(person, city.upper, Post.VCD)
    browser = sign_in(city.officer)
    page = browser.get(url(cohort)).text
    assert "职务有变 1 人" in page
    browser.post(url(cohort), {"seal": seal(page)})
    work()
    posts = {row.post for row in make.all(EnrolmentPost) if row.enrolment_id == first.id}
    assert posts == {Post.VPS, Post.VCD}


def test_the_desk_says_how_many_wait_and_for_how_long_until_it_is_done(
    make, app, city, changed, sign_in, work, clock
):
    changed.closes_on = clock().date() + timedelta(days=30)
    make.keep(changed)
    with app.app_context(), seeing_everything():
        for _ in noticing.count_changes(clock()):
            finish()
    browser = sign_in(city.officer)
    page = browser.get("/desk").text
    assert "1 份应训名单有人员变动待确认" in page and "第一期：2 人" in page
    assert "结转第 4 天" in page
    assert "人员变动待确认" not in sign_in(city.stranger).get("/desk").text
    browser.post(url(changed), {"seal": seal(browser.get(url(changed)).text)})
    work()
    assert "人员变动待确认" not in browser.get("/desk").text
