"""Reviewing: the queue, one question answered blind and decided, what was sent back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
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
    Right,
    refuse_own,
)
from lms.bank.views import answers_first, note_looks, seen
from lms.errors import NotFound, Refusal
from lms.laws import queries as laws
from lms.laws.rules import VERDICT_NAMES, checked
from lms.papers import queries as papers
from lms.reviewing import queries, resting, services
from lms.reviewing.forms import (
    AnswerForm,
    DecisionForm,
    QueueForm,
)
from lms.reviewing.models import Review
from lms.reviewing.rules import (
    DECISION_NAMES,
    OPINION_NAMES,
    RATED_NAMES,
    SAMPLE_STATE_NAMES,
    Rated,
    SampleState,
    shown,
)
from lms.web.forms import Mistyped
from lms.web.here import me, now, today
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


def banks_of(right: Right = Right.REVIEW) -> dict[int, Bank]:
    """The banks on which the reader is named for something that a role lets them do."""
    return {one.id: one for one in bank.banks_for(right)}


def entry_of(question_id: int) -> tuple[Question, QuestionVersion]:
    """A question that the reader may review. A look into the examination pool is logged."""
    entry, version = queries.entry(question_id)
    if entry.bank_id not in banks_of():
        raise NotFound("没有找到，或不在您的权限范围内。")
    return entry, seen(version)


def asked_for() -> QueueForm:
    """The queue that the address speaks of."""
    form = QueueForm.asked()
    if not form.validate():
        raise Mistyped(form)
    return form


@reviewing.get("/")
@needs(REVIEW, KEEP)
def queue():
    form, banks = asked_for(), banks_of()
    found, whole = queries.queue(me().id, banks, form.narrowed, now(), form.first.data or 0)
    note_looks([version.question for version in found])
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
    kept = banks_of(Right.WRITE)
    return queries.to_sample([one for one in banks.values() if one.id not in kept], now())


@reviewing.get("/questions/<int:question_id>")
@needs(REVIEW)
def question(question_id: int):
    """Without the key until it has been answered."""
    return _page(*entry_of(question_id))


def _page(entry: Question, version: QuestionVersion, fault: str = "", form: Any = None):
    review = queries.review(version.id, me().id)
    around = {"entry": entry, "version": version, "fault": fault, "queue": asked_for().kept()}
    asked = read_draft(version.text)
    if review is None or review.answered_at is None:
        refuse_own(me().id, entry.made_by, version.made_by)
        services.refuse_unless_waiting(entry)
        other = queries.with_another(version.id, me().id, now())
        blind = {"asked": asked, "shown": shown(asked), "other": other, "sample": None}
        return render_template("reviewing/question.html", **blind, **around, **NAMES)
    return opened(review, asked, around, form or DecisionForm(data=said_before(review)))


def said_before(review: Review) -> dict[str, Any]:
    return {**review.ratings, "comment": review.comment}


def opened(review: Review, asked: Any, around: dict[str, Any], form: Any, sample: Any = None):
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
    entry, version = entry_of(question_id)
    given = AnswerForm.sent().said(read_draft(version.text))
    try:
        services.answer(entry, version, given, now(), me().id)
    except Refusal as refusal:
        return _page(entry, version, said(refusal)), 422
    return redirect(url_for(".question", question_id=question_id, **asked_for().kept()), 303)


@reviewing.post("/questions/<int:question_id>/decide")
@needs(REVIEW)
def decide(question_id: int):
    entry, version = entry_of(question_id)
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
    asked = asked_for()
    following = queries.next_in(me().id, banks_of(), asked.narrowed, now(), entry.id)
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
    shown_here["blind"] = answers_first(entry, bank.rights(entry.bank_id))
    return render_template("reviewing/history.html", **shown_here, **NAMES)


@reviewing.get("/returned")
@needs(KEEP)
def returned():
    rows = queries.returned(me().id, banks_of(Right.WRITE))
    note_looks([version.question for version, _review in rows])
    return render_template("reviewing/returned.html", rows=rows, **NAMES)
