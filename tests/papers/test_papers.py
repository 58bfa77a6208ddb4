"""A trainer loads a bank, opens a question, makes a paper, hands it to officers."""

from pathlib import Path

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Pool, State
from lms.bank.services import load_folder
from lms.competencies.services import load_reference
from lms.papers.models import Paper, PaperRelease, PaperSlot
from lms.web.transaction import finish

QUESTION = """---
id: {id}
type: {type}
abilities: [{ability}]
points: 2
sources:
  - {{law: 某法, edition: 2020-01-01, article: 1, key: 应当}}
---
{stem}

- [x] 应当
- [{second}] 可以
- [ ] 不得

> 见第一条。
"""


def write(folder: Path, name="q1", ability="LAW", kind="single", stem="某事应当怎样办？"):
    (folder / f"{name}.md").write_text(
        QUESTION.format(
            id=name,
            type=kind,
            ability=ability,
            stem=stem,
            second="x" if kind == "multiple" else " ",
        )
    )


@pytest.fixture
def folder(tmp_path):
    """A bank of six questions: four of LAW, two of MAS, one of each with several right."""
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "bank.yaml").write_text("code: trial\ntitle: 试用题库\n")
    for number in range(1, 4):
        write(folder, f"law-{number}", "LAW", stem=f"第{number}件事应当怎样办？")
    write(folder, "law-4", "LAW", "multiple")
    write(folder, "mas-1", "MAS")
    write(folder, "mas-2", "MAS", "multiple")
    return folder


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def load(app, folder, city, clock):
    """load() → what came of loading the folder, in a transaction of its own."""

    def now(pool=Pool.OPEN, state=State.FINAL):
        with app.app_context(), seeing_everything():
            load_reference(clock())
            loaded = load_folder(folder, city.id, clock(), pool, state)[1]
            finish()
            return loaded

    return now


@pytest.fixture
def trainer(make, city):
    return make.officer(city, Role.TRAINER, name="张老师")


def rule(*rows, pool="open"):
    data = {"title": "第一套", "minutes": "60", "banks": "1", "pools": pool}
    for n, (ability, kind, count, points) in enumerate(rows):
        data |= {f"rows-{n}-ability": ability, f"rows-{n}-type": kind}
        data |= {f"rows-{n}-count": count, f"rows-{n}-points": points}
    return data


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


def test_a_paper_is_made_by_its_rule_and_frozen(load, make, trainer, sign_in, folder):
    load()
    rows = (("LAW", "single", "2", "3"), ("MAS", "multiple", "1", "4"))
    answer = sign_in(trainer).post("/papers/new", rule(*rows))
    assert answer.status_code == 303
    paper = make.all(Paper)[0]
    assert (paper.points, paper.minutes, len(make.all(PaperSlot))) == (10, 60, 3)
    before = [slot.version_id for slot in make.all(PaperSlot)]
    write(folder, "law-1", "LAW", stem="改过的题干？")
    load()
    assert [slot.version_id for slot in make.all(PaperSlot)] == before
    assert sign_in(trainer).get(answer.location).status_code == 200


def test_a_rule_that_cannot_be_met_names_what_is_lacking(load, make, trainer, sign_in):
    load()
    answer = sign_in(trainer).post("/papers/new", rule(("MAS", "single", "3", "2")))
    assert answer.status_code == 422
    assert "群众工作本领·单选 差 2 题" in answer.text
    assert "第一套" in answer.text  # nothing typed is lost
    assert make.all(Paper) == []


def test_a_paper_takes_final_questions_alone(load, make, trainer, sign_in):
    load(state=State.DRAFT)
    answer = sign_in(trainer).post("/papers/new", rule(("LAW", "single", "1", "2")))
    assert answer.status_code == 422


def test_a_paper_from_the_examination_pool_takes_nothing_of_the_open_bank(
    load, make, trainer, sign_in
):
    load(pool=Pool.OPEN)
    rows = rule(("LAW", "single", "1", "2"), pool="exam")
    assert sign_in(trainer).post("/papers/new", rows).status_code == 422


def test_a_released_paper_shows_an_officer_its_title_and_no_question(
    load, make, trainer, sign_in, city
):
    load()
    browser = sign_in(trainer)
    browser.post("/papers/new", rule(("LAW", "single", "1", "2")))
    paper = make.all(Paper)[0]
    assert browser.post(f"/papers/{paper.id}/release", {"org_id": city.id}).status_code == 303
    assert [one.title for one in make.all(PaperRelease)] == ["第一套"]
    officer = make.officer(make.unit("甲县", under=city))
    assert sign_in(officer).get(f"/papers/{paper.id}").status_code == 403


def test_a_paper_cannot_be_released_to_a_unit_that_is_not_ones_own(
    load, make, trainer, sign_in, city
):
    load()
    browser = sign_in(trainer)
    browser.post("/papers/new", rule(("LAW", "single", "1", "2")))
    other = make.unit("他市")
    paper = make.all(Paper)[0]
    assert browser.post(f"/papers/{paper.id}/release", {"org_id": other.id}).status_code == 422
    assert make.all(PaperRelease) == []
