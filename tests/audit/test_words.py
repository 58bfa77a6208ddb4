"""The log in the reader's words: no act is shown by its code."""

import ast
import re

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.accounts.rules import Secret
from lms.audit.facts import NAMES, said
from lms.audit.services import record
from lms.audit.words import ACTS, THINGS
from lms.bank.rules import Move
from lms.callups.rules import Step
from lms.db import db
from lms.people.rules import TransferState
from lms.settings import HOME
from lms.web.transaction import finish

WRITTEN = re.compile(r"""(?:\brecord\(|\brecord,|_note\()\s*(f?)"([^"]+)\"""")
FILLED = {
    "{move} question": [f"{one} question" for one in Move],
    "{move} questions": [f"{one} questions" for one in (Move.SEND, Move.APPROVE, Move.RETIRE)],
    "change {kind.value}": [f"change {one.value}" for one in Secret],
    "choose {chooser.secret.value}": [f"choose {one.value}" for one in Secret],
    "nomination {step.value}": [f"nomination {one.value}" for one in Step],
    "transfer {state.value}": [
        f"transfer {one.value}" for one in TransferState if one is not TransferState.ASKED
    ],
}


def test_every_act_that_the_house_records_has_a_word():
    found = {
        act
        for file in (HOME / "lms").rglob("*.py")
        for written, text in WRITTEN.findall(file.read_text())
        for act in (FILLED[text] if written else [text])
    }
    assert len(found) > 50
    assert found - set(ACTS) == set()


def test_every_fact_that_is_noted_by_name_has_a_word():
    calls = [
        call
        for file in (HOME / "lms").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record"
    ]
    noted = {one.arg for call in calls for one in call.keywords if one.arg}
    assert len(noted) > 50
    assert noted - {"whom", "org_id", "outcome"} - set(NAMES) == set()


def test_facts_are_said_in_the_readers_words_and_what_is_empty_is_left_out(app):
    with app.test_request_context():
        noted = {"means": "pin", "persons": [7, 8], "why": None, "twice": True, "own": "x"}
        assert said(noted) == [
            ("登录方式", "PIN 码"),
            ("人员", "7、8"),
            ("双人评阅", "是"),
            ("own", "x"),
        ]
        assert said({"was": {"place": "党校"}}) == [("原来", "地点 党校")]


def test_every_thing_is_a_table():
    assert set(THINGS) <= set(db.metadata.tables)
    assert {"question", "question_version", "review_sample", "paper", "bank"} <= set(THINGS)


def test_the_reader_finds_an_act_and_a_thing_by_their_words(app, clock, make, sign_in):
    with app.app_context(), seeing_everything():
        for number in (7, 8):
            record("see numbers", clock(), whom=f"person {number}")
        finish()
    browser = sign_in(make.officer(make.unit("某市"), Role.AUDIT_ADMIN))
    page = browser.get("/audit/?act=see+numbers&whom=人员+7").text
    assert page.count(">查看完整号码</td>") == 1
    assert ">人员 7</td>" in page and "person 7" not in page
