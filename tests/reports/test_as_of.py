"""As of a day, by the words of the definitions: what a year of a county showed to be otherwise."""

import re
from datetime import date, datetime, timedelta

import pytest

from lms.access.scope import seeing_everything
from lms.classes.rules import Left, Mark
from lms.clock import CITY_TIME, day_of
from lms.db import db
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Attempt, Pulse
from lms.exams.publishing import void
from lms.exams.rules import Counting
from lms.exams.terms import DeferReason
from lms.orgs import grouping
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.orgs.services import rehang, rename
from lms.orgs.systems import System
from lms.people.rules import Post
from lms.reports import counting, progress
from lms.reports.counting import Roster
from lms.reports.measures import Count
from lms.training.models import Cohort, Enrolment, EnrolmentPost
from lms.training.rules import Coming, Leaving
from lms.web.transaction import finish
from tests.classes import builders as held
from tests.reports.test_completion import rows
from tests.reports.test_counts import EVERY, column, relieve
from tests.training import builders

BEFORE = datetime(2026, 11, 18, 10, tzinfo=CITY_TIME)


@pytest.fixture
def numbers(city, sign_in):
    """numbers("参训", as_of=…) → what stands under these heads in the sum of the table."""

    def look(*heads, address="", **asked):
        more = "".join(f"&{name}={value}" for name, value in asked.items())
        page = sign_in(city.officer).get(f"{city.address}{EVERY}{more}")
        return [column(page, head) for head in heads]

    return look


def test_an_exempted_person_has_come_by_the_same_rule_as_everybody_else(city, sign_in, make):
    """Hours that were taken back are none, and a confirmed lesson is one."""
    city.cadre(city.far)
    back, came = city.cadre(city.far, name="冲销"), city.cadre(city.far, name="到课")
    entry = builders.hours(make, back, "1", lesson=city.course.lessons[0])
    builders.hours(make, back, "-1", lesson=city.course.lessons[0], reverses=entry)
    for one in (back, came):
        relieve(city, one)
    found = held.training_class(make, city.city, cohort_id=city.cohort.id)
    (lesson,) = held.lessons(make, found, n=1)
    held.confirmed(make, lesson, {held.member(make, found, came): Mark.PRESENT})
    page = sign_in(city.officer).get(city.address)
    assert "另有免训 2 人，其中参训 1 人" in page.text
    names = sign_in(city.officer).get(f"{city.address}/names?measure=exempt_came").text
    assert "到课" in names and "冲销" not in names


def test_who_completed_before_is_covered_also_when_exempted_or_off_that_list(
    city, sign_in, make, numbers
):
    """轮训覆盖率 stands over 在册: of four one completed here, one in a list of before."""
    earlier = builders.cohort(make, city.city, courses=[city.course], hours="1", title="上一期")
    earlier.programme_id = city.cohort.programme_id
    done, before, exempt, _none = (city.cadre(city.far, name=f"人{n}") for n in range(4))
    for one in (done, exempt):
        builders.hours(make, one, "1", cohort=city.cohort)
        builders.verdict(make, one, city.assessment)
    builders.enrolment(make, earlier, before, to_on=date(2026, 11, 10))
    builders.hours(make, before, "1", cohort=earlier)
    relieve(city, exempt)
    assert numbers("轮训覆盖率") == ["75.00% 3/4"]
    names = sign_in(city.officer).get(f"{city.address}/names?measure=covered").text
    assert all(f"人{n}" in names for n in range(3)) and "人3" not in names


def test_who_was_taken_off_a_class_later_was_in_it_before(city, make, numbers):
    """Lessons on line are no 参训 of who is in a class; off its list they are, from that day on."""
    person = city.cadre(city.far, read=True)
    found = held.training_class(make, city.city, cohort_id=city.cohort.id)
    off = {"left_as": Left.OFF_THE_LIST, "to_at": make.clock() - timedelta(days=1)}
    held.member(make, found, person, **off)
    assert numbers("调训", "参训", as_of="2026-11-20") == ["1", "0"]
    assert numbers("调训", "参训") == ["0", "1"]


def test_an_attempt_that_somebody_else_sat_is_not_the_first_of_ones_own(city, make, numbers):
    person = city.cadre(city.far)
    foreign = builders.verdict(make, person, city.assessment, passed=False)
    foreign.counts = False
    make.session.get(Attempt, foreign.attempt_id).voided_at = make.clock()
    builders.verdict(make, person, city.assessment, number=2)
    assert numbers("合格", "首考合格", "补考合格") == ["1", "1", "0"]


def sat(make, person, assessment, number, passed, ago):
    """An attempt so many days ago, with its result."""
    at = make.clock() - timedelta(days=ago)
    return builders.published(make, person, assessment, passed=passed, number=number, at=at)


