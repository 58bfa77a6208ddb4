"""Exceptions for a person and for a unit, before it begins and while it runs."""

from datetime import timedelta

import pytest

from lms.access.permissions import Permission
from lms.audit.models import AuditEntry
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.exams import allowing
from lms.exams.models import Allowance, Assessment, Attempt
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


def test_the_officer_of_a_part_does_not_change_the_whole(hall, allow, make):
    """Another county sees nothing of it; who sits below the assessment changes nothing."""
    assessment = hall.assessment()
    below = make.officer(make.unit("下李乡", under=hall.county))
    with pytest.raises(NotAllowed):
        allow(assessment, officer=below, org_id=hall.county.id, more_minutes=5)
    with pytest.raises(NotFound):
        allow(assessment, officer=make.officer(make.unit("乙县")), org_id=1, more_minutes=5)
