"""What a person practised, starred and was asked today; what is said to be wrong with a question.

Practice is the person's own: nobody above sees a row of it.
"""

from datetime import date

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import Private, Scope
from lms.bank.rules import Right
from lms.db import Base, Code, Line, Moment, Words
from lms.practice.rules import Finding


class Said(Private):
    """Something that a page kept and sent when there was a line; (device, sequence) is its key."""

    device: Mapped[Code]  # a word that the browser made up and keeps
    sequence: Mapped[int]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    said_at: Mapped[Moment]  # as the page tells it, bounded by the server's clock
    saved_at: Mapped[Moment]


class PracticeAnswer(Said, Base):
    """One answer to one part of a question. Rows are only added; the notebook is a fold of them."""

    __tablename__ = "practice_answer"
    __table_args__ = (UniqueConstraint("person_id", "device", "sequence"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    part: Mapped[int]
    day: Mapped[date]  # of the city, on which it was said: all that the notebook asks
    content: Mapped[Words]  # letters of the file, or the texts of blanks
    right: Mapped[bool]


class PracticeStar(Said, Base):
    """A question starred, or no more. Rows are only added; the last said counts."""

    __tablename__ = "practice_star"
    __table_args__ = (UniqueConstraint("person_id", "device", "sequence"),)

    starred: Mapped[bool]


class PracticeDay(Private, Base):
    """The ten of a day: the same all day, whatever is answered meanwhile."""

    __tablename__ = "practice_day"
    __table_args__ = (UniqueConstraint("person_id", "day"),)

    day: Mapped[date]
    asked: Mapped[list[int]] = mapped_column(JSON)  # ids of questions
    made_at: Mapped[Moment]


class PracticeChoice(Private, Base):
    """How a person likes to practise."""

    __tablename__ = "practice_choice"
    __table_args__ = (UniqueConstraint("person_id"),)

    at_once: Mapped[bool]  # the key after each answer, else after the last
    chosen_at: Mapped[Moment]


class FaultReport(Private, Base):
    """本题有误: from whoever met the question to those who write or review it, and their answer."""

    __tablename__ = "fault_report"
    __table_args__ = (Index("ix_fault_report_bank_id_answered_at", "bank_id", "answered_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    said: Mapped[Line]
    said_at: Mapped[Moment]
    found: Mapped[Finding | None]  # none: not answered yet
    answer: Mapped[Line | None]
    answered_at: Mapped[Moment | None]
    answered_by: Mapped[int | None]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(super().seen_by(scope), cls.changed_by(scope))

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.banks(Right.WRITE, Right.REVIEW))
