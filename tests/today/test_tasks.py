"""A cadre's first page and lessons: what is to be done, and hours once for what was read."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.access.scope import seeing_everything
from lms.clock import day_of
from lms.db import db
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry
from lms.orgs.rules import UnitKind
from lms.people.rules import Post
from lms.today.queries import tasks_of
from lms.training.completion import completion
from tests.training import builders as build


class Village:
    """王书记, both posts in one, on the list of a cohort with a course of 18 minutes."""

    def __init__(self, make):
        self.city = make.unit("某市", kind=UnitKind.CITY)
        self.county = make.unit("甲县", under=self.city)
        self.unit = make.unit("上王村", under=self.county, kind=UnitKind.VILLAGE)
        self.wang = make.person(self.unit, name="王书记")
        make.posting(self.wang, self.unit, Post.VCD)
        self.course = build.course(make, self.city, lessons=2, minutes=9, hours="0.2")
        self.exam = build.assessment(make, self.city)
        self.cohort = build.cohort(
            make, self.city, [self.course], [self.exam], hours="0.4", title="第一期"
        )
        self.enrolment = build.enrolment(make, self.cohort, self.wang, Post.VPS, Post.VCD)
        build.candidate(make, self.wang, self.exam)

    @property
    def lessons(self):
        return [f"/lessons/{lesson.id}" for lesson in self.course.lessons]


@pytest.fixture
def village(make):
    return Village(make)


def text(page: str) -> str:
    """What stands on a page, without its tags."""
    return re.sub(r"<[^>]+>", "", page)


def primary(page: str) -> str:
    """Where the one big button leads."""
    return re.search(r'class="button primary" href="([^"]+)"', page)[1]


def test_the_first_page_says_what_is_left_by_when_and_has_one_button(village, sign_in):
    page = sign_in(village.wang).get("/").text
    assert "还差 1 门课（18 分钟）、1 次测评" in text(page)
    assert "12月5日前" in page
    assert page.count("button primary") == 1
    assert primary(page) == village.lessons[0]


def test_two_posts_have_one_list_of_tasks(village, sign_in):
    assert sign_in(village.wang).get("/").text.count("还差") == 1


def test_a_lesson_that_was_read_gives_its_hours_and_leads_to_the_next(make, village, sign_in):
    browser = sign_in(village.wang)
    assert "我已读完" in browser.get(village.lessons[0]).text
    answer = browser.post(village.lessons[0] + "/read")
    assert answer.location == village.lessons[1]
    entry = make.all(HourEntry)[0]
    assert (entry.hours, entry.person_id, entry.org_id, str(entry.earned_on)) == (
        Decimal("0.20"),
        village.wang.id,
        village.unit.id,
        "2026-11-23",
    )
    assert "已记入 0.2 学时" in browser.get(answer.location).text
    assert "还差 1 门课（9 分钟）、1 次测评" in text(browser.get("/").text)


def test_a_lesson_gives_its_hours_once(make, village, sign_in):
    browser = sign_in(village.wang)
    for _ in range(2):
        assert browser.post(village.lessons[0] + "/read").status_code == 302
    assert len(make.all(HourEntry)) == len(make.all(LessonRead)) == 1


def test_two_presses_at_the_same_moment_give_the_hours_once(make, village, sign_in, monkeypatch):
    browser = sign_in(village.wang)
    browser.post(village.lessons[0] + "/read")
    monkeypatch.setattr("lms.learning.queries.has_read", lambda *_: False)  # as the other saw it
    answer = browser.post(village.lessons[0] + "/read")
    assert answer.status_code == 409
    assert "已经记入学时" in answer.text
    assert len(make.all(HourEntry)) == len(make.all(LessonRead)) == 1


def test_after_the_lessons_comes_the_assessment(village, sign_in):
    browser = sign_in(village.wang)
    for lesson in village.lessons:
        answer = browser.post(lesson + "/read")
    assert answer.location == "/tasks"
    page = browser.get("/").text
    assert "还差 1 次测评" in text(page)
    assert primary(page) == f"/exams/assessments/{village.exam.id}/before"


def test_when_all_is_done_the_page_says_so_and_lessons_can_be_read_again(make, village, sign_in):
    browser = sign_in(village.wang)
    for lesson in village.lessons:
        browser.post(lesson + "/read")
    build.verdict(make, village.wang, village.exam)
    page = browser.get("/").text
    assert "都完成了" in page
    assert village.lessons[0] in page
    assert "学时已记入" in browser.get(village.lessons[0]).text


def test_who_has_nothing_to_do_reads_that(make, village, sign_in):
    assert "现在没有任务" in sign_in(make.person(village.unit, name="李四")).get("/").text


def test_who_left_the_list_is_asked_for_nothing(make, village, sign_in, clock):
    village.enrolment.to_on = clock().date()
    make.keep(village.enrolment)
    page = sign_in(village.wang).get("/").text
    assert "还差" not in page


def test_a_closed_lesson_is_asked_for_no_more(make, village, sign_in, clock):
    lesson = village.course.lessons[0]
    lesson.closed_at = clock()
    make.keep(lesson)
    browser = sign_in(village.wang)
    assert "（9 分钟）" in browser.get("/").text
    assert "已停用" in browser.get(village.lessons[0]).text
    browser.post(village.lessons[0] + "/read")
    assert make.all(HourEntry) == []


def test_after_a_transfer_the_lessons_of_the_old_list_can_still_be_read(make, village, sign_in):
    county = make.unit("乙县", under=village.city)
    course = build.course(make, village.county, title="县里的课")
    cohort = build.cohort(make, village.county, [course], title="县里的班")
    build.enrolment(make, cohort, village.wang, Post.VPS)
    for row in make.session.query(type(make.posting(village.wang, county))).all():
        if row.org_id != county.id:
            row.to_on = date(2026, 11, 1)
    make.session.commit()
    browser = sign_in(village.wang)
    assert "县里的班" in browser.get("/").text
    lesson = f"/lessons/{course.lessons[0].id}"
    assert browser.get(lesson).status_code == 200
    assert browser.post(lesson + "/read").status_code == 302
    assert len(make.all(HourEntry)) == 1


def test_a_lesson_of_a_stranger_county_does_not_exist(make, village, sign_in):
    strange = build.course(make, make.unit("乙县", under=village.city))
    lesson = f"/lessons/{strange.lessons[0].id}"
    browser = sign_in(village.wang)
    assert browser.get(lesson).status_code == 404
    assert browser.post(lesson + "/read").status_code == 404
    assert make.all(HourEntry) == []


def test_the_page_counts_hours_as_the_table_does(app, make, village):
    twin = build.cohort(make, village.city, [village.course], title="第二期")
    build.enrolment(make, twin, village.wang, Post.VPS)
    first, second = village.course.lessons
    build.hours(make, village.wang, "0.2", lesson=first)
    wrong = build.hours(make, village.wang, "0.2", lesson=second)
    build.hours(make, village.wang, "-0.2", lesson=second, reverses=wrong)
    build.hours(make, village.wang, "8", cohort=twin)
    build.hours(make, village.wang, "0.2", lesson=second, cohort=twin)
    build.hours(make, village.wang, "3")
    with app.app_context(), seeing_everything():
        shown = {one.title: one.hours for one in tasks_of(village.wang.id, make.clock())}
        table = completion(day_of(make.clock()), person_id=village.wang.id)
        counted = {row.cohort_id: row.hours for row in db.session.execute(table)}
    assert shown == {"第一期": Decimal("0.20"), "第二期": Decimal("8.40")}
    assert counted == {village.cohort.id: Decimal("0.20"), twin.id: Decimal("8.40")}


def test_a_cohort_that_ended_says_so_without_blame(make, village, sign_in, clock):
    clock.time += timedelta(days=20)
    page = sign_in(village.wang).get("/").text
    assert "已于 12月5日 截止" in page


def test_where_there_is_no_course_on_line_nothing_is_said_to_have_been_read(make, village, sign_in):
    held = build.cohort(make, village.city, hours="24", title="冬训")
    build.enrolment(make, held, village.wang, Post.VPS)
    page = text(sign_in(village.wang).get("/").text)
    assert "没有网上课程，学时由集中培训记入" in page and "课程已读完" not in page


def test_who_is_not_signed_in_reads_no_tasks(client):
    assert client.get("/").status_code in (302, 303, 401)


def test_the_first_page_takes_at_most_eight_statements(village, sign_in, statements):
    browser = sign_in(village.wang)
    browser.get("/")
    with statements() as seen:
        browser.get("/")
    assert len(seen) <= 8


def test_a_page_of_a_lesson_is_light(village, sign_in):
    page = sign_in(village.wang).get(village.lessons[0])
    assert len(page.data) < 20_000
