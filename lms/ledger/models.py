"""Hours credited, only ever added to; the city's rules of hours; lists from outside."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsUp, OwnedByUnit, PartOf, Scope
from lms.db import Base, Code, Digest, Line, Moment, Name, Words
from lms.ledger.rules import HourKind, LineState, ListState, RuleKey, in_hours
from lms.orgs.models import OrgUnit
from lms.people.rules import Post


class HourEntry(FlowsUp, Base):
    """Hours credited. Rows are only added; a correction is a reversing row with a reason.

    A row with a cohort counts in that cohort; a row of a lesson without one counts in every
    cohort that takes the lesson's course. A reversing row names the same lesson and cohort, and
    its hours are negative, so that a sum is the truth. Unit and post are those of that time.
    """

    __tablename__ = "hour_entry"
    __table_args__ = (
        CheckConstraint("(reverses_id is null) = (hundredths >= 0)", "reversed_is_negative"),
        # All that a sum by person needs, in the order in which it is summed.
        Index(
            "ix_hour_entry_ledger", "person_id", "cohort_id", "lesson_id", "earned_on", "hundredths"
        ),
        # All that a year of a whole city needs.
        Index("ix_hour_entry_year", "earned_on", "person_id", "kind", "hundredths"),
    )
    counts_once = ("lesson_id",)  # when two records of one person are merged

    post: Mapped[Post | None]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    activity: Mapped[Name | None]  # what it was called then
    kind: Mapped[HourKind]
    planned: Mapped[int | None]  # hundredths that the activity was to give
    hundredths: Mapped[int] = mapped_column(server_default="0")  # of an hour: what it gave
    began_on: Mapped[date | None]
    earned_on: Mapped[date]  # the day on which the training ended: its year is theirs
    rule: Mapped[Name]  # the dated rule that made them
    evidence: Mapped[Line | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("hour_entry.id"), unique=True)
    why: Mapped[Line | None]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]
    confirmed_by: Mapped[int | None]
    list_id: Mapped[int | None] = mapped_column(ForeignKey("hour_list.id"), index=True)

    @property
    def hours(self) -> Decimal:
        return in_hours(self.hundredths)


class HourRule(Base):
    """What the city has said of a rule of hours: from a day on, until it says otherwise.

    Rows are only added. What the city never spoke of is as `shipped` has it.
    """

    __tablename__ = "hour_rule"
    __table_args__ = (UniqueConstraint("key", "audience", "from_on"),)

    key: Mapped[RuleKey]
    audience: Mapped[Code] = mapped_column(default="")  # for whom; "": for everyone
    value: Mapped[Line]
    posts: Mapped[Words]  # words of `Post`, where the rule is for an audience
    from_on: Mapped[date]
    source: Mapped[Line]  # the sentence it rests on
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]


class HourList(OwnedByUnit, Base):
    """A list of hours that somebody outside the house gave: 省干部学院, 党校.

    Sent by one officer and confirmed by another; what it brought names it (`list_id`).
    """

    __tablename__ = "hour_list"

    title: Mapped[Name]  # the training, or where the list is from
    source: Mapped[Name]  # who gave it
    name: Mapped[Name]  # of the file
    sha256: Mapped[Digest]
    state: Mapped[ListState] = mapped_column(default=ListState.READ)
    sent_by: Mapped[int]
    sent_at: Mapped[Moment]
    handed_by: Mapped[int | None]
    handed_at: Mapped[Moment | None]
    confirmed_by: Mapped[int | None]
    confirmed_at: Mapped[Moment | None]
    ended_by: Mapped[int | None]  # who gave it up, or took it back
    ended_at: Mapped[Moment | None]
    ended_why: Mapped[Line | None]

    org: Mapped[OrgUnit] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class HourLine(PartOf, Base):
    """A row of a list as it waits. Whom it names is sealed; nothing of it counts yet."""

    __tablename__ = "hour_line"
    __table_args__ = (UniqueConstraint("list_id", "row"),)
    whole_table = HourList
    whole_key = "list_id"

    list_id: Mapped[int] = mapped_column(ForeignKey("hour_list.id"))
    row: Mapped[int]  # as the sheet counts
    state: Mapped[LineState]
    said: Mapped[str] = mapped_column(Text)  # sealed: number, name, unit as written
    about_id: Mapped[int | None]  # a person; no foreign key, as nothing may rest on a draft
    might_be: Mapped[list[int]] = mapped_column(JSON)  # persons, where several fit
    twice_id: Mapped[int | None]  # an entry of the ledger that seems to say the same
    activity: Mapped[Name | None]
    kind: Mapped[HourKind | None]
    hundredths: Mapped[int | None]
    began_on: Mapped[date | None]
    earned_on: Mapped[date | None]
    faults: Mapped[list[list[Any]]] = mapped_column(JSON)  # column, constant text, values
