"""Definitions of a unit's own, and blank tables that came from above."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from lms.access.scope import FlowsDown
from lms.db import Base, Code, Line, Moment
from lms.orgs.models import OrgUnit


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
