"""The doors of a supervised room: attempts opened on its device, and sheets keyed in from paper."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.accounts import trying
from lms.bank.showing import shown_picture
from lms.errors import Invalid, NotFound
from lms.exams import afterwards, entering, keying, queries, shells, supervising
from lms.exams.calling import CheckForm, KeyingForm, SheetForm, SoughtForm
from lms.exams.forms import device_sent
from lms.exams.models import Assessment, Attempt
from lms.exams.tickets import Ticket, signed
from lms.exams.views import opened_page
from lms.exams.watching import exams
from lms.web import transaction
from lms.web.here import me, now, roll, secret
from lms.web.refusals import said

WATCH = Permission.INVIGILATE
NOTHING: Mapping[int, Any] = MappingProxyType({})


# ── who sits here ───────────────────────────────────────────────────────────────────────────────


@exams.get("/supervised")
@needs(WATCH)
def rooms():
    here = supervising.opened_here(me().id, now())
    return render_template("exams/rooms.html", rooms=supervising.rooms(now()), here=here, now=now())


@exams.get("/supervised/assessments/<int:assessment_id>")
@needs(WATCH)
def seats(assessment_id: int):
    return _seats(queries.assessment(assessment_id), SoughtForm(), "")


@exams.post("/supervised/assessments/<int:assessment_id>")
@needs(WATCH)
def find_seat(assessment_id: int):
    """By a post: no name stands in an address."""
    form = SoughtForm.sent()
    return _seats(queries.assessment(assessment_id), form, form.q.data or "")


def _seats(found: Assessment, form: SoughtForm, sought: str):
    rows = supervising.seats(found, sought)
    most = len(rows) == supervising.FOUND
    return render_template(
        "exams/seats.html", assessment=found, rows=rows, sought=sought, most=most, form=form
    )


@exams.get("/supervised/assessments/<int:assessment_id>/candidates/<int:candidate_id>")
@needs(WATCH)
def seat(assessment_id: int, candidate_id: int):
    found = queries.assessment(assessment_id)
    return _seat(found, candidate_id, CheckForm(), _sheet_form(found, filled=False))


def _seat(found: Assessment, candidate_id: int, form: CheckForm, sheet: SheetForm, fault: str = ""):
    seat_ = supervising.seat(found, candidate_id)
    shown = {
        "seat": seat_,
        "sit": supervising.to_sit(found, seat_),
        "number": supervising.known_by(seat_, secret("cipher")),
        "open": queries.open_ones(found, now()),
    }
    page = render_template(
        "exams/seat.html", assessment=found, form=form, sheet=sheet, fault=fault, now=now(), **shown
    )
    return page, 422 if fault or form.errors or sheet.errors else 200


def _sheet_form(found: Assessment, filled: bool) -> SheetForm:
    papers = keying.papers(found)
    return SheetForm.filled(papers=papers) if filled else SheetForm(papers=papers)


@exams.post("/supervised/assessments/<int:assessment_id>/candidates/<int:candidate_id>")
@needs(WATCH)
def open_here(assessment_id: int, candidate_id: int):
    """The identity is made sure of, then the attempt opens on this device."""
    found, form = queries.assessment(assessment_id), CheckForm.filled()
    sheet = _sheet_form(found, filled=False)
    if not form.validate():
        return _seat(found, candidate_id, form, sheet)
    seat_ = supervising.seat(found, candidate_id)
    sit = supervising.to_sit(found, seat_)
    if entering.asks_password(sit):
        bounds = entering.bounds(sit, seat_.person_id)
        transaction.beforehand(partial(trying.take, bounds, now()))
    begun = (form.pledged.data, form.password.data or "", now(), me().id, roll())
    try:
        attempt_id = supervising.open_for(found, seat_, form.checked.data, *begun)
    except Invalid as refusal:
        transaction.undo()
        return _seat(found, candidate_id, form, sheet, said(refusal))
    return redirect(url_for(".supervised", attempt_id=attempt_id), 303)


# ── the exam page on this device ────────────────────────────────────────────────────────────────


def _mine(attempt_id: int) -> Attempt:
    return supervising.attempt(attempt_id, me().id, now())


@exams.get("/supervised/<int:attempt_id>")
@needs(WATCH)
def supervised(attempt_id: int):
    found = _mine(attempt_id)
    if found.submitted_at:
        return redirect(url_for(".rooms"))
    page = supervising.page(found)
    g.pictures = url_for(".supervised_picture", attempt_id=attempt_id, name="")
    doors = {
        "turn": url_for(".supervised_turn", attempt_id=attempt_id),
        "submit": url_for(".submit_supervised", attempt_id=attempt_id),
        "result": url_for(".rooms"),
    }
    device = page.opened.device if page.opened else ""
    begins = {"entering": shells.entering(device), "doors": doors}
    return render_template(shells.PAGE, **begins, **vars(page))


@exams.get("/supervised/<int:attempt_id>/pictures/<name>")
@needs(WATCH)
def supervised_picture(attempt_id: int, name: str):
    if name not in supervising.seen(afterwards.pictures, _mine(attempt_id), now()):
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(name)


@exams.post("/supervised/<int:attempt_id>/turns")
@needs(WATCH)
def supervised_turn(attempt_id: int):
    found, device = _mine(attempt_id), device_sent()
    turn = supervising.open_turn(found, device, now())
    if turn is None:
        return jsonify(over=True)
    ticket = Ticket(attempt_id, found.person_id, device, turn)
    return jsonify(
        ticket=signed(ticket, secret("ticket")), **supervising.seen(opened_page, found, turn)
    )


@exams.post("/supervised/<int:attempt_id>/submit")
@needs(WATCH)
def submit_supervised(attempt_id: int):
    found = _mine(attempt_id)
    supervising.submit(found, now())
    flash(_("%(name)s已交卷。可以请下一位。", name=supervising.name_of(found)), "ok")
    return redirect(url_for(".rooms"), 303)


# ── on paper ────────────────────────────────────────────────────────────────────────────────────


@exams.post("/supervised/assessments/<int:assessment_id>/candidates/<int:candidate_id>/sheet")
@needs(WATCH)
def take_in(assessment_id: int, candidate_id: int):
    """A sheet of answers is taken in; then it is keyed in."""
    found = queries.assessment(assessment_id)
    sheet = _sheet_form(found, filled=True)
    if not sheet.validate():
        return _seat(found, candidate_id, CheckForm(formdata=None), sheet)
    seat_ = supervising.seat(found, candidate_id)
    begun = (sheet.checked.data, sheet.began, sheet.paper.data, now(), me().id, roll())
    try:
        attempt_id = keying.begin(found, seat_, *begun)
    except Invalid as refusal:
        transaction.undo()
        return _seat(found, candidate_id, CheckForm(formdata=None), sheet, said(refusal))
    return redirect(url_for(".sheet", attempt_id=attempt_id), 303)


@exams.get("/supervised/<int:attempt_id>/sheet")
@needs(WATCH)
def sheet(attempt_id: int):
    return _sheet(_mine(attempt_id))


def _sheet(
    found: Attempt,
    typed: Mapping[int, Sequence[str]] = NOTHING,
    wrong: Mapping[int, Invalid] = NOTHING,
):
    """typed, wrong: by slot, what was sent, and why that cannot be; what is typed stays."""
    round_, slots = keying.next_round(found), keying.slots(found)
    entries = keying.rounds(found)
    differing: list[int] = []
    if round_ == keying.SETTLED:
        differing = keying.differences(found)
        slots = [slot for slot in slots if slot.number in differing]
    before = [keying.said_in(entries[n]) for n in (keying.FIRST, keying.SECOND) if n in entries]
    shown = {"round": round_, "slots": slots, "before": before if differing else []}
    faults = {slot: said(refusal) for slot, refusal in wrong.items()}
    sent = {"name": supervising.name_of(found), "typed": typed, "faults": faults}
    page = render_template("exams/sheet.html", attempt=found, **shown, **sent)
    return page, 422 if wrong else 200


@exams.post("/supervised/<int:attempt_id>/sheet")
@needs(WATCH)
def key_in(attempt_id: int):
    found, form = _mine(attempt_id), KeyingForm.sent()
    slots = keying.slots(found)
    if form.round.data == keying.SETTLED:
        differing = keying.differences(found)
        slots = [slot for slot in slots if slot.number in differing]
    keyed, wrong = form.said(slots)
    if wrong:
        return _sheet(found, form.typed(slots), wrong)
    differing = keying.key_in(found, keyed, form.round.data, now(), me().id)
    if keying.next_round(found) is None:
        flash(_("答卷已录完，已交上。"), "ok")
        return redirect(url_for(".rooms"), 303)
    told = _("两遍有 %(n)s 题不一致，请对照答卷定下来。", n=len(differing))
    flash(told if differing else _("第一遍已存。请换一个人，或从头再录一遍。"), "info")
    return redirect(url_for(".sheet", attempt_id=attempt_id), 303)
