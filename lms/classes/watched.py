"""What the members of a class watched of its courses: a hint where something is odd, no more."""

from sqlalchemy import and_

from lms.classes.models import ClassMember, TrainingClass
from lms.db import db
from lms.learning.models import Stream
from lms.learning.queries import Line, in_lines, watched_by


def course_ids(found: TrainingClass) -> set[int]:
    """Its own courses, and those of the list that it is for."""
    own = {one.course_id for one in found.courses}
    return own | {one.course_id for one in (found.cohort.courses if found.cohort else ())}


def watching(found: TrainingClass) -> list[Line]:
    """Who of the class watched which lesson; what is odd stands first.

    Who runs a class sees this of its members alone: the scope lies on who is in it.
    """
    courses = course_ids(found)
    if not courses:
        return []
    inside = and_(ClassMember.class_id == found.id, ClassMember.to_at.is_(None))
    query = watched_by(courses).join(ClassMember, ClassMember.person_id == Stream.person_id)
    rows = db.session.execute(query.where(inside), execution_options={"counted": ClassMember})
    return in_lines(rows)


def odd(found: TrainingClass) -> int:
    """How many persons of the class somebody might want to ask."""
    return len({one.person_id for one in watching(found) if one.seen.odd})
