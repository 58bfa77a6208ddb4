"""Hours credited; only ever added to."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import FlowsUp
from lms.db import Base, Line, Moment, Name
from lms.ledger.rules import HourKind


class HourEntry(FlowsUp, Base):
    """Hours credited. Rows are only added; a correction is a reversing row with a reason.

    A row with a cohort counts in that cohort; a row of a lesson without one counts in every
    cohort that takes the lesson's course. A reversing row names the same lesson and cohort, and
    its hours are negative, so that a sum is the truth.
    """

    __tablename__ = "hour_entry"
    __table_args__ = (
        CheckConstraint("(reverses_id is null) = (hours >= 0)", "reversed_is_negative"),
        # All that a sum by person needs, in the order in which it is summed.
        Index("ix_hour_entry_ledger", "person_id", "cohort_id", "lesson_id", "earned_on", "hours"),
    )
    counts_once = ("lesson_id",)  # when two records of one person are merged

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), index=True)
    kind: Mapped[HourKind]
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    earned_on: Mapped[date]  # the day from which they hold
    rule: Mapped[Name]  # what made them
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("hour_entry.id"))
    why: Mapped[Line | None]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]
