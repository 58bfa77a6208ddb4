"""Records of training: one's own, another's, printed and confirmed; the yearly table of hours."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import OPEN, SIGNED_IN, Permission, needs
from lms.audit.services import record
from lms.certificates.rules import read_code
from lms.records import services, showing
from lms.records.forms import CodeForm, WholeForm, WhyForm, YearlyForm
from lms.sheets.writing import page_csv, workbook_bytes
from lms.web import transaction
from lms.web.here import address, me, now, settings, today

records = Blueprint("records", __name__)
SEES, EXPORTS = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# ── one's own ───────────────────────────────────────────────────────────────────────────────────


@records.get("/records/mine")
@needs(SIGNED_IN)
def mine():
    found = services.record_of(me().id, me(), today())
    return render_template("records/mine.html", **showing.record(found))


@records.post("/records/mine/copies")
@needs(SIGNED_IN)
def copy_mine():
    made = services.make_copy(services.record_of(me().id, me(), today()), me().id, now())
    return redirect(url_for(".printed_mine", record_copy_id=made.id), 303)


@records.get("/records/mine/copies/<int:record_copy_id>")
@needs(SIGNED_IN)
def printed_mine(record_copy_id: int):
    found = services.record_of(me().id, me(), today())
    copy = services.copy_of(record_copy_id, found.person.id)
    return render_template("records/printed.html", **showing.printed(found, copy))


# ── another's ───────────────────────────────────────────────────────────────────────────────────


@records.get("/records/<int:person_id>")
@needs(SEES)
def person(person_id: int):
    found, form = services.record_of(person_id, me(), today()), WholeForm.asked()
    transaction.afterwards(partial(services.note_look, found.person.id, now()))
    return render_template("records/person.html", whole=form.whole.data, **showing.record(found))


@records.post("/records/<int:person_id>/copies")
@needs(EXPORTS)
def copy_of(person_id: int):
    made = services.make_copy(services.record_of(person_id, me(), today()), me().id, now())
    return redirect(url_for(".printed", person_id=made.person_id, record_copy_id=made.id), 303)


@records.get("/records/<int:person_id>/copies/<int:record_copy_id>")
@needs(EXPORTS)
def printed(person_id: int, record_copy_id: int):
    found = services.record_of(person_id, me(), today())
    copy = services.copy_of(record_copy_id, found.person.id)
    return render_template("records/printed.html", **showing.printed(found, copy))


@records.get("/records/entries/<int:hour_entry_id>")
@needs(Permission.RUN_TRAINING)
def entry(hour_entry_id: int):
    page = showing.entry(services.entry(hour_entry_id, me(), today()))
    return render_template("records/entry.html", form=WhyForm(), **page)


@records.post("/records/entries/<int:hour_entry_id>/reverse")
@needs(Permission.RUN_TRAINING)
def reverse(hour_entry_id: int):
    why = WhyForm.sent().why.data or ""
    entry = services.take_back(hour_entry_id, why, me().id, now())
    flash(_("已冲销。原来的一条和冲销的一条都留在台账里。"), "ok")
    return redirect(url_for(".person", person_id=entry.person_id), 303)


# ── whoever holds a copy ────────────────────────────────────────────────────────────────────────


@records.get("/r/")
@needs(OPEN)
def check():
    return render_template("records/check.html", form=CodeForm())


@records.post("/r/")
@needs(OPEN)
def look_up():
    return redirect(url_for(".confirm", code=read_code(CodeForm.sent().code.data) or "-"), 303)


@records.get("/r/<code>")
@needs(OPEN)
def confirm(code: str):
    found = services.confirm(code, address(), now(), settings(), transaction.afterwards)
    return render_template("records/confirm.html", **showing.confirmed(found))


# ── the yearly table ────────────────────────────────────────────────────────────────────────────


@records.get("/records/yearly")
@needs(SEES)
def yearly():
    form = YearlyForm.given()
    return render_template("records/yearly.html", **showing.page(showing.asked(form), form))


@records.get("/records/yearly.xlsx")
@needs(EXPORTS)
def yearly_xlsx():
    return _yearly_file(XLSX)


@records.get("/records/yearly.csv")
@needs(EXPORTS)
def yearly_csv():
    return _yearly_file(CSV)


def _yearly_file(kind: str):
    table = showing.asked(YearlyForm.given())
    sheet = showing.sheet(table, me().name)
    name = sheet.file if kind == XLSX else f"{sheet.file.removesuffix('.xlsx')}.csv"
    facts: dict[str, Any] = {"file": name, "rows": len(table.lines)}
    note = partial(record, "export", now(), whom=table.root, org_id=table.root.id, **facts)
    transaction.afterwards(note)
    made = workbook_bytes([sheet.page], now()) if kind == XLSX else page_csv(sheet.page)
    return send_file(BytesIO(made), mimetype=kind, as_attachment=True, download_name=name)


@records.get("/records/yearly/names")
@needs(SEES)
def behind():
    form = YearlyForm.given()
    return render_template("records/behind.html", **showing.names_page(showing.asked(form), form))