def test_where_the_last_attempt_counts_an_earlier_day_reads_the_last_by_then(city, make, numbers):
    """A second attempt in the same month leaves the numbers of the week before as they were."""
    city.assessment.which_counts = Counting.LAST
    person = city.cadre(city.far)
    first = sat(make, person, city.assessment, 1, passed=False, ago=10)
    first.counts = False
    sat(make, person, city.assessment, 2, passed=True, ago=2)
    assert numbers("参考", "合格", as_of="2026-11-15") == ["1", "0"]
    assert numbers("参考", "合格", "补考合格") == ["1", "1", "1"]
    assert numbers("参考", as_of="2026-11-12") == ["0"]


def test_a_point_of_the_curve_reads_what_counted_on_that_day(app, city, make):
    """Passed and completed in that week, beaten by a failure since: the curve fell, as it did."""
    city.assessment.which_counts = Counting.LAST
    person = city.cadre(city.far)
    builders.hours(make, person, "1", cohort=city.cohort, on=date(2026, 11, 3))
    sat(make, person, city.assessment, 1, passed=True, ago=10).counts = False
    sat(make, person, city.assessment, 2, passed=False, ago=2)
    make.session.commit()
    with app.test_request_context(), seeing_everything():
        cohort = db.session.get_one(Cohort, city.cohort.id)
        days = [date(2026, 11, 5), date(2026, 11, 15), day_of(make.clock())]
        found = progress.standing(Roster(cohort.id, days[-1]), days)
        curve = [int(found[f"completed{place}"].sum()) for place in range(len(days))]
        tables = [counting.by_unit(Roster(cohort.id, day), {Count.COMPLETED}) for day in days]
    assert curve == [0, 1, 0] == [int(one["completed"].sum()) for one in tables]


def test_when_the_attempt_that_counts_is_void_another_of_ones_own_counts(app, city, make, numbers):
    city.assessment.which_counts = Counting.LAST
    person = city.cadre(city.far)
    sat(make, person, city.assessment, 1, passed=True, ago=10).counts = False
    builders.candidate(make, person, city.assessment)
    foreign = sat(make, person, city.assessment, 2, passed=False, ago=2)
    make.session.commit()
    with app.app_context(), seeing_everything():
        void(db.session.get_one(Attempt, foreign.attempt_id), make.clock(), "他人代考")
        finish()
    assert numbers("参考", "合格", "首考合格") == ["1", "1", "1"]


def test_the_opening_list_tells_the_posts_of_its_day(city, make, sign_in):
    """A post that came later stands in the list of today, and not in that of the opening."""
    person = city.cadre(city.far, Post.VPS)
    (one,) = make.all(Enrolment)
    one.came_by = Coming.INITIAL
    make.session.merge(city.cohort).fixed_at = datetime(2026, 11, 2, 9, tzinfo=CITY_TIME)
    make.keep(
        EnrolmentPost(
            enrolment_id=one.id, org_id=person.org_id, post=Post.VCD, from_on=date(2026, 11, 10)
        )
    )
    browser = sign_in(city.officer)
    now, opening = (
        rows(browser.get(f"{city.address}?by=post{more}")) for more in ("", "&opening=1")
    )
    assert "村委会主任" in now and "村委会主任" not in opening


def test_everything_that_was_entered_later_is_counted_below_the_table(city, sign_in, make):
    """Who left, an exemption, hours, a result, a list of attendance: each is one more."""
    person, _other = city.cadre(city.far), city.cadre(city.far, name="另一人")
    address = f"{city.address}?as_of=2026-11-20"

    def late() -> int:
        found = re.search(r"补录 (\d+) 条", sign_in(city.officer).get(address).text)
        return int(found.group(1))

    def leaves():
        (one, *_rest) = make.all(Enrolment)
        one.to_on, one.left_by, one.ended_at = date(2026, 11, 15), Leaving.OTHER, make.clock()

    def attends():
        found = held.training_class(make, city.city, cohort_id=city.cohort.id)
        (lesson,) = held.lessons(make, found, n=1)
        lesson.starts_at, lesson.ends_at = (make.clock() - timedelta(days=n) for n in (6, 5))
        held.confirmed(make, lesson, {held.member(make, found, person): Mark.PRESENT})

    assert late() == 2
    for more, act in [
        (1, lambda: relieve(city, person)),
        (1, lambda: builders.hours(make, person, "1", lesson=city.course.lessons[0])),
        (1, lambda: setattr(builders.verdict(make, person, city.assessment), "sat_at", BEFORE)),
        (1, attends),
        (1, leaves),
    ]:
        before = late()
        act()
        assert late() == before + more


