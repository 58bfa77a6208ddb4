"""A law that changes stops its questions, lists its papers, and lets them go one by one."""

from datetime import date, timedelta

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.bank.models import Question, QuestionVersion, VersionSource
from lms.bank.queries import usable
from lms.bank.rules import Pool, State
from lms.db import db
from lms.laws.models import LawEdition
from lms.laws.rules import Standing
from lms.reviewing.models import SourceCheck

OLD = "# 某法\n\n第一条 应当公开。\n"
NEW = "# 某法\n\n第一条 为了甲。\n\n第二条 应当公开。\n"


@pytest.fixture
def law(make):
    """law(text of the next edition) → the old edition, which has ended, and the next."""

    def one(text=NEW, from_on=date(2026, 11, 1)):
        after = make.edition(edition="2026-10-01", from_on=from_on, text=text)
        before = make.edition(text=OLD, to_on=from_on - timedelta(days=1), successor_id=after.id)
        return before, after

    return one


@pytest.fixture
def resting(make, bank, writer):
    """A question in use on the old edition."""
    return make.question(bank, by=writer, pool=Pool.OPEN)


def usable_on(app, bank, day):
    with app.app_context(), seeing_everything():
        return len(db.session.scalars(usable([bank.id], [Pool.OPEN], day)).all())


def release(browser, edition, entry, article="1", key="应当"):
    sent = {"article-0": article, "key-0": key}
    return browser.post(f"/reviewing/laws/{edition.id}/{entry.id}/release", sent)


def sources(make):
    return [(one.edition, one.article, one.key) for one in make.all(VersionSource)]


def test_what_rests_on_an_ended_edition_is_in_no_new_paper(app, law, bank, resting):
    law()
    assert usable_on(app, bank, date(2026, 10, 31)) == 1
    assert usable_on(app, bank, date(2026, 11, 1)) == 0


@pytest.mark.parametrize(
    ("facts", "n"),
    [
        ({}, 1),
        ({"status": Standing.ENDED}, 0),
        ({"from_on": date(2027, 1, 1)}, 0),
        ({"law": "别的法", "status": Standing.ENDED}, 1),
        ({"edition": "2019-01-01", "status": Standing.ENDED}, 1),
    ],
)
def test_a_source_must_hold_on_the_day(app, make, bank, resting, facts, n):
    make.edition(**facts)
    assert usable_on(app, bank, date(2026, 11, 23)) == n


def test_the_question_waits_beside_both_articles(sign_in, reviewer, law, resting):
    before, _ = law()
    browser = sign_in(reviewer)
    assert "有 1 题待核" in browser.get("/reviewing/").text
    assert "1 部法规有变动" in browser.get("/desk").text
    text = browser.get(f"/reviewing/laws/{before.id}").text
    assert "对不上" in text and "原条文" in text and "第二条 <mark>应当</mark>公开" in text
    assert "这些关键词在第 2 条" in text


def test_it_is_released_onto_the_next_edition_as_a_new_version(
    app, make, sign_in, reviewer, law, bank, resting
):
    before, after = law()
    browser = sign_in(reviewer)
    assert release(browser, before, resting).status_code == 422
    assert release(browser, before, resting, "2").status_code == 303
    (entry,) = make.all(Question)
    assert (entry.state, entry.latest) == (State.FINAL, 2)
    assert sources(make) == [("2020-01-01", "1", "应当"), ("2026-10-01", "2", "应当")]
    assert make.all(SourceCheck)[0].law_edition_id == after.id
    assert usable_on(app, bank, date(2026, 11, 23)) == 1
    assert "没有待核的题" in browser.get(f"/reviewing/laws/{before.id}").text
    first, second = make.all(QuestionVersion)
    assert first.stem == second.stem


@pytest.mark.parametrize(
    ("text", "from_on", "status"),
    [(None, date(2026, 11, 1), 409), (OLD, date(2026, 12, 1), 409)],
)
def test_nothing_is_released_onto_what_cannot_be_read_or_does_not_hold_yet(
    make, sign_in, reviewer, law, resting, text, from_on, status
):
    before, _ = law(text, from_on)
    assert release(sign_in(reviewer), before, resting).status_code == status
    assert make.all(SourceCheck) == []


def test_without_a_text_to_hold_it_against_a_question_waits_and_does_not_disagree(
    sign_in, reviewer, law, resting
):
    before, _after = law(text=None)
    page = sign_in(reviewer).get(f"/reviewing/laws/{before.id}").text
    assert "等条文" in page and "对不上" not in page
    assert "新条文上传以后，才能核对、放行。" in page and "核对无误，放行" not in page


def test_a_text_that_was_added_is_held_against_its_questions(make, sign_in, reviewer, resting):
    edition = make.edition(text=OLD, text_at=make.clock())
    browser = sign_in(reviewer)
    assert "一致" in browser.get(f"/reviewing/laws/{edition.id}").text
    assert release(browser, edition, resting).status_code == 303
    assert make.all(Question)[0].latest == 1  # nothing of it changed
    assert "没有待核的题" in browser.get(f"/reviewing/laws/{edition.id}").text


def test_what_no_longer_holds_goes_back_to_its_writer(make, sign_in, reviewer, law, resting):
    before, _ = law()
    url = f"/reviewing/laws/{before.id}/{resting.id}/call-back"
    assert sign_in(reviewer).post(url, {"why": ""}).status_code == 422
    assert sign_in(reviewer).post(url, {"why": "条文已改。"}).status_code == 303
    assert make.all(Question)[0].state is State.RETURNED


def test_nobody_releases_their_own(make, sign_in, school, law, resting, writer):
    make.role(writer, Role.REVIEWER, school)
    before, _ = law()
    assert release(sign_in(writer), before, resting, "2").status_code == 403


def test_papers_that_are_still_to_be_sat_stand_first(make, sign_in, reviewer, law, bank, resting):
    before, _ = law()
    asked = resting.versions[0]
    make.paper(bank, [asked], title="去年的卷")
    soon = make.paper(bank, [asked], title="下周的卷")
    make.paper(bank, [asked], title="存着的卷")
    make.assessment(soon, title="下周的测评")
    text = sign_in(reviewer).get(f"/reviewing/laws/{before.id}").text
    assert text.index("下周的卷") < text.index("存着的卷") < text.index("去年的卷")
    assert "下周的测评" in text
    assert len(make.all(LawEdition)) == 2
