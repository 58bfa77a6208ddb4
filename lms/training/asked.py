"""What the persons of a cohort have been asked before, for who makes their next paper."""

from collections.abc import Collection

from sqlalchemy import select

from lms.db import db
from lms.exams.asked import questions_of
from lms.exams.models import Attempt
from lms.training.models import Cohort, Enrolment

OFFERED = 40  # cohorts, the last first


def cohorts_in_sight() -> list[tuple[int, str]]:
    """Id and title, the last first."""
    query = select(Cohort.id, Cohort.title).order_by(Cohort.closes_on.desc(), Cohort.id.desc())
    return [(id_, title) for id_, title in db.session.execute(query.limit(OFFERED))]


def asked_of(cohort_ids: Collection[int]) -> set[int]:
    """Questions that somebody on the lists of these cohorts, of those in sight, has been asked."""
    if not cohort_ids:
        return set()
    query = (
        select(Attempt.paper_id)
        .join(Enrolment, Enrolment.person_id == Attempt.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.id.in_(cohort_ids))
        .distinct()
    )
    return questions_of(db.session.scalars(query, execution_options={"counted": Cohort}).all())
