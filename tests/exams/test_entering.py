"""At the door: what is told before the bell, whose turn it is, the pledge, the password."""

import json
import re
from datetime import timedelta
from html import unescape
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.models import WrongAnswers
from lms.bank.rules import Pool
from lms.errors import Conflict
from lms.exams import rules
from lms.exams.models import Allowance, Answer, Attempt, Candidate, Opening, SetPaper
from lms.exams.rules import Counting, Leaving, Publishing
from tests.exams.sitter import Sitter

PLEDGED = {"pledged": "y"}


def url(assessment, door="attempts"):
    return f"/exams/assessments/{assessment.id}/{door}"


# ── what is told ────────────────────────────────────────────────────────────────────────────────


def test_the_page_before_the_bell_says_every_rule_and_shows_no_question(hall, sign_in, clock):
    cadre, paper = hall.cadre(), hall.paper()
    paper.slots[0].version.question.pool = Pool.OPEN
    opens = clock() + timedelta(hours=1)
    assessment = hall.assessment(
        cadre,
        paper=paper,
        opens_at=opens,
        place="县委党校",
        leaving=Leaving.COLLECTED,
        leaves_most=3,
        least_minutes=10,
        publishing=Publishing.IN_ONE_ACT,
        which_counts=Counting.LAST,
        password="春风",
    )
    text = sign_in(cadre).get(url(assessment, "before")).text
    for said in (
        "4 题，其中 1 题出自公开题库",
        "60 分钟",
        "4.8 分（满分 8 分）",
        "县委党校",
        "满 3 次，自动收卷",
        "开考 10 分钟以后才能交卷",
        "成绩由管理员统一公布",
        "以最后一次为准",
        "60 秒内传到的答案都算",
        "当天 24 时以前传到的先收下，由管理员核对后决定",
        "我承诺独立作答",
        f'data-begins="{int(opens.timestamp() * 1000)}"',
    ):
        assert said in text, said
    assert "春风" not in text and "哪一个对" not in text
    assert 'rel="modulepreload" href="/static/exams/hall.' in text


def test_of_several_papers_it_is_told_how_many_open_questions_each_has_at_least_and_at_most(
    hall, sign_in, make
):
    cadre, papers = hall.cadre(), [hall.paper() for _ in range(3)]
    for paper, many in zip(papers, (0, 2, 1), strict=True):
        for slot in paper.slots[:many]:
            slot.version.question.pool = Pool.OPEN
    assessment = hall.assessment(cadre, paper=papers[0])
    for place, (paper, resit) in enumerate(((papers[1], False), (papers[2], True)), start=1):
        same = {"assessment_id": assessment.id, "paper_id": paper.id}
        make.keep(SetPaper(**same, resit=resit, place=place))
    told = "4 题，其中 0 至 2 题出自公开题库（各份试卷不同）"
    assert told in sign_in(cadre).get(url(assessment, "before")).text
    assert told in sign_in(hall.officer).get(f"/exams/assessments/{assessment.id}").text


# ── the pledge and the password ─────────────────────────────────────────────────────────────────


def test_who_does_not_pledge_does_not_begin(hall, sign_in, make, clock):
    cadre = hall.cadre()
    assessment, web = hall.assessment(cadre), sign_in(cadre)
    page = web.post(url(assessment), {})
    assert page.status_code == 422 and "请先勾选承诺" in page.text and "开始考试" in page.text
    assert make.all(Attempt) == []
    Sitter(web, clock, assessment)
    assert make.all(Attempt)[0].pledged_at == clock()


def test_the_word_that_was_said_in_the_room_opens_and_another_does_not(hall, sign_in, make):
    cadre = hall.cadre()
    assessment, web = hall.assessment(cadre, password="Spring 8"), sign_in(cadre)
    for said in ("", "spring8"):
        page = web.post(url(assessment), PLEDGED | {"password": said})
        assert page.status_code == 422 and "口令不对" in page.text
    assert make.all(Attempt) == []
    answer = web.post(url(assessment), PLEDGED | {"password": " ｓｐｒｉｎｇ ８"})
    assert answer.status_code == 303
    assert make.all(WrongAnswers) == []
    # who comes back to the open attempt is not asked again
    assert web.post(url(assessment), {}).location == answer.location


