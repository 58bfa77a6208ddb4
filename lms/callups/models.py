"""Splits of lists into classes, 调训 with its quotas and names, and what counts as long."""

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, FlowsUp, OwnedByUnit, PartOf, Scope
from lms.callups.rules import Audience, Step
from lms.classes.models import TrainingClass
from lms.db import Base, Facts, Line, Moment, Name
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.people.rules import Post
from lms.training.models import Cohort


class ClassSplit(OwnedByUnit, Base):
    """The people of a unit on a list, split into classes: asked for, found, and made so.

    plan: the classes and what is the same in all; found: who goes into which, and who into none.
    Until it is confirmed nothing of it holds.
    """

    __tablename__ = "class_split"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    plan: Mapped[Facts]
    asked_at: Mapped[Moment]
    asked_by: Mapped[int | None]
    found: Mapped[Facts | None]
    found_at: Mapped[Moment | None]
    confirmed_at: Mapped[Moment | None]
    confirmed_by: Mapped[int | None]
    made: Mapped[Facts | None]  # which classes it became, and who could not be put into them

    cohort: Mapped[Cohort] = relationship()
    org: Mapped[OrgUnit] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class CallUp(FlowsDown, Base):
    """调训: places in a class, given to units by post, who name persons for them until a moment."""

    __tablename__ = "call_up"

    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    title: Mapped[Name]
    note: Mapped[Line | None]
    due_at: Mapped[Moment]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    sent_at: Mapped[Moment | None]  # since when the units see it
    sent_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()
    training_class: Mapped[TrainingClass] = relationship()
    quotas: Mapped[list["Quota"]] = relationship(order_by="Quota.id")


class Quota(PartOf, Base):
    """How many a unit may name; for a post, or for any."""

    __tablename__ = "quota"
    __table_args__ = (
        UniqueConstraint("call_up_id", "org_id", "post"),
        CheckConstraint("places >= 0", "places"),
    )
    whole_table = CallUp
    whole_key = "call_up_id"

    call_up_id: Mapped[int] = mapped_column(ForeignKey("call_up.id"), index=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    post: Mapped[Post | None]  # none: any
    places: Mapped[int]

    org: Mapped[OrgUnit] = relationship()


class Nomination(FlowsUp, Base):
    """A person named for a place. How it stands is its last step."""

    __tablename__ = "nomination"

    call_up_id: Mapped[int] = mapped_column(ForeignKey("call_up.id"), index=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quota.id"), index=True)
    named_at: Mapped[Moment]
    named_by: Mapped[int | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship()
    call_up: Mapped[CallUp] = relationship()
    quota: Mapped[Quota] = relationship()
    steps: Mapped[list["NominationStep"]] = relationship(order_by="NominationStep.id")

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.call_up_id.in_(select(CallUp.id).where(CallUp.org_id.in_(scope.subtree)))


class NominationStep(PartOf, Base):
    """Named, moved up, approved, returned, withdrawn: when, by whom, and why. Only ever added."""

    __tablename__ = "nomination_step"
    whole_table = Nomination
    whole_key = "nomination_id"

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    step: Mapped[Step]
    why: Mapped[Line | None]
    at: Mapped[Moment]
    by: Mapped[int | None]


class UntrainedLimit(FlowsDown, Base):
    """After how many years without training an audience counts as 长期不训. The last row counts."""

    __tablename__ = "untrained_limit"
    __table_args__ = (CheckConstraint("years between 1 and 10", "years"),)

    audience: Mapped[Audience]
    years: Mapped[int]
    set_at: Mapped[Moment]
    set_by: Mapped[int | None]
