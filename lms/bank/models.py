"""Banks, questions, and versions that never change."""

from datetime import date

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from lms.access.scope import Granted, OwnedByUnit, PartOf, Scope, Scoped
from lms.bank.rules import Difficulty, Layer, Origin, Pool, QuestionType, Right, State, Thinking
from lms.competencies.models import Competency
from lms.db import Base, Code, Digest, Line, Moment, Name, Points


class Bank(OwnedByUnit, Base):
    """A bank of questions, owned by a unit, opened to those named on it."""

    __tablename__ = "bank"

    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Name]
    public: Mapped[bool] = mapped_column(default=False)  # its keys are: nothing of it examines
    made_at: Mapped[Moment]
    retired_at: Mapped[Moment | None]  # nothing new is written into it, no paper made of it
    bank_id: Mapped[int] = synonym("id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.id.in_(scope.banks())


class BankNamed(Base):
    """A person or a unit named on a bank, and what for. Read by the gate to build the scope."""

    __tablename__ = "bank_named"

    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    right: Mapped[Right]
    named_at: Mapped[Moment]
    named_by: Mapped[int | None]
    ended_at: Mapped[Moment | None]  # none: it holds
    ended_by: Mapped[int | None]


class Question(Granted, Base):
    """An entry of a bank. What it asks stands in its versions.

    state is that of the version in use; while nothing is final yet, of the newest. A change of
    what is final waits beside it as the next version until it has been reviewed.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("bank_id", "code"),
        Index("ix_question_bank_id_pool_state", "bank_id", "pool", "state"),
    )

    code: Mapped[Code]  # the id inside the file
    pool: Mapped[Pool]
    state: Mapped[State]
    latest: Mapped[int]  # the number of the version in use
    waiting: Mapped[int | None]  # the number of a newer version that is not in use yet
    waiting_state: Mapped[State | None]  # draft, in review or returned
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    # What the version in use is found by (found_by.py): a list is searched in this table alone.
    facets: Mapped[str] = mapped_column(default="", deferred=True)
    subjects: Mapped[str] = mapped_column(default="", deferred=True)
    words: Mapped[str] = mapped_column(default="", deferred=True)
    signs: Mapped[int] = mapped_column(BigInteger, default=0, deferred=True)
    other_signs: Mapped[int] = mapped_column(BigInteger, default=0, deferred=True)

    versions: Mapped[list["QuestionVersion"]] = relationship(order_by="QuestionVersion.number")

    @property
    def passed(self) -> bool:
        """Whether its newest version has been through review."""
        return (self.waiting_state or self.state) in (State.FINAL, State.RETIRED)

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        """The examination pool is for its writers, its reviewers and those who make papers."""
        opened = cls.bank_id.in_(scope.exam_banks)
        mine = cls.made_by == scope.person_id
        return and_(super().seen_by(scope), or_(cls.pool != Pool.EXAM, mine, opened))

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        kept = cls.bank_id.in_(scope.banks(Right.WRITE, Right.REVIEW))
        return and_(cls.seen_by(scope), kept)

    @classmethod
    def added_to(cls, scope: Scope) -> frozenset[int]:
        return scope.banks(Right.WRITE)


class QuestionVersion(PartOf, Base):
    """What a question asks, frozen. `text` is the exchange format; the columns repeat its facts."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)
    whole_table = Question
    whole_key = "question_id"
    asked_by_key = True

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    number: Mapped[int]
    content_hash: Mapped[Digest]
    text: Mapped[str]
    stem: Mapped[Line]  # the first 400 characters, to search and to list
    type: Mapped[QuestionType]
    difficulty: Mapped[Difficulty | None]
    layer: Mapped[Layer | None]
    level: Mapped[Thinking | None]
    points: Mapped[Points]
    topic: Mapped[Name | None]
    origin: Mapped[Origin]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    question: Mapped[Question] = relationship(back_populates="versions")
    abilities: Mapped[list["VersionAbility"]] = relationship(order_by="VersionAbility.id")
    sources: Mapped[list["VersionSource"]] = relationship(order_by="VersionSource.id")


class VersionAbility(PartOf, Base):
    """An ability that a version asks for."""

    __tablename__ = "version_ability"
    whole_table = QuestionVersion
    whole_key = "version_id"
    asked_by_key = True

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)

    competency: Mapped[Competency] = relationship()


class VersionSource(PartOf, Base):
    """The article on which a version rests, and the words of it that carry the answer."""

    __tablename__ = "version_source"
    __table_args__ = (Index("ix_version_source_law_edition", "law", "edition"),)
    whole_table = QuestionVersion
    whole_key = "version_id"
    asked_by_key = True

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    law: Mapped[Name]
    edition: Mapped[Code]
    article: Mapped[Code]
    key: Mapped[Line]


class VersionPicture(PartOf, Base):
    """A picture that a version shows, by its name."""

    __tablename__ = "version_picture"
    whole_table = QuestionVersion
    whole_key = "version_id"
    asked_by_key = True

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    name: Mapped[Code] = mapped_column(index=True)


class Picture(Scoped, Base):
    """Who put a picture there: they see it before any question shows it."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("name", "person_id"),)
    anyone_may_add = True

    name: Mapped[Code]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kept_at: Mapped[Moment]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.person_id == scope.person_id
