"""A trainer makes papers by a blueprint, and hands them to officers."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document

from lms.audit.models import AuditEntry
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Pool, QuestionType, State
from lms.errors import Invalid
from lms.exams.models import Attempt
from lms.papers.models import Blueprint, BlueprintRow, Paper, PaperRelease, PaperSlot
from lms.papers.rules import Cell, Rule, refuse_unusable
from tests.exams.build import Hall
from tests.papers.conftest import write
from tests.training.builders import cohort, enrolment

CASE = """---
id: case-1
type: case
abilities: [LAW]
points: 3
---
某村换届后，新的村委会清点集体资产。

## 问题一 · 1 分

应当由谁主持清点？

- [x] 村委会
- [ ] 村民

## 问题二 · 2 分

结果应当公开吗？

- [x] 应当
- [ ] 不必
"""


def rule(*rows, pool="open", **more):
    """A blueprint as its form sends it; the open bank alone, or the examination pool."""
    data = {"title": "第一套", "minutes": "60", "banks": "1"}
    data |= {"open_percent": "100" if pool == "open" else "0"} | more
    for n, (ability, kind, count, points) in enumerate(rows):
        data |= {f"rows-{n}-ability": ability, f"rows-{n}-type": kind}
        data |= {f"rows-{n}-count": count, f"rows-{n}-points": points}
    return data


def make_paper(browser, *rows, forms="one", **more):
    """A blueprint is kept, and papers are made of it: the answer to the latter."""
    kept = browser.post("/papers/blueprints/new", rule(*rows, **more))
    assert kept.status_code == 303, kept.text
    return browser.post(f"{kept.location}/assemble", {"title": "第一套", "forms": forms})


def test_a_paper_is_made_by_its_blueprint_and_frozen(load, make, trainer, sign_in, folder):
    load()
    rows = (("LAW", "single", "2", "3"), ("MAS", "multiple", "1", "4"))
    answer = make_paper(sign_in(trainer), *rows)
    assert answer.status_code == 303
    paper = make.all(Paper)[0]
    assert (paper.points, paper.minutes, len(make.all(PaperSlot))) == (10, 60, 3)
    before = [slot.version_id for slot in make.all(PaperSlot)]
    write(folder, "law-1", "LAW", stem="改过的题干？")
    load()
    assert [slot.version_id for slot in make.all(PaperSlot)] == before
    assert sign_in(trainer).get(answer.location).status_code == 200


def test_a_blueprint_that_cannot_be_met_names_the_cells_that_fail(load, make, trainer, sign_in):
    load()
    answer = make_paper(sign_in(trainer), ("MAS", "single", "3", "2"))
    assert answer.status_code == 422
    assert "群众工作本领·单选 差 2 题" in answer.text
    assert "第一套" in answer.text  # nothing typed is lost
    assert make.all(Paper) == []


def test_beside_each_row_stands_how_many_there_are_and_how_many_lack(load, make, trainer, sign_in):
    load()
    asked = rule(("LAW", "single", "2", "3"), ("MAS", "single", "3", "2"))
    told = sign_in(trainer).post("/papers/blueprints/stock", asked).json
    assert told["cells"] == {"rows-0": [3, 0, 0], "rows-1": [1, 2, 0]}
    assert "难度按实际得分率的 0 题，按命题人估计的 6 题" in told["known"]
    assert told["lacking"] == ["群众工作本领·单选 差 2 题"]
    assert (told["questions"], told["points"]) == (5, "12")
    page = sign_in(trainer).post("/papers/blueprints/new", asked | {"check": "1"})
    assert page.status_code == 200
    assert "群众工作本领·单选 差 2 题" in page.text
    assert make.all(Blueprint) == []


def test_a_row_that_lacks_is_named_by_all_that_it_asks_for(load, trainer, sign_in):
    load()
    asked = rule(("MAS", "single", "1", "2"), ("MAS", "single", "1", "2"))
    for name, value in {"difficulty": "hard", "level": "apply", "project": "P3"}.items():
        asked[f"rows-1-{name}"] = value
    (told,) = sign_in(trainer).post("/papers/blueprints/stock", asked).json["lacking"]
    assert told == "群众工作本领·基层干部能力提升工程·难·应用·单选 差 1 题"


def test_a_blueprint_with_no_row_is_refused_and_keeps_what_was_typed(load, trainer, sign_in):
    load()
    answer = sign_in(trainer).post("/papers/blueprints/new", rule())
    assert answer.status_code == 422
    assert "请至少填写一行" in answer.text
    assert "第一套" in answer.text


def test_more_rows_are_given_and_what_was_typed_stays(load, make, trainer, sign_in):
    load()
    asked = rule(("MAS", "single", "3", "2")) | {"more": "1"}
    page = sign_in(trainer).post("/papers/blueprints/new", asked).text
    assert 'name="rows-11-count"' in page
    assert "第一套" in page
    assert make.all(Blueprint) == []


def test_a_blueprint_is_changed_and_copied_and_its_papers_stay(load, make, trainer, sign_in):
    load()
    browser = sign_in(trainer)
    make_paper(browser, ("LAW", "single", "2", "3"))
    changed = browser.post(
        "/papers/blueprints/1/edit",
        rule(("MAS", "single", "1", "5"), title="第二套", must="mas-1", apart="law-1 law-2\n"),
    )
    assert changed.status_code == 303
    assert [row.points for row in make.all(BlueprintRow)] == [5]
    assert len(make.all(PaperSlot)) == 2
    copied = browser.post("/papers/blueprints/1/copy")
    assert copied.status_code == 303
    page = browser.get(copied.location).text
    assert "第二套 2" in page
    assert "law-1 law-2" in page
    assert browser.get("/papers/blueprints/1").status_code == 200


def test_questions_that_nobody_knows_are_named(load, make, trainer, sign_in):
    load()
    asked = rule(("LAW", "single", "1", "2"), must="law-1 nobody-1")
    answer = sign_in(trainer).post("/papers/blueprints/new", asked)
    assert answer.status_code == 422
    assert "nobody-1" in answer.text
    assert '<td class="n have">3' in answer.text  # what the banks hold stays beside its row
    assert make.all(Blueprint) == []


def test_a_question_that_must_stand_and_was_called_back_is_not_left_out_in_silence(
    load, make, trainer, sign_in
):
    load()
    browser = sign_in(trainer)
    rows = ("LAW", "single", "2", "2")
    kept = browser.post("/papers/blueprints/new", rule(rows, must="law-1")).location
    next(one for one in make.all(Question) if one.code == "law-1").state = State.RETURNED
    make.session.commit()
    refused = browser.post(f"{kept}/assemble", {"title": "第一套", "forms": "one"})
    assert refused.status_code == 422 and "必选题 law-1 已退回或停用" in refused.text
    assert make.all(Paper) == []


def test_two_forms_share_no_question_and_say_so_where_they_must(load, make, trainer, sign_in):
    load()
    browser = sign_in(trainer)
    apart = make_paper(browser, ("LAW", "single", "1", "2"), forms="pair")
    assert [paper.form for paper in make.all(Paper)] == ["A", "B"]
    assert len({slot.version_id for slot in make.all(PaperSlot)}) == 2
    assert "与本卷相同 0 题" in browser.get(apart.location).text
    near = make_paper(browser, ("LAW", "single", "2", "2"), forms="pair")
    assert "与本卷相同 1 题" in browser.get(near.location).text


def test_a_new_paper_keeps_away_from_an_earlier_one(load, make, trainer, sign_in):
    load()
    browser = sign_in(trainer)
    make_paper(browser, ("LAW", "single", "2", "2"))
    first = {slot.version_id for slot in make.all(PaperSlot)}
    kept = browser.post("/papers/blueprints/new", rule(("LAW", "single", "1", "2")))
    said = {"title": "补考", "forms": "one", "avoid": "1"}
    assert browser.post(f"{kept.location}/assemble", said).status_code == 303
    assert {slot.version_id for slot in make.all(PaperSlot) if slot.paper_id == 2}.isdisjoint(first)
    more = browser.post("/papers/blueprints/new", rule(("LAW", "single", "2", "2")))
    refused = browser.post(f"{more.location}/assemble", said)
    assert refused.status_code == 422
    assert "依法执政本领·单选 差 1 题" in refused.text


def test_what_was_used_of_late_is_not_used_again(load, make, trainer, sign_in, clock):
    load()
    browser = sign_in(trainer)
    make_paper(browser, ("MAS", "single", "1", "2"))
    again = make_paper(browser, ("MAS", "single", "1", "2"), unused_months="6")
    assert again.status_code == 422
    clock.time += timedelta(days=190)
    later = make_paper(sign_in(trainer), ("MAS", "single", "1", "2"), unused_months="6")
    assert later.status_code == 303


def test_what_others_took_what_was_sat_and_what_these_people_met_is_not_asked_again(
    load, make, trainer, city, sign_in, clock
):
    load()
    make_paper(sign_in(trainer), ("MAS", "single", "1", "2"))
    clock.time += timedelta(days=190)
    hall, rows = Hall(make), (("LAW", "single", "3", "2"),)
    cadre, theirs = hall.cadre(), hall.paper()
    theirs.slots[0].version_id = next(
        one.id for one in make.all(QuestionVersion) if one.question.code == "law-1"
    )
    browser = sign_in(trainer)
    assert "依法执政本领·单选 差 1 题" in make_paper(browser, *rows, unused_months="1").text

    met = hall.assessment(cadre, paper=make.all(Paper)[0], org=city)
    rows = (("MAS", "single", "1", "2"),)
    assert "群众工作本领·单选 差 1 题" in make_paper(browser, *rows, unused_months="6").text

    facts = {"assessment_id": met.id, "person_id": cadre.id, "org_id": cadre.org_id, "number": 1}
    facts |= {"paper_id": met.paper_id, "seed": 7, "started_at": clock(), "ends_at": clock()}
    make.keep(Attempt(**facts))
    enrolment(make, listed := cohort(make, city), cadre)
    blueprint = browser.post("/papers/blueprints/new", rule(*rows)).location
    assert "第一期" in browser.get(f"{blueprint}/assemble").text
    said = {"title": "第二套", "forms": "one"}
    refused = browser.post(f"{blueprint}/assemble", said | {"cohorts": str(listed.id)})
    assert "群众工作本领·单选 差 1 题" in refused.text
    assert browser.post(f"{blueprint}/assemble", said).status_code == 303


@pytest.mark.parametrize(
    ("must", "apart", "why"),
    [
        ((), (("law-1",), ("law-2", "law-3")), "只写了一个的：law-1"),
        (("law-1", "law-2"), (("law-1", "law-2", "law-3"),), "law-1、law-2 既写成必选题"),
    ],
)
def test_groups_that_keep_nothing_apart_are_refused(must, apart, why):
    cell = Cell(QuestionType.SINGLE, 1)
    with pytest.raises(Invalid) as refused:
        refuse_unusable(Rule("蓝图", 60, (1,), (cell,), must=must, apart=apart))
    assert why in str(refused.value)


def test_a_paper_takes_final_questions_alone(load, trainer, sign_in):
    load(state=State.DRAFT)
    assert make_paper(sign_in(trainer), ("LAW", "single", "1", "2")).status_code == 422


def test_a_paper_from_the_examination_pool_takes_nothing_of_the_open_bank(
    load, make, trainer, sign_in
):
    load(pool=Pool.OPEN)
    answer = make_paper(sign_in(trainer), ("LAW", "single", "1", "2"), pool="exam")
    assert answer.status_code == 422


@pytest.mark.parametrize("project", ["P1", "P2", "P3", "P4", "P5"])
def test_each_category_has_a_blueprint_of_a_hundred_points(load, make, trainer, sign_in, project):
    load()
    page = sign_in(trainer).get(f"/papers/blueprints/new?sample={project}").text
    assert '<td class="n" data-points>100</td>' in page


def test_a_case_takes_a_slot_for_each_part_and_its_points_are_shared_out(
    load, make, trainer, sign_in, folder
):
    (folder / "case.md").write_text(CASE)
    load()
    assert make_paper(sign_in(trainer), ("LAW", "case", "1", "10")).status_code == 303
    slots = [(slot.number, slot.part, slot.points) for slot in make.all(PaperSlot)]
    assert slots == [(1, 0, Decimal("3.33")), (2, 1, Decimal("6.67"))]


def test_a_released_paper_shows_an_officer_its_title_and_no_question(
    load, make, trainer, sign_in, city
):
    load()
    browser = sign_in(trainer)
    make_paper(browser, ("LAW", "single", "1", "2"))
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
    make_paper(browser, ("LAW", "single", "1", "2"))
    other = make.unit("他市")
    paper = make.all(Paper)[0]
    assert browser.post(f"/papers/{paper.id}/release", {"org_id": other.id}).status_code == 422
    assert make.all(PaperRelease) == []


def test_a_paper_prints_without_its_key_and_the_key_apart(load, make, trainer, sign_in):
    load()
    browser = sign_in(trainer)
    make_paper(browser, ("LAW", "single", "2", "3"), ("MAS", "multiple", "1", "4"))
    paper = browser.get("/papers/1/print").text
    assert "（每题 3 分，共 6 分）" in paper
    assert "见第一条。" not in paper
    sheet = browser.get("/papers/1/print?part=sheet").text
    assert "[ A ]" in sheet
    assert "应当怎样办" not in sheet
    key = browser.get("/papers/1/print?part=key").text
    assert "AB" in key
    assert "见第一条。" in key
    printed = [entry for entry in make.all(AuditEntry) if entry.act == "print paper"]
    assert [entry.facts["part"] for entry in printed] == ["paper", "sheet", "key"]
    assert browser.get("/papers/1/print?part=other").status_code == 200


def test_each_part_is_a_word_document_of_its_own_and_is_logged(load, make, trainer, sign_in):
    load()
    browser = sign_in(trainer)
    make_paper(browser, ("LAW", "single", "2", "3"))
    for part in ("paper", "sheet", "key"):
        answer = browser.get(f"/papers/1/document?part={part}")
        assert answer.status_code == 200 and ".docx" in answer.headers["Content-Disposition"]
        lines = [one.text for one in Document(BytesIO(answer.data)).paragraphs]
        assert ("见第一条。" in lines) == (part == "key")
    taken = [entry.facts for entry in make.all(AuditEntry) if entry.act == "print paper"]
    assert taken == [{"part": part, "file": "docx"} for part in ("paper", "sheet", "key")]
