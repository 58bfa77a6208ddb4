"""Persons, postings and roles."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from lms.access.permissions import Role
from lms.access.scope import FlowsUp, PartOf, Scope
from lms.db import Base, Code, Digest, Facts, Line, Moment, Name
from lms.orgs.models import OrgUnit
from lms.people.rules import Post, TransferState

# Compared byte by byte, so that a range over it is a beginning on every database.
SPELLING = String(120).with_variant(String(120, collation="C"), "postgresql")


class Person(FlowsUp, Base):
    """A person of the roster. Everyone sees themselves; officers, who is posted with them.

    `org_id` is the home unit, kept by the services that change postings. Number and phone are
    sealed, and found by a keyed digest.
    """

    __tablename__ = "person"

    name: Mapped[Name] = mapped_column(index=True)
    pinyin: Mapped[str] = mapped_column(SPELLING, index=True)  # wangjianguo
    initials: Mapped[str] = mapped_column(SPELLING, index=True, default="")  # wjg
    other_pinyin: Mapped[str | None] = mapped_column(SPELLING, index=True)  # the surname as a word
    number: Mapped[Code | None] = mapped_column(unique=True)  # personnel number
    short_number: Mapped[Code] = mapped_column(unique=True)  # the name to sign in with, on the slip
    sex: Mapped[Code | None]
    born: Mapped[Code | None]  # 1970-03-05 or 1970-03
    id_seal: Mapped[Line | None]
    id_digest: Mapped[Digest | None] = mapped_column(index=True)
    phone_seal: Mapped[Line | None]
    phone_digest: Mapped[Digest | None] = mapped_column(index=True)
    own_columns: Mapped[Facts] = mapped_column(default=dict)  # what the unit keeps besides
    recorded_at: Mapped[Moment]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = synonym("id")

    org: Mapped[OrgUnit] = relationship()


class Posting(FlowsUp, Base):
    """A person's post in a unit, from a day to a day (not included): ended, never rewritten."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("to_on is null or to_on >= from_on", "in_order"),
        Index("ix_posting_org_id_to_on", "org_id", "to_on", "post"),
    )
    counts_once: ClassVar = ("org_id", "post")

    post: Mapped[Post]
    rank: Mapped[Name | None]
    title: Mapped[Name | None]  # the post as the roster wrote it
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    term_number: Mapped[int | None]
    home_org_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))  # sent from
    recorded_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]  # when the end was recorded
    ended_why: Mapped[Name | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="Posting.org_id")


class RoleHeld(FlowsUp, Base):
    """A role that a person holds for a unit, from a day to a day (not included)."""

    __tablename__ = "role_held"
    counts_once: ClassVar = ("org_id", "role")

    role: Mapped[Role]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    given_by: Mapped[int | None]
    given_at: Mapped[Moment]
    ended_by: Mapped[int | None]
    ended_at: Mapped[Moment | None]  # when the end was recorded

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="RoleHeld.org_id")


class Transfer(FlowsUp, Base):
    """Somebody is to go from a unit to one of another officer, who is above both confirms it.

    `org_id` is the one of the two units that asks. Both sides see it; the asking side sees the
    person only masked until it is confirmed.
    """

    __tablename__ = "transfer"
    __table_args__ = (Index("ix_transfer_state", "state", "id"),)

    from_org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    to_org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    on: Mapped[date]  # from which day
    keeps: Mapped[bool]  # the postings there go on: 兼任, 挂职
    why: Mapped[Line]
    asked_by: Mapped[int]
    asked_at: Mapped[Moment]
    state: Mapped[TransferState] = mapped_column(default=TransferState.ASKED)
    decided_by: Mapped[int | None]
    decided_at: Mapped[Moment | None]
    decided_why: Mapped[Line | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="Transfer.org_id")
    from_org: Mapped[OrgUnit] = relationship(foreign_keys=from_org_id)
    to_org: Mapped[OrgUnit] = relationship(foreign_keys=to_org_id)
    posts: Mapped[list["TransferPost"]] = relationship(order_by="TransferPost.id")

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(cls.from_org_id.in_(scope.subtree), cls.to_org_id.in_(scope.subtree))


class TransferPost(PartOf, Base):
    """A posting that begins when the transfer is confirmed."""

    __tablename__ = "transfer_post"
    whole_table = Transfer
    whole_key = "transfer_id"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    post: Mapped[Post]
    rank: Mapped[Name | None]
    title: Mapped[Name | None]
    term_number: Mapped[int | None]


class NumberSeries(Base):
    """The last serial that was given out, so that no two persons get one short number."""

    __tablename__ = "number_series"

    name: Mapped[Code] = mapped_column(unique=True)
    last: Mapped[int]
