"""The desk: what waits for whom, and whose desk it is."""

from datetime import date

from lms.access.permissions import Role
from lms.orgs.rules import UnitKind
from lms.people.models import Transfer
from lms.people.rules import Post, TransferState
from tests.training import builders as build


def test_who_is_no_cadre_begins_at_the_desk(make, sign_in):
    browser = sign_in(make.officer(make.unit("甲县")))
    assert browser.get("/").location == "/desk"
    page = browser.get("/desk").text
    assert "甲县" in page
    assert "培训管理员（县）" in page
    assert "今天没有等您办理的事" in page


def test_a_cadre_has_no_desk(make, sign_in):
    assert sign_in(make.person()).get("/desk").status_code == 403


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
