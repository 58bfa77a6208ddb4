"""调训: places by unit and post, names within them, decided one by one; who waits moves up."""

from datetime import timedelta

import pytest

from lms.audit.models import AuditEntry
from lms.callups.models import CallUp, Nomination, NominationStep, Quota
from lms.callups.rules import Step, first_step, move_up
from lms.classes.models import ClassMember
from lms.classes.rules import Came
from lms.people.rules import Post
from tests.callups import builders as mine
from tests.training import builders as build


@pytest.fixture
def held(make, city):
    programme = build.programme(make, city.top)
    return mine.training_class(make, city.top, programme_id=programme.id, title="市委党校主体班")


@pytest.fixture
def call_up(make, city, held, clock):
    """Two places for 乡镇党委书记 of 甲县, sent out."""
    made = make.keep(
        CallUp(
            org_id=city.top.id,
            class_id=held.id,
            title="党委书记调训",
            due_at=clock() + timedelta(days=3),
            made_at=clock(),
            sent_at=clock(),
        )
    )
    make.keep(Quota(call_up_id=made.id, org_id=city.county.id, post=Post.TPS, places=2))
    return made


@pytest.fixture
def heads(make, city):
    return [make.person(city.township, Post.TPS, name=f"书记{n}") for n in "一二三四"]


def page_of(call_up, city):
    return f"/callups/{call_up.id}/units/{city.county.id}"


def name(make, browser, call_up, city, *people):
    quota = make.all(Quota)[0]
    for person in people:
        answer = browser.post(
            f"{page_of(call_up, city)}/name", {"quota": quota.id, "person": person.id}
        )
        assert answer.status_code == 303, answer.text


def steps(make):
    """Person → every step, in order."""
    whose = {one.id: one.person_id for one in make.all(Nomination)}
    found = {}
    for step in make.all(NominationStep):
        found.setdefault(whose[step.nomination_id], []).append(step.step)
    return found


def test_who_waits_moves_up_in_order():
    rows = [(1, Step.RETURNED), (2, Step.APPROVED), (3, Step.WAITING), (4, Step.WAITING)]
    assert move_up(2, rows) == [3]
    assert move_up(1, rows) == []
    assert move_up(5, rows) == [3, 4]
    assert (first_step(2, 1), first_step(2, 2)) == (Step.NAMED, Step.WAITING)


def test_the_city_gives_places_and_sends_them(make, city, held, sign_in):
    browser = sign_in(city.of_the_city)
    data = {"training_class": held.id, "title": "秋季党委书记调训", "due_at": "2026-11-30T18:00"}
    answer = browser.post("/callups/new", data | {"posts": ["TPS"]})
    assert answer.status_code == 302
    made = make.all(CallUp)[0]
    assert "乡镇党委书记" in browser.get(answer.location).text
    cells = [(city.county.id, "TPS", "2"), (city.county.id, "", "1"), (city.other.id, "TPS", "")]
    table = {
        f"cells-{n}-{field}": value
        for n, row in enumerate(cells)
        for field, value in zip(("org", "post", "places"), row, strict=True)
    }
    url = f"/callups/{made.id}/quotas"
    for slip in ("-5", "两人"):
        told = browser.post(url, table | {"cells-1-places": slip})
        assert told.status_code == 422 and "标出的名额应是" in told.text
        assert f'value="{slip}" aria-invalid="true"' in told.text and make.all(Quota) == []
    too_many = browser.post(url, table | {"cells-0-places": "60"})
    assert too_many.status_code == 422 and "超过班级容量 50 人" in too_many.text
    assert browser.post(url, table).status_code == 303
    assert [(one.post, one.places) for one in make.all(Quota)] == [(Post.TPS, 2), (None, 1)]
    assert "已分配 3 个名额" in browser.get(url).text
    county = sign_in(city.officer)
    assert "秋季党委书记调训" not in county.get("/callups/").text, "not sent yet"
    assert county.get(f"/callups/{made.id}").status_code == 404
    assert county.get(f"/callups/{made.id}/units/{city.county.id}").status_code == 404
    others = {"cells-0-org": city.other.id, "cells-0-post": "", "cells-0-places": "48"}
    answer = browser.post(url, others)
    assert answer.status_code == 422 and "名额合计 51 人" in answer.text, (
        "those of before count too"
    )
    browser.post(f"/callups/{made.id}/send")
    assert "等您报名" in county.get("/callups/").text
    assert "send call-up" in [entry.act for entry in make.all(AuditEntry)]


