"""Looking up what was reported. The scope is already on every query; a role narrows it further."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.access.permissions import Permission
from lms.classes.models import TrainingClass
from lms.clock import start_of
from lms.db import db
from lms.errors import NotFound
from lms.exams.models import Assessment
from lms.incidents.models import Incident, IncidentDecision, IncidentReading
from lms.incidents.rules import State
from lms.orgs.queries import subtrees
from lms.people.rules import Me

READS = Permission.KEEP_ROSTER  # an officer of a unit, of any level
SHOWN = 100
AROUND = timedelta(days=60)  # classes and assessments so near are offered
RECENT = timedelta(days=30)  # what was closed before an officer saw it is read for so long


def answered_by(me: Me) -> ColumnElement[bool]:
    """Of a unit whose officer this person is, or of one below it."""
    return Incident.org_id.in_(subtrees([held.path for held in me.granting([READS])]))


def _mine(me: Me) -> ColumnElement[bool]:
    """An invigilator answers for who sits in her room, and for no incident but her own."""
    return or_(Incident.reported_by == me.id, answered_by(me))


def incidents(me: Me) -> Sequence[Incident]:
    """What one has reported, or has to know of: first what is not closed, the latest first."""
    ordered = select(Incident).where(_mine(me)).order_by(_closed(), Incident.id.desc())
    query = ordered.limit(SHOWN)
    parts = (selectinload(Incident.readings), selectinload(Incident.decisions))
    return db.session.scalars(query.options(joinedload(Incident.org), *parts)).all()


def incident(incident_id: int, me: Me) -> Incident:
    """One of them. Raises NotFound."""
    found = db.session.scalar(select(Incident).where(Incident.id == incident_id, _mine(me)))
    if found is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def _closed() -> ColumnElement[bool]:
    """What is closed stays closed."""
    decisions = select(IncidentDecision.id).where(
        IncidentDecision.incident_id == Incident.id, IncidentDecision.leaves == State.CLOSED
    )
    return decisions.exists()


def unread(me: Me, now: datetime) -> ColumnElement[bool]:
    """What this officer has to read: what is not closed, and what was closed a moment ago."""
    read = select(IncidentReading.id).where(
        IncidentReading.incident_id == Incident.id, IncidentReading.read_by == me.id
    )
    goes_on = or_(~_closed(), Incident.reported_at > now - RECENT)
    return answered_by(me) & (Incident.reported_by != me.id) & ~read.exists() & goes_on


# ── what a report can be about ──────────────────────────────────────────────────────────────────


def classes(me: Me, day: date) -> dict[int, str]:
    """Classes of about this time: of one's unit, or those that one manages."""
    mine = TrainingClass.org_id.in_(subtrees([held.path for held in me.assignments]))
    query = select(TrainingClass.id, TrainingClass.title).where(
        or_(TrainingClass.person_id == me.id, mine),
        TrainingClass.from_on <= day + AROUND,
        TrainingClass.to_on >= day - AROUND,
    )
    rows = db.session.execute(query.order_by(TrainingClass.from_on.desc(), TrainingClass.id))
    return {row.id: row.title for row in rows}


def assessments(day: date) -> dict[int, str]:
    """Assessments of about this time."""
    query = select(Assessment.id, Assessment.title).where(
        Assessment.opens_at <= start_of(day + AROUND),
        Assessment.closes_at >= start_of(day - AROUND),
    )
    rows = db.session.execute(query.order_by(Assessment.opens_at.desc(), Assessment.id))
    return {row.id: row.title for row in rows}
