"""What is left of a task, and what comes next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lms.exams.rules import ToSit
from lms.today.rules import Asked, Step, Task, tasks

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
READ = Step(1, 7, "第一课", 5, True)
UNREAD = Step(2, 7, "第二课", 4, False)
OTHER = Step(3, 8, "另一门", 6, False)
SIT = ToSit(
    assessment_id=1,
    candidate_id=1,
    org_id=1,
    paper_id=1,
    title="测评",
    opens_at=NOW - timedelta(days=1),
    closes_at=NOW + timedelta(days=12),
    minutes=60,
    questions=50,
    points=Decimal(100),
    pass_mark=60,
    attempts=2,
    begun=0,
    running=None,
    running_ends_at=None,
    passed=None,
)
PASSED = replace(SIT, begun=1, passed=True)
COMING = replace(SIT, assessment_id=2, opens_at=NOW + timedelta(days=2))
SPENT = replace(SIT, begun=2, passed=False)
RUNNING = replace(SIT, begun=1, running=5, running_ends_at=NOW + timedelta(minutes=30))


def task(*steps, sits=(), hours="0", required="0.4", closes_on=date(2026, 12, 5), unlisted=0):
    return Task(
        "第一期", "", closes_on, Decimal(hours), Decimal(required), steps, sits, unlisted, NOW
    )


def test_what_is_left_is_counted_in_courses_minutes_and_assessments():
    one = task(READ, UNREAD, OTHER, sits=(SIT,))
    assert (one.courses_left, one.minutes_left, one.sits_left) == (2, 10, 1)
    assert (one.steps_done, one.steps_in_all) == (1, 4)


def test_lessons_come_before_the_assessment():
    assert task(READ, UNREAD, sits=(SIT,)).next_lesson == UNREAD
    assert task(READ, sits=(SIT,)).next_lesson is None
    assert task(READ, sits=(SIT,)).next_sit == SIT


def test_a_running_assessment_comes_before_all_else():
    assert task(UNREAD, sits=(RUNNING,)).running == RUNNING


def test_what_opens_later_is_announced_and_cannot_be_begun():
    one = task(READ, sits=(COMING,))
    assert (one.next_sit, one.coming, one.can_go_on) == (None, COMING, False)


def test_who_has_no_attempt_left_is_stuck_and_not_done():
    one = task(READ, sits=(SPENT,), hours="0.4")
    assert (one.stuck, one.done, one.can_go_on) == (SPENT, False, False)


def test_done_is_hours_and_assessments():
    assert task(READ, sits=(PASSED,), hours="0.4").done
    assert not task(READ, sits=(SIT,), hours="0.4").done
    assert not task(READ, sits=(PASSED,), hours="0.3").done
    assert not task(READ, hours="0.4", unlisted=1).done


def test_who_has_the_hours_is_asked_to_read_no_more():
    one = task(READ, UNREAD, sits=(SIT,), hours="0.4")
    assert (one.courses_left, one.next_lesson, one.next_sit) == (0, None, SIT)


def test_missing_hours_are_named_only_when_all_has_been_read():
    assert task(READ, hours="0.1").hours_left == Decimal("0.3")
    assert task(READ, UNREAD, hours="0.1").hours_left == 0


def test_the_last_day_still_counts():
    assert not task(closes_on=TODAY).over(TODAY)
    assert task(closes_on=TODAY - timedelta(days=1)).over(TODAY)


def asked(cohort_id, days):
    closes_on = TODAY + timedelta(days=days)
    return Asked(cohort_id, f"班{cohort_id}", "", closes_on, Decimal(0), Decimal(1))


def test_what_can_be_done_now_stands_first_by_its_last_day():
    steps = [(1, UNREAD), (2, UNREAD), (4, replace(UNREAD, is_read=True))]
    found = tasks([asked(1, 9), asked(2, 3), asked(3, 1)], steps, [(3, 2)], [COMING], NOW)
    assert [one.title for one in found] == ["班2", "班1", "班3"]


def test_what_is_running_stands_before_all_others():
    found = tasks([asked(1, 1), asked(2, 9)], [(1, UNREAD)], [(2, 1)], [RUNNING], NOW)
    assert [one.title for one in found] == ["班2", "班1"]


def test_an_assessment_outside_every_cohort_is_a_task_of_its_own():
    found = tasks([], [], [], [SIT], NOW)
    assert [(one.title, one.sits_left, one.next_sit) for one in found] == [("测评", 1, SIT)]


def test_an_assessment_that_was_missed_long_ago_is_no_task():
    missed = replace(SIT, closes_at=NOW - timedelta(days=1))
    assert tasks([], [], [], [missed], NOW) == []


def test_an_assessment_of_a_list_that_one_left_is_no_task():
    assert tasks([], [], [(9, 1)], [SIT], NOW) == []
