"""Rows are compared with what is known: changed, moved, elsewhere, missing."""

from datetime import date

import pytest
from sqlalchemy import select

from lms.access.permissions import Role
from lms.people.models import Person, Posting, Transfer
from lms.people.rules import Post
from lms.rosters.models import RosterLine
from tests.rosters.lists import HEADS, id_number, person


def counts(one):
    return {status: rows for status, rows in one.counts.items() if rows}


def held(make, name):
    """The posts of a person today, as (unit, post)."""
    one = next(person for person in make.all(Person) if person.name == name)
    rows = [row for row in make.all(Posting) if row.person_id == one.id and row.ended_at is None]
    return {(row.org_id, row.post.value) for row in rows}


def test_changed_facts_are_listed_one_by_one_old_and_new(desk, make):
    number = id_number()
    desk.take(person(身份证号=number))
    one = desk.read(person(身份证号=number, 手机号="13900001234"))
    assert counts(one) == {"changed": 1}
    assert "手机号：138****0000 → 139****1234" in desk.page(one)
    desk.confirm(one)
    assert counts(desk.read(person(身份证号=number, 手机号="13900001234"))) == {"same": 1}


def test_a_name_that_differs_under_one_id_number_is_pointed_out(desk):
    number = id_number()
    desk.take(person("张三丰", 身份证号=number))
    one = desk.read(person("张三峰", 身份证号=number))
    page = desk.page(one)
    assert "姓名：张三丰 → 张三峰" in page and "请确认是同一个人" in page


def test_namesakes_are_two_persons_and_never_one_by_name_alone(desk, make):
    desk.take(person("王建国", 手机号="13800000001"), person("王建国", 手机号="13800000002"))
    assert sum(one.name == "王建国" for one in make.all(Person)) == 2
    alone = desk.read(person("王建国", 手机号=""))
    assert counts(alone) == {"error": 1}
    assert "无法确认是哪一个人" in desk.page(alone)


def test_two_rows_of_one_person_are_two_postings(desk, make, city):
    number = id_number()
    one = desk.read(
        person(身份证号=number, 职务="支部书记"),
        person(身份证号=number, 手机号="", 村="上王村", 职务="第一书记"),
    )
    assert counts(one) == {"new": 2} and one.found["persons"] == 1
    desk.confirm(one)
    assert held(make, "张三") == {(city.village.id, "VPS"), (city.wang.id, "FIRST_SEC")}


def test_the_same_post_twice_names_both_rows(desk):
    number = id_number()
    one = desk.read(
        person(身份证号=number, 职务="书记、主任"),
        person(身份证号=number, 村="同善村村委会", 职务="村主任"),
    )
    assert counts(one) == {"new": 1, "error": 1}
    page = desk.page(one)
    assert "第 3 行" in page and "第 2 行的人员、单位和职务相同" in page


def test_rows_of_one_person_that_disagree_are_wrong(desk):
    number = id_number()
    one = desk.read(
        person(身份证号=number),
        person(身份证号=number, 手机号="13900000000", 职务="村主任"),
    )
    assert counts(one) == {"new": 1, "error": 1}
    assert "手机号却不同" in desk.page(one)


def test_somebody_who_changed_village_is_moved_and_keeps_the_post_unless_it_is_ended(
    desk, make, city
):
    number = id_number()
    desk.take(person(身份证号=number))
    one = desk.read(person(身份证号=number, 村="上王村"))
    assert counts(one) == {"moved": 1}
    assert "同善村" in desk.page(one)
    desk.confirm(one)
    assert held(make, "张三") == {(city.village.id, "VPS"), (city.wang.id, "VPS")}


def test_the_officer_ends_the_posting_before_with_a_reason(desk, make, city):
    number = id_number()
    desk.take(person(身份证号=number))
    one = desk.read(person(身份证号=number, 村="上王村"))
    line = make.all(RosterLine)[-1]
    desk.post(one, "endings", line=[line.id], why="调动", show="moved", act="end")
    assert "将自" in desk.page(one, show="moved")
    desk.confirm(one)
    assert held(make, "张三") == {(city.wang.id, "VPS")}
    ended = next(row for row in make.all(Posting) if row.ended_at)
    assert (ended.to_on, ended.ended_why) == (date(2026, 11, 23), "调动")


