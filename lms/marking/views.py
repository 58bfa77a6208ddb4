"""The doors of who reads written answers: what waits, one answer, the marks."""

from fractions import Fraction
from functools import partial

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank.showing import shown_picture
from lms.bank.texts import names_in
from lms.db import find
from lms.errors import NotFound
from lms.exams import sits
from lms.marking import queries, services
from lms.marking.forms import ReadingForm
from lms.marking.models import Reading, Script
from lms.marking.rules import KEYS, share_of_lines
from lms.scoring.totals import plain
from lms.web import transaction
from lms.web.here import me, now

marking = Blueprint("marking", __name__, url_prefix="/marking")
MARK, RUN = Permission.MARK, Permission.RUN_EXAMS


@marking.get("/")
@needs(MARK, RUN)
def desk():
    runs = queries.runs(me().id) if me().may(RUN) else []
    own = {one.assessment_id for one in sits.open_for(me().id, now())}  # to be sat by the reader
    duties = [one for one in queries.duties(me().id, now()) if one.assessment_id not in own]
    return render_template("marking/desk.html", duties=duties, runs=runs)


@marking.post("/scripts/<int:script_id>/next")
@needs(MARK, RUN)
def take(script_id: int):
    """The next answer to the question that this one answers."""
    script = find(Script, script_id)
    sits.refuse_before_own(script.assessment_id, me().id, now())
    return _next(queries.place(script))


def _next(place: queries.Place):
    found = services.take(place, me().id, now())
    if found is None:
        flash(_("这道题现在没有要评的答卷。"), "ok")
        return redirect(url_for(".desk"), 303)
    return redirect(url_for(".reading", reading_id=found.id), 303)


@marking.get("/readings/<int:reading_id>")
@needs(MARK, RUN)
def reading(reading_id: int):
    """An answer without its name, and the rubric by which it is read."""
    found, script = _held(reading_id)
    question = queries.questions([script.version_id])[script.version_id]
    rubric = queries.rubric(script)
    g.pictures = url_for(".picture", reading_id=reading_id, name="")
    transaction.afterwards(partial(record, "read answer", now(), whom=script))
    shown = {
        "script": script,
        "question": question,
        "asks": question.parts[script.part],
        "rubric": rubric,
        "keys": KEYS,
        "earned": plain(share_of_lines(rubric, found.lines) * Fraction(script.points)),
        "whole": plain(script.points),
        "scale": float(script.points / sum(line.points for line in rubric)),
        "before": queries.mine(queries.place(script), me().id, 8),
        "left": len(queries.free(queries.place(script), me().id, now(), 1000)),
    }
    return render_template("marking/reading.html", reading=found, **shown)


def _held(reading_id: int) -> tuple[Reading, Script]:
    """A reading that this person holds. One of somebody else does not exist for them."""
    found, script = queries.reading(reading_id)
    if found.marker_id != me().id:
        raise NotFound("这份答卷不在您手里：可能已由别的阅卷人接着评。请回到阅卷页面取下一份。")
    return found, script


@marking.get("/readings/<int:reading_id>/pictures/<name>")
@needs(MARK, RUN)
def picture(reading_id: int, name: str):
    """A picture that the question of this answer shows."""
    _found, script = _held(reading_id)
    if name not in names_in(queries.questions([script.version_id])[script.version_id].texts):
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(name)


@marking.post("/readings/<int:reading_id>/draft")
@needs(MARK, RUN)
def draft(reading_id: int) -> Response:
    """What the page keeps by itself while one reads."""
    form, (found, _script) = ReadingForm.sent(), _held(reading_id)
    services.save(found, form.ticked, form.note.data or "", now(), me().id)
    return jsonify(saved=True)


@marking.post("/readings/<int:reading_id>/marks")
@needs(MARK, RUN)
def give(reading_id: int):
    form, (found, script) = ReadingForm.sent(), _held(reading_id)
    services.give(found, form.ticked, form.note.data or "", now(), me().id)
    return _next(queries.place(script))


@marking.post("/readings/<int:reading_id>/back")
@needs(MARK, RUN)
def hand_back(reading_id: int):
    form, (found, _script) = ReadingForm.sent(), _held(reading_id)
    services.save(found, form.ticked, form.note.data or "", now(), me().id)
    services.hand_back(found, now(), me().id)
    flash(_("已交回，别的阅卷人可以接着评，要点和评语都留着。"), "ok")
    return redirect(url_for(".desk"), 303)


@marking.post("/readings/<int:reading_id>/again")
@needs(MARK, RUN)
def reopen(reading_id: int):
    found, _script = _held(reading_id)
    services.reopen(found, now(), me().id)
    return redirect(url_for(".reading", reading_id=reading_id), 303)
