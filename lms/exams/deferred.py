"""缓考: somebody who shall sit an assessment later, as it was asked for and decided."""

from datetime import date

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsUp, Scope
from lms.db import Base, Line, Moment
from lms.exams.models import Allowance, Assessment
from lms.exams.terms import DeferReason
from lms.orgs.models import OrgUnit
from lms.people.models import Person


class Deferral(FlowsUp, Base):
    """A candidate who has not sat is 缓考 and not absent, until the time of the resit is over.

    That time is an exception for the person, so that it is the person's own window.
    """

    __tablename__ = "deferral"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    reason: Mapped[DeferReason]
    note: Mapped[Line | None]
    from_on: Mapped[date]  # since when it holds
    asked_at: Mapped[Moment]
    asked_by: Mapped[int | None]
    approved: Mapped[bool | None]  # none: not decided yet
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[int | None]
    allowance_id: Mapped[int | None] = mapped_column(ForeignKey("allowance.id"), index=True)
    ended_on: Mapped[date | None]  # taken back: from this day on it holds no more
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[int | None]
    why: Mapped[Line | None]  # of a refusal, or of taking back

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship()
    assessment: Mapped[Assessment] = relationship()
    allowance: Mapped[Allowance | None] = relationship()

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.assessment_id.in_(
            select(Assessment.id).where(Assessment.org_id.in_(scope.subtree))
        )
