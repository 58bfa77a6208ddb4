"""The first page of everyone, and the lessons a cadre reads."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import ROLE_NAMES, SIGNED_IN, Permission, needs
from lms.clock import day_of
from lms.learning.services import read_lesson as read_to_its_end
from lms.today import desks, queries
from lms.web.here import me, now

today = Blueprint("today", __name__)


@today.get("/")
@needs(SIGNED_IN)
def first():
    """Who answers for others begins at the desk; everyone else with what there is to do."""
    if me().may(*desks.DESK):
        return redirect(url_for(".desk"))
    return tasks()


@today.get("/tasks")
@needs(SIGNED_IN)
def tasks():
    found = queries.tasks_of(me().id, now())
    return render_template("today/tasks.html", tasks=found, day=day_of(now()))


@today.get("/lessons/<int:lesson_id>")
@needs(Permission.LEARN)
def lesson(lesson_id: int):
    found = queries.lesson_for(me().id, lesson_id)
    steps = queries.contents(me().id, found.course_id)
    return render_template("today/lesson.html", lesson=found, course=found.course, steps=steps)


@today.post("/lessons/<int:lesson_id>/read")
@needs(Permission.LEARN)
def read_lesson(lesson_id: int):
    found = queries.lesson_for(me().id, lesson_id)
    if read_to_its_end(me().id, me().org_id, found, now()):
        flash(_("已记入 %(hours)s 学时。", hours=f"{float(found.hours):g}"), "ok")
    unread = [one for one in queries.contents(me().id, found.course_id) if not one.is_read]
    return redirect(url_for(".lesson", lesson_id=unread[0].id) if unread else url_for(".tasks"))


@today.get("/desk")
@needs(*desks.DESK)
def desk():
    waiting = desks.waiting(me(), now())
    return render_template(
        "today/desk.html",
        waiting=waiting,
        held=me().granting(desks.DESK),
        roles=ROLE_NAMES,
        sees_units=me().may(Permission.SEE_UNITS),
    )
