"""What an assessment leaves in the notebook: released questions, and the like of the others."""

from datetime import timedelta

import pytest

from lms.bank.models import Question
from lms.bank.rules import Pool
from lms.exams.models import Result
from tests.exams.build import Hall
from tests.exams.sitter import Sitter

SECRET = "甲乙丙丁中哪一个对？"


@pytest.fixture
def hall(make):
    return Hall(make)


@pytest.fixture
def sat(hall, learner, clock):
    """sat() → a cadre who answered one of four right, when the assessment is over."""

    def sit(**facts):
        cadre = learner(org=hall.village)
        page = Sitter(cadre.web, clock, hall.assessment(cadre.person, **facts)).open()
        page.say(3, "A")
        page.submit()
        cadre.comes_back(days=2)
        return cadre

    return sit


def release(make, code="q-1"):
    entry = next(one for one in make.all(Question) if one.code == code)
    entry.pool = Pool.PRACTICE
    make.session.commit()
    return entry


def test_a_question_that_still_examines_is_shown_nowhere(sat, make):
    cadre = sat()
    for entry in make.all(Question):
        assert cadre.web.get(f"/practice/set?question={entry.id}").status_code == 404
        assert cadre.wrong(entry.versions[0])["refused"]
    assert SECRET not in cadre.page("/mistakes")


def test_a_question_that_its_owner_has_released_is_in_the_notebook(sat, make):
    cadre = sat()
    entry = release(make)
    assert SECRET in cadre.page("/mistakes") and "1 题" in cadre.page("/mistakes")
    assert 'data-right="B"' in cadre.page(f"/set?question={entry.id}")
    assert cadre.tell(entry.versions[0], answer=["B"])["right"] == {"1": True}


def test_nothing_is_told_before_the_assessment_closes(sat, make, hall):
    cadre = sat(closes_at=make.clock() + timedelta(days=9))
    release(make)
    assert "错题本是空的" in cadre.page("/mistakes")


def test_one_that_was_right_is_not(sat, make):
    cadre = sat()
    release(make, "q-3")
    assert "错题本是空的" in cadre.page("/mistakes")


def test_nobody_else_may_practise_it_for_that(sat, make, hall, learner):
    sat()
    entry = release(make)
    other = learner("赵二", org=hall.village)
    assert other.web.get(f"/practice/set?question={entry.id}").status_code == 404


def test_nothing_is_told_before_the_result_is_published(sat, make):
    cadre = sat()
    release(make)
    for row in make.all(Result):
        make.session.delete(row)
    make.session.commit()
    assert "错题本是空的" in cadre.page("/mistakes")


def test_questions_of_the_same_topic_stand_in_for_those_that_still_examine(sat, make, yard, hall):
    cadre = sat()
    for entry in make.all(Question):
        entry.versions[0].topic = "村民会议" if entry.code == "q-4" else None
    bank = make.bank(hall.county)
    like = make.question(bank, stem="村民会议怎样开？").versions[0]
    like.topic = "村民会议"
    make.session.commit()
    page = cadre.page("/mistakes")
    assert "村民会议" in page and "测评答错 1 题" in page and "的村民参加" not in page
    assert "村民会议怎样开" in cadre.page("/set?topic=村民会议")
    cadre.web.post("/practice/day", {})
    assert "村民会议怎样开" in cadre.page("/day")
