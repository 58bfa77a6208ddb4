"""The doors of the officers named for an assessment: reading, keys, publication."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.db import find
from lms.errors import NotAllowed, NotFound, Refusal
from lms.exams import late, rekeying, releasing, sits
from lms.exams import queries as exams
from lms.exams.models import Assessment
from lms.exams.rules import Publishing
from lms.marking import appealing, owning, queries, services
from lms.marking.forms import KeyForm, MarkerForm, PaymentForm, PlanForm
from lms.marking.models import Script
from lms.marking.views import RUN, marking
from lms.web import transaction
from lms.web.here import me, now, roll, today
from lms.web.refusals import said


def named(assessment_id: int) -> Assessment:
    """An assessment, for the officers named for it."""
    found = exams.assessment(assessment_id)
    if exams.named(found.id, me().id) is None:
        raise NotAllowed("只有本次测评的指定人员可以办理阅卷、改答案和公布成绩。")
    return found


def _back(assessment: Assessment):
    return redirect(url_for(".assessment", assessment_id=assessment.id), 303)


@marking.get("/assessments/<int:assessment_id>")
@needs(RUN)
def assessment(assessment_id: int):
    """All that is left to do before and after the results of an assessment are published."""
    found = named(assessment_id)
    plan, written = queries.plan(found.id), queries.written(found.id)
    form = PlanForm(
        data={
            "twice": bool(plan and plan.twice),
            "most_apart": plan.most_apart if plan else 20,
            "appeal_days": found.appeal_days,
        }
    )
    shown = {
        "standing": releasing.standing(found),
        "late": len(late.waiting_in(found)),
        "in_one_act": found.publishing is Publishing.IN_ONE_ACT,
        "written": written,
        "markers": queries.markers(found.id),
        "progress": queries.progress(found.id),
        "form": form,
        "marker": _marker_form(found, written),
        "appeals": appealing.waiting(found.id),
    }
    return render_template("marking/assessment.html", assessment=found, **shown)


def _marker_form(found: Assessment, written: Any) -> MarkerForm:
    labels = [(one.version_id, _("第 %(n)s 题", n=one.slot)) for one in written]
    questions = list(dict(labels).items())
    return MarkerForm.filled(persons=exams.nameable(today(), Permission.MARK), questions=questions)


@marking.post("/assessments/<int:assessment_id>/plan")
@needs(RUN)
def keep_plan(assessment_id: int):
    found, form = named(assessment_id), PlanForm.sent()
    values = (form.twice.data, form.most_apart.data, form.appeal_days.data)
    owning.keep_plan(found, *values, roll(), now())
    flash(_("已保存。"), "ok")
    return _back(found)


@marking.post("/assessments/<int:assessment_id>/markers")
@needs(RUN)
def name_marker(assessment_id: int):
    found = named(assessment_id)
    form = _marker_form(found, queries.written(found.id))
    if not form.validate():
        raise NotFound("没有找到，或不在您的权限范围内。")
    version_id = owning.question_for(found, form.question.data)
    owning.name_marker(found, form.person_id.data, version_id, now())
    flash(_("已指定。"), "ok")
    return _back(found)


@marking.post("/assessments/<int:assessment_id>/markers/<int:named_marker_id>/remove")
@needs(RUN)
def end_marker(assessment_id: int, named_marker_id: int):
    found = named(assessment_id)
    owning.end_marker(found, named_marker_id, now())
    flash(_("已取消指定。"), "ok")
    return _back(found)


@marking.post("/assessments/<int:assessment_id>/publication")
@needs(RUN)
def publish(assessment_id: int):
    found = named(assessment_id)
    job = releasing.ask_to_publish(found, now(), me().id)
    return redirect(url_for("jobs.job", job_id=job), 303)


# ── what a rubric pays ──────────────────────────────────────────────────────────────────────────


@marking.route("/scripts/<int:script_id>/rubric", methods=["GET", "POST"])
@needs(RUN)
def rubric(script_id: int):
    """What the lines of a written question pay in its assessment."""
    script = find(Script, script_id)
    found = named(script.assessment_id)
    sits.refuse_before_own(found.id, me().id, now())
    lines = queries.rubric(script)
    form = PaymentForm.filled(data={"points": [line.points for line in lines]})
    fault = ""
    if request.method == "POST" and form.validate():
        try:
            job = services.repay(found, script, form.pays, form.reason.data, now(), me().id)
            return redirect(url_for("jobs.job", job_id=job), 303)
        except Refusal as refusal:
            fault = said(refusal)
    transaction.afterwards(partial(record, "look at rubric", now(), whom=found))
    shown = {"form": form, "lines": lines, "fault": fault, "script": script}
    page = render_template("marking/rubric.html", assessment=found, asks=_asks(script), **shown)
    return page, 422 if form.errors or fault else 200


def _asks(script: Script):
    return queries.questions([script.version_id])[script.version_id].parts[script.part]


# ── keys ────────────────────────────────────────────────────────────────────────────────────────


@marking.get("/assessments/<int:assessment_id>/keys")
@needs(RUN)
def keys(assessment_id: int):
    """The questions by number alone: which of them is in doubt."""
    found = named(assessment_id)
    return render_template("marking/keys.html", assessment=found, asked=rekeying.asked_once(found))


@marking.route("/assessments/<int:assessment_id>/keys/<int:paper_slot_id>", methods=["GET", "POST"])
@needs(RUN)
def key(assessment_id: int, paper_slot_id: int):
    """One question with its key; another key is previewed, and then decided.

    The officer named sees it for this purpose alone, and the look is logged.
    """
    found = named(assessment_id)
    sits.refuse_before_own(found.id, me().id, now())
    one, form, fault, preview = rekeying.asked_at(found, paper_slot_id), KeyForm.filled(), "", None
    transaction.afterwards(partial(record, "look at key", now(), whom=found, slot=one.number))
    if request.method == "POST":
        try:
            typed = rekeying.read_key(one.slot, *form.typed())
            if form.confirmed:
                job = rekeying.rekey(found, one.slot, typed, form.reason.data or "", now(), me().id)
                return redirect(url_for("jobs.job", job_id=job), 303)
            preview = rekeying.preview(found, one.slot, typed)
        except Refusal as refusal:
            fault = said(refusal)
    shown = {"one": one, "form": form, "fault": fault, "preview": preview}
    page = render_template("marking/key.html", assessment=found, **shown)
    return page, 422 if fault else 200
