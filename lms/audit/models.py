"""The audit log: rows, and the blocks that seal them."""

from sqlalchemy import ColumnElement, ForeignKey, Index, literal
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import Scope, Scoped
from lms.audit.rules import Outcome
from lms.db import Base, Code, Digest, Facts, Line, Moment, Name


class AuditEntry(Scoped, Base):
    """One act. Rows are only added; the sealer alone writes `block_id`, once."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_unsealed", "block_id", "id"),)
    anyone_may_add = True

    at: Mapped[Moment] = mapped_column(index=True)
    person_id: Mapped[int | None]
    name: Mapped[Name]  # of that person, then
    address: Mapped[Code]
    device: Mapped[Name]
    act: Mapped[Code] = mapped_column(index=True)
    whom: Mapped[Line]  # what or whom: a table and an id, as "person 12"
    org_id: Mapped[int | None]
    outcome: Mapped[Outcome]
    facts: Mapped[Facts]
    block_id: Mapped[int | None] = mapped_column(ForeignKey("audit_block.id"))

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return literal(scope.audits)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return literal(False)


class AuditBlock(Scoped, Base):
    """A seal over some rows and over the block before."""

    __tablename__ = "audit_block"

    sealed_at: Mapped[Moment]
    rows: Mapped[int]
    seal: Mapped[Digest]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return literal(scope.audits)