def test_nobody_goes_through_all_the_words_there_are(hall, sign_in, make, clock):
    cadre, other = hall.cadre(), hall.cadre("王二")
    assessment, web = hall.assessment(cadre, other, password="春风"), sign_in(cadre)
    for said in "一二三四五":
        assert web.post(url(assessment), PLEDGED | {"password": said}).status_code == 422
    locked = web.post(url(assessment), PLEDGED | {"password": "春风"})
    assert locked.status_code == 429 and "连续输错次数过多" in locked.text
    right = PLEDGED | {"password": "春风"}
    assert sign_in(other).post(url(assessment), right).status_code == 303
    clock.time += timedelta(minutes=10)
    assert web.post(url(assessment), right).status_code == 303


# ── the bell ────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(1, 10**7), st.integers(0, 100_000))
def test_each_has_a_turn_of_his_own_that_stays(candidate, many):
    turn = rules.turn_of(candidate, many)
    assert turn == rules.turn_of(candidate, many)
    assert timedelta(0) <= turn <= timedelta(seconds=min(many / 25, 180))


def test_ten_thousand_begin_evenly_within_three_minutes():
    turns = [rules.turn_of(candidate, 10_000).seconds for candidate in range(10_000)]
    assert max(turns) < 180
    fullest = max(turns.count(second) for second in set(turns))
    assert fullest < 2 * 60


def test_who_presses_before_the_own_turn_is_told_how_long(hall, sign_in, make, clock):
    cadre, assessment = hall.cadre(), hall.assessment()
    for n in range(239):
        hall.list(assessment, hall.cadre(f"应考{n}"))
    key = next(one for one in range(10_000, 20_000) if rules.turn_of(one, 240))
    turn = rules.turn_of(key, 240)
    named = {"assessment_id": assessment.id, "person_id": cadre.id, "org_id": cadre.org_id}
    make.keep(Candidate(id=key, listed_at=clock(), **named))
    web = sign_in(cadre)
    begins = int((clock() + turn).timestamp() * 1000)
    assert f'data-begins="{begins}"' in web.get(url(assessment, "before")).text
    early = web.post(url(assessment), PLEDGED)
    assert early.status_code == 409 and f"请再等 {ceil(turn.total_seconds())} 秒" in early.text
    clock.time += turn
    assert web.post(url(assessment), PLEDGED).status_code == 303
    (attempt,) = make.all(Attempt)
    assert attempt.ends_at == clock() + timedelta(minutes=60)


def test_nobody_hands_in_before_the_least_time(hall, sit, clock, make):
    cadre = hall.cadre()
    page = sit(cadre, hall.assessment(cadre, least_minutes=10))
    clock.time += timedelta(minutes=7, seconds=30)
    early = page.submit()
    assert early.status_code == 409 and "还要等 3 分钟" in early.text
    clock.time += timedelta(minutes=2, seconds=30)
    assert page.submit().status_code == 303


def test_who_has_less_than_the_least_time_hands_in_when_it_is_over(clock):
    end = clock() + timedelta(minutes=5)
    with pytest.raises(Conflict):
        rules.refuse_early(clock(), end, 10, end - timedelta(seconds=1))
    rules.refuse_early(clock(), end, 10, end)


# ── one's own terms ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def excepted(hall, make, clock):
    """excepted(assessment, person_id=…, more_minutes=…) as it stands in the database."""

    def do(assessment, **given):
        return make.keep(
            Allowance(
                assessment_id=assessment.id,
                reason="病假",
                made_at=clock(),
                made_by=hall.officer.id,
                **given,
            )
        )

    return do


