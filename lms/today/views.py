"""The first page of everyone."""

from flask import Blueprint, redirect, render_template, url_for

from lms.access.permissions import ROLE_NAMES, SIGNED_IN, Permission, needs
from lms.clock import day_of
from lms.holidays.keeping import calendar
from lms.today import desks, queries, reminders
from lms.today import news as new_things
from lms.today.forms import SeenForm
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
    news = new_things.news(me().id, now())
    return render_template("today/tasks.html", tasks=found, day=day, told=told, news=news)


@today.post("/tasks/seen")
@needs(SIGNED_IN)
def see_news():
    new_things.see(me().id, SeenForm.sent().until.data, now())
    return redirect(url_for(".tasks"), 303)


@today.get("/desk")
@needs(*desks.DESK)
def desk():
    days = calendar(settings().var)
    return render_template(
        "today/desk.html",
        waiting=desks.waiting(me(), now(), days),
        arranged=day_of(now()).year in days.years,
        day=day_of(now()),
        held=me().granting(desks.DESK),
        roles=ROLE_NAMES,
        sees_units=me().may(Permission.SEE_UNITS),
    )
