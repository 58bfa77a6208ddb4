"""Imports of questions: the files that were sent, and what was found in them as it waits."""

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import Granted, PartOf, Scope
from lms.bank.models import Bank
from lms.bank.rules import Difficulty, Pool, QuestionType, Right
from lms.db import Base, Code, Digest, Facts, Line, Moment, Name
from lms.exchange.standings import BUSY, Choice, Status, Step


class BankImport(Granted, Base):
    """Files that were sent together into a bank. Until it is over it is its sender's own matter.

    Only the lines of the reading named here count: a new reading is valid by this one number.
    """

    __tablename__ = "bank_import"

    step: Mapped[Step] = mapped_column(default=Step.READING)
    uploaded_by: Mapped[int | None]
    uploaded_at: Mapped[Moment]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    reading: Mapped[int] = mapped_column(default=0)
    pool: Mapped[Pool] = mapped_column(default=Pool.PRACTICE)  # of what is new
    said: Mapped[Facts] = mapped_column(default=dict)  # what unknown words mean, by `facts.ask_of`
    counts: Mapped[Facts] = mapped_column(default=dict)  # status → questions
    found: Mapped[Facts] = mapped_column(default=dict, deferred=True)  # see `staging`
    confirmed_at: Mapped[Moment | None]
    done_at: Mapped[Moment | None]
    returned_at: Mapped[Moment | None]

    bank: Mapped[Bank] = relationship()
    files: Mapped[list["BankFile"]] = relationship(order_by="BankFile.id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return and_(super().seen_by(scope), cls.uploaded_by == scope.person_id)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return and_(cls.seen_by(scope), cls.bank_id.in_(scope.banks(Right.WRITE)))

    @classmethod
    def added_to(cls, scope: Scope) -> frozenset[int]:
        return scope.banks(Right.WRITE)

    @property
    def busy(self) -> bool:
        return self.step in BUSY


class BankFile(PartOf, Base):
    """A file as it was sent: kept sealed until the import is over, then only its digest."""

    __tablename__ = "bank_file"
    whole_table = BankImport
    whole_key = "import_id"

    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"), index=True)
    name: Mapped[Name]
    size: Mapped[int]  # bytes
    sha256: Mapped[Digest]
    stored: Mapped[Code | None]  # what it is called in var/uploads/banks


class BankLine(PartOf, Base):
    """A question of an import as it waits to be confirmed.

    No foreign key leads to a question: taking an import back must leave nothing that rests on one.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        Index("ix_bank_line_import_id", "import_id", "reading", "status", "number"),
        Index("ix_bank_line_written", "import_id", "written_at"),
    )
    whole_table = BankImport
    whole_key = "import_id"
    asked_by_key = True

    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"))
    reading: Mapped[int]
    number: Mapped[int]  # its place in the import, from 1
    heading: Mapped[int]  # of `found["groups"]`
    status: Mapped[Status]
    type: Mapped[QuestionType | None]
    stem: Mapped[Line]  # the first 400 characters, to search
    draft: Mapped[Facts]  # see `drafts`
    code: Mapped[Code]  # what it is called once it is in the bank
    number_key: Mapped[Digest]  # of its number in its section, "" where it has none
    asks: Mapped[bool]  # says a word that nobody knows
    likes: Mapped[list[list[int]]] = mapped_column(JSON)  # share, entry, line
    about_id: Mapped[int | None]  # the question of the bank that it is
    same: Mapped[bool]  # and nothing of that changes
    choice: Mapped[Choice | None]
    accepted: Mapped[bool]
    left: Mapped[bool]
    # What the trainer set for many at once; none: as the file has it.
    abilities: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    topic: Mapped[Name | None]
    difficulty: Mapped[Difficulty | None]
    pool: Mapped[Pool | None]
    made: Mapped[Facts] = mapped_column(default=dict)  # what writing it did, to undo it
    written_at: Mapped[Moment | None]
