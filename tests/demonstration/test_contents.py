"""What the demonstration asks and teaches: banks, papers, programmes, lists, classes, call-ups."""

from sqlalchemy import func, select

from lms.access.scope import seeing_everything
from lms.bank.models import Question
from lms.bank.rules import Pool, State
from lms.callups import gathering, standing
from lms.callups import queries as callups
from lms.callups.models import CallUp, ClassSplit
from lms.callups.rules import Step, overlap
from lms.classes import ending, evaluating
from lms.classes.models import ClassSession, TrainingClass
from lms.clock import day_of
from lms.db import db
from lms.demonstration.analysing import RELEASED
from lms.exams import queries as exams
from lms.exams.models import Assessment
from lms.holidays.days import calendar
from lms.ledger.models import HourEntry
from lms.orgs.models import OrgUnit
from lms.people.models import Posting
from lms.people.queries import assignments
from lms.people.rules import VILLAGE_CADRES, Me
from lms.today.desks import waiting
from lms.training import changes, following, relieving
from lms.training.models import Cohort, Enrolment, Programme, ProgrammeProject, Project
from lms.training.tables import Move
from tests.demonstration.conftest import COUNTY, TODAY, account, count, main_cohort, person


def test_the_shipped_questions_are_open_and_some_are_copied_to_examine_with(loaded):
    shipped = count(Question, Question.pool == Pool.OPEN)
    assert shipped > count(Question, Question.pool == Pool.EXAM) >= 80
    assert count(Question, Question.pool != Pool.PRACTICE, Question.state != State.FINAL) == 0


def test_a_brought_bank_waits_for_the_reviewer_and_one_question_came_back(loaded):
    practice = select(Question.state, func.count()).where(Question.pool == Pool.PRACTICE)
    found = dict(db.session.execute(practice.group_by(Question.state)).all())
    final = 3 + RELEASED  # those that have left examination to be talked over
    assert found == {State.IN_REVIEW: 123, State.FINAL: final, State.RETURNED: 1, State.DRAFT: 1}


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
    waiting = relieving.asked([county.path], waiting=True)
    assert waiting.total == 3 and sum(map(relieving.waits_below, waiting.rows)) == 1


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
