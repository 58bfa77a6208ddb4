"""The banks that come with the program arrive in review, and never examine anybody."""

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.bank.files import read_question
from lms.bank.models import Bank, Question
from lms.bank.rules import Origin, Pool, State
from lms.bank.services import load_folder
from lms.bank.writing import add_questions
from lms.competencies.services import load_reference
from lms.db import db
from lms.errors import Invalid
from lms.reviewing import shipping
from lms.web.transaction import finish
from tests.make import ASKED


@pytest.fixture
def shelf(app, tmp_path, clock, monkeypatch):
    """One small shipped bank."""
    place = tmp_path / "shipped" / "trial"
    place.mkdir(parents=True)
    (place / "bank.yaml").write_text("code: trial\ntitle: 试用题库\n")
    text = ASKED.replace("origin: own", "origin: machine")
    for n in (1, 2):
        asked = text.format(code=f"trial-{n}", stem="某事？", law="某法", edition="2020-01-01")
        (place / f"{n}.md").write_text(asked)
    monkeypatch.setattr(shipping, "BANKS", place.parent)
    with app.app_context(), seeing_everything():
        load_reference(clock())
        finish()


def test_the_city_is_offered_what_is_shipped_and_it_waits_for_review(make, sign_in, shelf, school):
    browser = sign_in(make.officer(school, Role.TRAINER))
    assert "没有载入" in browser.get("/reviewing/shipped").text
    assert browser.post("/reviewing/shipped", {"pool": "practice"}).status_code == 303
    found = {(one.pool, one.state) for one in make.all(Question)}
    assert found == {(Pool.PRACTICE, State.IN_REVIEW)} and len(make.all(Question)) == 2
    assert "已载入" in browser.get("/reviewing/shipped").text
    reviewer = sign_in(make.officer(school, Role.REVIEWER))
    assert "开始抽审" in reviewer.get("/reviewing/").text


def test_no_examination_pool_and_no_county(make, sign_in, shelf, school):
    browser = sign_in(make.officer(school, Role.TRAINER))
    assert browser.post("/reviewing/shipped", {"pool": "exam"}).status_code == 422
    county = sign_in(make.officer(make.unit("某县", under=school), Role.TRAINER))
    assert county.post("/reviewing/shipped", {"pool": "open"}).status_code == 403
    assert make.all(Question) == []


def test_what_is_public_never_enters_an_examination_pool(app, shelf, school, clock):
    asked = read_question(ASKED.format(code="x-1", stem="某事？", law="某法", edition="2020-01-01"))
    with app.app_context(), seeing_everything():
        folder = next(iter(shipping.folders()))
        bank, _ = load_folder(folder, school.id, clock(), Pool.OPEN, State.IN_REVIEW)
        assert bank.public
        with pytest.raises(Invalid, match="公开"):
            add_questions(bank, [asked], Pool.EXAM, State.DRAFT, clock(), None, Origin.MACHINE)
        assert db.session.query(Bank).count() == 1
