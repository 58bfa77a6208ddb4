"""A trainer loads a bank, finds a question, opens it."""

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Pool
from tests.make import ASKED
from tests.papers.conftest import write


def test_a_bank_loads_once_and_again_changes_nothing(load, make):
    assert load().new == 6
    again = load()
    assert (again.new, again.changed, again.same) == (0, 0, 6)
    assert len(make.all(Question)) == 6


def test_a_changed_file_makes_the_next_version_and_edits_none(load, make, folder):
    load()
    write(folder, "law-1", "LAW", stem="改过的题干？")
    assert load().changed == 1
    stems = [v.stem for v in make.all(QuestionVersion) if v.question.code == "law-1"]
    assert stems == ["第1件事应当怎样办？", "改过的题干？"]
    assert next(q for q in make.all(Question) if q.code == "law-1").latest == 2


def test_a_question_changed_here_keeps_its_text_and_the_file_waits(load, make, folder):
    load()
    version = next(v for v in make.all(QuestionVersion) if v.question.code == "law-1")
    version.made_by = make.person().id
    make.session.commit()
    write(folder, "law-1", "LAW", stem="改过的题干？")
    assert load().waiting == ["law-1"]
    assert next(q for q in make.all(Question) if q.code == "law-1").latest == 1


def test_a_bank_with_a_bad_file_loads_nothing_and_names_it(load, make, folder):
    (folder / "bad.md").write_text("不是题目")
    with pytest.raises(Exception, match=r"bad\.md"):
        load()
    assert make.all(Bank) == []


def test_a_trainer_sees_the_banks_of_her_unit_and_another_trainer_none(
    load, make, trainer, sign_in
):
    load()
    assert "试用题库" in sign_in(trainer).get("/banks/").text
    stranger = make.officer(make.unit("他市"), Role.TRAINER)
    assert "试用题库" not in sign_in(stranger).get("/banks/").text
    bank = make.all(Bank)[0]
    assert sign_in(stranger).get(f"/banks/{bank.id}").status_code == 404


def test_a_question_opens_with_its_key_its_source_and_its_explanation(load, make, trainer, sign_in):
    load()
    version = make.all(QuestionVersion)[0]
    page = sign_in(trainer).get(f"/banks/versions/{version.id}")
    assert page.status_code == 200
    for words in ("见第一条。", "《某法》第 1 条", "依法执政本领"):
        assert words in page.text


def test_a_question_tells_its_project_its_posts_and_how_long_it_holds(make, city, sign_in, trainer):
    facts = "projects: [P3]\naudience: [VPS]\nvalid: {{from: 2026-01-01, to: 2027-01-01}}\norigin"
    entry = make.question(make.bank(city), text=ASKED.replace("origin", facts))
    page = sign_in(trainer).get(f"/banks/versions/{entry.versions[-1].id}").text
    for words in ("基层干部能力提升工程", "村党组织书记", "2026年1月1日 至 2027年1月1日"):
        assert words in page


def test_questions_are_found_by_words_ability_and_type(load, make, trainer, sign_in):
    load()
    bank = make.all(Bank)[0]
    browser = sign_in(trainer)
    assert "law-2" in browser.get(f"/banks/{bank.id}?words=第2件").text
    found = browser.get(f"/banks/{bank.id}?type=multiple").text
    assert "law-4" in found
    assert "law-1" not in found
    assert browser.get(f"/banks/{bank.id}?type=nonsense").status_code == 422


def test_a_look_into_the_examination_pool_is_logged(load, make, trainer, sign_in):
    load(pool=Pool.EXAM)
    version = make.all(QuestionVersion)[0]
    sign_in(trainer).get(f"/banks/versions/{version.id}")
    assert "look at examination question" in [entry.act for entry in make.all(AuditEntry)]
