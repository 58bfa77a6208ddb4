"""The tree of units, one unit, and who took over what was closed."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.db import find
from lms.orgs import grouping, labels, queries, services
from lms.orgs.forms import (
    SURE,
    LabelForm,
    SearchForm,
    SuccessorForm,
    SuccessorsForm,
    SureForm,
    SystemForm,
)
from lms.orgs.models import OrgUnit, Succession
from lms.orgs.rules import KIND_NAMES, Node, forest, like
from lms.orgs.systems import SYSTEM_NAMES
from lms.web.here import headcounts, me, now, today

orgs = Blueprint("orgs", __name__, url_prefix="/units")


@orgs.get("/")
@needs(Permission.SEE_UNITS)
def tree():
    units = queries.mine_all(me().units(Permission.SEE_UNITS))
    below = [(unit, queries.below(unit)) for unit in units]
    counts = headcounts({one.id for unit, units in below for one in [unit, *units]})
    trees = [(unit, _grown(unit, units, counts)) for unit, units in below]
    return render_template("orgs/tree.html", trees=trees, counts=counts, keeps=_keeps())


@orgs.get("/<int:unit_id>")
@needs(Permission.SEE_UNITS)
def unit(unit_id: int):
    about = queries.about(queries.mine(unit_id))
    below = queries.below(about.unit)
    counts = headcounts({one.id for one in [about.unit, *about.beside, *below]})
    nodes = _grown(about.unit, below, counts)
    return render_template(
        "orgs/unit.html",
        about=about,
        nodes=nodes,
        counts=counts,
        names=KIND_NAMES,
        systems=SYSTEM_NAMES,
        system=grouping.belongs(about.unit) if grouping.may_be_given(about.unit) else None,
        form=_system_form(about) if _keeps() and grouping.may_be_given(about.unit) else None,
        keeps=_keeps(),
    )


def _system_form(about: queries.About) -> SystemForm:
    """As it stands today; a correction mostly holds from the beginning."""
    held = grouping.given(about.unit)
    first = about.spans[0][0].from_on if about.spans else about.unit.opened_on
    return SystemForm.asked(data={"system": held.value if held else "", "from_on": first})


@orgs.post("/<int:unit_id>/system")
@needs(Permission.KEEP_UNITS)
def put_into_system(unit_id: int):
    unit, form = queries.mine(unit_id), SystemForm.sent()
    grouping.put(unit, form.chosen, form.from_on.data, now())
    said = _(SYSTEM_NAMES[grouping.belongs(unit)])
    flash(_("已记录：%(unit)s 属%(system)s。", unit=unit.name, system=said), "ok")
    return redirect(url_for(".unit", unit_id=unit.id))


@orgs.get("/search")
@needs(Permission.SEE_UNITS)
def search():
    form = SearchForm.asked()
    found = queries.searched(form.q.data or "") if form.validate() else []
    return render_template("orgs/search.html", form=form, found=found, names=KIND_NAMES)


@orgs.get("/successors")
@needs(Permission.KEEP_UNITS)
def successors():
    form = SuccessorsForm.asked(units=queries.parts(me().units(Permission.KEEP_UNITS)))
    pending = queries.undecided(**form.chosen(), sure=SURE)
    return render_template("orgs/successors.html", form=form, pending=pending)


@orgs.get("/<int:unit_id>/successor")
@needs(Permission.KEEP_UNITS)
def successor(unit_id: int):
    closed, form = queries.mine(unit_id), SearchForm.asked()
    words = form.q.data or "" if form.validate() else ""
    found = queries.searched(words, like(closed.kind), near=closed.above)
    about, proposal = queries.about(closed), queries.proposal_for(closed)
    return render_template(
        "orgs/successor.html", about=about, proposal=proposal, form=form, found=found
    )


@orgs.post("/<int:unit_id>/successor")
@needs(Permission.KEEP_UNITS)
def choose(unit_id: int):
    closed = queries.mine(unit_id)
    chosen = queries.mine(SuccessorForm.sent().successor.data)
    services.choose(closed, chosen, me().id, now())
    return _decided(_("已确认：%(unit)s 由 %(heir)s 承接。", unit=closed.name, heir=chosen.name))


@orgs.post("/successors/<int:succession_id>/confirm")
@needs(Permission.KEEP_UNITS)
def confirm(succession_id: int):
    found = find(Succession, succession_id)
    names = {"unit": found.unit.name, "heir": found.successor.name}
    services.confirm(found, me().id, now())
    return _decided(_("已确认：%(unit)s 由 %(heir)s 承接。", **names))


@orgs.post("/successors/<int:succession_id>/refuse")
@needs(Permission.KEEP_UNITS)
def refuse(succession_id: int):
    found = find(Succession, succession_id)
    services.refuse(found, me().id, now())
    return _decided(_("已记录：%(unit)s 没有承接单位，仍在原上级之下。", unit=found.unit.name))


@orgs.post("/successors/sure")
@needs(Permission.KEEP_UNITS)
def confirm_sure():
    top = queries.mine(SureForm.sent().unit.data)
    done = services.confirm_sure(top.path, SURE, me().id, now())
    return _decided(_("已确认 %(n)s 个单位的承接关系。", n=done))


# ── labels: for county and city officers alone ──────────────────────────────────────────────────


@orgs.get("/labels")
@needs(Permission.KEEP_UNITS)
def unit_labels():
    form = LabelForm.asked(data={"from_on": today()})
    unit = queries.mine(form.unit.data) if form.unit.data else None
    words = SearchForm.asked().q.data or ""
    return render_template(
        "orgs/unit_labels.html",
        form=form,
        unit=unit,
        words=words,
        found=queries.searched(words) if words else [],
        rows=labels.borne(),
        known=labels.labels(),
    )


@orgs.post("/labels")
@needs(Permission.KEEP_UNITS)
def label():
    form = LabelForm.sent()
    unit = queries.mine(form.unit.data)
    labels.label_unit(unit, form.label.data or "", form.from_on.data, now(), me().id)
    flash(_("已给“%(unit)s”加上标签。", unit=unit.name), "ok")
    return redirect(url_for(".unit_labels"))


@orgs.post("/labels/<int:label_id>/end")
@needs(Permission.KEEP_UNITS)
def end_label(label_id: int):
    labels.end_label(label_id, today(), now(), me().id)
    flash(_("标签从今天起结束。"), "ok")
    return redirect(url_for(".unit_labels"))


def _grown(top: OrgUnit, below: list[OrgUnit], counts: dict[int, int]) -> list[Node]:
    """The tree below a unit, with the persons in each."""
    units = [(one.id, one.parent_id, one.name) for one in below]
    return forest(top.id, units, counts, lambda unit_id: url_for(".unit", unit_id=unit_id))


def _keeps() -> bool:
    """Whether this person decides on successors."""
    return me().may(Permission.KEEP_UNITS)


def _decided(said: str) -> Any:
    flash(said, "ok")
    return redirect(url_for(".successors"))
