"""The lessons a cadre learns: read, watched, asked about at the gate, finished."""

from functools import partial
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import OPEN, Permission, needs
from lms.bank.showing import shown_picture
from lms.clock import day_of
from lms.courses.models import Lesson, LessonVersion
from lms.courses.rules import PLAYED, ROLE_NAMES, LessonKind, refuse_before_its_turn
from lms.errors import NotFound
from lms.learning import gates, services
from lms.learning import queries as learning
from lms.learning.crediting import gives
from lms.learning.forms import answers_in
from lms.learning.rules import written
from lms.learning.tickets import file_ticket, lesson_pass
from lms.settings import HOME
from lms.today import queries
from lms.today.views import today
from lms.web import transaction
from lms.web.here import me, now, roll, secret

__all__ = ["today"]
LEARN = Permission.LEARN


def _mine(lesson_id: int) -> tuple[Lesson, LessonVersion]:
    found = queries.lesson_for(me().id, lesson_id)
    return found, learning.version_for(me().id, found)


@today.get("/lessons/<int:lesson_id>")
@needs(LEARN)
def lesson(lesson_id: int):
    found, version = _mine(lesson_id)
    page = _page(found, version) | _standing(found, version)
    if not page["before"]:
        _note_begun(version)
    return render_template("today/lesson.html", **page)


def _page(lesson: Lesson, version: LessonVersion) -> dict[str, Any]:
    """The lesson in its course, and what has to be done before it."""
    steps = queries.contents(me().id, lesson.course_id)
    before = next((one for one in steps if one.id == lesson.after_id and not one.is_read), None)
    page = {"lesson": lesson, "version": version, "course": lesson.course, "steps": steps}
    return page | {"before": before, "newer": version.number < lesson.latest}


def _standing(lesson: Lesson, version: LessonVersion) -> dict[str, Any]:
    """How the reader stands with it, and what its player needs."""
    page: dict[str, Any] = {
        "how": learning.standing(me().id, version, lesson.course.share, day_of(now())),
        "gives": gives(me().id, lesson, version, day_of(now())).hours,
    }
    tries = learning.tries(me().id, version.id) if version.gate_bank_id else ()
    page |= {"tries": [one for one in tries if one.result is not None], "seen": None}
    if version.files:
        page |= {"files": _files(version), "roles": ROLE_NAMES}
    if version.kind in PLAYED:
        seen = learning.seen(learning.streams(me().id, version.id))
        page |= {"seen": seen, "spans": written(seen.spans)}
        page["pass_"] = lesson_pass(version.id, me().id, secret("ticket"))
    return page


def _files(version: LessonVersion) -> list[tuple[Any, str]]:
    """Its files with their addresses of today."""
    return [
        (one, url_for("learning.file", ticket=_ticket(one.name), name=one.name))
        for one in version.files
    ]


def _ticket(name: str) -> str:
    return file_ticket(name, me().id, now(), secret("ticket"))


def _note_begun(version: LessonVersion) -> None:
    """From the first look on, this version is gone on with."""
    if learning.begun(me().id, version.lesson_id) is None:
        transaction.afterwards(partial(services.begin, me().id, me().org_id, version, now()))


@today.post("/lessons/<int:lesson_id>/newest")
@needs(LEARN)
def take_newest(lesson_id: int):
    found = queries.lesson_for(me().id, lesson_id)
    services.begin(me().id, me().org_id, found.newest, now())
    return redirect(url_for(".lesson", lesson_id=lesson_id), 303)


@today.get("/lessons/versions/<int:lesson_version_id>/pictures/<name>")
@needs(LEARN)
def picture(lesson_version_id: int, name: str):
    """A picture of a lesson that the reader may learn."""
    version = learning.version(lesson_version_id)
    queries.lesson_for(me().id, version.lesson_id)
    if f"(pic:{name})" not in version.text:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(name)


# ── done ────────────────────────────────────────────────────────────────────────────────────────


