"""Blueprints, the papers made of them, and handing these to officers."""

from collections.abc import Collection
from functools import partial
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank import queries as bank
from lms.bank.files import read_question
from lms.bank.rules import TYPE_NAMES, Right
from lms.bank.showing import weighed
from lms.clock import start_of
from lms.competencies.queries import abilities
from lms.competencies.rules import PROJECT_NAMES
from lms.errors import NotAllowed, Refusal
from lms.papers import making, queries, services, showing, standing
from lms.papers.checking import looked_through
from lms.papers.forms import (
    AssembleForm,
    BankForm,
    BlueprintForm,
    Known,
    PartForm,
    ReleaseForm,
    typed,
)
from lms.papers.printing import sections
from lms.papers.printing_files import word_file
from lms.papers.rules import Rule, known
from lms.papers.samples import SAMPLES, sample
from lms.papers.standing import Lack
from lms.papers.tables import matrix
from lms.scoring.totals import plain
from lms.web import transaction
from lms.web.forms import Mistyped
from lms.web.here import asked_of, asked_since, cohorts, me, now, roll, today, used
from lms.web.refusals import said

papers = Blueprint("papers", __name__, url_prefix="/papers")
MAKES = Permission.MAKE_PAPERS


def _units() -> list[tuple[int, str]]:
    return [(held.org_id, held.unit) for held in me().granting([MAKES])]


def _banks() -> dict[int, str]:
    """The banks of which the reader may make papers."""
    found = bank.banks_for(Right.MAKE_PAPERS)
    if not found:
        raise NotAllowed("您没有可用来组卷的题库，请联系题库的管理单位。")
    return {one.id: one.title for one in found}


def _known() -> Known:
    return {code: (one.id, one.name) for code, one in abilities().items()}


# ── blueprints ──────────────────────────────────────────────────────────────────────────────────


@papers.get("/blueprints")
@needs(MAKES)
def blueprints():
    shown = {"samples": SAMPLES, "projects": PROJECT_NAMES}
    return render_template("papers/blueprints.html", blueprints=queries.blueprints(), **shown)


@papers.get("/blueprints/new")
@needs(MAKES)
def new():
    asked, known, banks = BankForm.asked(), _known(), _banks()
    chosen = asked.chosen(banks)
    if asked.sample.data not in SAMPLES:
        return _page(BlueprintForm(banks=chosen))
    first = sample(asked.sample.data, tuple(chosen), known)
    return _page(BlueprintForm(**typed(first, known) | {"title": _(first.title)}), rule=first)


@papers.post("/blueprints/new")
@needs(MAKES)
def make():
    return _kept(None)


@papers.get("/blueprints/<int:blueprint_id>/edit")
@needs(MAKES)
def edit(blueprint_id: int):
    found = queries.blueprint(blueprint_id)
    rule = queries.rule_of(found)
    return _page(BlueprintForm(**typed(rule, _known())), found, rule=rule)


@papers.post("/blueprints/<int:blueprint_id>/edit")
@needs(MAKES)
def change(blueprint_id: int):
    return _kept(queries.blueprint(blueprint_id))


def _of_late(rule: Rule) -> Collection[int]:
    """The questions that were asked within the months for which the rule bars them."""
    since = queries.unused_since(rule, today())
    return asked_since(start_of(since)) if since else ()


def _shares(rule: Rule) -> dict[int, float]:
    """What people earn with the questions of its banks, where that is known."""
    return known(used(rule.banks))


def _kept(found):
    """Keep what was sent; or, where another button was pressed, show it with what it finds."""
    form = BlueprintForm.filled()
    form.offer(_known(), _banks())
    if "more" in request.form:
        form.more()
        return _page(form, found)
    try:
        rule = form.rule(_known(), _banks())
        if "check" in request.form:
            return _page(form, found)
        kept = services.keep_blueprint(rule, now(), me().id, found)
    except Refusal as refusal:
        return _page(form, found, said(refusal)), 422
    return redirect(url_for(".blueprint", blueprint_id=kept.id), 303)


