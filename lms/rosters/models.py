"""Imports of rosters: the files that were sent, their rows as they wait, and learned posts."""

from datetime import date

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, OwnedByUnit, PartOf, Scope
from lms.db import Base, Code, Digest, Facts, Moment, Name, Words
from lms.orgs.models import OrgUnit
from lms.rosters.rules import BUSY, State, Status


class RosterImport(OwnedByUnit, Base):
    """Files that were sent together, for a unit and what lies below it.

    `complete_ids` are the units for which they name everybody, as of a day. Only the lines of the
    reading named here count: a new reading becomes valid by this one number.
    """

    __tablename__ = "roster_import"

    state: Mapped[State] = mapped_column(default=State.READING)
    uploaded_by: Mapped[int | None]  # none: from the shell
    uploaded_at: Mapped[Moment]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    reading: Mapped[int] = mapped_column(default=0)
    complete_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    as_of: Mapped[date | None]
    choices: Mapped[Facts] = mapped_column(default=dict)  # words of a unit → id, or 0
    counts: Mapped[Facts] = mapped_column(default=dict)  # status → rows
    found: Mapped[Facts] = mapped_column(default=dict, deferred=True)  # see `staging`
    confirmed_by: Mapped[int | None]
    confirmed_at: Mapped[Moment | None]
    done_at: Mapped[Moment | None]
    returned_by: Mapped[int | None]
    returned_at: Mapped[Moment | None]

    org: Mapped[OrgUnit] = relationship()
    files: Mapped[list["RosterFile"]] = relationship(order_by="RosterFile.id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.subtree)

    @property
    def busy(self) -> bool:
        return self.state in BUSY


class RosterFile(PartOf, Base):
    """A file that was sent. What was read of it is kept, sealed, until the import is over."""

    __tablename__ = "roster_file"
    whole_table = RosterImport
    whole_key = "import_id"

    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"), index=True)
    name: Mapped[Name]
    size: Mapped[int]  # bytes
    sha256: Mapped[Digest]
    stored: Mapped[Code | None]  # what it is called in var/uploads/rosters


class RosterLine(PartOf, Base):
    """A row of a roster, or somebody whom it does not name, as it waits to be confirmed.

    What it says of a person is sealed, and so is what was known before. No foreign key leads to the
    person: taking an import back must leave nothing that rests on one.
    """

    __tablename__ = "roster_line"
    __table_args__ = (
        Index("ix_roster_line_import_id", "import_id", "reading", "status", "number"),
        Index("ix_roster_line_written", "import_id", "written_at"),
    )
    whole_table = RosterImport
    whole_key = "import_id"

    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    reading: Mapped[int]
    number: Mapped[int]  # its place in the import, from 1
    source: Mapped[int]  # which sheet, as `found` lists them; -1: none
    row: Mapped[int]  # as the sheet counts
    who: Mapped[int]  # the number of the first line about the same person
    status: Mapped[Status]
    about_id: Mapped[int | None]  # a person
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    loose: Mapped[list[int]] = mapped_column(JSON)  # postings that the roster does not name
    ends_on: Mapped[date | None]  # the day on which they would end
    ends_why: Mapped[Name | None]  # the officer's reason: they end
    draft: Mapped[str] = mapped_column(Text)  # sealed, see `drafts`
    made: Mapped[str | None] = mapped_column(Text)  # see `drafts`; sealed where facts are in it
    written_at: Mapped[Moment | None]


class LearnedPost(FlowsDown, Base):
    """What an officer said that a name of a post means; known to her unit and those below it."""

    __tablename__ = "learned_post"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    name: Mapped[Name]  # as `posts.post_key` gives it
    codes: Mapped[Words]  # none: it is no post
    learned_by: Mapped[int | None]
    learned_at: Mapped[Moment]
