"""The line is cut for minutes in the middle of an exam, and nothing that was chosen is lost."""

import json
import re
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from lms.db import db
from tests.browser.conftest import PHONE

CADRE = "村干部（PIN 码、凭条码）"
MINUTES = 3 * 60 * 1000


def sign_in(phone, path):
    phone.go(path)
    prove(phone)


def prove(phone):
    """By number, slip and PIN, as a cadre; on to the page that was asked for."""
    page, account = phone.page, phone.city.accounts[CADRE]
    page.get_by_label("手机号或短号").fill(account["sign_in"])
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("凭条码").fill(re.sub(r"\D", "", account["code"]))
    page.locator("main input[type=password]").last.fill(account["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def begin(phone):
    phone.page.locator("a[href$='/before']").first.click()
    start(phone)


def start(phone):
    page = phone.page
    page.get_by_label("我承诺").check()
    page.get_by_role("button", name="开始考试").click()
    phone.see("已保存 0/")


def go_in(phone):
    """To the attempt that is open; where no other test has begun it, it begins here."""
    page = phone.page
    page.locator("a[href*='/exams/attempts/'], a[href$='/before']").first.click()
    page.wait_for_url(lambda url: not url.endswith("/exams/"))
    on, pledge = page.get_by_role("link", name="继续作答"), page.get_by_label("我承诺")
    there = page.locator("#handover:not([hidden]) button, #dock:not([hidden])")
    there.or_(on).or_(pledge).first.wait_for()
    if on.count():
        on.click()
    elif pledge.count():
        start(phone)
    there.first.wait_for()


def come_back(phone):
    """Into the attempt, on one more device."""
    sign_in(phone, "/exams/")
    page = phone.page
    go_in(phone)
    if page.get_by_role("button", name="在这里继续").is_visible():
        page.get_by_role("button", name="在这里继续").click()
    phone.see("已保存 ")


def choose(phone, number, option):
    """The order of questions and options is the same on every phone."""
    page = phone.page
    page.get_by_role("button", name="答题卡").click()
    page.locator(f"[data-to='{number}']").click()
    page.locator(f"#q{number} .choice").nth(option).click()


def chosen(phone, number):
    return phone.page.locator(f"#q{number} input").evaluate_all(
        "all => all.map((one) => one.checked)"
    )


def single(phone):
    """Numbers of questions with one right answer, so that a press replaces the last."""
    return phone.page.locator(".asked").evaluate_all(
        "all => all.map((one, n) => one.querySelector('input[type=radio]') ? n + 1 : 0)"
        ".filter(Boolean)"
    )


def look_away(page):
    """Another program stands before the page for a moment."""
    hide = (
        "(value) => {"
        "  Object.defineProperty(document, 'hidden', { value, configurable: true });"
        "  document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.evaluate(hide, True)
    page.wait_for_timeout(1200)
    page.evaluate(hide, False)


def let_minutes_pass(phone):
    """On the phone and in the house alike: what is said later than it comes would not count."""
    phone.page.clock.run_for(MINUTES)
    house = phone.city.app.extensions
    house["clock"] = partial(later, house["clock"])


def later(clock):
    return clock() + timedelta(milliseconds=MINUTES)


def test_minutes_without_a_line_a_reload_and_another_phone_lose_no_answer(visit):
    first, second = visit(PHONE), visit(PHONE)
    first.page.clock.install()
    sign_in(first, "/exams/")
    begin(first)
    one, two, three, four = single(first)[:4]
    choose(first, one, 0)
    first.see("已保存 1/")

    first.page.context.set_offline(True)
    choose(first, two, 1)
    choose(first, three, 1)
    first.see("有 2 题仅存本机")
    let_minutes_pass(first)  # it tries again and again, and asks nothing
    choose(first, four, 0)
    first.see("有 3 题仅存本机")
    first.picture("cadre-offline")

    # The line is back for the page, but what it says of its answers gets lost: loaded anew, it
    # still holds them. (A last batch may have slipped out as the page went; then it comes twice.)
    first.page.route("**/answers", lambda route: route.abort())
    first.page.context.set_offline(False)
    first.page.reload()
    first.see("有 3 题仅存本机")
    assert chosen(first, two)[1] and chosen(first, three)[1] and chosen(first, four)[0]
    first.page.context.set_offline(True)

    # Another phone goes on in the same place with what the server holds.
    sign_in(second, "/exams/")
    go_in(second)
    second.see("在这台设备上继续？")
    second.picture("cadre-hand-over")
    second.page.get_by_role("button", name="在这里继续").click()
    second.see("已保存 ")
    assert chosen(second, one)[0]
    choose(second, three, 0)
    second.page.locator("#saved", has_text="已保存 ").wait_for()

    # The first one comes back: it delivers what it holds, is told, and takes no more.
    first.page.unroute("**/answers")
    first.page.context.set_offline(False)
    first.see("已在另一台设备上继续作答")
    assert first.page.locator(f"#q{two} input").first.is_disabled()

    # What it brought counts, but for the question that the second one answered later.
    second.page.reload()
    second.see("已保存 4/")
    assert chosen(second, two)[1] and chosen(second, four)[0]
    assert chosen(second, three)[0] and not chosen(second, three)[1]


def test_signed_out_in_the_middle_one_signs_in_again_in_place(visit):
    phone = visit(PHONE)
    come_back(phone)
    page = phone.page
    (number,) = single(phone)[4:5]
    address = page.url
    look_away(page)
    phone.see("您离开过考试页面，已记录 1 次")
    page.context.clear_cookies(name="lms")
    choose(phone, number, 0)
    phone.see("已保存 ")  # the ticket needs no session
    page.get_by_role("button", name="答题卡").click()
    page.get_by_role("button", name="交卷", exact=True).click()
    phone.see("登录已过期")
    phone.picture("cadre-signed-out")
    page.get_by_role("button", name="重新登录，接着答").click()
    prove(phone)
    page.wait_for_url(address)
    phone.see("已保存 ")
    assert chosen(phone, number)[0]


def test_a_full_house_is_asked_again_and_a_number_given_out_twice_costs_no_answer(visit):
    phone = visit(PHONE)
    come_back(phone)
    page, number = phone.page, single(phone)[-1]
    refused, pressed = [], []

    def refuse(route):
        """The server says once that it holds something else under this number."""
        sent = route.request.post_data_json
        if refused or not sent["operations"]:
            return route.continue_()
        refused.extend([one["turn"], one["sequence"]] for one in sent["operations"])
        answer = route.fetch(post_data=json.dumps(sent | {"operations": []}))
        return route.fulfill(response=answer, json=answer.json() | {"refused": refused})

    def full(route):
        pressed.append(route)
        if len(pressed) > 1:
            return route.fulfill(status=409, json={"why": "又按了一次。"})
        later, why = {"Retry-After": "1"}, {"why": "现在办理的人很多。"}
        return route.fulfill(status=503, headers=later, json=why)

    page.route("**/answers", refuse)
    choose(phone, number, 1)
    page.locator("#saved", has_text="已保存 ").wait_for()
    assert refused
    page.reload()
    phone.see("已保存 ")
    assert chosen(phone, number)[1]

    page.route("**/submit", full)
    page.get_by_role("button", name="答题卡").click()
    page.get_by_role("button", name="交卷", exact=True).click()
    phone.see("又按了一次。")
    assert len(pressed) == 2


def let_them_look(city):
    """The organiser shows right and wrong while one sits."""
    shown = '{"during": ["right", "key", "explanation"]}'
    with city.app.app_context(), db.engine.begin() as line:
        line.execute(text("update assessment set shown = :shown"), {"shown": shown})


def put_aside(page):
    """Until the page and what it is made of lie on the phone."""
    there = (
        "async () => (await (await caches.open('exam pages')).keys()).length"
        " && (await (await caches.open('exam files')).keys()).length"
    )
    while page.evaluate(there) < 8:
        page.wait_for_timeout(200)


def test_loaded_anew_without_a_line_the_page_opens_from_the_phone(visit, city):
    let_them_look(city)
    phone = visit(PHONE)
    come_back(phone)
    page, (one, two, three) = phone.page, single(phone)[5:8]
    choose(phone, one, 0)
    page.locator("#saved", has_text="已保存 ").wait_for()
    put_aside(page)
    page.context.set_offline(True)
    choose(phone, two, 1)
    phone.see("有 1 题仅存本机")
    page.reload()
    page.locator("#notice", has_text="已从这台手机重新打开").wait_for()
    phone.picture("cadre-reopened")
    assert chosen(phone, one)[0] and chosen(phone, two)[1]
    choose(phone, three, 0)
    phone.see("有 2 题仅存本机")
    page.context.set_offline(False)
    page.locator("#saved", has_text="已保存 ").wait_for()

    # Right and wrong of a question, which is closed by it; another device knows.
    section = page.locator(f"#q{three}")
    section.get_by_role("button", name="看对错").click()
    section.get_by_text("看了以后，这道题就不能再改").wait_for()
    section.get_by_role("button", name="看，不再改").click()
    section.locator(".choice.right").wait_for()
    assert section.locator("input").first.is_disabled()
    phone.picture("cadre-looked")
    page.reload()
    phone.see("已保存 ")
    assert page.locator(f"#q{three} input").first.is_disabled()
    assert page.locator(f"#q{two} input").first.is_enabled()
