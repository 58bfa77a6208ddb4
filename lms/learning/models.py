"""What a person has begun, watched, been asked and finished."""

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsUp, PartOf
from lms.db import Base, Moment, Words

OPEN = column("closed_at").is_(None)


class OfLesson(FlowsUp):
    """Evidence of a person and a version of a lesson."""

    own_may_add = True

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id"))


class LessonRead(FlowsUp, Base):
    """A lesson done: read to its end and confirmed, watched, its gate passed."""

    __tablename__ = "lesson_read"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)
    own_may_add = True

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("lesson_version.id"))
    read_at: Mapped[Moment]


class LessonBegun(OfLesson, Base):
    """A lesson opened for the first time. The last row names the version that is gone on with."""

    __tablename__ = "lesson_begun"
    __table_args__ = (UniqueConstraint("person_id", "version_id"),)

    begun_at: Mapped[Moment]


class Stream(OfLesson, Base):
    """A video or a recording playing on one device, from when it is opened until another is.

    A person's streams follow one another, so what is watched in all of them together is never
    more than the clock on the wall. Each is touched by its own page alone, see `saving`.
    """

    __tablename__ = "stream"
    __table_args__ = (
        Index(
            "uq_stream_of_a_person",
            "person_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]  # another one was opened
    heard_at: Mapped[Moment | None]
    spans: Mapped[str] = mapped_column(Text, default="")  # what was watched, as rules.written
    told: Mapped[int] = mapped_column(default=0)  # the last number that was heard
    place: Mapped[int] = mapped_column(default=0)  # where it stood then
    beats: Mapped[int] = mapped_column(default=0)
    # What is odd: counted, shown, never punished. The first three are tenths of a second.
    beyond: Mapped[int] = mapped_column(default=0)  # more than the clock allows
    again: Mapped[int] = mapped_column(default=0)  # watched before
    displaced: Mapped[int] = mapped_column(default=0)  # after another device had taken over
    jumps: Mapped[int] = mapped_column(default=0)
    bursts: Mapped[int] = mapped_column(default=0)  # messages closer together than a page sends


class GateTry(OfLesson, Base):
    """A quiz at the gate of a lesson: the questions that were asked. Each try asks others."""

    __tablename__ = "gate_try"
    __table_args__ = (UniqueConstraint("person_id", "version_id", "number"),)

    number: Mapped[int]
    seed: Mapped[int]
    asked: Mapped[Words]  # ids of versions of questions
    begun_at: Mapped[Moment]

    result: Mapped["GateResult | None"] = relationship(back_populates="of")


class GateResult(PartOf, Base):
    """What became of a try."""

    __tablename__ = "gate_result"
    whole_table = GateTry
    whole_key = "try_id"
    asked_by_key = True
    own_may_add = True

    try_id: Mapped[int] = mapped_column(ForeignKey("gate_try.id"), unique=True)
    answers: Mapped[Words]
    right: Mapped[int]
    passed: Mapped[bool]
    answered_at: Mapped[Moment]

    of: Mapped[GateTry] = relationship(back_populates="result")
