"""How far a job is, in the words of a page that waits for it."""

from typing import Any

from flask_babel import gettext as _

from lms.jobs.models import Job
from lms.jobs.rules import JobStatus


def progress(job: Job | None) -> dict[str, Any]:
    """How far the work is, as a page that waits asks."""
    if job is None:
        return {"done": 0, "total": 0, "over": True, "line": ""}
    over = job.status in (JobStatus.DONE, JobStatus.FAILED)
    line = _(job.line) if job.line else _("排队中")
    return {"done": job.done, "total": job.total, "over": over, "line": line}


def failed(job: Job | None) -> str:
    """Why the work was broken off; "" while it goes on."""
    if job is None:
        return _("任务没有找到，请重新办理。")
    return _(job.line) if job.status is JobStatus.FAILED else ""