@today.post("/lessons/<int:lesson_id>/read")
@needs(LEARN)
def read_lesson(lesson_id: int):
    found, version = _mine(lesson_id)
    _refuse_before_its_turn(found)
    _finish(found, version)
    unread = [one for one in queries.contents(me().id, found.course_id) if not one.is_read]
    return redirect(url_for(".lesson", lesson_id=unread[0].id) if unread else url_for(".tasks"))


def _refuse_before_its_turn(lesson: Lesson) -> None:
    steps = queries.contents(me().id, lesson.course_id)
    done = {one.id for one in steps if one.is_read}
    title = next((one.title for one in steps if one.id == lesson.after_id), None)
    if title is not None:  # what was closed since holds nobody up
        refuse_before_its_turn(lesson.after_id, done, title)


def _finish(lesson: Lesson, version: LessonVersion, confirmed: bool = True) -> None:
    hours = services.read_lesson(me().id, me().org_id, lesson, now(), confirmed)
    if hours is None:
        return
    said = {"hours": f"{float(hours):g}", "stated": f"{float(version.hours):g}"}
    if hours == version.hours:
        flash(_("已记入 %(hours)s 学时。", **said), "ok")
    else:
        flash(_("已记入 %(hours)s 学时：本课标明 %(stated)s 学时，按学时规则计算。", **said), "ok")


# ── the gate ────────────────────────────────────────────────────────────────────────────────────


@today.post("/lessons/<int:lesson_id>/gate")
@needs(LEARN)
def begin_gate(lesson_id: int):
    found, version = _mine(lesson_id)
    _refuse_before_its_turn(found)
    gates.begin(me().id, me().org_id, version, roll(), now())
    return redirect(url_for(".gate", lesson_id=lesson_id), 303)


@today.get("/lessons/<int:lesson_id>/gate")
@needs(LEARN)
def gate(lesson_id: int):
    found, version = _mine(lesson_id)
    tries = learning.tries(me().id, version.id)
    if not tries:
        return redirect(url_for(".lesson", lesson_id=lesson_id))
    g.pictures = url_for(".gate_picture", lesson_id=lesson_id, name="")
    page = _page(found, version) | {"one": tries[-1], "asked": gates.shown(tries[-1])}
    page["how"] = learning.standing(me().id, version, found.course.share, day_of(now()))
    return render_template("today/gate.html", **page)


@today.post("/lessons/<int:lesson_id>/gate/answers")
@needs(LEARN)
def answer_gate(lesson_id: int):
    found, version = _mine(lesson_id)
    tries = learning.tries(me().id, version.id)
    if not tries:
        raise NotFound("没有找到，或不在您的权限范围内。")
    result = gates.answer(tries[-1], answers_in(request.form, len(tries[-1].asked)), now())
    if result.passed:
        _finish(found, version, confirmed=False)
    return redirect(url_for(".gate", lesson_id=lesson_id), 303)


@today.get("/lessons/<int:lesson_id>/gate/pictures/<name>")
@needs(LEARN)
def gate_picture(lesson_id: int, name: str):
    """A picture of a question that stands at the gate just now."""
    _found, version = _mine(lesson_id)
    tries = learning.tries(me().id, version.id)
    if not tries or not gates.shows(tries[-1], name):
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(name)


# ── without the line ────────────────────────────────────────────────────────────────────────────


@today.get("/lessons/<int:lesson_id>/kept")
@needs(LEARN)
def kept(lesson_id: int):
    """The text of a lesson alone, to be kept on the phone: nothing of a person stands in it."""
    found, version = _mine(lesson_id)
    if version.kind is not LessonKind.TEXT:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return render_template("today/kept.html", lesson=found, version=version, course=found.course)


@today.get("/lessons/keeper.js")
@needs(OPEN)
def keeper():
    """The keeper of lessons stands above them, so that it sees them and nothing else."""
    answer = Response((HOME / "static/learning/keeper.js").read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
