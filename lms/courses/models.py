"""Courses, which flow down the tree, and their lessons."""

from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Numeric, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, PartOf
from lms.bank.models import Bank
from lms.courses.rules import FileRole, LessonKind
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
    # percent of a video or a recording that has to be watched
    share: Mapped[int] = mapped_column(server_default="90")

    org: Mapped[OrgUnit] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.number")


class Lesson(PartOf, Base):
    """One lesson. Done, it gives its stated hours.

    What it teaches stands in its versions; minutes and hours are those of the newest, so that
    lists need no second look.
    """

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    whole_table = Course
    whole_key = "course_id"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    number: Mapped[int]
    title: Mapped[Name]
    minutes: Mapped[int]  # how long it takes
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    hours_why: Mapped[Line | None]  # why it gives more than its minutes would
    required: Mapped[bool] = mapped_column(default=True, server_default=true())  # 必修, not 选修
    after_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))  # to be done first
    latest: Mapped[int] = mapped_column(default=1, server_default="1")
    closed_at: Mapped[Moment | None]  # asked of nobody any more; hours already given stay

    course: Mapped[Course] = relationship(back_populates="lessons")
    versions: Mapped[list["LessonVersion"]] = relationship(order_by="LessonVersion.number")

    @property
    def newest(self) -> "LessonVersion":
        return self.versions[-1]


class LessonVersion(PartOf, Base):
    """What a lesson taught at a time; never changed. Who has begun one goes on with it."""

    __tablename__ = "lesson_version"
    __table_args__ = (UniqueConstraint("lesson_id", "number"),)
    whole_table = Lesson
    whole_key = "lesson_id"
    asked_by_key = True

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    number: Mapped[int]
    kind: Mapped[LessonKind]
    text: Mapped[str]  # Markdown; beside a file, what is to be said about it
    minutes: Mapped[int]
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    seconds: Mapped[int | None]  # how long it plays
    address: Mapped[Line | None]  # of a live room
    gate_bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank.id"))
    gate_topic: Mapped[Name | None]
    gate_questions: Mapped[int | None]
    gate_share: Mapped[int | None]  # percent that has to be right
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    lesson: Mapped[Lesson] = relationship(back_populates="versions")
    gate_bank: Mapped[Bank | None] = relationship()
    files: Mapped[list["LessonFile"]] = relationship(order_by="LessonFile.id")


class LessonFile(PartOf, Base):
    """A file of a version: a PDF, a video in one of its sizes, its sound alone."""

    __tablename__ = "lesson_file"
    __table_args__ = (UniqueConstraint("version_id", "role"),)
    whole_table = LessonVersion
    whole_key = "version_id"
    asked_by_key = True

    version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id"))
    role: Mapped[FileRole]
    name: Mapped[Code]  # in the store
    called: Mapped[Name]  # by the trainer
    size: Mapped[int] = mapped_column(BigInteger)
