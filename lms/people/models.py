"""Persons, postings and roles."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from lms.access.permissions import Role
from lms.access.scope import FlowsUp
from lms.db import Base, Code, Digest, Facts, Line, Moment, Name
from lms.orgs.models import OrgUnit
from lms.people.rules import Post


class Person(FlowsUp, Base):
    """A person of the roster. Everyone sees themselves; officers, who is posted with them.

    `org_id` is the home unit, kept by the services that change postings. Number and phone are
    sealed, and found by a keyed digest.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_pinyin", "pinyin"),)

    name: Mapped[Name] = mapped_column(index=True)
    pinyin: Mapped[Name]  # "wang jianguo wjg": full, then initials
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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = synonym("id")

    org: Mapped[OrgUnit] = relationship()


class Posting(FlowsUp, Base):
    """A person's post in a unit, from a day to a day (not included): ended, never rewritten."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("to_on is null or to_on >= from_on", "in_order"),
        Index("ix_posting_org_id_to_on", "org_id", "to_on", "post"),
    )

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

    role: Mapped[Role]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    given_by: Mapped[int | None]
    given_at: Mapped[Moment]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="RoleHeld.org_id")
