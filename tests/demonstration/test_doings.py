"""What has been done in the demonstration: answers, results, hours, certificates."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import func, select, text

from lms.accounts.models import Account, Slip
from lms.audit.models import AuditEntry
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.clock import day_of
from lms.courses.models import Lesson
from lms.db import db
from lms.demonstration.accounts import TOWNSHIP
from lms.exams import queries as exams
from lms.exams import rules
from lms.exams.models import Answer, Assessment, Attempt, Candidate, Mark, Opening, Result, Verdict
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry, HourLine, HourList
from lms.ledger.rules import HourKind, LineState, ListState
from lms.marking.models import Appeal, Script
from lms.reports.counting import Roster, by_unit
from lms.reports.measures import Count
from lms.scoring.marks import share
from lms.scoring.totals import total
from lms.today import steps
from lms.today.models import ReminderList, ReminderRound
from tests.demonstration.conftest import TODAY, count, main_cohort


def counted_by_unit(day):
    counts = {Count.REQUIRED, Count.COMPLETED, Count.PASSED, Count.SAT}
    return by_unit(Roster(main_cohort().id, day), counts | {Count.ATTENDED, Count.SCHEDULED})


def test_some_have_completed_some_have_failed_some_have_only_begun(loaded):
    counts = counted_by_unit(TODAY).sum()
    assert 0.4 < counts["completed"] / counts["required"] < 0.9
    assert counts["completed"] == counts["passed"] < counts["sat"] < counts["attended"]
    assert counts["attended"] < counts["required"] == counts["scheduled"]


def test_the_table_of_an_earlier_day_shows_less(loaded):
    days = [TODAY - timedelta(weeks=weeks) for weeks in (4, 3, 2, 0)]
    done = [counted_by_unit(day)["completed"].sum() for day in days]
    assert done == sorted(done) and done[0] < done[-1]


def test_every_result_follows_from_the_answers_copied_or_not(loaded):
    main = select(func.min(Assessment.id)).scalar_subquery()  # of the 万人计划
    attempts = db.session.scalars(select(Attempt).where(Attempt.assessment_id == main)).all()
    papers = {one.paper_id: exams.with_paper(one) for one in attempts}
    assert len(attempts) > 200
    assert len(papers) == 2  # who sat again had the resit paper
    for attempt in attempts:
        slots = papers[attempt.paper_id]
        said = {one.slot: one.content for one in attempt.answers if one.counts}  # in their order
        earned = [(share(one.asks.key(one.credit), said[one.number]), one) for one in slots]
        marks = {mark.slot: Fraction(mark.share, mark.share_of) for mark in attempt.marks}
        assert marks == {slot.number: right for right, slot in earned}
        result = exams.result_of(attempt.id)
        assert result.earned == total([(right, slot.points) for right, slot in earned])
        assert result.passed == (result.earned >= 60)
        assert result.abilities == rules.right_of_asked(
            [(slot.question.abilities, right) for right, slot in earned]
        )


def unread(_loaded) -> int:
    """Attempts that wait for a marker."""
    waiting = select(Script.attempt_id).where(Script.settled_at.is_(None)).distinct()
    return len(db.session.scalars(waiting).all())


def test_some_answers_are_read_and_some_wait_and_an_appeal_is_open(loaded):
    settled = [one.settled_at is not None for one in db.session.scalars(select(Script))]
    assert settled.count(True) == 3 and settled.count(False) == 9 and unread(loaded) == 6
    assert [one.decided_at for one in db.session.scalars(select(Appeal))] == [None]


def test_what_belongs_to_an_attempt_is_of_the_same_person_unit_and_moment(loaded):
    for table in (Result, Verdict):
        same = (
            select(func.count())
            .select_from(table)
            .join(
                Attempt,
                (Attempt.id == table.attempt_id)
                & (Attempt.person_id == table.person_id)
                & (Attempt.org_id == table.org_id)
                & (Attempt.assessment_id == table.assessment_id),
            )
        )
        assert db.session.scalar(same) == count(table) == count(Attempt) - unread(loaded)
    assert count(Opening) == count(Attempt)
    waiting = unread(loaded)
    assert count(Answer) == 32 * (count(Attempt) - waiting) + 8 * waiting
    assert count(Mark) == count(Answer) - count(Script, Script.settled_at.is_(None))
    late = Attempt.submitted_at > Attempt.ends_at
    assert count(Attempt, late | Attempt.submitted_at.is_(None)) == 0


def test_so_many_attempts_are_counted_as_there_are(loaded):
    begun = dict(db.session.execute(select(Candidate.person_id, Candidate.attempts_begun)).all())
    there = Counter(db.session.scalars(select(Attempt.person_id)))
    assert {one: many for one, many in begun.items() if many} == there
    assert max(there.values()) > 1


def test_hours_are_those_of_the_lessons_that_were_read_before_sitting(loaded):
    read = db.session.execute(
        select(LessonRead.person_id, LessonRead.lesson_id, LessonRead.read_at)
    ).all()
    columns = (HourEntry.person_id, HourEntry.lesson_id, HourEntry.hundredths, HourEntry.earned_on)
    given = select(*columns).where(HourEntry.lesson_id.is_not(None))
    hours = {lesson.id: lesson.hours * 100 for lesson in db.session.scalars(select(Lesson))}
    assert Counter(
        (person_id, lesson_id, hours[lesson_id], day_of(at)) for person_id, lesson_id, at in read
    ) == Counter(tuple(row) for row in db.session.execute(given))
    started = select(Attempt.person_id, func.min(Attempt.started_at)).group_by(Attempt.person_id)
    began = dict(db.session.execute(started).all())
    moments = {(row.person_id, row.read_at) for row in read}
    assert not [one for one, at in moments if one in began and at >= began[one]]


def test_two_years_of_hours_are_there_and_a_list_waits_for_a_second_person(loaded):
    first, last = db.session.execute(
        select(func.min(HourEntry.earned_on), func.max(HourEntry.earned_on))
    ).one()
    assert (first.year, last.year) == (2025, 2026)
    assert count(HourEntry, HourEntry.kind == HourKind.ORGANISED, HourEntry.post.is_(None)) == 0
    (one,) = db.session.scalars(select(HourList))
    assert one.state is ListState.HANDED_ON
    held = Counter(db.session.scalars(select(HourLine.state)))
    assert held[LineState.GOOD] > 5 and not held[LineState.DOUBT]


def test_a_training_has_ended_with_certificates_reminders_and_a_list_for_the_township(loaded):
    assert count(Certificate, Certificate.cohort_id.is_not(None)) > 5
    assert count(Certificate, Certificate.replaces_id.is_not(None)) == 1
    assert count(Certificate, Certificate.kind == Kind.HOURS) == 1
    taken = set(db.session.scalars(select(ReminderRound.step)))
    assert taken == set(steps.Step) - {steps.Step.COUNTY}
    (handed,) = db.session.scalars(select(ReminderList))
    assert handed.org.code == TOWNSHIP and handed.persons > 1


def test_whoever_has_done_something_has_come_in_by_a_slip(loaded):
    doers = set(db.session.scalars(select(LessonRead.person_id)))
    used = select(Slip.person_id).join(Account, Account.person_id == Slip.person_id)
    known = used.where(Slip.used_at.is_not(None), Account.pin_hash.is_not(None))
    with_password = select(Account.person_id).where(Account.password_hash.is_not(None))
    assert doers <= {*db.session.scalars(known), *db.session.scalars(with_password)}


def test_nothing_lies_in_the_future(loaded):
    now = loaded.app.extensions["clock"]()
    for column in (Answer.saved_at, Result.published_at, LessonRead.read_at, AuditEntry.at):
        assert db.session.scalar(select(func.max(column))) <= now


def test_the_database_has_seen_how_its_rows_lie(loaded):
    """Without it, the tree of units takes seconds instead of a fifth of one."""
    seen = {
        "sqlite": "select count(*) from sqlite_stat1 where tbl = 'posting'",
        "postgresql": "select count(*) from pg_stats where tablename = 'posting'",
    }
    assert db.session.scalar(text(seen[db.engine.dialect.name])) > 0
