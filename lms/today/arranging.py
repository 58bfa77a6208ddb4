"""The doors of the calendar: which years are known, from which notice; a year is entered."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import NotAllowed, Refusal
from lms.holidays import keeping as calendars
from lms.holidays.days import spans_in
from lms.today.chasing import today
from lms.today.desks import DESK
from lms.today.forms import HolidaysForm
from lms.web.here import me, now, settings
from lms.web.here import today as this_day
from lms.web.refusals import said

__all__ = ["today"]
KEEPS = Permission.KEEP_SYSTEM


@today.route("/holidays", methods=["GET", "POST"])
@needs(*DESK)
def holidays():
    var, fault = settings().var, ""
    lacking = calendars.lacking(var, this_day())
    form = HolidaysForm.filled(data={"year": lacking[0] if lacking else this_day().year})
    if request.method == "POST" and _may(form):
        try:
            calendars.say(**form.written(), now=now(), by=me().id)
            flash(_("已录入 %(year)s 年的安排。", year=form.year.data), "ok")
            return redirect(url_for(".holidays"), 303)
        except Refusal as refusal:
            fault = said(refusal)
    known = list(calendars.known(var).values())[::-1]
    years = [(one, list(spans_in(one.rest)), list(spans_in(one.work))) for one in known]
    shown = {"years": years, "lacking": lacking, "keeps": me().may(KEEPS)}
    page = render_template("today/holidays.html", form=form, fault=fault, **shown)
    return page, 422 if form.errors or fault else 200


def _may(form: HolidaysForm) -> bool:
    if not me().may(KEEPS):
        raise NotAllowed("节假日安排由系统管理员录入。")
    return form.validate()
