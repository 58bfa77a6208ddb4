"""Reviewing: the queue, one question answered blind and decided, samples, what a law touches."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank import queries as bank
from lms.bank.files import read_draft
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import (
    DIFFICULTY_NAMES,
    ORIGIN_NAMES,
    POOL_NAMES,
    STATE_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    Pool,
    Right,
    refuse_own,
)
from lms.errors import NotAllowed, NotFound, Refusal
from lms.laws import queries as laws
from lms.laws.rules import STANDING_NAMES, VERDICT_NAMES, checked
from lms.orgs.queries import top
from lms.papers import queries as papers
from lms.reviewing import queries, releasing, resting, services, shipping
from lms.reviewing.forms import (
    AnswerForm,
    DecisionForm,
    JudgeForm,
    QueueForm,
    ReleaseForm,
    ShippedForm,
    WhyForm,
)
from lms.reviewing.models import Review, Sample
from lms.reviewing.rules import (
    DECISION_NAMES,
    OPINION_NAMES,
    RATED_NAMES,
    SAMPLE_STATE_NAMES,
    Rated,
    SampleState,
    shown,
)
from lms.web import transaction
from lms.web.forms import Mistyped
from lms.web.here import me, now, planned, roll, today
from lms.web.refusals import said

reviewing = Blueprint("reviewing", __name__, url_prefix="/reviewing")
REVIEW, KEEP = Permission.REVIEW, Permission.KEEP_BANK
NAMES = {
    "types": TYPE_NAMES,
    "pools": POOL_NAMES,
    "states_of": STATE_NAMES,
    "levels": THINKING_NAMES,
    "difficulties": DIFFICULTY_NAMES,
    "origins": ORIGIN_NAMES,
    "verdicts": VERDICT_NAMES,
    "decisions": DECISION_NAMES,
    "opinions": OPINION_NAMES,
    "rated": RATED_NAMES,
    "sample_states": SAMPLE_STATE_NAMES,
}


def _banks(right: Right = Right.REVIEW) -> dict[int, Bank]:
    """The banks on which the reader is named for something that a role lets them do."""
    return {one.id: one for one in bank.banks_for(right)}


def _entry(question_id: int) -> tuple[Question, QuestionVersion]:
    """A question that the reader may review. A look into the examination pool is logged."""
    entry, version = queries.entry(question_id)
    if entry.bank_id not in _banks():
        raise NotFound("没有找到，或不在您的权限范围内。")
    if entry.pool is Pool.EXAM:
        look = partial(record, "look at examination question", now(), whom=version, code=entry.code)
        transaction.afterwards(look)
    return entry, version


def _asked() -> QueueForm:
    form = QueueForm.asked()
    if not form.validate():
        raise Mistyped(form)
    return form


@reviewing.get("/")
@needs(REVIEW, KEEP)
def queue():
    form, banks = _asked(), _banks()
    found, whole = queries.queue(me().id, banks, form.narrowed, now(), form.first.data or 0)
    shown_here = {
        "form": form,
        "found": found,
        "whole": whole,
        "size": queries.PAGE,
        "paper": papers.title(form.paper.data) if form.paper.data else "",
        "heaps": queries.heaps(me().id, banks, now()),
        "samples": _open_samples(banks),
        "to_sample": _to_sample(banks),
        "touched": resting.touched(today()),
    }
    return render_template("reviewing/queue.html", **shown_here, **NAMES)


def _open_samples(banks: dict[int, Bank]) -> list[Any]:
    """The samples that this reader has begun."""
    every = queries.samples(banks)
    return [
        row for row in every if row[0].state is SampleState.OPEN and row[0].person_id == me().id
    ]


def _to_sample(banks: dict[int, Bank]) -> list[tuple[Bank, int]]:
    """The banks that this reader may take a sample of: not those they keep."""
    kept = _banks(Right.WRITE)
    return queries.to_sample([one for one in banks.values() if one.id not in kept], now())


@reviewing.get("/questions/<int:question_id>")
@needs(REVIEW)
def question(question_id: int):
    """Without the key until it has been answered."""
    return _page(*_entry(question_id))


def _page(entry: Question, version: QuestionVersion, fault: str = "", form: Any = None):
    review = queries.review(version.id, me().id)
    around = {"entry": entry, "version": version, "fault": fault, "queue": _asked().kept()}
    asked = read_draft(version.text)
    if review is None or review.answered_at is None:
        refuse_own(me().id, entry.made_by, version.made_by)
        other = queries.with_another(version.id, me().id, now())
        blind = {"asked": asked, "shown": shown(asked), "other": other, "sample": None}
        return render_template("reviewing/question.html", **blind, **around, **NAMES)
    return _opened(review, asked, around, form or DecisionForm(data=_kept(review)))


def _kept(review: Review) -> dict[str, Any]:
    return {**review.ratings, "comment": review.comment}


def _opened(review: Review, asked: Any, around: dict[str, Any], form: Any, sample: Any = None):
    """After the answer: the key, the explanation, the articles, and what was said before."""
    about = {
        "asked": asked,
        "review": review,
        "form": form,
        "rates": [one for one in Rated if one is not Rated.OPTIONS or _has_options(asked)],
        "places": _places(around["version"]),
        "history": queries.history(review.question_id),
        "sample": sample,
    }
    return render_template("reviewing/decide.html", **about, **around, **NAMES)


def _has_options(asked: Any) -> bool:
    return any(part.options for part in asked.parts)


def _places(version: QuestionVersion) -> list[tuple[Any, Any, Any]]:
    """Each source with its edition, and the article beside it."""
    named = laws.named((one.law, one.edition) for one in version.sources)
    editions = [(one, named.get((one.law, one.edition))) for one in version.sources]
    return [
        (one, row, checked(laws.known_articles(row), one.article, one.key)) for one, row in editions
    ]


@reviewing.post("/questions/<int:question_id>/answer")
@needs(REVIEW)
def answer(question_id: int):
    entry, version = _entry(question_id)
    given = AnswerForm.sent().said(read_draft(version.text))
    try:
        services.answer(entry, version, given, now(), me().id)
    except Refusal as refusal:
        return _page(entry, version, said(refusal)), 422
    return redirect(url_for(".question", question_id=question_id, **_asked().kept()), 303)


@reviewing.post("/questions/<int:question_id>/decide")
@needs(REVIEW)
def decide(question_id: int):
    entry, version = _entry(question_id)
    review, form = queries.review(version.id, me().id), DecisionForm.filled()
    if review is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    if not form.validate():
        return _page(entry, version, form=form), 422
    try:
        services.decide(entry, review, form.decided, form.ratings, form.comment.data or "", now())
    except Refusal as refusal:
        return _page(entry, version, said(refusal), form), 422
    return _go_on(entry, form)


def _go_on(entry: Question, form: DecisionForm):
    """To the next question of the queue one came from."""
    done = _(DECISION_NAMES[form.decided])
    flash(_("题目 %(code)s：%(done)s。", code=entry.code, done=done), "ok")
    asked = _asked()
    following = queries.next_in(me().id, _banks(), asked.narrowed, now(), entry.id)
    if following is None:
        flash(_("这里没有待审的题了。"), "ok")
        return redirect(url_for(".queue"), 303)
    return redirect(url_for(".question", question_id=following, **asked.kept()), 303)


@reviewing.get("/questions/<int:question_id>/history")
@needs(REVIEW, KEEP)
def history(question_id: int):
    entry, version = queries.entry(question_id)
    rows = queries.history(question_id)
    samples = [row for row in queries.samples([entry.bank_id]) if row[0].ended_at]
    shown_here = {"entry": entry, "version": version, "rows": rows, "samples": samples}
    return render_template("reviewing/history.html", **shown_here, **NAMES)


@reviewing.get("/returned")
@needs(KEEP)
def returned():
    rows = queries.returned(me().id, _banks(Right.WRITE))
    return render_template("reviewing/returned.html", rows=rows, **NAMES)


# ── samples ─────────────────────────────────────────────────────────────────────────────────────


@reviewing.post("/banks/<int:bank_id>/sample")
@needs(REVIEW, KEEP)
def draw(bank_id: int):
    shelf = _banks().get(bank_id)
    if shelf is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    keeper = bank_id in _banks(Right.WRITE)
    sample = services.draw(shelf, roll(), now(), me().id, keeper)
    return redirect(url_for(".sample", review_sample_id=sample.id), 303)


def _sample(sample_id: int) -> Sample:
    found = queries.sample(sample_id)
    if found.bank_id not in _banks():
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
    return _opened(review, asked, around, form or JudgeForm(data=_kept(review)), about)


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


# ── what a law touches ──────────────────────────────────────────────────────────────────────────


@reviewing.get("/laws/<int:law_edition_id>")
@needs(REVIEW, KEEP)
def edition(law_edition_id: int):
    row, first = laws.edition(law_edition_id), _asked().first.data or 0
    found, whole = resting.resting(row, first)
    using = resting.papers_on(row)
    shown_here = {
        "edition": row,
        "onto": resting.target(row),
        "ends": resting.ends(row),
        "ended": resting.has_ended(row, today()),
        "found": found,
        "whole": whole,
        "first": first,
        "size": resting.PAGE,
        "papers": resting.in_order(using, planned([one.id for one, _n in using])),
        "releases": _banks() if me().may(REVIEW) else {},
        "standings": STANDING_NAMES,
    }
    return render_template("reviewing/edition.html", **shown_here, **NAMES)


@reviewing.post("/laws/<int:law_edition_id>/<int:question_id>/release")
@needs(REVIEW)
def release(law_edition_id: int, question_id: int):
    row, (entry, _newest) = laws.edition(law_edition_id), _entry(question_id)
    in_use = bank.version_in_use(entry)
    releasing.release(entry, in_use, row, ReleaseForm.sent().cited, now(), me().id)
    flash(_("题目 %(code)s 已放行。", code=entry.code), "ok")
    return redirect(url_for(".edition", law_edition_id=row.id), 303)


@reviewing.post("/laws/<int:law_edition_id>/<int:question_id>/call-back")
@needs(REVIEW)
def call_back(law_edition_id: int, question_id: int):
    row, (entry, _newest) = laws.edition(law_edition_id), _entry(question_id)
    releasing.call_back(entry, WhyForm.sent().why.data, now())
    flash(_("题目 %(code)s 已退回命题人。", code=entry.code), "ok")
    return redirect(url_for(".edition", law_edition_id=row.id), 303)
