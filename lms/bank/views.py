"""The trainer's shelves: banks, their questions, one question."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank import finding, queries
from lms.bank.files import read_draft
from lms.bank.forms import QuestionsForm
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import (
    CREDIT_NAMES,
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    ORIGIN_NAMES,
    POOL_NAMES,
    RIGHT_NAMES,
    STATE_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    Pool,
    Right,
)
from lms.competencies.queries import abilities
from lms.competencies.rules import PROJECT_NAMES
from lms.people.rules import POST_NAMES
from lms.web import transaction
from lms.web.forms import Mistyped
from lms.web.here import me, now

bank = Blueprint("bank", __name__, url_prefix="/banks")
NAMES = {
    "types": TYPE_NAMES,
    "pools": POOL_NAMES,
    "names_of_states": STATE_NAMES,
    "levels": THINKING_NAMES,
    "layers": LAYER_NAMES,
    "difficulties": DIFFICULTY_NAMES,
    "origins": ORIGIN_NAMES,
    "credits": CREDIT_NAMES,
    "projects": PROJECT_NAMES,
    "posts": POST_NAMES,
}


@bank.get("/")
@needs(Permission.SEE_BANK)
def banks():
    rights = {one: _(name) for one, name in RIGHT_NAMES.items()}
    return render_template("bank/banks.html", banks=queries.banks(), rights=rights)


@bank.get("/<int:bank_id>")
@needs(Permission.SEE_BANK)
def questions(bank_id: int):
    return _listed(queries.bank(bank_id))


@bank.get("/questions")
@needs(Permission.SEE_BANK)
def everywhere():
    """Every bank in sight, searched at once."""
    return _listed(None)


def _listed(shelf: Bank | None):
    form, known = QuestionsForm.asked(), abilities().values()
    form.offer((one.id, one.name) for one in known)
    if not form.validate():
        raise Mistyped(form)
    first = form.first.data or 0
    found = finding.found(form.sought(), [shelf.id] if shelf else None, first)
    note_looks(found.lines)
    page: dict[str, Any] = {"found": found.lines, "whole": found.whole, "more": found.more}
    page |= {"first": first, "said": _said()}
    page |= {"titles": {} if shelf else {one.id: one.title for one in queries.banks_in_sight()}}
    page |= {"abilities": {one.id: _(one.name) for one in known}}
    page |= {"rights": queries.rights(shelf.id) if shelf else frozenset()}
    page["writes"] = Right.WRITE in page["rights"] if shelf else bool(queries.written())
    pages = _pages(form, shelf, first, found.whole)
    return render_template("bank/questions.html", bank=shelf, form=form, **page, **pages)


def _said() -> dict[str, str]:
    """Every word that a line may show, in the reader's language: said once, shown fifty times."""
    names = (TYPE_NAMES, POOL_NAMES, STATE_NAMES, DIFFICULTY_NAMES)
    return {word: _(name) for named in names for word, name in named.items()}


def note_looks(lines: Sequence[finding.Line | Question]) -> None:
    """A list that shows questions of the examination pool is a look at them."""
    codes = [one.code for one in lines if one.pool is Pool.EXAM]
    if codes:
        look = partial(record, "look at examination questions", now(), whom="bank", codes=codes)
        transaction.afterwards(look)


def _pages(
    form: QuestionsForm, shelf: Bank | None, first: int, whole: int
) -> dict[str, str | None]:
    def at(start: int) -> str:
        kept = form.kept(first=start)
        return (
            url_for(".questions", bank_id=shelf.id, **kept)
            if shelf
            else url_for(".everywhere", **kept)
        )

    later, earlier = first + finding.PAGE, max(0, first - finding.PAGE)
    return {"before": at(earlier) if first else None, "after": at(later) if later < whole else None}


@bank.get("/versions/<int:version_id>")
@needs(Permission.SEE_BANK)
def question(version_id: int):
    version = seen(queries.version(version_id))
    rights = queries.rights(version.question.bank_id)
    page = {"version": version, "asked": read_draft(version.text), "rights": rights, "Right": Right}
    page["blind"] = answers_first(version.question, rights)
    return render_template("bank/question.html", **page, **NAMES)


def answers_first(entry: Question, rights: Collection[Right]) -> bool:
    """Whether the reader reviews here and the newest version has not passed: answered, then seen.

    What an older version had for a key is mostly the key of the newest, so none is shown.
    """
    return not entry.passed and reads_blind(rights)


def reads_blind(rights: Collection[Right]) -> bool:
    """Whether the reader reviews in a bank and does not write there."""
    reviews = Right.REVIEW in rights and me().may(Permission.REVIEW)
    writes = Right.WRITE in rights and me().may(Permission.KEEP_BANK)
    return reviews and not writes


def seen(version: QuestionVersion) -> QuestionVersion:
    """A look into the examination pool is logged."""
    entry = version.question
    if entry.pool is Pool.EXAM:
        transaction.afterwards(
            partial(record, "look at examination question", now(), whom=version, code=entry.code)
        )
    return version
