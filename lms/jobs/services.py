"""Asking for a job, and what the worker does with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from lms.db import db
from lms.jobs.models import DueThing, Job
from lms.jobs.rules import LEASE, TRIES, Due, JobStatus, Progress


def ask(kind: str, args: dict[str, Any], person_id: int | None, now: datetime) -> Job:
    """Put a job in the queue, in the transaction of the act that asks for it."""
    job = Job(kind=kind, args=args, person_id=person_id, asked_at=now)
    db.session.add(job)
    db.session.flush()
    return job


def claim(now: datetime) -> Job | None:
    """Take the next job that waits, or whose worker has died. One statement decides who has it."""
    free = and_(
        Job.tries < TRIES,
        or_(
            Job.status == JobStatus.QUEUED,
            and_(Job.status == JobStatus.RUNNING, Job.lease_until < now),
        ),
    )
    waiting = db.session.scalar(select(Job.id).where(free).order_by(Job.id).limit(1))
    if waiting is None:
        return None
    taken = db.session.execute(
        update(Job)
        .where(Job.id == waiting, free)
        .values(
            status=JobStatus.RUNNING,
            tries=Job.tries + 1,
            lease_until=now + LEASE,
            started_at=now,
        )
    )
    return db.session.get(Job, waiting, populate_existing=True) if taken.rowcount else None  # type: ignore[attr-defined]


def advance(job_id: int, progress: Progress, now: datetime) -> None:
    """Write down how far it came, with the slice itself."""
    _set(
        job_id,
        done=progress.done,
        total=progress.total,
        state=progress.state,
        line=progress.line[:400],
        result=progress.result,
        lease_until=now + LEASE,
    )


def finish_job(job_id: int, now: datetime) -> None:
    _set(job_id, status=JobStatus.DONE, ended_at=now, lease_until=None)


def fail(job_id: int, line: str, now: datetime) -> None:
    """End it with a sentence that says why. What earlier slices did stands."""
    _set(job_id, status=JobStatus.FAILED, line=line[:400], ended_at=now, lease_until=None)


def put_back(job_id: int, now: datetime) -> None:
    """Something broke: it is tried again, from the last slice."""
    _set(job_id, status=JobStatus.QUEUED, lease_until=None)


def _set(job_id: int, **values: Any) -> None:
    db.session.execute(update(Job).where(Job.id == job_id).values(**values))


def take_due(due: Due, now: datetime) -> tuple[bool, datetime]:
    """Whether this worker is the one to do it now; and from when it may be due again."""
    again = now + due.every
    row = db.session.scalar(select(DueThing).where(DueThing.name == due.name))
    if row is None:
        db.session.add(DueThing(name=due.name, due_at=again))
        db.session.flush()
        return True, again
    if row.due_at > now:
        return False, row.due_at
    taken = db.session.execute(
        update(DueThing)
        .where(DueThing.id == row.id, DueThing.due_at == row.due_at)
        .values(due_at=again)
    )
    return taken.rowcount == 1, again  # type: ignore[attr-defined]
