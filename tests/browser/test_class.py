"""A village cadre is called up, checks in by the code on the wall, and holds his certificate."""

import re
from datetime import datetime, timedelta

from lms.clock import CITY_TIME
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_practice import CADRE, enter

OFFICER = "县培训管理员"
TITLE, LESSON = "村党组织书记演练班", "四议两公开怎样开"
MINUTE = timedelta(minutes=1)


def test_from_the_call_up_to_the_certificate(visit):
    officer, cadre = visit(DESK), visit(PHONE)
    officer.sign_in(OFFICER)
    held = open_class(officer)
    call_up(officer, held)
    officer.go(held)
    officer.page.get_by_role("button", name="开班", exact=True).click()
    officer.see("已开班")
    officer.picture("officer-class-opened")
    enter(cadre)
    check_in(officer, cadre, held)
    end(officer, held)
    hold(cadre)


def open_class(officer) -> str:
    """A class of one day with one lesson that has begun; the address of its page."""
    page, now = officer.page, datetime.now(CITY_TIME)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = max(now - 5 * MINUTE, midnight)
    last = min(first + 50 * MINUTE, midnight + timedelta(hours=23, minutes=59))
    officer.go("/classes/new")
    for name, value in {
        "title": TITLE,
        "from_on": f"{now:%Y-%m-%d}",
        "to_on": f"{now:%Y-%m-%d}",
        "place": "县委党校",
        "capacity": "20",
        "required_hours": "1",
    }.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/classes/\d+$"))
    held = re.search(r"/classes/\d+$", page.url)[0]
    officer.go(f"{held}/timetable")
    for name, value in {
        "starts": f"{first:%H:%M}",
        "ends": f"{last:%H:%M}",
        "hours": "1",
        "subject": LESSON,
    }.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="加入课程表").click()
    officer.see("共 1 节，1 学时")
    return held


def call_up(officer, held):
    """Places for one township; a person is named for one, and approved."""
    page, number = officer.page, held.rpartition("/")[2]
    officer.go(f"/callups/new?class={number}")
    page.locator("#title").fill("演练班调训")
    page.locator("#due_at").fill(f"{datetime.now(CITY_TIME) + timedelta(days=1):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("历山镇 不限职务").fill("2")
    page.get_by_role("button", name="保存名额表").click()
    page.get_by_role("button", name="下达名额").click()
    page.get_by_role("link", name="历山镇").click()
    page.locator("main input[type=search]").fill(officer.city.accounts[CADRE]["sign_in"])
    page.get_by_role("button", name="查找").click()
    page.get_by_role("button", name="报不限职务名额").click()
    page.get_by_role("button", name="批准本单位全部待审批的人").click()
    officer.see("已批准 1 人，并列入培训班")
    officer.picture("officer-call-up")


def check_in(officer, cadre, held):
    """He reads that he is in the class; the wall shows a code, and he types it."""
    desk, phone = officer.page, cadre.page
    cadre.go("/tasks")
    cadre.see(f"您已编入“{TITLE}”")
    cadre.picture("cadre-news")
    phone.get_by_role("button", name="知道了").click()
    phone.get_by_text("新情况").wait_for(state="detached")
    officer.go(f"{held}/attendance")
    desk.get_by_role("link", name=LESSON).click()
    desk.get_by_role("button", name="打开签到码").click()
    code = desk.locator("[data-code]").inner_text().strip()
    cadre.go(f"/classes/mine/{held.rpartition('/')[2]}")
    phone.locator("#code").fill(code)
    phone.get_by_role("button", name="签到", exact=True).click()
    cadre.see(f"已签到：{LESSON}")
    cadre.picture("cadre-checked-in")


def end(officer, held):
    """The list is confirmed, the class ended, the certificate issued in the background."""
    page = officer.page
    officer.go(f"{held}/attendance")
    page.get_by_role("link", name=LESSON).click()
    page.get_by_role("button", name="确认名单").click()
    officer.go(f"{held}/end")
    page.get_by_role("button", name="结班", exact=True).click()
    officer.see("1 人结业，共 1 人")
    officer.picture("officer-class-ended")
    officer.go(f"/certificates{held}")
    page.get_by_role("button", name="颁发并制作打印文件").click()
    officer.see("已颁发的证书")  # the page of the job leads there by itself
    officer.picture("officer-certificates")


def hold(cadre):
    """It is on his phone, as a paper."""
    cadre.go("/certificates/")
    cadre.see(TITLE)
    cadre.picture("cadre-certificate")
    with cadre.page.expect_download() as paper:
        cadre.page.get_by_role("link", name="下载 PDF").first.click()
    with open(paper.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
