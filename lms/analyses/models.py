"""How a paper was answered, added up in the background: what a page reads in place of answers."""

from datetime import date

from sqlalchemy import JSON, ColumnElement, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import OwnedByUnit, Scope
from lms.db import Base, Facts, Moment
from lms.exams.models import PartOfAssessment


class PaperTally(PartOfAssessment, Base):
    """A paper as it was sat in an assessment: totals and questions, and nobody by name.

    Of each person the first attempt with this paper. figures: `figures.Tallied`, as it is kept.
    """

    __tablename__ = "paper_tally"
    __table_args__ = (UniqueConstraint("assessment_id", "paper_id"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    figures: Mapped[Facts]
    made_at: Mapped[Moment]


class UnitTally(OwnedByUnit, Base):
    """What the people of a township or an office answered on a day, by the slots of the paper.

    Of each person the first attempt. right: for each slot how many earned all of its points.
    """

    __tablename__ = "unit_tally"
    __table_args__ = (UniqueConstraint("assessment_id", "paper_id", "org_id", "sat_on"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    sat_on: Mapped[date]
    persons: Mapped[int]
    right: Mapped[list[int]] = mapped_column(JSON)

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)
