"""Samples of brought banks, question by question; and the banks that come with the program."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.bank import queries as bank
from lms.bank.files import read_draft
from lms.bank.rules import Pool, Right
from lms.errors import NotAllowed, NotFound, Refusal
from lms.orgs.queries import top
from lms.reviewing import queries, services, shipping
from lms.reviewing.forms import AnswerForm, JudgeForm, ShippedForm
from lms.reviewing.models import Review, Sample
from lms.reviewing.rules import SampleState, shown
from lms.reviewing.views import KEEP, NAMES, REVIEW, banks_of, opened, reviewing, said_before
from lms.web.here import me, now, roll
from lms.web.refusals import said


@reviewing.post("/banks/<int:bank_id>/sample")
@needs(REVIEW, KEEP)
def draw(bank_id: int):
    shelf = banks_of().get(bank_id)
    if shelf is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    keeper = bank_id in banks_of(Right.WRITE)
    sample = services.draw(shelf, roll(), now(), me().id, keeper)
    return redirect(url_for(".sample", review_sample_id=sample.id), 303)


def _sample(sample_id: int) -> Sample:
    found = queries.sample(sample_id)
    if found.bank_id not in banks_of():
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def _own_sample(review_id: int) -> tuple[Sample, Review]:
    """A question of the reader's own sample."""
    review = queries.drawn_one(review_id)
    if review.person_id != me().id or review.sample_id is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return _sample(review.sample_id), review


@reviewing.get("/samples/<int:review_sample_id>")
@needs(REVIEW)
def sample(review_sample_id: int):
    found = _sample(review_sample_id)
    shown_here = {
        "sample": found,
        "rows": queries.drawn(found.id),
        "bank": bank.bank(found.bank_id),
        "mine": found.person_id == me().id,
    }
    return render_template("reviewing/sample.html", **shown_here, **NAMES)


@reviewing.get("/samples/questions/<int:review_id>")
@needs(REVIEW)
def sampled(review_id: int):
    return _sampled_page(*_own_sample(review_id))


def _sampled_page(found: Sample, review: Review, fault: str = "", form: Any = None):
    entry, version = queries.entry(review.question_id)
    asked = read_draft(version.text)
    around = {"entry": entry, "version": version, "fault": fault, "queue": {}}
    about = (found, review)
    if review.answered_at is None:
        blind = {"asked": asked, "shown": shown(asked), "other": None, "sample": about}
        return render_template("reviewing/question.html", **blind, **around, **NAMES)
    return opened(review, asked, around, form or JudgeForm(data=said_before(review)), about)


@reviewing.post("/samples/questions/<int:review_id>/answer")
@needs(REVIEW)
def answer_sampled(review_id: int):
    found, review = _own_sample(review_id)
    entry, version = queries.entry(review.question_id)
    given = AnswerForm.sent().said(read_draft(version.text))
    try:
        services.answer(entry, version, given, now(), me().id)
    except Refusal as refusal:
        return _sampled_page(found, review, said(refusal)), 422
    return redirect(url_for(".sampled", review_id=review.id), 303)


@reviewing.post("/samples/questions/<int:review_id>/judge")
@needs(REVIEW)
def judge(review_id: int):
    found, review = _own_sample(review_id)
    form = JudgeForm.filled()
    if not form.validate():
        return _sampled_page(found, review, form=form), 422
    try:
        services.judge(found, review, form.faulty.data, form.comment.data or "", now())
    except Refusal as refusal:
        return _sampled_page(found, review, said(refusal), form), 422
    left = [one.id for one in queries.drawn(found.id) if one.decision is None]
    if found.state is not SampleState.OPEN or not left:
        return redirect(url_for(".sample", review_sample_id=found.id), 303)
    return redirect(url_for(".sampled", review_id=left[0]), 303)


@reviewing.post("/samples/<int:review_sample_id>/finish")
@needs(REVIEW)
def finish(review_sample_id: int):
    """Where the last questions left the sample meanwhile, nothing is left to judge."""
    found = _sample(review_sample_id)
    if found.person_id != me().id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    services.finish(found, now())
    return redirect(url_for(".sample", review_sample_id=found.id), 303)


@reviewing.post("/samples/<int:review_sample_id>/give-up")
@needs(REVIEW)
def give_up(review_sample_id: int):
    found = _sample(review_sample_id)
    if found.person_id != me().id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    services.give_up(found, now())
    return redirect(url_for(".queue"), 303)


# ── the banks that come with the program ────────────────────────────────────────────────────────


def _city() -> int | None:
    """The city, where the reader keeps its banks: the shipped ones are loaded for all."""
    whole = top()
    return whole.id if whole is not None and whole.id in me().units(KEEP) else None


@reviewing.get("/shipped")
@needs(KEEP)
def shipped():
    shown_here = {"offers": shipping.offered(), "form": ShippedForm(), "may": _city() is not None}
    return render_template("reviewing/shipped.html", **shown_here)


@reviewing.post("/shipped")
@needs(KEEP)
def bring():
    city, form = _city(), ShippedForm.sent()
    if city is None:
        raise NotAllowed("随系统提供的题库由市级题库管理人员载入。")
    loaded = [one for _bank, one in shipping.bring(city, Pool(form.pool.data), now())]
    new, changed = sum(one.new for one in loaded), sum(one.changed for one in loaded)
    flash(_("已载入 %(new)s 题，更新 %(changed)s 题，都待审。", new=new, changed=changed), "ok")
    return redirect(url_for(".shipped"), 303)
