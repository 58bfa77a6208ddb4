"""The doors of the inspection bundle: making one, its index, taking it away, checking a copy."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.inspecting import making, queries, rules
from lms.inspecting.forms import CheckForm
from lms.inspecting.models import InspectionBundle
from lms.inspecting.zips import Checked, checked, entries
from lms.jobs.services import ask
from lms.sheets.pages import file_name
from lms.web import transaction
from lms.web.here import me, now, secret, settings
from lms.web.language import locale
from lms.web.uploads import kept

inspecting = Blueprint("inspecting", __name__, url_prefix="/inspecting")
AUDITS, CLASSES, EXAMS = Permission.READ_AUDIT, Permission.RUN_TRAINING, Permission.RUN_EXAMS


@inspecting.get("/bundles")
@needs(CLASSES, EXAMS, AUDITS)
def bundles():
    def paths(permission: Permission) -> list[str]:
        return [held.path for held in me().granting([permission, AUDITS])]

    return render_template(
        "inspecting/bundles.html",
        bundles=queries.bundles(),
        classes=queries.classes(paths(CLASSES)),
        assessments=queries.assessments(paths(EXAMS), None if _audits() else me().id),
        days=rules.KEPT.days,
    )


@inspecting.get("/classes/<int:class_id>")
@needs(CLASSES, AUDITS)
def of_class(class_id: int):
    return _about({"class_id": class_id})


@inspecting.post("/classes/<int:class_id>")
@needs(CLASSES, AUDITS)
def bundle_class(class_id: int):
    return _ask(making.OF_CLASS, {"class_id": class_id}, url_for(".of_class", class_id=class_id))


@inspecting.get("/assessments/<int:assessment_id>")
@needs(EXAMS, AUDITS)
def of_assessment(assessment_id: int):
    return _about({"assessment_id": assessment_id})


@inspecting.post("/assessments/<int:assessment_id>")
@needs(EXAMS, AUDITS)
def bundle_assessment(assessment_id: int):
    back = url_for(".of_assessment", assessment_id=assessment_id)
    return _ask(making.OF_ASSESSMENT, {"assessment_id": assessment_id}, back)


def _about(whose: dict[str, int]):
    """What a bundle of it would hold, and those that were made."""
    found = making.about(whose)
    making.refuse_strangers(found, me().id, _audits())
    return render_template(
        "inspecting/about.html",
        found=found,
        of_class="class_id" in whose,
        bundles=queries.bundles(**whose),
        days=rules.KEPT.days,
    )


def _ask(kind: str, whose: dict[str, int], back: str):
    """In the background, with the permission of who asks."""
    found = making.about(whose)
    making.refuse_strangers(found, me().id, _audits())
    args = {**whose, "by": me().id, "name": me().name, "audits": _audits(), "url": back}
    args["language"] = locale()
    job = ask(making.FOR_AUDIT if _audits() else kind, args, me().id, now())
    return redirect(url_for("jobs.job", job_id=job.id), 303)


def _audits() -> bool:
    return me().may(AUDITS)


# ── one of them ─────────────────────────────────────────────────────────────────────────────────


@inspecting.get("/bundles/<int:inspection_bundle_id>")
@needs(CLASSES, EXAMS, AUDITS)
def bundle(inspection_bundle_id: int):
    return _bundle(queries.bundle(inspection_bundle_id), CheckForm())


@inspecting.get("/bundles/<int:inspection_bundle_id>.zip")
@needs(CLASSES, EXAMS, AUDITS)
def download(inspection_bundle_id: int):
    found = queries.bundle(inspection_bundle_id)
    rules.refuse_gone(found.stored)
    data = kept(settings().var, making.FOLDER, found.stored, secret("cipher"))
    facts: dict[str, Any] = {"org_id": found.org_id, "bundle": found.id, "digest": found.digest}
    whom = f"assessment {found.assessment_id}" if found.assessment_id else ""
    whom = whom or f"training_class {found.class_id}"
    note = partial(record, "download inspection bundle", now(), whom=whom, **facts)
    transaction.afterwards(note)
    name = file_name(f"{found.title} {found.made_at:%Y%m%d}", ".zip")
    return send_file(BytesIO(data), "application/zip", as_attachment=True, download_name=name)


@inspecting.post("/bundles/<int:inspection_bundle_id>/check")
@needs(CLASSES, EXAMS, AUDITS)
def check(inspection_bundle_id: int):
    found, form = queries.bundle(inspection_bundle_id), CheckForm.filled()
    if not form.validate():
        return _bundle(found, form), 422
    sent = form.file.data
    verdict = checked(sent.read(), sent.filename or "", entries(found.files))
    return _bundle(found, form, verdict)


def _bundle(found: InspectionBundle, form: CheckForm, verdict: Checked | None = None):
    return render_template(
        "inspecting/bundle.html",
        found=found,
        files=entries(found.files),
        form=form,
        verdict=verdict,
        until=found.made_at + rules.KEPT,
        title=_("检查材料：%(title)s", title=found.title),
    )
