"""The doors to ask those who have not done it: the text, the code, the calls, the steps so far."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.errors import NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.queries import mine as my_unit
from lms.today import asking, reminders
from lms.today.asking import Asked
from lms.today.channels import FOLDER
from lms.today.forms import CallForm, SwitchForm, UnderForm
from lms.today.lessons import today
from lms.today.reminders import Thing
from lms.today.steps import STEP_NAMES
from lms.today.trainings import OVERDUE
from lms.training.quizzing import code_picture, drawn_code
from lms.web import transaction
from lms.web.here import me, now, secret, settings
from lms.web.here import today as this_day
from lms.web.uploads import kept

__all__ = ["today"]
ASKS, RUNS = Permission.KEEP_ROSTER, Permission.RUN_TRAINING


@today.get("/desk/overdue")
@needs(ASKS)
def chasing():
    """The lists that one's units were handed, and everything of which the end is near."""
    return render_template(
        "today/chasing.html",
        handed=reminders.told_to(me().units(ASKS), now() - OVERDUE),
        things=reminders.things(this_day()),
        day=this_day(),
    )


@today.get("/desk/cohorts/<int:cohort_id>")
@needs(ASKS)
def chase_cohort(cohort_id: int):
    return _page(asking.cohort(cohort_id))


@today.post("/desk/cohorts/<int:cohort_id>")
@needs(ASKS)
def call_of_cohort(cohort_id: int):
    return _page(asking.cohort(cohort_id), calls=True)


@today.get("/desk/assessments/<int:assessment_id>")
@needs(ASKS)
def chase_assessment(assessment_id: int):
    return _page(asking.assessment(assessment_id))


@today.post("/desk/assessments/<int:assessment_id>")
@needs(ASKS)
def call_of_assessment(assessment_id: int):
    return _page(asking.assessment(assessment_id), calls=True)


@today.get("/desk/classes/<int:class_id>")
@needs(ASKS)
def chase_class(class_id: int):
    return _page(asking.training_class(class_id))


@today.post("/desk/classes/<int:class_id>")
@needs(ASKS)
def call_of_class(class_id: int):
    return _page(asking.training_class(class_id), calls=True)


def _page(thing: Thing, calls: bool = False):
    """Text, numbers, and below a township the names; one of them with the phone, where asked."""
    asked = asking.under_unit(asking.people(thing, this_day()), _unit())
    link = url_for("today.first", _external=True)
    page: dict[str, Any] = {
        "thing": thing,
        "asked": asked,
        "text": asking.for_the_group(thing, asked, link),
        "picture": drawn_code(link),
        "phones": asking.phones(asked.people, secret("cipher")) if asked.named else {},
        "shown": _called(asked) if calls else (0, None),
        "now": now(),
        **_steps(thing),
    }
    return render_template("today/chase.html", **page)


def _unit() -> OrgUnit:
    """The unit that the address names, else the first for which this person answers."""
    chosen = UnderForm.asked().unit.data
    return my_unit(chosen or me().granting([ASKS])[0].org_id)


def _called(asked: Asked) -> tuple[int, str | None]:
    """One person of the list, with the phone."""
    person_id = CallForm.sent().person.data
    if not asked.named or person_id not in {who.person_id for who in asked.people}:
        raise NotFound("没有找到此人，或不在您的权限范围内。")
    return person_id, asking.call(person_id, secret("cipher"), now())


def _steps(thing: Thing) -> dict[str, Any]:
    """What was said by the house so far; a class has no reminders."""
    if thing.key == "class_id":
        return {"rounds": None, "off": False, "organises": False, "steps": STEP_NAMES}
    return {
        "rounds": reminders.rounds_of(thing),
        "off": reminders.switched_off(thing.key, thing.id),
        "organises": me().covers(reminders.path_of(thing.org_id), RUNS),
        "steps": STEP_NAMES,
    }


@today.get("/desk/code.png")
@needs(ASKS)
def chase_code() -> Response:
    """The QR of the first page, as a picture for the group."""
    picture = BytesIO(code_picture(url_for("today.first", _external=True)))
    return send_file(picture, mimetype="image/png", as_attachment=True, download_name="code.png")


@today.post("/desk/cohorts/<int:cohort_id>/reminders")
@needs(RUNS)
def switch_cohort(cohort_id: int):
    return _switch(asking.cohort(cohort_id))


@today.post("/desk/assessments/<int:assessment_id>/reminders")
@needs(RUNS)
def switch_assessment(assessment_id: int):
    return _switch(asking.assessment(assessment_id))


def _switch(thing: Thing):
    """Off, or on again, by who organises it."""
    if not me().covers(reminders.path_of(thing.org_id), RUNS):
        raise NotAllowed("提醒由主办单位开关，您可以查看，不能改动。")
    off = SwitchForm.sent().off.data == "yes"
    reminders.switch(thing, off, now(), me().id)
    flash(_("已关闭提醒。") if off else _("已打开提醒。"), "ok")
    return redirect(request.path.removesuffix("/reminders"), 303)


@today.get("/desk/rounds/<int:round_id>.csv")
@needs(RUNS)
def reminder_file(round_id: int) -> Response:
    """Whom a step spoke to, for who reads it out or hands it to a service that sends messages."""
    one = reminders.round_of(round_id)
    if not me().covers(reminders.path_of(one.org_id), RUNS):
        raise NotAllowed("名单由主办单位取用，您不能下载。")
    data = BytesIO(kept(settings().var, FOLDER, one.file, secret("cipher")))
    note: dict[str, Any] = {"whom": one, "org_id": one.org_id, "persons": one.persons}
    transaction.afterwards(partial(record, "download reminders", now(), **note))
    return send_file(data, mimetype="text/csv", as_attachment=True, download_name="reminders.csv")
