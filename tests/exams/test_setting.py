"""What an organiser sets beyond the usual: papers dealt in turn, resits, bands, what is shown."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.audit.models import AuditEntry
from lms.bank.files import read_question
from lms.errors import Invalid
from lms.exams import rules
from lms.exams.models import Allowance, Assessment, Attempt, Result, SetPaper, Verdict
from lms.exams.questions import Slot, dealt
from lms.exams.rules import Counting, Leaving, Publishing, Shown
from lms.scoring.choice import Credit
from tests.exams.build import FOUR, RIGHT, SINGLE, question
from tests.exams.test_running import NEW, form

EXPLAINED = question("q-1", "single", SINGLE + "\n> 乙最好，见第一条。\n")


def more(**changes):
    return {
        "options_shuffled": "y",
        "which_counts": "last",
        "category": "P3",
        "audience": "任职满一年的村干部",
        "place": "县委党校",
        "password": " 春风 ",
        "least_minutes": "10",
        "leaving": "collected",
        "leaves_most": "3",
        "merit": "75",
        "distinction": "85",
        "publishing": "in one act",
        "late_until": "2026-12-08T18:00",
        "late_counts": "y",
        "after": ["right"],
        "closed": ["key", "explanation"],
        **changes,
    }


def test_everything_beyond_the_usual_is_kept_as_it_was_said(hall, sign_in, make):
    web = sign_in(hall.officer)
    answer = web.post(NEW, form(hall.release(), hall.county, **more()))
    assert answer.status_code == 303, answer.text
    (made,) = make.all(Assessment)
    assert (made.category, made.audience, made.place, made.password) == (
        "P3",
        "任职满一年的村干部",
        "县委党校",
        "春风",
    )
    assert (made.which_counts, made.leaving, made.publishing) == (
        Counting.LAST,
        Leaving.COLLECTED,
        Publishing.IN_ONE_ACT,
    )
    assert (made.least_minutes, made.leaves_most, made.merit, made.distinction) == (10, 3, 75, 85)
    assert made.late_counts and made.late_until.isoformat() == "2026-12-08T10:00:00+00:00"
    assert made.shown == {"after": ["right"], "closed": ["key", "explanation"]}
    page = web.get(answer.location).text
    assert "以最后一次为准" in page or "最后一次" in page
    assert "春风" in page and "县委党校" in page


def test_what_is_left_out_is_as_it_always_was(hall, sign_in, make):
    sign_in(hall.officer).post(NEW, form(hall.release(), hall.county))
    (made,) = make.all(Assessment)
    assert (made.which_counts, made.leaving, made.publishing) == (
        Counting.BEST,
        Leaving.COUNTED,
        Publishing.AT_ONCE,
    )
    assert (made.merit, made.distinction, made.shown, made.password) == (80, 90, {}, None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"merit": "90", "distinction": "90"}, "良好线要低于优秀线"),
        ({"least_minutes": "61"}, "最早交卷的时间不能晚于考试时长 60 分钟"),
        ({"leaves_most": ""}, "请填写离开几次后收卷"),
        ({"late_until": "2026-12-05T18:00"}, "迟到答案的截止时间要晚于测评的截止时间"),
        ({"which_counts": "worst"}, "以哪一次为准"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(hall, sign_in, make, changes, why):
    page = sign_in(hall.officer).post(NEW, form(hall.release(), hall.county, **more(**changes)))
    assert page.status_code == 422 and why in page.text
    assert make.all(Assessment) == []


# ── papers ──────────────────────────────────────────────────────────────────────────────────────


@given(
    st.integers(1, 10**6),
    st.integers(0, 20),
    st.lists(st.integers(), min_size=2, max_size=20, unique=True),
    st.lists(st.integers(), max_size=3),
)
def test_neighbours_and_ones_own_attempts_get_different_papers(one, begun, papers, resits):
    mine = rules.dealt(one, begun, papers, resits)
    if begun and resits:
        assert mine in resits
    else:
        assert mine in papers
        assert mine != rules.dealt(one + 1, begun, papers, resits)
        assert mine != rules.dealt(one, begun + 1, papers, [])


def test_parallel_papers_are_dealt_in_turn_and_a_resit_has_its_own(hall, sign_in, sit, make):
    first, second, again = (hall.release(hall.paper()) for _ in range(3))
    sent = form(first, hall.county, dealt=[str(second.id)], resits=[str(again.id)])
    assert sign_in(hall.officer).post(NEW, sent).status_code == 303
    (made,) = make.all(Assessment)
    assert [(row.paper_id, row.resit) for row in make.all(SetPaper)] == [
        (second.paper_id, False),
        (again.paper_id, True),
    ]
    hall.clock.time += timedelta(days=1)
    people = [hall.cadre(f"王{n}") for n in range(4)]
    for one in people:
        hall.list(made, one)
        sit(one, made).submit()
    dealt = [attempt.paper_id for attempt in make.all(Attempt)]
    assert set(dealt[::2]) | set(dealt[1::2]) == {first.paper_id, second.paper_id}
    assert dealt[0] != dealt[1] and dealt[0] == dealt[2]
    page = sit(people[0], made)
    assert make.all(Attempt)[-1].paper_id == again.paper_id
    for slot, answer in RIGHT.items():
        page.say(slot, *answer)
    page.submit()
    assert make.all(Result)[-1].passed


def test_papers_that_stand_for_each_other_ask_as_much(hall, sign_in, make):
    first, other = hall.release(), hall.release(hall.paper(FOUR[:2]))
    sent = form(first, hall.county, dealt=[str(other.id)])
    page = sign_in(hall.officer).post(NEW, sent)
    assert page.status_code == 422 and "题数和总分要与第一份相同" in page.text
    assert make.all(Assessment) == make.all(SetPaper) == []


def test_the_same_paper_is_not_given_again_as_the_resit(hall, sign_in):
    first = hall.release()
    page = sign_in(hall.officer).post(NEW, form(first, hall.county, resits=[str(first.id)]))
    assert page.status_code == 422 and "选了两次" in page.text


def test_questions_and_options_are_shuffled_apart():
    read = [read_question(question(f"q-{n}", "single", SINGLE)) for n in range(6)]
    slots = [Slot(n, n, 0, Decimal(2), Credit.ALL_OR_NOTHING, one) for n, one in enumerate(read, 1)]

    def order(questions, options):
        return [slot.number for slot, _letters in dealt(slots, -3, questions, options)]

    def letters(questions, options):
        return [list(letters) for _slot, letters in dealt(slots, -3, questions, options)]

    assert order(True, False) != order(False, False) == order(False, True)
    assert letters(False, True) != letters(False, False) == letters(True, False)


# ── what is earned ──────────────────────────────────────────────────────────────────────────────


@given(st.integers(1, 100), st.integers(1, 99), st.integers(1, 100))
def test_bands_rise_and_those_below_the_pass_mark_are_left_out(pass_mark, merit, distinction):
    if merit >= distinction:
        with pytest.raises(Invalid):
            rules.refuse_bands(pass_mark, merit, distinction)
        return
    lines = [one.at for one in rules.bands(pass_mark, merit, distinction)]
    assert lines == sorted(set(lines))
    assert set(lines[2:]) == {one for one in (merit, distinction) if one > pass_mark}


def test_the_bands_of_the_assessment_name_the_level(hall, sit, make):
    cadre = hall.cadre()
    page = sit(cadre, hall.assessment(cadre, pass_mark=50, merit=70, distinction=99))
    for slot in (1, 2, 3):
        page.say(slot, *RIGHT[slot])
    page.submit()
    assert make.all(Result)[0].level == "良好"


def test_where_the_first_attempt_counts_a_later_one_changes_nothing(hall, sit, make):
    cadre = hall.cadre()
    assessment = hall.assessment(cadre, which_counts=Counting.FIRST)
    sit(cadre, assessment).submit()
    page = sit(cadre, assessment)
    for slot, answer in RIGHT.items():
        page.say(slot, *answer)
    page.submit()
    assert [(one.passed, one.counts) for one in make.all(Verdict)] == [(False, True), (True, False)]


# ── what is shown ───────────────────────────────────────────────────────────────────────────────

settled = st.dictionaries(
    st.sampled_from(["after", "closed"]), st.lists(st.sampled_from([*Shown]), unique=True)
)


@given(settled, st.booleans())
def test_the_close_takes_nothing_back_that_was_shown(said, quiz):
    after, closed = (rules.shown(said, quiz, then) for then in (False, True))
    assert after <= closed
    if not said:
        assert after == closed == (frozenset(Shown) if quiz else frozenset())


@pytest.fixture
def sat(hall, sit):
    """sat(shown) → the page of a cadre with half of one question right, by what is shown."""

    def do(shown, **facts):
        cadre = hall.cadre()
        paper = hall.paper([EXPLAINED, *FOUR[1:]])
        page = sit(cadre, hall.assessment(cadre, paper=paper, shown=shown, **facts))
        page.say(1, "A")
        page.say(2, "A")
        page.submit()
        return page

    return do


@pytest.mark.parametrize(
    ("shown", "seen", "unseen"),
    [
        ({}, ["合格线"], ["哪一个对", "您选的", "见第一条"]),
        ({"closed": ["key"]}, ["合格线"], ["哪一个对", "您选的"]),
        ({"after": ["right"]}, ["哪一个对", "您选的", "部分正确"], ['class="right"', "见第一条"]),
        ({"after": ["points"]}, ["得 1 分，满分 2 分"], ['class="right"', "部分正确", "见第一条"]),
        ({"after": ["key"]}, ['class="right"', "半数以上"], ["见第一条", "部分正确"]),
        ({"after": ["explanation"]}, ["见第一条"], ['class="right"', "部分正确"]),
    ],
)
def test_after_handing_in_what_the_assessment_says_is_shown(sat, shown, seen, unseen):
    text = sat(shown).result().text
    assert [one for one in seen if one not in text] == []
    assert [one for one in unseen if one in text] == []


def test_what_is_shown_after_the_close_waits_for_the_last_who_may_still_sit(
    hall, sit, sign_in, make, clock
):
    cadre = hall.cadre()
    assessment = hall.assessment(cadre, shown={"closed": ["key"]})
    page = sit(cadre, assessment)
    page.submit()
    make.keep(
        Allowance(
            assessment_id=assessment.id,
            org_id=hall.county.id,
            closes_at=assessment.closes_at + timedelta(days=2),
            reason="洪水",
            made_at=clock(),
            made_by=hall.officer.id,
        )
    )
    for after, there in ((timedelta(hours=1), False), (timedelta(days=2), True)):
        clock.time = assessment.closes_at + after
        page.web = sign_in(cadre)
        assert ('class="right"' in page.result().text) is there


def test_nothing_of_the_questions_is_shown_before_it_is_published(sat):
    text = sat({"after": ["right", "key"]}, publishing=Publishing.IN_ONE_ACT).result().text
    assert "成绩待公布" in text and "哪一个对" not in text


# ── changing ────────────────────────────────────────────────────────────────────────────────────


def test_before_anybody_has_sat_it_all_but_the_papers_may_change(hall, sign_in, make):
    assessment = hall.assessment(hall.cadre())
    url = f"/exams/assessments/{assessment.id}"
    web = sign_in(hall.officer)
    page = web.get(f"{url}/edit").text
    assert 'value="上岗测评"' in page and 'name="release"' not in page
    sent = more(
        title="上岗测评（改）",
        opens_at="2026-11-24T09:00",
        closes_at="2026-12-05T18:00",
        minutes="45",
        pass_mark="70",
        attempts="1",
    )
    assert web.post(f"{url}/edit", sent).status_code == 303
    (made,) = make.all(Assessment)
    assert (made.title, made.minutes, made.pass_mark, made.attempts) == (
        "上岗测评（改）",
        45,
        70,
        1,
    )
    (entry,) = [row for row in make.all(AuditEntry) if row.act == "change assessment"]
    assert "minutes" in entry.facts["names"] and "password" not in entry.facts["was"]


def test_once_somebody_has_sat_it_the_close_is_only_put_off(hall, sit, sign_in, make):
    cadre = hall.cadre()
    assessment = hall.assessment(cadre, closes_at=hall.clock() + timedelta(minutes=60))
    hall.clock.time += timedelta(minutes=10)
    sit(cadre, assessment)
    url = f"/exams/assessments/{assessment.id}/edit"
    web = sign_in(hall.officer)
    assert "已经有人开考" in web.get(url).text
    earlier = web.post(url, {"closes_at": "2026-11-23T17:30"})
    assert earlier.status_code == 422 and "只能推迟" in earlier.text
    later = {"closes_at": "2026-11-23T18:05", "after": ["right"], "minutes": "5"}
    assert web.post(url, later).status_code == 303
    (made,), (attempt,) = make.all(Assessment), make.all(Attempt)
    assert (made.minutes, made.shown) == (60, {"after": ["right"]})
    assert attempt.ends_at == made.closes_at  # the running clock follows, up to its 60 minutes


def test_who_only_sees_an_assessment_does_not_change_it(hall, sign_in, make):
    assessment = hall.assessment()
    below = make.officer(make.unit("下李乡", under=hall.county))
    web = sign_in(below)
    assert web.get(f"/exams/assessments/{assessment.id}").status_code == 200
    for door in ("edit", "exceptions"):
        assert web.get(f"/exams/assessments/{assessment.id}/{door}").status_code == 403
