"""Frameworks, versioned, and the abilities in them."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Code, Line, Name


class Framework(Base):
    """A list of abilities that a document set out, as of a day."""

    __tablename__ = "framework"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    source: Mapped[Line]
    issued_on: Mapped[date]

    competencies: Mapped[list["Competency"]] = relationship(order_by="Competency.place")


class Competency(Base):
    """One ability of a framework."""

    __tablename__ = "competency"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)

    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    code: Mapped[Code]
    name: Mapped[Name]
    meaning: Mapped[Line]
    place: Mapped[int]