def test_a_person_meets_an_assessment_under_the_own_terms(
    hall, sit, sign_in, excepted, clock, make
):
    cadre, other = hall.cadre(), hall.cadre("王二")
    assessment = hall.assessment(cadre, other, closes_at=clock() + timedelta(hours=2), attempts=1)
    excepted(assessment, org_id=hall.county.id, more_minutes=10)
    excepted(assessment, person_id=cadre.id, more_minutes=20, more_attempts=1)
    excepted(assessment, person_id=cadre.id, closes_at=clock() + timedelta(days=3))
    excepted(assessment, person_id=other.id, more_minutes=100, ended_at=clock())
    before = sign_in(cadre).get(url(assessment, "before")).text
    assert "90 分钟" in before and "2 次" in before and "11月26日" in before
    assert "70 分钟" in sign_in(other).get(url(assessment, "before")).text
    clock.time += timedelta(hours=20)
    assert "结束" in sign_in(other).post(url(assessment), PLEDGED).text
    sit(cadre, assessment)
    (attempt,) = make.all(Attempt)
    assert attempt.ends_at == clock() + timedelta(minutes=90)


def test_exceptions_cost_one_statement_more_for_all(app, hall, sign_in, excepted, statements):
    cadre = hall.cadre()
    web = sign_in(cadre)
    assessments = [hall.assessment(cadre) for _ in range(3)]
    web.get("/exams/")
    with statements() as plain:
        web.get("/exams/")
    for one in assessments:
        excepted(one, person_id=cadre.id, more_minutes=5)
    with statements() as more:
        assert "可以考 3 次" in web.get("/exams/").text
    assert len(more) == len(plain) + 1


# ── the trial of the device ─────────────────────────────────────────────────────────────────────


def test_a_trial_of_the_line_names_what_came_and_stores_nothing(hall, sign_in, make, clock):
    web = sign_in(hall.cadre())
    said = {"turn": 1, "sequence": 7, "slot": 1, "answer": ["A"]}
    said["said_at"] = int(clock().timestamp() * 1000)
    answer = web.post("/exams/rehearsal", json={"operations": [said]})
    assert answer.json == {"kept": [[1, 7]], "at": said["said_at"]}
    assert make.all(Answer) == []
    assert web.post("/exams/rehearsal", json={"operations": "x"}).status_code == 422


def test_the_questions_come_with_the_press_of_the_button(hall, sign_in, clock, make):
    cadre = hall.cadre()
    exam = hall.assessment(cadre)
    pressed = sign_in(cadre).post(
        f"/exams/assessments/{exam.id}/attempts", {"pledged": "y", "device": "phone-number-one"}
    )
    (attempt,), (opening,) = make.all(Attempt), make.all(Opening)
    assert pressed.status_code == 200 and pressed.text.count('class="card asked"') == 4
    entered = json.loads(unescape(re.search(r'data-entered="([^"]*)"', pressed.text)[1]))
    assert entered["turn"] == attempt.turn == opening.turn == 1 and entered["answers"] == []
    page = Sitter(sign_in(cadre), clock, attempt_id=attempt.id)
    page.opened = entered
    assert page.say(1, "B")["held"] == 1


def test_who_presses_again_on_another_device_is_asked_and_begins_no_second(hall, sign_in, make):
    cadre = hall.cadre()
    exam = hall.assessment(cadre)
    url, web = f"/exams/assessments/{exam.id}/attempts", sign_in(cadre)
    web.post(url, {"pledged": "y", "device": "phone-number-one"})
    again = web.post(url, {"pledged": "y", "device": "phone-number-two"})
    (attempt,) = make.all(Attempt)
    assert again.location == f"/exams/attempts/{attempt.id}" and attempt.turn == 1
    assert 'data-device="phone-number-one"' in web.get(again.location).text


def test_a_page_that_cannot_name_its_device_opens_the_attempt_by_its_address(hall, sign_in, make):
    cadre = hall.cadre()
    exam = hall.assessment(cadre)
    for device in ("", "x", "<script>alert(1)</script>"):
        pressed = sign_in(cadre).post(
            f"/exams/assessments/{exam.id}/attempts", {"pledged": "y", "device": device}
        )
        assert pressed.status_code == 303
    assert make.all(Opening) == [] and len(make.all(Attempt)) == 1
