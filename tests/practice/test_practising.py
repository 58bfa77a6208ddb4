"""A cadre practises: what she may, what is kept of it, and that nobody else sees it."""

import json
import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.bank import finding
from lms.bank.files import read_draft
from lms.bank.models import Question, VersionPicture
from lms.bank.pictures import keep_picture
from lms.bank.rules import Pool, Right, State
from lms.competencies.models import Competency
from lms.competencies.services import load_reference
from lms.practice.models import PracticeAnswer, PracticeDay, PracticeStar
from lms.web.transaction import finish
from tests.conftest import SECRETS
from tests.exams.build import SHORT, question
from tests.papers.test_papers import CASE

ABLE = """---
id: {code}
type: single
abilities: [{ability}]
points: 2
topic: {topic}
---
{stem}

- [x] 甲
- [ ] 乙
"""


@pytest.fixture
def able(yard, make, app):
    """able("LAW", "依法办事", stem) → a version of that ability and topic."""
    with app.app_context(), seeing_everything():
        load_reference(make.clock())
        finish()
    known = {one.code: one for one in make.all(Competency)}

    def made(ability, topic, stem):
        text = ABLE.format(code="{code}", stem="{stem}", ability=ability, topic=topic)
        version = yard.version(stem, text=text)
        for name, value in finding.columns(read_draft(version.text), known).items():
            setattr(version.question, name, value)
        return make.keep(version)

    return made


def numbers(page):
    """The versions that a sheet asks, in its order."""
    return [int(one) for one in re.findall(r'data-version="(\d+)"', page)]


# ── what one may practise ───────────────────────────────────────────────────────────────────────


def test_she_practises_what_a_unit_above_her_is_named_on(yard, learner, make):
    near = yard.version("练习的题怎样办？")
    make.named(yard.bank, Right.PRACTISE, org=yard.village)
    other = make.bank(make.unit("乙县"))
    strange = yard.version("外县的题怎样办？", bank=other)
    cadre = learner()
    assert "练习的题" in cadre.page(f"/set?question={near.question_id}")
    assert cadre.web.get(f"/practice/set?question={strange.question_id}").status_code == 404


@pytest.mark.parametrize(
    "unfit", [{"pool": Pool.EXAM}, {"state": State.DRAFT}, {"state": State.RETIRED}], ids=str
)
def test_what_examines_and_what_is_not_final_is_not_practised(yard, learner, make, unfit):
    version = yard.version("不能练的题", **unfit)
    cadre = learner()
    assert cadre.web.get(f"/practice/set?question={version.question_id}").status_code == 404
    assert "不能练的题" not in cadre.page("/chapters")
    if unfit.get("state") is not State.RETIRED:
        assert cadre.wrong(version)["refused"] == [1]
        assert make.all(PracticeAnswer) == []


def test_a_question_whose_law_has_ended_is_not_practised(yard, learner, make, clock):
    version = yard.version()
    cadre = learner()
    assert cadre.page(f"/set?question={version.question_id}")
    make.edition(to_on=clock().date() - timedelta(days=1))
    assert cadre.web.get(f"/practice/set?question={version.question_id}").status_code == 404


def test_by_ability_and_by_chapter(able, yard, learner):
    law, masses = able("LAW", "依法办事", "法律怎样说？"), able("MAS", "群众工作", "群众怎样说？")
    cadre = learner()
    page = cadre.page("/abilities")
    addresses = re.findall(r'href="(/practice/set\?ability=\d+)"', page)
    assert len(addresses) == 2
    assert [numbers(cadre.page(one[9:])) for one in addresses] in (
        [[law.id], [masses.id]],
        [[masses.id], [law.id]],
    )
    assert "1 题，练过 0 题" in cadre.page("/chapters")
    address = f"/set?bank={yard.bank.id}&topic=依法办事"
    assert numbers(cadre.page(address)) == [law.id]
    cadre.wrong(law)
    assert "1 题，练过 1 题" in cadre.page("/chapters")


def test_a_set_takes_first_what_was_never_practised(yard, learner):
    old = yard.version("旧题")
    for n in range(20):
        yard.version(f"新题{n}")
    cadre = learner()
    cadre.right(old)
    asked = numbers(cadre.page(f"/set?bank={yard.bank.id}"))
    assert len(asked) == 20 and old.id not in asked
    assert numbers(cadre.page(f"/set?bank={yard.bank.id}")) == asked


# ── what is kept ────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_judged_by_the_server_and_stored_once(yard, learner, make):
    version = yard.version()
    cadre = learner()
    told = cadre.told(version, answer=["A"])
    first, again = cadre.send(told).json, cadre.send(told, told).json
    assert first["kept"] == [1] and set(again["kept"]) == {1}
    assert first["right"] == again["right"] == {"1": True}
    [row] = make.all(PracticeAnswer)
    assert (row.person_id, row.right, row.content) == (cadre.person.id, True, ["A"])


