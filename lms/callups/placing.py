"""The doors of 调班 and 补训."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.callups import moving, queries
from lms.callups.forms import MoveForm, PageForm
from lms.callups.views import RUNS, callups
from lms.classes.models import TrainingClass
from lms.classes.queries import member as member_of
from lms.classes.queries import one as class_of
from lms.classes.rules import CAME_NAMES, LEFT_NAMES
from lms.errors import NotAllowed, Refusal
from lms.people.models import Person
from lms.people.queries import one as person_of
from lms.people.rules import POST_NAMES
from lms.training.queries import cohort as cohort_of
from lms.web.here import me, now, today
from lms.web.refusals import said


@callups.get("/cohorts/<int:cohort_id>/without")
@needs(RUNS)
def without_class(cohort_id: int):
    page = PageForm.asked().chosen
    return render_template(
        "callups/without_class.html",
        cohort=cohort_of(cohort_id),
        found=queries.persons_without(cohort_id, page, today()),
        page=page,
        posts=POST_NAMES,
    )


@callups.route("/cohorts/<int:cohort_id>/persons/<int:person_id>/seat", methods=["GET", "POST"])
@needs(RUNS)
def seat(cohort_id: int, person_id: int):
    found, person, form = cohort_of(cohort_id), person_of(person_id), MoveForm.filled()
    fault = ""
    if request.method == "POST" and form.validate():
        try:
            to, why, although = _mine(class_of(form.to.data)), form.why.data, form.although.data
            moving.seat(cohort_id, person_id, to, why, although, now(), me().id)
            flash(_("已编入“%(title)s”。", title=to.title), "ok")
            return redirect(url_for(".without_class", cohort_id=cohort_id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    back = url_for(".without_class", cohort_id=cohort_id)
    return _page(person, found.programme_id, None, form, fault, True, back)


@callups.route("/members/<int:member_id>/move", methods=["GET", "POST"])
@needs(RUNS)
def move(member_id: int):
    member, form, fault = member_of(member_id), MoveForm.filled(), ""
    if request.method == "POST" and form.validate():
        try:
            _mine(member.whole_class)
            to, why, although = _mine(class_of(form.to.data)), form.why.data, form.although.data
            moving.move(member, to, why, although, now(), me().id)
            flash(_("已编入“%(title)s”，原班记录保留。", title=to.title), "ok")
            return redirect(url_for("classes.members", class_id=to.id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    found, up = member.whole_class, moving.makes_up(member, today())
    back = url_for("classes.member", member_id=member_id)
    return _page(member.person, found.programme_id, found.id, form, fault, up, back)


def _page(
    person: Person,
    programme_id: int,
    but: int | None,
    form: MoveForm,
    fault: str,
    making_up: bool,
    back: str,
) -> Any:
    """Either page: the classes to choose from, with what speaks against each, and what was."""
    page = render_template(
        "callups/move.html",
        person=person,
        choices=moving.choices(person.id, programme_id, but, today()),
        history=moving.history(person.id, programme_id),
        form=form,
        fault=fault,
        making_up=making_up,
        back=back,
        came=CAME_NAMES,
        gone=LEFT_NAMES,
    )
    return page, 422 if form.errors or fault else 200


def _mine(found: TrainingClass) -> TrainingClass:
    """The class, for those whose unit organises it."""
    if not me().covers(found.org.path, RUNS):
        raise NotAllowed("这个班由“{unit}”主办，您可以查看，不能改动。", unit=found.org.name)
    return found
