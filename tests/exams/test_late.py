"""What arrives after the end is kept, and counts when an officer lets it in."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.exams.lateness import Arrived, Ended, counted, may_count, until, waiting
from lms.exams.models import Answer, LateDecision, Mark, NamedOfficer, Result
from lms.exams.rules import Operation
from lms.jobs.worker import do_due, run_job
from tests.exams.sitter import Sitter

END = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def arrived(said=-5, saved=5, turn=1, counts=False, slot=1, sequence=1):
    """In minutes after the end."""
    operation = Operation(turn, sequence, slot, ("B",), END + said * MINUTE)
    return Arrived(operation, END + saved * MINUTE, counts)


def ended(submitted=2, handed_over=None):
    return Ended(END, END + submitted * MINUTE, END + 60 * MINUTE, handed_over or {})


# ── the rule ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "end", "may"),
    [
        (arrived(), ended(), True),
        (arrived(said=0), ended(), True),
        (arrived(said=1), ended(), False),  # chosen after the end
        (arrived(said=-5), ended(submitted=-10), False),  # chosen after it was handed in
        (arrived(said=-15), ended(submitted=-10), True),
        (arrived(saved=60), ended(), True),
        (arrived(saved=61), ended(), False),  # later than anybody waits
        (arrived(said=-5), ended(handed_over={1: END - 6 * MINUTE}), False),
        (arrived(said=-7), ended(handed_over={1: END - 6 * MINUTE}), True),
        (arrived(counts=True), ended(), False),  # it counts already
    ],
)
def test_only_the_line_may_have_been_late(one, end, may):
    assert may_count(one, end) is may


def test_without_another_word_the_day_of_the_end_is_waited_for():
    assert until(None, END) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight in the city
    assert until(END, END - MINUTE) == END
    assert until(END - MINUTE, END) == until(None, END)  # who sits later than the stated time


def test_what_came_after_a_decision_waits_for_the_next():
    first, second = arrived(saved=5), arrived(saved=9, sequence=2)
    decided_at = END + 7 * MINUTE
    assert waiting([first, second], ended(), decided_at) == [second]
    assert counted([first, second], ended(), decided_at, True) == [first.operation]
    assert counted([first, second], ended(), decided_at, False) == []


# ── through the doors ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def cadre(hall):
    return hall.cadre()


@pytest.fixture
def assessment(hall, cadre):
    return hall.assessment(cadre)


@pytest.fixture
def page(sit, cadre, assessment):
    return sit(cadre, assessment)


@pytest.fixture
def late(page, clock):
    """One answer in time, one that the line held back for an hour."""
    page.say(1, "B")
    clock.time += timedelta(minutes=50)
    held_back = page.operation(3, ["A"])
    clock.time += timedelta(minutes=30)
    page.submit()
    page.send(held_back)
    return page


def decide(officer, assessment, page, accepted, reason=""):
    return officer.post(
        f"/exams/assessments/{assessment.id}/late",
        {"attempts": page.attempt_id, "accepted": accepted, "reason": reason},
    )


def earned(make):
    return [str(row.earned) for row in make.all(Result) if row.replaced_at is None]


def test_the_officer_sees_what_is_at_stake_and_no_mark(late, officer, assessment):
    told = officer.get(f"/exams/assessments/{assessment.id}/late").get_data(as_text=True)
    assert "王一" in told and "17:50" in told and "可靠" in told
    assert "得分" not in told and ">B<" not in told


def test_what_is_let_in_counts_and_the_next_result_says_why(late, officer, assessment, make):
    assert earned(make) == ["2.00"]
    assert decide(officer, assessment, late, "yes").status_code == 303
    assert earned(make) == ["4.00"]
    first, second = make.all(Result)
    assert (first.replaced_at, second.number) == (make.clock(), 2)
    assert second.why.startswith("考试结束后")
    assert [row.counts for row in make.all(Answer)] == [True, False]  # nothing is rewritten
    assert "没有待核的答案" in officer.get(f"/exams/assessments/{assessment.id}/late").get_data(
        as_text=True
    )


def test_who_sat_is_told_that_what_came_late_waits(late, officer, assessment):
    result = f"/exams/attempts/{late.attempt_id}/result"
    assert "有 1 题的答案在考试结束后才传到" in late.web.get(result).text
    decide(officer, assessment, late, "yes")
    assert "才传到，正等" not in late.web.get(result).text


def test_a_refusal_needs_a_reason_and_changes_no_mark(late, officer, assessment, make):
    assert decide(officer, assessment, late, "no").status_code == 422
    assert make.all(LateDecision) == []
    decide(officer, assessment, late, "no", "手机借给了别人")
    (decision,) = make.all(LateDecision)
    assert (decision.accepted, decision.reason) == (False, "手机借给了别人")
    assert earned(make) == ["2.00"]
    noted = [one for one in make.all(AuditEntry) if one.act == "decide late answers"]
    assert noted[-1].facts["reason"] == "手机借给了别人"


def test_what_was_chosen_after_the_end_is_kept_and_waits_for_nobody(
    page, clock, officer, assessment, make
):
    clock.time += timedelta(minutes=61)
    after = page.operation(1, ["B"])
    page.send(after)  # within the minute, yet chosen after the end
    page.submit()
    assert [row.counts for row in make.all(Answer)] == [False]
    assert earned(make) == ["0.00"]
    assert decide(officer, assessment, page, "yes").status_code == 409


def test_the_first_phone_comes_back_to_life_after_the_end(page, clock, officer, assessment, make):
    """What it held was chosen before the hand-over, so it counts by the same order."""
    before, beaten = page.operation(3, ["A"]), page.operation(1, ["C"])
    clock.time += MINUTE
    other = Sitter(page.web, clock, attempt_id=page.attempt_id, device="device-two").open()
    other.say(1, "B")
    clock.time += MINUTE
    after = page.operation(2, ["A", "C"])
    other.submit()
    clock.time += timedelta(hours=1)
    page.send(before, beaten, after)
    decide(officer, assessment, page, "yes")
    assert earned(make) == ["4.00"]  # slots 1 and 3; slot 2 was chosen after the hand-over


def test_only_the_officer_named_decides(late, hall, sign_in, assessment, make):
    other = sign_in(make.officer(hall.county, name="赵六"))
    assert decide(other, assessment, late, "yes").status_code == 403
    assert other.get(f"/exams/assessments/{assessment.id}/late").status_code == 403
    assert make.all(LateDecision) == []


def test_nobody_decides_on_the_own_late_answers(late, hall, sign_in, assessment, cadre, make):
    make.role(cadre, Role.COUNTY_OFFICER, hall.county)
    named = {"assessment_id": assessment.id, "person_id": cadre.id}
    make.keep(NamedOfficer(**named, named_at=make.clock()))
    assert "您本人的答卷" in decide(sign_in(cadre), assessment, late, "yes").text
    assert make.all(LateDecision) == []


def test_where_the_assessment_says_so_it_counts_by_itself(app, sit, hall, cadre, clock, make):
    page = sit(cadre, hall.assessment(cadre, late_counts=True))
    held_back = page.operation(3, ["A"])
    clock.time += timedelta(minutes=80)
    page.submit()
    page.send(held_back)
    due = next(one for one in app.extensions["due things"] if "late" in one.name)
    do_due(app, due)
    assert earned(make) == ["2.00"]
    assert [row.decided_by for row in make.all(LateDecision)] == [None]
    clock.time += due.every
    do_due(app, due)
    assert len(make.all(LateDecision)) == 1  # once


def test_it_counts_by_itself_as_long_as_was_stated(app, sit, hall, cadre, clock, make):
    stated = clock() + timedelta(days=10)
    page = sit(cadre, hall.assessment(cadre, late_counts=True, late_until=stated))
    held_back = page.operation(3, ["A"])
    clock.time += timedelta(days=5)  # four after the close
    due = {word: one for one in app.extensions["due things"] for word in one.name.split()}
    do_due(app, due["over"])
    page.send(held_back)
    do_due(app, due["late"])
    assert earned(make) == ["2.00"]


def test_a_whole_unit_is_marked_anew_by_the_worker(
    app, hall, sit, clock, officer, make, monkeypatch
):
    monkeypatch.setattr("lms.exams.late.AT_ONCE", 1)
    cadres = [hall.cadre(f"王{n}") for n in range(3)]
    assessment = hall.assessment(*cadres)
    pages = [sit(one, assessment) for one in cadres]
    held_back = [page.operation(1, ["B"]) for page in pages]
    clock.time += timedelta(minutes=80)
    for page, operation in zip(pages, held_back, strict=True):
        page.submit()
        page.send(operation)
    officer.post(
        f"/exams/assessments/{assessment.id}/late",
        {"attempts": [page.attempt_id for page in pages], "accepted": "yes"},
    )
    assert earned(make) == ["0.00"] * 3
    assert run_job(app)
    assert earned(make) == ["2.00"] * 3
    assert {mark.slot for mark in make.all(Mark) if mark.share} == {1}
