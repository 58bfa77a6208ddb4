"""Right and wrong while sitting: offered where it is said, and what is looked at is closed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams import rules
from lms.exams.models import Answer, Mark
from lms.exams.rules import Shown
from tests.exams.build import FOUR, RIGHT, SHORT, question

EXPLAINED = question("q-1", "single", "甲乙哪个对？\n\n- [ ] 甲\n- [x] 乙\n\n> 见第一条。\n")
TEXTS = (EXPLAINED, *FOUR[1:], question("q-5", "short", SHORT))
ALL = {"during": ["right", "key", "explanation"]}


@pytest.fixture
def page(hall, sit):
    """page(shown) → the exam page of a cadre whose assessment shows this."""

    def do(shown=ALL, texts=TEXTS, **facts):
        cadre = hall.cadre()
        return sit(cadre, hall.assessment(cadre, paper=hall.paper(texts), shown=shown, **facts))

    return do


def look(page, slot):
    url = f"{page.url}/looks/{slot}"
    return page.web.post(url, json={}, headers={"Accept": "application/json"})


def test_a_look_says_right_or_wrong_the_key_and_why(page):
    mine = page()
    mine.say(1, "A")
    said = look(mine, 1)
    assert said.status_code == 200 and said.json["right"] == ["B"]
    assert "错误" in said.json["page"] and "见第一条" in said.json["page"]
    mine.say(4, "过半数", "一半")
    blank = look(mine, 4).json
    assert blank["right"] == [] and "半数以上" in blank["page"] and "错误" in blank["page"]


def test_only_what_the_assessment_says_is_shown(page):
    mine = page({"during": ["right"]})
    mine.say(1, *RIGHT[1])
    said = look(mine, 1).json
    assert "正确" in said["page"] and said["right"] == [] and "见第一条" not in said["page"]


def test_what_was_looked_at_takes_no_answer_any_more_and_the_others_do(page, make):
    mine = page()
    mine.say(1, "A")
    look(mine, 1)
    assert mine.say(1, "B")["late"] == [[1, 2]]
    assert "late" not in mine.say(2, "A", "C")
    assert look(mine, 1).json["right"] == ["B"]  # once more, it says the same
    mine.submit()
    marks = {mark.slot: mark.share for mark in make.all(Mark)}
    assert (marks[1], marks[2]) == (0, 1)


def test_another_device_knows_what_was_looked_at(page):
    mine = page()
    mine.say(1, "A")
    mine.say(3, "A")
    look(mine, 3)
    assert mine.open().opened["looked"] == [3]
    assert mine.say(3, "B")["late"]


def test_what_arrives_after_the_look_and_after_the_end_never_counts(page, make, clock):
    mine = page()
    mine.say(1, "A")
    held_back, other = mine.operation(1, ["B"]), mine.operation(2, ["A", "C"])
    clock.time += timedelta(seconds=5)
    look(mine, 1)
    clock.time += timedelta(hours=2)
    mine.send(held_back, other)
    assert [row.counts for row in make.all(Answer)] == [True, False, False]


@pytest.mark.parametrize(
    ("shown", "slot", "status", "why"),
    [
        ({"after": ["right"]}, 1, 404, "没有找到"),
        ({}, 1, 404, "没有找到"),
        (ALL, 2, 422, "还没有收到答案"),
        (ALL, 5, 422, "由阅卷人评分"),
        (ALL, 9, 404, "没有找到"),
    ],
)
def test_a_look_that_is_not_offered_is_refused_and_closes_nothing(page, shown, slot, status, why):
    mine = page(shown)
    mine.say(1, "A")
    mine.say(5, "说了")
    answer = look(mine, slot)
    assert answer.status_code == status and why in answer.json["why"]
    assert "looked" not in mine.open().opened


def test_nobody_looks_into_the_attempt_of_another_or_into_one_that_is_over(
    page, hall, sign_in, clock
):
    mine = page()
    mine.say(1, "A")
    stranger = sign_in(hall.cadre("王二"))
    assert stranger.post(f"{mine.url}/looks/1", json={}).status_code == 404
    mine.submit()
    assert look(mine, 1).status_code == 409


def test_before_the_bell_it_is_said_that_one_may_look(hall, sign_in):
    cadre = hall.cadre()
    shown, silent = hall.assessment(cadre, shown=ALL), hall.assessment(cadre)
    web = sign_in(cadre)
    assert "看过的题不能再改" in web.get(f"/exams/assessments/{shown.id}/before").text
    assert "看过的题不能再改" not in web.get(f"/exams/assessments/{silent.id}/before").text


@given(
    st.dictionaries(
        st.sampled_from([*rules.When]), st.lists(st.sampled_from([*Shown]), unique=True)
    ),
    st.booleans(),
)
def test_what_is_shown_while_one_sits_stays_shown(said, closed):
    assert set(said.get(rules.When.DURING, ())) <= rules.shown(said, False, closed)
