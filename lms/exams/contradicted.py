"""Where one number of a phone came with two answers: the second was refused, and is shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, cast, func, literal, select

from lms.audit.models import AuditEntry
from lms.audit.rules import Outcome
from lms.db import db
from lms.exams.counting import OF_THE_CANDIDATES
from lms.exams.models import Assessment, Attempt, Candidate
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.people.models import Person

SHOWN = 20


@dataclass(frozen=True)
class Contradicted:
    """A candidate from whose page it came: how often, and when last."""

    person: str
    unit: str
    times: int
    last_at: datetime


def contradicted(assessment: Assessment, path: str) -> list[Contradicted]:
    """Those under a unit, as far as one sees candidates; the last first.

    What was refused stands in the log alone, by act and person; there it is rare.
    """
    query = (
        select(Person.name, OrgUnit.name, func.count(AuditEntry.id), func.max(AuditEntry.at))
        .select_from(AuditEntry)
        .join(
            Attempt,
            and_(
                Attempt.person_id == AuditEntry.person_id,
                AuditEntry.whom == literal("attempt ") + cast(Attempt.id, String),
            ),
        )
        .join(
            Candidate,
            and_(
                Candidate.assessment_id == Attempt.assessment_id,
                Candidate.person_id == Attempt.person_id,
            ),
        )
        .join(Person, Person.id == Candidate.person_id)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .where(AuditEntry.act == "save answer", AuditEntry.outcome == Outcome.REFUSED)
        .where(Attempt.assessment_id == assessment.id, under(path))
        .group_by(Person.id, Person.name, OrgUnit.name)
        .order_by(func.max(AuditEntry.at).desc(), Person.id)
        .limit(SHOWN)
    )
    rows = db.session.execute(query, execution_options=OF_THE_CANDIDATES)
    return [Contradicted(*row) for row in rows]
