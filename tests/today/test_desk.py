"""The desk: what waits for whom, and whose desk it is."""

from datetime import date, timedelta

import pytest

from lms.access.permissions import Role
from lms.classes.models import ClassLeave
from lms.exchange.services import READ
from lms.jobs.models import Job
from lms.jobs.rules import JobStatus
from lms.notices.models import Complaint, Correction
from lms.orgs.rules import UnitKind
from lms.people.models import Transfer
from lms.people.rules import Post, TransferState
from lms.rosters.models import RosterImport
from lms.rosters.rules import State
from lms.settings import HOME
from lms.today.desks import KINDS
from lms.training.models import Relief
from lms.training.rules import ReliefKind, ReliefReason
from tests.classes import builders as classes
from tests.training import builders as build


def test_an_officer_begins_at_the_desk(make, sign_in):
    browser = sign_in(make.officer(make.unit("甲县")))
    assert browser.get("/").location == "/desk"
    page = browser.get("/desk").text
    assert "甲县" in page
    assert "培训管理员（县）" in page
    assert "今天没有等您办理的事" in page


def test_an_officer_who_is_a_cadre_too_begins_at_the_desk_and_finds_the_own_tasks(make, sign_in):
    unit = make.unit("甲县")
    person = make.person(unit, Post.LEADER)
    make.role(person, Role.COUNTY_OFFICER, unit)
    browser = sign_in(person)
    assert browser.get("/").location == "/desk"
    assert 'href="/tasks"' in browser.get("/desk").text
    assert "现在没有任务" in browser.get("/tasks").text


def test_a_cadre_has_no_desk(make, sign_in):
    assert sign_in(make.person()).get("/desk").status_code == 403


@pytest.mark.parametrize("role", [Role.TRAINER, Role.AUDIT_ADMIN, Role.TOWNSHIP_OFFICER])
def test_what_failed_of_ones_own_stands_on_the_desk_whoever_asked_for_it(
    make, sign_in, clock, role
):
    person = make.officer(make.unit("甲县"), role)
    failed = {"status": JobStatus.FAILED, "asked_at": clock(), "ended_at": clock()}
    mine = make.keep(Job(kind=READ, args={}, person_id=person.id, line="读不了", **failed))
    make.keep(Job(kind=READ, args={}, person_id=make.person().id, line="别人的", **failed))
    browser = sign_in(person)
    assert "1 项后台任务未完成" in browser.get("/desk").text
    listed = browser.get("/jobs/").text
    assert f"/jobs/{mine.id}" in listed and "别人的" not in listed
    assert "读不了" in browser.get(f"/jobs/{mine.id}").text


def test_a_list_waits_for_the_head_until_confirmed(make, sign_in):
    county = make.unit("甲县")
    township = make.unit("历山镇", under=county, kind=UnitKind.TOWNSHIP)
    head = make.officer(township, Role.HEAD)
    cohort = build.cohort(make, county)
    build.enrolment(make, cohort, make.person(township, Post.TPS), Post.TPS)
    browser = sign_in(head)
    assert "1 份名单待您确认" in browser.get("/desk").text
    browser.post(f"/training/cohorts/{cohort.id}/units/{township.id}/confirm")
    assert "待您确认" not in browser.get("/desk").text


def test_a_transfer_waits_for_the_officer_above_both(make, sign_in, clock):
    city = make.unit("某市", kind=UnitKind.CITY)
    here, there = make.unit("甲县", under=city), make.unit("乙县", under=city)
    person = make.person(here)
    make.keep(
        Transfer(
            person_id=person.id,
            org_id=there.id,
            from_org_id=here.id,
            to_org_id=there.id,
            on=date(2026, 12, 1),
            keeps=False,
            why="",
            asked_by=person.id,
            asked_at=clock(),
            state=TransferState.ASKED,
        )
    )
    above = make.officer(city, Role.CITY_OFFICER)
    assert "1 项人员调动待确认" in sign_in(above).get("/desk").text
    assert "调动待确认" not in sign_in(make.officer(there)).get("/desk").text