def _page(form: BlueprintForm, found=None, fault: str = "", rule: Rule | None = None):
    """The form with what the banks hold beside each row, so that nobody asks for what is not."""
    form.offer(_known(), _banks())
    shown = {"found": found, "fault": fault, "stock": _stock(form, rule) if not form.errors else {}}
    return render_template("papers/edit.html", form=form, how_hard=showing.how_hard(), **shown)


def _stock(form: BlueprintForm, rule: Rule | None = None) -> dict[str, object]:
    """For the rows that are filled in: how many there are and how many lack; and the totals."""
    if not form.filled_rows():
        return {}
    if not (form.title.data or "").strip():
        form.title.raw_data = [_("蓝图")]  # one without a name yet has a stock already
    try:
        rule = rule or form.rule(_known(), _banks())
    except Mistyped:
        return {}
    found = making.stock(rule, now(), roll(), _of_late(rule), _shares(rule))
    places = [row.name for row in form.filled_rows()]
    numbers = zip(found.have, found.short, found.known, strict=True)
    cells = dict(zip(places, numbers, strict=True))
    whole = {
        "questions": rule.questions,
        "points": plain(rule.points),
        "known": showing.known_of(found),
    }
    return {"cells": cells, "lacking": [said(one) for one in found.lacking], **whole}


@papers.post("/blueprints/stock")
@needs(MAKES)
def stock():
    form = BlueprintForm.filled()
    form.offer(_known(), _banks())
    return jsonify(_stock(form))


@papers.get("/blueprints/<int:blueprint_id>")
@needs(MAKES)
def blueprint(blueprint_id: int):
    found = queries.blueprint(blueprint_id)
    rule = queries.rule_of(found)
    stock_ = making.stock(rule, now(), roll(), _of_late(rule), _shares(rule))
    shown = {"made": queries.made_from(blueprint_id), "stock": stock_}
    told = {
        "names": PROJECT_NAMES,
        "types": TYPE_NAMES,
        "table": matrix(rule),
        "named": making.named,
        "how_hard": showing.how_hard(),
        "known_of": showing.known_of(stock_),
    }
    return render_template(
        "papers/blueprint.html", blueprint=found, rule=rule, said=said, **shown, **told
    )


@papers.post("/blueprints/<int:blueprint_id>/copy")
@needs(MAKES)
def copy(blueprint_id: int):
    found = services.copy_blueprint(queries.blueprint(blueprint_id), now(), me().id)
    flash(_("已复制，请改成需要的样子。"), "ok")
    return redirect(url_for(".edit", blueprint_id=found.id), 303)


# ── papers ──────────────────────────────────────────────────────────────────────────────────────


@papers.get("/blueprints/<int:blueprint_id>/assemble")
@needs(MAKES)
def assembling(blueprint_id: int):
    found = queries.blueprint(blueprint_id)
    return _assembling(found, AssembleForm(title=found.title))


@papers.post("/blueprints/<int:blueprint_id>/assemble")
@needs(MAKES)
def assemble(blueprint_id: int):
    found, form = queries.blueprint(blueprint_id), AssembleForm.filled()
    form.offer([(one.id, one.full_title) for one in queries.papers()], cohorts())
    try:
        if not form.validate():
            raise Mistyped(form)
        rule = queries.rule_of(found)
        wanted = making.Wanted(
            form.title.data.strip(),
            form.names(),
            form.avoid.data,
            form.unreviewed.data,
            {*_of_late(rule), *asked_of(form.cohorts.data)},
            _shares(rule),
        )
        made = making.make_papers(found, rule, wanted, roll(), now(), me().id)
    except Refusal as refusal:
        return _assembling(found, form, said(refusal)), 422
    return redirect(url_for(".paper", paper_id=made[0].id), 303)


