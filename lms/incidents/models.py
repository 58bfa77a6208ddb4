"""重大事项: what happened in training, who has read it, what was decided."""

from sqlalchemy import ColumnElement, ForeignKey, Text, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import OwnedByUnit, PartOf, Scope
from lms.classes.models import TrainingClass
from lms.db import Base, Moment, Name
from lms.exams.models import Assessment
from lms.incidents.rules import Kind, State
from lms.orgs.models import OrgUnit


class Incident(OwnedByUnit, Base):
    """What happened in a training, as it was reported. It goes to the unit and those above it.

    Whoever answers for the unit sees it, and who reported it.
    """

    __tablename__ = "incident"
    only_added = True

    kind: Mapped[Kind]
    title: Mapped[Name]
    happened: Mapped[str] = mapped_column(Text)
    at_once: Mapped[str] = mapped_column(Text)  # what was done right away
    happened_at: Mapped[Moment]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True)
    reported_at: Mapped[Moment]
    reported_by: Mapped[int] = mapped_column(index=True)
    reporter: Mapped[Name]  # the name of that person, then

    org: Mapped[OrgUnit] = relationship()
    training_class: Mapped[TrainingClass | None] = relationship()
    assessment: Mapped[Assessment | None] = relationship()
    readings: Mapped[list["IncidentReading"]] = relationship(order_by="IncidentReading.id")
    decisions: Mapped[list["IncidentDecision"]] = relationship(order_by="IncidentDecision.id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(cls.org_id.in_(scope.subtree), cls.reported_by == scope.person_id)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        """Who reported it adds nothing later; those who answer for the unit read and decide."""
        return cls.org_id.in_(scope.subtree)


class PartOfIncident(PartOf):
    """What became of an incident: rows are only added."""

    whole_table = Incident
    whole_key = "incident_id"
    only_added = True

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)


class IncidentReading(PartOfIncident, Base):
    """An officer has read it, and says so."""

    __tablename__ = "incident_reading"
    __table_args__ = (UniqueConstraint("incident_id", "read_by"),)

    read_at: Mapped[Moment]
    read_by: Mapped[int]
    reader: Mapped[Name]  # name and unit of that person, then
    unit: Mapped[Name]


class IncidentDecision(PartOfIncident, Base):
    """What was decided, by whom, and what that leaves it in. The last one says how it stands."""

    __tablename__ = "incident_decision"

    decided: Mapped[str] = mapped_column(Text)
    leaves: Mapped[State]
    decided_at: Mapped[Moment]
    decided_by: Mapped[int]
    decider: Mapped[Name]  # name and unit of that person, then
    unit: Mapped[Name]
