"""All numbers of a list, on a real database, against a recount by hand."""

from datetime import date, datetime
from random import Random

import pytest

from lms.callups.models import CallUp, Quota
from lms.classes.models import AttendanceMark, ClassOutcome
from lms.classes.rules import Came, Evidence, Mark
from lms.clock import CITY_TIME
from lms.exams.models import Result
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.reports.models import MeasureVersion
from lms.training.models import Enrolment, Relief, ReliefStep
from lms.training.rules import Coming, Leaving, ReliefKind, ReliefReason, ReliefState
from tests.classes import builders as held
from tests.reports.test_completion import rows
from tests.training import builders

FIXED = datetime(2026, 11, 3, 9, tzinfo=CITY_TIME)


def relieve(city, person, kind=ReliefKind.EXEMPT, approved=True):
    enrolment = next(one for one in city.make.all(Enrolment) if one.person_id == person.id)
    asked = city.make.keep(
        Relief(
            enrolment_id=enrolment.id,
            cohort_id=city.cohort.id,
            person_id=person.id,
            org_id=enrolment.org_id,
            kind=kind,
            reason=ReliefReason.ILL,
            from_on=date(2026, 11, 1),
            to_on=date(2027, 1, 1),
            recorded_at=city.make.clock(),
        )
    )
    state = ReliefState.APPROVED if approved else ReliefState.REFUSED
    city.make.keep(
        ReliefStep(
            relief_id=asked.id,
            state=state,
            on=date(2026, 11, 2),
            originals_seen=True,
            recorded_at=city.make.clock(),
        )
    )


def marked(city, person, passed, number, share):
    """A verdict of an attempt of this number, with a result of so much of a hundred."""
    made = builders.verdict(city.make, person, city.assessment, passed=passed, number=number)
    city.make.keep(
        Result(
            attempt_id=made.attempt_id,
            person_id=person.id,
            org_id=person.org_id,
            assessment_id=city.assessment.id,
            earned=share,
            points=100,
            passed=passed,
            level="",
            abilities={},
            published_at=city.make.clock(),
        )
    )


def column(page, head: str) -> str:
    """What stands under a head in the sum of a table."""
    import re

    heads = re.findall(r'<th class="n[^>]*title[^>]*><a[^>]*>(.*?)</a></th>', page.text)
    return rows(page)["合计"][heads.index(head)]


EVERY = "?every=1"


def test_a_random_roster_counts_as_a_naive_recount_does(city, sign_in):
    dice, people = Random(11), []
    units = [*city.villages, city.far, city.office]
    for number in range(28):
        facts = {
            "exempt": dice.random() < 0.2,
            "deferred": dice.random() < 0.3,
            "read": dice.random() < 0.6,
            "number": dice.choice([None, 1, 1, 2]),
            "share": dice.choice([55, 60, 89, 90, 100]),
        }
        facts["passed"] = facts["share"] >= 60 and facts["number"] is not None
        person = city.cadre(dice.choice(units), name=f"人{number}", read=facts["read"])
        if facts["exempt"]:
            relieve(city, person)
        elif facts["deferred"]:
            relieve(city, person, ReliefKind.DEFERRED)
        if facts["number"]:
            marked(city, person, facts["passed"], facts["number"], facts["share"])
        people.append(facts)
    due = [one for one in people if not one["exempt"]]
    passed = [one for one in due if one["passed"]]
    naive = {
        "在册": len(people),
        "免训": len(people) - len(due),
        "应训": len(due),
        "缓训": sum(one["deferred"] and not one["read"] for one in due),
        "参训": sum(one["read"] for one in due),
        "完成": sum(one["read"] for one in passed),
        "应考": len(due),
        "参考": sum(one["number"] is not None for one in due),
        "合格": len(passed),
        "首考合格": sum(one["number"] == 1 for one in passed),
        "补考合格": sum(one["number"] == 2 for one in passed),
        "优秀": sum(one["share"] >= 90 for one in passed),
        "学时达标": sum(one["read"] for one in due),
    }
    page = sign_in(city.officer).get(city.address + EVERY)
    assert {head: int(column(page, head)) for head in naive} == naive
    came = sum(one["exempt"] and one["read"] for one in people)
    assert f"另有免训 {naive['免训']} 人，其中参训 {came} 人" in page.text
    exempted = sign_in(city.officer).get(f"{city.address}/names?measure=exempted")
    assert exempted.text.count('<th scope="row">') == naive["免训"]


