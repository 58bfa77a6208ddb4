"""The trainer's shelves: banks, their questions, one question."""

from functools import partial

from flask import Blueprint, render_template, url_for

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank import queries
from lms.bank.files import read_question
from lms.bank.forms import QuestionsForm
from lms.bank.models import QuestionVersion
from lms.bank.rules import (
    CREDIT_NAMES,
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    MAKERS,
    ORIGIN_NAMES,
    POOL_NAMES,
    STATE_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    Pool,
    Right,
)
from lms.competencies.queries import abilities
from lms.errors import NotFound
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
}
SEES = (Permission.SEE_BANK, Permission.KEEP_BANK, Permission.REVIEW, Permission.MAKE_PAPERS)


def held_on(bank_id: int) -> set[Right]:
    """What the reader is named on a bank for."""
    return queries.rights(bank_id, me().id, [held.org_id for held in me().granting(SEES)])


@bank.get("/")
@needs(Permission.SEE_BANK)
def banks():
    return render_template("bank/banks.html", banks=queries.banks())


@bank.get("/<int:bank_id>")
@needs(Permission.SEE_BANK)
def questions(bank_id: int):
    form = QuestionsForm.asked()
    form.offer((one.id, one.name) for one in abilities().values())
    if not form.validate():
        raise Mistyped(form)
    shelf, first = queries.bank(bank_id), form.first.data or 0
    found, whole = queries.questions(bank_id, form.sought(), held_on(bank_id), first)
    page = {"found": found, "whole": whole, "first": first, **_pages(form, bank_id, first, whole)}
    return render_template("bank/questions.html", bank=shelf, form=form, **page, **NAMES)


def _pages(form: QuestionsForm, bank_id: int, first: int, whole: int) -> dict[str, str | None]:
    def at(start: int) -> str:
        return url_for(".questions", bank_id=bank_id, **form.kept(first=start))

    later, earlier = first + queries.PAGE, max(0, first - queries.PAGE)
    return {"before": at(earlier) if first else None, "after": at(later) if later < whole else None}


@bank.get("/versions/<int:version_id>")
@needs(Permission.SEE_BANK)
def question(version_id: int):
    version = _seen(queries.version(version_id))
    asked = read_question(version.text)
    return render_template("bank/question.html", version=version, asked=asked, **NAMES)


def _seen(version: QuestionVersion) -> QuestionVersion:
    """A look into the examination pool is for its makers, and is logged."""
    entry = version.question
    if entry.pool is Pool.EXAM:
        if not held_on(entry.bank_id) & MAKERS:
            raise NotFound("没有找到，或不在您的权限范围内。")
        transaction.afterwards(
            partial(record, "look at examination question", now(), whom=version, code=entry.code)
        )
    return version
