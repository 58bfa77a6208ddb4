"""Reviews, samples of brought banks, and what was checked when a law changed."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import Granted, PartOf, Scope
from lms.bank.models import Question
from lms.bank.rules import Right
from lms.db import Base, Facts, Moment
from lms.laws.rules import Verdict
from lms.reviewing.rules import Decision, SampleState


class Sample(Granted, Base):
    """So many of a brought bank's questions, drawn by chance, answered blind by one reviewer."""

    __tablename__ = "review_sample"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seed: Mapped[int]
    waiting: Mapped[int]  # questions in review that it speaks for
    size: Mapped[int]  # of them drawn
    state: Mapped[SampleState]
    drawn_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    passed: Mapped[int | None]  # questions that are in use since

    @classmethod
    def added_to(cls, scope: Scope) -> frozenset[int]:
        return scope.banks(Right.REVIEW)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.banks(Right.REVIEW))


class Review(PartOf, Base):
    """What one reviewer said of one version. The answer comes first, and stays as it is."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("version_id", "person_id"),
        Index("ix_review_sample_id_place", "sample_id", "place"),
    )
    whole_table = Question
    whole_key = "question_id"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("review_sample.id"))
    place: Mapped[int | None]  # in the sample, from 1
    began_at: Mapped[Moment]
    answer: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # none: not answered yet
    agrees: Mapped[bool | None]  # with the key; none: only a person can tell
    answered_at: Mapped[Moment | None]
    ratings: Mapped[Facts]
    comment: Mapped[str]
    decision: Mapped[Decision | None]
    decided_at: Mapped[Moment | None]


class SourceCheck(PartOf, Base):
    """A question on an edition that ended or was given its text, looked at and released."""

    __tablename__ = "source_check"
    whole_table = Question
    whole_key = "question_id"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    law_edition_id: Mapped[int] = mapped_column(ForeignKey("law_edition.id"), index=True)
    verdict: Mapped[Verdict]
    checked_at: Mapped[Moment]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
