"""Exceptions for a person and for a unit, before it begins and while it runs."""

from datetime import timedelta

import pytest

from lms.access.permissions import Permission
from lms.audit.models import AuditEntry
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.exams import allowing
from lms.exams.models import Allowance, Assessment, Attempt, Candidate
from lms.gate import scope_for
from lms.web.transaction import finish

TEN = timedelta(minutes=10)


@pytest.fixture
def act(app, clock):
    """act(officer, assessment, way) does something as this officer, and keeps it."""

    def do(officer, assessment, way):
        with app.app_context():
            db.session.info["scope"] = scope_for(officer.id, [Permission.RUN_EXAMS], clock())
            way(find(Assessment, assessment.id))
            finish()

    return do


@pytest.fixture
def allow(act, hall, clock):
    """allow(assessment, person_id=…, more_minutes=…) by the officer who set it."""

    def do(assessment, officer=None, **given):
        said = {"reason": "停电", "now": clock(), "by": hall.officer.id} | given
        act(officer or hall.officer, assessment, lambda found: allowing.allow(found, **said))

    return do


def ends(make):
    return {one.person_id: one.ends_at for one in make.all(Attempt)}


def test_one_gets_ten_minutes_more_while_it_runs(hall, sit, allow, make):
    one, other = hall.cadre(), hall.cadre("王二")
    assessment = hall.assessment(one, other)
    page, _ = sit(one, assessment), sit(other, assessment)
    before = ends(make)
    allow(assessment, person_id=one.id, more_minutes=10)
    assert ends(make) == before | {one.id: before[one.id] + TEN}
    assert page.say(1, "B")["ends"] == int((before[one.id] + TEN).timestamp() * 1000)
    (entry,) = [row for row in make.all(AuditEntry) if row.act == "allow"]
    assert (entry.facts["person"], entry.facts["reason"]) == (one.id, "停电")


def test_a_township_gets_more_and_another_does_not(hall, sit, allow, make):
    """What a person has already stays beside it; who has handed in keeps the end."""
    far = make.unit("下李村", under=hall.county)
    here, hurt, there, done = (
        hall.cadre(),
        hall.cadre("王二"),
        hall.cadre("李一", far),
        hall.cadre("王三"),
    )
    assessment = hall.assessment(here, hurt, there, done)
    for one in (here, hurt, there):
        sit(one, assessment)
    sit(done, assessment).submit()
    before = ends(make)
    allow(assessment, person_id=hurt.id, more_minutes=30)
    allow(assessment, org_id=hall.village.id, more_minutes=10)
    assert ends(make) == before | {
        here.id: before[here.id] + TEN,
        hurt.id: before[hurt.id] + 4 * TEN,
    }


def test_who_ends_with_the_window_gets_the_minutes_too(hall, sit, allow, make, clock):
    cadre = hall.cadre()
    assessment = hall.assessment(cadre, closes_at=clock() + timedelta(minutes=70))
    clock.time += timedelta(minutes=40)
    sit(cadre, assessment)
    allow(assessment, org_id=hall.county.id, more_minutes=10)
    assert ends(make) == {cadre.id: assessment.closes_at + TEN}


def test_what_is_taken_back_ends_no_clock_in_the_past(hall, sit, allow, act, make, clock):
    cadre = hall.cadre()
    assessment = hall.assessment(cadre)
    sit(cadre, assessment)
    allow(assessment, person_id=cadre.id, more_minutes=30)
    (made,) = make.all(Allowance)
    clock.time += timedelta(minutes=75)
    act(hall.officer, assessment, lambda found: allowing.take_back(found, made.id, clock()))
    assert ends(make) == {cadre.id: clock()}
    with pytest.raises(Conflict):
        act(hall.officer, assessment, lambda found: allowing.take_back(found, made.id, clock()))


