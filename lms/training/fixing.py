"""期初应训: the moment from which a list is what stood then, and its changes."""

from datetime import datetime, time

from sqlalchemy import func, select, update

from lms.audit.services import record
from lms.clock import CITY_TIME, day_of
from lms.db import db
from lms.errors import Conflict
from lms.training import lists
from lms.training.models import Cohort, Enrolment, EnrolmentRule
from lms.training.rules import Coming


def fix_list(cohort: Cohort, now: datetime, by: int | None) -> int:
    """Who is on the list now is 期初应训; what comes later is a change with a reason. How many.

    Raises Conflict where it was fixed before, is empty, or a rule has not listed everybody yet.
    """
    _refuse_unready(cohort)
    cohort.fixed_at, cohort.fixed_by = now, by
    db.session.flush()
    fixed = db.session.execute(
        update(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.to_on.is_(None))
        .values(came_by=Coming.INITIAL)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    record("fix list", now, whom=cohort, org_id=cohort.org_id, persons=fixed)
    return fixed


def _refuse_unready(cohort: Cohort) -> None:
    if cohort.fixed_at is not None:
        raise Conflict("期初应训名单已经定下，增减请在“应训人数变动”中办理。")
    if any(rule.applied_at is None for rule in cohort.rules):
        raise Conflict("有一条规则还没有列完名单，请等它完成后再定名单。")
    if not lists.count(cohort.id).persons:
        raise Conflict("名单上还没有人，请先按规则列入名单。")


def fix_begun(now: datetime) -> None:
    """By the clock: the list of a cohort that began before today, where nobody fixed it.

    A list that was still worked on today waits until tomorrow.
    """
    for cohort in db.session.scalars(_begun(now)).all():
        fix_list(cohort, now, by=None)


def _begun(now: datetime):
    today = day_of(now)
    morning = datetime.combine(today, time(), CITY_TIME)
    waits = select(EnrolmentRule.id).where(
        EnrolmentRule.cohort_id == Cohort.id, EnrolmentRule.applied_at.is_(None)
    )
    last = (
        select(func.max(Enrolment.recorded_at))
        .where(Enrolment.cohort_id == Cohort.id, Enrolment.to_on.is_(None))
        .scalar_subquery()
    )
    return select(Cohort).where(
        Cohort.fixed_at.is_(None), Cohort.opens_on < today, last < morning, ~waits.exists()
    )
