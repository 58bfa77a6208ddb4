"""Courses and lessons: written, shown as they will look, seen below, kept by whose they are."""

import re
from datetime import date
from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.courses.models import Course, Lesson, LessonVersion
from lms.courses.services import load_courses
from lms.db import db
from lms.ledger.models import HourRule
from lms.ledger.rules import RuleKey
from lms.orgs.rules import UnitKind
from tests.courses.test_files import FOLDER, shipped
from tests.training import builders as build

COURSE = {"title": "新课", "summary": "", "share": "90"}
LESSON = {
    "title": "第一课",
    "kind": "text",
    "minutes": "9",
    "hours": "0.15",
    "text": "## 要点\n\n正文。",
    "required": "y",
}


@pytest.fixture
def city(make):
    return make.unit("某市", kind=UnitKind.CITY)


@pytest.fixture
def county(make, city):
    return make.unit("甲县", under=city)


@pytest.fixture
def trainer(make, county):
    return make.officer(county, Role.TRAINER, name="张老师")


def test_a_trainer_writes_a_course_and_its_lessons(make, county, trainer, sign_in):
    browser = sign_in(trainer)
    answer = browser.post("/courses/new", COURSE | {"unit": county.id})
    course = make.all(Course)[0]
    assert (course.title, course.org_id) == ("新课", county.id)
    assert "还没有课时" in browser.get(answer.location).text
    for title in ("第一课", "第二课"):
        browser.post(f"/courses/{course.id}/lessons/new", LESSON | {"title": title})
    rows = make.all(Lesson)
    assert [(row.number, row.title) for row in rows] == [(1, "第一课"), (2, "第二课")]
    assert (rows[0].minutes, rows[0].hours) == (9, Decimal("0.15"))
    page = browser.get("/courses/").text
    assert "新课" in page
    assert ">18<" in page  # minutes of both
    assert "0.3" in page


@pytest.mark.parametrize(
    ("said", "status", "kept"),
    [
        ({"hours": ""}, 302, ("0.20", None)),  # 45 minutes make an hour
        ({"hours": "0.2", "hours_why": "不用写"}, 302, ("0.20", None)),
        ({"hours": "0.21"}, 422, None),
        ({"hours": "0.5", "hours_why": "含课后作业"}, 302, ("0.50", "含课后作业")),
    ],
)
def test_hours_follow_from_minutes_and_more_needs_a_reason(
    make, county, trainer, sign_in, said, status, kept
):
    course = build.course(make, county, lessons=0)
    browser = sign_in(trainer)
    answer = browser.post(f"/courses/{course.id}/lessons/new", LESSON | said)
    assert answer.status_code == status
    rows = [(str(one.hours), one.hours_why) for one in make.all(Lesson)]
    assert rows == ([kept] if kept else [])
    if kept is None:
        assert "9 分钟按规则折算是 0.2 学时" in answer.text
    elif kept[1]:
        lesson = make.all(Lesson)[0].id
        assert kept[1] in browser.get(f"/courses/lessons/{lesson}").text


def test_the_city_says_how_many_minutes_make_an_hour(make, county, trainer, sign_in):
    rule = {"key": RuleKey.MINUTES, "value": "90", "posts": [], "from_on": date(2026, 1, 1)}
    make.keep(HourRule(**rule, source="市里的规定", recorded_at=make.clock()))
    course = build.course(make, county, lessons=0)
    browser, url = sign_in(trainer), f"/courses/{course.id}/lessons/new"
    assert "90 分钟为 1 学时" in browser.get(url).text
    browser.post(url, LESSON | {"hours": ""})
    assert make.all(Lesson)[0].hours == Decimal("0.10")


def test_a_preview_shows_the_lesson_and_keeps_nothing(make, county, trainer, sign_in):
    course = build.course(make, county, lessons=0)
    url = f"/courses/{course.id}/lessons/new"
    page = sign_in(trainer).post(url, LESSON | {"act": "preview"})
    assert page.status_code == 200
    assert "<h2>要点</h2>" in page.text
    assert make.all(Lesson) == []


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"minutes": "0"}, {"hours": "-1"}, {"hours": "x"}, {"text": ""}]
)
def test_what_is_mistyped_is_shown_and_nothing_typed_is_lost(make, county, trainer, sign_in, wrong):
    course = build.course(make, county, lessons=0)
    answer = sign_in(trainer).post(f"/courses/{course.id}/lessons/new", LESSON | wrong)
    assert answer.status_code == 422
    assert "-error" in answer.text
    assert "要点" in answer.text or wrong == {"text": ""}
    assert make.all(Lesson) == []


def test_text_typed_by_people_is_never_run_as_html(make, county, trainer, sign_in):
    course = build.course(make, county, lessons=0)
    text = "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n[按这里](javascript:alert(1))"
    browser = sign_in(trainer)
    browser.post(f"/courses/{course.id}/lessons/new", LESSON | {"text": text})
    page = browser.get(f"/courses/lessons/{make.all(Lesson)[0].id}").text
    for bad in ("<script>alert", "onerror", "javascript:"):
        assert bad not in page


