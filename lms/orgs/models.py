"""The tree of units as it is today, and as it was."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import OwnedByUnit, Scope
from lms.db import PATH, Base, Code, Line, Moment, Name
from lms.orgs.rules import SuccessionState, UnitKind
from lms.orgs.systems import System


class OrgUnit(Base):
    """A unit. `path` lists its line of superiors: /1/4/9/ is unit 9 under 4 under 1.

    The path says who may look today; the spans say what was, and reports of a past day read them.
    """

    __tablename__ = "org_unit"

    code: Mapped[Code | None] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(index=True)  # as people call it: 上王村
    listed: Mapped[Name | None]  # as the list of divisions has it: 上王村委会
    kind: Mapped[UnitKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    path: Mapped[str] = mapped_column(PATH, index=True)
    place: Mapped[int] = mapped_column(default=0)  # administrative order among its neighbours
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]

    @property
    def above(self) -> str:
        """The path of the superior; / above all others."""
        return self.path.removesuffix(f"{self.id}/")


class UnitSpan(Base):
    """What a unit was called, and under whom it stood, from a day to a day (not included)."""

    __tablename__ = "unit_span"
    __table_args__ = (CheckConstraint("to_on is null or to_on > from_on", "in_order"),)

    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    name: Mapped[Name]
    listed: Mapped[Name | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    system: Mapped[System | None]  # 系统（条线） as given by hand; none: by kind and name


class Succession(OwnedByUnit, Base):
    """Which unit took over a closed one: proposed by code and name, decided by an officer.

    `org_id` is the closed unit. Whoever answers for it sees the row and decides.
    """

    __tablename__ = "succession"

    successor_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    on: Mapped[date]
    confidence: Mapped[int]  # of 100
    why: Mapped[Line]  # a constant sentence, translated where it is shown
    state: Mapped[SuccessionState] = mapped_column(default=SuccessionState.PROPOSED)
    proposed_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[int | None]

    unit: Mapped[OrgUnit] = relationship(foreign_keys="Succession.org_id")
    successor: Mapped[OrgUnit] = relationship(foreign_keys=successor_id)

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class UnitLabel(OwnedByUnit, Base):
    """A label that a unit bears from a day to a day (not included), as 软弱涣散村.

    For county and city officers alone: no export and no page of others reads this table.
    """

    __tablename__ = "unit_label"
    __table_args__ = (CheckConstraint("to_on is null or to_on >= from_on", "in_order"),)

    label: Mapped[Name]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]
    ended_at: Mapped[Moment | None]  # when the end was recorded
    ended_by: Mapped[int | None]

    unit: Mapped[OrgUnit] = relationship(foreign_keys="UnitLabel.org_id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)
