"""What those who run an assessment do while it runs: a word to all, and the end before its time."""

from datetime import datetime

from sqlalchemy import select, update

from lms.audit.services import record
from lms.db import db, find
from lms.errors import Conflict, Invalid
from lms.exams.models import Announcement, Assessment, Attempt
from lms.exams.saving import NOTICES
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under


def announce(assessment: Assessment, text: str, now: datetime, by: int) -> Announcement:
    """Say a word to all who sit: every exam page shows it at its next contact."""
    if not text.strip():
        raise Invalid("请写下要对大家说的话。")
    word = Announcement(assessment_id=assessment.id, text=text.strip(), said_at=now, said_by=by)
    db.session.add(word)
    db.session.flush()
    record("say a word to all", now, whom=assessment, org_id=assessment.org_id, text=word.text)
    NOTICES.drop(assessment.id)
    return word


def announced(assessment: Assessment) -> list[Announcement]:
    """What was said, the latest first."""
    query = select(Announcement).where(Announcement.assessment_id == assessment.id)
    return list(db.session.scalars(query.order_by(Announcement.id.desc())))


def collect(
    assessment: Assessment,
    reason: str,
    now: datetime,
    *,
    person_id: int | None = None,
    org_id: int | None = None,
) -> int:
    """The end comes now: for one, for those under a unit, or for all who are answering. How many.

    It goes the way of every end: the pages seal at their next contact and hand in what they hold,
    what arrives within the minute counts, and the house ends whom it does not hear of.
    """
    if not reason.strip():
        raise Invalid("请写明收卷的原因，它会记入审计日志。")
    open_ = update(Attempt).where(
        Attempt.assessment_id == assessment.id,
        Attempt.submitted_at.is_(None),
        Attempt.ends_at > now,
    )
    if person_id is not None:
        open_ = open_.where(Attempt.person_id == person_id)
    elif org_id is not None:
        units = select(OrgUnit.id).where(under(find(OrgUnit, org_id).path))
        open_ = open_.where(Attempt.org_id.in_(units))
    ended = open_.values(ends_at=now).execution_options(synchronize_session=False)
    many: int = db.session.execute(ended).rowcount  # type: ignore[attr-defined]
    if not many:
        raise Conflict("没有正在作答的人，不用收卷。")
    record(
        "collect attempts",
        now,
        whom=assessment,
        org_id=assessment.org_id,
        person=person_id,
        unit=org_id,
        attempts=many,
        reason=reason.strip(),
    )
    return many
