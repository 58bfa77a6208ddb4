"""Bringing questions into a bank: sent, read, looked at, mended, confirmed, taken back."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.bank import queries as banks
from lms.bank.models import Bank
from lms.bank.rules import POOL_NAMES, TYPE_NAMES, Pool, Right
from lms.errors import Conflict, NotAllowed
from lms.exchange import mending, queries, services, showing
from lms.exchange.forms import (
    AnswersForm,
    BringForm,
    ConfirmForm,
    GroupsForm,
    LinesForm,
    MendForm,
    SetForm,
    ShowForm,
    WhereForm,
)
from lms.exchange.jobs import store
from lms.exchange.models import BankImport, BankLine
from lms.exchange.standings import STATUS_NAMES, STEP_NAMES, USABLE, Status
from lms.jobs.showing import failed
from lms.jobs.showing import progress as progress_of
from lms.web.here import me, now

exchange = Blueprint("exchange", __name__, url_prefix="/banks")
KEEP = Permission.KEEP_BANK


def _bank(bank_id: int) -> Bank:
    """A bank into which the reader may write."""
    found = banks.bank(bank_id)
    if Right.WRITE not in banks.rights(bank_id):
        raise NotAllowed("您没有往这个题库里写题的权限，请联系题库的管理单位。")
    if found.retired_at is not None:
        raise Conflict("题库“{title}”已停用，不能带入试题。", title=found.title)
    return found


@exchange.get("/<int:bank_id>/bring")
@needs(KEEP)
def bring(bank_id: int):
    return _bring(_bank(bank_id), BringForm())


def _bring(bank: Bank, form: BringForm) -> str:
    mine = {"imports": queries.imports(bank.id), "names": STEP_NAMES}
    return render_template("exchange/bring.html", bank=bank, form=form, **mine)


@exchange.post("/<int:bank_id>/bring")
@needs(KEEP)
def receive(bank_id: int):
    bank, form = _bank(bank_id), BringForm.filled()
    if not form.validate():
        return _bring(bank, form), 422
    return _read(services.receive(bank, form.found, store(), me().id, now()))


@exchange.get("/imports/<int:bank_import_id>")
@needs(KEEP)
def brought(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    if one.busy:
        return _waiting(one)
    form = ShowForm.asked()
    status = form.status(one.counts, showing.ORDER)
    view = showing.view(one, status, form.chosen)
    around = {"setting": form.setting.data, **_around(one)}
    return render_template("exchange/brought.html", one=one, view=view, **around)


def _waiting(one: BankImport) -> str:
    job = queries.job_of(one)
    shown = {"why": failed(job), "names": STEP_NAMES, **progress_of(job)}
    written = queries.count(queries.written(one.id))
    return render_template("exchange/waiting.html", one=one, count=written, **shown)


def _around(one: BankImport) -> dict[str, Any]:
    """What stands around the questions: counts, unknown words, headings, choices."""
    whole = sum(one.counts.values())
    usable = sum(one.counts.get(each.value, 0) for each in USABLE)
    return {
        "order": showing.ORDER,
        "statuses": STATUS_NAMES,
        "names": STEP_NAMES,
        "whole": whole,
        "usable": usable,
        "notes": showing.notes(one),
        "refused": showing.refused(one),
        "asks": showing.asks(one),
        "layout": showing.layout(one),
        "groups": showing.groups(one),
        "abilities": queries.ability_names(),
        "set_form": _set_form(one),
        "confirm": ConfirmForm(pool=one.pool.value),
        "waiting": queries.count(queries.unwritten(one, services.TAKEN)),
        "types": TYPE_NAMES,
        "pools": POOL_NAMES,
    }


def _set_form(one: BankImport, sent: bool = False) -> SetForm:
    given = {"headings": one.found.get("groups", []), "abilities": queries.ability_names()}
    return SetForm.sent(**given) if sent else SetForm(**given)


@exchange.get("/imports/<int:bank_import_id>/progress")
@needs(KEEP)
def progress(bank_import_id: int):
    return jsonify(progress_of(queries.job_of(queries.one_import(bank_import_id))))


# ── single questions ───────────────────────────────────────────────────────────────────────────


@exchange.get("/imports/<int:bank_import_id>/lines/<int:bank_line_id>")
@needs(KEEP)
def line(bank_import_id: int, bank_line_id: int):
    one = queries.one_import(bank_import_id)
    shown = showing.shown(one, queries.line(one, bank_line_id))
    return _mending(one, shown, MendForm(data=shown.typed))


def _mending(one: BankImport, shown: showing.Shown, form: MendForm) -> str:
    where = WhereForm.asked() if not form.errors else WhereForm.filled()
    return render_template(
        "exchange/line.html", one=one, row=shown, form=form, where=where.kept(), types=TYPE_NAMES
    )


@exchange.post("/imports/<int:bank_import_id>/lines/<int:bank_line_id>")
@needs(KEEP)
def mend(bank_import_id: int, bank_line_id: int):
    one, form = queries.one_import(bank_import_id), MendForm.filled()
    found = queries.line(one, bank_line_id)
    if not form.validate():
        return _mending(one, showing.shown(one, found), form), 422
    mending.mend(one, found, form.case_typed, form.typed())
    if found.status is Status.CHECK:
        flash(_("已保存，但还有需要核对的地方。"), "error")
        return redirect(url_for(".line", bank_import_id=one.id, bank_line_id=found.id))
    flash(_("已改正，放在“%(status)s”里。", status=_(STATUS_NAMES[found.status])), "ok")
    where: dict[str, Any] = WhereForm.filled().kept()
    if form.further.data and (after := queries.next_with(one, Status.CHECK, found.number)):
        address: dict[str, Any] = {"bank_import_id": one.id, "bank_line_id": after.id}
        return redirect(url_for(".line", **address, **where))
    return redirect(_url(one, **where))


@exchange.post("/imports/<int:bank_import_id>/accept")
@needs(KEEP)
def accept(bank_import_id: int):
    one, form = queries.one_import(bank_import_id), LinesForm.sent()
    lines = _chosen(one, form)
    mending.accept(one, lines)
    still = sum(each.status is Status.CHECK for each in lines)
    flash(_("已确认 %(n)s 题无误。", n=len(lines) - still), "ok")
    if still:
        flash(_("%(n)s 题有错误，要先改正。", n=still), "error")
    return redirect(_url(one, **form.kept()))


@exchange.post("/imports/<int:bank_import_id>/leave")
@needs(KEEP)
def leave(bank_import_id: int):
    one, form = queries.one_import(bank_import_id), LinesForm.sent()
    for each in _chosen(one, form):
        mending.leave(one, each, not each.left)
    return redirect(_url(one, **form.kept()))


@exchange.post("/imports/<int:bank_import_id>/choose")
@needs(KEEP)
def choose(bank_import_id: int):
    one, form = queries.one_import(bank_import_id), LinesForm.sent()
    every = form.every.data
    lines = queries.lines_with(one, Status.ALIKE) if every else _chosen(one, form)
    mending.choose(one, lines, form.decided())
    return redirect(_url(one, **form.kept()))


def _chosen(one: BankImport, form: LinesForm) -> list[BankLine]:
    return queries.some(one, form.line.data or ())


# ── many at once ───────────────────────────────────────────────────────────────────────────────


@exchange.post("/imports/<int:bank_import_id>/groups")
@needs(KEEP)
def set_groups(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    done = 0
    for place, settings in GroupsForm.sent().settings(queries.ability_names()):
        done += mending.set_many(one, mending.Which(heading=place), settings)
    flash(_("已设定 %(n)s 题。", n=done), "ok")
    return redirect(_url(one, setting=1) + "#groups")


@exchange.post("/imports/<int:bank_import_id>/set")
@needs(KEEP)
def set_many(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    form = _set_form(one, sent=True)
    done = mending.set_many(one, form.which(), form.settings())
    flash(_("已设定 %(n)s 题。", n=done), "ok")
    return redirect(_url(one, setting=1) + "#groups")


@exchange.post("/imports/<int:bank_import_id>/answers")
@needs(KEEP)
def answer(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    mending.answer(one, AnswersForm.sent().said())
    flash(_("已按您的选择重新核对。"), "ok")
    return redirect(_url(one))


# ── the import as a whole ──────────────────────────────────────────────────────────────────────


@exchange.post("/imports/<int:bank_import_id>/confirm")
@needs(KEEP)
def confirm(bank_import_id: int):
    one, form = queries.one_import(bank_import_id), ConfirmForm.sent()
    pool = Pool(form.pool.data)
    services.confirm(one, form.reading.data, pool, me().id, _url(one), now())
    return redirect(_url(one))


@exchange.post("/imports/<int:bank_import_id>/read")
@needs(KEEP)
def read_again(bank_import_id: int):
    return _read(queries.one_import(bank_import_id))


@exchange.post("/imports/<int:bank_import_id>/go-on")
@needs(KEEP)
def go_on(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    services.go_on(one, me().id, _url(one), now())
    return redirect(_url(one))


@exchange.post("/imports/<int:bank_import_id>/drop")
@needs(KEEP)
def drop(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    services.drop(one, store(), now())
    flash(_("已放弃，没有写入任何内容。"), "ok")
    return redirect(url_for(".bring", bank_id=one.bank_id))


@exchange.post("/imports/<int:bank_import_id>/take-back")
@needs(KEEP)
def take_back(bank_import_id: int):
    one = queries.one_import(bank_import_id)
    services.take_back(one, me().id, _url(one), now())
    return redirect(_url(one))


def _url(one: BankImport, **kept: Any) -> str:
    return url_for(".brought", bank_import_id=one.id, **kept)


def _read(one: BankImport):
    """Have the files read, and show how far that is."""
    services.read(one, me().id, _url(one), now())
    return redirect(_url(one))
