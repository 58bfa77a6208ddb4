"""The doors to what programmes ask for, and to the roster of teachers."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.errors import NotAllowed, NotFound, Refusal
from lms.people.rules import POST_NAMES
from lms.training import planning, queries, teaching
from lms.training.asking import RequirementForm, SubjectForm, TeacherForm
from lms.training.exempting import training
from lms.training.models import Programme, Teacher
from lms.training.views import RUNS
from lms.web.here import me, now, today
from lms.web.refusals import said

# ── what a programme asks ───────────────────────────────────────────────────────────────────────


@training.route("/programmes/<int:programme_id>/requirements/new", methods=["GET", "POST"])
@needs(RUNS)
def require(programme_id: int):
    found = _own(queries.programme(programme_id))
    courses = {row.id: row.title for row in queries.usable_courses()}
    form = RequirementForm.filled(data={"from_on": today()}, courses=courses)
    if request.method == "POST" and form.validate():
        planning.require(found, form.demand, now(), me().id)
        return redirect(url_for(".programme", programme_id=programme_id))
    page = render_template("training/require.html", form=form, programme=found)
    return page, 422 if form.errors else 200


@training.post("/programmes/<int:programme_id>/requirements/<int:requirement_id>/end")
@needs(RUNS)
def end_requirement(programme_id: int, requirement_id: int):
    found, made = _own(queries.programme(programme_id)), planning.requirement(requirement_id)
    if made.programme_id != found.id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    planning.end_requirement(made, found, now(), me().id)
    return redirect(url_for(".programme", programme_id=programme_id))


def _own(programme: Programme) -> Programme:
    if not me().covers(programme.org.path, RUNS):
        raise NotAllowed("这个项目由“{unit}”主办，您可以查看，不能改动。", unit=programme.org.name)
    return programme


# ── 师资库 ──────────────────────────────────────────────────────────────────────────────────────


@training.get("/teachers")
@needs(RUNS)
def teachers():
    form = SubjectForm.asked(subjects=teaching.subjects())
    subject = form.subject.data or "" if form.validate() else ""
    rows = teaching.teachers(subject)
    mine = {row.id for row in rows if me().covers(row.org.path, RUNS)}
    return render_template("training/teachers.html", form=form, rows=rows, mine=mine)


@training.route("/teachers/new", methods=["GET", "POST"])
@needs(RUNS)
def add_teacher():
    form = TeacherForm.filled(units=me().units(RUNS))
    if request.method == "GET" or not form.validate():
        return _teacher_page("training/add_teacher.html", form)
    try:
        teaching.add_teacher(form.unit_id.data, form.known, now(), me().id)
    except Refusal as refusal:
        return _teacher_page("training/add_teacher.html", form, said(refusal))
    return redirect(url_for(".teachers"), 303)


@training.route("/teachers/<int:teacher_id>", methods=["GET", "POST"])
@needs(RUNS)
def teacher(teacher_id: int):
    found = _own_teacher(teaching.teacher(teacher_id))
    form = TeacherForm.filled(data=TeacherForm.of(found), units={found.org_id: found.org.name})
    if request.method == "GET" or not form.validate():
        return _teacher_page("training/teacher.html", form, teacher=found)
    try:
        teaching.change_teacher(found, form.known, now())
    except Refusal as refusal:
        return _teacher_page("training/teacher.html", form, said(refusal), teacher=found)
    return redirect(url_for(".teachers"), 303)


@training.post("/teachers/<int:teacher_id>/close")
@needs(RUNS)
def close_teacher(teacher_id: int):
    found = _own_teacher(teaching.teacher(teacher_id))
    teaching.close_teacher(found, now())
    flash(_("已把%(name)s移出师资库。", name=found.name))
    return redirect(url_for(".teachers"))


def _own_teacher(found: Teacher) -> Teacher:
    if not me().covers(found.org.path, RUNS):
        raise NotAllowed("这位教师由“{unit}”登记，您可以查看，不能改动。", unit=found.org.name)
    return found


def _teacher_page(template: str, form: TeacherForm, fault: str = "", **values: object):
    page = render_template(template, form=form, fault=fault, posts=POST_NAMES, **values)
    return page, 422 if form.errors or fault else 200