def test_what_cannot_be_is_refused(hall, allow, make):
    assessment, stranger = hall.assessment(), hall.cadre()
    elsewhere = make.unit("乙县")
    for why, given in [
        (NotFound, {"person_id": stranger.id, "more_minutes": 5}),
        (NotFound, {"org_id": elsewhere.id, "more_minutes": 5}),
        (Invalid, {"more_minutes": 5}),
        (Invalid, {"org_id": hall.county.id}),
        (Invalid, {"org_id": hall.county.id, "more_minutes": 5, "reason": " "}),
    ]:
        with pytest.raises(why):
            allow(assessment, **given)
    assert make.all(Allowance) == []


def test_nobody_makes_an_exception_for_oneself(hall, allow, make):
    assessment = hall.assessment(hall.officer)
    with pytest.raises(NotAllowed, match="本人"):
        allow(assessment, person_id=hall.officer.id, more_attempts=1)
    assert make.all(Allowance) == []


def test_the_officer_of_a_part_does_not_change_the_whole(hall, allow, make):
    """Another county sees nothing of it; who sits below the assessment changes nothing."""
    assessment = hall.assessment()
    below = make.officer(make.unit("下李乡", under=hall.county))
    with pytest.raises(NotAllowed):
        allow(assessment, officer=below, org_id=hall.county.id, more_minutes=5)
    with pytest.raises(NotFound):
        allow(assessment, officer=make.officer(make.unit("乙县")), org_id=1, more_minutes=5)


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def test_a_candidate_is_found_by_name_and_no_name_stands_in_an_address(hall, sign_in, make):
    cadre = hall.cadre("王守义")
    assessment = hall.assessment(cadre, hall.cadre("李四海"))
    web, url = sign_in(hall.officer), f"/exams/assessments/{assessment.id}/exceptions"
    found = web.post(f"{url}/search", {"q": "守义"}).text
    candidate = next(one for one in make.all(Candidate) if one.person_id == cadre.id)
    assert f"{url}?candidate={candidate.id}" in found and "李四海" not in found
    assert "名单上没有这个人" in web.post(f"{url}/search", {"q": "赵"}).text
    assert "给王守义（上王村）的例外" in web.get(f"{url}?candidate={candidate.id}").text


def test_by_the_page_one_is_given_more_and_it_is_taken_back(hall, sign_in, make):
    cadre = hall.cadre()
    assessment = hall.assessment(cadre)
    web, url = sign_in(hall.officer), f"/exams/assessments/{assessment.id}/exceptions"
    (candidate,) = make.all(Candidate)
    whom = f"{url}?candidate={candidate.id}"
    for sent, why in [
        ({"reason": "手伤"}, "请至少填一项"),
        ({"more_minutes": "20"}, "原因"),
        ({"more_minutes": "-3", "reason": "手伤"}, "延长几分钟"),
        ({"closes_at": "2026-11-20T09:00", "reason": "手伤"}, "已经过去"),
    ]:
        page = web.post(whom, sent)
        assert page.status_code == 422 and why in page.text, why
    sent = {"more_minutes": "20", "closes_at": "2026-11-30T18:00", "reason": "手伤"}
    assert web.post(whom, sent).status_code == 303
    (made,) = make.all(Allowance)
    assert (made.person_id, made.org_id, made.more_minutes) == (cadre.id, None, 20)
    page = web.get(url).text
    assert "延长 20 分钟，2026年11月30日 18:00 截止" in page and "手伤" in page and "李四" in page
    assert web.post(f"{url}/{made.id}/end", {}).status_code == 303
    assert "已撤销" in web.get(url).text
    assert {"allow", "take back allowance"} <= {row.act for row in make.all(AuditEntry)}


def test_by_the_page_a_unit_is_given_more(hall, sign_in, make):
    assessment = hall.assessment(hall.cadre())
    web, url = sign_in(hall.officer), f"/exams/assessments/{assessment.id}/exceptions"
    assert "上王村" in web.get(url).text
    whom = f"{url}?unit={hall.village.id}"
    assert "给上王村全体的例外" in web.get(whom).text
    assert web.post(whom, {"more_attempts": "1", "reason": "停电"}).status_code == 303
    assert [(row.org_id, row.more_attempts) for row in make.all(Allowance)] == [
        (hall.village.id, 1)
    ]
    assert "多考 1 次" in web.get(url).text
