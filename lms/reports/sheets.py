"""The doors of a table from above: sent, looked at, explained, taken away filled."""

from functools import partial
from io import BytesIO
from pathlib import Path

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.reports import filling, sheet_showing
from lms.reports.arranged import reports
from lms.reports.sheet_forms import ForgetForm, HeadsForm, SheetForm, WantedForm
from lms.reports.views import XLSX
from lms.training import queries as training
from lms.web import transaction
from lms.web.here import me, now, secret, settings

EXPORT = Permission.EXPORT_REPORTS


def _place() -> tuple[Path, str]:
    """The folder and the key under which files are kept."""
    return settings().var, secret("cipher")


def _form() -> SheetForm:
    return SheetForm.filled(units=me().units(EXPORT), cohorts=training.cohorts())


def _url(blank_sheet_id: int) -> str:
    return url_for(".sheet", blank_sheet_id=blank_sheet_id)


@reports.route("/sheets", methods=["GET", "POST"])
@needs(EXPORT)
def sheets():
    form = _form()
    if request.method == "GET" or not form.validate():
        code = 200 if request.method == "GET" else 422
        return render_template("reports/sheets.html", form=form, rows=filling.sheets()), code
    made = filling.receive(form.unit.data, form.found, form.wanted, _place(), me().id, now())
    record("receive sheet", now(), whom=made, org_id=made.org_id, file=made.name, size=made.size)
    return redirect(_url(made.id), 303)


@reports.get("/sheets/<int:blank_sheet_id>")
@needs(EXPORT)
def sheet(blank_sheet_id: int):
    plan = filling.plan(filling.sheet(blank_sheet_id), _place())
    one = plan.sheet
    said = {"cohort": one.cohort_id, "as_of": one.as_of, "opening": one.opening}
    form = WantedForm(cohorts=training.cohorts(), data=said)
    return render_template("reports/sheet.html", plan=plan, form=form, **sheet_showing.page(plan))


@reports.post("/sheets/<int:blank_sheet_id>/heads")
@needs(EXPORT)
def explain(blank_sheet_id: int):
    one = filling.sheet(blank_sheet_id)
    for row in filling.answer(one, HeadsForm.sent().answers(), me().id, now()):
        record("learn head", now(), whom=row, org_id=one.org_id, meaning=row.meaning)
    flash(_("已记住，下次同样的表不再问。"), "ok")
    return redirect(_url(one.id), 303)


@reports.post("/sheets/<int:blank_sheet_id>/forget")
@needs(EXPORT)
def unlearn(blank_sheet_id: int):
    one = filling.sheet(blank_sheet_id)
    filling.forget(one, ForgetForm.sent().words.data)
    return redirect(_url(one.id), 303)


@reports.post("/sheets/<int:blank_sheet_id>/list")
@needs(EXPORT)
def choose_list(blank_sheet_id: int):
    one = filling.sheet(blank_sheet_id)
    filling.choose(one, WantedForm.sent(cohorts=training.cohorts()).wanted)
    return redirect(_url(one.id), 303)


@reports.post("/sheets/<int:blank_sheet_id>/drop")
@needs(EXPORT)
def drop_sheet(blank_sheet_id: int):
    filling.drop(filling.sheet(blank_sheet_id), settings().var)
    flash(_("已删除这张表；记住的说法还在。"), "ok")
    return redirect(url_for(".sheets"), 303)


@reports.get("/sheets/<int:blank_sheet_id>/filled.xlsx")
@needs(EXPORT)
def filled_sheet(blank_sheet_id: int):
    plan = filling.plan(filling.sheet(blank_sheet_id), _place())
    one, cells = plan.sheet, sum(map(len, plan.cells.values()))
    note = partial(record, "export", now(), whom=one, org_id=one.org_id, file=one.name, cells=cells)
    transaction.afterwards(note)
    data = BytesIO(plan.file())
    name = sheet_showing.file_of(one)
    return send_file(data, mimetype=XLSX, as_attachment=True, download_name=name)
