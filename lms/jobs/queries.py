"""Looking up jobs. The scope is already on every query."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.db import db, find
from lms.jobs.models import Job

SHOWN = 50


def job(job_id: int) -> Job:
    return find(Job, job_id)


def jobs() -> Sequence[Job]:
    """The latest jobs, newest first."""
    return db.session.scalars(select(Job).order_by(Job.id.desc()).limit(SHOWN)).all()
