"""Reporting what happened, reading it, deciding on it. Nothing is ever edited."""

from dataclasses import dataclass
from datetime import datetime

from lms.audit.services import record
from lms.db import alone, db
from lms.errors import NotAllowed
from lms.incidents import rules
from lms.incidents.models import Incident, IncidentDecision, IncidentReading
from lms.incidents.queries import READS
from lms.incidents.rules import Kind, State
from lms.people.rules import Me


@dataclass(frozen=True)
class Report:
    """What somebody says that has happened."""

    org_id: int
    kind: Kind
    title: str
    happened: str
    at_once: str
    happened_at: datetime
    class_id: int | None
    assessment_id: int | None


def report(said: Report, me: Me, now: datetime) -> Incident:
    """Keep a report for the unit and those above it."""
    rules.refuse_to_come(said.happened_at, now)
    made = Incident(**vars(said), reported_at=now, reported_by=me.id, reporter=me.name)
    db.session.add(made)
    db.session.flush()
    record("report incident", now, whom=made, org_id=made.org_id, kind=made.kind)
    return made


def stands(found: Incident) -> State:
    """How far it has come."""
    return rules.state([one.leaves for one in found.decisions])


def unit_of(found: Incident, me: Me) -> str:
    """For which unit this officer reads and decides. Raises NotAllowed for anybody else."""
    held = [one for one in me.granting([READS]) if found.org.path.startswith(one.path)]
    if not held:
        raise NotAllowed("重大事项由事发单位和上级的培训管理员阅知、处置。")
    return held[0].unit


def read(found: Incident, me: Me, now: datetime) -> None:
    """An officer has read it; the second time says nothing new."""
    unit = unit_of(found, me)
    if any(one.read_by == me.id for one in found.readings):
        return
    by = {"read_at": now, "read_by": me.id, "reader": me.name, "unit": unit}
    db.session.add(IncidentReading(incident_id=found.id, **by))
    db.session.flush()
    db.session.expire(found, ["readings"])
    record("read incident", now, whom=found, org_id=found.org_id)


def decide(found: Incident, text: str, leaves: State, me: Me, now: datetime) -> None:
    """Add what was decided. Who decides has read it."""
    unit = unit_of(found, me)
    alone(found)  # of two who decide at one moment the second is told what the first decided
    db.session.expire(found, ["decisions"])
    rules.refuse_closed(stands(found))
    read(found, me, now)
    by = {"decided_at": now, "decided_by": me.id, "decider": me.name, "unit": unit}
    said = {"incident_id": found.id, "decided": text, "leaves": leaves}
    db.session.add(IncidentDecision(**said, **by))
    db.session.flush()
    db.session.expire(found, ["decisions"])
    record("decide on incident", now, whom=found, org_id=found.org_id, leaves=leaves)
