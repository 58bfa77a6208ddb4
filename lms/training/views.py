"""The room of those who run training: programmes, cohorts, rules and lists."""

from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from wtforms.fields.choices import SelectChoice

from lms.access.permissions import Permission, needs
from lms.bank.queries import bank
from lms.bank.showing import weighed
from lms.errors import NotAllowed, NotFound, Refusal
from lms.exams.quizzes import FEWEST, went
from lms.jobs.services import ask
from lms.orgs.labels import labels
from lms.orgs.queries import searched
from lms.people.rules import POST_NAMES, Assignment
from lms.training import (
    confirming,
    enrolling,
    lists,
    planning,
    queries,
    quizzing,
    relieving,
    services,
)
from lms.training.asking import OffForm
from lms.training.forms import (
    CohortForm,
    NamesForm,
    ProgrammeForm,
    QuizForm,
    RuleForm,
    UnitForm,
)
from lms.training.models import Cohort, Enrolment
from lms.training.rules import COMING_NAMES, LEAVING_NAMES, RELIEF_NAMES
from lms.web.forms import BaseForm
from lms.web.here import me, now, roll, today
from lms.web.refusals import said

training = Blueprint("training", __name__, url_prefix="/training")
RUNS, CONFIRMS = Permission.RUN_TRAINING, Permission.CONFIRM_LIST
ASKS = Permission.SET_QUIZ


# ── programmes and cohorts ──────────────────────────────────────────────────────────────────────


@training.get("/")
@needs(RUNS)
def programmes():
    return render_template(
        "training/programmes.html",
        projects=queries.projects(),
        programmes=queries.programmes(),
        cohorts=queries.cohorts_by_programme(),
    )


@training.route("/programmes/new", methods=["GET", "POST"])
@needs(RUNS)
def open_programme():
    projects = {row.id: row.name for row in queries.projects()}
    form = ProgrammeForm.filled(
        units=me().units(RUNS), projects=projects, taken=queries.code_is_taken
    )
    if request.method == "POST" and form.validate():
        made = services.open_programme(**form.written(), now=now(), by=me().id)
        return redirect(url_for(".programme", programme_id=made.id))
    return _page("training/open_programme.html", form)


@training.get("/programmes/<int:programme_id>")
@needs(RUNS)
def programme(programme_id: int):
    found = queries.programme(programme_id)
    cohorts = queries.cohorts(programme_id)
    return render_template(
        "training/programme.html",
        programme=found,
        cohorts=cohorts,
        persons=queries.persons_by_cohort([cohort.id for cohort in cohorts]),
        requirements=planning.requirements(programme_id),
        mine=me().covers(found.org.path, RUNS),
        posts=POST_NAMES,
        today=today(),
    )


@training.route("/programmes/<int:programme_id>/cohorts/new", methods=["GET", "POST"])
@needs(RUNS)
def open_cohort(programme_id: int):
    found = queries.programme(programme_id)
    form = CohortForm.filled(data=_begun_with(), units=me().units(RUNS), **_material())
    if request.method == "POST" and form.validate():
        org_id, by = form.unit.data, me().id
        made = services.open_cohort(found, org_id, **form.written(), now=now(), by=by)
        return redirect(url_for(".cohort", cohort_id=made.id))
    return _page("training/open_cohort.html", form, programme=found, cohort=None)


@training.get("/cohorts/<int:cohort_id>")
@needs(RUNS)
def cohort(cohort_id: int):
    found = queries.cohort(cohort_id)
    return render_template(
        "training/cohort.html",
        cohort=found,
        count=lists.count(cohort_id),
        mine=me().covers(found.org.path, RUNS),
        posts=POST_NAMES,
        asked=planning.asked_of(found),
    )


@training.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
@needs(RUNS)
def change_cohort(cohort_id: int):
    found = of_mine(queries.cohort(cohort_id))
    shown = queries.plan(found)
    units = {found.org_id: found.org.name}
    form = CohortForm.filled(data=shown, as_it_is=shown, units=units, **_material(found))
    if request.method == "POST" and form.validate():
        if services.change_cohort(found, **form.written(), now=now()):
            return asked_for("list candidates", found.id)
        return redirect(url_for(".cohort", cohort_id=cohort_id))
    return _page("training/open_cohort.html", form, programme=found.programme, cohort=found)


# ── listing by rule ─────────────────────────────────────────────────────────────────────────────


@training.get("/cohorts/<int:cohort_id>/rule")
@needs(RUNS)
def rule(cohort_id: int):
    found = of_mine(queries.cohort(cohort_id))
    form = RuleForm.asked(units=_units(), labels=labels())
    org = queries.unit(form.unit.data) if form.unit.data and form.validate() else None
    preview = lists.preview_of(found, org, form.chosen, today()) if org else None
    others = searched(UnitForm.asked().other.data or "")
    return render_template(
        "training/rule.html", cohort=found, form=form, org=org, preview=preview, others=others
    )


