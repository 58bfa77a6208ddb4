"""The doors of who arranges an assessment: setting it, changing it, exceptions, who is named."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.bank.showing import weighed
from lms.errors import Refusal
from lms.exams import allowing, counting, deferring, queries, setting
from lms.exams.asking import (
    AllowForm,
    AssessmentForm,
    ChangeForm,
    SearchForm,
    ShownForm,
    WhomForm,
)
from lms.exams.forms import OfficerForm
from lms.exams.models import Assessment
from lms.exams.views import RUN, exams
from lms.papers.queries import releases
from lms.people.queries import names
from lms.web.here import me, now, today
from lms.web.refusals import said

# ── setting and changing ────────────────────────────────────────────────────────────────────────


@exams.route("/assessments/new", methods=["GET", "POST"])
@needs(RUN)
def new():
    form = AssessmentForm.filled().offer(me().units(RUN), releases())
    if request.method == "GET" or not form.validate():
        return _page("exams/new.html", form)
    beside = dict(zip(("dealt", "resits"), form.beside, strict=True))
    try:
        made = setting.set_assessment(
            form.setting(), form.chosen, weighed, now(), me().id, **beside
        )
    except Refusal as refusal:
        return _page("exams/new.html", form, said(refusal))
    return redirect(url_for(".assessment", assessment_id=made.id), 303)


@exams.route("/assessments/<int:assessment_id>/edit", methods=["GET", "POST"])
@needs(RUN)
def edit(assessment_id: int):
    """All but its papers while nobody has sat it; afterwards a later close, and what is shown."""
    found = allowing.arranged(assessment_id)
    begun = queries.begun(assessment_id)
    kind = ShownForm if begun else ChangeForm
    form = kind.filled(data=kind.of(found))
    if request.method == "GET" or not form.validate():
        return _page("exams/edit.html", form, assessment=found, begun=begun)
    try:
        changed = setting.change(found, form.facts(), now())
    except Refusal as refusal:
        return _page("exams/edit.html", form, said(refusal), assessment=found, begun=begun)
    flash(_("已修改。") if changed else _("没有改动。"), "ok")
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)


def _page(name: str, form: ShownForm, fault: str = "", **shown: Any):
    page = render_template(name, form=form, fault=fault, **shown)
    return page, 422 if form.errors or fault else 200


# ── exceptions ──────────────────────────────────────────────────────────────────────────────────


@exams.get("/assessments/<int:assessment_id>/exceptions")
@needs(RUN)
def exceptions(assessment_id: int):
    form = WhomForm.asked()
    found = allowing.arranged(assessment_id)
    return _exceptions(found, form.candidate.data, form.unit.data, AllowForm())


@exams.post("/assessments/<int:assessment_id>/exceptions/search")
@needs(RUN)
def find_candidate(assessment_id: int):
    """By a post: no name stands in an address."""
    sought = SearchForm.sent().q.data
    return _exceptions(allowing.arranged(assessment_id), None, None, AllowForm(), sought)


@exams.post("/assessments/<int:assessment_id>/exceptions")
@needs(RUN)
def allow(assessment_id: int):
    found, form = allowing.arranged(assessment_id), AllowForm.filled()
    whom = WhomForm.asked()
    if not form.validate():
        return _exceptions(found, whom.candidate.data, whom.unit.data, form)
    try:
        person_id, org_id = None, whom.unit.data
        if whom.candidate.data:
            person_id, org_id = counting.candidate(assessment_id, whom.candidate.data)[0], None
        by = {"now": now(), "by": me().id}
        allowing.allow(found, person_id=person_id, org_id=org_id, **form.given(), **by)
    except Refusal as refusal:
        fault = said(refusal)
        return _exceptions(found, whom.candidate.data, whom.unit.data, form, fault=fault)
    flash(_("已设为例外，正在考试的人马上生效。"), "ok")
    return redirect(url_for(".exceptions", assessment_id=assessment_id), 303)


@exams.post("/assessments/<int:assessment_id>/exceptions/<int:allowance_id>/end")
@needs(RUN)
def take_back(assessment_id: int, allowance_id: int):
    found = allowing.arranged(assessment_id)
    deferring.refuse_of_resit(allowance_id)
    allowing.take_back(found, allowance_id, now())
    flash(_("例外已撤销。"), "ok")
    return redirect(url_for(".exceptions", assessment_id=assessment_id), 303)


def _exceptions(
    found: Assessment,
    candidate_id: int | None,
    unit_id: int | None,
    form: AllowForm,
    sought: str = "",
    fault: str = "",
):
    """Whom an exception is for, what it gives, and what was given before."""
    made, board = allowing.made_for(found), counting.board(found, unit_id)
    shown = {
        "candidate": candidate_id and (candidate_id, *counting.candidate(found.id, candidate_id)),
        "board": board,
        "below": [(unit, far.candidates) for unit, far in board.rows],
        "whole": bool(unit_id),
        "people": allowing.searched(found, sought) if sought else [],
        "rows": made,
        "who": names(key for one, _unit in made for key in (one.person_id, one.made_by)),
    }
    page = render_template(
        "exams/exceptions.html", assessment=found, form=form, sought=sought, fault=fault, **shown
    )
    return page, 422 if form.errors or fault else 200


# ── who is named ────────────────────────────────────────────────────────────────────────────────


@exams.post("/assessments/<int:assessment_id>/officers")
@needs(RUN)
def name_officer(assessment_id: int):
    form = OfficerForm.sent(officers=queries.nameable(today()))
    setting.name_officer(queries.assessment(assessment_id), form.person_id.data, now())
    flash(_("已指定。"), "ok")
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)


@exams.post("/assessments/<int:assessment_id>/officers/<int:row_id>/remove")
@needs(RUN)
def unname_officer(assessment_id: int, row_id: int):
    setting.unname_officer(queries.assessment(assessment_id), row_id, now())
    flash(_("已取消指定。"), "ok")
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)
