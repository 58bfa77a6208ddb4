"""Making papers, looking at them, handing them to officers."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.bank import queries as bank
from lms.bank.files import read_question
from lms.bank.rules import TYPE_NAMES, Right
from lms.competencies.queries import abilities
from lms.errors import NotAllowed, Refusal
from lms.papers import queries, services
from lms.papers.forms import BankForm, Known, PaperForm, ReleaseForm
from lms.web.here import me, now, roll, today
from lms.web.refusals import said

papers = Blueprint("papers", __name__, url_prefix="/papers")


def _units() -> list[tuple[int, str]]:
    return [(held.org_id, held.unit) for held in me().granting([Permission.MAKE_PAPERS])]


def _banks() -> dict[int, str]:
    """The banks of which the reader may make papers."""
    found = bank.banks_for(Right.MAKE_PAPERS)
    if not found:
        raise NotAllowed("您没有可用来组卷的题库，请联系题库的管理单位。")
    return {one.id: one.title for one in found}


@papers.get("/")
@needs(Permission.MAKE_PAPERS)
def shelf():
    return render_template("papers/shelf.html", papers=queries.papers(), banks=bank.banks())


@papers.get("/new")
@needs(Permission.MAKE_PAPERS)
def new():
    return _page(PaperForm(banks=BankForm.asked().chosen(_banks())))


@papers.post("/new")
@needs(Permission.MAKE_PAPERS)
def make():
    form = PaperForm.filled()
    try:
        rule = form.asked_of(_known(), _banks())
        made = services.make_paper(rule, roll(), now(), me().id)
    except Refusal as refusal:
        return _page(form, said(refusal)), 422
    return redirect(url_for(".paper", paper_id=made.id), 303)


def _known() -> Known:
    return {code: (one.id, one.name) for code, one in abilities().items()}


def _page(form: PaperForm, fault: str = ""):
    """The form with what the banks hold beside it, so that nobody asks for what is not there."""
    known, banks = _known(), _banks()
    form.offer(known, banks)
    chosen = [int(key) for key in form.banks.data or () if int(key) in banks] or list(banks)
    stock = queries.stock(chosen, list(known.values()), today())
    return render_template("papers/new.html", form=form, fault=fault, stock=stock)


@papers.get("/<int:paper_id>")
@needs(Permission.MAKE_PAPERS)
def paper(paper_id: int):
    found, form = queries.paper(paper_id), ReleaseForm()
    form.offer(_units())
    slots = [(slot, read_question(slot.version.text)) for slot in queries.slots(paper_id)]
    shown = {"slots": slots, "releases": queries.releases_of(paper_id), "types": TYPE_NAMES}
    return render_template("papers/paper.html", paper=found, form=form, **shown)


@papers.post("/<int:paper_id>/release")
@needs(Permission.MAKE_PAPERS)
def release(paper_id: int):
    form = ReleaseForm.filled()
    services.release(queries.paper(paper_id), form.unit_of(_units()), now(), me().id)
    flash(_("已提供。该单位和下级的培训管理员可以用这份试卷安排测评，但看不到试题。"), "ok")
    return redirect(url_for(".paper", paper_id=paper_id), 303)
