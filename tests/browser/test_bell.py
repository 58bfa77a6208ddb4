"""Before the bell: the start opens by itself, and a trial says what this device can do."""

import shutil
import threading
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from lms.exams.models import Answer, Attempt
from lms.settings import HOME
from lms.web import built
from tests.browser.conftest import OFTEN, PATIENCE, PHONE
from tests.conftest import app_on, leave
from tests.exams.build import FOUR, Hall
from tests.web.crowded import no_place_in

SOON = timedelta(minutes=5)


@pytest.fixture
def database_url(empty_database, tmp_path):
    return f"sqlite:///{shutil.copy(empty_database, tmp_path / 'bell.sqlite')}"


@pytest.fixture
def app(database_url, clock, tmp_path):
    """A house with its files, whose clock the test moves."""
    built.write(HOME / "static", tmp_path / "static")
    app = app_on(database_url, tmp_path, clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.extensions["address"] = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, args=(OFTEN,))
    serving.start()
    yield app
    server.shutdown()
    serving.join()
    server.server_close()
    leave(app)


@pytest.fixture
def phone(app, make, chromium, clock):
    """phone(prepare) → the page before the bell of an assessment that opens in a moment."""
    contexts = []

    def come(script=""):
        hall = Hall(make)
        cadre = hall.cadre()
        assessment = hall.assessment(cadre, opens_at=clock() + SOON)
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(token=make.sign_in(cadre), csrf="the same in every test")
        name, address = app.config["SESSION_COOKIE_NAME"], app.extensions["address"]
        cookie = {"name": name, "value": client.get_cookie(name).value, "url": address}
        context = chromium.new_context(viewport=PHONE, locale="zh-CN")
        contexts.append(context)
        context.add_cookies([cookie])
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.clock.install()  # the bell comes when the test says so
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/exams/assessments/{assessment.id}/before")
        return page

    yield come
    for context in contexts:
        context.close()


def try_out(page):
    page.get_by_label("已经准备好").check()
    page.get_by_label("请填今天是星期几").fill("星期一")
    page.get_by_label("请填今天是星期几").blur()


def state(page, check):
    return page.locator(f"[data-check={check}] .state")


def test_at_the_bell_the_start_opens_by_itself_and_then_come_the_questions(phone, clock, make):
    page = phone()
    page.evaluate("window.never_loaded_anew = true")
    page.get_by_text("离开始还有").first.wait_for()
    start = page.get_by_role("button", name="开始考试")
    assert not start.is_visible() and page.locator(".asked .stem").count() == 0
    try_out(page)
    for check in ("script", "keep", "line", "reload"):
        state(page, check).get_by_text("正常").wait_for()
    assert page.locator("#weak").is_hidden()
    page.clock.fast_forward(SOON.total_seconds() * 1000)
    start.wait_for()
    assert page.evaluate("window.never_loaded_anew")
    clock.time += SOON
    start.click()  # the browser asks for the pledge
    assert page.url.endswith("/before")
    page.get_by_label("我承诺").check()
    start.click()
    page.get_by_text("已保存 0/4").wait_for()
    assert page.locator(".asked .stem").count() == len(FOUR)
    assert make.all(Attempt)[0].pledged_at == clock()
    assert make.all(Answer) == []


def test_who_finds_the_house_full_at_the_bell_is_let_in_without_another_press(
    phone, app, clock, make
):
    page = phone()
    clock.time += SOON
    page.reload()
    page.get_by_label("我承诺").check()
    with no_place_in(app):
        page.get_by_role("button", name="开始考试").click()
        page.get_by_text("请不要关闭").wait_for()
    page.get_by_text("已保存 0/4").wait_for()
    assert make.all(Attempt)[0].pledged_at == clock()


def test_the_trial_says_what_does_not_work(phone):
    page = phone(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('none'); } })"
    )
    page.route("**/rehearsal", lambda route: route.abort())
    try_out(page)
    for check in ("keep", "line"):
        state(page, check).get_by_text("不行").wait_for()
    said = page.locator("#weak").inner_text()
    assert "不能在本机暂存答案" in said and "现在连不上服务器" in said
    page.unroute("**/rehearsal")
    page.get_by_label("还要等一等").check()
    state(page, "line").get_by_text("正常").wait_for()
    assert "现在连不上服务器" not in page.locator("#weak").inner_text()
