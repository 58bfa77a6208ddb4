"""What waits about trainings and assessments: a statement for each kind, the oldest by name."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from lms.access.permissions import Permission, Role
from lms.callups.models import CallUp, Nomination, NominationStep, Quota
from lms.callups.rules import ASKING
from lms.callups.standing import by_quota, last_steps
from lms.classes.models import AttendanceList, ClassLeave, ClassMember, ClassSession, TrainingClass
from lms.clock import day_of, start_of
from lms.db import db
from lms.exams.deferred import Deferral
from lms.exams.keying import SETTLED
from lms.exams.late import waiting_for
from lms.exams.models import Assessment, Attempt, NamedOfficer, PaperEntry
from lms.incidents.models import Incident
from lms.incidents.queries import unread as incidents_unread
from lms.ledger.models import HourList
from lms.ledger.rules import ListState
from lms.marking.models import Appeal, Script
from lms.marking.queries import waiting_for_me
from lms.orgs.models import OrgUnit
from lms.orgs.queries import subtrees
from lms.people.models import Person, RoleHeld
from lms.people.rules import Me
from lms.today.carrying import SHOWN, Found
from lms.today.offices import found, paths, whose
from lms.today.reminders import told_to
from lms.training.models import Cohort, ListChange, Programme, Relief, ReliefStep
from lms.training.relieving import is_decided

P = Permission
RECENT = timedelta(days=30)
OVERDUE = timedelta(days=14)  # so long a list stays on the desk


def exemptions(me: Me, now: datetime) -> Found:
    """免训 and 缓训 that were asked for and nobody has decided, once they have come so far."""
    query = _reliefs(me, P.RUN_TRAINING).where(~_lies_below(day_of(now)))
    return found(query, Relief.recorded_at, counted=Relief)


def own_reliefs(me: Me, now: datetime) -> Found:
    """缓训 that persons asked for themselves, to be passed on by who answers for them below."""
    decides = paths(me, P.RUN_TRAINING)
    if all(path.startswith(tuple(decides)) for path in paths(me, P.ASK_RELIEF)):
        return 0, ()  # who decides of all of them is not asked to pass them on
    query = _reliefs(me, P.ASK_RELIEF).where(_lies_below(day_of(now)))
    query = query.where(Relief.org_id.not_in(subtrees(decides)))
    return found(query, Relief.recorded_at, counted=Relief)


def _reliefs(me: Me, permission: Permission) -> Select:
    """What is not decided yet, of persons of one's own units."""
    return (
        select(Person.name + literal(" · ") + Cohort.title, whose(me, permission, OrgUnit))
        .select_from(Relief)
        .join(Person, Person.id == Relief.person_id)
        .join(Cohort, Cohort.id == Relief.cohort_id)
        .join(OrgUnit, OrgUnit.id == Relief.org_id)
        .where(~is_decided(), Relief.org_id.in_(subtrees(paths(me, permission))))
        .where(or_(Relief.asked_by.is_(None), Relief.asked_by != me.id))
    )


def _lies_below(day: date) -> ColumnElement[bool]:
    """Asked by the person, not passed on, and there is a township's officer who has to.

    Where there is none, or it is the officer who asks, it lies with who decides at once.
    """
    theirs = aliased(OrgUnit)
    officer = (
        select(RoleHeld.id)
        .join(theirs, theirs.id == RoleHeld.org_id)
        .where(RoleHeld.role == Role.TOWNSHIP_OFFICER, RoleHeld.person_id != Relief.person_id)
        .where(RoleHeld.from_on <= day, or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > day))
        .where(OrgUnit.path.startswith(theirs.path))
        .correlate(Relief, OrgUnit)
    )
    passed = select(ReliefStep.id).where(ReliefStep.relief_id == Relief.id).correlate(Relief)
    return and_(Relief.asked_by == Relief.person_id, ~passed.exists(), officer.exists())


def list_changes(me: Me, now: datetime) -> Found:
    """Lists of one's unit that the roster would change, as the clock counted them last."""
    query = (
        select(Programme.title + literal(" ") + Cohort.title, OrgUnit.name)
        .add_columns(ListChange.persons, ListChange.since_on)
        .select_from(Cohort)
        .join(Programme, Programme.id == Cohort.programme_id)
        .join(ListChange, ListChange.cohort_id == Cohort.id)
        .join(OrgUnit, OrgUnit.id == Cohort.org_id)
        .where(ListChange.persons > 0, Cohort.closes_on >= day_of(now))
        .where(Cohort.org_id.in_(subtrees(paths(me, P.RUN_TRAINING))))
        .order_by(ListChange.since_on, Cohort.id)
    )
    rows = db.session.execute(query, execution_options={"counted": Cohort}).all()
    said = [
        (_("%(title)s：%(n)s 人", title=title, n=n), unit, start_of(on), None)
        for title, unit, n, on in rows
    ]
    return len(said), said[:SHOWN]


