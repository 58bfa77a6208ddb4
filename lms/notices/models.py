"""What people say to an office, and what it answers."""

from sqlalchemy import ColumnElement, ForeignKey, Text, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsUp, OwnedByUnit, Scope
from lms.db import Base, Digest, Line, Moment
from lms.orgs.models import OrgUnit
from lms.people.models import Person


class Complaint(OwnedByUnit, Base):
    """A complaint or a proposal. `org_id` is the unit whose organization department answers.

    Anyone may send one. Who asked to be named finds the answer on the own page; others with the
    code that they were shown.
    """

    __tablename__ = "complaint"
    anyone_may_add = True

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    said: Mapped[str] = mapped_column(Text)
    contact_seal: Mapped[Line | None]
    said_at: Mapped[Moment] = mapped_column(index=True)
    sent_from: Mapped[Digest] = mapped_column(index=True)  # to bound the flood, and then ""
    code_digest: Mapped[Digest] = mapped_column(unique=True)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[Moment | None]
    answered_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(cls.org_id.in_(scope.subtree), cls.person_id == scope.person_id)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)


class Correction(FlowsUp, Base):
    """信息有误: one line from a person to those who keep the roster of the unit."""

    __tablename__ = "correction"
    own_may_add = True

    said: Mapped[Line]
    said_at: Mapped[Moment] = mapped_column(index=True)
    mended: Mapped[bool | None]  # none: not answered yet
    answer: Mapped[Line | None]
    answered_at: Mapped[Moment | None]
    answered_by: Mapped[int | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="Correction.org_id")
