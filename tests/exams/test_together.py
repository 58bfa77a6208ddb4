"""A save and a submit at the same moment: what was called counted is what is marked."""

from threading import Thread

import pytest
from sqlalchemy import update

from lms.access.scope import seeing_everything
from lms.db import db
from lms.exams import saving
from lms.exams.models import Answer, Attempt, Mark
from lms.exams.rules import Operation
from lms.exams.tickets import Ticket
from lms.web.transaction import finish
from tests.exams.build import FOUR

WHILE = 0.5  # seconds in which a request that does not wait would be long done


@pytest.fixture
def page(hall, sit):
    cadre = hall.cadre()
    return sit(cadre, hall.assessment(cadre))


@pytest.fixture
def beside():
    """beside(act) → a thread that does it; joined at the end."""
    begun = []

    def begin(act):
        begun.append(Thread(target=act))
        begun[-1].start()
        return begun[-1]

    yield begin
    for thread in begun:
        thread.join()


def test_a_submit_waits_for_the_save_before_it(app, page, clock, make, beside):
    (attempt,) = make.all(Attempt)
    said = Operation(1, 1, 1, ("B",), clock())
    with app.app_context():
        held = saving.save(Ticket(attempt.id, attempt.person_id, "d", 1), [said], clock())
        assert held.kept == [(1, 1)] and held.late == []
        submit = beside(page.submit)
        submit.join(WHILE)
        assert submit.is_alive()
        finish()
    submit.join()
    assert next(mark.share for mark in make.all(Mark) if mark.slot == 1) == 1


def test_a_save_that_comes_while_the_attempt_ends_does_not_count(app, page, clock, make, beside):
    answers = []
    with app.app_context(), seeing_everything():
        db.session.execute(update(Attempt).values(submitted_at=clock()))
        save = beside(lambda: answers.append(page.say(1, "B")))
        save.join(WHILE)
        assert save.is_alive()
        finish()
    save.join()
    assert answers[0]["over"] and answers[0]["late"] == [[1, 1]]
    assert [row.counts for row in make.all(Answer)] == [False]


def test_two_that_submit_at_once_mark_once(page, make, beside):
    for thread in [beside(page.submit) for _ in range(4)]:
        thread.join()
    assert len(make.all(Mark)) == len(FOUR)


def test_two_that_begin_at_once_begin_one_attempt(hall, sign_in, make, beside):
    cadre = hall.cadre()
    url = f"/exams/assessments/{hall.assessment(cadre).id}/attempts"
    webs = [sign_in(cadre) for _ in range(4)]
    for thread in [beside(lambda web=web: web.post(url, {"pledged": "y"})) for web in webs]:
        thread.join()
    assert [attempt.number for attempt in make.all(Attempt)] == [1]
