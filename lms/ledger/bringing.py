"""The doors of lists from outside: sent, decided row by row, confirmed by a second person."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import Refusal
from lms.ledger import lists, showing
from lms.ledger.forms import DecisionsForm, ListForm, ListsForm, OneForm, WhyForm
from lms.ledger.views import ledger
from lms.orgs.queries import mine, mine_all
from lms.people.queries import one as one_person
from lms.web.here import me, now, settings, today
from lms.web.refusals import said

RUNS = Permission.RUN_TRAINING


def _form() -> ListForm:
    units = mine_all(me().units(RUNS))
    demonstration = settings().demonstration
    return ListForm.filled(units=units, today=today(), demonstration=demonstration)


@ledger.get("/lists/")
@needs(RUNS)
def brought():
    form = ListsForm.asked()
    found = lists.lists(*form.chosen())
    return render_template("ledger/lists.html", form=form, **showing.lists_page(found))


@ledger.get("/lists/new")
@needs(RUNS)
def new_list():
    return render_template("ledger/new_list.html", form=_form())


@ledger.post("/lists/new")
@needs(RUNS)
def send_list():
    form = _form()
    if not form.validate():
        return render_template("ledger/new_list.html", form=form), 422
    keys = settings().secrets
    one = lists.receive(mine(form.unit.data), form.sent_list(), keys, me().id, now())
    return redirect(url_for(".hour_list", hour_list_id=one.id), 303)


@ledger.route("/persons/<int:person_id>/new", methods=["GET", "POST"])
@needs(RUNS)
def enter_hours(person_id: int):
    """One training elsewhere of one person; a second person confirms it as any list."""
    person, form, fault = one_person(person_id), OneForm.filled(today=today()), ""
    if request.method == "POST" and form.validate():
        try:
            keys = settings().secrets
            sent = form.sent_one(person.name, person.short_number)
            made = lists.enter_one(person, sent, keys, me().id, now())
            flash(_("已登记，等第二人确认后记入学时。"), "ok")
            return redirect(url_for(".hour_list", hour_list_id=made.id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template("ledger/enter_hours.html", person=person, form=form, fault=fault)
    return page, 422 if form.errors or fault else 200


@ledger.get("/lists/<int:hour_list_id>")
@needs(RUNS)
def hour_list(hour_list_id: int):
    page = showing.list_page(lists.one_list(hour_list_id))
    return render_template("ledger/hour_list.html", form=WhyForm(), **page)


@ledger.post("/lists/<int:hour_list_id>/decide")
@needs(RUNS)
def decide(hour_list_id: int):
    form = DecisionsForm.sent()
    lists.answer(lists.one_list(hour_list_id), form.chosen, form.kept)
    return redirect(url_for(".hour_list", hour_list_id=hour_list_id), 303)


@ledger.post("/lists/<int:hour_list_id>/hand-on")
@needs(RUNS)
def hand_on(hour_list_id: int):
    lists.hand_on(lists.one_list(hour_list_id), me().id, now())
    flash(_("已交第二人确认。本单位的另一位培训管理员或上一级都可以确认。"), "ok")
    return redirect(url_for(".hour_list", hour_list_id=hour_list_id), 303)


@ledger.post("/lists/<int:hour_list_id>/hand-back")
@needs(RUNS)
def hand_back(hour_list_id: int):
    why = WhyForm.sent().why.data or ""
    lists.hand_back(lists.one_list(hour_list_id), why, me().id, now())
    return redirect(url_for(".hour_list", hour_list_id=hour_list_id), 303)


@ledger.post("/lists/<int:hour_list_id>/confirm")
@needs(RUNS)
def confirm(hour_list_id: int):
    entered = lists.confirm(lists.one_list(hour_list_id), me().id, now())
    flash(_("已记入 %(n)s 条学时。", n=entered), "ok")
    return redirect(url_for(".hour_list", hour_list_id=hour_list_id), 303)


@ledger.post("/lists/<int:hour_list_id>/drop")
@needs(RUNS)
def drop(hour_list_id: int):
    lists.drop(lists.one_list(hour_list_id), me().id, now())
    return redirect(url_for(".brought"), 303)


@ledger.post("/lists/<int:hour_list_id>/take-back")
@needs(RUNS)
def take_back(hour_list_id: int):
    why = WhyForm.sent().why.data or ""
    done = lists.take_back(lists.one_list(hour_list_id), why, me().id, now())
    flash(_("已冲销 %(n)s 条学时，原来的记录都留着。", n=done), "ok")
    return redirect(url_for(".hour_list", hour_list_id=hour_list_id), 303)
