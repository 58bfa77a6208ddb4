"""Jobs, and what is due by the clock."""

from sqlalchemy import ColumnElement, ForeignKey, Index, false, or_, true
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import Scope, Scoped
from lms.db import Base, Code, Facts, Line, Moment
from lms.jobs.rules import JobStatus


class Job(Scoped, Base):
    """One piece of work that somebody asked for. Seen by who asked, and by who keeps the system."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_status_lease_until", "status", "lease_until"),)
    anyone_may_add = True

    kind: Mapped[Code]
    args: Mapped[Facts]
    state: Mapped[Facts] = mapped_column(default=dict)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    line: Mapped[Line] = mapped_column(default="")
    result: Mapped[Facts] = mapped_column(default=dict)
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    lease_until: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(cls.person_id == scope.person_id, true() if scope.jobs else false())


class DueThing(Base):
    """When something that is done by the clock is due next. Two workers do it once."""

    __tablename__ = "due_thing"

    name: Mapped[Code] = mapped_column(unique=True)
    due_at: Mapped[Moment]
