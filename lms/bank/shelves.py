"""The shelves: a bank begins, is shared and handed over; many questions are set; twins."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.bank import queries, setting, sharing, twins
from lms.bank.asking import (
    BankForm,
    ChosenForm,
    EndForm,
    HandOverForm,
    OwnerForm,
    ShareForm,
    TitleForm,
    WishForm,
)
from lms.bank.desk import bank
from lms.bank.models import Bank
from lms.bank.rules import RIGHT_NAMES
from lms.bank.views import note_looks
from lms.competencies.queries import abilities
from lms.errors import Invalid
from lms.jobs import queries as jobs
from lms.jobs.models import Job
from lms.jobs.services import ask
from lms.web.forms import Mistyped
from lms.web.here import me, now, today
from lms.web.refusals import said

KEEP = Permission.KEEP_BANK
COUPLES = 20  # on a page
PLAIN = {"csrf": False}  # the gate has looked at the token; these forms carry none of their own


# ── a bank ──────────────────────────────────────────────────────────────────────────────────────


@bank.get("/new")
@needs(KEEP)
def new_bank():
    return _new(BankForm(org_id=me().org_id))


@bank.post("/new")
@needs(KEEP)
def begin_bank():
    form = BankForm.filled()
    form.offer(me().units(KEEP))
    if not form.validate():
        return _new(form), 422
    made = sharing.begin(form.title.data.strip(), form.org_id.data, now(), today().year)
    flash(_("题库已建好。现在可以写题，或把已有的题库文件带进来。"), "ok")
    return redirect(url_for(".questions", bank_id=made.id), 303)


def _new(form: BankForm) -> str:
    form.offer(me().units(KEEP))
    return render_template("bank/new_bank.html", form=form)


@bank.get("/<int:bank_id>/settings")
@needs(KEEP)
def settings(bank_id: int):
    return _settings(queries.bank(bank_id))


def _settings(shelf: Bank, **typed: Any) -> str:
    """The page; `typed` holds the form that was filled in wrongly."""
    reach, desks = sharing.reachable(today()), sharing.desks(shelf.id)
    forms = {
        "title": TitleForm(title=shelf.title),
        "owner": OwnerForm(org_id=shelf.org_id),
        "share": ShareForm(),
        "hand": HandOverForm(),
        **typed,
    }
    forms["owner"].offer(me().units(KEEP))
    forms["share"].offer(reach.units, reach.persons)
    named = [(one.person_id, f"{one.name}（{one.unfinished}）") for one in desks]
    forms["hand"].offer(named, _writers())
    shown = {"named": sharing.named(shelf), "desks": desks, "owner": sharing.owner(shelf)}
    shown |= {"rights": {one: _(name) for one, name in RIGHT_NAMES.items()}}
    keeps = sharing.keeps(shelf, me())
    return render_template("bank/settings.html", bank=shelf, forms_of=forms, keeps=keeps, **shown)


@bank.post("/<int:bank_id>/title")
@needs(KEEP)
def rename(bank_id: int):
    shelf, form = sharing.kept(bank_id, me()), TitleForm.filled()
    if not form.validate():
        return _settings(shelf, title=form), 422
    sharing.rename(shelf, form.title.data.strip(), now())
    return _back(shelf, _("题库名称已改。"))


@bank.post("/<int:bank_id>/share")
@needs(KEEP)
def share(bank_id: int):
    shelf, form, reach = sharing.kept(bank_id, me()), ShareForm.filled(), sharing.reachable(today())
    form.offer(reach.units, reach.persons)
    if not form.validate():
        return _settings(shelf, share=form), 422
    fresh = sharing.share(shelf, form.chosen, now(), me(), **form.who)
    return _back(shelf, _("已共享。") if fresh else _("这些权限原来就有，没有变化。"))


@bank.post("/<int:bank_id>/share/end")
@needs(KEEP)
def end_share(bank_id: int):
    shelf, form = sharing.kept(bank_id, me()), EndForm.filled()
    sharing.end_share(shelf, form.row.data or [], now(), me())
    return _back(shelf, _("已结束。记录保留。"))


@bank.post("/<int:bank_id>/owner")
@needs(KEEP)
def give_bank(bank_id: int):
    shelf, form = sharing.kept(bank_id, me()), OwnerForm.filled()
    form.offer(me().units(KEEP))
    if not form.validate():
        return _settings(shelf, owner=form), 422
    sharing.give_to(shelf, form.org_id.data, now(), me())
    return _back(shelf, _("已移交。原管理单位仍按下面列出的权限使用，可以逐项结束。"))


@bank.post("/<int:bank_id>/handover")
@needs(KEEP)
def hand_over(bank_id: int):
    shelf, form = sharing.kept(bank_id, me()), HandOverForm.filled()
    form.offer([(one.person_id, one.name) for one in sharing.desks(shelf.id)], _writers())
    if not form.validate():
        return _settings(shelf, hand=form), 422
    n = sharing.hand_over(shelf, form.leaver.data, form.successor.data, now(), me())
    return _back(shelf, _("已交接 %(n)s 题。", n=n))


def _writers() -> list[tuple[int, str, str]]:
    """Who can go on with what another has not finished: a reviewer writes nothing."""
    return sharing.reachable(today(), sharing.WRITERS).persons


@bank.post("/<int:bank_id>/retire")
@needs(KEEP)
def put_away(bank_id: int):
    shelf = sharing.kept(bank_id, me())
    sharing.put_away(shelf, now())
    return _back(shelf, _("题库已停用。已有的试题、试卷和成绩都保留。"))


@bank.post("/<int:bank_id>/reopen")
@needs(KEEP)
def take_out(bank_id: int):
    shelf = sharing.kept(bank_id, me())
    sharing.take_out(shelf, now())
    return _back(shelf, _("题库已恢复使用。"))


def _back(shelf: Bank, words: str):
    flash(words, "ok")
    return redirect(url_for(".settings", bank_id=shelf.id), 303)


# ── many questions ──────────────────────────────────────────────────────────────────────────────


@bank.post("/questions/set")
@needs(KEEP)
def set_many():
    """Three steps by one door: what to set, what that would do, and doing it."""
    chosen, form = ChosenForm.filled(meta=PLAIN), WishForm.filled(meta=PLAIN)
    known = abilities().values()
    chosen.offer((one.id, one.name) for one in known)
    form.offer((one.code, one.name) for one in known)
    if not chosen.validate():
        raise Mistyped(chosen)
    ids = chosen.ids
    sound = not form.step.data or (form.validate() and _may_be_set(ids, form))
    if form.step.data == "do" and sound:
        return _carried_out(chosen, form)
    shown = {"count": len(ids), "hidden": chosen.hidden(ids), "back": _list(chosen)}
    shown |= {"preview": bool(form.step.data and sound), "form": form}
    return render_template("bank/set_many.html", **shown), 200 if sound else 422


def _may_be_set(ids: list[int], form: WishForm) -> bool:
    """What stands against another pool is told beside its field; what was typed stays."""
    try:
        setting.refuse(ids, form.wish(), me())
    except Invalid as refusal:
        if not form.pool.data:
            raise
        form.pool.errors = [said(refusal)]
    return not form.pool.errors


def _carried_out(chosen: ChosenForm, form: WishForm):
    ids, back = chosen.same_ids(), _list(chosen)
    done = setting.carry_out(ids, form.wish(), now(), me(), back)
    if isinstance(done, Job):
        return redirect(url_for("jobs.job", job_id=done.id), 303)
    flash(_("已设置，%(n)s 题有变化。", n=done), "ok")
    return redirect(back, 303)


def _list(chosen: ChosenForm) -> str:
    """The list from which the questions were chosen."""
    if chosen.bank.data:
        return url_for(".questions", bank_id=chosen.bank.data, **chosen.kept())
    return url_for(".everywhere", **chosen.kept())


# ── twins ───────────────────────────────────────────────────────────────────────────────────────


@bank.get("/<int:bank_id>/twins")
@needs(KEEP)
def alike(bank_id: int):
    """The pairs of a bank that ask the same; of a large one, as its job found them.

    For writers: who is to review a question sees no key of it before answering.
    """
    shelf, job_id = queries.bank(bank_id), request.args.get("job", 0, int)
    large, pairs = queries.size(bank_id) > twins.AT_ONCE, []
    if job_id:
        pairs = [tuple(pair) for pair in jobs.job(job_id).result.get("pairs", [])]
    elif not large:
        pairs = [pair for pair, _share in twins.pairs_in(bank_id)]
    first = request.args.get("first", 0, int)
    found = twins.couples(pairs)
    shown = _couples(found[first : first + COUPLES])
    page = {"couples": shown, "whole": len(found), "first": first, "job": job_id or None}
    return render_template("bank/alike.html", bank=shelf, size=COUPLES, large=large, **page)


@bank.post("/<int:bank_id>/twins")
@needs(KEEP)
def find_alike(bank_id: int):
    """A large bank is compared with itself in the background."""
    shelf = queries.bank(bank_id)
    job = ask(twins.FIND, {"bank_id": shelf.id}, me().id, now())
    job.args = {**job.args, "url": url_for(".alike", bank_id=shelf.id, job=job.id)}
    return redirect(url_for("jobs.job", job_id=job.id), 303)


@bank.get("/questions/<int:question_id>/twins")
@needs(KEEP)
def alike_to(question_id: int):
    """The twins of one question, in every bank in sight."""
    entry = queries.entry(question_id)
    shown = _couples(twins.couples_of(entry.id))
    newest = queries.newest(entry)
    return render_template("bank/alike_to.html", entry=entry, newest=newest, couples=shown)


def _couples(couples: list[twins.Couple]) -> list[twins.Couple]:
    """As they are; that one looked at those of the examination pool is noted."""
    note_looks([line for two in couples for line in two.shows_exam])
    return couples


__all__ = ["bank"]
