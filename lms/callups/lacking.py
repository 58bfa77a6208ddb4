"""The doors of 长期不训: a list by unit, its workbook, and what the city calls long."""

from functools import partial
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.callups import untrained
from lms.callups.calls import callups
from lms.callups.forms import LimitsForm, UnitForm
from lms.callups.rules import AUDIENCE_NAMES, Audience
from lms.callups.showing import untrained_page
from lms.callups.views import RUNS
from lms.errors import NotAllowed
from lms.orgs.models import OrgUnit
from lms.orgs.queries import mine, top
from lms.people.rules import POST_NAMES
from lms.sheets.pages import file_name
from lms.sheets.writing import workbook_bytes
from lms.web import transaction
from lms.web.here import me, now, settings, today

SEES, TAKES = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@callups.get("/untrained")
@needs(SEES)
def long_untrained():
    form = UnitForm.asked()
    org, page = _unit(form), form.chosen
    found = untrained.untrained(org.path, today())
    shown = found[(page - 1) * untrained.PAGE : page * untrained.PAGE]
    return render_template(
        "callups/long_untrained.html",
        org=org,
        total=len(found),
        parts=untrained.parts(org, found),
        audiences=untrained.by_audience(found),
        limits=untrained.limits(),
        rows=shown,
        lines=untrained.unit_lines(shown),
        page=page,
        size=untrained.PAGE,
        names=AUDIENCE_NAMES,
        posts=POST_NAMES,
        sets=_sets(),
        now=now(),
    )


def _unit(form: UnitForm) -> OrgUnit:
    """The unit asked for, if this person answers for it; else the first of the own."""
    chosen = form.unit.data if form.validate() else None
    return mine(chosen or next(iter(me().units(SEES, TAKES))))


@callups.get("/untrained.xlsx")
@needs(TAKES)
def untrained_file():
    org = _unit(UnitForm.asked())
    found = untrained.untrained(org.path, today())
    page = untrained_page(org, found, untrained.unit_lines(found), today(), settings())
    file = file_name(_("长期不训名单-%(unit)s", unit=org.name))
    note = partial(record, "export", now(), org_id=org.id, file=file, rows=len(found))
    transaction.afterwards(note)
    data = BytesIO(workbook_bytes([page], now()))
    return send_file(data, mimetype=XLSX, as_attachment=True, download_name=file)


@callups.route("/untrained/limits", methods=["GET", "POST"])
@needs(RUNS)
def limits():
    city = top()
    if city is None or not _sets():
        raise NotAllowed("这项设置由市里统一规定，您可以查看名单。")
    form = LimitsForm.filled(data={one.value: n for one, n in untrained.limits().items()})
    if request.method == "POST" and form.validate():
        untrained.set_limits(city.id, form.years(), now(), me().id)
        flash(_("已保存，名单按新的年限列出。"), "ok")
        return redirect(url_for(".long_untrained"), 303)
    page = render_template("callups/limits.html", form=form, audiences=Audience)
    return page, 422 if form.errors else 200


def _sets() -> bool:
    """The city says for all what is long."""
    city = top()
    return city is not None and me().covers(city.path, RUNS)
