"""Printed copies of records: what each said when it was made."""

from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import FlowsUp
from lms.db import Base, Code, Digest, Facts, Moment


class RecordCopy(FlowsUp, Base):
    """A copy of a record that was printed, with the code that confirms it. Only ever added."""

    __tablename__ = "record_copy"
    own_may_add = True

    code: Mapped[Code] = mapped_column(unique=True)
    facts: Mapped[Facts]  # the person masked
    digest: Mapped[Digest]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
