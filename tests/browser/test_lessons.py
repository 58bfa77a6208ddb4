"""A cadre listens to a recording, and reads a text where the line goes away."""

import re

from playwright.sync_api import expect
from sqlalchemy import func, select

from lms.access.scope import seeing_everything
from lms.courses.models import Lesson, LessonVersion
from lms.courses.rules import LessonKind
from lms.db import db
from lms.learning.models import LessonRead
from tests.browser.conftest import PHONE
from tests.browser.test_practice import enter

KEPT = "caches.open('lessons').then((one) => one.keys()).then((all) => all.length > 5)"


def test_a_recording_counts_and_a_text_is_read_without_a_line(visit):
    cadre = visit(PHONE)
    enter(cadre)
    listen(cadre)
    read_without_a_line(cadre)


def listen(cadre):
    page = cadre.page
    cadre.go(f"/lessons/{first(cadre, LessonKind.AUDIO)}")
    page.get_by_role("button", name="播放").click()
    until(page, "document.getElementById('media').currentTime > 2")
    page.evaluate("document.getElementById('media').pause()")
    expect(page.locator("#said")).to_have_text("已保存")
    expect(page.locator("[data-counted]")).to_have_text(re.compile("0:0[1-9]"))


def read_without_a_line(cadre):
    page, lesson = cadre.page, first(cadre, LessonKind.TEXT)
    cadre.go(f"/lessons/{lesson}")
    until(page, KEPT)
    page.context.set_offline(True)
    cadre.go(f"/lessons/{lesson}")
    cadre.see("这是存在手机上的课文")
    page.get_by_role("button", name="我已读完").click()
    cadre.see("有网络时自动送出")
    before = asked(cadre, select(func.count(LessonRead.id)))
    page.context.set_offline(False)  # the page comes anew by itself
    cadre.see("这一课已学完")
    assert asked(cadre, select(func.count(LessonRead.id))) == before + 1


def first(cadre, kind: LessonKind) -> int:
    query = select(Lesson.id).join(LessonVersion, LessonVersion.lesson_id == Lesson.id)
    return asked(cadre, query.where(LessonVersion.kind == kind).order_by(Lesson.id).limit(1))


def asked(cadre, query) -> int:
    with cadre.city.app.app_context(), seeing_everything():
        return db.session.scalar(query)


def until(page, what: str) -> None:
    """What the page's own policy lets no waiting function ask."""
    for _ in range(720):
        if page.evaluate(what):
            return
        page.wait_for_timeout(250)
    raise AssertionError(what)