def test_whoever_is_sent_to_a_village_keeps_the_post_at_home(desk, make, city):
    bureau = ["王五", "13800000009", "垣曲县财政局", "科员"]
    desk.take(bureau, heads=["姓名", "手机号", "单位", "职务"])
    number = make.all(Person)[-1].id
    heads = ["姓名", "手机号", "人员编号", "驻村", "派出单位", "职务"]
    make.session.get(Person, number).number = "K1"
    make.session.commit()
    one = desk.take(
        ["王五", "13800000009", "K1", "同善村", "垣曲县财政局", "第一书记"], heads=heads
    )
    assert counts(one) == {"changed": 1}
    assert held(make, "王五") == {(city.bureau.id, "STAFF"), (city.village.id, "FIRST_SEC")}
    assert make.all(Posting)[-1].home_org_id == city.bureau.id
    make.session.expire_all()
    assert make.session.get(Person, number).org_id == city.bureau.id


def test_another_term_is_a_posting_after_the_one_before(desk, make):
    heads = [*HEADS, "任职时间", "届次"]
    number = id_number()
    desk.take([*person(身份证号=number), "2021.01", "第十二届"], heads=heads)
    one = desk.read([*person(身份证号=number), "2025.12", "第十三届"], heads=heads)
    assert counts(one) == {"changed": 1}
    desk.confirm(one)
    terms = [(row.term_number, row.from_on, row.to_on) for row in make.all(Posting)]
    assert terms == [
        (12, date(2021, 1, 1), date(2025, 12, 1)),
        (13, date(2025, 12, 1), None),
    ]


def test_what_a_posting_did_not_say_is_filled_in(desk, make):
    number = id_number()
    desk.take(person(身份证号=number))
    heads = [*HEADS, "职级", "届次"]
    one = desk.read([*person(身份证号=number), "科员", "13"], heads=heads)
    assert counts(one) == {"changed": 1} and "届次：（空） → 13" in desk.page(one)
    desk.confirm(one)
    (row,) = make.all(Posting)
    assert (row.rank, row.term_number, row.from_on) == ("科员", 13, date(2026, 11, 23))
    assert counts(desk.read([*person(身份证号=number), "科员", "13"], heads=heads)) == {"same": 1}


# ── elsewhere ──────────────────────────────────────────────────────────────────────────────────


def test_somebody_of_another_county_is_masked_and_becomes_a_transfer(desk, desk_of, make, city):
    number = id_number()
    far = desk_of(city.other)
    far.take(person("张建国", 身份证号=number, 县="平陆县", 乡镇="圣人涧镇", 村="南村"))
    before = held(make, "张建国")
    one = desk.read(person("张建国", 身份证号=number, 手机号="13911110000"))
    assert counts(one) == {"transfer": 1}
    page = desk.page(one)
    assert "已在其他单位（张*国 138****0000）" in page and "南村" not in page
    desk.confirm(one)
    (transfer,) = make.all(Transfer)
    assert (transfer.to_org_id, transfer.from_org_id) == (city.village.id, city.far_village.id)
    assert [post.post for post in transfer.posts] == [Post.VPS]
    assert held(make, "张建国") == before


def test_a_number_of_somebody_elsewhere_under_another_name_is_wrong(desk, desk_of, city):
    number = id_number()
    desk_of(city.other).take(
        person("张建国", 身份证号=number, 县="平陆县", 乡镇="圣人涧镇", 村="南村")
    )
    one = desk.read(person("李四", 身份证号=number))
    assert counts(one) == {"error": 1} and "张*国" in desk.page(one)


def test_a_unit_outside_is_a_fault_with_a_sentence(desk, desk_of, city, make):
    one = desk.read(person(县="平陆县", 乡镇="圣人涧镇", 村="南村"))
    assert counts(one) == {"error": 1}
    assert "不在“垣曲县”的管理范围内" in desk.page(one)
    town = desk_of(city.town, Role.TOWNSHIP_OFFICER)
    mine = town.read(person(村="垣曲县历山镇上王村"), person("李四", 乡镇="新城镇", 村="上王村"))
    assert counts(mine) == {"new": 1, "error": 1}