def _assembling(found, form: AssembleForm, fault: str = ""):
    form.offer([(one.id, one.full_title) for one in queries.papers()], cohorts())
    return render_template("papers/assemble.html", blueprint=found, form=form, fault=fault)


@papers.get("/")
@needs(MAKES)
def shelf():
    shown = {"blueprints": queries.blueprints(), "may": bool(bank.banks())}
    return render_template("papers/shelf.html", papers=queries.papers(), **shown)


@papers.get("/<int:paper_id>")
@needs(MAKES)
def paper(paper_id: int):
    found, form = queries.paper(paper_id), ReleaseForm()
    queries.refuse_in_part(paper_id)
    transaction.afterwards(partial(record, "look at paper", now(), whom=found))
    form.offer(_units())
    slots = [(slot, read_question(slot.version.text)) for slot in queries.slots(paper_id)]
    shown: dict[str, Any] = {
        "slots": slots,
        "releases": queries.releases_of(paper_id),
        "types": TYPE_NAMES,
        "hard": showing.hard(slots, used(queries.banks_of(paper_id))),
    }
    shown |= {"series": queries.series(found), "said": said}
    shown |= looked_through(found.points, slots, weighed)
    shown["troubles"] += standing.troubles(lacking := standing.lacking(paper_id, today()))
    shown["unreviewed"] = len(standing.numbers(lacking, Lack.UNREVIEWED))
    shown["mended"] = len(standing.numbers(lacking, Lack.MENDED))
    return render_template("papers/paper.html", paper=found, form=form, **shown)


@papers.post("/<int:paper_id>/release")
@needs(MAKES)
def release(paper_id: int):
    form = ReleaseForm.filled()
    services.release(queries.paper(paper_id), form.unit_of(_units()), now(), me().id)
    flash(_("已提供。该单位和下级的培训管理员可以用这份试卷安排测评，但看不到试题。"), "ok")
    return redirect(url_for(".paper", paper_id=paper_id), 303)


@papers.post("/<int:paper_id>/send")
@needs(MAKES)
def send(paper_id: int):
    """Every question of the paper goes to the reviewers; their queue can be this paper."""
    found = queries.paper(paper_id)
    sent = standing.send(found, standing.lacking(paper_id, today()), now())
    flash(_("已送审。新送 %(n)s 题，其余已在审题人那里。", n=sent), "ok")
    return redirect(url_for(".paper", paper_id=paper_id), 303)


@papers.post("/<int:paper_id>/take-mended")
@needs(MAKES)
def take_mended(paper_id: int):
    done = standing.take_mended(queries.paper(paper_id), today(), now())
    flash(_("已换成改好的一版，共 %(n)s 题。", n=done), "ok")
    return redirect(url_for(".paper", paper_id=paper_id), 303)


@papers.get("/<int:paper_id>/print")
@needs(MAKES)
def printed(paper_id: int):
    """The paper, an answer sheet, or the key: apart, so that no key lies on a desk by mistake."""
    found, part = queries.paper(paper_id), PartForm.asked().chosen
    queries.refuse_in_part(paper_id)
    slots = [(slot, read_question(slot.version.text)) for slot in queries.slots(paper_id)]
    note = partial(record, "print paper", now(), whom=found, part=part)
    transaction.afterwards(note)
    shown = {"sections": sections(slots), "part": part, "types": TYPE_NAMES}
    return render_template("papers/print.html", paper=found, **shown)


@papers.get("/<int:paper_id>/document")
@needs(MAKES)
def document(paper_id: int):
    """The same as a Word document, each part a file of its own."""
    found, part = queries.paper(paper_id), PartForm.asked().chosen
    queries.refuse_in_part(paper_id)
    slots = [(slot, read_question(slot.version.text)) for slot in queries.slots(paper_id)]
    made = word_file(found.full_title, found.minutes, found.points, sections(slots), part)
    transaction.afterwards(
        partial(record, "print paper", now(), whom=found, part=part, file="docx")
    )
    return made
