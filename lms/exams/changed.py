"""A key as it was changed for one assessment."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import Scope
from lms.db import Base, Line, Moment
from lms.exams.models import PartOfAssessment


class KeyChange(PartOfAssessment, Base):
    """A key that was wrong, as it counts in this assessment. The last for a question counts.

    Keys stand in it: it is seen by the officers named, not by those who sit.
    """

    __tablename__ = "key_change"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    part: Mapped[int]
    key: Mapped[Any | None] = mapped_column(
        JSON(none_as_null=True)
    )  # none: everyone gets the points
    reason: Mapped[Line]
    decided_at: Mapped[Moment]
    decided_by: Mapped[int]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.assessment_id.in_(scope.assessments)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.seen_by(scope)
