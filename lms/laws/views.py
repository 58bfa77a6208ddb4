"""The register of laws: looked at by all who write and review, kept by the city."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, Role, needs
from lms.errors import NotAllowed, Refusal
from lms.laws import queries, services
from lms.laws.forms import EditionForm, EndForm, SeekForm, SuccessorForm, TextForm
from lms.laws.models import LawEdition
from lms.laws.rules import STANDING_NAMES, standing
from lms.orgs.queries import top
from lms.web.forms import Mistyped
from lms.web.here import me, now, today
from lms.web.refusals import said

laws = Blueprint("laws", __name__, url_prefix="/laws")
KEEP = Permission.KEEP_LAWS
LOOKS = (KEEP, Permission.SEE_BANK)


def keeps() -> bool:
    """One register serves the whole city, so whoever keeps it answers for the whole city."""
    city = top()
    return any(
        held.role is Role.SYSTEM_ADMIN or (city is not None and held.org_id == city.id)
        for held in me().granting([KEEP])
    )


def _refuse_below_the_city() -> None:
    if not keeps():
        raise NotAllowed("法规登记表由市里统一维护。发现法规有变动，请告诉市级题库管理人员。")


@laws.get("/")
@needs(*LOOKS)
def register():
    form = SeekForm.asked()
    if not form.validate():
        raise Mistyped(form)
    found = [one for one in queries.editions() if form.fits(one, today())]
    shown = {"form": form, "with_texts": queries.with_texts(), "keeps": keeps()}
    return render_template("laws/register.html", editions=found, stands=_stands, **shown, **NAMES)


NAMES = {"standings": STANDING_NAMES}


def _stands(one: LawEdition):
    return standing(one.status, one.from_on, one.to_on, today())


@laws.get("/new")
@needs(KEEP)
def new():
    _refuse_below_the_city()
    return render_template("laws/new.html", form=EditionForm())


@laws.post("/new")
@needs(KEEP)
def add():
    _refuse_below_the_city()
    form = EditionForm.filled()
    if not form.validate():
        return render_template("laws/new.html", form=form), 422
    row = services.add_edition(form.planned(), now())
    flash(_("已登记。有条文的，请接着上传。"), "ok")
    return redirect(url_for(".edition", law_edition_id=row.id), 303)


@laws.get("/<int:law_edition_id>")
@needs(*LOOKS)
def edition(law_edition_id: int):
    return _edition_page(queries.edition(law_edition_id))


def _edition_page(row: LawEdition, form: EndForm | None = None):
    known, others = queries.known_articles(row) or {}, queries.others(row)
    form = form or EndForm(others=others)
    shown = {"known": known, "keeps": keeps(), "form": form, "standing": _stands(row)}
    follow = SuccessorForm(others=others, successor=str(row.successor_id or 0))
    return render_template("laws/edition.html", edition=row, follow=follow, **shown, **NAMES)


@laws.post("/<int:law_edition_id>/end")
@needs(KEEP)
def end(law_edition_id: int):
    _refuse_below_the_city()
    row = queries.edition(law_edition_id)
    form = EndForm.filled(others=queries.others(row))
    if not form.validate():
        return _edition_page(row, form), 422
    services.end_edition(row, form.to_on.data, _successor(form), now())
    flash(_("已登记。以这一版为依据的题已列入待核，请到“审题”里逐题核对。"), "ok")
    return redirect(url_for(".edition", law_edition_id=row.id), 303)


@laws.post("/<int:law_edition_id>/successor")
@needs(KEEP)
def choose_successor(law_edition_id: int):
    _refuse_below_the_city()
    row = queries.edition(law_edition_id)
    form = SuccessorForm.sent(others=queries.others(row))
    services.choose_successor(row, _successor(form), now())
    return redirect(url_for(".edition", law_edition_id=row.id), 303)


def _successor(form: SuccessorForm) -> LawEdition | None:
    return queries.edition(form.successor.data) if form.successor.data else None


@laws.get("/<int:law_edition_id>/text")
@needs(KEEP)
def text(law_edition_id: int):
    _refuse_below_the_city()
    row = queries.edition(law_edition_id)
    return render_template("laws/text.html", edition=row, form=TextForm(), law=None, fault="")


@laws.post("/<int:law_edition_id>/text")
@needs(KEEP)
def add_text(law_edition_id: int):
    """What was understood is shown; only the second press keeps it."""
    _refuse_below_the_city()
    row, form = queries.edition(law_edition_id), TextForm.filled()
    try:
        law = form.understood()
    except Refusal as refusal:
        shown = {"form": form, "law": None, "fault": said(refusal)}
        return render_template("laws/text.html", edition=row, **shown), 422
    if not form.confirmed:
        form.text.data = law.text
        told = [said(doubt) for doubt in law.doubts]
        known = {"law": law, "doubts": told}
        return render_template("laws/text.html", edition=row, form=form, fault="", **known)
    services.add_text(row, law, now(), me().id)
    flash(
        _("已写入 %(n)s 条。以这一版为依据的题已与条文核对，请逐题放行。", n=len(law.articles)),
        "ok",
    )
    return redirect(url_for(".edition", law_edition_id=row.id), 303)
