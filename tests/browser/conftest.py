"""A real city on a real server, and a real browser in front of it."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from lms.app import create_app
from lms.commands.first_run import mark
from lms.db import db
from lms.demonstration.load import load
from lms.jobs import worker
from lms.settings import Settings
from tests.conftest import SECRETS

COUNTY = "140827"  # 垣曲县: the smallest, and that of the first scene
CHROMIUM = os.environ.get("LMS_CHROMIUM", "/usr/bin/chromium")
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1366, "height": 768}
OFTEN = 0.1  # seconds between two looks: a job, or the end, is no more than that away
PATIENCE = 180_000  # ms: a slow machine is no fault, and what comes is not waited for any longer
expect.set_options(timeout=PATIENCE)


@dataclass
class City:
    """A running demonstration of one county."""

    address: str
    app: Flask
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def county(once, built, empty_database):
    """A folder with one county of the demonstration in it, and the accounts; made once a run."""

    def load_it(var):
        settings = Settings(var=var, secrets=SECRETS, demonstration=True)
        built(settings)
        shutil.copy(empty_database, settings.database.removeprefix("sqlite:///"))
        app = create_app(settings)
        with app.app_context():
            mark(app, "demonstration")
            accounts = load(app, lambda *_: None, counties={COUNTY})
            db.session.remove()
        worker.run_once(app)  # what is due every hour was done a moment ago
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        (var / "accounts.json").write_text(json.dumps(accounts))

    var = once("county", load_it)
    return var, json.loads((var / "accounts.json").read_text())


def _alike(source: str, target: str) -> object:
    """What a start makes of the sources is only read: it need not lie there twice."""
    built = {"static", "templates", "translations"} & {*Path(source).parts}
    return os.link(source, target) if built else shutil.copy2(source, target)


@pytest.fixture(scope="package")
def brisk():
    """The worker looks more often than in a city: the first look of a page sees what is done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "PAUSE", OFTEN)
        yield


@pytest.fixture(scope="module")
def city(county, brisk, tmp_path_factory):
    """Serves a copy of that county, with its worker, until the module is done."""
    var = tmp_path_factory.mktemp("city") / "var"
    shutil.copytree(county[0], var, copy_function=_alike)
    app, accounts = create_app(Settings(var=var, secrets=SECRETS, demonstration=True)), county[1]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, args=(OFTEN,)),
        threading.Thread(target=worker.run_forever, args=(app, stop)),
    ]
    for thread in threads:
        thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield City(address, app, {one["role"]: one for one in accounts})
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="package")
def chromium():
    """One for all files, each visitor with a fresh context; no longer: it holds the event loop."""
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person at one device. What the browser complains about fails the test."""

    page: Page
    city: City
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.city.address + path)

    def sign_in(self, role: str) -> None:
        """By number and password, as somebody who runs something."""
        account = self.city.accounts[role]
        self.go("/sign-in")
        self.page.get_by_label("手机号或短号").fill(account["sign_in"])
        self.page.get_by_role("button", name="下一步").click()
        self.page.locator("main input[type=password]").fill(account["password"])
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def see(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def picture(self, name: str) -> None:
        """A picture for the guide, where one is asked for."""
        folder = os.environ.get("LMS_PICTURES")
        self.page.wait_for_load_state()  # a page that has just been asked for has no root yet
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png")

    @property
    def width(self) -> int:
        return self.page.viewport_size["width"]


@pytest.fixture
def visit(city, chromium: Browser) -> Callable[..., Visitor]:
    """visit(PHONE) → a visitor with a fresh browser of that size."""
    visitors: list[Visitor] = []

    def come(size=DESK) -> Visitor:
        context = chromium.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
        )
        visitors.append(Visitor(page, city, complaints))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.page.context.close()
        assert visitor.complaints == []
