"""The quiz at the end of a lesson: other questions each time, and the key afterwards."""

import re

from lms.bank.rules import Pool
from lms.learning.models import GateResult, GateTry, LessonRead
from lms.ledger.models import HourEntry


def answers(page: str, right: bool) -> dict[str, str]:
    """The letter of every question of a page: A is right in all that are made here."""
    return dict.fromkeys(set(re.findall(r'name="(s\d+)"', page)), "A" if right else "B")


def sit(learner, lesson, right):
    learner.web.post(f"/lessons/{lesson.id}/gate")
    page = learner.page(lesson, "/gate")
    sent = learner.web.post(f"/lessons/{lesson.id}/gate/answers", answers(page, right))
    assert sent.status_code == 303
    return learner.page(lesson, "/gate")


def test_a_gate_that_is_passed_finishes_a_text(school, learner, make):
    school.questions()
    lesson = school.lesson(**school.gate())
    page = learner.page(lesson)
    assert "3 题，答对 60% 过关" in page
    assert 'id="finish" data-lesson="2" hidden' in page
    assert learner.finishes(lesson).status_code == 409
    page = sit(learner, lesson, right=True)
    assert "答对 3 / 3，已过关" in page
    assert "见第一条" in page  # the explanation
    assert [one.lesson_id for one in make.all(LessonRead)] == [lesson.id]
    assert len(make.all(HourEntry)) == 1


def test_another_try_asks_other_questions(school, learner, make):
    versions = {one.versions[0].id for one in school.questions(6)}
    school.questions(2, Pool.EXAM)
    lesson = school.lesson(**school.gate())
    page = sit(learner, lesson, right=False)
    assert "答对 0 / 3，还没有过关" in page
    assert make.all(LessonRead) == []
    sit(learner, lesson, right=False)
    first, second = (set(one.asked) for one in make.all(GateTry))
    assert first | second == versions
    sit(learner, lesson, right=True)
    assert [one.passed for one in make.all(GateResult)] == [False, False, True]


def test_an_open_try_is_gone_on_with_and_is_answered_once(school, learner, make):
    school.questions()
    lesson = school.lesson(**school.gate())
    for _ in range(3):
        learner.web.post(f"/lessons/{lesson.id}/gate")
    assert len(make.all(GateTry)) == 1
    page = learner.page(lesson, "/gate")
    assert "见第一条" not in page  # no key before the answer
    url = f"/lessons/{lesson.id}/gate/answers"
    assert learner.web.post(url, {}).status_code == 303
    assert learner.web.post(url, answers(page, True)).status_code == 409
    assert [one.right for one in make.all(GateResult)] == [0]


def test_a_recording_needs_both(school, learner, make):
    school.questions()
    lesson = school.recording(**school.gate())
    assert "已过关" in sit(learner, lesson, right=True)
    assert make.all(LessonRead) == []
    assert "还没有看满" in learner.finishes(lesson).text


def test_a_bank_without_questions_says_whom_to_tell(school, learner):
    lesson = school.lesson(**school.gate())
    refused = learner.web.post(f"/lessons/{lesson.id}/gate")
    assert refused.status_code == 409
    assert "请告诉课程的教师" in refused.text
