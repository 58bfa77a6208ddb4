"""Certificates, only ever added; what ended one; the files in which many are printed."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsUp, OwnedByUnit, PartOf, Scope
from lms.certificates.rules import Kind
from lms.db import Base, Code, Facts, Line, Moment, Name
from lms.orgs.models import OrgUnit
from lms.people.models import Person


class Certificate(FlowsUp, Base):
    """What was certified of a person. Nothing of it is ever changed: it is made anew, or ended.

    `org_id` is the person's unit at that time, `issuer_id` the unit that stands for it. `about`
    names what it is for, so that two who issue at once make one.
    """

    __tablename__ = "certificate"
    own_may_add = True  # 学时证明: a person asks for it

    kind: Mapped[Kind]
    number: Mapped[Code] = mapped_column(unique=True)
    code: Mapped[Code] = mapped_column(unique=True)  # behind the QR: chance, and nothing to guess
    about: Mapped[Name] = mapped_column(unique=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    year: Mapped[int | None]
    facts: Mapped[Facts]
    issued_at: Mapped[Moment]
    issued_by: Mapped[int | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    why: Mapped[Line | None]  # why it replaces another

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="Certificate.org_id")
    issuer: Mapped[OrgUnit] = relationship(foreign_keys=issuer_id)

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.issuer_id.in_(scope.subtree)


class CertificateEnd(PartOf, Base):
    """A certificate was revoked, with a reason. Once."""

    __tablename__ = "certificate_end"
    __table_args__ = (UniqueConstraint("certificate_id"),)
    whole_table = Certificate
    whole_key = "certificate_id"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    why: Mapped[Line]
    revoked_at: Mapped[Moment]
    revoked_by: Mapped[int | None]


class CertificateBundle(OwnedByUnit, Base):
    """The certificates of a cohort or a class as files to print, kept for some days.

    files: [the name under which it lies, certificates in it, bytes] of each.
    """

    __tablename__ = "certificate_bundle"

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    certificates: Mapped[int]
    files: Mapped[list[list[Any]]] = mapped_column(JSON)
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)