def test_a_lesson_is_written_anew(make, county, trainer, sign_in):
    course = build.course(make, county, lessons=1)
    lesson = course.lessons[0]
    browser = sign_in(trainer)
    assert "正文。" in browser.get(f"/courses/lessons/{lesson.id}/edit").text
    browser.post(f"/courses/lessons/{lesson.id}/edit", LESSON | {"text": "新的正文"})
    assert [one.text for one in make.all(LessonVersion)] == ["## 一\n\n正文。", "新的正文"]
    browser.post(
        f"/courses/lessons/{lesson.id}/edit", LESSON | {"text": "新的正文", "title": "改名"}
    )
    assert (make.all(Lesson)[0].title, make.all(Lesson)[0].latest) == ("改名", 2)


def test_of_two_who_write_a_lesson_the_second_is_told_and_nothing_is_lost(
    make, county, trainer, sign_in
):
    lesson = build.course(make, county, lessons=1).lessons[0]
    browser, url = sign_in(trainer), f"/courses/lessons/{lesson.id}/edit"
    opened = re.search(r'name="based_on"[^>]*value="(\d+)"', browser.get(url).text)[1]
    mine = LESSON | {"text": "第一人的正文", "based_on": opened}
    assert browser.post(url, mine).status_code == 302
    told = browser.post(url, LESSON | {"text": "第二人的正文", "based_on": opened})
    assert told.status_code == 422 and "别人已存为第 2 版" in told.text
    assert "第二人的正文" in told.text and make.all(Lesson)[0].latest == 2
    again = re.search(r'name="based_on"[^>]*value="(\d+)"', told.text)[1]
    assert (
        browser.post(url, LESSON | {"text": "第二人的正文", "based_on": again}).status_code == 302
    )
    assert [one.text for one in make.all(LessonVersion)][1:] == ["第一人的正文", "第二人的正文"]


def test_a_lesson_changes_places_with_the_one_before(make, county, trainer, sign_in):
    course = build.course(make, county, lessons=3)
    browser = sign_in(trainer)
    browser.post(f"/courses/lessons/{course.lessons[2].id}/up")
    order = sorted(make.all(Lesson), key=lambda row: row.number)
    assert [row.title for row in order] == ["第1课", "第3课", "第2课"]
    assert browser.post(f"/courses/lessons/{course.lessons[0].id}/up").status_code == 409
    browser.post(f"/courses/lessons/{course.lessons[0].id}/down")
    order = sorted(make.all(Lesson), key=lambda row: row.number)
    assert [row.title for row in order] == ["第3课", "第1课", "第2课"]
    assert browser.post(f"/courses/lessons/{order[2].id}/down").status_code == 409


def test_a_lesson_is_closed_and_opened_again(make, county, trainer, sign_in):
    course = build.course(make, county, lessons=2)
    browser = sign_in(trainer)
    browser.post(f"/courses/lessons/{course.lessons[0].id}/close")
    assert "已停用" in browser.get(f"/courses/{course.id}").text
    browser.post(f"/courses/lessons/{course.lessons[0].id}/reopen")
    assert "已停用" not in browser.get(f"/courses/{course.id}").text


def test_a_course_of_the_city_is_seen_below_and_changed_only_by_the_city(
    make, city, county, trainer, sign_in
):
    course = build.course(make, city)
    browser = sign_in(trainer)
    assert "修改" not in browser.get(f"/courses/{course.id}").text
    lesson = course.lessons[1].id
    for url in (f"/courses/{course.id}/edit", f"/courses/lessons/{lesson}/edit"):
        assert browser.get(url).status_code == 403
        assert browser.post(url, LESSON | {"unit": city.id}).status_code == 403
    for act in ("up", "down", "close", "reopen"):
        assert browser.post(f"/courses/lessons/{lesson}/{act}").status_code == 403
    assert browser.post(f"/courses/{course.id}/lessons/new", LESSON).status_code == 403
    assert len(make.all(Lesson)) == 2


def test_a_neighbours_course_does_not_exist(make, city, trainer, sign_in):
    course = build.course(make, make.unit("乙县", under=city))
    browser = sign_in(trainer)
    assert browser.get(f"/courses/{course.id}").status_code == 404
    assert browser.get(f"/courses/lessons/{course.lessons[0].id}").status_code == 404
    assert browser.get(f"/courses/lessons/{course.lessons[0].id}/edit").status_code == 404


def test_a_course_cannot_be_given_to_another_unit(make, city, trainer, sign_in):
    answer = sign_in(trainer).post("/courses/new", COURSE | {"unit": city.id})
    assert answer.status_code == 422
    assert make.all(Course) == []


def test_the_shipped_courses_load_once(app, make, city, clock):
    with app.app_context(), seeing_everything():
        for _ in range(2):
            load_courses(FOLDER, city.id, clock())
            db.session.commit()
    codes = [row.code for row in make.all(Course)]
    assert "wanren-jiceng" in codes
    assert len(codes) == len(set(codes)) == len(shipped())
    assert len(make.all(LessonVersion)) == sum(len(one.lessons) for one in shipped())
