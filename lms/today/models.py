"""What was said about what is not done, and up to when news was seen."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, FlowsUp, OwnedByUnit, Private, Scope
from lms.db import Base, Code, Moment, Name
from lms.orgs.models import OrgUnit
from lms.today.steps import Step


class ReminderSwitch(FlowsDown, Base):
    """The organiser has switched reminders off, or on again. The last row counts."""

    __tablename__ = "reminder_switch"

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True)
    off: Mapped[bool]
    said_at: Mapped[Moment]
    said_by: Mapped[int | None]


class ReminderRound(FlowsDown, Base):
    """A step that was taken for a cohort or an assessment, and to how many it spoke."""

    __tablename__ = "reminder_round"
    __table_args__ = (
        UniqueConstraint("cohort_id", "closes_on", "step"),
        UniqueConstraint("assessment_id", "closes_on", "step"),
    )

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"))
    title: Mapped[Name]
    step: Mapped[Step]
    closes_on: Mapped[date]
    on: Mapped[date]
    persons: Mapped[int]
    file: Mapped[Code | None]  # the name under which its list lies
    given_at: Mapped[Moment]


class Reminder(FlowsUp, Base):
    """A person was reminded on a day: once, whatever is open."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("person_id", "on"),)

    on: Mapped[date]
    title: Mapped[Name]  # of what closes first
    closes_on: Mapped[date]
    given_at: Mapped[Moment]


class ReminderList(OwnedByUnit, Base):
    """A unit was told how many of its people have not done it. The names are asked for anew."""

    __tablename__ = "reminder_list"
    __table_args__ = (CheckConstraint("persons > 0", "somebody"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("reminder_round.id"), index=True)
    persons: Mapped[int]
    given_at: Mapped[Moment]

    org: Mapped[OrgUnit] = relationship()
    round: Mapped[ReminderRound] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class NewsSeen(Private, Base):
    """A person has seen what was new up to a moment. Rows are only added; the last counts."""

    __tablename__ = "news_seen"
    __table_args__ = (Index("ix_news_seen_last", "person_id", "seen_at"),)

    seen_at: Mapped[Moment]