def deferrals(me: Me, now: datetime) -> Found:
    """缓考 that was asked for, in the assessments of one's unit, and nobody has decided."""
    query = (
        select(Person.name + literal(" · ") + Assessment.title, OrgUnit.name)
        .select_from(Deferral)
        .join(Person, Person.id == Deferral.person_id)
        .join(Assessment, Assessment.id == Deferral.assessment_id)
        .join(OrgUnit, OrgUnit.id == Deferral.org_id)
        .where(Deferral.approved.is_(None), Deferral.ended_at.is_(None))
        .where(Assessment.org_id.in_(subtrees(paths(me, P.RUN_EXAMS))))
        .where(or_(Deferral.asked_by.is_(None), Deferral.asked_by != me.id))
    )
    return found(query, Deferral.asked_at, counted=Deferral)


def hour_lists(me: Me, now: datetime) -> Found:
    """Lists of hours that wait for a second person, who is not the one who handed them on."""
    query = (
        select(HourList.title, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == HourList.org_id)
        .where(HourList.state == ListState.HANDED_ON, HourList.handed_by != me.id)
        .where(HourList.org_id.in_(subtrees(paths(me, P.RUN_TRAINING))))
    )
    return found(query, HourList.handed_at)


def incidents(me: Me, now: datetime) -> Found:
    """What happened in trainings of one's units, and one has not said to have read."""
    query = (
        select(Incident.title, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == Incident.org_id)
        .where(incidents_unread(me, now))
    )
    return found(query, Incident.reported_at, counted=Incident)


def _mine(me: Me) -> ColumnElement[bool]:
    """Classes that one manages, or that one's unit organises."""
    organised = TrainingClass.org_id.in_(subtrees(paths(me, P.RUN_TRAINING)))
    return or_(TrainingClass.person_id == me.id, organised)


def attendance(me: Me, now: datetime) -> Found:
    """Lessons that are over and whose list nobody has confirmed."""
    listed = select(AttendanceList.id).where(AttendanceList.session_id == ClassSession.id).exists()
    query = (
        select(
            TrainingClass.title + literal(" · ") + ClassSession.subject,
            func.coalesce(Person.name, ""),
        )
        .select_from(ClassSession)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .outerjoin(Person, Person.id == TrainingClass.person_id)
        .where(ClassSession.cancelled_at.is_(None), ClassSession.ends_at < now, ~listed)
        .where(TrainingClass.opened_at.is_not(None), TrainingClass.closed_at.is_(None), _mine(me))
    )
    return found(query, ClassSession.ends_at, counted=TrainingClass)


