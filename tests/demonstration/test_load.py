"""The demonstration as it is laid down: one county of it, on both databases, loaded once each."""

import shutil
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.accounts import hashing
from lms.accounts.entering import code_digest
from lms.accounts.models import Account, Slip
from lms.accounts.rules import Secret, refuse_weak_password, refuse_weak_pin
from lms.audit.models import AuditEntry
from lms.bank.models import Question
from lms.bank.rules import Pool, State
from lms.callups import gathering, standing
from lms.callups import queries as callups
from lms.callups.models import CallUp, ClassSplit
from lms.callups.rules import Step, overlap
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.classes import ending, evaluating
from lms.classes.models import ClassSession, TrainingClass
from lms.clock import day_of
from lms.competencies.services import load_reference
from lms.courses.models import Lesson
from lms.db import Base, db
from lms.demonstration.accounts import TOWNSHIP
from lms.demonstration.cadres import moved, years_later
from lms.demonstration.changing import NEW
from lms.demonstration.load import load
from lms.demonstration.people import people
from lms.demonstration.territory import wanted
from lms.demonstration.units import units
from lms.errors import Conflict
from lms.exams import queries as exams
from lms.exams import rules
from lms.exams.models import Answer, Assessment, Attempt, Candidate, Mark, Opening, Result, Verdict
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry, HourLine, HourList
from lms.ledger.rules import HourKind, LineState, ListState
from lms.marking.models import Appeal, Script
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting, RoleHeld
from lms.people.queries import assignments
from lms.people.rules import VILLAGE_CADRES, Me
from lms.reports.counting import Roster, by_unit
from lms.reports.measures import Count
from lms.scoring.marks import share
from lms.scoring.totals import total
from lms.today import steps
from lms.today.days import calendar
from lms.today.desks import waiting
from lms.today.models import ReminderList, ReminderRound
from lms.training import changes, following, relieving
from lms.training.models import Cohort, Enrolment, Programme, ProgrammeProject, Project
from lms.training.tables import Move
from lms.web.transaction import finish
from tests.conftest import FrozenClock, app_on, make_schema

COUNTY = "140827"  # 垣曲县
TODAY = date(2026, 11, 23)


