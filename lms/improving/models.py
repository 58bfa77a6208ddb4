"""Plans of improvement with their steps, and pledges. Rows are only added."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import OwnedByUnit, PartOf, Scope
from lms.db import Base, Code, Line, Moment, Points
from lms.improving.rules import Mark
from lms.orgs.models import OrgUnit
from lms.training.models import Cohort


class OfUnit(OwnedByUnit):
    """What a unit means to reach: seen, and written, by the unit and those above it."""

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.seen_by(scope)


class ImprovementPlan(OfUnit, Base):
    """What a unit does about a difference: seen on a day, to be looked at again on another.

    A later plan of the same unit and list takes its place; this one stays as it was.
    """

    __tablename__ = "improvement_plan"
    only_added = True

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    seen_on: Mapped[date]
    review_on: Mapped[date]
    aim: Mapped[Decimal] = mapped_column(Numeric(5, 2))  # the rate of completion, in percent
    ability: Mapped[Code | None]  # the code of the one that it is about besides
    causes: Mapped[Line]  # what was found, in words
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()
    cohort: Mapped[Cohort] = relationship()
    steps: Mapped[list["PlanStep"]] = relationship(order_by="PlanStep.due_on, PlanStep.id")


class PlanStep(PartOf, Base):
    """One thing to be done, by whom, by which day."""

    __tablename__ = "plan_step"
    whole_table = ImprovementPlan
    whole_key = "improvement_plan_id"
    only_added = True

    improvement_plan_id: Mapped[int] = mapped_column(ForeignKey("improvement_plan.id"), index=True)
    what: Mapped[Line]
    due_on: Mapped[date]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    plan: Mapped[ImprovementPlan] = relationship(viewonly=True)
    marks: Mapped[list["StepMark"]] = relationship(order_by="StepMark.id")


class StepMark(PartOf, Base):
    """It was done, or dropped, on a day. The last one counts."""

    __tablename__ = "step_mark"
    whole_table = PlanStep
    whole_key = "plan_step_id"
    only_added = True

    plan_step_id: Mapped[int] = mapped_column(ForeignKey("plan_step.id"), index=True)
    mark: Mapped[Mark]
    on: Mapped[date]
    note: Mapped[Line | None]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]


class Pledge(OfUnit, Base):
    """What a unit has pledged: a number of a list, by a day. Another one replaces it, with why."""

    __tablename__ = "pledge"
    __table_args__ = (UniqueConstraint("replaces_id"),)
    only_added = True

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    code: Mapped[Code]  # of `rules.PLEDGED`
    value: Mapped[Points]  # percent, or persons
    by_on: Mapped[date]
    words: Mapped[Line | None]  # what is pledged, as the unit says it
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"))
    why: Mapped[Line | None]

    org: Mapped[OrgUnit] = relationship()
    cohort: Mapped[Cohort] = relationship()
