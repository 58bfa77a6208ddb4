"""The board of a running exam, as its officer sees it, and a room with one device for all."""

import re

from sqlalchemy import select

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.clock import day_of
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.people.models import Person, RoleHeld
from lms.web.transaction import finish
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_line import begin, choose, sign_in, single

CITY_OFFICER, TOWN_OFFICER = "市培训管理员", "乡培训管理员"
EVERY = 5_000  # ms between two looks of the board
TITLE, WORD = "村干部八种本领测评", "第 3 题的图看不清的，放大看。"


def open_board(officer):
    officer.go("/exams/assessments")
    officer.page.get_by_role("link", name=TITLE).first.click()
    officer.page.get_by_role("link", name="考场情况").click()
    officer.see("每 5 秒更新")


def answering(page):
    """How many answer now, of all."""
    heads = page.locator("thead th.n").all_inner_texts()
    return page.locator("[data-row='total'] .n").nth(heads.index("作答中"))


def test_the_open_board_follows_the_phones_and_the_phones_hear_from_it(visit):
    phone, officer = visit(PHONE), visit(DESK)
    officer.page.clock.install()
    sign_in(phone, "/exams/")
    begin(phone)
    officer.sign_in(CITY_OFFICER)
    open_board(officer)
    page = officer.page
    assert answering(page).inner_text() == "1"
    officer.picture("officer-board")

    page.get_by_label("要说的话").fill(WORD)
    page.get_by_role("button", name="发出").click()
    officer.see("已发出")
    page.get_by_label("延长几分钟").fill("20")
    page.locator("#ExtendForm-reason").fill("停电 20 分钟")
    page.get_by_role("button", name="延长", exact=True).click()
    officer.see("已延长")
    choose(phone, single(phone)[0], 0)
    phone.page.locator("#word", has_text=WORD).wait_for()
    assert int(phone.page.locator("#left").inner_text().split(":")[1]) >= 18  # an hour and more
    phone.picture("cadre-word")
    phone.page.get_by_role("button", name="知道了").click()
    assert phone.page.locator("#word").is_hidden()

    page.get_by_role("link", name="查看名单").click()
    page.get_by_label("状态").select_option(label="作答中")
    page.get_by_role("button", name="筛选").click()
    officer.picture("officer-present")
    page.go_back()
    page.go_back()
    answering(page).filter(has_text=re.compile("^1$")).wait_for()
    page.locator("summary", has_text="收卷").click()
    page.locator("#CollectForm-reason").fill("考场停电，改期补考")
    page.get_by_role("button", name="确定收卷").click()
    officer.see("已收卷")
    choose(phone, single(phone)[1], 0)  # the next contact tells the page that the end has come
    phone.page.wait_for_url("**/result")
    page.clock.fast_forward(EVERY)  # the open board hears of it by itself
    answering(page).filter(has_text=re.compile("^0$")).wait_for()


def test_who_has_no_phone_sits_on_the_device_of_the_room(visit):
    officer = visit(PHONE)
    make_invigilator(officer.city)
    officer.sign_in(TOWN_OFFICER)
    officer.go("/exams/supervised")
    page = officer.page
    officer.picture("invigilator-rooms")
    page.get_by_role("link", name=TITLE).click()
    officer.picture("invigilator-seats")
    for name in page.locator(".doors a").all_inner_texts():
        page.get_by_role("link", name=name.split("\n")[0]).first.click()
        if page.get_by_role("button", name="开始考试").count():
            break
        page.go_back()
    officer.picture("invigilator-seat")
    page.locator("form").filter(has_text="开始考试").get_by_label("看了身份证").check()
    page.get_by_label("已向本人读过承诺").check()
    page.get_by_role("button", name="开始考试").click()
    officer.see("已保存 0/")
    choose(officer, single(officer)[0], 0)
    officer.see("已保存 1/")
    officer.picture("invigilator-sitting")
    page.get_by_role("button", name="答题卡").click()
    page.get_by_role("button", name="交卷", exact=True).click()
    page.wait_for_url("**/exams/supervised")
    officer.see("已交卷")
    officer.picture("invigilator-next")


def make_invigilator(city):
    """The township's officer invigilates, too."""
    number, now = city.accounts[TOWN_OFFICER]["sign_in"], city.app.extensions["clock"]()
    with city.app.app_context(), seeing_everything():
        person = db.session.scalar(select(Person).where(Person.short_number == number))
        held = db.session.scalar(
            select(RoleHeld).where(
                RoleHeld.person_id == person.id, RoleHeld.role == Role.TOWNSHIP_OFFICER
            )
        )
        unit = db.session.get(OrgUnit, held.org_id)
        db.session.add(
            RoleHeld(
                person_id=person.id,
                role=Role.INVIGILATOR,
                org_id=unit.id,
                from_on=day_of(now),
                given_at=now,
            )
        )
        finish()
