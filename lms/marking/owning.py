"""What the officers named for an assessment decide: how it is read, who reads, when one appeals."""

from datetime import datetime

from sqlalchemy import update

from lms.access.scope import seeing_everything
from lms.audit.services import record
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotFound
from lms.exams.models import Assessment
from lms.marking import queries
from lms.marking.models import MarkingPlan, NamedMarker, Reading, Script


def keep_plan(
    assessment: Assessment,
    twice: bool,
    most_apart: int,
    appeal_days: int,
    seed: int,
    now: datetime,
) -> None:
    """How answers are read from now on; what is laid out already stays as it is."""
    plan = queries.plan(assessment.id)
    if plan is None:
        plan = MarkingPlan(assessment_id=assessment.id, seed=seed)
        db.session.add(plan)
    plan.twice, plan.most_apart = twice, most_apart
    db.session.flush()
    days = update(Assessment).where(Assessment.id == assessment.id).values(appeal_days=appeal_days)
    db.session.execute(days)
    record(
        "keep marking plan",
        now,
        whom=assessment,
        org_id=assessment.org_id,
        twice=twice,
        most_apart=most_apart,
        appeal_days=appeal_days,
    )


def name_marker(
    assessment: Assessment, person_id: int, version_id: int | None, now: datetime
) -> None:
    """Let a person read the written answers of an assessment. Twice is once."""
    there = {(row.person_id, row.version_id) for row, _, _ in queries.markers(assessment.id)}
    if (person_id, version_id) in there:
        return
    db.session.add(
        NamedMarker(
            assessment_id=assessment.id,
            person_id=person_id,
            version_id=version_id,
            named_at=now,
        )
    )
    db.session.flush()
    record("name marker", now, whom=assessment, org_id=assessment.org_id, marker=person_id)


def end_marker(assessment: Assessment, marker_id: int, now: datetime) -> None:
    """Take a marker's name off again: what is begun is free for the others, marks stay."""
    marker = find(NamedMarker, marker_id)
    if marker.assessment_id != assessment.id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    if marker.ended_at is not None:
        raise Conflict("已取消指定，请刷新页面。")
    marker.ended_at = now
    db.session.flush()
    with seeing_everything():
        scripts = Script.__table__.select().where(Script.assessment_id == assessment.id)
        begun = update(Reading).where(
            Reading.script_id.in_(scripts.with_only_columns(Script.id)),
            Reading.marker_id == marker.person_id,
            Reading.given_at.is_(None),
        )
        db.session.execute(begun.values(marker_id=None, held_until=None))
    record("end marker", now, whom=assessment, org_id=assessment.org_id, marker=marker.person_id)


def question_for(assessment: Assessment, version_id: int) -> int | None:
    """The question that a marker is named for; none: all. Raises Invalid."""
    if not version_id:
        return None
    if version_id not in {one.version_id for one in queries.written(assessment.id)}:
        raise Invalid("请从这次测评的书面作答题里选。")
    return version_id
