"""Looking up classes, their timetable and their lists. The scope is already on every query."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.classes.models import ClassMember, TrainingClass
from lms.db import db


def classes() -> Sequence[TrainingClass]:
    """The classes in sight, those to come first, then the latest."""
    query = select(TrainingClass).options(
        joinedload(TrainingClass.org), joinedload(TrainingClass.manager)
    )
    return db.session.scalars(
        query.order_by(TrainingClass.from_on.desc(), TrainingClass.id.desc())
    ).all()


def persons_by_class(ids: Sequence[int]) -> dict[int, int]:
    """Class → how many persons are in it now, as far as one sees."""
    query = select(ClassMember.class_id, func.count(ClassMember.id)).where(
        ClassMember.class_id.in_(ids), ClassMember.to_at.is_(None)
    )
    rows = db.session.execute(query.group_by(ClassMember.class_id))
    return {row[0]: row[1] for row in rows}
