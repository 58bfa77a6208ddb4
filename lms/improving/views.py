"""Differences and plans: who is behind, one unit taken apart, what it does about it."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.improving import dissecting, knowing, queries, services, showing
from lms.improving.dissecting import Dissection
from lms.improving.forms import AskedForm, MarkForm, NewStepForm, PlanForm
from lms.improving.models import ImprovementPlan
from lms.improving.rules import Mark
from lms.orgs.models import OrgUnit
from lms.orgs.queries import mine
from lms.reports import progress
from lms.reports.counting import Roster
from lms.reports.progress import LACK_NAMES, Lack
from lms.reports.queries import PAGE
from lms.training import queries as training
from lms.training.models import Cohort
from lms.web.here import me, now, today

improving = Blueprint("improving", __name__, url_prefix="/improving")
SEES, RUNS = Permission.SEE_REPORTS, Permission.RUN_TRAINING


def own_unit(wanted: int | None) -> OrgUnit:
    """The unit asked for, if the reader answers for it; else the first of the own."""
    return mine(wanted or next(iter(me().units(SEES))))


@improving.get("/")
@needs(SEES)
def units():
    form = AskedForm.given()
    cohorts, root = progress.at_work(today()), own_unit(form.under.data)
    cohort = training.cohort(form.cohort.data) if form.cohort.data else queries.largest(cohorts)
    page: dict[str, Any] = {"cohort": cohort, "cohorts": cohorts, "root": root, "today": today()}
    if cohort is None:
        return render_template("improving/units.html", rows=[], **page)
    below, plans = dissecting.below(cohort, root, today()), queries.plans(root.path, cohort.id)
    page |= showing.units(below, cohort, plans, today())
    return render_template("improving/units.html", **page)


@improving.get("/cohorts/<int:cohort_id>/units/<int:unit_id>")
@needs(SEES)
def unit(cohort_id: int, unit_id: int):
    form, cohort, org = AskedForm.given(), training.cohort(cohort_id), mine(unit_id)
    found = _apart(cohort, org, form)
    address = {"cohort_id": cohort.id, "unit_id": org.id, "as_of": form.as_of.data}
    address = {name: value for name, value in address.items() if value}
    form.as_of.data = found.as_of
    return render_template(
        "improving/unit.html",
        cohort=cohort,
        org=org,
        found=found,
        form=form,
        gap=showing.gap(found, address),
        knows=showing.abilities(knowing.abilities(cohort, org, form.day, _above(org))),
        views=showing.beside(form.others, address),
        plans=queries.plans_of(org.id, cohort.id),
        done=lambda plan: services.done(plan, today()),
    )


def _apart(cohort: Cohort, org: OrgUnit, form: AskedForm) -> Dissection:
    return dissecting.dissection(cohort, org, form.day, form.others, _above(org))


def _above(org: OrgUnit) -> bool:
    """Whether the reader answers for the superior too."""
    superior = org.path.removesuffix(f"{org.id}/")
    return bool(superior.strip("/")) and me().covers(superior, SEES)


@improving.get("/cohorts/<int:cohort_id>/units/<int:unit_id>/lacking")
@needs(SEES)
def lacking(cohort_id: int, unit_id: int):
    form, cohort, org = AskedForm.given(), training.cohort(cohort_id), mine(unit_id)
    lack = Lack(form.lack.data or Lack.ABSENT)
    inside, first = dissecting.inside(org, form.day), form.first.data or 0
    people = queries.lacking(Roster(cohort.id, form.day), lack, inside)
    here = {"cohort_id": cohort.id, "unit_id": org.id, "as_of": form.as_of.data, "lack": lack.value}
    return render_template(
        "improving/lacking.html",
        cohort=cohort,
        org=org,
        lack=_(LACK_NAMES[lack]),
        people=people[first : first + PAGE],
        first=first,
        whole=len(people),
        at=lambda place: url_for(".lacking", **here, first=max(place, 0) or None),
        size=PAGE,
        back=url_for(".unit", cohort_id=cohort.id, unit_id=org.id, as_of=form.as_of.data),
        day=form.day,
    )


# ── plans ───────────────────────────────────────────────────────────────────────────────────────


@improving.route("/cohorts/<int:cohort_id>/units/<int:unit_id>/plan", methods=["GET", "POST"])
@needs(RUNS)
def plan_new(cohort_id: int, unit_id: int):
    cohort, org = training.cohort(cohort_id), mine(unit_id)
    known = knowing.abilities(cohort, org, today(), _above(org))
    names = {one.code: one.name for one in known}
    form = PlanForm.filled(people=queries.owners(org, today()), abilities=names)
    if request.method == "GET" or not form.validate():
        code = 200 if request.method == "GET" else 422
        return render_template("improving/plan_new.html", form=form, cohort=cohort, org=org), code
    made = services.make_plan(org, cohort, form.wanted, form.to_do, me().id, now())
    flash(_("改进计划已保存。到复看日期，这里显示有没有效果。"), "ok")
    return redirect(url_for(".plan", improvement_plan_id=made.id), 303)


@improving.get("/plans/<int:improvement_plan_id>")
@needs(SEES)
def plan(improvement_plan_id: int):
    one, form = queries.plan(improvement_plan_id), AskedForm.given()
    names = showing.owners(one)
    then, later = _both(one, form)
    form.as_of.data = later.as_of
    page = {
        "steps": showing.steps(one, today(), names),
        "owner": names.get(one.owner_id, showing.NONE),
        "moved": [*showing.then_and_now(then, later), *_ability(one, later.as_of)],
        "helped": showing.helped(one, later),
        "day": later.as_of,
        "mark_form": MarkForm(on=today()),
        "step_form": _step_form(one),
    }
    return render_template("improving/plan.html", one=one, form=form, **page)


def _both(one: ImprovementPlan, form: AskedForm) -> tuple[Dissection, Dissection]:
    """The difference as it was when the plan was made, and on a later day."""

    def seen(day: date) -> Dissection:
        return dissecting.dissection(one.cohort, one.org, day, form.others, _above(one.org))

    return seen(one.seen_on), seen(max(one.seen_on, form.day))


def _ability(one: ImprovementPlan, day: date) -> list[tuple[str, str, str, str]]:
    """How the ability that the plan is about was known when it was made, and on a later day."""
    if one.ability is None:
        return []
    sides = [
        knowing.abilities(one.cohort, one.org, when, _above(one.org)) for when in (one.seen_on, day)
    ]
    return showing.of_ability(one.ability, *sides)


def _step_form(one: ImprovementPlan) -> NewStepForm | None:
    if not me().covers(one.org.path, RUNS):
        return None
    return NewStepForm(people=queries.owners(one.org, today()), owner=one.owner_id)


@improving.post("/plans/<int:improvement_plan_id>/steps")
@needs(RUNS)
def add_step(improvement_plan_id: int):
    one = queries.plan(improvement_plan_id)
    form = NewStepForm.sent(people=queries.owners(one.org, today()))
    services.add_step(one, form.wanted, me().id, now())
    flash(_("措施已增加。"), "ok")
    return redirect(url_for(".plan", improvement_plan_id=one.id), 303)


@improving.post("/steps/<int:plan_step_id>/mark")
@needs(RUNS)
def mark_step(plan_step_id: int):
    step, form = queries.step(plan_step_id), MarkForm.sent()
    mark, note = Mark(form.mark.data), form.note.data or ""
    one = services.mark_step(step, mark, form.on.data, note, me().id, now())
    flash(_("已记下。"), "ok")
    return redirect(url_for(".plan", improvement_plan_id=one.id), 303)
