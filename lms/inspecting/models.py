"""Bundles of evidence that were made for an inspection."""

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    and_,
    literal,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import OwnedByUnit, Scope
from lms.db import Base, Code, Digest, Moment, Name
from lms.orgs.models import OrgUnit


class InspectionBundle(OwnedByUnit, Base):
    """A zip about a class or an assessment. The file goes after a while, its index stays.

    Marks are in that of an assessment, so officers see it who are named for it; and whoever reads
    the audit log sees every one.
    """

    __tablename__ = "inspection_bundle"
    __table_args__ = (CheckConstraint("(class_id is null) <> (assessment_id is null)", "about"),)

    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True)
    title: Mapped[Name]
    keys: Mapped[bool]  # paper and key are inside
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # as `zips.Entry.kept`
    over_all: Mapped[Digest]  # the SM3 digest over the digests of all files
    digest: Mapped[Digest]  # of the zip itself
    size: Mapped[int]
    stored: Mapped[Code | None]  # what it is called in var/uploads; none: let go of
    made_at: Mapped[Moment]
    made_by: Mapped[int]
    maker: Mapped[Name]  # the name of that person, then

    org: Mapped[OrgUnit] = relationship()

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        named = or_(cls.assessment_id.is_(None), cls.assessment_id.in_(scope.assessments))
        return or_(literal(scope.audits), and_(cls.org_id.in_(scope.subtree), named))
