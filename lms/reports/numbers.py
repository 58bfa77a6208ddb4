"""The doors of numbers of many: asked for, agreed to by a second person, taken home for a day."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.orgs import queries as orgs
from lms.orgs.models import OrgUnit
from lms.people.rules import POST_NAMES, Post
from lms.reports import number_showing, services, showing, unmasking
from lms.reports.forms import NamesForm
from lms.reports.handing import reports
from lms.reports.measures import Count
from lms.reports.models import NumbersAsked
from lms.reports.number_forms import AnswerForm, ListForm, WantForm
from lms.reports.unmasking import Listed, Wanted
from lms.reports.views import XLSX, whose
from lms.web import transaction
from lms.web.here import me, now, secret, today

EXPORT = Permission.EXPORT_REPORTS


# ── asked for ───────────────────────────────────────────────────────────────────────────────────


@reports.route("/cohorts/<int:cohort_id>/numbers", methods=["GET", "POST"])
@needs(EXPORT)
def ask_numbers(cohort_id: int):
    """Of the names behind a number of a table."""
    form = NamesForm.given()
    report = whose(cohort_id, form)
    title = f"{report.cohort.title}：{showing.names_title(report, form)}"
    state = {key: str(value) for key, value in form.kept(as_of=report.as_of).items()}
    wanted = Wanted(title, state, len(_behind(report, form)), cohort_id)
    return _ask(wanted, report.root)


@reports.route("/numbers/units", methods=["GET", "POST"])
@needs(EXPORT)
def ask_unit_numbers():
    """Of those who are posted in a unit or below it."""
    form = ListForm.given()
    unit = orgs.mine(form.unit.data or me().granting([EXPORT])[0].org_id)
    post = form.post.data or ""
    words = _(POST_NAMES[Post(post)]) if post else _("在职人员")
    state = {"unit": str(unit.id), "post": post}
    many = len(unmasking.posted(unit, today(), post))
    return _ask(Wanted(f"{unit.name}{words}", state, many), unit)


def _ask(wanted: Wanted, unit: OrgUnit):
    form = WantForm.filled()
    if request.method == "GET" or not form.validate():
        code = 200 if request.method == "GET" else 422
        return render_template("reports/ask_numbers.html", wanted=wanted, form=form), code
    made = unmasking.ask(wanted, form.wanted, _acting_for(unit), me(), now())
    flash(_("已送第二人确认。同意后 24 小时内可以下载。"), "ok")
    return redirect(url_for(".number_request", numbers_asked_id=made.id), 303)


def _acting_for(unit: OrgUnit) -> int:
    """The unit for which one asks: of those one answers for, the nearest above the list."""
    mine = [held for held in me().granting([EXPORT]) if unit.path.startswith(held.path)]
    return max(mine, key=lambda held: len(held.path)).org_id


# ── agreed to ───────────────────────────────────────────────────────────────────────────────────


@reports.get("/numbers")
@needs(EXPORT)
def number_requests():
    rows = [number_showing.row(one, now()) for one in unmasking.latest()]
    mine = [one.id for one in unmasking.waiting(me(), now())]
    return render_template("reports/number_requests.html", rows=rows, mine=mine)


@reports.get("/numbers/<int:numbers_asked_id>")
@needs(EXPORT)
def number_request(numbers_asked_id: int):
    one = unmasking.request_of(numbers_asked_id)
    page = number_showing.page(one, me(), now())
    return render_template("reports/number_request.html", form=AnswerForm(), **page)


@reports.post("/numbers/<int:numbers_asked_id>/answer")
@needs(EXPORT)
def answer_numbers(numbers_asked_id: int):
    one, form = unmasking.request_of(numbers_asked_id), AnswerForm.sent()
    agreed = form.agreed.data == "yes"
    unmasking.decide(one, agreed, (form.why.data or "").strip(), me(), now())
    flash(_("已同意。申请人 24 小时内可以下载。") if agreed else _("已答复：不同意。"), "ok")
    return redirect(url_for(".number_requests"), 303)


# ── taken home ──────────────────────────────────────────────────────────────────────────────────


@reports.get("/numbers/<int:numbers_asked_id>/list.xlsx")
@needs(EXPORT)
def numbers_file(numbers_asked_id: int):
    one = unmasking.request_of(numbers_asked_id)
    unmasking.refuse_not_open(one, me(), now())
    people = _people(one)
    name, data = number_showing.workbook(one, people, secret("cipher"), now())
    facts: dict[str, Any] = {"whom": one, "org_id": one.org_id, "file": name, "rows": len(people)}
    note = partial(record, "take numbers", now(), numbers=one.numbers.value, **facts)
    transaction.afterwards(note)
    return send_file(BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


def _people(one: NumbersAsked) -> list[Listed]:
    """Who is on the list that was asked for: as it stands now, of whom is still in sight."""
    sent = MultiDict(one.asked)
    if one.cohort_id is None:
        unit = orgs.mine(int(sent["unit"]))
        return unmasking.posted(unit, today(), sent["post"])
    form = NamesForm(sent, meta={"csrf": False})
    return _behind(whose(one.cohort_id, form), form) if form.validate() else []


def _behind(report: services.Report, form: NamesForm) -> list[Listed]:
    count, line = Count(form.measure.data), form.line.data or ""
    found, _whole = services.names(report, count, line, most=None)
    return [
        Listed(who.person_id, who.name, who.unit.name, who.unit.superior, who.posts)
        for who in found
    ]
