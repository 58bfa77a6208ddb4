"""The doors of an appeal: for who files it, and for the officers who decide."""

from datetime import UTC, timedelta
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank.pictures import keep_picture
from lms.bank.showing import shown_picture
from lms.clock import CITY_TIME, day_of
from lms.db import find
from lms.errors import NotFound, Refusal
from lms.exams import queries as exams
from lms.exams import sits
from lms.exams.models import Attempt
from lms.exams.rules import ToSit
from lms.holidays.keeping import calendar
from lms.marking import appealing
from lms.marking.forms import AppealForm, DecisionForm
from lms.marking.models import Appeal
from lms.marking.owners import named
from lms.marking.rules import ABOUT_NAMES, About
from lms.marking.views import RUN, marking
from lms.web import transaction
from lms.web.here import me, now, secret, settings
from lms.web.refusals import said

SIT = Permission.SIT_EXAM


@marking.route("/assessments/<int:assessment_id>/appeal", methods=["GET", "POST"])
@needs(SIT)
def appeal(assessment_id: int):
    """One's own appeals in an assessment, and a new one."""
    sit, attempt = sits.to_sit(me().id, assessment_id), _attempt(assessment_id)
    form, fault = AppealForm.filled(), ""
    if request.method == "POST" and form.validate():
        try:
            _file(sit, attempt, form)
            flash(_("申诉已提交，答复会写在这里。"), "ok")
            return redirect(request.url, 303)
        except Refusal as refusal:
            fault = said(refusal)
    result = exams.result_of(attempt.id) if attempt else None
    shown: dict[str, Any] = {
        "until": appealing.until(sit, result, calendar(settings().var)),
        "mine": appealing.own(assessment_id, me().id),
        "names": ABOUT_NAMES,
        "offered": [About.MISSED] if attempt is None else [a for a in About if a != About.MISSED],
    }
    shown["last"] = day_of(shown["until"]) - timedelta(days=1) if shown["until"] else None
    shown |= {"sit": sit, "attempt": attempt, "form": form, "fault": fault, "now": now()}
    return render_template("marking/appeal.html", **shown), 422 if fault or form.errors else 200


def _attempt(assessment_id: int) -> Attempt | None:
    """The attempt that the address names; one's own, of this assessment."""
    asked = request.args.get("attempt", type=int)
    if asked is None:
        return None
    found = exams.own_attempt(asked, me().id)
    if found.assessment_id != assessment_id:
        raise NotFound("没有找到这份答卷，或者它不是您的。")
    return found


def _file(sit: ToSit, attempt: Attempt | None, form: AppealForm) -> None:
    data, picture = form.bytes, None
    if data:
        picture = keep_picture(settings().var, data, secret("cipher"), now(), me().id)
    values = (About(form.about.data), form.slot.data, form.said.data, picture)
    appealing.appeal(sit, attempt, *values, me().id, now(), calendar(settings().var))


@marking.get("/appeals/<int:appeal_id>/picture")
@needs(SIT, RUN)
def appeal_picture(appeal_id: int):
    found = find(Appeal, appeal_id)
    if found.picture is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(found.picture)


@marking.get("/assessments/<int:assessment_id>/appeals")
@needs(RUN)
def appeals(assessment_id: int):
    found = named(assessment_id)
    transaction.afterwards(partial(record, "look at appeals", now(), whom=found))
    rows = appealing.appeals(found.id)
    places = {one.id: appealing.place_of(one) for one, _name, _unit in rows}
    shown = {"rows": rows, "names": ABOUT_NAMES, "places": places}
    return render_template("marking/appeals.html", assessment=found, **shown)


@marking.post("/appeals/<int:appeal_id>/decision")
@needs(RUN)
def decide(appeal_id: int):
    one, form = find(Appeal, appeal_id), DecisionForm.sent()
    found = named(one.assessment_id)
    typed = form.closes_at.data
    closes_at = typed.replace(tzinfo=CITY_TIME).astimezone(UTC) if typed else None
    accepted = form.accepted.data == "y"
    more = (form.minutes.data, closes_at)
    appealing.decide(one, accepted, form.answer.data, now(), me().id, more)
    flash(_("已答复，本人会看到。"), "ok")
    return redirect(url_for(".appeals", assessment_id=found.id), 303)
