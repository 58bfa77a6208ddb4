"""Rosters: sent, read, looked at, confirmed, taken back."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.rules import Outcome
from lms.audit.services import record
from lms.jobs.showing import failed
from lms.jobs.showing import progress as progress_of
from lms.orgs import queries as orgs
from lms.people.queries import names
from lms.rosters import queries, services, showing, workbooks
from lms.rosters.forms import (
    AnswersForm,
    CompleteForm,
    ConfirmForm,
    EndingsForm,
    ListForm,
    ShowForm,
    UnitForm,
    UploadForm,
    post_choices,
)
from lms.rosters.jobs import house
from lms.rosters.models import RosterImport
from lms.rosters.opening import opened_draft
from lms.rosters.rules import STATE_NAMES, STATUS_NAMES, Status
from lms.sheets.pages import Page, file_name
from lms.sheets.writing import workbook_bytes
from lms.web import transaction
from lms.web.here import me, now, secret, settings, today

rosters = Blueprint("rosters", __name__, url_prefix="/rosters")
KEEP = Permission.KEEP_ROSTER
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@rosters.get("/")
@needs(KEEP)
def imports():
    page = ListForm.asked().chosen
    rows, total = queries.imports(page)
    shown = {"page": page, "total": total, "size": queries.PAGE, "states": STATE_NAMES}
    shown["names"] = names(one.uploaded_by for one in rows)
    return render_template("rosters/imports.html", rows=rows, **shown)


@rosters.get("/upload")
@needs(KEEP)
def upload():
    form = UploadForm.filled(units=me().units(KEEP))
    return render_template("rosters/upload.html", form=form)


@rosters.post("/upload")
@needs(KEEP)
def receive():
    form = UploadForm.filled(units=me().units(KEEP))
    if not form.validate():
        transaction.afterwards(partial(_note_refusal, [*form.files.errors], now()))
        return render_template("rosters/upload.html", form=form), 422
    unit = orgs.mine(form.unit.data)
    one = services.receive(unit, form.found, form.books, house(), me().id, now())
    return _read(one)


def _note_refusal(why: list[str], moment: Any) -> None:
    record("upload roster", moment, outcome=Outcome.REFUSED, why=[str(one) for one in why])


@rosters.get("/template.xlsx")
@needs(KEEP)
def template():
    unit = orgs.mine(UnitForm.asked(units=me().units(KEEP)).chosen)
    pages = workbooks.template(unit, *queries.named_units(unit))
    return _file(pages, _("%(unit)s干部名册模板", unit=unit.name))


@rosters.get("/<int:import_id>")
@needs(KEEP)
def roster(import_id: int):
    one = queries.roster(import_id)
    if one.busy:
        return _waiting(one)
    form = ShowForm.asked()
    status = form.status(one.counts, showing.ORDER)
    view = showing.view(one, status, form.chosen, settings().secrets)
    return render_template("rosters/roster.html", one=one, view=view, **_around(one))


def _waiting(one: RosterImport) -> str:
    job = queries.job_of(one)
    shown = {"why": failed(job), "states": STATE_NAMES, **progress_of(job)}
    written = queries.count(queries.written(one.id))
    return render_template("rosters/waiting.html", roster=one, written=written, **shown)


def _around(one: RosterImport) -> dict[str, Any]:
    """What stands around the rows: counts, questions, choices."""
    ending, could = queries.ending(one)
    complete = CompleteForm(
        choices=orgs.parts([one.org_id]), today=today(), units=one.complete_ids, as_of=one.as_of
    )
    return {
        "order": showing.ORDER,
        "statuses": STATUS_NAMES,
        "states": STATE_NAMES,
        "notes": showing.notes(one),
        "names": names([one.uploaded_by, one.confirmed_by, one.returned_by]),
        "ending": ending,
        "could": could,
        "waiting": queries.count(queries.unwritten(one, services.GOOD)),
        "complete": complete,
        "complete_names": queries.unit_names(one.complete_ids),
        "endings": EndingsForm(),
        "posts": post_choices(),
    }


@rosters.get("/<int:import_id>/progress")
@needs(KEEP)
def progress(import_id: int):
    return jsonify(progress_of(queries.job_of(queries.roster(import_id))))


@rosters.post("/<int:import_id>/answers")
@needs(KEEP)
def answer(import_id: int):
    one, answers = queries.roster(import_id), AnswersForm.sent().answers()
    for written in services.answer(one, answers, me().id, now()):
        flash(_("没有找到“%(unit)s”，请填写完整名称，如“历山镇 上王村”。", unit=written), "error")
    return _read(one)


@rosters.post("/<int:import_id>/complete")
@needs(KEEP)
def complete(import_id: int):
    one = queries.roster(import_id)
    form = CompleteForm.sent(choices=orgs.parts([one.org_id]), today=today())
    services.set_complete(one, form.units.data or [], form.as_of.data)
    return _read(one)


@rosters.post("/<int:import_id>/endings")
@needs(KEEP)
def endings(import_id: int):
    one, form = queries.roster(import_id), EndingsForm.sent()
    status = Status(form.show.data)
    done = services.mark(one, status, form.whose(), form.reason)
    flash(_("已标记 %(n)s 人，确认导入时生效。", n=done), "ok")
    page = form.page.data or 1
    return redirect(url_for(".roster", import_id=import_id, show=status.value, page=page))


@rosters.post("/<int:import_id>/confirm")
@needs(KEEP)
def confirm(import_id: int):
    one = queries.roster(import_id)
    services.confirm(one, ConfirmForm.sent().reading.data, me().id, now())
    services.write(one, me().id, _url(one), now())
    return redirect(_url(one))


@rosters.post("/<int:import_id>/read")
@needs(KEEP)
def read_again(import_id: int):
    return _read(queries.roster(import_id))


@rosters.post("/<int:import_id>/go-on")
@needs(KEEP)
def go_on(import_id: int):
    one = queries.roster(import_id)
    services.go_on(one, me().id, _url(one), now())
    return redirect(_url(one))


@rosters.post("/<int:import_id>/drop")
@needs(KEEP)
def drop(import_id: int):
    services.drop(queries.roster(import_id), house(), now())
    flash(_("已放弃，没有写入任何内容。"), "ok")
    return redirect(url_for(".imports"))


@rosters.post("/<int:import_id>/take-back")
@needs(KEEP)
def take_back(import_id: int):
    one = queries.roster(import_id)
    services.take_back(one, house(), me().id, _url(one), now())
    return redirect(_url(one))


@rosters.get("/<int:import_id>/errors.xlsx")
@needs(KEEP)
def errors(import_id: int):
    one = queries.roster(import_id)
    lines = queries.bad_lines(one)
    note = partial(record, "download bad rows", now(), whom=one, org_id=one.org_id, rows=len(lines))
    transaction.afterwards(note)
    drafts = [opened_draft(line, secret("cipher")) for line in lines]
    return _file(workbooks.errors(one, drafts), _("%(unit)s名册待改正", unit=one.org.name))


def _url(one: RosterImport) -> str:
    return url_for(".roster", import_id=one.id)


def _read(one: RosterImport):
    """Have the files read, and show how far that is."""
    services.read(one, me().id, _url(one), now())
    return redirect(_url(one))


def _file(pages: list[Page], name: str):
    data = BytesIO(workbook_bytes(pages, now()))
    return send_file(data, mimetype=XLSX, as_attachment=True, download_name=file_name(name))
