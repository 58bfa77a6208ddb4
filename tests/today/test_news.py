"""What is new for a cadre stands on the first page until it was seen, or is old."""

import re
from datetime import timedelta

import pytest

from lms.classes.models import ClassLeave
from lms.classes.rules import Came, Left
from lms.notices.models import Correction
from lms.orgs.rules import UnitKind
from lms.today.models import NewsSeen
from tests.classes import builders as classes


@pytest.fixture
def wang(make):
    county = make.unit("甲县")
    return make.person(make.unit("上王村", under=county, kind=UnitKind.VILLAGE), name="王建国")


def moved(make, wang):
    """He was in the first class and goes on in the second."""
    first = classes.training_class(make, wang.org, title="第一期班")
    second = classes.training_class(make, wang.org, title="第二期班")
    gone = {"to_at": make.clock(), "left_as": Left.MOVED}
    before = classes.member(make, first, wang, **gone)
    return classes.member(make, second, wang, came_as=Came.MOVED, moved_from_id=before.id)


def until(page: str) -> str:
    return re.search(r'name="until" value="([^"]+)"', page)[1]


def test_who_was_moved_reads_it_until_it_was_seen(make, wang, sign_in, clock):
    moved(make, wang)
    browser = sign_in(wang)
    page = browser.get("/tasks").text
    assert "您已调到“第二期班”，11月23日开班" in page and "第一期班" not in page
    assert browser.post("/tasks/seen", {"until": "yesterday"}).status_code == 422
    assert make.all(NewsSeen) == []
    assert browser.post("/tasks/seen", {"until": until(page)}).status_code == 303
    assert "新情况" not in browser.get("/tasks").text
    clock.time += timedelta(minutes=5)
    said = {"org_id": wang.org_id, "person_id": wang.id, "said": "职务写错了", "mended": True}
    when = {"said_at": clock(), "answered_at": clock(), "answer": "已改"}
    make.keep(Correction(**said, **when))
    page = browser.get("/tasks").text
    assert "您反映的“职务写错了”已更正" in page and "第二期班" not in page


def test_what_came_while_the_page_was_open_is_shown_again(make, wang, sign_in, clock):
    place = moved(make, wang)
    browser = sign_in(wang)
    seen = until(browser.get("/tasks").text)
    clock.time += timedelta(minutes=5)
    make.keep(
        ClassLeave(
            member_id=place.id,
            from_at=clock(),
            to_at=clock() + timedelta(hours=2),
            reason="开会",
            asked_at=clock(),
            asked_by=wang.id,
            granted=False,
            decided_at=clock(),
            decided_why="课不能缺",
        )
    )
    browser.post("/tasks/seen", {"until": seen})
    page = browser.get("/tasks").text
    assert "请假未准：第二期班" in page and "课不能缺" in page
    assert "您已调到" not in page


def test_after_a_month_it_is_news_no_more_and_a_colleague_never_reads_it(
    make, wang, sign_in, clock
):
    moved(make, wang)
    other = make.person(wang.org, name="李二")
    assert "新情况" not in sign_in(other).get("/tasks").text
    clock.time += timedelta(days=31)
    assert "新情况" not in sign_in(wang).get("/tasks").text
