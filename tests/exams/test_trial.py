"""A paper is tried by who makes it, and looked through before it is set."""

import json

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.files import read_question
from lms.bank.models import BankNamed
from lms.bank.rules import Right
from lms.exams.models import Attempt
from lms.exams.questions import Slot, dealt
from lms.scoring.choice import Credit
from tests.exams.build import FOUR, RIGHT, Hall, question
from tests.exams.test_running import NEW, form

UPPER = "哪一个对？\n\n- [ ] 甲\n- [ ] 乙\n- [x] 以上都对\n"
TWICE = "哪一个对？\n\n- [ ] 甲\n- [x] 甲。\n- [ ] 乙\n"


@pytest.fixture
def hall(make):
    return Hall(make)


@pytest.fixture
def browser(make, hall, sign_in):
    """A trainer of the county, who makes papers of every bank in it."""
    return sign_in(make.officer(hall.county, Role.TRAINER))


@pytest.fixture
def paper(make, hall):
    found = hall.paper()
    for right in (Right.MAKE_PAPERS, Right.REVIEW):
        named = BankNamed(
            bank_id=found.bank_id, org_id=hall.county.id, right=right, named_at=make.clock()
        )
        make.keep(named)
    return found


def test_a_trial_shows_the_paper_without_its_key_and_keeps_nothing(make, paper, browser):
    page = browser.get(f"/exams/papers/{paper.id}/trial")
    assert page.status_code == 200
    assert "甲乙丙丁中哪一个对？" in page.text
    assert "半数以上" not in page.text
    assert make.all(Attempt) == []
    assert [one.act for one in make.all(AuditEntry)][-1] == "try paper"


def test_a_trial_is_marked_at_once_by_the_rule_of_the_exam(make, paper, browser):
    url = f"/exams/papers/{paper.id}/trial"
    right = browser.post(url, {"answers": json.dumps(RIGHT)}).text
    assert '<p class="figure">8<small>' in right
    half = browser.post(url, {"answers": json.dumps({"1": ["A"], "2": ["A"]})}).text
    assert '<p class="figure">1<small>' in half
    assert make.all(Attempt) == []


@pytest.mark.parametrize("sent", ["", "[]", "{", '{"a": 1}', '{"1": "' + "x" * 300 + '"}'])
def test_a_trial_with_broken_answers_is_refused(paper, browser, sent):
    assert browser.post(f"/exams/papers/{paper.id}/trial", {"answers": sent}).status_code == 422


def test_nobody_but_who_makes_papers_tries_one(make, hall, paper, sign_in):
    stranger = make.officer(make.unit("乙县"), Role.TRAINER)
    assert sign_in(stranger).get(f"/exams/papers/{paper.id}/trial").status_code == 404
    assert sign_in(hall.officer).get(f"/exams/papers/{paper.id}/trial").status_code == 403


def test_a_paper_that_would_wrong_who_sits_it_is_not_set(make, hall, sign_in):
    release = hall.release(hall.paper([*FOUR, question("q-5", "single", TWICE)]))
    answer = sign_in(hall.officer).post(NEW, form(release, hall.county))
    assert answer.status_code == 422
    assert "第 5 题的选项 A 与 B 相同。" in answer.text


def test_options_that_speak_of_the_others_are_not_shuffled(hall):
    read = read_question(question("q-1", "single", UPPER))
    slot = Slot(1, 1, 0, read.points, Credit.ALL_OR_NOTHING, read)
    orders = {tuple(dealt([slot], seed, True, True)[0][1]) for seed in range(-9, 9)}
    assert orders == {("A", "B", "C")}
