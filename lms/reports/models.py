"""Definitions of a unit's own, and blank tables that came from above."""

from datetime import date

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, OwnedByUnit, Scope
from lms.db import Base, Code, Digest, Line, Moment, Name
from lms.orgs.models import OrgUnit
from lms.training.models import Cohort


class MeasureVersion(FlowsDown, Base):
    """How a unit, and all below it, makes a number from a day on. Rows are only added."""

    __tablename__ = "measure_version"
    __table_args__ = (UniqueConstraint("org_id", "code", "version"),)

    code: Mapped[Code]  # of `dictionary.SHIPPED`
    version: Mapped[int]  # from 2: the first is the one that was shipped
    from_on: Mapped[date]
    words: Mapped[Line]
    numerator: Mapped[Code]  # words of `measures.Count`
    denominator: Mapped[Code]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()


class BlankSheet(OwnedByUnit, Base):
    """A blank table that came from above, as it was sent, and from which list it is filled."""

    __tablename__ = "blank_sheet"

    name: Mapped[Name]  # of the file
    size: Mapped[int]  # bytes
    sha256: Mapped[Digest]
    stored: Mapped[Code]  # what it is called in var/uploads/sheets
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    as_of: Mapped[date]
    opening: Mapped[bool]  # of the opening list, instead of those on it that day
    uploaded_by: Mapped[int | None]
    uploaded_at: Mapped[Moment]

    org: Mapped[OrgUnit] = relationship()
    cohort: Mapped[Cohort] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class LearnedHead(FlowsDown, Base):
    """What an officer said that a word of such tables means; known to her unit and those below."""

    __tablename__ = "learned_head"
    __table_args__ = (UniqueConstraint("org_id", "words"),)

    words: Mapped[Name]  # as `vocabulary.key` gives them
    meaning: Mapped[Code]  # as `vocabulary.Meaning.kept`
    learned_by: Mapped[int | None]
    learned_at: Mapped[Moment]
