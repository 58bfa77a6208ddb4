"""Completion tables: on the screen, behind each number, and as a workbook."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank import queries as bank
from lms.bank.finding import lines
from lms.bank.rules import Pool
from lms.bank.views import note_looks
from lms.psychometrics.items import ENOUGH
from lms.reports import defined, defining, sending, services, showing, using
from lms.reports.forms import DefineForm, NamesForm, TableForm
from lms.reports.measures import Count
from lms.reports.tables import KINDS
from lms.sheets.writing import page_csv, workbook_bytes
from lms.training import queries as training
from lms.web import transaction
from lms.web.here import me, now, today

reports = Blueprint("reports", __name__, url_prefix="/reports")
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def paths() -> list[str]:
    """The subtrees for whose people the reader answers."""
    return [held.path for held in me().granting([Permission.SEE_REPORTS])]


def asked(cohort_id: int, form: TableForm) -> services.Report:
    """The table that an address asks for."""
    how: dict[str, Any] = {"every": bool(form.every.data), "opening": bool(form.opening.data)}
    how |= {"only": form.only, "sort": form.sort.data or ""}
    under = form.under.data
    return services.completion(
        cohort_id, paths(), under, form.level, form.day, today=today(), **how
    )


@reports.get("/")
@needs(Permission.SEE_REPORTS)
def cohorts():
    return render_template("reports/cohorts.html", cohorts=training.cohorts())


@reports.get("/measures")
@needs(Permission.SEE_REPORTS)
def measures():
    page = defined.dictionary(defining.own(), services.way_of(paths()), today())
    return render_template("reports/measures.html", **page)


@reports.route("/measures/new", methods=["GET", "POST"])
@needs(Permission.RUN_TRAINING)
def define():
    form = DefineForm.filled(units=me().units(Permission.RUN_TRAINING))
    if request.method == "GET" or not form.validate():
        code = 200 if request.method == "GET" else 422
        return render_template("reports/define.html", form=form), code
    made = defining.define(form.wanted, form.unit.data, me().id, now())
    record("define measure", now(), whom=made, org_id=made.org_id, code=made.code)
    flash(_("已保存为第 %(n)s 版，从起用日期起生效。", n=made.version), "ok")
    return redirect(url_for(".measures"), 303)


@reports.get("/questions/<int:question_id>")
@needs(Permission.SEE_BANK)
def use(question_id: int):
    """Where a question stood, and how it did; of those who answered, numbers alone."""
    entry = bank.entry(question_id)
    line = lines([entry.id])[0]
    note_looks([line] if line.pool is Pool.EXAM else [])
    page = {
        "did": using.did(entry.id),
        "stood": using.stood(entry.id),
        "shelf": bank.bank(entry.bank_id),
    }
    return render_template("reports/use.html", entry=entry, line=line, enough=ENOUGH, **page)


@reports.get("/cohorts/<int:cohort_id>")
@needs(Permission.SEE_REPORTS)
def completion(cohort_id: int):
    form = TableForm.given()
    report = asked(cohort_id, form)
    page = showing.completion(report, form, paths()) | {"text": sending.text_of_table(report)}
    return render_template("reports/completion.html", report=report, form=form, **page)


@reports.get("/cohorts/<int:cohort_id>/completion.xlsx")
@needs(Permission.EXPORT_REPORTS)
def export(cohort_id: int):
    return _completion(cohort_id, XLSX)


@reports.get("/cohorts/<int:cohort_id>/completion.csv")
@needs(Permission.EXPORT_REPORTS)
def completion_csv(cohort_id: int):
    return _completion(cohort_id, CSV)


def _completion(cohort_id: int, kind: str):
    report = asked(cohort_id, TableForm.given())
    sheet = showing.completion_sheet(report, me().name)
    return _file(sheet, report, len(report.table.lines), kind)


@reports.get("/cohorts/<int:cohort_id>/names")
@needs(Permission.SEE_REPORTS)
def names(cohort_id: int):
    form = NamesForm.given()
    report = asked(cohort_id, form)
    count, first = Count(form.measure.data), form.first.data or 0
    found, whole = services.names(report, count, form.line.data or "", first)
    page = showing.names(report, form, first, len(found), whole)
    return render_template("reports/names.html", report=report, form=form, found=found, **page)


@reports.get("/cohorts/<int:cohort_id>/names.xlsx")
@needs(Permission.EXPORT_REPORTS)
def export_names(cohort_id: int):
    return _names(cohort_id, XLSX)


@reports.get("/cohorts/<int:cohort_id>/names.csv")
@needs(Permission.EXPORT_REPORTS)
def names_csv(cohort_id: int):
    return _names(cohort_id, CSV)


def whose(cohort_id: int, form: NamesForm) -> services.Report:
    """Whose names an address asks for; a group's line has its name from the table alone."""
    how: dict[str, Any] = {"opening": bool(form.opening.data), "only": form.only}
    under = form.under.data
    found = services.ground(cohort_id, paths(), under, form.level, form.day, **how)
    named = not form.line.data or found.level in KINDS
    return services.uncounted(found) if named else asked(cohort_id, form)


def _names(cohort_id: int, kind: str):
    form = NamesForm.given()
    report = whose(cohort_id, form)
    count = Count(form.measure.data)
    found, whole = services.names(report, count, form.line.data or "", most=None)
    return _file(showing.names_sheet(report, form, found, me().name), report, whole, kind)


def _file(sheet: showing.Sheet, report: services.Report, rows: int, kind: str):
    """The workbook or the csv, and a line in the log that it was taken away."""
    name = sheet.file if kind == XLSX else f"{sheet.file.removesuffix('.xlsx')}.csv"
    facts: dict[str, Any] = {
        "whom": report.cohort,
        "org_id": report.root.id,
        "file": name,
        "rows": rows,
    }
    transaction.afterwards(partial(record, "export", now(), **facts))
    made = workbook_bytes([sheet.page], now()) if kind == XLSX else page_csv(sheet.page)
    return send_file(BytesIO(made), mimetype=kind, as_attachment=True, download_name=name)
