"""Looking up what was read. The scope is already on every query."""

from sqlalchemy import select

from lms.db import db
from lms.learning.models import LessonRead


def has_read(person_id: int, lesson_id: int) -> bool:
    """Whether a person has confirmed a lesson."""
    query = select(LessonRead.id).where(
        LessonRead.person_id == person_id, LessonRead.lesson_id == lesson_id
    )
    return db.session.scalar(query) is not None
