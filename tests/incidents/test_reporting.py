"""重大事项: reported by who was there, read and decided by the officers above, never edited."""

from threading import Thread

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.db import db
from lms.incidents import queries
from lms.incidents.models import Incident, IncidentDecision, IncidentReading
from lms.incidents.rules import State
from lms.orgs.rules import UnitKind
from lms.people.models import Person
from lms.web.transaction import finish
from tests.classes.builders import manager, training_class

SAID = {
    "kind": "accident",
    "title": "一名学员课间晕倒送医",
    "happened_at": "2026-11-23T10:20",
    "training_class": "0",
    "assessment": "0",
    "happened": "第二节课后，一名学员在走廊晕倒。",
    "at_once": "已叫救护车，班主任陪同。",
}


@pytest.fixture
def city(make):
    return make.unit("某市", kind=UnitKind.CITY)


@pytest.fixture
def county(make, city):
    return make.unit("甲县", city)


@pytest.fixture
def reported(make, sign_in, county):
    """A class manager of the county has reported an accident in her class."""
    who = manager(make, county, name="赵班主任")
    found = training_class(make, county, who)
    said = SAID | {"unit": county.id, "training_class": found.id}
    answer = sign_in(who).post("/incidents/report", said)
    assert answer.status_code == 303, answer.text
    return make.all(Incident)[-1]


def test_it_goes_to_the_officers_of_the_unit_and_above_and_to_nobody_else(
    make, sign_in, city, county, reported
):
    page = f"/incidents/{reported.id}"
    for officer in (
        make.officer(county, name="县管理员"),
        make.officer(city, Role.CITY_OFFICER, name="市管理员"),
    ):
        seen = sign_in(officer)
        assert "1 件重大事项待阅" in seen.get("/desk").text
        shown = seen.get(page).text
        assert "一名学员课间晕倒送医" in shown and "村党组织书记培训班" in shown
        assert "赵班主任" in shown and "2026年11月23日 10:20" in shown
    other = make.unit("乙县", city)
    for stranger in (
        make.officer(other, name="邻县"),
        make.officer(county, Role.INVIGILATOR, name="监考"),
        make.officer(county, Role.TRAINER, name="教师"),
    ):
        assert sign_in(stranger).get(page).status_code == 404
        assert "晕倒" not in sign_in(stranger).get("/incidents/").text
    head = sign_in(make.officer(county, Role.HEAD, name="县领导"))
    assert head.get(page).status_code == 403


def test_who_has_read_it_and_what_was_decided_is_added_and_stays(
    make, sign_in, county, city, reported, clock
):
    mine = sign_in(make.officer(county, name="县管理员"))
    for _ in range(2):
        assert mine.post(f"/incidents/{reported.id}/read").status_code == 303
    assert [one.reader for one in make.all(IncidentReading)] == ["县管理员"]
    assert "重大事项待阅" not in mine.get("/desk").text
    above = sign_in(make.officer(city, Role.CITY_OFFICER, name="市管理员"))
    decide = f"/incidents/{reported.id}/decide"
    short = above.post(decide, {"decided": "", "leaves": "handling"})
    assert short.status_code == 422 and make.all(IncidentDecision) == []
    above.post(decide, {"decided": "请县里报病情。", "leaves": "handling"})
    assert "处置中" in mine.get("/incidents/").text
    mine.post(decide, {"decided": "学员已出院。", "leaves": "closed"})
    late = above.post(decide, {"decided": "再查。", "leaves": "handling"})
    assert late.status_code == 409 and "已经办结" in late.text
    assert "您写的决定没有记下" in late.text and "再查。" in late.text and "已出院" in late.text
    shown = mine.get(f"/incidents/{reported.id}").text
    assert "已结" in shown and shown.index("请县里报病情") < shown.index("学员已出院")
    assert {one.unit for one in make.all(IncidentReading)} == {"甲县", "某市"}


def test_of_two_who_decide_at_one_moment_the_second_waits_and_keeps_what_was_typed(
    make, sign_in, county, reported, app, clock
):
    told, first = [], make.officer(county, name="县管理员")
    web = sign_in(make.officer(county, name="另一位"))
    url, typed = f"/incidents/{reported.id}/decide", {"decided": "再查。", "leaves": "handling"}
    other = Thread(target=lambda: told.append(web.post(url, typed)))
    with app.app_context(), seeing_everything():
        said = {"decided": "学员已出院。", "leaves": State.CLOSED, "decided_at": clock()}
        by = {"decided_by": first.id, "decider": first.name, "unit": county.name}
        db.session.add(IncidentDecision(incident_id=reported.id, **said, **by))
        db.session.flush()
        other.start()
        other.join(0.5)
        assert other.is_alive()
        finish()
    other.join()
    assert told[0].status_code == 409 and "再查。" in told[0].text
    assert [one.decided for one in make.all(IncidentDecision)] == ["学员已出院。"]


def test_what_is_not_closed_stands_before_what_is(make, sign_in, county, reported, monkeypatch):
    mine = sign_in(make.officer(county, name="县管理员"))
    mine.post("/incidents/report", SAID | {"unit": county.id, "title": "食堂停水"})
    later = make.all(Incident)[-1]
    mine.post(f"/incidents/{later.id}/decide", {"decided": "已恢复。", "leaves": "closed"})
    monkeypatch.setattr(queries, "SHOWN", 1)
    page = mine.get("/incidents/").text
    assert "晕倒" in page and "食堂停水" not in page


@pytest.mark.parametrize("field", ["title", "happened", "at_once"])
def test_spaces_tell_nothing(make, sign_in, county, field):
    mine = sign_in(make.officer(county))
    blank = mine.post("/incidents/report", SAID | {"unit": county.id, field: "  "})
    assert blank.status_code == 422 and make.all(Incident) == []


def test_who_reported_it_follows_it_and_decides_nothing(make, sign_in, reported):
    who = make.session.get(Incident, reported.id).reported_by
    mine = sign_in(make.session.get(Person, who))
    page = mine.get(f"/incidents/{reported.id}").text
    assert "待处置" in page and "记下处置决定" not in page
    assert mine.post(f"/incidents/{reported.id}/read").status_code == 403


def test_a_slip_is_told_beside_what_was_typed_and_the_page_says_what_is_not_held(
    make, sign_in, county
):
    mine = sign_in(make.officer(county))
    later = mine.post(
        "/incidents/report", SAID | {"unit": county.id, "happened_at": "2026-11-24T08:00"}
    )
    assert later.status_code == 422 and "发生时间还没有到" in later.text
    assert "已叫救护车" in later.text and make.all(Incident) == []
    strange = mine.post("/incidents/report", SAID | {"unit": make.unit("乙县").id})
    assert strange.status_code == 422
    for page in ("/incidents/", "/incidents/report"):
        told = mine.get(page).text
        assert "领导干部个人有关事项报告" in told and "履职情况多角度考核" in told


def test_a_leaked_paper_leads_to_where_it_can_be_withdrawn(make, sign_in, county):
    paper = make.paper(make.bank(county), [make.question(make.bank(county)).versions[0]])
    exam = make.assessment(paper, county)
    officer = make.officer(county)
    mine = sign_in(officer)
    said = SAID | {"unit": county.id, "kind": "leaked paper", "assessment": exam.id}
    mine.post("/incidents/report", said)
    url = f"/incidents/{make.all(Incident)[0].id}"
    assert f"/exams/assessments/{exam.id}/edit" in mine.get(url).text
    assert f"/papers/{paper.id}" not in mine.get(url).text
    make.role(officer, Role.TRAINER, county)
    assert f"/papers/{paper.id}" in mine.get(url).text