def test_village_posts_do_not_belong_to_a_town(desk):
    one = desk.read(person(村="", 职务="村党组织书记"))
    assert counts(one) == {"error": 1} and "请补上村（社区）" in desk.page(one)


# ── missing ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three(desk):
    rows = [
        person("张三", 手机号="13800000001"),
        person("李四", 手机号="13800000002", 职务="村主任"),
        person("王五", 手机号="13800000003", 村="上王村"),
    ]
    desk.take(*rows)
    return rows


def test_nobody_is_missing_unless_the_roster_is_complete(desk, three):
    assert counts(desk.read(three[0])) == {"same": 1}


def test_who_began_after_the_day_of_the_roster_is_not_missing(desk, three, city):
    one = desk.read(three[0])
    desk.post(one, "complete", units=[city.town.id], as_of="2026-11-20")
    assert counts(desk.last()) == {"same": 1}


def test_only_where_it_is_complete_can_a_person_be_missing(desk, three, city):
    one = desk.read(three[0])
    desk.post(one, "complete", units=[city.town.id], as_of="2026-11-23")
    one = desk.last()
    assert counts(one) == {"same": 1, "missing": 2}
    assert "李四" in desk.page(one, show="missing") and "王五" in desk.page(one, show="missing")
    desk.post(one, "complete", units=[city.second.id])
    assert counts(desk.last()) == {"same": 1}


def test_whoever_is_missing_stays_unless_the_officer_ends_it(desk, three, city, make):
    for row in make.session.scalars(select(Posting)):
        row.from_on = date(2026, 11, 1)
    make.session.commit()
    one = desk.read(three[0], person("赵六", 手机号="13800000004", 职务="副主任"))
    desk.post(one, "complete", units=[city.town.id], as_of="2026-11-20")
    one = desk.last()
    missing = [line for line in make.all(RosterLine) if line.status.value == "missing"]
    li = next(line for line in missing if line.unit_id == city.village.id)
    desk.post(one, "endings", line=[li.id], why="换届", show="missing", act="end")
    desk.confirm(desk.last())
    assert held(make, "李四") == set()
    assert held(make, "王五") == {(city.wang.id, "VPS")}
    ended = next(row for row in make.all(Posting) if row.ended_at)
    assert (ended.to_on, ended.ended_why) == (date(2026, 11, 20), "换届")


def test_a_tick_can_be_taken_back_and_a_whole_unit_ticked(desk, three, city, make):
    one = desk.read(three[0])
    desk.post(one, "complete", units=[city.county.id])
    one = desk.last()
    desk.post(one, "endings", group=[city.wang.id], why="退休", show="missing", act="end")
    assert [line.ends_why for line in make.all(RosterLine)][-2:] == [None, "退休"]
    desk.post(one, "endings", everyone="1", why="退休", show="missing", act="keep")
    assert {line.ends_why for line in make.all(RosterLine)} == {None}
    assert desk.confirm(one).status_code == 409


def test_posts_of_which_the_roster_does_not_speak_are_not_missing(desk, three, city, make):
    make.person(city.town, Post.TOC, name="乡镇干部")
    one = desk.read(*three)
    desk.post(one, "complete", units=[city.town.id])
    assert counts(desk.last()) == {"same": 3}


def test_whoever_may_be_meant_by_a_wrong_row_is_not_missing(desk, three, city):
    bad = person("李四", 身份证号="123", 手机号="", 职务="村主任")
    one = desk.read(three[0], bad)
    desk.post(one, "complete", units=[city.village.id])
    assert counts(desk.last()) == {"same": 1, "error": 1}


def test_a_day_to_come_is_refused(desk, three, city):
    one = desk.read(three[0])
    answer = desk.post(one, "complete", units=[city.town.id], as_of="2026-12-01")
    assert answer.status_code == 422 and "不能晚于今天" in answer.text
