"""An attempt as columns, with its assessment: for who hands in, and who looks at what it earned.

Neither changes any of it as an object, and thousands do both within minutes; nor does who begins.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, select

from lms.access import own
from lms.db import find
from lms.errors import NotFound
from lms.exams.models import Answer, Assessment, Attempt, Result
from lms.exams.queries import ID, ME
from lms.scoring.totals import plain

OF, OF_IT, EARNED = (table.__table__.c for table in (Attempt, Assessment, Result))  # type: ignore[attr-defined]
SAT = (
    select(*OF, *(column.label(f"of_{column.name}") for column in OF_IT))
    .join_from(Attempt, Assessment, Assessment.id == Attempt.assessment_id)
    .where(Attempt.id == ID, Attempt.person_id == ME)
)
TOO_LATE = select(Answer.id).where(Answer.attempt_id == Attempt.id, ~Answer.counts).exists()
STANDING = and_(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None))
WITH_RESULT = SAT.add_columns(
    TOO_LATE, *(column.label(f"earned_{column.name}") for column in EARNED)
).outerjoin(Result, STANDING)


class Begun(SimpleNamespace):
    """An attempt that has just begun; its assessment is looked up where somebody asks for it."""

    __tablename__ = Attempt.__tablename__  # as which it is noted

    @cached_property
    def assessment(self) -> Assessment:
        return find(Assessment, self.assessment_id)


def begun(attempt_id: int, facts: Mapping[str, Any]) -> Attempt:
    """An attempt as it was added. facts: every column but its number."""
    made: Any = Begun(id=attempt_id, **facts)
    return made


def own_sat(attempt_id: int, person_id: int) -> Attempt:
    """A person's own attempt; anyone else's does not exist, whatever else one may see."""
    return _sat(_row(SAT, attempt_id, person_id))


def own_result(attempt_id: int, person_id: int) -> tuple[Attempt, Result | None, bool]:
    """The same; what it earned, where that is published; whether some answers did not count."""
    row = _row(WITH_RESULT, attempt_id, person_id)
    earned: Any = _named(EARNED, row[-len(EARNED) :])
    if earned.id is not None:
        earned.score = plain(earned.earned)
    return _sat(row), earned if earned.id is not None else None, row[len(OF) + len(OF_IT)]


def _row(statement: Any, attempt_id: int, person_id: int) -> Sequence[Any]:
    values = {"attempt": attempt_id, "me": person_id}
    found = own.execute(statement, person_id, values, Attempt).one_or_none()
    if found is None:
        raise NotFound("没有找到这份答卷，或者它不是您的。")
    return found


def _sat(row: Sequence[Any]) -> Any:
    found, it = _named(OF, row), _named(OF_IT, row[len(OF) :])
    found.assessment, it.quiz = it, it.posts is not None
    found.__tablename__ = Attempt.__tablename__  # as which it is noted
    return found


def _named(columns: Any, values: Sequence[Any]) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(columns.keys(), values, strict=False)))