def test_two_devices_may_count_alike(yard, learner, make):
    version = yard.version()
    cadre = learner()
    for device in ("device-one", "device-two"):
        cadre.send(cadre.told(version, sequence=1, answer=["A"]), device=device)
    assert len(make.all(PracticeAnswer)) == 2


def test_a_time_that_cannot_be_is_bounded(yard, learner, make, clock):
    version = yard.version()
    cadre = learner()
    for away in (timedelta(days=3), timedelta(days=-300), timedelta(days=-2)):
        cadre.right(version, said_at=clock() + away)
    times = [row.said_at - clock() for row in make.all(PracticeAnswer)]
    assert times == [timedelta(0), timedelta(days=-30), timedelta(days=-2)]


def test_what_was_kept_on_a_phone_counts_for_the_day_on_which_it_was_said(yard, learner, clock):
    version = yard.version()
    cadre = learner()
    cadre.wrong(version, said_at=clock() - timedelta(days=4))
    cadre.right(version, said_at=clock() - timedelta(days=2))
    assert "答对 1/3 天" in cadre.page("/mistakes")
    assert "今天到期 1 题" in cadre.page("/mistakes")


def test_what_no_page_sends_is_refused_in_a_sentence(learner):
    cadre, fits = learner(), {"sequence": 1, "version": 1, "said_at": 5}
    bad = (
        {"sequence": 0},
        {"version": "1"},
        {"x": 1},
        {"answer": "A"},
        {"starred": 1},
        {"part": -1},
    )
    batches = [[fits | one] for one in bad] + [[{"sequence": 1}], ["x"], "x", [fits] * 201]
    bodies = [{"device": "device-one", "told": one} for one in batches]
    for body in (*bodies, [], {}, {"device": "x", "told": []}):
        answer = cadre.web.post("/practice/told", json=body)
        assert (answer.status_code, answer.json["why"]) == (422, "上传的答案格式不对。"), body


def test_a_part_that_a_question_has_not_is_refused(yard, learner, make):
    assert learner().right(yard.version(), part=3)["refused"] == [1]
    assert make.all(PracticeAnswer) == []


def test_where_no_machine_marks_she_says_herself_whether_she_knew(yard, learner, make):
    version = yard.version(text=question("{code}", "short", SHORT))
    cadre = learner()
    page = cadre.page(f"/set?question={version.question_id}")
    assert "看参考要点" in page and "说清了" in page and 'value="yes"' in page
    assert cadre.tell(version, answer=["yes"])["right"] == {"1": True}
    assert cadre.tell(version, answer=["no"])["right"] == {"2": False}


def test_the_parts_of_a_case_are_answered_one_by_one(yard, learner, make):
    version = yard.version(text=CASE.replace("case-1", "{code}"))
    cadre = learner()
    page = cadre.page(f"/set?question={version.question_id}")
    assert numbers(page) == [version.id] * 2 and page.count("清点集体资产") == 2
    assert cadre.tell(version, part=1, answer=["B"])["right"] == {"1": False}
    assert [(row.part, row.right) for row in make.all(PracticeAnswer)] == [(1, False)]


def test_blanks_are_judged_as_an_examination_would(yard, learner):
    version = yard.version(text=question("{code}", "blank", "有{{{{三 或 3}}}}项。\n"))
    cadre = learner()
    page = cadre.page(f"/set?question={version.question_id}")
    assert json.loads(unescape(re.search(r'data-accepted="([^"]+)"', page)[1])) == [["三", "3"]]
    assert cadre.tell(version, answer=[" 3。"])["right"] == {"1": True}


def test_a_picture_is_shown_with_what_may_be_practised_alone(
    yard, learner, make, app, clock, tmp_path
):
    file, cadre = BytesIO(), learner()
    Image.new("RGB", (20, 10)).save(file, "PNG")
    with app.app_context(), seeing_everything():
        name = keep_picture(tmp_path, file.getvalue(), SECRETS["cipher"], clock(), None)
        finish()
    for pool, status in ((Pool.EXAM, 404), (Pool.PRACTICE, 200)):
        make.keep(VersionPicture(version_id=yard.version(pool=pool).id, name=name))
        assert cadre.web.get(f"/practice/pictures/{name}").status_code == status


# ── the notebook ────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_one_is_in_the_notebook_until_three_days_were_right(yard, learner):
    version = yard.version("易错的题怎样办？")
    cadre = learner()
    cadre.wrong(version)
    for _day in range(3):
        assert "易错的题" in cadre.page("/mistakes")
        cadre.comes_back(days=1)
        cadre.right(version)
    assert "错题本是空的" in cadre.page("/mistakes")


