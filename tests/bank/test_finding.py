"""Questions are found by words and facts, in the version that is in use."""

from dataclasses import replace
from datetime import date

import pytest

from lms.access.scope import seeing_everything
from lms.bank import finding
from lms.bank.files import read_draft
from lms.bank.finding import found, found_ids
from lms.bank.found_by import Sought
from lms.bank.models import Question
from lms.bank.rules import Difficulty, Origin, Pool, QuestionType, Source, State
from lms.bank.states import approve, send
from lms.bank.writing import add_questions, change, set_facts
from lms.competencies.queries import abilities
from lms.competencies.services import load_reference
from lms.db import db, find

ASKED = read_draft(
    """---
id: q-1
type: single
abilities: [LAW]
projects: [P3]
points: 2
difficulty: easy
topic: 村民自治
origin: own
sources:
  - {law: 村民委员会组织法, edition: 2018-12-29, article: 11, key: 五年}
---
村民委员会每届任期几年？

- [x] 五年
- [ ] 三年
"""
)


def asked(code, stem=None, **facts):
    part = replace(ASKED.parts[0], stem=stem or ASKED.parts[0].stem)
    return replace(ASKED, id=code, parts=(part,), **facts)


@pytest.fixture
def bank(make):
    return make.bank()


@pytest.fixture
def people(make):
    """A writer and a reviewer."""
    return make.person().id, make.person().id


@pytest.fixture
def house(app, bank, people, clock):
    with app.app_context(), seeing_everything():
        load_reference(clock())
        yield
        db.session.rollback()


@pytest.fixture
def put(house, bank, clock):
    """put(*questions) → their entries."""

    def into(*questions, pool=Pool.OPEN, state=State.FINAL, by=None):
        return add_questions(bank, questions, pool, state, clock(), by)

    return into


def codes(**sought):
    lines = finding.lines(found_ids(Sought(**sought)))
    return [one.code for one in lines]


def test_words_of_one_two_and_more_signs_are_found_and_all_must_stand(put):
    put(asked("q-1"), asked("q-2", "村民会议由谁召集？"), asked("q-3", "100% 的_数"))
    assert codes(words="村") == ["q-1", "q-2"]
    assert codes(words="会议") == ["q-2"]
    assert codes(words="任期 三年") == ["q-1"]
    assert codes(words="任期 会议") == []
    assert codes(words="１００％") == codes(words="%") == codes(words="_") == ["q-3"]
    assert codes(words="Q-2") == ["q-2"]


def test_every_fact_narrows(put):
    law, mas = abilities()["LAW"].id, abilities()["MAS"].id
    one = asked("q-1")
    other = asked(
        "q-2",
        abilities=(),
        projects=(),
        difficulty=Difficulty.HARD,
        topic="选举",
        origin=Origin.BROUGHT,
        sources=(Source("公务员法", date(2018, 12, 29), "60"),),
    )
    put(one), put(other, pool=Pool.PRACTICE, state=State.DRAFT)
    assert codes(ability_id=law) == ["q-1"] and codes(ability_id=mas) == []
    assert codes(ability_id=0) == codes(project="-") == ["q-2"]
    assert codes(project="P3") == codes(type=QuestionType.SINGLE, pool=Pool.OPEN) == ["q-1"]
    assert codes(difficulty=Difficulty.HARD) == codes(state=State.DRAFT) == ["q-2"]
    assert codes(origin=Origin.BROUGHT) == codes(topic="选") == ["q-2"]
    assert codes(law="中华人民共和国公务员") == ["q-2"] and codes(law="组织法") == ["q-1"]
    assert codes(topic="组织法") == [] == codes(law="自治")
    assert codes(newest_first=True) == ["q-2", "q-1"]


def test_a_page_is_told_with_how_many_there_are_in_all(put, bank):
    put(*(asked(f"q-{n:02}") for n in range(finding.PAGE + 3)))
    page = found(Sought(words="村民"), [bank.id], first=finding.PAGE)
    assert (len(page.lines), page.whole) == (3, finding.PAGE + 3)
    assert found(Sought(words="村民"), [bank.id + 1]).whole == 0
    assert found(Sought(), []).whole == 0


def test_a_word_that_very_many_have_is_not_counted_to_the_end(put, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 3)
    entries = put(*(asked(f"q-{n}") for n in range(5)))
    page = found(Sought(words="村民"))
    assert (page.whole, page.more, page.lines[0].code) == (3, True, "q-0")
    assert found(Sought(words="村民", newest_first=True)).lines[0].code == "q-4"
    assert found_ids(Sought(words="村民")) == [entry.id for entry in entries]
    assert not found(Sought()).more


def test_a_question_is_found_by_the_version_in_use(put, people, clock):
    """A change of what is final waits; it is found by its words when it is in use."""
    entry = put(asked("q-1"))[0]
    writer, reviewer = people
    change(entry, asked("q-1", "村民会议由谁召集？"), clock(), writer)
    assert codes(words="任期") == ["q-1"] and codes(words="召集") == []
    assert codes(state=State.DRAFT) == ["q-1"]
    send(entry, clock())
    approve(entry, clock(), reviewer)
    assert codes(words="任期") == [] and codes(words="召集") == ["q-1"]


def test_a_draft_that_is_written_over_is_found_by_what_it_says_now(put, clock):
    entry = put(asked("q-1"), state=State.DRAFT)[0]
    change(entry, asked("q-1", "村民会议由谁召集？"), clock(), None)
    assert codes(words="召集") == ["q-1"] and codes(words="任期") == []


def test_facts_that_are_set_are_found(put, clock):
    entries = put(asked("q-1"), asked("q-2"))
    set_facts(entries, {"abilities": ("MAS",), "difficulty": Difficulty.HARD}, clock(), None)
    assert codes(ability_id=abilities()["MAS"].id) == ["q-1", "q-2"]
    assert codes(difficulty=Difficulty.EASY) == [] == codes(ability_id=abilities()["LAW"].id)


def test_the_words_of_an_entry_are_not_fetched_where_nobody_asks(put, statements):
    entry = put(asked("q-1"))[0]
    db.session.expire_all()
    with statements() as seen:
        find(Question, entry.id)
    assert not any("words" in one for one in seen)
