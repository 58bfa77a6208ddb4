"""One request, one transaction: returning commits, refusing rolls back, reading never writes."""

import pytest
from flask import Blueprint

from lms.access.permissions import OPEN, needs
from lms.audit.models import AuditEntry
from lms.audit.services import record
from lms.db import once
from lms.errors import Conflict
from lms.web import transaction
from lms.web.here import now

trial = Blueprint("trial", __name__)


@trial.route("/trial/<how>", methods=["GET", "POST"])
@needs(OPEN)
def write(how):
    from lms.access.scope import seeing_everything

    if how == "noted":
        transaction.afterwards(lambda: record("note", now()))
        return "done"
    with seeing_everything():
        record("try", now(), whom=how)
    if how == "refuse":
        raise Conflict("不行：{why}。", why="试一试")
    if how == "late":
        transaction.afterwards(lambda: record("note", now()))
        raise Conflict("不行。")
    return "done"


@trial.route("/trial/once", methods=["GET", "POST"])
@needs(OPEN)
def ask():
    numbers = iter("123")
    return "".join(once(what, lambda: next(numbers)) for what in ("one", "one", "other"))


@pytest.fixture
def app(own_app):
    own_app.register_blueprint(trial)
    return own_app


def acts(make):
    return [entry.act for entry in make.all(AuditEntry)]


def test_returning_commits(client, make):
    assert client.post("/trial/well").status_code == 200
    assert acts(make) == ["try"]


def test_refusing_rolls_back_and_says_why(client, make):
    answer = client.post("/trial/refuse")
    assert answer.status_code == 409
    assert "不行：试一试。" in answer.text
    assert acts(make) == []


def test_reading_never_writes(client, make):
    with pytest.raises(RuntimeError, match="about to write"):
        client.get("/trial/well")
    assert acts(make) == []


def test_what_a_reading_is_to_note_is_written_afterwards(client, make):
    assert client.get("/trial/noted").status_code == 200
    assert acts(make) == ["note"]


def test_what_must_outlive_a_refusal_is_written_afterwards(client, make):
    client.post("/trial/late")
    assert acts(make) == ["note"]


def test_a_post_without_the_token_of_its_session_is_refused(client, make):
    answer = client.client.post("/trial/well")
    assert answer.status_code == 422
    assert acts(make) == []


def test_a_post_with_the_token_of_another_session_is_refused(app, client, make):
    client.get("/trial/noted")
    with client.client.session_transaction() as cookie:
        cookie["csrf"] = "another"
    token = "##0123456789012345678901234567890123456789"
    assert client.client.post("/trial/well", data={"csrf_token": token}).status_code == 422
    assert acts(make) == ["note"]


def test_what_a_page_asks_twice_is_asked_once_and_anew_for_the_next_page(client):
    assert [client.get("/trial/once").text for _ in range(2)] == ["112", "112"]


def test_a_request_that_may_write_asks_anew_each_time(client):
    assert client.post("/trial/once").text == "123"
