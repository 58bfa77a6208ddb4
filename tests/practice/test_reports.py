"""本题有误: from whoever met a question to those who keep it, and back with an answer."""

import pytest

from lms.access.permissions import Role
from lms.bank.models import Bank, Question
from lms.bank.rules import Pool, Right
from lms.practice.models import FaultReport, PracticeAnswer
from lms.practice.rules import MOST_WAITING
from tests.exams.build import Hall
from tests.exams.sitter import Sitter


@pytest.fixture
def trainer(yard, make, sign_in):
    """The browser of one who writes in the bank."""
    return sign_in(make.officer(yard.county, Role.TRAINER, name="周教师"))


def send(cadre, version, said="第二项也对。"):
    return cadre.web.post("/practice/faults", {"version_id": version.id, "said": said})


def listed(web, query=""):
    return web.get(f"/practice/reports{query}").get_data(as_text=True)


def test_it_reaches_who_keeps_the_bank_and_the_answer_comes_back(yard, learner, trainer, make):
    cadre = learner()
    assert send(cadre, yard.version("有错的题怎样办？")).status_code == 303
    page = listed(trainer)
    assert "第二项也对。" in page and "有错的题" in page and cadre.person.name not in page
    assert "1 条“本题有误”待答复" in trainer.get("/desk").get_data(as_text=True)
    [row] = make.all(FaultReport)
    sent = {"found": "mended", "answer": "已改正第二项。"}
    assert trainer.post(f"/practice/reports/{row.id}/answer", sent).status_code == 303
    assert "第二项也对。" not in listed(trainer)
    assert "已改正第二项。" in listed(trainer, "?answered=yes")
    assert "已改正第二项。" in cadre.page("/faults")
    assert trainer.post(f"/practice/reports/{row.id}/answer", sent).status_code == 409


def test_it_is_seen_by_no_other_bank_and_no_other_cadre(yard, learner, make, sign_in):
    send(learner(), yard.version())
    [row] = make.all(FaultReport)
    strange = make.unit("乙县")
    make.bank(strange)
    other = sign_in(make.officer(strange, Role.TRAINER))
    assert "第二项也对。" not in listed(other)
    sent = {"found": "right", "answer": ""}
    assert other.post(f"/practice/reports/{row.id}/answer", sent).status_code == 404
    assert "第二项也对。" not in learner("赵二").page("/faults")


def test_the_same_words_twice_are_one_report(yard, learner, make):
    cadre, version = learner(), yard.version()
    for _again in range(2):
        send(cadre, version)
        cadre.tell(version, fault="第二项也对。")
    assert len(make.all(FaultReport)) == 1


def test_it_may_be_kept_on_the_phone_and_sent_with_the_answers(yard, learner, make):
    version = yard.version()
    cadre = learner()
    rows = [cadre.told(version, answer=["A"]), cadre.told(version, fault="错字。")]
    assert cadre.send(*rows).json["kept"] == [1, 2]
    assert [row.said for row in make.all(FaultReport)] == ["错字。"]


def test_who_says_very_much_waits_for_an_answer_and_loses_no_answer_of_a_question(
    yard, learner, make
):
    version, cadre = yard.version(), learner()
    for n in range(MOST_WAITING):
        send(cadre, version, f"第 {n} 处有误。")
    assert send(cadre, version, "还有。").status_code == 422
    rows = [cadre.told(version, answer=["A"]), cadre.told(version, fault="还有。")]
    told = cadre.send(*rows).json
    assert (told["kept"], told["refused"]) == ([1], [2])
    assert len(make.all(PracticeAnswer)) == 1


def test_nobody_reports_what_they_never_met(yard, learner, make):
    version = yard.version(pool=Pool.EXAM)
    assert send(learner(), version).status_code == 404
    assert make.all(FaultReport) == []


def test_who_sat_a_question_may_report_it_and_only_who_may_see_it_is_shown_it(
    make, learner, clock, sign_in
):
    hall = Hall(make)
    cadre = learner(org=hall.village)
    page = Sitter(cadre.web, clock, hall.assessment(cadre.person)).open()
    entry = make.all(Question)[0]
    assert send(cadre, entry.versions[0]).status_code == 404  # it is not over yet
    page.submit()
    assert send(cadre, entry.versions[0]).status_code == 303
    writer = make.officer(hall.county, Role.TRAINER)
    make.named(make.session.get(Bank, entry.bank_id), Right.WRITE, writer)
    shown = listed(sign_in(writer))
    assert "第二项也对。" in shown and "由命题人、审题人查看" in shown and "甲乙丙丁" not in shown
