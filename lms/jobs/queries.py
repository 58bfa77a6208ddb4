"""Looking up jobs. The scope is already on every query."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from lms.db import db, find
from lms.jobs.models import Job
from lms.jobs.rules import TRIES, JobStatus

SHOWN = 50


def job(job_id: int) -> Job:
    return find(Job, job_id)


def jobs() -> Sequence[Job]:
    """The latest jobs, newest first."""
    return db.session.scalars(select(Job).order_by(Job.id.desc()).limit(SHOWN)).all()


def unfinished(kind: str, now: datetime) -> bool:
    """Whether a job of a kind waits, is being done, or will be taken up again."""
    taken_up = or_(Job.tries < TRIES, Job.lease_until >= now)
    open_ = or_(Job.status == JobStatus.QUEUED, (Job.status == JobStatus.RUNNING) & taken_up)
    return db.session.scalar(select(Job.id).where(Job.kind == kind, open_).limit(1)) is not None
