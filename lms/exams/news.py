"""What a person has not read yet of own results: published in one act, or changed, of late."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select

from lms.db import Utc, db
from lms.exams.models import Assessment, Result
from lms.exams.rules import Publishing

LASTS = timedelta(days=7)
# Asked by whoever opens the page of exams: built once.
NEWS = (
    select(Result.attempt_id, Result.why, Assessment.title)
    .join(Assessment, Assessment.id == Result.assessment_id)
    .where(
        Result.person_id == bindparam("me", type_=Integer),
        Result.replaced_at.is_(None),
        Result.published_at > bindparam("since", type_=Utc),
        or_(Result.why.is_not(None), Assessment.publishing == Publishing.IN_ONE_ACT),
    )
    .order_by(Result.published_at.desc(), Result.id)
)


def news_of(person_id: int, now: datetime) -> list[Any]:
    """attempt_id, why (none: published), title; the newest first."""
    rows = db.session.execute(
        NEWS, {"me": person_id, "since": now - LASTS}, execution_options={"counted": Result}
    )
    return list(rows)
