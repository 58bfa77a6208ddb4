"""Twins are shown side by side with the words that differ; another key comes first."""

from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.bank import twins
from lms.bank.rules import Part, Question, QuestionType
from lms.bank.twins import beside
from lms.jobs.worker import run_job

ASKED = """---
id: {code}
type: single
points: 2
origin: own
---
{stem}

- [x] 五年
- [ ] 三年
"""
OTHER_KEY = ASKED.replace("[x] 五", "[ ] 五").replace("[ ] 三", "[x] 三")
STEM = "村民委员会每届任期几年，届满应当及时举行换届选举？"


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def bank(make, city):
    return make.bank(city)


@pytest.fixture
def trainer(make, city, sign_in):
    return sign_in(make.officer(city, Role.TRAINER, name="张老师"))


@pytest.fixture
def alike(make, bank):
    """A question, its rewording, the same with another key, and a question of its own."""
    make.question(bank, text=ASKED, stem=STEM)
    make.question(bank, text=ASKED, stem="村民委员会每届任期是几年，届满要及时举行换届选举？")
    make.question(bank, text=OTHER_KEY, stem=STEM)
    make.question(bank, text=ASKED, stem="第一书记的任期一般不少于多少年？")
    return bank


def test_the_pairs_of_a_bank_stand_side_by_side(alike, trainer):
    page = trainer.get(f"/banks/{alike.id}/twins").text
    assert page.count("card couple") == 3
    assert page.index("答案不同") < page.index("答案相同")
    assert "<mark>" in page and "第一书记" not in page
    assert "共 3 条" in page


def test_a_question_has_its_twins(alike, trainer, make):
    page = trainer.get("/banks/questions/1/twins").text
    assert page.count("card couple") == 2
    assert "没有找到相似的题" in trainer.get("/banks/questions/4/twins").text


def test_a_large_bank_is_compared_in_the_background(app, alike, trainer, monkeypatch):
    monkeypatch.setattr(twins, "AT_ONCE", 2)
    assert "开始比对" in trainer.get(f"/banks/{alike.id}/twins").text
    assert trainer.post(f"/banks/{alike.id}/twins").status_code == 303
    assert run_job(app)
    page = trainer.get(f"/banks/{alike.id}/twins?job=1").text
    assert page.count("card couple") == 3


def asked(options, right, stem=STEM):
    named = dict(zip("ABCD", options, strict=False))
    part = Part(QuestionType.SINGLE, stem, Decimal(2), named, frozenset(right))
    return Question("q-1", QuestionType.SINGLE, (part,), Decimal(2))


def test_each_option_stands_beside_the_one_it_is_like():
    one, other = asked(("五年以上", "三年"), "A"), asked(("三年", "五年以下", "十天"), "A")
    lines = beside(one, other)
    assert [line.letters for line in lines] == [("", ""), ("A", "B"), ("B", "A"), ("", "C")]
    assert [line.right for line in lines[1:]] == [(True, False), (False, True), (False, False)]
    assert (
        "".join(piece.text for piece in lines[1].pieces if piece.kind.value == "same") == "五年以"
    )