def test_who_is_in_a_class_attends_at_a_confirmed_lesson_and_others_on_line(city, sign_in):
    """Of five in a class three came, to make up one, by quota one; the sixth is on line alone."""
    make = city.make
    people = [city.cadre(city.far, name=f"学员{n}", read=True) for n in range(6)]
    found = held.training_class(make, city.city, cohort_id=city.cohort.id)
    lessons = held.lessons(make, found, n=2)
    ways = [Came.LISTED, Came.MAKING_UP, Came.CALLED_UP, Came.SPLIT, Came.LISTED]
    members = [held.member(make, found, one, way) for one, way in zip(people, ways, strict=False)]
    present, absent = Mark.PRESENT, Mark.ABSENT
    marks = [present, Mark.LATE, present, absent, Mark.LEAVE]
    held.confirmed(make, lessons[0], dict(zip(members, marks, strict=True)))
    for one in members:  # the list of the second lesson is open: nobody has come yet
        make.keep(mark_of(make, lessons[1], one))
    for one, through in zip(members[:3], (True, True, False), strict=True):
        make.keep(
            ClassOutcome(
                member_id=one.id,
                completed=through,
                hours=4,
                missing=[],
                decided_at=make.clock(),
                decided_by=1,
            )
        )
    call = make.keep(
        CallUp(
            org_id=city.city.id,
            class_id=found.id,
            title="调训",
            due_at=make.clock(),
            made_at=make.clock(),
            sent_at=make.clock(),
        )
    )
    make.keep(Quota(call_up_id=call.id, org_id=city.other.id, places=4))
    page = sign_in(city.officer).get(city.address + EVERY)
    names = ("调训", "参训", "补训", "结业", "培训人次")
    assert [column(page, one) for one in names] == ["5", "4", "1", "2", "3"]
    assert column(page, "调训率").startswith("25.00%")
    assert column(page, "结业率").startswith("50.00%")
    assert column(page, "出勤率") == "60.00% 12/20"
    posts = sign_in(city.officer).get(f"{city.address}?by=post&every=1").text
    assert "结业率" in posts
    assert "调训率" not in posts


def mark_of(make, lesson, member) -> AttendanceMark:
    return AttendanceMark(
        session_id=lesson.id,
        member_id=member.id,
        mark=Mark.PRESENT,
        evidence=Evidence.CODE,
        marked_at=make.clock(),
    )


def test_hours_stand_apart_by_kind(city, sign_in):
    _, two = city.cadre(city.far, read=True), city.cadre(city.far, name="二")
    city.make.keep(
        HourEntry(
            person_id=two.id,
            org_id=two.org_id,
            cohort_id=city.cohort.id,
            kind=HourKind.ORGANISED,
            hundredths=800,
            planned=800,
            earned_on=builders.OPENS,
            rule="test",
            recorded_at=city.make.clock(),
        )
    )
    page = sign_in(city.officer).get(city.address + EVERY)
    shown = [column(page, f"人均学时{kind}") for kind in ("", "（集中培训）", "（网络自学）")]
    assert shown == ["4.50", "4.00", "0.50"]


def test_the_opening_list_is_read_apart_from_those_in_post_now(city, sign_in):
    stayed, left, new = (city.cadre(city.far, name=name) for name in ("留下", "离任", "新任"))
    for one in city.make.all(Enrolment):
        one.came_by = Coming.NEW_POST if one.person_id == new.id else Coming.INITIAL
        if one.person_id == left.id:
            one.to_on, one.left_by = date(2026, 11, 10), Leaving.LEFT_POST
    city.cohort = city.make.session.merge(city.cohort)
    city.cohort.fixed_at = FIXED
    city.make.session.flush()
    browser = sign_in(city.officer)
    now, opening = browser.get(city.address), browser.get(f"{city.address}?opening=1")
    assert "（现任名单）" in now.text
    assert "（期初名单）" in opening.text
    names = [
        browser.get(f"{city.address}/names?measure=required{more}").text
        for more in ("", "&opening=1")
    ]
    assert [("离任" in text, "新任" in text) for text in names] == [(False, True), (True, False)]
    assert column(browser.get(city.address + EVERY), "已退出") == "1"


def test_a_list_that_is_not_fixed_has_no_opening_reading(some, sign_in):
    answer = sign_in(some.officer).get(f"{some.address}?opening=1")
    assert answer.status_code == 409
    assert "期初名单还没有固定" in answer.text


def test_what_was_entered_after_the_day_is_counted_below_the_table(some, make, sign_in):
    browser = sign_in(some.officer)
    before = browser.get(f"{some.address}?as_of=2026-11-05").text
    assert "补录 10 条" in before  # six enrolments, four entries of hours, on 23 November
    assert "补录" not in browser.get(some.address).text


@pytest.fixture
def own(some, make, sign_in):
    """What the city's officer would send to define the pass rate anew."""
    return {
        "unit": some.city.id,
        "code": "pass_rate",
        "numerator": "passed",
        "denominator": "sat",
        "words": "合格率＝合格÷参考（市委文件）。",
        "from_on": make.clock().date().isoformat(),
    }


def test_a_units_own_definition_is_a_new_version_from_its_day(some, own, make, sign_in):
    browser = sign_in(some.officer)
    assert column(browser.get(some.address), "合格率（占应考）").startswith("33.33%")
    assert browser.post("/reports/measures/new", data=own).status_code == 303
    page = browser.get(some.address)
    assert column(page, "合格率（占应考）").startswith("66.67%")
    assert "市委文件" in page.text
    earlier = browser.get(f"{some.address}?as_of=2026-11-22")
    assert "市委文件" not in earlier.text
    (made,) = make.all(MeasureVersion)
    assert made.version == 2
    assert "市委文件" in browser.get("/reports/measures").text


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"denominator": "first_passed"}, "比率会超过 100%"),
        ({"numerator": "hundredths"}, "不适合这个指标"),
        ({"from_on": "2026-11-01"}, "不能早于今天"),
        ({"words": ""}, "请填写"),
    ],
)
def test_a_definition_that_could_pass_the_whole_is_refused(some, own, make, sign_in, wrong, why):
    answer = sign_in(some.officer).post("/reports/measures/new", data=own | wrong)
    assert answer.status_code == 422
    assert why in answer.text
    assert make.all(MeasureVersion) == []
