"""The doors of who stands on a list: 缓训 is asked for, and its answer read."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import Refusal
from lms.training import relieving, requesting
from lms.training.asking import DeferralForm
from lms.training.exempting import WORDS
from lms.training.offering import training
from lms.web.here import me, now, today
from lms.web.refusals import said

LEARN = Permission.LEARN


@training.get("/mine/reliefs")
@needs(LEARN)
def own_reliefs():
    found = requesting.own(me().id)
    return render_template(
        "training/own_reliefs.html",
        reliefs=found,
        lists=requesting.own_lists(me().id, today()),
        stands={one.id: relieving.stands(one, today()) for one in found},
        below={one.id for one in found if relieving.waits_below(one)},
        **WORDS,
    )


@training.route("/mine/cohorts/<int:cohort_id>/deferral", methods=["GET", "POST"])
@needs(LEARN)
def ask_deferral(cohort_id: int):
    place, fault = requesting.own_list(me().id, cohort_id, today()), ""
    form = DeferralForm.filled(data={"from_on": today()})
    if request.method == "POST" and form.validate():
        try:
            requesting.ask(place, form.wanted, now())
            flash(_("已提出缓训申请，办理结果会显示在首页。"), "ok")
            return redirect(url_for(".own_reliefs"), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template(
        "training/ask_deferral.html", cohort=place.cohort, form=form, fault=fault
    )
    return page, 422 if form.errors or fault else 200


@training.post("/mine/reliefs/<int:relief_id>/withdraw")
@needs(LEARN)
def withdraw_relief(relief_id: int):
    requesting.withdraw(relieving.relief(relief_id), me().id, now())
    return redirect(url_for(".own_reliefs"), 303)
