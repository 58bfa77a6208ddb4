"""The class manager's list is the record; nothing is recorded until it is confirmed."""

from datetime import timedelta
from io import BytesIO

import pytest

from lms.classes.models import AttendanceList, AttendanceMark
from lms.classes.rules import Evidence, Mark
from tests.classes.builders import lessons, manager, member, training_class


@pytest.fixture
def county(make):
    return make.unit("垣曲县")


@pytest.fixture
def hers(make, county):
    return manager(make, county)


@pytest.fixture
def found(make, county, hers):
    return training_class(make, county, hers)


@pytest.fixture
def people(make, found):
    """王一, 李二 and 赵三, each of a village of their own."""
    villages = [make.unit(f"{name}家村") for name in "王李赵"]
    persons = [
        make.person(unit, name=name)
        for unit, name in zip(villages, ("王一", "李二", "赵三"), strict=True)
    ]
    return [member(make, found, person) for person in persons]


def ticked(people, *marks):
    return {f"mark-{one.id}": mark.value for one, mark in zip(people, marks, strict=True)}


PRESENT, LATE, LEAVE, ABSENT = Mark.PRESENT, Mark.LATE, Mark.LEAVE, Mark.ABSENT


def test_the_whole_class_is_present_and_nothing_is_recorded_until_confirmed(
    make, sign_in, hers, found, people
):
    first, second, _ = lessons(make, found)
    browser = sign_in(hers)
    page = browser.get(f"/classes/sessions/{first.id}/list").text
    assert page.count('value="present" checked') == 3 and make.all(AttendanceMark) == []
    browser.post(f"/classes/sessions/{first.id}/list", ticked(people, PRESENT, LATE, ABSENT))
    marks = make.all(AttendanceMark)
    assert [one.mark for one in marks] == [PRESENT, LATE, ABSENT]
    assert {(one.evidence, one.marked_by) for one in marks} == {(Evidence.LIST, hers.id)}
    early = browser.post(f"/classes/sessions/{second.id}/list", ticked(people, *[PRESENT] * 3))
    assert (early.status_code, "还没有开始" in early.text) == (422, True)
    left_out = browser.post(f"/classes/sessions/{first.id}/list", ticked(people[:2], LATE, LATE))
    assert "刚有变动" in left_out.text


def test_a_correction_adds_with_a_reason_and_what_was_stays(make, sign_in, hers, found, people):
    first, *_ = lessons(make, found)
    browser, url = sign_in(hers), f"/classes/sessions/{first.id}/list"
    browser.post(url, ticked(people, PRESENT, PRESENT, ABSENT))
    changed = ticked(people, PRESENT, PRESENT, PRESENT)
    assert "请写明原因" in browser.post(url, changed).text
    assert browser.post(url, changed | {"why": "赵三到课，漏勾"}).status_code == 303
    assert [one.mark for one in make.all(AttendanceMark)][-2:] == [ABSENT, PRESENT]
    assert [one.why for one in make.all(AttendanceList)] == [None, "赵三到课，漏勾"]
    assert "漏勾" in browser.get(url).text
    assert "没有改动" in browser.post(url, changed | {"why": "再来"}).text


def test_another_manager_and_another_county_do_not_touch_the_list(
    make, sign_in, county, found, people
):
    first, *_ = lessons(make, found)
    url, sent = f"/classes/sessions/{first.id}/list", ticked(people, *[PRESENT] * 3)
    other = sign_in(manager(make, county, "班主任乙"))
    assert other.post(url, sent).status_code == 403
    assert sign_in(make.officer(make.unit("闻喜县"))).post(url, sent).status_code == 404
    assert make.all(AttendanceMark) == []


