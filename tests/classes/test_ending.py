"""A class ends once, by its rule; its hours are in the ledger once, and mended by reversing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.classes.models import ClassAssessment, ClassOutcome, TrainingClass
from lms.classes.rules import Mark, Purpose
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.people.models import Person
from tests.classes.builders import confirmed, lessons, manager, member, training_class
from tests.training.builders import assessment, cohort, verdict

PRESENT, LATE, LEAVE, ABSENT = Mark.PRESENT, Mark.LATE, Mark.LEAVE, Mark.ABSENT


@pytest.fixture
def county(make):
    return make.unit("垣曲县")


@pytest.fixture
def found(make, county):
    inside = cohort(make, county)
    return training_class(make, county, inside=inside.programme, cohort_id=inside.id, most_absent=0)


@pytest.fixture
def officer(make, sign_in, county, clock):
    clock.time += timedelta(days=3)
    return sign_in(make.officer(county))


def people(make, found, *names):
    unit = make.unit("历山镇", under=make.all(type(found))[0].org)
    return [member(make, found, make.person(unit, name=name)) for name in names]


def test_the_end_decides_completion_and_credits_the_hours_once(make, officer, found):
    some = people(make, found, "王一", "李二")
    for lesson, mark in zip(lessons(make, found), (PRESENT, LATE, ABSENT), strict=True):
        confirmed(make, lesson, {some[0]: PRESENT, some[1]: mark})
    url = f"/classes/{found.id}/end"
    assert "这是预览" in officer.get(url).text and make.all(ClassOutcome) == []
    assert officer.post(url, {}).status_code == 303
    one, other = make.all(ClassOutcome)
    assert (one.completed, one.hours, one.missing) == (True, Decimal(12), [])
    assert (other.completed, set(other.missing)) == (False, {"hours", "absent"})
    entries = make.all(HourEntry)
    assert [entry.hours for entry in entries] == [12, 8]
    assert {
        (entry.kind, entry.cohort_id, entry.class_id, entry.earned_on) for entry in entries
    } == {(HourKind.ORGANISED, found.cohort_id, found.id, date(2026, 11, 25))}
    assert officer.post(url, {}).status_code == 422
    assert len(make.all(HourEntry)) == 2


def test_a_class_does_not_end_before_its_lists_are_confirmed_and_its_days_over(
    make, officer, found, clock
):
    first, *_ = lessons(make, found)
    (one,) = people(make, found, "王一")
    confirmed(make, first, {one: PRESENT})
    page = officer.post(f"/classes/{found.id}/end", {})
    assert (page.status_code, "还有 2 节课的考勤没有确认" in page.text) == (422, True)
    clock.time -= timedelta(days=2)
    assert "结束，到时再结班" in officer.get(f"/classes/{found.id}/end").text
    assert make.all(HourEntry) == [] and make.all(ClassOutcome) == []


def test_a_correction_after_the_end_reverses_and_enters_anew(make, officer, found):
    (one,) = people(make, found, "王一")
    first, *others = lessons(make, found)
    confirmed(make, first, {one: ABSENT})
    for lesson in others:
        confirmed(make, lesson, {one: PRESENT})
    url = f"/classes/{found.id}/end"
    officer.post(url, {})
    sent = {f"mark-{one.id}": "present", "why": "当天到课，漏勾"}
    assert officer.post(f"/classes/sessions/{first.id}/list", sent).status_code == 303
    assert "名单有更正" in officer.get(url).text
    assert "请写明原因" in officer.post(url, {}).text
    assert officer.post(url, {"why": "更正考勤"}).status_code == 303
    assert [entry.hours for entry in make.all(HourEntry)] == [8, -8, 12]
    assert [row.completed for row in make.all(ClassOutcome)] == [False, True]


def test_leave_beyond_a_seventh_waits_for_the_organiser(make, officer, found):
    (one,) = people(make, found, "王一")
    for lesson, mark in zip(lessons(make, found), (PRESENT, PRESENT, LEAVE), strict=True):
        confirmed(make, lesson, {one: mark})
    url = f"/classes/{found.id}/end"
    assert "1 人请假超过七分之一" in officer.post(url, {}).text
    said = {"withdrawn": "0", "why": "防汛公务，主办单位同意"}
    officer.post(f"/classes/members/{one.id}/long-leave", said)
    assert officer.post(url, {}).status_code == 303
    (outcome,) = make.all(ClassOutcome)
    assert outcome.missing == ["hours"]  # the leave is forgiven, the hours are not there


def test_who_is_away_longer_than_was_decided_on_is_decided_on_anew(make, officer, found):
    (one,) = people(make, found, "王一")
    first, second, third = lessons(make, found)
    confirmed(make, first, {one: LEAVE})
    keeps, url = f"/classes/members/{one.id}/long-leave", f"/classes/{found.id}/end"
    officer.post(keeps, {"withdrawn": "0", "why": "防汛公务"})
    attendance = f"/classes/{found.id}/attendance"
    assert "已决定不予退学" in officer.get(attendance).text
    confirmed(make, second, {one: LEAVE})
    confirmed(make, third, {one: PRESENT})
    assert "应予退学" in officer.get(attendance).text
    assert "请按现在的比例重新决定" in officer.get(keeps).text
    assert "1 人请假超过七分之一" in officer.post(url, {}).text
    officer.post(keeps, {"withdrawn": "0", "why": "仍在防汛"})
    assert officer.post(url, {}).status_code == 303


def test_a_correction_after_the_end_that_makes_a_leave_too_long_holds_no_hours_up(
    make, officer, found
):
    some = people(make, found, "王一", "李二")
    first, *others = lessons(make, found)
    confirmed(make, first, dict.fromkeys(some, PRESENT))
    for lesson in others:
        confirmed(make, lesson, dict.fromkeys(some, PRESENT))
    url = f"/classes/{found.id}/end"
    officer.post(url, {})
    sent = {f"mark-{one.id}": "leave" for one in some} | {"why": "两人当天请假，误记到课"}
    officer.post(f"/classes/sessions/{first.id}/list", sent)
    out = f"/classes/members/{some[0].id}/long-leave"
    assert "已经结班，不能再办退学" in officer.post(out, {"withdrawn": "1", "why": "过多"}).text
    kept = f"/classes/members/{some[1].id}/long-leave"
    assert officer.post(kept, {"withdrawn": "0", "why": "防汛公务"}).status_code == 303
    assert officer.post(url, {"why": "更正考勤"}).status_code == 303
    missing = [set(row.missing) for row in make.all(ClassOutcome)]
    assert missing == [set(), set(), {"hours", "leave"}, {"hours"}]
    assert [entry.hours for entry in make.all(HourEntry)] == [12, 12, -12, -12, 8, 8]


def test_a_final_assessment_is_asked_where_the_class_says_so(make, officer, county, found):
    found.by_assessment, exam = True, assessment(make, county)
    make.keep(ClassAssessment(class_id=found.id, assessment_id=exam.id, purpose=Purpose.END))
    some = people(make, found, "王一", "李二")
    for lesson in lessons(make, found):
        confirmed(make, lesson, dict.fromkeys(some, PRESENT))
    verdict(make, make.session.get(Person, some[0].person_id), exam)
    officer.post(f"/classes/{found.id}/end", {})
    assert [row.missing for row in make.all(ClassOutcome)] == [[], ["assessment"]]


def test_another_county_does_not_end_the_class(make, sign_in, officer, found):
    lessons(make, found)
    stranger = sign_in(make.officer(make.unit("闻喜县")))
    assert stranger.post(f"/classes/{found.id}/end", {}).status_code == 404


def test_the_class_manager_sees_that_the_ledger_agrees(make, sign_in, officer, county, found):
    hers = manager(make, county)
    make.session.get(TrainingClass, found.id).person_id = hers.id
    (one,) = people(make, found, "王一")
    for lesson in lessons(make, found):
        confirmed(make, lesson, {one: PRESENT})
    officer.post(f"/classes/{found.id}/end", {})
    page = sign_in(hers).get(f"/classes/{found.id}/end").text
    assert "学时已记入台账" in page and "名单有更正" not in page
