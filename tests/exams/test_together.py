"""A save and a submit at the same moment: what was called counted is what is marked."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.db import db
from lms.exams import deferring, saving
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Answer, Attempt, Mark, Opening
from lms.exams.rules import Operation
from lms.exams.tickets import Ticket
from lms.web.transaction import finish
from tests.exams.build import FOUR

WHILE = 0.5  # seconds in which a request that does not wait would be long done


@pytest.fixture
def page(hall, sit):
    cadre = hall.cadre()
    return sit(cadre, hall.assessment(cadre))


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
    pressed = {"pledged": "y", "device": "phone-number-one"}
    for thread in [beside(lambda web=web: web.post(url, pressed)) for web in webs]:
        thread.join()
    (attempt,) = make.all(Attempt)
    assert attempt.number == 1
    assert [opened.attempt_id for opened in make.all(Opening)] == [attempt.id]
    noted = [entry.whom for entry in make.all(AuditEntry) if entry.act == "start attempt"]
    assert noted == [f"attempt {attempt.id}"]


def first(act, clock, by):
    """An officer's decision on the only deferral, as it stands before it is kept."""
    one = db.session.scalars(select(Deferral)).one()
    seen, week = one.allowance_id, clock() + timedelta(days=7)
    if act == "approve":
        deferring.approve(one, week, week + timedelta(days=1), clock(), by, seen)
    else:
        decide = {"refuse": deferring.refuse, "back": deferring.take_back}[act]
        decide(one, "材料不全", clock(), by, seen)


@pytest.mark.parametrize("second", ["approve", "refuse", "back"])
@pytest.mark.parametrize("act", ["approve", "refuse", "back"])
def test_of_two_who_decide_on_a_deferral_at_once_the_second_waits_and_is_told(
    case, app, clock, make, beside, act, second
):
    """One decides, another withdraws: what was first holds, and no time of a resit is left over."""
    case.ask()
    told, press = [], case.deciding(second)
    with app.app_context(), seeing_everything():
        first(act, clock, case.hall.officer.id)
        other = beside(lambda: told.append(press()))
        other.join(WHILE)
        assert other.is_alive()
        finish()
    other.join()
    assert told[0].status_code == 422 and "已经办理过" in told[0].text
    (one,) = make.all(Deferral)
    assert (one.approved, one.ended_at is None) == {
        "approve": (True, True),
        "refuse": (False, False),
        "back": (None, False),
    }[act]
    standing = [row.id for row in make.all(Allowance) if row.ended_at is None]
    assert standing == ([one.allowance_id] if act == "approve" else [])


def test_of_two_who_put_off_a_resit_at_once_one_time_stands(case, app, clock, make, beside):
    case.ask()
    case.decide()
    told, press = [], case.deciding("back")
    with app.app_context(), seeing_everything():
        first("approve", clock, case.hall.officer.id)
        other = beside(lambda: told.append(press()))
        other.join(WHILE)
        finish()
    other.join()
    (one,) = make.all(Deferral)
    assert told[0].status_code == 422 and one.ended_at is None
    standing = [row.id for row in make.all(Allowance) if row.ended_at is None]
    assert standing == [one.allowance_id]
