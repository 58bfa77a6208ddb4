"""The doors to say a word to an office, and to answer it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import OPEN, SIGNED_IN, Permission, needs
from lms.errors import Refusal
from lms.notices import queries, services
from lms.notices.forms import AnswerForm, CodeForm, ComplaintForm, CorrectionForm, MendedForm
from lms.notices.showing import complaint_page, complaints_page, correction_page
from lms.web.here import address, me, now, settings
from lms.web.refusals import said, status

notices = Blueprint("notices", __name__)

# ── complaints and proposals ────────────────────────────────────────────────────────────────────


@notices.get("/complaints/new")
@needs(OPEN)
def complaint():
    return complaint_page()


@notices.post("/complaints/new")
@needs(OPEN)
def complain():
    form = ComplaintForm.filled(offices=services.offices())
    if not form.validate():
        return complaint_page(form), 422
    sender = services.Sender(me().id if me() else None, bool(form.named.data), address())
    words = form.office.data, form.said.data or "", form.contact.data or ""
    try:
        sent = services.complain(*words, sender, now(), settings())
    except Refusal as refusal:  # two thousand characters are not typed twice
        return complaint_page(form, said(refusal)), status(refusal)
    return render_template("notices/sent.html", sent=sent)


@notices.get("/complaints/answer")
@needs(OPEN)
def answer():
    return render_template("notices/answer.html", form=CodeForm(), found=None)


@notices.post("/complaints/answer")
@needs(OPEN)
def look_up():
    form = CodeForm.sent()
    found = services.answer_to(form.code.data or "", settings())
    return render_template("notices/answer.html", form=form, found=found)


@notices.get("/complaints")
@needs(Permission.ANSWER_COMPLAINTS)
def complaints():
    return complaints_page()


@notices.post("/complaints/<int:complaint_id>/answer")
@needs(Permission.ANSWER_COMPLAINTS)
def answer_complaint(complaint_id: int):
    services.answer_complaint(complaint_id, AnswerForm.sent().answer.data or "", me().id, now())
    flash(_("已答复。"), "ok")
    return redirect(url_for(".complaints"), 303)


# ── errors in the roster ────────────────────────────────────────────────────────────────────────


@notices.get("/corrections/new")
@needs(SIGNED_IN)
def correction():
    return correction_page()


@notices.post("/corrections/new")
@needs(SIGNED_IN)
def correct():
    form = CorrectionForm.filled()
    if not form.validate():
        return correction_page(form), 422
    try:
        services.correct(me().id, form.said.data or "", now())
    except Refusal as refusal:
        return correction_page(form, said(refusal)), status(refusal)
    flash(_("已送给本单位培训管理员，答复会出现在“我的”里。"), "ok")
    return redirect(url_for("accounts.own"), 303)


@notices.get("/corrections")
@needs(Permission.KEEP_ROSTER)
def corrections():
    return render_template(
        "notices/corrections.html", rows=queries.corrections(), form=MendedForm()
    )


@notices.post("/corrections/<int:correction_id>/answer")
@needs(Permission.KEEP_ROSTER)
def answer_correction(correction_id: int):
    form = MendedForm.sent()
    mended, text = form.mended.data == "yes", form.answer.data or ""
    services.answer_correction(correction_id, mended, text, me().id, now())
    flash(_("已答复。"), "ok")
    return redirect(url_for(".corrections"), 303)
