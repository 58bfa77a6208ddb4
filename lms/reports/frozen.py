"""The doors of a frozen table: kept, looked at, approved, signed, printed, compared."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.reports import freezing, frozen_showing, services
from lms.reports.forms import TableForm
from lms.reports.freezing import frozen_table
from lms.reports.frozen_forms import BehindForm, FreezeForm, PageForm, SentForm, SignForm
from lms.reports.measures import Count
from lms.reports.models import FrozenTable
from lms.reports.sheets import reports
from lms.reports.views import XLSX
from lms.web import transaction
from lms.web.here import me, now, today

SEE, EXPORT = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS


def _report(cohort_id: int, form: TableForm, may: Permission) -> services.Report:
    paths = [held.path for held in me().granting([may])]
    how: dict[str, Any] = {"every": bool(form.every.data), "opening": bool(form.opening.data)}
    under = form.under.data
    return services.completion(cohort_id, paths, under, form.level, form.day, today=today(), **how)


def _url(frozen_table_id: int) -> str:
    return url_for(".frozen", frozen_table_id=frozen_table_id)


def _may_approve(one: FrozenTable) -> bool:
    return freezing.next_in_line(one, me(), EXPORT)


@reports.get("/frozen")
@needs(SEE)
def frozen_tables():
    page = frozen_showing.shelf(PageForm.given().first.data or 0)
    return render_template("reports/frozen_tables.html", state=frozen_showing.state, **page)


@reports.route("/cohorts/<int:cohort_id>/freeze", methods=["GET", "POST"])
@needs(EXPORT)
def freeze(cohort_id: int):
    if request.method == "GET":
        form = FreezeForm.given()
        report = _report(cohort_id, form, EXPORT)
        page = frozen_showing.wanted(report, form)
        return render_template("reports/freeze.html", report=report, form=form, **page)
    form = FreezeForm.sent()
    report = _report(cohort_id, form, EXPORT)
    every, why = bool(form.every.data), (form.why.data or "").strip()
    made = freezing.freeze(report, frozen_showing.said(report), every, why, me(), now())
    note("freeze table", made, version=made.version, persons=made.persons)
    flash(_("已定稿：第 %(n)s 版。以后名单和成绩再变，这一版也不变。", n=made.version), "ok")
    return redirect(_url(made.id), 303)


@reports.get("/frozen/<int:frozen_table_id>")
@needs(SEE)
def frozen(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    page = frozen_showing.page(one, _may_approve(one))
    forms = {"sign_form": SignForm(), "sent_form": SentForm()}
    return render_template("reports/frozen.html", one=one, **forms, **page)


@reports.get("/frozen/<int:frozen_table_id>/print")
@needs(SEE)
def frozen_print(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    page = frozen_showing.on_paper(one)
    return render_template("reports/frozen_print.html", one=one, **page)


@reports.get("/frozen/<int:frozen_table_id>/names")
@needs(SEE)
def frozen_names(frozen_table_id: int):
    one, form = frozen_table(frozen_table_id), BehindForm.given()
    count, line = Count(form.measure.data), form.line.data or ""
    page = frozen_showing.names(one, count, line, form.first.data or 0)
    return render_template("reports/frozen_names.html", one=one, **page)


@reports.get("/frozen/<int:frozen_table_id>/now")
@needs(SEE)
def frozen_now(frozen_table_id: int):
    """Why the same table is another today."""
    one = frozen_table(frozen_table_id)
    form = TableForm(data=frozen_showing.asked(one) | {"as_of": today()}, meta={"csrf": False})
    report = _report(one.cohort_id, form, SEE)
    page = frozen_showing.since(one, report)
    return render_template("reports/frozen_now.html", one=one, report=report, **page)


@reports.get("/frozen/<int:frozen_table_id>/table.xlsx")
@needs(EXPORT)
def frozen_file(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    name, data = frozen_showing.workbook(one)
    transaction.afterwards(partial(note, "export", one, file=name))
    return send_file(BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


@reports.post("/frozen/<int:frozen_table_id>/approve")
@needs(EXPORT)
def approve(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    freezing.approve(one, me(), _may_approve(one), now())
    note("approve table", one)
    flash(_("已审核。"), "ok")
    return redirect(_url(one.id), 303)


@reports.post("/frozen/<int:frozen_table_id>/sign")
@needs(EXPORT)
def sign(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    made = freezing.sign(one, SignForm.sent().paper, me(), now())
    who = {"checked": made.checked, "issued": made.issued, "on": made.signed_on.isoformat()}
    note("enter signatures", one, **who)
    flash(_("已记下纸上的签字。"), "ok")
    return redirect(_url(one.id), 303)


@reports.post("/frozen/<int:frozen_table_id>/compare")
@needs(SEE)
def compare(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    found = frozen_showing.checked(one, SentForm.sent().cells)
    return render_template("reports/compare.html", one=one, **found)


def note(act: str, one: FrozenTable, **facts) -> None:
    """The digest stands in the log, where it is sealed."""
    record(act, now(), whom=one, org_id=one.org_id, digest=one.digest, **facts)
