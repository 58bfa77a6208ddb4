"""A cadre sits an assessment: from the start to the result, and what is refused on the way."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from lms.exams.models import Attempt, Candidate, Mark, Result, Verdict
from lms.people.models import Posting
from tests.exams.build import FOUR, RIGHT, SINGLE, question
from tests.exams.sitter import Sitter

SLOT = re.compile(r'data-slot="(\d+)"')


@pytest.fixture
def cadre(hall):
    return hall.cadre()


def test_every_answer_right_passes_with_full_marks(hall, sit, cadre, make):
    page = sit(cadre, hall.assessment(cadre))
    for slot, answer in RIGHT.items():
        page.say(slot, *answer)
    assert page.submit().status_code == 303
    (result,) = make.all(Result)
    assert (result.earned, result.points, result.passed, result.level) == (8, 8, True, "优秀")
    assert result.abilities == {"LAW": [2, 2], "MAS": [2, 2], "RSK": [1, 1]}
    (verdict,) = make.all(Verdict)
    assert verdict.passed and verdict.org_id == cadre.org_id
    text = page.result().get_data(as_text=True)
    assert "合格" in text and "优秀" in text and "不作为任用、评先依据" in text


def test_shares_are_exact_and_right_means_the_full_share(hall, sit, cadre, make):
    page = sit(cadre, hall.assessment(cadre))
    page.say(2, "A")  # half of the right ones, none wrong
    page.say(3, "B")
    page.submit()
    marks = {mark.slot: (mark.share, mark.share_of) for mark in make.all(Mark)}
    assert marks == {1: (0, 1), 2: (1, 2), 3: (0, 1), 4: (0, 1)}
    (result,) = make.all(Result)
    assert (result.earned, result.passed) == (Decimal(1), False)
    assert result.abilities == {"LAW": [0, 2], "MAS": [0, 2], "RSK": [0, 1]}


def test_the_page_has_every_question_and_no_key(hall, sit, cadre):
    text = (page := sit(cadre, hall.assessment(cadre))).web.get(page.url).get_data(as_text=True)
    assert text.count('class="card asked"') == len(FOUR)
    assert "过半数" not in text and "[x]" not in text
    assert "<noscript>" in text


def test_the_order_is_the_attempts_own_and_stays(hall, sit, cadre, make):
    texts = [question(f"q-{n}", "single", SINGLE) for n in range(12)]
    page = sit(cadre, hall.assessment(cadre, paper=hall.paper(texts)))
    first, again = (
        [int(slot) for slot in SLOT.findall(page.web.get(page.url).get_data(as_text=True))]
        for _ in range(2)
    )
    assert sorted(first) == list(range(1, 13)) and first != sorted(first)
    assert again == first


def test_another_cadres_attempt_does_not_exist(hall, sit, cadre, sign_in):
    stranger = hall.cadre("王二")
    page = sit(cadre, hall.assessment(cadre, stranger))
    web = sign_in(stranger)
    assert web.get(page.url).status_code == 404
    assert web.get(f"{page.url}/result").status_code == 404
    assert web.post(f"{page.url}/submit", {}).status_code == 404
    opened = web.post(f"{page.url}/turns", json={"device": "device-two"})
    assert opened.status_code == 404


def test_a_named_officer_cannot_sit_for_another(hall, sit, cadre, sign_in, make):
    """Who sees an attempt because of a name on the assessment does not thereby own it."""
    make.posting(hall.officer, hall.village)
    page = sit(cadre, hall.assessment(cadre))
    web = sign_in(hall.officer)
    assert web.get(page.url).status_code == 404
    assert web.post(f"{page.url}/submit", {}).status_code == 404


def test_who_is_not_listed_does_not_get_in(hall, cadre, sign_in):
    url = f"/exams/assessments/{hall.assessment().id}"
    web = sign_in(cadre)
    assert web.get(f"{url}/before").status_code == 404
    assert web.post(f"{url}/attempts", {}).status_code == 404


@pytest.mark.parametrize("moved", [timedelta(minutes=-1), timedelta(days=1)])
def test_outside_the_window_nobody_begins(hall, cadre, sign_in, clock, moved, make):
    assessment = hall.assessment(cadre)
    clock.time += moved
    answer = sign_in(cadre).post(f"/exams/assessments/{assessment.id}/attempts", {})
    assert answer.status_code == 409
    assert make.all(Attempt) == []


def test_a_second_press_of_start_leads_to_the_same_attempt(hall, sit, cadre, clock, make):
    assessment = hall.assessment(cadre)
    page = sit(cadre, assessment)
    again = Sitter(page.web, clock, assessment)
    assert again.attempt_id == page.attempt_id
    assert make.all(Candidate)[0].attempts_begun == 1


def test_attempts_are_counted_and_the_best_counts(hall, sit, cadre, sign_in):
    assessment = hall.assessment(cadre, attempts=2)
    first = sit(cadre, assessment)
    first.submit()
    assert "还可以考 1 次" in first.result().get_data(as_text=True)
    second = sit(cadre, assessment)
    for slot, answer in RIGHT.items():
        second.say(slot, *answer)
    second.submit()
    assert "另一次作答中已经合格" in first.result().get_data(as_text=True)
    answer = sign_in(cadre).post(f"/exams/assessments/{assessment.id}/attempts", {})
    assert answer.status_code == 409 and "您已经合格" in answer.get_data(as_text=True)


def test_who_has_used_all_attempts_is_told_so(hall, sit, cadre):
    assessment = hall.assessment(cadre, attempts=1)
    page = sit(cadre, assessment)
    page.submit()
    answer = page.web.post(f"/exams/assessments/{assessment.id}/attempts", {})
    assert answer.status_code == 409 and "次数已经用完" in answer.get_data(as_text=True)


def test_who_enters_late_ends_with_everyone_and_is_told_first(hall, sit, cadre, clock, make):
    assessment = hall.assessment(cadre)
    clock.time += timedelta(hours=23, minutes=40)
    page = sit(cadre, assessment)
    (attempt,) = make.all(Attempt)
    assert attempt.ends_at == assessment.closes_at
    page.submit()
    before = page.web.get(f"/exams/assessments/{assessment.id}/before")
    assert "离截止只有 20 分钟" in before.get_data(as_text=True)


def test_submitting_twice_marks_once(hall, sit, cadre, make):
    page = sit(cadre, hall.assessment(cadre))
    assert [page.submit().status_code for _ in range(2)] == [303, 303]
    assert len(make.all(Result)) == len(make.all(Verdict)) == 1
    assert len(make.all(Mark)) == len(FOUR)


def test_a_pass_mark_above_the_bands_moves_them(hall, sit, cadre, make):
    page = sit(cadre, hall.assessment(cadre, pass_mark=85))
    for slot in (1, 2, 3):
        page.say(slot, *RIGHT[slot])
    page.submit()
    (result,) = make.all(Result)
    assert (result.earned, result.passed, result.level) == (6, False, "未合格")


def test_a_person_who_moved_still_sees_what_they_were_listed_for(hall, cadre, make, sign_in):
    assessment = hall.assessment(cadre)
    (posting,) = make.all(Posting)
    posting.to_on = make.clock().date()
    make.posting(cadre, make.unit("乙县"))
    assert assessment.title in sign_in(cadre).get("/exams/").get_data(as_text=True)
