"""Blueprints and papers."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, Granted, PartOf, Scope
from lms.bank.models import QuestionVersion
from lms.bank.rules import Difficulty, Layer, QuestionType, Right, Thinking
from lms.competencies.models import Competency
from lms.db import Base, Code, Moment, Name, Points
from lms.scoring.choice import Credit


class MadeFromBank(Granted):
    """Shows the examination pool, so seen by those to whom it is open; made by who makes papers."""

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.exam_banks)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.banks(Right.MAKE_PAPERS))

    @classmethod
    def added_to(cls, scope: Scope) -> frozenset[int]:
        return scope.banks(Right.MAKE_PAPERS)


class Blueprint(MadeFromBank, Base):
    """What papers are to be made of, row by row. Papers stay as they were made when it changes."""

    __tablename__ = "blueprint"
    __table_args__ = (CheckConstraint("open_percent between 0 and 100", "open_percent"),)

    title: Mapped[Name]
    minutes: Mapped[int]
    project: Mapped[Code | None]  # the category of assessment: one of the five projects
    open_percent: Mapped[int]  # so much of a paper comes from the open bank
    unused_months: Mapped[int]  # nothing that stood in a paper of so many months
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    changed_at: Mapped[Moment | None]

    rows: Mapped[list["BlueprintRow"]] = relationship(
        order_by="BlueprintRow.place", cascade="all, delete-orphan"
    )
    banks: Mapped[list["BlueprintBank"]] = relationship(
        order_by="BlueprintBank.place", cascade="all, delete-orphan"
    )
    picks: Mapped[list["BlueprintPick"]] = relationship(
        order_by="BlueprintPick.id", cascade="all, delete-orphan"
    )

    @property
    def questions(self) -> int:
        """How many a paper has."""
        return sum(row.count for row in self.rows)

    @property
    def points(self) -> Decimal:
        """What a paper is worth."""
        return sum((row.points * row.count for row in self.rows), Decimal(0))


class BlueprintRow(PartOf, Base):
    """So many questions of a kind, at so many points each. What is not said may be anything."""

    __tablename__ = "blueprint_row"
    __table_args__ = (CheckConstraint("count > 0 and points > 0", "positive"),)
    whole_table = Blueprint
    whole_key = "blueprint_id"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    place: Mapped[int]
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("competency.id"))
    type: Mapped[QuestionType]
    count: Mapped[int]
    points: Mapped[Points]
    project: Mapped[Code | None]
    topic: Mapped[Name | None]
    layer: Mapped[Layer | None]
    level: Mapped[Thinking | None]
    difficulty: Mapped[Difficulty | None]

    competency: Mapped[Competency | None] = relationship()


class BlueprintBank(PartOf, Base):
    """A bank from which questions are taken."""

    __tablename__ = "blueprint_bank"
    __table_args__ = (UniqueConstraint("blueprint_id", "from_bank_id"),)
    whole_table = Blueprint
    whole_key = "blueprint_id"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    place: Mapped[int]
    from_bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))


class BlueprintPick(PartOf, Base):
    """A question that must stand in every form, or one of a group of which no two may meet."""

    __tablename__ = "blueprint_pick"
    whole_table = Blueprint
    whole_key = "blueprint_id"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    code: Mapped[Code]  # of the question, as people know it
    apart: Mapped[int | None]  # the number of its group; none: it must stand


class Paper(MadeFromBank, Base):
    """What everyone who sits the assessment is asked. Frozen when it is made."""

    __tablename__ = "paper"

    title: Mapped[Name]
    minutes: Mapped[int]
    points: Mapped[Points]
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    form: Mapped[Code] = mapped_column(default="")  # A, B, 补考, a number; "" where it stands alone
    series_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))  # the first of its set
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    slots: Mapped[list["PaperSlot"]] = relationship(order_by="PaperSlot.number")

    @property
    def full_title(self) -> str:
        """Its title, with the form it is: a set's papers share the first."""
        return f"{self.title}（{self.form}）" if self.form else self.title


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
    waits: Mapped[bool] = mapped_column(default=False)  # it was in review when it was taken

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
