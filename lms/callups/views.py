"""集中轮训: a list is split into classes, looked at before it holds, and confirmed in one act."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.callups import gathering, queries, services, showing
from lms.callups.forms import PartForm, SplitForm
from lms.callups.models import ClassSplit
from lms.callups.reading import read_classes
from lms.callups.rules import OUT_NAMES
from lms.classes.reading import Fault
from lms.errors import NotFound, Refusal
from lms.holidays.keeping import calendar
from lms.jobs.services import ask
from lms.people.rules import POST_NAMES
from lms.training.models import Cohort
from lms.training.queries import cohort as cohort_of
from lms.training.queries import unit
from lms.web.here import me, now, settings, today
from lms.web.refusals import said

callups = Blueprint("callups", __name__, url_prefix="/callups")
RUNS = Permission.RUN_TRAINING


@callups.get("/cohorts/<int:cohort_id>")
@needs(RUNS)
def cohort(cohort_id: int):
    return render_template(
        "callups/cohort.html",
        cohort=cohort_of(cohort_id),
        splits=queries.splits(cohort_id),
        without=queries.without_class(cohort_id),
    )


@callups.route("/cohorts/<int:cohort_id>/split", methods=["GET", "POST"])
@needs(RUNS)
def split(cohort_id: int):
    found = cohort_of(cohort_id)
    part = PartForm.asked(units=showing.parts(me().units(RUNS)))
    org, by = unit(part.chosen_unit), part.chosen_way
    called = gathering.people(cohort_id, org.path)
    parts = gathering.areas(org, by)
    areas = gathering.counted(called, gathering.pairs(org.path, today()), parts)
    form = SplitForm.filled(data=showing.usual(found, areas))
    faults: list[Fault] = []
    if request.method == "POST" and form.validate():
        try:
            classes, faults = _classes(form, areas, parts)
            if not faults:
                return _ask_split(found, org, classes, form)
        except Refusal as refusal:
            faults = [Fault(0, refusal)]
    page = render_template(
        "callups/split.html",
        cohort=found,
        part=part,
        org=org,
        by=by,
        areas=areas,
        people=len(called),
        unknown=showing.unknown_years([today(), form.first_on.data or today()]),
        form=form,
        faults=[(fault.row, said(fault.why)) for fault in faults],
    )
    return page, 422 if form.errors or faults else 200


def _classes(form: SplitForm, areas: list, parts: list[tuple[int, str]]):
    """The classes of a table, or else of a series."""
    name = form.name.data.strip()
    if form.rows:
        units = {title: key for key, title in parts}
        worked = calendar(settings().var) if form.work_days.data else None
        found, faults = read_classes(form.rows, units, today().year, worked)
        return services.titled(found, dict(parts), name), faults
    places = form.place_of()
    placed = [replace(area, place=places.get(area.id, "")) for area in areas]
    return services.classes_for(form.series(calendar(settings().var)), placed, name), []


def _ask_split(found: Cohort, org: Any, classes: list, form: SplitForm):
    made = services.ask_split(found, org, classes, form.terms(), now(), me().id)
    return _job(services.SPLIT, made)


def _job(kind: str, split: ClassSplit):
    back = url_for(".class_split", split_id=split.id)
    args = {"split_id": split.id, "by": me().id, "url": back}
    job = ask(kind, args, me().id, now())
    return redirect(url_for("jobs.job", job_id=job.id))


@callups.get("/splits/<int:split_id>")
@needs(RUNS)
def class_split(split_id: int):
    found = queries.class_split(split_id)
    return render_template(
        "callups/class_split.html",
        split=found,
        rows=queries.filled(found),
        off=showing.off(queries.planned_of(found)),
        unknown=showing.unknown_years(one.last_on for one in queries.planned_of(found)),
        figures=showing.figures(found),
        reasons=showing.reasons(found),
        out_names=OUT_NAMES,
    )


@callups.get("/splits/<int:split_id>/names")
@needs(RUNS)
def split_names(split_id: int):
    found = queries.class_split(split_id)
    which = request.args.get("of", "")
    rows, title = showing.named(found, which, request.args.get("class", type=int))
    if rows is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    names, page = queries.names(rows, today()), max(1, request.args.get("page", 1, type=int))
    first = (page - 1) * queries.PAGE
    return render_template(
        "callups/split_names.html",
        split=found,
        which=which,
        number=request.args.get("class", type=int),
        title=title or _("未编入班级的人"),
        names=names[first : first + queries.PAGE],
        total=len(names),
        first=first + 1,
        page=page,
        posts=POST_NAMES,
        out_names=OUT_NAMES,
    )


@callups.post("/splits/<int:split_id>/confirm")
@needs(RUNS)
def confirm(split_id: int):
    found = queries.class_split(split_id)
    services.confirm(found, now(), me().id)
    return _job(services.MAKE, found)
