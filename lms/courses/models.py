"""Courses, which flow down the tree, and their lessons."""

from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, PartOf
from lms.db import Base, Code, Line, Moment, Name
from lms.orgs.models import OrgUnit


class Course(FlowsDown, Base):
    """A course that a unit gives to the units below it."""

    __tablename__ = "course"

    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Name]
    summary: Mapped[Line]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.number")


class Lesson(PartOf, Base):
    """One lesson: a text in Markdown. Read to the end and confirmed, it gives its stated hours."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    whole_table = Course
    whole_key = "course_id"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    number: Mapped[int]
    title: Mapped[Name]
    text: Mapped[str]
    minutes: Mapped[int]  # how long it takes to read
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    closed_at: Mapped[Moment | None]  # asked of nobody any more; hours already given stay

    course: Mapped[Course] = relationship(back_populates="lessons")
