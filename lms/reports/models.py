"""A unit's own definitions, blank tables from above, frozen tables, numbers that were asked for."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, OwnedByUnit, PartOf, Scope
from lms.db import Base, Code, Digest, Facts, Line, Moment, Name
from lms.orgs.models import OrgUnit
from lms.reports.purposes import Numbers, Purpose
from lms.reports.rules import Level, Sign
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


class FrozenTable(OwnedByUnit, Base):
    """A table as it was sent upward, with the rows under it. Only added; a correction is a version.

    content: `snapshots.canonical`, packed; digest: its SM3.
    """

    __tablename__ = "frozen_table"
    __table_args__ = (
        UniqueConstraint(
            *("org_id", "cohort_id", "as_of", "level", "opening", "every", "version"),
            name="uq_frozen_table_version",
        ),
    )
    only_added = True

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    as_of: Mapped[date]
    level: Mapped[Level]
    opening: Mapped[bool]
    every: Mapped[bool]  # with all numbers there are
    version: Mapped[int]
    why: Mapped[Line | None]  # a later version was made
    heading: Mapped[Line]
    persons: Mapped[int]
    content: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[Digest]
    frozen_at: Mapped[Moment]
    frozen_by: Mapped[int | None]
    maker: Mapped[Name]  # the name of that person, then

    org: Mapped[OrgUnit] = relationship()
    cohort: Mapped[Cohort] = relationship()
    signs: Mapped[list["FrozenSign"]] = relationship(order_by="FrozenSign.id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class FrozenSign(PartOf, Base):
    """It was approved on the page, or signed on paper: by whom, and on which day. Only added."""

    __tablename__ = "frozen_sign"
    whole_table = FrozenTable
    whole_key = "frozen_table_id"
    only_added = True

    frozen_table_id: Mapped[int] = mapped_column(ForeignKey("frozen_table.id"), index=True)
    kind: Mapped[Sign]
    checked: Mapped[Name]  # 审核人
    issued: Mapped[Name | None]  # 签发人, on paper
    filled: Mapped[Name | None]  # 填表人, on paper
    signed_on: Mapped[date]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]


class NumbersAsked(OwnedByUnit, Base):
    """ID numbers or phones of a whole list: who wants them for what, and which other one agreed.

    `org_id` is the unit for which they are asked. The numbers themselves are never kept here.
    """

    __tablename__ = "numbers_asked"
    __table_args__ = (CheckConstraint("decided_by is null or decided_by <> asked_by", "two"),)

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    asked: Mapped[Facts]  # the state of the page of the list, as its address had it
    title: Mapped[Line]
    persons: Mapped[int]  # when it was asked
    numbers: Mapped[Numbers]
    purpose: Mapped[Purpose]
    words: Mapped[Line]
    asked_by: Mapped[int]
    asker: Mapped[Name]
    asked_at: Mapped[Moment]
    agreed: Mapped[bool | None]
    decided_by: Mapped[int | None]
    decider: Mapped[Name | None]
    decided_at: Mapped[Moment | None]
    why: Mapped[Line | None]

    org: Mapped[OrgUnit] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)