def test_an_uploaded_sheet_is_shown_with_its_faults_and_recorded_when_confirmed(
    make, sign_in, hers, found, people
):
    first, *_ = lessons(make, found)
    browser = sign_in(hers)
    sheet = "签到表,,\n序号,姓名,考勤\n1,王一,√\n2,李二,请假\n3,钱四,√\n4,赵三,不详\n".encode()
    url = f"/classes/sessions/{first.id}/upload"
    page = browser.post(
        url, {"file": (BytesIO(sheet), "签到表.csv")}, content_type="multipart/form-data"
    )
    assert page.status_code == 422 and make.all(AttendanceMark) == []
    assert "第 5 行" in page.text and "没有找到“钱四”" in page.text
    assert "第 6 行" in page.text and "不像考勤" in page.text and "没有这 1 人" in page.text
    fields = {"file_name": "签到表.csv", "file_digest": "0" * 64}
    sent = ticked(people, PRESENT, LEAVE, ABSENT) | fields
    assert browser.post(f"/classes/sessions/{first.id}/list", sent).status_code == 303
    assert {one.evidence for one in make.all(AttendanceMark)} == {Evidence.FILE}
    broken = browser.post(
        url, {"file": (BytesIO(b"PK\x03\x04"), "a.xlsx")}, content_type="multipart/form-data"
    )
    assert broken.status_code == 422
    chosen = "姓名,考勤,后备干部\n王一,√,是\n".encode()
    refused = browser.post(
        url, {"file": (BytesIO(chosen), "b.csv")}, content_type="multipart/form-data"
    )
    assert refused.status_code == 422 and "不登记、不标注后备干部" in refused.text


def test_hours_come_from_confirmed_lists_alone(make, sign_in, hers, found, people, clock):
    first, second, _ = lessons(make, found)
    clock.time += timedelta(days=1)
    browser = sign_in(hers)
    browser.post(f"/classes/sessions/{first.id}/list", ticked(people, PRESENT, PRESENT, ABSENT))
    make.keep(
        AttendanceMark(
            session_id=second.id,
            member_id=people[2].id,
            mark=PRESENT,
            evidence=Evidence.CODE,
            marked_at=clock(),
        )
    )
    page = " ".join(browser.get(f"/classes/{found.id}/attendance").text.split())
    absent = page[page.index(">赵三<") :]
    assert '<td class="n">0</td>' in absent[:200]
    assert "待确认" in page and "未上课" in page


# ── leave ───────────────────────────────────────────────────────────────────────────────────────


def test_a_leave_is_asked_for_granted_and_beyond_a_seventh_decided_by_the_organiser(
    make, sign_in, county, hers, found, people
):
    lessons(make, found)
    person = make.session.get(type(hers), people[0].person_id)
    sent = {"from_at": "2026-11-24T08:00", "to_at": "2026-11-24T18:00", "reason": "防汛"}
    assert sign_in(person).post(f"/classes/mine/{found.id}/leave", sent).status_code == 303
    browser = sign_in(hers)
    page = browser.get(f"/classes/{found.id}/leaves").text
    leave_id = page.split("/classes/leaves/")[1].split("/")[0]
    assert browser.post(f"/classes/leaves/{leave_id}/decide", {"yes": "1"}).status_code == 303
    assert browser.post(f"/classes/leaves/{leave_id}/decide", {"yes": "0"}).status_code == 409
    attendance = browser.get(f"/classes/{found.id}/attendance").text
    assert "应予退学" in attendance and "1/3" in attendance
    url, said = f"/classes/members/{people[0].id}/long-leave", {"withdrawn": "0", "why": "防汛公务"}
    assert browser.post(url, said).status_code == 403
    officer = sign_in(make.officer(county))
    assert officer.post(url, said).status_code == 303
    assert "已决定不予退学" in officer.get(f"/classes/{found.id}/attendance").text
    assert "当时请假 4 / 12 学时" in officer.get(url).text
    officer.post(url, {"withdrawn": "1", "why": "请假过多"})
    assert "退学" in officer.get(f"/classes/{found.id}/members?left=1").text


def test_a_leave_lies_within_the_class_and_is_nobody_elses(make, sign_in, county, found, people):
    person = make.session.get(type(make.person(county)), people[0].person_id)
    sent = {"from_at": "2026-12-24T08:00", "to_at": "2026-12-24T18:00", "reason": "防汛"}
    page = sign_in(person).post(f"/classes/mine/{found.id}/leave", sent)
    assert (page.status_code, "请假时间应在" in page.text) == (422, True)
    outsider = sign_in(make.person(county))
    assert outsider.post(f"/classes/mine/{found.id}/leave", sent).status_code == 404