def leaves(me: Me, now: datetime) -> Found:
    """Leaves that were asked for and nobody has decided."""
    manager = aliased(Person)
    query = (
        select(Person.name + literal(" · ") + TrainingClass.title, func.coalesce(manager.name, ""))
        .select_from(ClassLeave)
        .join(ClassMember, ClassMember.id == ClassLeave.member_id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .join(Person, Person.id == ClassMember.person_id)
        .outerjoin(manager, manager.id == TrainingClass.person_id)
        .where(ClassLeave.granted.is_(None), _mine(me))
    )
    return found(query, ClassLeave.asked_at, counted=TrainingClass)


def _named(me: Me) -> ColumnElement[bool]:
    """Assessments that one is named for."""
    mine = select(NamedOfficer.assessment_id).where(NamedOfficer.person_id == me.id)
    return Assessment.id.in_(mine)


def appeals(me: Me, now: datetime) -> Found:
    """Appeals without an answer, of the assessments one is named for."""
    query = (
        select(Assessment.title, literal(me.name))
        .select_from(Appeal)
        .join(Assessment, Assessment.id == Appeal.assessment_id)
        .where(Appeal.decided_at.is_(None), _named(me))
    )
    return found(query, Appeal.filed_at, counted=Appeal)


def unread(me: Me, now: datetime) -> Found:
    """Written answers without a mark, of the assessments one is named for, by assessment."""
    query = (
        select(Assessment.title, func.count(Script.id), func.min(Script.made_at))
        .select_from(Script)
        .join(Assessment, Assessment.id == Script.assessment_id)
        .where(Script.settled_at.is_(None), _named(me))
        .group_by(Assessment.id, Assessment.title)
        .order_by(func.min(Script.made_at))
    )
    return _by_title(db.session.execute(query, execution_options={"counted": Script}), me)


def readings(me: Me, now: datetime) -> Found:
    """Written answers that this person may read now, by assessment."""
    return _by_title(waiting_for_me(me.id, now), me)


def _by_title(rows, me: Me) -> Found:
    """title, how many, since when → how many in all, the title of each."""
    known = list(rows)
    count = sum(many for _title, many, _since in known)
    return count, [(title, me.name, since, None) for title, _many, since in known[:SHOWN]]


def late(me: Me, now: datetime) -> Found:
    """Attempts with answers that came after the end, of the last month, by person."""
    rows = waiting_for(me.id, now - RECENT)
    items = [(f"{one.person} · {one.unit}", me.name, one.arrived_at, None) for one in rows]
    return len(items), sorted(items, key=lambda row: row[2])


def keyed(me: Me, now: datetime) -> Found:
    """Answers on paper that were taken in and not keyed in twice yet, by assessment."""
    over = select(PaperEntry.attempt_id).where(PaperEntry.round == SETTLED)
    query = (
        select(Assessment.title, func.count(Attempt.id), func.min(PaperEntry.entered_at))
        .select_from(PaperEntry)
        .join(Attempt, Attempt.id == PaperEntry.attempt_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .where(and_(PaperEntry.round == 0, Attempt.id.not_in(over)))
        .where(Attempt.org_id.in_(subtrees(paths(me, P.INVIGILATE))))
        .group_by(Assessment.id, Assessment.title)
        .order_by(func.min(PaperEntry.entered_at))
    )
    # Sums alone: who invigilates keys in what she opened, and sees nobody's answers by it.
    return _by_title(db.session.execute(query, execution_options={"counted": OrgUnit}), me)


def overdue(me: Me, now: datetime) -> Found:
    """Lists of those who have not done it by the last day, handed to one's own unit."""
    mine = {held.org_id for held in me.granting([P.KEEP_ROSTER])}
    rows = told_to(mine, now - OVERDUE)
    items = [(one.round.title, one.org.name, one.given_at, None) for one in rows]
    return len(items), items[:SHOWN]


def nominations(me: Me, now: datetime) -> Found:
    """Persons named for a 调训 of one's unit, whom nobody has approved or returned."""
    query = last_steps(
        select(Person.name + literal(" · ") + CallUp.title, OrgUnit.name)
        .select_from(Nomination)
        .join(CallUp, CallUp.id == Nomination.call_up_id)
        .join(OrgUnit, OrgUnit.id == CallUp.org_id)
        .join(Person, Person.id == Nomination.person_id)
    ).where(
        CallUp.org_id.in_(subtrees(paths(me, P.RUN_TRAINING))),
        NominationStep.step.in_(ASKING),
    )
    return found(query, NominationStep.at, counted=Nomination)


def namings(me: Me, now: datetime) -> Found:
    """调训 of others for which one's units have to name somebody, until its own day."""
    units = subtrees(paths(me, P.RUN_TRAINING))
    query = (
        select(Quota.id, CallUp.id, CallUp.title, OrgUnit.name, CallUp.sent_at, CallUp.due_at)
        .select_from(Quota)
        .join(CallUp, CallUp.id == Quota.call_up_id)
        .join(OrgUnit, OrgUnit.id == Quota.org_id)
        .where(CallUp.sent_at.is_not(None), CallUp.due_at > now)
        .where(Quota.org_id.in_(units), CallUp.org_id.not_in(units))
        .order_by(CallUp.due_at, Quota.id)
    )
    rows = db.session.execute(query, execution_options={"counted": CallUp}).all()
    counts = by_quota({row[1] for row in rows}) if rows else {}
    lacking = {
        (call_up_id, unit): (title, unit, sent_at, day_of(due_at))
        for quota_id, call_up_id, title, unit, sent_at, due_at in rows
        if counts[quota_id].open and sent_at is not None
    }
    return len(lacking), list(lacking.values())[:SHOWN]