@training.post("/cohorts/<int:cohort_id>/rule")
@needs(RUNS)
def add_rule(cohort_id: int):
    found = of_mine(queries.cohort(cohort_id))
    form = RuleForm.sent(units=_units(), labels=labels())
    org = queries.unit(form.unit.data)
    made = enrolling.add_rule(found, org, form.chosen, now(), me().id)
    return asked_for("enrol", cohort_id, rule_id=made.id, came_by=form.came_by.data)


@training.post("/rules/<int:rule_id>/again")
@needs(RUNS)
def apply_again(rule_id: int):
    found = queries.rule(rule_id)
    of_mine(queries.cohort(found.cohort_id))
    return asked_for("enrol", found.cohort_id, rule_id=rule_id)


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@training.route("/cohorts/<int:cohort_id>/names", methods=["GET", "POST"])
@needs(RUNS)
def names(cohort_id: int):
    form = NamesForm.filled() if request.method == "POST" else NamesForm.asked()
    chosen = form.chosen() if form.validate() else {}
    return render_template(
        "training/names.html",
        cohort=queries.cohort(cohort_id),
        form=form,
        names=lists.names(cohort_id, **chosen),
        posts=POST_NAMES,
        leaving=LEAVING_NAMES,
    )


@training.route("/enrolments/<int:enrolment_id>", methods=["GET", "POST"])
@needs(RUNS)
def enrolment(enrolment_id: int):
    found = queries.enrolment(enrolment_id)
    mine = me().covers(found.cohort.org.path, RUNS)
    form = OffForm.filled(data={"on": max(today(), services.first_day_off(found))})
    if request.method == "POST" and form.validate():
        off = (form.on.data, form.reason, form.why.data or "")
        services.take_off(_of_mine(found), *off, now(), me().id)
        return redirect(url_for(".enrolment", enrolment_id=enrolment_id))
    again = lists.on_list_now(found)
    names = {"posts": POST_NAMES, "coming": COMING_NAMES, "leaving": LEAVING_NAMES}
    names |= {"kinds": RELIEF_NAMES, "reliefs": relieving.of_enrolment(found.id)}
    return _page("training/enrolment.html", form, enrolment=found, again=again, mine=mine, **names)


@training.post("/enrolments/<int:enrolment_id>/back")
@needs(RUNS)
def put_back(enrolment_id: int):
    again = services.put_back(_of_mine(queries.enrolment(enrolment_id)), now())
    return redirect(url_for(".enrolment", enrolment_id=again.id))


# ── the head of a unit stands for its list ──────────────────────────────────────────────────────


@training.get("/lists")
@needs(CONFIRMS)
def own_lists():
    rows = confirming.unit_lists(me().granting([CONFIRMS]))
    return render_template("training/own_lists.html", rows=rows)


@training.get("/cohorts/<int:cohort_id>/units/<int:org_id>")
@needs(CONFIRMS)
def unit_list(cohort_id: int, org_id: int):
    unit, form, found = _headed(org_id), NamesForm.asked(), queries.cohort(cohort_id)
    chosen, count = form.chosen() if form.validate() else {}, lists.count(cohort_id, unit.path)
    return render_template(
        "training/unit_list.html",
        cohort=found,
        unit=unit,
        count=count,
        own=confirming.unit_list(found, unit, count.persons),
        names=lists.names(cohort_id, path=unit.path, **chosen),
        posts=POST_NAMES,
    )


@training.post("/cohorts/<int:cohort_id>/units/<int:org_id>/confirm")
@needs(CONFIRMS)
def confirm(cohort_id: int, org_id: int):
    unit = _headed(org_id)
    confirming.confirm_list(queries.cohort(cohort_id), org_id, unit.path, me().id, now())
    return redirect(url_for(".unit_list", cohort_id=cohort_id, org_id=org_id))


# ── 小测 ────────────────────────────────────────────────────────────────────────────────────────


@training.get("/quizzes")
@needs(ASKS)
def quizzes():
    rows = quizzing.made_by(me().id)
    far = quizzing.totals_of(rows)
    return render_template("training/quizzes.html", quizzes=rows, far=far, now=now())


@training.route("/quizzes/new", methods=["GET", "POST"])
@needs(ASKS)
def new_quiz():
    form = _quiz_form()
    if request.method == "GET" or not form.validate():
        return _new_quiz(form)
    try:
        made = quizzing.set_quiz(_asked(form), roll(), weighed, now(), me().id)
    except Refusal as refusal:
        return _new_quiz(form, said(refusal))
    return redirect(url_for(".quiz", assessment_id=made.id), 303)


