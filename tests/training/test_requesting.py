"""缓训 asked for on the phone: passed on below, answered above, read on the first page."""

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.people.rules import Post
from lms.training.models import Relief, ReliefStep
from lms.training.rules import ReliefKind, ReliefState
from tests.training import builders as build

WANTED = {"reason": "work", "from_on": "2026-11-24", "last_on": "2026-11-27"}


@pytest.fixture
def cohort(make, city):
    return build.cohort(make, city.county)


@pytest.fixture
def wang(make, city, cohort):
    person = make.person(city.upper, name="王建国")
    build.enrolment(make, cohort, person, Post.VPS)
    return person


@pytest.fixture
def township(make, city):
    return make.officer(city.township, Role.TOWNSHIP_OFFICER, name="周八")


def url(cohort):
    return f"/training/mine/cohorts/{cohort.id}/deferral"


def decided(browser, act, make, **more):
    ids = [one.id for one in make.all(Relief)]
    return browser.post("/training/reliefs", {"act": act, "reliefs": ids, **more})


def test_who_asks_is_passed_on_answered_and_reads_it_until_seen(
    make, city, cohort, wang, township, sign_in
):
    cadre, below, above = sign_in(wang), sign_in(township), sign_in(city.officer)
    assert cadre.post(url(cohort), WANTED).status_code == 303
    (one,) = make.all(Relief)
    assert (one.kind, one.asked_by, one.org_id) == (ReliefKind.DEFERRED, wang.id, city.upper.id)
    assert "等乡镇（街道）的管理员上报" in cadre.get("/training/mine/reliefs").text
    assert "1 份本人提出的缓训申请待上报" in below.get("/desk").text
    assert "申请待批" not in above.get("/desk").text
    assert "还没有上报" in above.get("/training/reliefs").text
    assert decided(below, "approve", make).status_code == 403
    assert decided(below, "forward", make).status_code == 302
    assert decided(below, "forward", make).status_code == 403  # it lies above now
    assert "待上报" not in below.get("/desk").text
    assert "1 份免训、缓训申请待批" in above.get("/desk").text
    assert "已由乡镇（街道）上报" in cadre.get("/tasks").text
    assert decided(above, "approve", make).status_code == 302
    assert [step.state for step in make.all(ReliefStep)] == [
        ReliefState.FORWARDED,
        ReliefState.APPROVED,
    ]
    assert "缓训已批准：第一期，11月24日起" in cadre.get("/tasks").text
    acts = [row.act for row in make.all(AuditEntry)]
    assert acts.count("forward relief") == acts.count("approve relief") == 1


def test_the_township_refuses_with_a_reason_that_the_person_reads(
    make, cohort, wang, township, sign_in
):
    cadre, below = sign_in(wang), sign_in(township)
    cadre.post(url(cohort), WANTED)
    assert decided(below, "refuse", make).status_code == 422
    decided(below, "refuse", make, why="本次必须参加")
    page = cadre.get("/tasks").text
    assert "缓训未批准：第一期" in page and "本次必须参加" in page
    assert cadre.post(url(cohort), WANTED).status_code == 303  # may be asked again


def test_it_is_taken_back_by_who_asked_only_while_nobody_has_answered(
    make, city, cohort, wang, township, sign_in
):
    cadre = sign_in(wang)
    cadre.post(url(cohort), WANTED)
    back = f"/training/mine/reliefs/{make.all(Relief)[0].id}/withdraw"
    stranger = sign_in(make.person(city.lower, name="李二"))
    assert stranger.post(back).status_code == 404
    assert cadre.post(back).status_code == 303
    assert make.all(ReliefStep)[0].state is ReliefState.TAKEN_BACK
    cadre.post(url(cohort), WANTED)
    sign_in(township).post(
        "/training/reliefs", {"act": "forward", "reliefs": [make.all(Relief)[1].id]}
    )
    again = f"/training/mine/reliefs/{make.all(Relief)[1].id}/withdraw"
    assert cadre.post(again).status_code == 409


def test_without_an_officer_of_the_township_it_lies_with_the_county_at_once(
    make, city, cohort, wang, sign_in
):
    sign_in(wang).post(url(cohort), WANTED)
    above = sign_in(city.officer)
    assert "1 份免训、缓训申请待批" in above.get("/desk").text
    assert decided(above, "approve", make).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"reason": "old and weak"}, 422),
        ({"reason": "other"}, 422),
        ({"from_on": "2026-11-02", "last_on": "2026-11-03"}, 422),
        ({"last_on": "2026-11-20"}, 422),
    ],
)
def test_what_cannot_be_asked_says_so(make, cohort, wang, sign_in, wrong, status):
    assert sign_in(wang).post(url(cohort), WANTED | wrong).status_code == status
    assert make.all(Relief) == []


def test_a_list_on_which_one_does_not_stand_is_not_there(make, city, cohort, sign_in):
    stranger = sign_in(make.person(city.lower, name="李二"))
    assert stranger.get(url(cohort)).status_code == 404
    assert stranger.post(url(cohort), WANTED).status_code == 404
