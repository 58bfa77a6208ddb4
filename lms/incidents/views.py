"""The doors of 重大事项: reporting one, reading it, deciding on it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import Conflict, Refusal
from lms.incidents import queries, services
from lms.incidents.forms import DecisionForm, ReportForm
from lms.incidents.queries import READS
from lms.incidents.rules import KIND_NAMES, STATE_NAMES
from lms.web.here import me, now, today
from lms.web.refusals import said, status

incidents = Blueprint("incidents", __name__, url_prefix="/incidents")
# Officers; class managers; who invigilates; who teaches.
REPORTS = (READS, Permission.RUN_CLASS, Permission.INVIGILATE, Permission.KEEP_BANK)
NAMES = {"kinds": KIND_NAMES, "states_of": STATE_NAMES, "stands": services.stands}


@incidents.get("/")
@needs(*REPORTS)
def shelf():
    found = queries.incidents(me())
    return render_template("incidents/shelf.html", incidents=found, reads=me().may(READS), **NAMES)


@incidents.route("/report", methods=["GET", "POST"])
@needs(*REPORTS)
def report():
    asked = {name: request.args.get(name, 0, int) for name in ("training_class", "assessment")}
    offered = {
        "units": me().units(*REPORTS),
        "classes": queries.classes(me(), today()),
        "assessments": queries.assessments(today()),
    }
    form, fault = ReportForm.filled(data=asked, **offered), ""
    if request.method == "POST" and form.validate():
        try:
            made = services.report(form.report, me(), now())
            flash(_("已报告，本单位和上级的培训管理员会在首页看到。"), "ok")
            return redirect(url_for(".incident", incident_id=made.id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template("incidents/report.html", form=form, fault=fault)
    return page, 422 if form.errors or fault else 200


@incidents.get("/<int:incident_id>")
@needs(*REPORTS)
def incident(incident_id: int):
    return _page(incident_id, DecisionForm())


@incidents.post("/<int:incident_id>/read")
@needs(READS)
def read(incident_id: int):
    services.read(queries.incident(incident_id, me()), me(), now())
    return redirect(url_for(".incident", incident_id=incident_id), 303)


@incidents.post("/<int:incident_id>/decide")
@needs(READS)
def decide(incident_id: int):
    form = DecisionForm.filled()
    if not form.validate():
        return _page(incident_id, form), 422
    found = queries.incident(incident_id, me())
    try:
        services.decide(found, form.decided.data.strip(), form.left, me(), now())
    except Conflict as refusal:  # what was typed is kept: there is no field for it any more
        return _page(incident_id, form, said(refusal)), status(refusal)
    flash(_("已记下处置决定。"), "ok")
    return redirect(url_for(".incident", incident_id=incident_id), 303)


def _page(incident_id: int, form: DecisionForm, fault: str = ""):
    found = queries.incident(incident_id, me())
    return render_template(
        "incidents/incident.html",
        found=found,
        form=form,
        fault=fault,
        decides=me().covers(found.org.path, READS),
        **NAMES,
    )