def _quiz_form() -> QuizForm:
    banks = quizzing.banks()
    offered = {"banks": banks, "askable": quizzing.askable(banks, today()), "units": _units(ASKS)}
    ends = {"closes_at": quizzing.usual_end(now())}
    if request.method == "POST":
        return QuizForm.filled(data=ends, **offered)
    return QuizForm.asked(data=ends, **offered)


def _new_quiz(form: QuizForm, fault: str = ""):
    """The four fields, and how many persons these words name today."""
    unit = queries.unit(form.chosen_unit) if form.chosen_unit else None
    heads = quizzing.heads(unit, form.chosen_posts, now()) if unit else None
    page = render_template("training/new_quiz.html", form=form, heads=heads, fault=fault)
    return page, 422 if request.method == "POST" else 200


def _asked(form: QuizForm) -> quizzing.Quiz:
    return quizzing.Quiz(
        bank=bank(form.bank.data),
        questions=form.questions.data,
        org=queries.unit(form.unit.data),
        posts=form.chosen_posts,
        closes_at=form.ends,
    )


@training.get("/quizzes/<int:assessment_id>")
@needs(ASKS)
def quiz(assessment_id: int):
    found, link = quizzing.quiz(assessment_id, me().id), _link(assessment_id)
    return render_template(
        "training/quiz.html",
        quiz=found,
        link=link,
        picture=quizzing.drawn_code(link),
        text=quizzing.for_the_group(found, link),
        far=quizzing.far(found),
        went=went(found),
        fewest=FEWEST,
        posts=POST_NAMES,
        now=now(),
    )


@training.get("/quizzes/<int:assessment_id>/code.png")
@needs(ASKS)
def quiz_code(assessment_id: int):
    quizzing.quiz(assessment_id, me().id)
    picture = BytesIO(quizzing.code_picture(_link(assessment_id)))
    return send_file(picture, mimetype="image/png", as_attachment=True, download_name="code.png")


def _link(assessment_id: int) -> str:
    """Where those whom a 小测 is for come in."""
    return url_for("exams.quiz", assessment_id=assessment_id, _external=True)


# ── what several of these views need ────────────────────────────────────────────────────────────


def _page(template: str, form: BaseForm, **values: Any):
    return render_template(template, form=form, **values), 422 if form.errors else 200


def asked_for(kind: str, cohort_id: int, **args: Any):
    """Ask for a job about a cohort, and go to where its progress is shown."""
    back = url_for(".cohort", cohort_id=cohort_id)
    job = ask(kind, {"cohort_id": cohort_id, "by": me().id, "url": back, **args}, me().id, now())
    return redirect(url_for("jobs.job", job_id=job.id))


def _units(permission: Permission = RUNS) -> list[SelectChoice]:
    """The units to choose from, those of a county together; the one chosen by search as well."""
    chosen = request.values.get("unit", type=int)
    paths = [held.path for held in me().granting([permission])]
    rows = queries.units_to_choose(paths, chosen)
    return [SelectChoice(row.id, row.name, optgroup=row.county) for row in rows]


def _material(cohort: Cohort | None = None) -> dict[str, dict[int, str]]:
    """The courses and assessments to choose from; those chosen before stay among them."""
    courses = {row.id: row.title for row in queries.usable_courses()}
    assessments = {row.id: row.title for row in queries.usable_assessments(now())}
    if cohort is not None:
        courses |= {part.course_id: part.course.title for part in cohort.courses}
        assessments |= {part.assessment_id: part.assessment.title for part in cohort.assessments}
    return {"courses": courses, "assessments": assessments}


def _begun_with() -> dict[str, Any]:
    """What a programme asks of an audience, where the new cohort is for that one."""
    chosen = request.args.get("requirement", type=int)
    return planning.plan_from(planning.requirement(chosen)) if chosen else {}


def of_mine(cohort: Cohort) -> Cohort:
    """The cohort, if this person's unit runs it; those below only see their part of its list."""
    if not me().covers(cohort.org.path, RUNS):
        raise NotAllowed("这个班次由“{unit}”主办，您可以查看，不能改动。", unit=cohort.org.name)
    return cohort


def _of_mine(enrolment: Enrolment) -> Enrolment:
    of_mine(enrolment.cohort)
    return enrolment


def _headed(org_id: int) -> Assignment:
    """The unit that this person heads."""
    for held in me().granting([CONFIRMS]):
        if held.org_id == org_id:
            return held
    raise NotFound("没有找到，或不在您的权限范围内。")