def test_what_is_starred_stays_and_may_be_let_go(yard, learner, make, clock):
    version = yard.version("收藏的题怎样办？")
    cadre = learner()
    cadre.tell(version, starred=True)
    assert "收藏的题" in cadre.page("/starred")
    assert "data-starred" in cadre.page(f"/set?question={version.question_id}")
    clock.time += timedelta(seconds=1)
    cadre.tell(version, starred=False)
    assert "还没有收藏" in cadre.page("/starred")
    assert [row.starred for row in make.all(PracticeStar)] == [True, False]


def test_practice_is_seen_by_no_officer_above(yard, learner, make, sign_in):
    version = yard.version("他自己的错题怎样办？")
    cadre = learner()
    cadre.wrong(version)
    cadre.tell(version, starred=True)
    officer = make.officer(yard.county)
    make.posting(officer, yard.county)
    make.role(officer, Role.TRAINER, yard.county)
    web = sign_in(officer)
    for path in ("/mistakes", "/starred"):
        assert "他自己的错题" not in web.get(f"/practice{path}").get_data(as_text=True)


# ── ten a day ───────────────────────────────────────────────────────────────────────────────────


def test_the_ten_of_a_day_are_the_same_all_day_and_others_tomorrow(yard, learner, make):
    for n in range(30):
        yard.version(f"第{n}题怎样办？")
    cadre = learner()
    cadre.web.post("/practice/day", {})
    asked = numbers(cadre.page("/day"))
    assert len(set(asked)) == 10
    for _again in range(2):
        cadre.web.post("/practice/day", {})
        cadre.comes_back(hours=2)
        assert numbers(cadre.page("/day")) == asked
    assert len(make.all(PracticeDay)) == 1
    cadre.comes_back(days=1)
    assert cadre.web.get("/practice/day").status_code == 302
    cadre.web.post("/practice/day", {})
    assert set(numbers(cadre.page("/day"))) != set(asked)


def test_a_day_begins_with_the_mistakes_that_are_due(yard, learner):
    many = [yard.version(f"第{n}题怎样办？") for n in range(30)]
    cadre = learner()
    for version in many[:4]:
        cadre.wrong(version)
    cadre.comes_back(days=1)
    cadre.web.post("/practice/day", {})
    assert {one.id for one in many[:4]} <= set(numbers(cadre.page("/day")))


def test_what_was_done_of_the_day_is_there_when_the_page_is_opened_again(yard, learner):
    version = yard.version()
    cadre = learner()
    cadre.web.post("/practice/day", {})
    assert "今天的 1 题，已做 0 题" in cadre.page("/")
    cadre.wrong(version)
    page = cadre.page("/day")
    assert 'data-said="[&#34;B&#34;]"' in page and 'data-before="wrong"' in page
    assert "今天的 1 题做完了" in cadre.page("/")


def test_new_ones_come_from_the_weakest_abilities(able, learner):
    weak, strong = "LAW", "MAS"
    mine = {
        code: [able(code, code, f"{code}{n}怎样办？") for n in range(12)] for code in (weak, strong)
    }
    cadre = learner()
    for n in range(3):
        cadre.wrong(mine[weak][n])
        cadre.right(mine[strong][n])
    cadre.web.post("/practice/day", {})
    asked = numbers(cadre.page("/day"))
    assert len(asked) == 10
    assert len({one.id for one in mine[weak]} & set(asked)) == 5
    assert asked and not {one.id for one in mine[weak][:3]} & set(asked)  # these come tomorrow


def test_where_there_is_nothing_to_practise_a_sentence_says_so(learner):
    cadre = learner()
    answer = cadre.web.post("/practice/day", {})
    assert answer.status_code == 409
    assert "这里现在没有可练的题" in answer.get_data(as_text=True)
    assert "还没有可练的题" in cadre.page("/chapters") and "还没有可练的题" in cadre.page(
        "/abilities"
    )


def test_her_choice_of_when_to_see_the_key_is_remembered(yard, learner):
    version = yard.version()
    cadre = learner()
    assert 'data-once="yes"' in cadre.page(f"/set?question={version.question_id}")
    for chosen in ("no", "yes", "no"):
        assert cadre.web.post("/practice/choice", {"at_once": chosen}).status_code == 303
        assert f'data-once="{chosen}"' in cadre.page(f"/set?question={version.question_id}")


def test_a_retired_question_leaves_the_ten(yard, learner, make):
    versions = [yard.version(f"第{n}题怎样办？") for n in range(3)]
    cadre = learner()
    cadre.web.post("/practice/day", {})
    make.session.get(Question, versions[0].question_id).state = State.RETIRED
    make.session.commit()
    assert sorted(numbers(cadre.page("/day"))) == [one.id for one in versions[1:]]
