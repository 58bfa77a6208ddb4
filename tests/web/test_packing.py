"""A page is packed for a browser that can unpack it, and for no other."""

import gzip

import brotli
import pytest
from flask import Flask

from lms.web import packing

PAGE = "<p>历山镇的干部学习强农惠农政策</p>" * 100


@pytest.fixture
def browser():
    app = Flask("house", static_folder=None)
    packing.install(app)
    app.add_url_rule("/page", "page", lambda: PAGE)
    app.add_url_rule("/short", "short", lambda: "<p>短</p>")
    app.add_url_rule(
        "/workbook", "workbook", lambda: (b"PK" * 1000, {"Content-Type": "application/zip"})
    )
    app.add_url_rule("/stream", "stream", lambda: iter([PAGE]))
    return app.test_client()


@pytest.mark.parametrize(
    ("asked", "chosen", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
    ],
)
def test_a_long_page_is_packed_as_the_browser_can(browser, asked, chosen, unpack):
    answer = browser.get("/page", headers={"Accept-Encoding": asked})
    assert answer.headers["Content-Encoding"] == chosen
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(PAGE.encode()) / 3
    assert unpack(answer.data).decode() == PAGE


@pytest.mark.parametrize("asked", ["", "identity", "br;q=0, gzip;q=0"])
def test_who_cannot_unpack_gets_it_plain(browser, asked):
    answer = browser.get("/page", headers={"Accept-Encoding": asked})
    assert "Content-Encoding" not in answer.headers
    assert answer.text == PAGE


@pytest.mark.parametrize("address", ["/short", "/workbook", "/stream"])
def test_what_gains_nothing_is_left_alone(browser, address):
    answer = browser.get(address, headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
