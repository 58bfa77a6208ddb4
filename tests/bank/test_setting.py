"""Many questions are set at once: those ticked, or all that a list finds."""

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.bank import setting
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Difficulty, Pool, Right, State
from lms.competencies.services import load_reference
from lms.jobs.models import Job
from lms.jobs.worker import run_job
from lms.web.transaction import finish

SET = "/banks/questions/set"


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def bank(app, make, city, clock):
    with app.app_context(), seeing_everything():
        load_reference(clock())
        finish()
    return make.bank(city)


@pytest.fixture
def trainer(make, city, sign_in):
    person = make.officer(city, Role.TRAINER, name="张老师")
    return sign_in(person)


def newest(make):
    return {one.question_id: one for one in make.all(QuestionVersion)}


def send(browser, step="", **data):
    return browser.post(SET, {"to-step": step, **data})


def test_ticked_questions_are_shown_first_and_set_then(make, bank, trainer):
    entries = [make.question(bank) for _ in range(3)]
    ticked = [entry.id for entry in entries[:2]]
    assert "批量设置 2 题" in send(trainer, q=ticked).text
    wish = {"to-abilities": ["LAW", "MAS"], "to-difficulty": "hard", "to-topic": "村民自治"}
    page = send(trainer, "preview", q=ticked, **wish).text
    assert "依法执政本领、群众工作本领" in page and "确定设置 2 题" in page
    assert all(one.number == 1 for one in newest(make).values())
    assert send(trainer, "do", q=ticked, count=2, **wish).status_code == 303
    done = newest(make)
    assert [done[entry.id].difficulty for entry in entries] == [Difficulty.HARD] * 2 + [None]
    assert [len(done[entry.id].abilities) for entry in entries] == [2, 2, 0]
    assert {entry.state for entry in make.all(Question)} == {State.FINAL}
    assert "set facts" in [one.act for one in make.all(AuditEntry)]


def test_all_that_a_list_finds_are_set(make, bank, trainer):
    for stem in ("村民会议由谁召集？", "村民会议多久开一次？", "信访怎样办理？"):
        make.question(bank, stem=stem)
    asked = {"which": "all", "words": "村民会议", "bank": bank.id}
    assert "确定设置 2 题" in send(trainer, "preview", **asked, **{"to-level": "apply"}).text
    assert send(trainer, "do", count=2, **asked, **{"to-level": "apply"}).status_code == 303
    assert [one.level and one.level.value for one in newest(make).values()] == [
        "apply",
        "apply",
        None,
    ]


def test_what_is_found_by_now_must_be_what_was_shown(make, bank, trainer):
    make.question(bank), make.question(bank)
    answer = send(trainer, "do", which="all", count=1, bank=bank.id, **{"to-level": "apply"})
    assert answer.status_code == 409
    assert "由 1 题变为 2 题" in answer.text


def test_nothing_chosen_and_nothing_wished_is_said(make, bank, trainer):
    entry = make.question(bank)
    assert "还没有选题" in send(trainer).text
    assert "还没有填写要改的内容" in send(trainer, "preview", q=entry.id).text
    both = send(trainer, "preview", q=entry.id, **{"to-abilities": ["LAW", "-"]})
    assert both.status_code == 422


def test_none_takes_the_ability_away(make, bank, trainer):
    entry = make.question(bank)
    send(trainer, "do", q=entry.id, count=1, **{"to-abilities": "LAW"})
    assert len(newest(make)[entry.id].abilities) == 1
    send(trainer, "do", q=entry.id, count=1, **{"to-abilities": "-"})
    assert newest(make)[entry.id].abilities == []


def test_what_one_may_only_look_at_is_not_set(make, bank, sign_in):
    guest = make.officer(make.unit("他县"), Role.TRAINER)
    make.named(bank, Right.PRACTISE, person=guest)
    entry = make.question(bank)
    answer = send(sign_in(guest), "do", q=entry.id, count=1, **{"to-level": "apply"})
    assert answer.status_code == 403
    assert newest(make)[entry.id].level is None


