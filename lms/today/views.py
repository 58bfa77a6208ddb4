"""The first page of everyone."""

from flask import Blueprint, redirect, render_template, url_for

from lms.access.permissions import ROLE_NAMES, SIGNED_IN, Permission, needs
from lms.clock import day_of
from lms.today import desks, queries, reminders
from lms.today.days import calendar
from lms.web.here import me, now, settings

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
    found, day = queries.tasks_of(me().id, now()), day_of(now())
    told = reminders.told(me().id, found, day)
    return render_template("today/tasks.html", tasks=found, day=day, told=told)


@today.get("/desk")
@needs(*desks.DESK)
def desk():
    waiting = desks.waiting(me(), now(), calendar(settings().var))
    return render_template(
        "today/desk.html",
        waiting=waiting,
        day=day_of(now()),
        held=me().granting(desks.DESK),
        roles=ROLE_NAMES,
        sees_units=me().may(Permission.SEE_UNITS),
    )
