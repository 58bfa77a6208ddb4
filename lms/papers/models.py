"""Blueprints and papers."""

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Select, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, Granted, PartOf, Scope
from lms.bank.models import QuestionVersion
from lms.bank.rules import QuestionType
from lms.competencies.models import Competency
from lms.db import Base, Moment, Name, Points
from lms.scoring.choice import Credit


class MadeFromBank(Granted):
    """Shows the examination pool, so seen by those to whom it is open; made by who makes papers."""

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.exam_banks)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.makes_papers)

    @classmethod
    def added_to(cls, scope: Scope) -> Select:
        return scope.makes_papers


class Blueprint(MadeFromBank, Base):
    """What a paper is to be made of, row by row."""

    __tablename__ = "blueprint"

    title: Mapped[Name]
    minutes: Mapped[int]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    rows: Mapped[list["BlueprintRow"]] = relationship(order_by="BlueprintRow.place")


class BlueprintRow(PartOf, Base):
    """So many questions of an ability and a type, at so many points each."""

    __tablename__ = "blueprint_row"
    __table_args__ = (CheckConstraint("count > 0 and points > 0", "positive"),)
    whole_table = Blueprint
    whole_key = "blueprint_id"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    place: Mapped[int]
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("competency.id"))  # none: any
    type: Mapped[QuestionType]
    count: Mapped[int]
    points: Mapped[Points]

    competency: Mapped[Competency | None] = relationship()


class Paper(MadeFromBank, Base):
    """What everyone who sits the assessment is asked. Frozen when it is made."""

    __tablename__ = "paper"

    title: Mapped[Name]
    minutes: Mapped[int]
    points: Mapped[Points]
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    slots: Mapped[list["PaperSlot"]] = relationship(order_by="PaperSlot.number")


class PaperSlot(PartOf, Base):
    """The place of one thing to answer in one paper. A case is several slots that share a text."""

    __tablename__ = "paper_slot"
    __table_args__ = (UniqueConstraint("paper_id", "number"),)
    whole_table = Paper
    whole_key = "paper_id"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    number: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    part: Mapped[int] = mapped_column(default=0)
    points: Mapped[Points]
    credit: Mapped[Credit]

    version: Mapped[QuestionVersion] = relationship()


class PaperRelease(FlowsDown, Base):
    """A paper handed to the officers of a unit and below: its title and size, no question.

    An officer sets an assessment from it without ever seeing what it asks.
    """

    __tablename__ = "paper_release"
    __table_args__ = (UniqueConstraint("paper_id", "org_id"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    title: Mapped[Name]
    questions: Mapped[int]
    minutes: Mapped[int]
    points: Mapped[Points]
    released_at: Mapped[Moment]
    released_by: Mapped[int | None]
    ended_at: Mapped[Moment | None]