def new_database(request, folder):
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("empty_database"), folder)
        return f"sqlite:///{file}"
    from tests import postgres

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    postgres.postgres_url_for(worker, make_schema)
    return postgres.fresh_copy(f"{worker}_demonstration")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(request, tmp_path_factory):
    """The house with 垣曲县 in it, the accounts, and what was said meanwhile."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = app_on(new_database(request, folder), folder, FrozenClock())
    said = []
    with app.app_context():
        with seeing_everything():
            load_reference(FrozenClock()())
            finish()
        accounts = load(app, lambda *line: said.append(line), {COUNTY})
        with seeing_everything():
            yield SimpleNamespace(app=app, accounts=accounts, said=said)
        db.session.remove()
        db.engine.dispose()


def count(table, *where):
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


def account(loaded, word):
    return next(one for one in loaded.accounts if word in one["role"])


def person(account):
    number = account["sign_in"]
    return db.session.scalar(select(Person).where(Person.short_number == number))


def main_cohort():
    return db.session.scalar(select(Cohort).where(Cohort.title.contains("村干部")))


# ── who and where ──────────────────────────────────────────────────────────────────────────────


def test_the_units_of_the_county_and_of_the_city_are_there(loaded):
    plan = wanted({COUNTY})
    assert count(OrgUnit) == len(plan)
    kinds = Counter(unit.kind for unit in plan)
    assert (kinds[UnitKind.CITY], kinds[UnitKind.COUNTY]) == (1, 1)
    village = db.session.scalar(select(OrgUnit).where(OrgUnit.name == "同善村"))
    assert village.path.count("/") == 5  # the city, the county, the township, itself


def test_without_a_county_named_the_whole_plan_is_wanted():
    assert wanted(None) == units()


def test_everybody_of_these_units_is_there_with_all_postings(loaded):
    here = {unit.code for unit in wanted({COUNTY})}
    plan = [
        one
        for one in people()
        if all({p.unit_code, p.home_unit_code} <= {*here, None} for p in one.postings)
    ]
    assert count(Person) == len(plan) + len(NEW)
    moved = 1  # who was called to the township has a post there
    assert count(Posting) == sum(len(one.postings) for one in plan) + len(NEW) + moved


def test_every_township_that_has_cadres_has_an_officer_and_so_has_the_county(loaded):
    held = select(RoleHeld.org_id).where(
        RoleHeld.role.in_([Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER])
    )
    wanted_kinds = [UnitKind.COUNTY, UnitKind.TOWNSHIP, UnitKind.STREET, UnitKind.STATISTICAL]
    without = select(OrgUnit.name).where(OrgUnit.kind.in_(wanted_kinds), OrgUnit.id.not_in(held))
    assert db.session.scalars(without).all() == []


def test_administrators_hold_nothing_else(loaded):
    for word in ("系统管理员", "安全管理员", "审计管理员"):
        mine = person(account(loaded, word))
        assert count(RoleHeld, RoleHeld.person_id == mine.id) == 1


# ── the way in ─────────────────────────────────────────────────────────────────────────────────


def test_there_is_an_account_for_every_room(loaded):
    roles = [one["role"] for one in loaded.accounts]
    assert roles[:3] == ["系统管理员", "安全管理员", "审计管理员"]
    assert roles[3:6] == ["市培训管理员", "县培训管理员", "乡培训管理员"]
    assert roles[6:9] == ["单位主要负责人", "教师", "审题人"]
    assert all(set(one) >= {"role", "name", "sign_in", "password"} for one in loaded.accounts)


def test_each_password_is_sound_and_opens_its_account(loaded):
    house = loaded.app.extensions["settings"]
    for one in loaded.accounts[:9]:
        refuse_weak_password(one["password"], (one["name"], one["sign_in"]))
        kept = db.session.scalar(select(Account).where(Account.person_id == person(one).id))
        assert hashing.matches(kept.password_hash, one["password"], Secret.PASSWORD, house)


def test_one_cadre_has_a_pin_and_the_slip_that_another_device_asks_for(loaded):
    one = account(loaded, "PIN")
    refuse_weak_pin(one["password"], person(one).born)
    kept = db.session.scalar(select(Account).where(Account.person_id == person(one).id))
    house = loaded.app.extensions["settings"]
    assert hashing.matches(kept.pin_hash, one["password"], Secret.PIN, house)
    digest = code_digest(one["code"].replace(" ", ""), house)
    slip = db.session.scalar(select(Slip).where(Slip.code_digest == digest))
    assert slip.person_id == kept.person_id


def test_the_secretary_of_the_first_scene_has_a_slip_and_no_pin(loaded):
    one = account(loaded, "第一次")
    wang = person(one)
    assert wang.name[0] == "王" and wang.born.startswith("1971")
    posts = db.session.scalars(
        select(Posting.post).where(Posting.person_id == wang.id, Posting.to_on.is_(None))
    )
    assert {"VPS", "VCD"} <= set(posts)
    assert db.session.get(OrgUnit, wang.org.parent_id).name == "历山镇"
    kept = db.session.scalar(select(Account).where(Account.person_id == wang.id))
    assert kept.pin_hash is None and kept.password_hash is None
    digest = code_digest(one["password"].replace(" ", ""), loaded.app.extensions["settings"])
    assert db.session.scalar(select(Slip).where(Slip.code_digest == digest)).person_id == wang.id


def test_nothing_has_happened_yet_to_those_whom_a_visitor_plays(loaded):
    for word in ("PIN", "第一次"):
        mine = person(account(loaded, word)).id
        assert count(Enrolment, Enrolment.person_id == mine) == 2  # one of them read on line
        assert count(Candidate, Candidate.person_id == mine, Candidate.attempts_begun == 0) == 1
        read = HourEntry.lesson_id.is_not(None)
        assert count(HourEntry, HourEntry.person_id == mine, read) == 0


# ── what is asked and taught ───────────────────────────────────────────────────────────────────


def test_the_shipped_questions_are_open_and_some_are_copied_to_examine_with(loaded):
    shipped = count(Question, Question.pool == Pool.OPEN)
    assert shipped > count(Question, Question.pool == Pool.EXAM) >= 80
    assert count(Question, Question.pool != Pool.PRACTICE, Question.state != State.FINAL) == 0


def test_a_brought_bank_waits_for_the_reviewer_and_one_question_came_back(loaded):
    practice = select(Question.state, func.count()).where(Question.pool == Pool.PRACTICE)
    found = dict(db.session.execute(practice.group_by(Question.state)).all())
    assert found == {State.IN_REVIEW: 123, State.FINAL: 3, State.RETURNED: 1, State.DRAFT: 1}


def test_the_paper_asks_for_each_of_the_eight_abilities_with_every_kind(loaded):
    assessment = db.session.scalars(select(Assessment).order_by(Assessment.id)).first()
    slots = exams.with_paper(assessment)
    asked = {code for slot in slots for code in slot.question.abilities}
    assert asked == {"LRN", "POL", "INN", "DEV", "LAW", "MAS", "IMP", "RSK"}
    assert len({slot.asks.type for slot in slots}) == 4
    assert sum(slot.points for slot in slots) == 100


def test_each_of_the_five_projects_has_a_programme_with_a_list(loaded):
    listed = dict(
        db.session.execute(
            select(Project.code, func.count(Enrolment.id))
            .select_from(Enrolment)
            .join(Enrolment.cohort)
            .join(Cohort.programme)
            .join(Programme.projects)
            .join(ProgrammeProject.project)
            .group_by(Project.code)
        ).all()
    )
    assert listed.keys() == {"P1", "P2", "P3", "P4", "P5"}
    assert min(listed.values()) > 50


def test_on_the_list_stand_all_village_cadres_and_nobody_else(loaded):
    cadres = select(Posting.person_id).where(
        Posting.post.in_(VILLAGE_CADRES), Posting.to_on.is_(None)
    )
    on_list = select(Enrolment.person_id).where(
        Enrolment.cohort_id == main_cohort().id, Enrolment.to_on.is_(None)
    )
    offered = following.offers(main_cohort(), TODAY)
    comes = {one.person_id for one in offered if one.comes}
    goes = {one.person_id for one in offered if one.goes}
    assert (len(comes), len(goes)) == (1, 1)  # what waits for an officer's word
    assert set(db.session.scalars(on_list)) - goes | comes == set(db.session.scalars(cadres))


def test_the_list_has_changed_and_the_table_says_how(loaded):
    cohort = main_cohort()
    county = db.session.scalar(select(OrgUnit).where(OrgUnit.code == COUNTY))
    found = changes.table(cohort, county, changes.period(cohort, None, TODAY)).total
    assert found.moves == {
        Move.NEW_POST: 2,
        Move.MOVED_OUT: 1,
        Move.LEFT_POST: 2,
        Move.EXEMPT: 1,
    }
    assert found.start + found.gained - found.lost == found.end
    assert found.completed == 3
    assert relieving.asked([county.path], waiting=True).total == 2


def test_something_waits_on_the_desk_of_each_officer(loaded):
    house = loaded.app.extensions
    for word, kinds in (
        ("乡培训", {"corrections", "overdue"}),
        ("县培训", {"corrections", "complaints", "transfers"}),
        ("市培训", {"corrections", "complaints", "transfers"}),
        ("主要负责人", {"lists"}),
        ("教师", {"returned", "faults"}),
        ("审题人", {"reviews", "laws", "faults"}),
    ):
        holder = person(account(loaded, word)).id
        now = house["clock"]()
        me = Me(holder, "", 0, assignments(holder, day_of(now)))
        found = waiting(me, now, calendar(house["settings"].var))
        assert kinds <= {one.kind for one in found}


def test_the_county_is_split_into_classes_and_nobody_is_away_with_the_wrong_one(loaded):
    split = db.session.scalars(select(ClassSplit)).one()
    days = {one.number: one.days for one in callups.planned_of(split)}
    seats = {one: days[int(n)] for n, some in split.found["seats"].items() for one in some}
    assert len(seats) > 150 and split.made["lost"] == [] and split.found["out"] == []
    tied = [pair for pair in gathering.pairs(split.org.path, TODAY) if set(pair) <= set(seats)]
    assert len(tied) > 50
    for one, other in tied:
        assert not overlap(seats[one], seats[other])


def test_a_call_up_is_half_way(loaded):
    found = db.session.scalars(select(CallUp)).one()
    lines, total = standing.lines(found)
    assert [total.by_step[one] for one in (Step.RETURNED, Step.APPROVED, Step.WAITING)] == [1, 1, 1]
    assert total.asking == 1 and len(lines) == 1


# ── what has been done ─────────────────────────────────────────────────────────────────────────


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


# ── loading itself ─────────────────────────────────────────────────────────────────────────────


def test_it_says_what_it_does_and_how_far_it_is(loaded):
    done = [line[1:] for line in loaded.said if line[1:]]
    assert len(loaded.said) > 15
    assert all(done <= total for done, total in done)


def test_a_second_load_is_refused_and_changes_nothing(loaded):
    before = {table.name: count(table) for table in Base.metadata.sorted_tables}
    with pytest.raises(Conflict, match="空的数据库"):
        load(loaded.app, lambda *_: None, {COUNTY})
    assert {table.name: count(table) for table in Base.metadata.sorted_tables} == before


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 3, 31), -1),
        (date(2026, 4, 1), 0),
        (date(2027, 3, 31), 0),
        (date(2029, 6, 1), 3),
    ],
)
def test_loaded_in_another_year_the_plan_moves_with_it(today, years):
    assert years_later(today) == years
    last = max(posting.from_on for one in people() for posting in one.postings)
    assert moved(last, years) < today < moved(date(2027, 9, 1), years)


def test_the_last_day_of_february_is_moved_to_a_day_that_exists():
    assert moved(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert moved(date(2024, 2, 29), 0) == date(2024, 2, 29)


def test_each_of_the_five_projects_has_a_class_and_one_has_ended(loaded):
    with seeing_everything():
        projects = select(ProgrammeProject.project_id).join(
            TrainingClass, TrainingClass.programme_id == ProgrammeProject.programme_id
        )
        with_lessons = projects.join(ClassSession, ClassSession.class_id == TrainingClass.id)
        assert len(set(db.session.scalars(with_lessons))) == 5
        ended = select(TrainingClass).where(TrainingClass.closed_at.is_not(None))
        (found,) = db.session.scalars(ended)
        outcomes = ending.outcomes(found.id).values()
        assert 0 < sum(one.completed for one in outcomes) <= len(outcomes)
        hours = select(func.count()).where(HourEntry.class_id == found.id)
        assert db.session.scalar(hours) == len(outcomes)
        assert evaluating.answered(found.id) == 12
