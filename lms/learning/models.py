"""What a person has read."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.scope import FlowsUp
from lms.db import Base, Moment


class LessonRead(FlowsUp, Base):
    """A lesson read to its end and confirmed."""

    __tablename__ = "lesson_read"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)
    own_may_add = True

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    read_at: Mapped[Moment]
