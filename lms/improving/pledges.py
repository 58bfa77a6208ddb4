"""The doors of pledges: the table, one of them, a new one, another in its place, the files."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.improving import pledging, promising, queries
from lms.improving.forms import AskedForm, PledgeForm, ReplaceForm
from lms.improving.views import RUNS, SEES, improving, own_unit
from lms.orgs.queries import mine, parts
from lms.reports import progress
from lms.sheets.writing import page_csv, workbook_bytes
from lms.training import queries as training
from lms.web import transaction
from lms.web.here import me, now, today

TAKES = Permission.EXPORT_REPORTS
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@improving.get("/pledges")
@needs(SEES)
def pledges():
    root = own_unit(AskedForm.given().under.data)
    found = pledging.standings(queries.pledges(root.path), today())
    return render_template(
        "improving/pledges.html",
        root=root,
        rows=promising.promises(found),
        tallies=pledging.tallies(found),
        states=promising.state_names(),
        definitions=promising.definitions(),
        today=today(),
        units=parts([root.id]) if me().may(RUNS) else [],
    )


@improving.get("/pledges.xlsx")
@needs(TAKES)
def pledges_xlsx():
    return _file(XLSX)


@improving.get("/pledges.csv")
@needs(TAKES)
def pledges_csv():
    return _file(CSV)


def _file(kind: str):
    root = own_unit(AskedForm.given().under.data)
    found = pledging.standings(queries.pledges(root.path), today())
    name, pages = promising.sheet(root, found, pledging.tallies(found), today(), me().name)
    name = name if kind == XLSX else f"{name.removesuffix('.xlsx')}.csv"
    facts: dict[str, Any] = {"whom": root, "org_id": root.id, "file": name, "rows": len(found)}
    transaction.afterwards(partial(record, "export", now(), **facts))
    made = workbook_bytes(pages, now()) if kind == XLSX else page_csv(pages[0])
    return send_file(BytesIO(made), mimetype=kind, as_attachment=True, download_name=name)


@improving.route("/units/<int:unit_id>/pledges/new", methods=["GET", "POST"])
@needs(RUNS)
def pledge_new(unit_id: int):
    org = mine(unit_id)
    cohorts = {one.id: one.title for one in progress.at_work(today())}
    form = PledgeForm.filled(people=queries.owners(org, today()), cohorts=cohorts)
    if request.method == "GET" or not form.validate():
        code = 200 if request.method == "GET" else 422
        return render_template("improving/pledge_new.html", form=form, org=org), code
    cohort = training.cohort(form.cohort.data)
    made = pledging.give(org, cohort, form.wanted, me().id, now())
    flash(_("承诺已登记。兑现没有，由指标本身说明。"), "ok")
    return redirect(url_for(".pledge", pledge_id=made.id), 303)


@improving.get("/pledges/<int:pledge_id>")
@needs(SEES)
def pledge(pledge_id: int):
    one = queries.pledge(pledge_id)
    found = pledging.standings([one, *queries.history(one)], today())
    shown = promising.promises(found)
    return render_template(
        "improving/pledge.html",
        one=one,
        shown=shown[0],
        standing=found[0],
        before=list(zip(queries.history(one), shown[1:], strict=True)),
        later=queries.replacing(one),
        definitions=promising.definitions(),
        today=today(),
    )


@improving.route("/pledges/<int:pledge_id>/replace", methods=["GET", "POST"])
@needs(RUNS)
def replace(pledge_id: int):
    one = queries.pledge(pledge_id)
    told = {"code": one.code, "value": one.value, "by_on": one.by_on, "words": one.words}
    form = ReplaceForm.filled(
        people=queries.owners(one.org, today()), data=told | {"owner": one.owner_id}
    )
    if request.method == "GET" or not form.validate():
        code = 200 if request.method == "GET" else 422
        return render_template("improving/replace.html", form=form, one=one), code
    made = pledging.replace(one, form.wanted, form.why.data, me().id, now())
    flash(_("已换成新的承诺，原来的留在记录里。"), "ok")
    return redirect(url_for(".pledge", pledge_id=made.id), 303)
