"""Draft, in review, returned or final, retired: who may move a question, and from where."""

import pytest
from sqlalchemy import select

from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.bank import states
from lms.bank.models import Question
from lms.bank.rules import MOVES, Move, Pool, State
from lms.db import db
from lms.errors import Conflict, Invalid, NotAllowed
from lms.web.transaction import finish
from tests.make import ASKED


@pytest.fixture
def moved(app, make):
    """moved(act, entry, …) → the entry after the act, in a transaction of its own."""

    def do(act, entry, *more):
        with app.app_context(), seeing_everything():
            act(db.session.scalar(select(Question).where(Question.id == entry.id)), *more)
            finish()
        make.session.expire_all()
        return entry

    return do


def beside(make, entry, state):
    """A second version that waits beside the one in use."""
    first = entry.versions[0]
    second = type(first)(
        **{
            column.key: getattr(first, column.key)
            for column in first.__table__.columns
            if column.key not in ("id", "number")
        },
        number=2,
    )
    entry.versions.append(second)
    entry.waiting, entry.waiting_state = 2, state
    return make.keep(entry)


def test_every_state_is_left_by_some_move_and_a_draft_is_never_come_back_to():
    assert set.union(*(set(before) for before, _ in MOVES.values())) == set(State)
    assert State.DRAFT not in {after for _, after in MOVES.values()}


def test_a_draft_is_sent_returned_sent_again_and_approved(make, moved, clock):
    writer, reader = make.person(), make.person()
    entry = make.question(state=State.DRAFT, by=writer)
    assert moved(states.send, entry, clock()).state is State.IN_REVIEW
    assert moved(states.send_back, entry, clock(), "题干不清").state is State.RETURNED
    assert moved(states.send, entry, clock()).state is State.IN_REVIEW
    assert moved(states.approve, entry, clock(), reader.id).state is State.FINAL
    acts = [row.act for row in make.all(AuditEntry)]
    assert acts == ["send question", "send back question", "send question", "approve question"]


def test_nobody_approves_their_own(make, moved, clock):
    writer = make.person()
    entry = make.question(state=State.IN_REVIEW, by=writer)
    with pytest.raises(NotAllowed):
        moved(states.approve, entry, clock(), writer.id)


def test_who_changed_it_last_does_not_approve_it(make, moved, clock):
    writer, other = make.person(), make.person()
    entry = beside(make, make.question(by=writer), State.IN_REVIEW)
    entry.versions[1].made_by = other.id
    make.keep(entry)
    with pytest.raises(NotAllowed):
        moved(states.approve, entry, clock(), other.id)


def test_a_change_goes_its_way_beside_the_version_in_use(make, moved, clock):
    reader = make.person()
    entry = beside(make, make.question(state=State.FINAL), State.DRAFT)
    moved(states.send, entry, clock())
    assert (entry.state, entry.latest) == (State.FINAL, 1)
    assert (entry.waiting, entry.waiting_state) == (2, State.IN_REVIEW)
    moved(states.approve, entry, clock(), reader.id)
    assert (entry.state, entry.latest) == (State.FINAL, 2)
    assert (entry.waiting, entry.waiting_state) == (None, None)


def test_what_is_sent_back_says_why(make, moved, clock):
    entry = make.question(state=State.IN_REVIEW)
    with pytest.raises(Invalid):
        moved(states.send_back, entry, clock(), "  ")
    assert entry.state is State.IN_REVIEW


def test_of_two_who_decide_at_once_one_does(app, make, clock):
    entry, reader = make.question(state=State.IN_REVIEW), make.person()
    with app.app_context(), seeing_everything():
        seen = db.session.scalar(select(Question).where(Question.id == entry.id))
        entry.state = State.RETURNED
        make.keep(entry)
        make.session.commit()
        with pytest.raises(Conflict):
            states.approve(seen, clock(), reader.id)


def test_what_is_out_of_use_comes_back_to_its_writers_desk(make, moved, clock):
    entry = beside(make, make.question(), State.DRAFT)
    assert moved(states.retire, entry, clock()).state is State.RETIRED
    with pytest.raises(Conflict):
        moved(states.send, entry, clock())
    moved(states.reopen, entry, clock())
    assert (entry.state, entry.latest, entry.waiting) == (State.RETURNED, 2, None)


def test_what_was_found_wrong_is_called_back_with_a_reason(make, moved, clock):
    entry = make.question(state=State.FINAL)
    with pytest.raises(Invalid):
        moved(states.recall, entry, clock(), "")
    assert moved(states.recall, entry, clock(), "条文已改").state is State.RETURNED


def test_a_draft_with_faults_is_not_sent(app, make, moved, clock):
    text = ASKED.replace("- [x] 应当", "- [ ] 应当")
    bank = make.bank()
    faulty, well = (
        make.question(bank, state=State.DRAFT, text=text),
        make.question(bank, state=State.DRAFT),
    )
    with pytest.raises(Invalid, match="没有正确答案"):
        moved(states.send, faulty, clock())
    with app.app_context(), seeing_everything():
        assert states.send_many([faulty.id, well.id], clock()) == 1


def test_many_are_sent_at_once_and_the_examination_pool_is_passed_by_no_sample(app, make, clock):
    bank = make.bank()
    drafts = [make.question(bank, state=State.DRAFT) for _ in range(2)]
    changed = beside(make, make.question(bank), State.DRAFT)
    exam = make.question(bank, pool=Pool.EXAM, state=State.IN_REVIEW)
    ids = [entry.id for entry in (*drafts, changed, exam)]
    with app.app_context(), seeing_everything():
        assert states.send_many(ids, clock()) == 3
        assert states.approve_many(ids, clock()) == 3
        assert states.retire_many(ids[:1], clock()) == 1
        finish()
    make.session.expire_all()
    assert [entry.state for entry in drafts] == [State.RETIRED, State.FINAL]
    assert (changed.latest, changed.waiting) == (2, None)
    assert exam.state is State.IN_REVIEW


def test_moves_are_named_in_the_log():
    from lms.audit.words import ACTS

    for move in Move:
        assert f"{move} question" in ACTS
    assert {"send questions", "approve questions", "retire questions"} <= set(ACTS)
