"""培训档案: read by the person and by officers, printed with a code, confirmed to a stranger."""

import re
from datetime import date

import pytest

from lms.audit.models import AuditEntry
from lms.exams.models import Attempt, Result
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.people.rules import Post
from lms.records.models import RecordCopy
from tests.training import builders as build

MINE = "/records/mine"


@pytest.fixture
def wang(make, city):
    """王建国, 书记 and 主任 in one."""
    person = make.person(city.upper, name="王建国")
    make.posting(person, city.upper, Post.VCD)
    return person


def test_a_cadre_reads_what_was_earned_against_what_is_owed(make, wang, hours, sign_in):
    hours(wang, "40.5")
    hours(wang, "12", HourKind.ONLINE, activity="网上课程")
    hours(wang, "8", on=date(2025, 6, 1))
    page = sign_in(wang).get(MINE).text
    assert "40.5 / 56" in page and "未达标" in page
    assert "同时属于“党员”（32 学时），只按要求高的计，不相加" in page
    assert "网络自学不抵集中培训" in page
    assert "补录" in page  # of 2025, entered in November 2026
    assert "集中培训一天的学时：8（2012年1月1日起）" in page


def test_a_record_says_what_is_still_missing_this_year(make, city, wang, sign_in):
    course = build.course(make, city.top, lessons=1, hours="1")
    asked = build.assessment(make, city.top)
    facts = {"courses": [course], "assessments": [asked], "hours": "8"}
    build.enrolment(make, build.cohort(make, city.top, title="秋季班", **facts), wang, Post.VPS)
    build.hours(make, wang, "2.5", lesson=course.lessons[0])
    build.verdict(make, wang, asked, passed=False)
    missing = re.search("还缺什么.*?</section>", sign_in(wang).get(MINE).text, re.S)[0]
    assert "秋季班" in missing and "学时不足（差 5.5 学时）；未合格" in missing
    assert "秋季班" in sign_in(city.officer).get(f"/records/{wang.id}").text
    done = make.person(city.upper, name="李四")
    assert "今年的班次都已完成，或没有应训的班次。" in sign_in(done).get(MINE).text


def test_an_officer_sees_the_record_of_her_people_and_her_look_is_logged(
    make, city, wang, hours, sign_in
):
    hours(wang, "40")
    page = sign_in(city.officer).get(f"/records/{wang.id}").text
    assert "秋季轮训" in page and "上王村" in page
    assert [one.act for one in make.all(AuditEntry)] == ["look at training record"]
    assert sign_in(city.stranger).get(f"/records/{wang.id}").status_code == 404


def test_an_entry_is_reversed_with_a_reason_and_both_stay(make, city, wang, hours, sign_in):
    entry = hours(wang, "40")
    address = f"/records/entries/{entry.id}/reverse"
    browser = sign_in(city.officer)
    assert browser.post(address, {"why": ""}).status_code == 422
    assert sign_in(city.stranger).post(address, {"why": "试试"}).status_code == 404
    answer = browser.post(address, {"why": "名单写错"}, follow_redirects=True)
    assert "已冲销" in answer.text and "名单写错" in answer.text
    assert [one.hours for one in make.all(HourEntry)] == [40, -40]
    assert browser.post(address, {"why": "再来"}).status_code == 409


def test_a_printed_copy_is_confirmed_to_whoever_holds_it_and_says_no_name(
    make, city, wang, hours, sign_in, client
):
    hours(wang, "56")
    page = sign_in(wang).post(MINE + "/copies", follow_redirects=True).text
    (copy,) = make.all(RecordCopy)
    code = re.sub(r"(.{4})(?=.)", r"\1 ", copy.code)
    assert "<svg" in page and "王建国" in page and code in page
    seen = client.post("/r/", {"code": code.lower()}, follow_redirects=True).text
    assert "核验通过" in seen and "王*国" in seen and "王建国" not in seen
    assert "达标" in seen and copy.digest[:16] in seen
    assert client.get("/r/ABCD").status_code == 404


def test_a_copy_says_what_held_when_it_was_made(make, wang, hours, sign_in, client):
    hours(wang, "56")
    sign_in(wang).post(MINE + "/copies")
    hours(wang, "-56", reverses_id=make.all(HourEntry)[0].id, why="错")
    (copy,) = make.all(RecordCopy)
    assert "56" in client.get(f"/r/{copy.code}").text
    assert copy.facts["years"][0]["met"] is True


def test_a_copy_of_another_is_not_opened(make, city, wang, sign_in):
    sign_in(wang).post(MINE + "/copies")
    (copy,) = make.all(RecordCopy)
    other = make.person(city.lower, name="李四")
    assert sign_in(other).get(f"{MINE}/copies/{copy.id}").status_code == 404
    assert sign_in(city.stranger).post(f"/records/{wang.id}/copies").status_code == 404


def test_abilities_are_seen_by_the_person_and_by_the_city_alone(make, city, wang, sign_in):
    exam = build.assessment(make, city.county, title="依法履职测评")
    attempt = make.session.get(Attempt, build.verdict(make, wang, exam, True).attempt_id)
    own = {"person_id": wang.id, "org_id": wang.org_id, "assessment_id": exam.id}
    earned = {"earned": 60, "points": 100, "passed": True, "level": "合格"}
    make.keep(
        Result(
            **own,
            **earned,
            attempt_id=attempt.id,
            abilities={"LAW": [3, 7]},
            published_at=make.clock(),
        )
    )
    door = f"/marking/persons/{wang.id}/abilities"
    assert "3/7" in sign_in(wang).get(MINE).text
    seen = sign_in(city.of_the_city).get(f"/records/{wang.id}").text
    assert "3/7" in seen and door in seen
    assert sign_in(city.of_the_city).get(door).status_code == 200
    hidden = sign_in(city.officer).get(f"/records/{wang.id}").text
    assert "3/7" not in hidden and door not in hidden
