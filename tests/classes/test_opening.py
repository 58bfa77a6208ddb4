"""Classes are made, opened, copied; persons are put in, moved and taken out."""

import re
from datetime import date

import pytest

from lms.classes.models import ClassMember, ClassSession, TrainingClass
from lms.classes.rules import Left
from tests.classes.builders import lessons, manager, member, training_class
from tests.training.builders import programme


@pytest.fixture
def county(make):
    return make.unit("垣曲县")


@pytest.fixture
def officer(make, sign_in, county):
    return sign_in(make.officer(county))


def plan(county, inside, **changes):
    said = {
        "unit": county.id,
        "programme": inside.id,
        "cohort": 0,
        "title": "第一期",
        "kind": "full time",
        "for_unit": 0,
        "from_on": "2026-11-23",
        "to_on": "2026-11-25",
        "place": "县委党校",
        "capacity": 2,
        "manager": 0,
        "required_hours": "12",
        "by_hours": "y",
        "pre": 0,
        "post": 0,
    }
    return said | changes


def test_a_class_is_made_with_its_timetable_and_opened(make, officer, county):
    inside = programme(make, county)
    assert officer.post("/classes/new", plan(county, inside)).status_code == 303
    (made,) = make.all(TrainingClass)
    refused = officer.post(f"/classes/{made.id}/open")
    assert (refused.status_code, "课程表还是空的" in refused.text) == (409, True)
    pasted = "日期\t上课\t下课\t学时\t课程\n11月23日\t8:30\t12:00\t4\t三资管理\t李老师\n"
    officer.post(f"/classes/{made.id}/timetable/paste", {"lines": pasted})
    assert officer.post(f"/classes/{made.id}/open").status_code == 303
    page = officer.get(f"/classes/{made.id}").text
    assert "三资管理" in page and "李老师" in page and "学时满 12" in page


def test_a_plan_that_contradicts_itself_is_refused_beside_the_field(make, officer, county):
    inside = programme(make, county)
    wrong = plan(county, inside, to_on="2026-11-20", by_assessment="y", by_hours="")
    page = officer.post("/classes/new", wrong)
    assert page.status_code == 422
    assert "结束日期不能早于开班日期" in page.text and "请在下面选一次结业考核" in page.text
    assert make.all(TrainingClass) == []


def based_on(page):
    return re.search(r'name="based_on"[^>]*value="([0-9a-f]+)"', page.text)[1]


def test_of_two_who_change_a_class_or_a_lesson_the_second_is_told_and_saves_again(
    make, officer, county
):
    inside = programme(make, county)
    found = training_class(make, county, inside=inside)
    (lesson,) = lessons(make, found, n=1)
    row = {"on": "2026-11-23", "starts": "08:30", "ends": "12:00", "hours": "4", "teacher": 0}
    for url, sent, one, other in (
        (f"/classes/{found.id}/edit", plan(county, inside), {"capacity": 60}, {"capacity": 70}),
        (
            f"/classes/sessions/{lesson.id}/edit",
            row | {"subject": "第1讲"},
            {"subject": "三资管理"},
            {"subject": "信访"},
        ),
    ):
        opened = {"based_on": based_on(officer.get(url))}
        assert officer.post(url, sent | one | opened).status_code == 303
        told = officer.post(url, sent | other | opened)
        assert told.status_code == 422 and "已有人改过" in told.text
        (typed,) = map(str, other.values())
        assert f'value="{typed}"' in told.text
        again = {"based_on": based_on(told)}
        assert officer.post(url, sent | other | again).status_code == 303
    assert make.all(TrainingClass)[0].capacity == 70


def test_a_class_of_years_is_a_slip_in_a_date(make, officer, county):
    page = officer.post("/classes/new", plan(county, programme(make, county), to_on="2062-11-25"))
    assert page.status_code == 422 and "请核对开班和结束的年份" in page.text
    assert make.all(TrainingClass) == []


def test_a_paste_with_a_wrong_row_writes_nothing_and_names_the_row(make, officer, county):
    found = training_class(make, county)
    lines = "2026-11-23\t8:30\t12:00\t4\t一\n2026-12-30\t8:30\t12:00\t4\t二\n明天\t8\t9\t4\t三"
    page = officer.post(f"/classes/{found.id}/timetable/paste", {"lines": lines})
    assert page.status_code == 422
    assert "第 2 行" in page.text and "第 3 行" in page.text and "不像日期" in page.text
    assert make.all(ClassSession) == []


