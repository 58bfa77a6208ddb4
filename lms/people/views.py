"""Persons: found, looked at, recorded, moved; who holds which role; two records that are one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import ROLE_NAMES, Permission, Role, needs
from lms.orgs import queries as orgs
from lms.people import about, finding, giving, merging, queries, services
from lms.people import transfers as moves
from lms.people.asking import keys, meant, named, newcomer, remembered, sought
from lms.people.facts import FACT_NAMES
from lms.people.forms import (
    AddForm,
    ConfirmForm,
    CorrectForm,
    EndForm,
    GiveForm,
    ListForm,
    MoveForm,
    PostForm,
    RolesForm,
    SureForm,
    WhyForm,
)
from lms.people.rules import POST_NAMES, TABLE_NAMES, TRANSFER_NAMES, Post
from lms.web.here import me, now, today

people = Blueprint("people", __name__, url_prefix="/people")
SEE = (Permission.SEE_UNITS, Permission.KEEP_ROSTER)
KEEP = Permission.KEEP_ROSTER
TRANSFER = (Permission.KEEP_ROSTER, Permission.CONFIRM_TRANSFER)
GIVE = Permission.GIVE_ROLES


@people.context_processor
def words() -> dict[str, object]:
    """What every page of this room knows: names, the day, and what this person may do."""
    names = {"posts": POST_NAMES, "role_names": ROLE_NAMES, "transfer_names": TRANSFER_NAMES}
    names |= {"labels": TABLE_NAMES, "fact_names": FACT_NAMES}
    may = {"keeps": KEEP, "gives": GIVE, "issues": Permission.ISSUE_SLIPS}
    mine = {word: bool(me()) and me().may(needed) for word, needed in may.items()}
    return names | mine | {"today": today()}


# ── finding ────────────────────────────────────────────────────────────────────────────────────


@people.get("/")
@needs(*SEE)
def search():
    form, units = ListForm.asked(), orgs.mine_all(me().units(*SEE))
    form.validate()
    unit = orgs.mine(form.unit.data) if form.unit.data else units[0]
    rows, total = finding.listed(unit, keys(), today(), form.chosen_post, form.chosen_page)
    shown = {"rows": rows, "total": total, "size": finding.PAGE, "unit": unit, "q": None}
    return render_template("people/search.html", form=form, units=units, **shown)


@people.post("/")
@needs(*SEE)
def seek():
    return remembered(url_for(".found"))


@people.get("/found")
@needs(*SEE)
def found():
    text = sought()
    rows = finding.searched(text, keys(), today())
    shown = {"rows": rows[: finding.MOST], "total": len(rows), "size": finding.MOST, "q": text}
    return render_template("people/search.html", form=ListForm(), unit=None, units=[], **shown)


# ── one person ─────────────────────────────────────────────────────────────────────────────────


@people.get("/<int:person_id>")
@needs(*SEE)
def person(person_id: int):
    return _page_of(person_id, masked=True)


@people.post("/<int:person_id>/numbers")
@needs(*SEE)
def unmask(person_id: int):
    about.note_look(person_id, now())
    return _page_of(person_id, masked=False)


def _page_of(person_id: int, *, masked: bool) -> str:
    shown = about.about(person_id, keys(), today(), masked=masked)
    return render_template("people/person.html", about=shown)


@people.get("/add")
@needs(KEEP)
def add():
    form = AddForm(from_on=today(), unit=named(ListForm.asked()))
    return render_template("people/add.html", form=form, match=None)


@people.post("/add")
@needs(KEEP)
def added():
    form, unit, match = newcomer()
    if unit is None or match is not None:
        return render_template("people/add.html", form=form, match=match), 422
    new = services.add_person(form.facts(), unit, now(), keys())
    services.post_person(new, unit, Post(form.post.data), form.from_on.data, now(), **form.held())
    return _done(new.id, _("已添加%(name)s。", name=new.name))


@people.post("/add/transfer")
@needs(KEEP)
def ask():
    form, unit, match = newcomer()
    if unit is None or match is None or match.in_scope or match.others:
        return render_template("people/add.html", form=form, match=match), 422
    wanted = moves.Wanted(match.person_id, unit.id, form.from_on.data, (_post(form),))
    asked = moves.ask_transfers([wanted], me().id, now())
    return redirect(url_for(".transfer", transfer_id=asked[0]))


@people.get("/<int:person_id>/correct")
@needs(KEEP)
def correct(person_id: int):
    shown = about.about(person_id, keys(), today())
    return render_template("people/correct.html", form=CorrectForm(obj=shown.person), about=shown)


@people.post("/<int:person_id>/correct")
@needs(KEEP)
def corrected(person_id: int):
    form, shown = CorrectForm.filled(), about.about(person_id, keys(), today())
    if not form.validate():
        return render_template("people/correct.html", form=form, about=shown), 422
    facts = form.corrected(about.facts_of(shown.person, keys()))
    services.correct_person(shown.person, facts, now(), keys(), clear=True)
    return _done(shown.person.id, _("已更正。"))


# ── postings ───────────────────────────────────────────────────────────────────────────────────


@people.get("/<int:person_id>/postings/new")
@needs(KEEP)
def posting(person_id: int):
    form = PostForm(from_on=today(), unit=named(ListForm.asked()))
    return render_template("people/posting.html", form=form, person=queries.one(person_id))


@people.post("/<int:person_id>/postings/new")
@needs(KEEP)
def begin(person_id: int):
    form, one = PostForm.filled(), queries.one(person_id)
    unit = meant(form)
    if unit is None:
        return render_template("people/posting.html", form=form, person=one), 422
    home, held = (one.org if form.sent_from.data else None), form.held()
    post = Post(form.post.data)
    services.post_person(one, unit, post, form.from_on.data, now(), home_unit=home, **held)
    return _done(person_id, _("已记录任职。"))


@people.get("/postings/<int:posting_id>/end")
@needs(KEEP)
def ending(posting_id: int):
    held, form = queries.posting(posting_id), EndForm(on=today())
    return render_template("people/ending.html", form=form, posting=held)


@people.post("/postings/<int:posting_id>/end")
@needs(KEEP)
def end(posting_id: int):
    held, form = queries.posting(posting_id), EndForm.filled()
    if not form.validate():
        return render_template("people/ending.html", form=form, posting=held), 422
    services.end_posting(held, form.on.data, form.reason(), now())
    return _done(held.person_id, _("已结束任职，原记录保留。"))


@people.get("/<int:person_id>/move")
@needs(KEEP)
def move(person_id: int):
    form, held = MoveForm(from_on=today()), queries.going_on(person_id, today())
    return render_template("people/move.html", form=form, person=queries.one(person_id), held=held)


@people.post("/<int:person_id>/move")
@needs(KEEP)
def moved(person_id: int):
    form, one = MoveForm.filled(), queries.one(person_id)
    unit = meant(form, everywhere=True)
    if unit is None:
        held = queries.going_on(person_id, today())
        return render_template("people/move.html", form=form, person=one, held=held), 422
    asked = moves.move_or_ask(one, unit, _post(form), **form.going(), by=me().id, now=now())
    if asked is not None:
        flash(_("该单位不在您的管理范围内，已提出调动申请。"), "ok")
        return redirect(url_for(".transfer", transfer_id=asked))
    return _done(person_id, _("已调动到%(unit)s，原任职记录保留。", unit=unit.name))


# ── transfers ──────────────────────────────────────────────────────────────────────────────────


@people.get("/transfers")
@needs(*TRANSFER)
def transfers():
    page = ListForm.asked().chosen_page
    rows, total = moves.transfers(page)
    shown = [moves.shown(one, me()) for one in rows]
    pages = {"page": page, "size": moves.PAGE, "total": total}
    return render_template("people/transfers.html", rows=shown, **pages)


@people.get("/transfers/<int:transfer_id>")
@needs(*TRANSFER)
def transfer(transfer_id: int):
    shown = moves.shown(moves.transfer(transfer_id), me())
    held = moves.ending(shown.transfer) if shown.decides else []
    return render_template("people/transfer.html", shown=shown, held=held)


@people.post("/transfers/<int:transfer_id>/confirm")
@needs(Permission.CONFIRM_TRANSFER)
def confirm_transfer(transfer_id: int):
    one, chosen = moves.transfer(transfer_id), set(ConfirmForm.sent().ending.data or [])
    moves.confirm(one, [held for held in moves.ending(one) if held.id in chosen], me(), now())
    return _decided(_("已确认调动。"))


@people.post("/transfers/<int:transfer_id>/refuse")
@needs(Permission.CONFIRM_TRANSFER)
def refuse_transfer(transfer_id: int):
    moves.refuse(moves.transfer(transfer_id), WhyForm.sent().why.data or "", me(), now())
    return _decided(_("已记录：不同意调动。"))


@people.post("/transfers/<int:transfer_id>/withdraw")
@needs(KEEP)
def withdraw_transfer(transfer_id: int):
    moves.withdraw_transfers([transfer_id], me().id, now())
    return _decided(_("已撤回调动申请。"))


# ── roles ──────────────────────────────────────────────────────────────────────────────────────


@people.get("/roles")
@needs(GIVE)
def roles():
    form = RolesForm.asked()
    role, page = form.chosen
    rows, total = giving.roles(today(), role, page)
    pages = {"page": page, "size": giving.PAGE, "total": total, "lines": giving.lines(rows)}
    may = {one.id for one in rows if giving.may_end(one, me())}
    return render_template("people/roles.html", form=form, rows=rows, may=may, **pages)


@people.get("/roles/new")
@needs(GIVE)
def appoint():
    text = sought() if "found" in request.args else ""
    rows = finding.searched(text, keys(), today())
    return render_template("people/appoint.html", q=text, rows=rows, most=finding.MOST)


@people.post("/roles/new")
@needs(GIVE)
def seek_for_role():
    return remembered(url_for(".appoint", found=1))


@people.get("/<int:person_id>/roles/new")
@needs(GIVE)
def role(person_id: int):
    form = GiveForm(roles=giving.givable(me()), from_on=today(), unit=giving.own_line(me()))
    held, one = queries.roles_of(person_id, today()), queries.one(person_id)
    return render_template("people/role.html", form=form, person=one, held=held)


@people.post("/<int:person_id>/roles/new")
@needs(GIVE)
def give(person_id: int):
    form, one = GiveForm.filled(roles=giving.givable(me())), queries.one(person_id)
    unit = meant(form)
    if unit is None:
        held = queries.roles_of(person_id, today())
        return render_template("people/role.html", form=form, person=one, held=held), 422
    giving.give_role(one, Role(form.role.data), unit, form.from_on.data, me(), now())
    flash(_("已授予%(name)s角色。请为其打印登录凭条，首次登录时设置密码。", name=one.name), "ok")
    return redirect(url_for(".roles"))


@people.post("/roles/<int:held_id>/end")
@needs(GIVE)
def end_role(held_id: int):
    held = giving.role_held(held_id)
    giving.end_role(held, today(), me(), now())
    flash(_("已结束%(name)s的角色。", name=held.person.name), "ok")
    return redirect(url_for(".roles"))


# ── two records of one person ──────────────────────────────────────────────────────────────────


@people.get("/<int:person_id>/twins")
@needs(KEEP)
def twins(person_id: int):
    one, text = queries.one(person_id), sought() if "found" in request.args else ""
    alike = [] if text else finding.rows_of(merging.lookalikes(one), keys(), today())
    found = alike or finding.searched(text, keys(), today())
    rows = [row for row in found if row.person.id != person_id]
    return render_template("people/twins.html", person=one, rows=rows, q=text)


@people.post("/<int:person_id>/twins")
@needs(KEEP)
def seek_twin(person_id: int):
    return remembered(url_for(".twins", person_id=queries.one(person_id).id, found=1))


@people.get("/<int:person_id>/merge/<int:other_id>")
@needs(KEEP)
def merge(person_id: int, other_id: int):
    pair = about.pair(queries.one(person_id), queries.one(other_id), keys(), today())
    return render_template("people/merge.html", pair=pair, form=SureForm())


@people.post("/<int:person_id>/merge/<int:other_id>")
@needs(KEEP)
def merged(person_id: int, other_id: int):
    kept, gone = queries.one(person_id), queries.one(other_id)
    SureForm.sent()
    moved = merging.merge(kept, gone, now())
    return _done(person_id, _("已合并，移来 %(n)s 条记录。", n=sum(moved.values())))


# ── shared ─────────────────────────────────────────────────────────────────────────────────────


def _post(form: AddForm | MoveForm) -> moves.NewPost:
    return moves.NewPost(Post(form.post.data), **form.held())


def _done(person_id: int, said: str) -> Any:
    flash(said, "ok")
    return redirect(url_for(".person", person_id=person_id))


def _decided(said: str) -> Any:
    flash(said, "ok")
    return redirect(url_for(".transfers"))
