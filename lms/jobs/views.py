"""Jobs: asked for, watched, left, found again."""

from flask import Blueprint, jsonify, render_template
from flask_babel import gettext as _

from lms.access.permissions import SIGNED_IN, needs
from lms.jobs import queries
from lms.jobs.models import Job
from lms.jobs.rules import ASKING, STATUS_NAMES, JobStatus
from lms.web.here import handlers

jobs = Blueprint("jobs", __name__, url_prefix="/jobs")


@jobs.get("/")
@needs(*ASKING)
def recent():
    return render_template(
        "jobs/recent.html", jobs=queries.jobs(), names=STATUS_NAMES, handlers=handlers()
    )


@jobs.get("/<int:job_id>")
@needs(SIGNED_IN)
def job(job_id: int):
    found = queries.job(job_id)
    return render_template(
        "jobs/job.html", job=found, title=handlers()[found.kind].title, over=_over(found)
    )


@jobs.get("/<int:job_id>/progress")
@needs(SIGNED_IN)
def progress(job_id: int):
    found = queries.job(job_id)
    return jsonify(
        done=found.done,
        total=found.total,
        over=_over(found),
        line=_(found.line) if found.line else _(STATUS_NAMES[found.status]),
        url=found.result.get("url") if found.status is JobStatus.DONE else None,
    )


def _over(found: Job) -> bool:
    return found.status in (JobStatus.DONE, JobStatus.FAILED)