def test_many_names_have_pages_and_many_call_ups_are_found_by_words(
    make, city, call_up, heads, sign_in, monkeypatch
):
    monkeypatch.setattr("lms.callups.calls.NAMES", 2)
    browser = sign_in(city.officer)
    name(make, browser, call_up, city, *heads[:3])
    first = browser.get(page_of(call_up, city)).text
    assert "书记一" in first and "书记三" not in first and "共 3 条" in first
    assert "书记三" in browser.get(f"{page_of(call_up, city)}?page=2").text
    assert call_up.title in browser.get(f"/callups/?words={call_up.title[:2]}").text
    assert "没有找到调训" in browser.get("/callups/?words=别的").text


def test_a_county_names_within_its_places_and_the_rest_wait(make, city, call_up, heads, sign_in):
    browser = sign_in(city.officer)
    found = browser.post(page_of(call_up, city), {"q": "书记"}).text
    assert "书记一" in found and "报乡镇党委书记名额" in found
    make.person(city.upper, post=Post.VPS, name="书记村里")  # there is no place for this post
    assert "书记村里" not in browser.post(page_of(call_up, city), {"q": "书记"}).text
    none = browser.post(page_of(call_up, city), {"q": "书记村里"}).text
    assert "担任名额所列职务的人" in none
    name(make, browser, call_up, city, *heads[:3])
    page = browser.get(page_of(call_up, city)).text
    assert "第 1 位" in page and "候补 1，空缺 0" in page
    again = browser.post(
        f"{page_of(call_up, city)}/name",
        {"quota": make.all(Quota)[0].id, "person": heads[0].id},
    )
    assert again.status_code == 422 and "已经报过名" in again.text
    assert sign_in(city.stranger).get(page_of(call_up, city)).status_code in (403, 404)


def test_the_city_approves_and_returns_and_who_waits_moves_up(make, city, call_up, heads, sign_in):
    county, above = sign_in(city.officer), sign_in(city.of_the_city)
    name(make, county, call_up, city, *heads)
    first, second, third, fourth = make.all(Nomination)
    assert county.post(f"/callups/nominations/{first.id}/approve").status_code == 403
    above.post(f"/callups/nominations/{first.id}/return", {"why": "去年已调训"})
    assert "去年已调训" in county.get(page_of(call_up, city)).text
    above.post(f"/callups/{call_up.id}/approve")
    assert [(row.person_id, row.came_as) for row in make.all(ClassMember)] == [
        (heads[1].id, Came.CALLED_UP),
        (heads[2].id, Came.CALLED_UP),
    ]
    county.post(f"/callups/nominations/{second.id}/withdraw", {"why": "生病住院"})
    assert make.all(ClassMember)[0].left_why == "生病住院"
    found = steps(make)
    assert found[heads[0].id] == [Step.NAMED, Step.RETURNED]
    assert found[heads[1].id] == [Step.NAMED, Step.APPROVED, Step.WITHDRAWN]
    assert found[heads[2].id] == [Step.WAITING, Step.MOVED_UP, Step.APPROVED]
    assert found[heads[3].id] == [Step.WAITING, Step.MOVED_UP]
    assert "等您审批" in above.get("/callups/").text
    assert third.id < fourth.id


def test_a_name_needs_the_post_and_the_time(make, city, call_up, heads, sign_in, clock):
    village = make.person(city.upper, Post.VPS, name="村书记")
    browser, quota = sign_in(city.officer), make.all(Quota)[0]
    url = f"{page_of(call_up, city)}/name"
    wrong = browser.post(url, {"quota": quota.id, "person": village.id})
    assert wrong.status_code == 422 and "现在不担任“乡镇党委书记”" in wrong.text
    clock.time += timedelta(days=4)
    late = sign_in(city.officer).post(url, {"quota": quota.id, "person": heads[0].id})
    assert late.status_code == 422 and "报名已经截止" in late.text
    above = sign_in(city.of_the_city).post(url, {"quota": quota.id, "person": heads[0].id})
    assert above.status_code == 303, "the organiser may still name"


def test_places_are_not_cut_below_who_was_named(make, city, call_up, heads, sign_in):
    name(make, sign_in(city.officer), call_up, city, *heads[:2])
    cells = {"cells-0-org": city.county.id, "cells-0-post": "TPS", "cells-0-places": "1"}
    answer = sign_in(city.of_the_city).post(f"/callups/{call_up.id}/quotas", cells)
    assert answer.status_code == 422 and "已报 2 人" in answer.text


def test_who_is_elsewhere_or_has_done_it_is_pointed_out_while_naming(
    make, city, call_up, heads, held, sign_in
):
    other = mine.training_class(make, city.county, programme_id=held.programme_id, title="县里的班")
    mine.member(make, other, heads[0])
    page = sign_in(city.officer).post(page_of(call_up, city), {"q": "书记一"}).text
    assert "同期已在“县里的班”" in page
    name(make, sign_in(city.officer), call_up, city, heads[0])
