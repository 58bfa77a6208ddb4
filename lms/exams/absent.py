"""Of who has not begun an assessment: not yet, 缓考, or absent. Three different things."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from lms.db import db
from lms.exams import allowing, terms
from lms.exams.allowing import OF_THE_ASSESSMENT
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Assessment, Candidate
from lms.orgs.models import OrgUnit


def deferred_now(assessment_id: int, now: datetime) -> Select:
    """person_id of who is 缓考: approved, and the time of the resit is not over. They are few."""
    return (
        select(Deferral.person_id)
        .join(Allowance, Allowance.id == Deferral.allowance_id)
        .where(Deferral.assessment_id == assessment_id, Deferral.ended_at.is_(None))
        .where(Deferral.approved.is_(True), Allowance.closes_at > now)
    )


def over_for(assessment: Assessment, now: datetime) -> ColumnElement[bool]:
    """Whether a candidate who has not begun cannot begin any more.

    Only those for whom an exception makes it otherwise than for all are named one by one.
    """
    over = now >= assessment.closes_at
    others = [
        candidate_id
        for candidate_id, _person, closes_at in own_closes(assessment)
        if (now >= closes_at) is not over
    ]
    return Candidate.id.not_in(others) if over else Candidate.id.in_(others)


def own_closes(assessment: Assessment) -> list[tuple[int, int, datetime]]:
    """Candidate, person and own close, of who has not begun and of whom an exception speaks."""
    made = allowing.in_force(assessment)
    if not made:
        return []
    query = (
        select(Candidate.id, Candidate.person_id, OrgUnit.path)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .join(Assessment, Assessment.id == Candidate.assessment_id)
        .where(Assessment.id == assessment.id, Candidate.attempts_begun == 0)
    )
    own, found = allowing.own_terms(assessment), []
    for key, who, path in db.session.execute(query, execution_options=OF_THE_ASSESSMENT):
        given = [one for one, person, above in made if allowing.speaks_of(person, above, who, path)]
        if given:
            found.append((key, who, terms.terms_of(own, given).closes_at))
    return found
