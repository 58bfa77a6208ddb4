"""Questions enter a bank, change, and get facts; what left its writer never changes again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.bank import states
from lms.bank.files import read_draft
from lms.bank.models import Bank, Question, QuestionVersion, VersionAbility, VersionSource
from lms.bank.rules import Origin, Part, Pool, QuestionType, Source, State, Thinking
from lms.bank.rules import Question as Asked
from lms.bank.writing import add_questions, change, change_many, put_next, set_facts
from lms.competencies.services import load_reference
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.web.transaction import finish


def asked(code="q-1", stem="谁召集村民会议？", **facts):
    options = {"A": "村民委员会", "B": "村民小组"}
    part = Part(QuestionType.SINGLE, stem, Decimal(2), options, frozenset("A"))
    return Asked(code, QuestionType.SINGLE, (part,), Decimal(2), **facts)


@pytest.fixture
def do(app, make, clock):
    """do(act, …): rows among the arguments are looked up anew, in a transaction of its own."""

    def fresh(thing):
        if isinstance(thing, list | tuple):
            return [fresh(one) for one in thing]
        if not isinstance(thing, Bank | Question):
            return thing
        return db.session.scalar(select(type(thing)).where(type(thing).id == thing.id))

    def act(service, *arguments, **more):
        with app.app_context(), seeing_everything():
            done = service(*map(fresh, arguments), **more)
            finish()
            done = done.id if isinstance(done, QuestionVersion) else done
        make.session.expire_all()
        return done

    act(load_reference, clock())
    return act


@pytest.fixture
def bank(make):
    return make.bank()


@pytest.fixture
def entry(do, make, bank, clock):
    """entry(state) → an entry with one version in that state."""

    def made(state=State.FINAL, question=None):
        do(add_questions, bank, [question or asked()], Pool.PRACTICE, state, clock(), None)
        return make.all(Question)[-1]

    return made


def stands(entry):
    return entry.latest, entry.state, entry.waiting, entry.waiting_state


def stems(make):
    return {one.number: one.stem for one in make.all(QuestionVersion)}


def test_questions_enter_with_all_their_facts(do, make, bank, clock):
    writer = make.person()
    sources = (Source("村组法", date(2018, 12, 29), "21", "召集"), Source("章程"))
    facts = {"abilities": ("LAW", "MAS"), "sources": sources, "topic": "村民会议"}
    questions = [asked("b-2", **facts), asked("b-1", level=Thinking.APPLY)]
    more = (Pool.EXAM, State.DRAFT, clock(), writer.id, Origin.BROUGHT)
    do(add_questions, bank, questions, *more)
    first, second = make.all(QuestionVersion)
    assert [one.code for one in make.all(Question)] == ["b-2", "b-1"]
    assert {(one.pool, one.state, one.made_by) for one in make.all(Question)} == {
        (Pool.EXAM, State.DRAFT, writer.id)
    }
    assert [one.competency.code for one in first.abilities] == ["LAW", "MAS"]
    assert [(one.law, one.edition, one.article) for one in first.sources] == [
        ("村组法", "2018-12-29", "21"),
        ("章程", "", ""),
    ]
    assert (first.topic, second.level, second.origin) == ("村民会议", "apply", Origin.BROUGHT)
    assert read_draft(first.text) == replace(questions[0], origin=Origin.BROUGHT)


@pytest.mark.parametrize(
    ("questions", "state", "why"),
    [
        ([asked("q-1", abilities=("FLY", "LAW"))], State.DRAFT, "没有这样的本领：FLY"),
        ([asked("q-1", stem="")], State.IN_REVIEW, "缺少题干"),
        ([asked("q-1"), asked("q-1")], State.DRAFT, "已有这些编号：q-1"),
        ([asked("q-2"), asked("taken")], State.DRAFT, "已有这些编号：taken"),
    ],
)
def test_what_cannot_enter_is_named_and_nothing_does(
    do, make, bank, entry, clock, questions, state, why
):
    entry(question=asked("taken"))
    with pytest.raises(Invalid, match=why):
        do(add_questions, bank, questions, Pool.OPEN, state, clock(), None)
    assert len(make.all(Question)) == 1


def test_a_draft_may_lack_what_it_likes_and_is_written_over(do, make, entry, clock):
    draft = entry(State.DRAFT, asked(stem="", abilities=("LAW",), sources=(Source("旧法"),)))
    new = asked(abilities=("MAS",), sources=(Source("新法"),))
    do(change, draft, new, clock(), None)
    assert stems(make) == {1: "谁召集村民会议？"}
    assert stands(draft) == (1, State.DRAFT, None, None)
    assert [one.competency.code for one in make.all(VersionAbility)] == ["MAS"]
    assert [one.law for one in make.all(VersionSource)] == ["新法"]


def test_a_change_of_a_final_question_waits_beside_it(do, make, entry, clock):
    final, writer = entry(), make.person()
    do(change, final, asked(stem="新的？"), clock(), writer.id)
    assert stands(final) == (1, State.FINAL, 2, State.DRAFT)
    do(change, final, asked(stem="更新的？"), clock(), writer.id)
    assert stands(final) == (1, State.FINAL, 2, State.DRAFT)
    assert stems(make) == {1: "谁召集村民会议？", 2: "更新的？"}
    do(states.send, final, clock())
    do(change, final, asked(stem="最新的？"), clock(), writer.id)
    assert stands(final) == (1, State.FINAL, 3, State.DRAFT)
    assert stems(make)[2] == "更新的？"


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.RETURNED])
def test_what_left_its_writer_stays_and_the_change_is_a_new_draft(do, make, entry, clock, state):
    sent = entry(state)
    do(change, sent, asked(stem="新的？"), clock(), None)
    assert stands(sent) == (2, State.DRAFT, None, None)
    assert stems(make) == {1: "谁召集村民会议？", 2: "新的？"}


def test_what_is_out_of_use_is_not_changed(do, make, entry, clock):
    retired = entry(State.RETIRED)
    with pytest.raises(Conflict, match="已停用"):
        do(change, retired, asked(stem="新的？"), clock(), None)


def test_the_same_again_changes_nothing(do, make, entry, clock):
    final = entry()
    do(change, final, asked(), clock(), None)
    assert stands(final) == (1, State.FINAL, None, None) and len(make.all(QuestionVersion)) == 1


def test_of_two_who_change_at_once_the_second_is_told(do, make, entry, clock):
    draft = entry(State.DRAFT)
    seen = make.all(QuestionVersion)[0].content_hash
    do(change, draft, asked(stem="一"), clock(), None, seen=seen)
    with pytest.raises(Conflict, match="刚才有人改过"):
        do(change, draft, asked(stem="二"), clock(), None, seen=seen)
    assert stems(make) == {1: "一"}


def test_an_entry_that_moved_meanwhile_is_left_alone(app, do, make, entry, clock):
    draft = entry(State.DRAFT)
    with app.app_context(), seeing_everything():
        held = db.session.scalar(select(Question).where(Question.id == draft.id))
        draft.state = State.IN_REVIEW
        make.session.commit()
        with pytest.raises(Conflict):
            change(held, asked(stem="二"), clock(), None)
        db.session.rollback()


def test_many_changes_at_once_do_what_single_ones_do(app, do, make, entry, clock):
    kinds = [State.DRAFT, State.IN_REVIEW, State.RETURNED, State.FINAL]
    entries = [entry(state, asked(f"q-{state.value}")) for state in kinds]
    with app.app_context(), seeing_everything():
        rows = db.session.scalars(select(Question).order_by(Question.id)).all()
        changes = [(row, asked("any", "新的？")) for row in rows]
        assert change_many(changes, clock(), None) == 4
        assert change_many(changes, clock(), None) == 0
        finish()
    make.session.expire_all()
    assert [stands(one) for one in entries] == [
        (1, State.DRAFT, None, None),
        (2, State.DRAFT, None, None),
        (2, State.DRAFT, None, None),
        (1, State.FINAL, 2, State.DRAFT),
    ]
    assert [one.versions[-1].stem for one in entries] == ["新的？"] * 4
    (act,) = [row for row in make.all(AuditEntry) if row.facts.get("done") == 4]
    assert act.facts["asked"] == 4


def test_a_draft_that_was_rewritten_meanwhile_is_left_alone(app, make, entry, clock):
    draft = entry(State.DRAFT)
    with app.app_context(), seeing_everything():
        held = db.session.scalar(select(Question).where(Question.id == draft.id))
        version = db.session.scalars(select(QuestionVersion)).one()
        set_committed_value(version, "content_hash", "what it was when it was looked at")
        with pytest.raises(Conflict, match="刚才有人改过"):
            change_many([(held, asked(stem="二"))], clock(), None)
        db.session.rollback()


def test_facts_alone_ask_for_no_new_review(do, make, entry, clock):
    final = entry()
    do(change, final, asked(abilities=("LAW",), topic="村民会议"), clock(), None)
    assert stands(final) == (2, State.FINAL, None, None)
    do(change, final, asked(sources=(Source("村组法"),)), clock(), None)
    assert stands(final) == (2, State.FINAL, 3, State.DRAFT)


def test_facts_are_set_for_many_at_once_in_every_state(do, make, bank, entry, clock):
    kinds = [State.DRAFT, State.IN_REVIEW, State.RETURNED, State.FINAL, State.RETIRED]
    entries = [entry(state, asked(f"q-{state.value}")) for state in kinds]
    wanted = {"abilities": ("MAS",), "valid_to": date(2027, 1, 1)}
    assert do(set_facts, entries, wanted, clock(), None) == 5
    assert do(set_facts, entries, wanted, clock(), None) == 0
    assert [one.state for one in entries] == kinds
    assert [one.latest for one in entries] == [1, 2, 2, 2, 2]
    for one in entries:
        newest = one.versions[-1]
        assert newest.number == one.latest and newest.valid_to == date(2027, 1, 1)
        assert [ability.competency.code for ability in newest.abilities] == ["MAS"]
    (act,) = [row for row in make.all(AuditEntry) if row.facts.get("done") == 5]
    assert act.facts["facts"] == ["abilities", "valid_to"]


@pytest.mark.parametrize(
    ("state", "after"),
    [(State.DRAFT, (2, 3)), (State.IN_REVIEW, (3, 4)), (State.RETURNED, (3, 4))],
)
def test_facts_reach_the_version_that_waits_and_it_stays_the_newer(
    do, make, entry, clock, state, after
):
    final = entry()
    do(put_next, final, asked(stem="新的？"), state, clock(), None)
    do(set_facts, [final], {"topic": "村民会议"}, clock(), None)
    assert stands(final) == (after[0], State.FINAL, after[1], state)
    texts = {one.number: (one.stem, one.topic) for one in make.all(QuestionVersion)}
    assert texts[after[0]] == ("谁召集村民会议？", "村民会议")
    assert texts[after[1]] == ("新的？", "村民会议")


def test_facts_that_make_a_final_question_faulty_are_refused(do, make, entry, clock):
    final = entry(question=asked(valid_from=date(2026, 1, 1)))
    with pytest.raises(Invalid, match="止日早于起日"):
        do(set_facts, [final], {"valid_to": date(2025, 1, 1)}, clock(), None)


def test_a_question_is_written_by_those_named_on_the_bank_only(app, make, do, bank, clock):
    """The scope of another unit adds nothing here, however many rows it sends at once."""
    from sqlalchemy import literal

    from lms.access.scope import Scope, set_scope
    from lms.errors import NotAllowed

    nothing = select(literal(1)).where(literal(False))
    with app.app_context():
        set_scope(Scope(make.person().id, *[nothing] * 4, dict, nothing))
        with pytest.raises(NotAllowed):
            add_questions(bank, [asked()], Pool.OPEN, State.DRAFT, clock(), None)
        db.session.rollback()
