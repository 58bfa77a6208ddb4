"""What is well formed is answered before the framework; all else, and only that, by the view."""

import pytest

from lms.db import db
from lms.exams.models import Answer
from lms.exams.tickets import Ticket, signed
from tests.web.crowded import no_place_in


@pytest.fixture
def asked(app, monkeypatch):
    """How often the view of the program was asked."""
    seen, view = [], app.view_functions["exams.save"]

    def save(attempt_id):
        seen.append(attempt_id)
        return view(attempt_id)

    save.needs = view.needs
    monkeypatch.setitem(app.view_functions, "exams.save", save)
    return seen


@pytest.fixture
def page(hall, sit):
    cadre = hall.cadre()
    return sit(cadre, hall.assessment(cadre))


def test_a_batch_and_a_heartbeat_are_answered_at_the_door(page, asked, make):
    said = page.say(1, "B")
    assert said["held"] == 1 and said["kept"] == [[1, 1]]
    assert page.send().json["held"] == 1
    assert asked == []
    assert [row.content for row in make.all(Answer)] == [["B"]]


def test_an_answer_is_saved_while_the_house_is_too_full_for_anything_else(page, app, make):
    with no_place_in(app):
        assert page.web.client.get("/exams/").status_code == 503
        assert page.say(1, "B")["kept"] == [[1, 1]]
    assert [row.content for row in make.all(Answer)] == [["B"]]


def test_the_same_batch_again_is_known_at_the_door(page, asked, make):
    said = page.operation(1, ["B"])
    assert page.send(said).json == page.send(said).json
    assert asked == [] and len(make.all(Answer)) == 1


def test_what_is_not_well_formed_is_told_why_by_the_view(page, asked):
    for more in ({"slot": 0}, {"answer": "B"}, {"said_at": "now"}):
        answer = page.send({**page.operation(1, ["B"]), **more})
        assert answer.status_code == 422 and "格式" in answer.json["why"]
    assert page.send(ticket="1.1.device-one.1.forged").status_code == 403
    assert len(asked) == 4


def test_a_body_that_is_no_object_is_refused(page, asked):
    for body in (b"", b"[]", b"7", b"\xff", b'{"operations": 3}'):
        answer = page.web.client.application.test_client().post(
            f"{page.url}/answers", data=body, headers={"X-Ticket": page.opened["ticket"]}
        )
        assert answer.status_code == 422
    assert len(asked) == 5


def test_another_address_is_none_of_the_doors(page, asked):
    assert page.web.get(f"{page.url}/answers").status_code == 405
    assert asked == []


def test_a_ticket_that_opens_nothing_leaves_the_next_request_its_transaction(app, page, asked):
    """On a server the lane keeps each statement for itself; nobody else may find it so."""
    ticket = Ticket(page.attempt_id, 999_999, "device-one", 1)
    forged = signed(ticket, app.extensions["settings"].secrets["ticket"])
    assert page.send(page.operation(1, ["B"]), ticket=forged).status_code == 403
    assert asked == [page.attempt_id]
    with app.app_context():
        driver = db.engine.raw_connection()
        assert not getattr(driver.driver_connection, "autocommit", False)
        driver.close()