def test_what_another_bank_holds_is_as_if_it_were_not(make, bank, sign_in):
    stranger, entry = make.officer(make.unit("他县"), Role.TRAINER), make.question(bank)
    assert (
        send(sign_in(stranger), "do", q=entry.id, count=1, **{"to-level": "apply"}).status_code
        == 403
    )
    assert newest(make)[entry.id].level is None


def test_many_are_a_job_that_goes_on_where_it_stopped(app, make, bank, trainer, monkeypatch):
    monkeypatch.setattr(setting, "AT_ONCE", 2)
    monkeypatch.setattr(setting, "SLICE", 2)
    ids = [make.question(bank).id for _ in range(5)]
    answer = send(trainer, "do", q=ids, count=5, **{"to-abilities": "LAW", "to-level": "apply"})
    job = make.all(Job)[0]
    assert answer.location.endswith(f"/jobs/{job.id}")
    assert run_job(app)
    job = make.all(Job)[0]
    assert (job.done, job.total, job.state["done"]) == (5, 5, 5)
    assert all(one.level.value == "apply" for one in newest(make).values())


def test_questions_are_put_out_of_use(make, bank, trainer):
    entry = make.question(bank)
    send(trainer, "do", q=entry.id, count=1, **{"to-retire": "y"})
    assert make.all(Question)[0].state is State.RETIRED


# ── what a question is for ──────────────────────────────────────────────────────────────────────


def test_the_examination_pool_is_left_with_a_reason(make, bank, trainer):
    entry = make.question(bank, pool=Pool.EXAM)
    asked = {"q": entry.id, "count": 1, "to-pool": "practice"}
    refused = send(trainer, "do", **asked)
    assert refused.status_code == 422 and "出库理由" in refused.text
    assert send(trainer, "do", **asked, **{"to-why": "考试已经结束"}).status_code == 303
    assert make.all(Question)[0].pool is Pool.PRACTICE
    note = next(one for one in make.all(AuditEntry) if one.act == "release from examination")
    assert note.facts == {"to": "practice", "why": "考试已经结束", "codes": [entry.code]}


def test_what_stands_against_it_is_told_before_it_is_confirmed_and_nothing_typed_is_lost(
    make, bank, trainer
):
    entry = make.question(bank, pool=Pool.EXAM)
    opened = trainer.get(f"/banks/versions/{entry.versions[-1].id}").text
    assert "移出考试题库" in opened
    wish = {"to-pool": "practice", "to-topic": "村民自治"}
    answer = send(trainer, "preview", q=[entry.id], **wish)
    assert answer.status_code == 422 and "请写明出库理由" in answer.text
    assert "确定设置" not in answer.text and 'value="村民自治"' in answer.text
    wish |= {"to-why": "已经考过"}
    assert "确定设置 1 题" in send(trainer, "preview", q=[entry.id], **wish).text


def test_nobody_but_the_owner_releases(make, bank, sign_in):
    guest = make.officer(make.unit("他县"), Role.TRAINER)
    for right in Right:
        make.named(bank, right, person=guest)
    entry = make.question(bank, pool=Pool.EXAM)
    asked = {"q": entry.id, "count": 1, "to-pool": "open", "to-why": "我要用"}
    assert send(sign_in(guest), "do", **asked).status_code == 403
    assert make.all(Question)[0].pool is Pool.EXAM


def test_what_was_handed_out_never_examines(make, bank, trainer):
    known = make.question(bank, pool=Pool.OPEN)
    draft = make.question(bank, pool=Pool.PRACTICE, state=State.DRAFT)
    answer = send(trainer, "do", q=[known.id, draft.id], count=2, **{"to-pool": "exam"})
    assert answer.status_code == 422 and "1 题已不是草稿" in answer.text
    assert send(trainer, "do", q=draft.id, count=1, **{"to-pool": "exam"}).status_code == 303
    assert [one.pool for one in make.all(Question)] == [Pool.OPEN, Pool.EXAM]


def test_no_key_that_is_public_examines(make, bank, trainer):
    bank.public = True
    make.session.commit()
    draft = make.question(bank, state=State.DRAFT)
    assert send(trainer, "do", q=draft.id, count=1, **{"to-pool": "exam"}).status_code == 422