def test_last_years_class_is_copied_with_its_timetable_moved_and_nobody_in_it(
    make, officer, county
):
    found = training_class(make, county)
    lessons(make, found)
    member(make, found, make.person(county))
    sent = {"unit": county.id, "title": "2027年第一期", "from_on": "2027-03-01"}
    officer.post(f"/classes/{found.id}/copy", sent)
    _, copied = make.all(TrainingClass)
    assert (copied.to_on, copied.place, copied.opened_at) == (date(2027, 3, 3), "县委党校", None)
    days = [one.on for one in make.all(ClassSession) if one.class_id == copied.id]
    assert days == [date(2027, 3, day) for day in (1, 2, 3)]
    assert {one.class_id for one in make.all(ClassMember)} == {found.id}


def test_persons_come_by_number_or_name_and_not_beyond_the_capacity(make, officer, county):
    found = training_class(make, county, capacity=2)
    one, other, third = (make.person(county, name=name) for name in ("王一", "李二", "赵三"))
    url = f"/classes/{found.id}/members/add"
    page = officer.post(url, {"lines": f"{one.short_number}\n没有这人"})
    assert (page.status_code, "没有找到“没有这人”" in page.text) == (422, True)
    assert officer.post(url, {"lines": f"{one.short_number}\n李二"}).status_code == 303
    assert "容量 2 人，已有 2 人" in officer.post(url, {"lines": "赵三"}).text
    assert {row.person_id for row in make.all(ClassMember)} == {one.id, other.id}
    assert third.id


def test_who_is_in_two_classes_at_a_time_is_pointed_out_on_the_list(make, officer, county):
    found = training_class(make, county)
    far = date(2026, 12, 7)
    for title, days in (
        ("同期的班", {}),
        ("以后的班", {"from_on": far, "to_on": far}),
        ("已结的班", {"closed_at": make.clock()}),
    ):
        other = training_class(make, county, title=title, **days)
        member(make, other, make.person(county, name=f"只在{title}"))
        if title == "同期的班":
            busy = make.person(county, name="王一")
        member(make, other, busy)
    officer.post(f"/classes/{found.id}/members/add", {"lines": busy.short_number})
    page = officer.get(f"/classes/{found.id}/members").text
    assert "多头调训：1 人同期已在别的班" in page and "王一：同期的班" in page
    assert "以后的班" not in page and "已结的班" not in page


def test_who_is_taken_off_the_list_leaves_a_row_with_the_reason(make, officer, county):
    found = training_class(make, county)
    old = member(make, found, make.person(county))
    assert officer.post(f"/classes/members/{old.id}/out", {"why": ""}).status_code == 422
    officer.post(f"/classes/members/{old.id}/out", {"why": "离任"})
    (left,) = make.all(ClassMember)
    assert (left.left_as, left.left_why, left.to_at) == (Left.OFF_THE_LIST, "离任", make.clock())
    assert "离任" in officer.get(f"/classes/{found.id}/members?left=1").text


def test_a_class_manager_sees_her_class_and_list_and_no_other(make, sign_in, county):
    hers, unit = manager(make, county), make.unit("蒲掌乡", under=county)
    found, other = training_class(make, county, hers), training_class(make, county, title="别的班")
    person, stranger = make.person(unit, name="王一"), make.person(unit, name="李二")
    member(make, found, person)
    member(make, other, stranger)
    browser = sign_in(hers)
    assert "别的班" not in browser.get("/classes/").text
    assert "王一" in browser.get(f"/classes/{found.id}/members").text
    assert "李二" not in browser.get(f"/classes/{other.id}/members").text
    sent = {"on": "2026-11-23", "starts": "08:30", "ends": "12:00", "hours": 4, "subject": "讲"}
    assert browser.post(f"/classes/{found.id}/timetable", sent | {"teacher": 0}).status_code == 303
    assert browser.post(f"/classes/{other.id}/timetable", sent | {"teacher": 0}).status_code == 403
    assert browser.get(f"/classes/{found.id}/members/add").status_code == 403


def test_a_cadre_sees_the_own_class_on_the_phone_and_no_other(make, sign_in, county):
    found, other = training_class(make, county), training_class(make, county, title="别的班")
    lessons(make, found)
    person = make.person(county)
    member(make, found, person)
    browser = sign_in(person)
    page = browser.get("/classes/mine").text
    assert "村党组织书记培训班" in page and "第2讲" in page and "别的班" not in page
    own = browser.get(f"/classes/mine/{found.id}").text
    assert "县委党校" in own and "08:30–12:00" in own
    assert browser.get(f"/classes/mine/{other.id}").status_code == 404
    assert "/classes/mine" in browser.get("/tasks").text
