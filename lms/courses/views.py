"""The room of those who keep courses."""

from flask import Blueprint, redirect, render_template, request, url_for

from lms.access.permissions import Permission, needs
from lms.courses import queries, services
from lms.courses.forms import CourseForm
from lms.courses.models import Course
from lms.courses.rules import KIND_NAMES
from lms.errors import NotAllowed
from lms.web.here import me, now

courses = Blueprint("courses", __name__, url_prefix="/courses")
KEEPS = Permission.KEEP_COURSES


@courses.get("/")
@needs(KEEPS)
def shelf():
    return render_template("courses/shelf.html", shelf=queries.shelf())


@courses.get("/<int:course_id>")
@needs(KEEPS)
def course(course_id: int):
    found = queries.course(course_id)
    mine = me().covers(found.org.path, KEEPS)
    looks = me().may(Permission.RUN_TRAINING, Permission.SEE_REPORTS)
    page = {"course": found, "mine": mine, "looks": looks, "kinds": KIND_NAMES}
    return render_template("courses/course.html", **page)


@courses.route("/new", methods=["GET", "POST"])
@needs(KEEPS)
def new():
    form = CourseForm.filled(units=me().units(KEEPS))
    if request.method == "POST" and form.validate():
        told = form.title.data, form.summary.data, form.share.data
        made = services.add_course(form.unit.data, *told, now(), me().id)
        return redirect(url_for(".course", course_id=made.id))
    return _course_page(form, None)


@courses.route("/<int:course_id>/edit", methods=["GET", "POST"])
@needs(KEEPS)
def edit(course_id: int):
    found = kept_here(queries.course(course_id))
    form = CourseForm.filled(obj=found, unit=found.org_id, units={found.org_id: found.org.name})
    if request.method == "POST" and form.validate():
        told = form.title.data, form.summary.data, form.share.data
        services.change_course(found, *told, now())
        return redirect(url_for(".course", course_id=course_id))
    return render_template(
        "courses/edit.html", form=form, course=found
    ), 422 if form.errors else 200


def _course_page(form: CourseForm, course: Course | None):
    page = render_template("courses/edit.html", form=form, course=course)
    return page, 422 if form.errors else 200


@courses.post("/lessons/<int:lesson_id>/up")
@needs(KEEPS)
def raise_lesson(lesson_id: int):
    return _changed(lesson_id, services.raise_lesson)


@courses.post("/lessons/<int:lesson_id>/down")
@needs(KEEPS)
def lower_lesson(lesson_id: int):
    return _changed(lesson_id, services.lower_lesson)


@courses.post("/lessons/<int:lesson_id>/close")
@needs(KEEPS)
def close_lesson(lesson_id: int):
    return _changed(lesson_id, services.close_lesson)


@courses.post("/lessons/<int:lesson_id>/reopen")
@needs(KEEPS)
def reopen_lesson(lesson_id: int):
    return _changed(lesson_id, services.reopen_lesson)


def _changed(lesson_id: int, change):
    found = queries.lesson(lesson_id)
    kept_here(found.course)
    change(found, now())
    return redirect(url_for(".course", course_id=found.course_id))


def kept_here(course: Course) -> Course:
    """The course, if this person's unit keeps it; those below only use it."""
    if not me().covers(course.org.path, KEEPS):
        raise NotAllowed("这门课程由“{unit}”维护，您可以使用，不能改动。", unit=course.org.name)
    return course
