"""The doors of practice: for the one who practises, and for those who answer what is reported."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.bank.queries import banks_for
from lms.bank.rules import Right
from lms.bank.showing import shown_picture
from lms.clock import start_of
from lms.competencies.queries import abilities
from lms.errors import NotFound
from lms.practice import choosing, queries, services
from lms.practice.forms import (
    ChoiceForm,
    FaultForm,
    FoundForm,
    ReportsForm,
    SetForm,
    told,
)
from lms.practice.listing import instead, listed, looked_at, named_set
from lms.practice.queries import Notebook
from lms.practice.rules import FINDING_NAMES, Finding, refuse_nothing, seed_of
from lms.practice.sheets import Shown, sheet
from lms.web.forms import Mistyped
from lms.web.here import me, now, today

practice = Blueprint("practice", __name__, url_prefix="/practice")
LEARN, KEEP, REVIEW = Permission.LEARN, Permission.KEEP_BANK, Permission.REVIEW


def _book() -> Notebook:
    return queries.notebook(me().id, now())


@practice.get("/")
@needs(LEARN)
def home():
    book, asked = _book(), queries.day_asked(me().id, today())
    done = queries.said_since(me().id, asked.asked if asked else [], start_of(today()))
    shown = {"asked": asked, "done": len({key[0] for key in done}), "form": _choice()}
    return render_template("practice/home.html", book=book, **shown)


def _choice() -> ChoiceForm:
    return ChoiceForm(at_once="yes" if queries.at_once(me().id) else "no")


@practice.post("/choice")
@needs(LEARN)
def choose():
    services.choose(me().id, ChoiceForm.sent().at_once.data == "yes", now())
    flash(_("已记住。"), "ok")
    return redirect(url_for(".home"), 303)


# ── questions ───────────────────────────────────────────────────────────────────────────────────


@practice.post("/day")
@needs(LEARN)
def ask_today():
    services.ask_today(me().id, now())
    return redirect(url_for(".day"), 303)


@practice.get("/day")
@needs(LEARN)
def day():
    asked, book = queries.day_asked(me().id, today()), _book()
    if asked is None:
        return redirect(url_for(".home"))
    found = choosing.versions(asked.asked, book, book.day)
    said = queries.said_since(me().id, asked.asked, start_of(book.day))
    versions = [found[one] for one in asked.asked if one in found]
    return _sheet(_("每日一练"), sheet(versions, asked.id, book.starred, said))


@practice.get("/set")
@needs(LEARN)
def practise():
    form, book = SetForm.asked(), _book()
    if not form.validate():
        raise Mistyped(form)
    seed = seed_of(me().id, book.day)
    title, ids = named_set(form, book, seed)
    found = choosing.versions(ids, book, book.day)
    versions = [found[one] for one in ids if one in found]
    return _sheet(title, sheet(versions, seed, book.starred, {}))


def _sheet(title: str, asked: Sequence[Shown]):
    refuse_nothing(asked)
    g.pictures = url_for(".picture", name="")
    shown = {"at_once": queries.at_once(me().id), "at": int(now().timestamp() * 1000)}
    return render_template("practice/sheet.html", title=title, asked=asked, **shown)


@practice.get("/pictures/<name>")
@needs(LEARN)
def picture(name: str):
    """A picture of a question that the reader may practise."""
    if not choosing.shows(name, _book()):
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(name)


@practice.post("/told")
@needs(LEARN)
def keep():
    """What a page kept while there was no line, or a moment ago."""
    device, rows = told()
    held = services.keep(me().id, device, rows, now())
    said = {"kept": held.kept, "refused": held.refused, "right": held.right}
    answer: Response = jsonify(**said, at=int(now().timestamp() * 1000))
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


@practice.get("/mistakes")
@needs(LEARN)
def mistakes():
    book = _book()
    shown = {"lines": listed(book.mistakes, book), "instead": instead(book)}
    return render_template("practice/mistakes.html", book=book, **shown)


@practice.get("/starred")
@needs(LEARN)
def starred():
    book = _book()
    lines = listed(sorted(book.starred), book)
    return render_template("practice/starred.html", lines=lines, day=book.day)


@practice.get("/abilities")
@needs(LEARN)
def by_ability():
    known = abilities()
    counts = choosing.by_ability([one.id for one in known.values()], today())
    return render_template("practice/by_ability.html", abilities=known, counts=counts)


@practice.get("/chapters")
@needs(LEARN)
def by_chapter():
    return render_template("practice/by_chapter.html", chapters=choosing.chapters(me().id, today()))


# ── what is wrong with a question ───────────────────────────────────────────────────────────────


@practice.get("/faults")
@needs(LEARN)
def faults():
    rows = queries.own_reports(me().id)
    return render_template("practice/faults.html", rows=rows, names=FINDING_NAMES)


@practice.post("/faults")
@needs(LEARN)
def report():
    form = FaultForm.sent()
    services.report(me().id, form.version_id.data, (form.said.data or "").strip(), now())
    flash(_("已送给题库的管理单位，答复会出现在这里。"), "ok")
    return redirect(url_for(".faults"), 303)


@practice.get("/reports")
@needs(KEEP, REVIEW)
def reports():
    form = ReportsForm.asked()
    rows = queries.reports(form.answered.data == "yes", _banks())
    looked_at(rows)
    return render_template(
        "practice/reports.html", rows=rows, form=form, found=FoundForm(), names=FINDING_NAMES
    )


def _banks() -> set[int]:
    return {one.id for right in (Right.WRITE, Right.REVIEW) for one in banks_for(right)}


@practice.post("/reports/<int:fault_report_id>/answer")
@needs(KEEP, REVIEW)
def answer(fault_report_id: int):
    form, found = FoundForm.sent(), queries.report(fault_report_id)
    words = Finding(form.found.data), (form.answer.data or "").strip()
    services.answer_report(found, *words, me().id, now())
    flash(_("已答复。"), "ok")
    return redirect(url_for(".reports"), 303)
