"""Who marks what, the answers to be read, what readers gave, and what is appealed."""

from decimal import Decimal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import Named, PartOf, Scope, Scoped
from lms.db import Base, Code, Line, Moment, Points, Words
from lms.exams.models import Assessment, PartOfAssessment
from lms.marking.rules import About


class OfOfficers(PartOfAssessment):
    """Part of an assessment that only the officers named for it see and change."""

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.assessment_id.in_(scope.assessments)  # type: ignore[attr-defined]

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.assessment_id.in_(scope.assessments)  # type: ignore[attr-defined]


class MarkingPlan(OfOfficers, Base):
    """How the written answers of an assessment are read."""

    __tablename__ = "marking_plan"
    __table_args__ = (CheckConstraint("most_apart between 0 and 100", "most_apart"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), unique=True)
    twice: Mapped[bool] = mapped_column(default=False)  # by two, neither of whom sees the other
    most_apart: Mapped[int] = mapped_column(default=20)  # percent of the points, then a third
    seed: Mapped[int]  # the order in which answers are read
    gathered_at: Mapped[Moment | None]  # what was handed in by then has been looked at


class NamedMarker(OfOfficers, Base):
    """A person who reads the written answers of an assessment, or of one question of it."""

    __tablename__ = "named_marker"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("question_version.id"))  # none: all
    named_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(cls.person_id == scope.person_id, super().seen_by(scope))


def _marks(scope: Scope) -> ColumnElement[bool]:
    """The assessments that one reads answers of."""
    mine = select(NamedMarker.assessment_id).where(
        NamedMarker.person_id == scope.person_id, NamedMarker.ended_at.is_(None)
    )
    return or_(
        Script.assessment_id.in_(scope.assessments),
        Script.assessment_id.in_(mine),
    )


class Script(Scoped, Base):
    """One written answer to be read. It says nothing of who wrote it but the attempt's number."""

    __tablename__ = "script"
    __table_args__ = (
        UniqueConstraint("attempt_id", "slot"),
        Index("ix_script_place", "assessment_id", "version_id", "part", "place"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    part: Mapped[int]
    points: Mapped[Points]
    place: Mapped[int]  # by chance, and always the same
    said: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
    settled_at: Mapped[Moment | None]  # when its mark was last added

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return _marks(scope)

    def whole(self) -> tuple[type[Assessment], int | None]:
        return Assessment, self.assessment_id


class Reading(PartOf, Base):
    """One reading of one answer: the lines ticked, a note. It goes from hand to hand whole."""

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("script_id", "round"),
        Index("ix_reading_marker_id", "marker_id", "given_at"),
    )
    whole_table = Script
    whole_key = "script_id"
    asked_by_key = True

    script_id: Mapped[int] = mapped_column(ForeignKey("script.id"))
    round: Mapped[int]  # the first, the second; from the third on they decide
    for_officers: Mapped[bool] = mapped_column(default=False, server_default=false())
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_until: Mapped[Moment | None]
    lines: Mapped[list[int]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[Moment | None]
    given_at: Mapped[Moment | None]


class RubricChange(OfOfficers, Base):
    """What the lines of a rubric pay in one assessment. The last for a question counts."""

    __tablename__ = "rubric_change"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    part: Mapped[int]
    points: Mapped[Words]  # one a line, as written
    reason: Mapped[Line]
    decided_at: Mapped[Moment]
    decided_by: Mapped[int]

    @property
    def pays(self) -> list[Decimal]:
        return [Decimal(one) for one in self.points]


class Appeal(Named, Base):
    """What a person says is wrong with a result, or with having none; and the decision."""

    __tablename__ = "appeal"
    own_may_add = True

    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    about: Mapped[About]
    slot: Mapped[int | None]
    said: Mapped[str] = mapped_column(Text)
    picture: Mapped[Code | None]
    filed_at: Mapped[Moment]
    accepted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[int | None]