def test_of_who_has_not_passed_five_things_are_told_apart(city, make, sign_in):
    """Not begun, absent, deferred, unsent, failed; and what is handed in and not published."""
    now, exam = make.clock(), city.assessment
    exam.opens_at, exam.closes_at = now - timedelta(days=9), now - timedelta(days=2)
    people = {name: city.cadre(city.far, name=name, read=True) for name in "开缺缓传败等"}
    later = {"closes_at": now + timedelta(days=3), "reason": "停电", "made_at": now, "made_by": 1}
    for name in "开缺缓":
        builders.candidate(make, people[name], exam)
    _own, resit = [
        make.keep(Allowance(assessment_id=exam.id, person_id=people[name].id, **later))
        for name in "开缓"
    ]
    who = {"person_id": people["缓"].id, "org_id": city.far.id, "assessment_id": exam.id}
    said = {"reason": DeferReason.ILL, "from_on": now.date(), "asked_at": now, "decided_at": now}
    make.keep(Deferral(**who, **said, approved=True, allowance_id=resit.id))
    unsent = builders.verdict(make, people["传"], exam, passed=False)
    waiting = builders.verdict(make, people["等"], exam, passed=False)
    builders.verdict(make, people["败"], exam, passed=False)
    make.keep(
        Pulse(
            attempt_id=unsent.attempt_id,
            contact_at=now,
            in_time_at=now,
            answered=1,
            unsent=2,
            leaves=0,
        )
    )
    make.session.delete(waiting)
    names = rows(sign_in(city.officer).get(f"{city.address}/names?measure=open"))
    assert {name: names[name][-1] for name in people} == {
        "开": "未参考",
        "缺": "缺考",
        "缓": "缓考",
        "传": "答案待上传",
        "败": "未合格",
        "等": "已考，成绩待公布",
    }


def test_a_village_that_was_hung_elsewhere_is_counted_where_it_hung_and_said_to_be_missing(
    app, city, make, sign_in
):
    """The city's table of before is as it was; the old county's own says what it does not hold."""
    city.cadre(city.villages[0], Post.VPS, name="上村书记")
    city.cadre(city.villages[2], Post.VPS, name="里村书记")
    browser, day = sign_in(city.officer), "?as_of=2026-11-15"
    before = rows(browser.get(f"{city.address}{day}"))
    with app.app_context(), seeing_everything():
        units = (db.session.get_one(OrgUnit, one.id) for one in (city.villages[0], city.far))
        village, far = units
        rehang(village, db.session.get_one(OrgUnit, far.parent_id), date(2026, 11, 20))
        db.session.commit()
    assert rows(browser.get(f"{city.address}{day}")) == before
    assert before["甲县"][0] == "2"
    own = sign_in(city.county_officer)
    page = own.get(f"{city.address}{day}")
    assert "不含已划出的单位：上村。" in page.text
    assert rows(page)["合计"][0] == "1"
    assert "不含已划出的单位" not in own.get(city.address).text


def test_a_table_by_system_and_by_kind_reads_the_unit_as_it_was_on_its_day(app, city, sign_in):
    """An office that was given another system, a village that became a community."""
    city.cadre(city.office, Post.STAFF, name="壬癸")
    city.cadre(city.villages[0], Post.VPS, name="上村书记")
    browser, day = sign_in(city.officer), "&as_of=2026-11-15"
    looked = [f"{city.address}?by={by}{day}" for by in ("system", "kind")]
    before = [rows(browser.get(one)) for one in looked]
    assert before[0]["党群系统"][0] == before[1]["村"][0] == "1"
    with app.app_context(), seeing_everything():
        office = db.session.get_one(OrgUnit, city.office.id)
        grouping.put(office, System.LAW, date(2026, 11, 20), city.make.clock())
        village = db.session.get_one(OrgUnit, city.villages[0].id)
        rename(village, "上村", date(2026, 11, 19), listed="上村村委会")
        rename(village, "上村社区", date(2026, 11, 20), listed="上村社区居委会")
        village.kind = UnitKind.COMMUNITY
        finish()
    assert [rows(browser.get(one)) for one in looked] == before
    later = [rows(browser.get(f"{city.address}?by={by}")) for by in ("system", "kind")]
    assert later[0]["政法系统"][0] == "1" and "党群系统" not in later[0]
    assert later[1]["社区"][0] == "1" and "村" not in later[1]
    names = browser.get(f"{city.address}/names?measure=required&by=system&line=law").text
    assert "壬癸" in names and "上村书记" not in names
    held = rows(browser.get(f"{city.address}?by=kind&as_of=2026-11-19"))
    assert held["村"][0] == "1" and "社区" not in held


def test_names_stand_with_the_units_of_the_day(app, city, sign_in):
    """Hung elsewhere and called otherwise since: the list of before tells them as they were."""
    city.cadre(city.villages[0], Post.VPS, name="上村书记")
    with app.app_context(), seeing_everything():
        village = db.session.get_one(OrgUnit, city.villages[0].id)
        rehang(village, db.session.get_one(OrgUnit, city.second.id), date(2026, 11, 20))
        rename(village, "新上村", date(2026, 11, 20))
        finish()
    address, browser = f"{city.address}/names?measure=required", sign_in(city.officer)
    told = {day: browser.get(f"{address}&as_of=2026-11-{day}").text for day in (15, 23)}
    assert "东镇" in told[15] and "新上村" not in told[15] and "西镇" not in told[15]
    assert "新上村" in told[23] and "西镇" in told[23] and "东镇" not in told[23]
