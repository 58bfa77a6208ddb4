"""No address shows a reviewer the key of a question before it has been answered."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.bank.files import read_draft
from lms.bank.models import Question
from lms.bank.rules import State
from lms.bank.writing import put_next
from lms.db import db
from lms.web.transaction import finish
from tests.reviewing.test_reviewing import RATED

KEY, WHY = "条文里的关键词", "解析里说第一项对"
ASKED = """---
id: {code}
type: single
points: 2
origin: own
sources:
  - {{law: {law}, edition: {edition}, article: 1, key: 条文里的关键词}}
---
{stem}

- [x] 召集村民会议
- [ ] 报乡镇决定

> 解析里说第一项对。
"""
BLANK = """---
id: {code}
type: blank
points: 2
origin: own
sources:
  - {{law: {law}, edition: {edition}, article: 1, key: 应当}}
---
{stem}承包期为{{{{三十}}}}年。
"""


@pytest.fixture
def entry(waiting):
    return waiting(text=ASKED)


@pytest.fixture
def mended(app, make):
    """mended(entry) → its writer has changed it since, and it is in review again."""

    def one(entry):
        with app.app_context(), seeing_everything():
            mine = db.session.get_one(Question, entry.id)
            asked = read_draft(mine.versions[-1].text)
            put_next(mine, replace(asked, topic="改过"), State.IN_REVIEW, make.clock(), None)
            finish()
        make.session.expire_all()

    return one


@pytest.fixture
def browser(sign_in, reviewer):
    return sign_in(reviewer)


def hidden(page):
    assert page.status_code == 200
    return KEY not in page.text and WHY not in page.text and 'class="right"' not in page.text


def test_neither_page_nor_history_nor_list_of_the_question_shows_it(entry, browser):
    version = entry.versions[-1]
    for address in (
        f"/banks/versions/{version.id}",
        f"/banks/questions/{entry.id}/history",
        f"/banks/{entry.bank_id}",
        f"/reviewing/questions/{entry.id}",
        f"/reports/questions/{entry.id}",
    ):
        assert hidden(browser.get(address)), address
    for address in (
        f"/banks/questions/{entry.id}/twins",
        f"/banks/{entry.bank_id}/twins",
        f"/banks/questions/{entry.id}/edit",
        "/papers/",
    ):
        assert browser.get(address).status_code in (403, 404), address


def test_an_older_version_has_mostly_the_same_key_and_shows_none(entry, browser, mended):
    older = entry.versions[-1].id
    mended(entry)
    assert hidden(browser.get(f"/banks/versions/{older}"))


def test_what_another_reviewer_said_may_hold_the_key_and_waits(
    make, entry, browser, school, sign_in, mended
):
    other = sign_in(make.officer(school, Role.REVIEWER, "赵老师"))
    other.post(f"/reviewing/questions/{entry.id}/answer", {"s0": "B"})
    said = RATED | {"decision": "returned", "comment": "我看应当是第二项。"}
    assert other.post(f"/reviewing/questions/{entry.id}/decide", said).status_code == 303
    mended(entry)
    address = f"/reviewing/questions/{entry.id}/history"
    page = browser.get(address).text
    assert "赵老师" in page and "第二项" not in page and "与标准答案不同" not in page
    assert "第二项" not in browser.get(f"/reviewing/questions/{entry.id}").text


def test_a_file_taken_home_leaves_out_what_waits(make, entry, bank, browser, waiting):
    passed = waiting(text=ASKED, state=State.FINAL, stem="另一件事应当怎样办？")
    assert "另有 1 题还没有审定" in browser.get(f"/banks/{bank.id}/home").text
    home = ZipFile(BytesIO(browser.get(f"/banks/{bank.id}/home.zip").data))
    names = " ".join(home.namelist())
    assert passed.code in names and entry.code not in names


def test_a_writer_takes_everything_home(entry, bank, sign_in, writer):
    home = ZipFile(BytesIO(sign_in(writer).get(f"/banks/{bank.id}/home.zip").data))
    assert entry.code in " ".join(home.namelist())


def test_the_list_of_what_rests_on_a_law_shows_it_only_of_what_has_passed(
    make, entry, browser, waiting
):
    row = make.edition(text="第一条 条文里的关键词。", text_at=make.clock())
    page = browser.get(f"/reviewing/laws/{row.id}")
    assert "先审再核对依据" in page.text and 'class="right"' not in page.text
    assert WHY not in page.text and "关键词：" not in page.text
    waiting(text=ASKED, state=State.FINAL)
    assert 'class="right"' in browser.get(f"/reviewing/laws/{row.id}").text


def test_a_search_finds_no_question_by_its_answer(waiting, bank, browser):
    entry = waiting(text=BLANK)
    assert entry.code in browser.get(f"/banks/{bank.id}?words=承包期").text
    assert entry.code not in browser.get(f"/banks/{bank.id}?words=三十").text


def test_after_the_answer_it_is_all_there(entry, browser):
    browser.post(f"/reviewing/questions/{entry.id}/answer", {"s0": "A"})
    page = browser.get(f"/reviewing/questions/{entry.id}").text
    assert KEY in page and WHY in page and 'class="right"' in page