def test_what_lies_in_one_county_is_its_own_and_the_city_is_told_so(make, sign_in, clock):
    city = make.unit("某市", kind=UnitKind.CITY)
    county = make.unit("甲县", under=city, kind=UnitKind.COUNTY)
    names = ("历山镇", "新城镇")
    here, there = (make.unit(name, under=county, kind=UnitKind.TOWNSHIP) for name in names)
    person = make.person(here, name="王二")
    asked = {"org_id": there.id, "from_org_id": here.id, "to_org_id": there.id, "why": ""}
    asked |= {"asked_by": person.id, "asked_at": clock(), "state": TransferState.ASKED}
    make.keep(Transfer(person_id=person.id, on=date(2026, 12, 1), keeps=False, **asked))
    cohort = build.cohort(make, city)
    listed = build.enrolment(make, cohort, person)
    relief = {"enrolment_id": listed.id, "cohort_id": cohort.id, "person_id": person.id}
    relief |= {"org_id": here.id, "kind": ReliefKind.EXEMPT, "reason": ReliefReason.ILL}
    relief |= {"from_on": clock().date(), "to_on": date(2027, 1, 1), "recorded_at": clock()}
    make.keep(Relief(**relief))
    of_city = make.officer(city, Role.CITY_OFFICER, name="市管理员")
    of_county = make.officer(county, name="县管理员")
    for officer, owner in ((of_city, "由甲县办理"), (of_county, "由县管理员办理")):
        page = sign_in(officer).get("/desk").text
        assert "1 项人员调动待确认" in page and "1 份免训、缓训申请待批" in page
        assert page.count(owner) == 2


def waits(make, unit):
    """A complaint to a unit, a correction of a person there, and an import to confirm."""
    person = make.person(unit, name="王二")
    make.keep(
        Complaint(
            org_id=unit.id,
            said="路灯坏了",
            said_at=make.clock(),
            sent_from="",
            code_digest=f"{unit.id}",
        )
    )
    make.keep(
        Correction(org_id=unit.id, person_id=person.id, said="姓名有误", said_at=make.clock())
    )
    make.keep(RosterImport(org_id=unit.id, state=State.READ, uploaded_at=make.clock()))


def test_what_waits_in_ones_own_units_is_counted_and_no_other(make, sign_in):
    mine, other = make.unit("甲县"), make.unit("乙县")
    township = make.unit("历山镇", under=mine, kind=UnitKind.TOWNSHIP)
    waits(make, township)
    waits(make, other)
    page = sign_in(make.officer(mine)).get("/desk").text
    for line in ("1 条“信息有误”待处理", "1 条投诉建议待答复", "1 次名册导入待确认"):
        assert line in page


def test_every_kind_of_waiting_has_its_words_and_its_door(app):
    page = (HOME / "templates/today/desk.html").read_text()
    for kind in KINDS:
        assert page.count(f"'{kind}'") == 2, kind


def test_administrators_have_a_desk_too(make, sign_in):
    admin = make.officer(make.unit("某市", kind=UnitKind.CITY), Role.AUDIT_ADMIN)
    page = sign_in(admin).get("/desk")
    assert page.status_code == 200
    assert "审计管理员" in page.text


def test_what_is_left_over_comes_again_by_its_name_with_its_days(make, sign_in, clock):
    mine = make.unit("甲县")
    waits(make, make.unit("历山镇", under=mine, kind=UnitKind.TOWNSHIP))
    officer = make.officer(mine)
    page = sign_in(officer).get("/desk").text
    assert "王二" in page and "由历山镇办理" in page and "今天</span>" in page
    assert "结转第" not in page
    clock.time += timedelta(days=1)
    assert "结转第 1 天" in sign_in(officer).get("/desk").text
    clock.time += timedelta(days=3)  # Friday: a correction had until Thursday
    page = sign_in(officer).get("/desk").text
    assert "逾期 1 天" in page and "结转第 4 天" in page


def test_a_lesson_without_a_list_and_a_leave_wait_for_who_runs_the_class(make, sign_in, clock):
    city = make.unit("某市", kind=UnitKind.CITY)
    county, other = make.unit("甲县", under=city), make.unit("乙县", under=city)
    manager = classes.manager(make, county)
    held = classes.training_class(make, county, manager)
    classes.lessons(make, held)  # the first is over, the others come
    member = classes.member(make, held, make.person(county, name="王二"))
    asked = {"from_at": clock(), "to_at": clock() + timedelta(days=1), "reason": "家中有事"}
    make.keep(ClassLeave(member_id=member.id, asked_at=clock(), asked_by=member.person_id, **asked))
    for who in (manager, make.officer(county)):
        page = sign_in(who).get("/desk").text
        assert "1 次课的考勤待确认" in page and "第1讲" in page and "由班主任甲办理" in page
        assert "1 份请假待批" in page and "第2讲" not in page
    assert "考勤待确认" not in sign_in(make.officer(other)).get("/desk").text


def test_the_desk_of_a_city_takes_a_statement_for_each_kind(make, sign_in, statements):
    city = make.unit("某市", kind=UnitKind.CITY)
    waits(make, make.unit("甲县", under=city))
    browser = sign_in(make.officer(city, Role.CITY_OFFICER))
    browser.get("/desk")
    with statements() as seen:
        browser.get("/desk")
    assert len([one for one in seen if one.lower().startswith("select")]) <= 22
