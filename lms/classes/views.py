"""The room of those who run classes: opening, the timetable, the list."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.classes import finding, gains, listing, offering, queries, services, watched
from lms.classes.forms import ClassForm, CopyForm, LessonForm, LinesForm, WhyForm
from lms.classes.models import ClassMember, ClassSession, TrainingClass
from lms.classes.reading import Fault, cells, read_lessons, read_persons
from lms.classes.rules import (
    CAME_NAMES,
    KIND_NAMES,
    LEFT_NAMES,
    PURPOSE_NAMES,
    Came,
    Left,
    overlapping,
)
from lms.classes.seeking import RosterForm, ShelfForm
from lms.errors import NotAllowed
from lms.orgs.queries import parts
from lms.people.rules import POST_NAMES
from lms.web.forms import BaseForm
from lms.web.here import me, now, today
from lms.web.refusals import said

classes = Blueprint("classes", __name__, url_prefix="/classes")
ARRANGES = Permission.RUN_TRAINING
RUNS = (Permission.RUN_TRAINING, Permission.RUN_CLASS)


# ── classes ─────────────────────────────────────────────────────────────────────────────────────


@classes.get("/")
@needs(*RUNS)
def shelf():
    arranges = me().may(ARRANGES)
    form = ShelfForm.asked(
        projects=finding.projects(),
        programmes=finding.programmes(),
        units=parts(me().units(ARRANGES)) if arranges else (),
    )
    sought = form.sought(None if arranges else me().id)
    found = finding.find(sought, today(), form.page.data or 1)
    return render_template(
        "classes/shelf.html",
        form=form,
        found=found,
        size=finding.PAGE,
        persons=queries.persons_by_class([one.id for one in found.rows]),
        arranges=arranges,
        day=today(),
    )


@classes.route("/new", methods=["GET", "POST"])
@needs(ARRANGES)
def new():
    chosen = {"programme": request.args.get("programme", 0, type=int)}
    form = ClassForm.filled(data=chosen, units=me().units(ARRANGES), **_offered())
    if sent(form):
        made = services.make_class(form.unit.data, form.plan, now(), me().id, **form.parts)
        return redirect(url_for(".training_class", class_id=made.id), 303)
    return _page("classes/new.html", form, found=None)


@classes.get("/<int:class_id>")
@needs(*RUNS)
def training_class(class_id: int):
    found = queries.one(class_id)
    return render_template(
        "classes/training_class.html",
        found=found,
        lessons=queries.lessons_of(found),
        persons=queries.persons_by_class([class_id]).get(class_id, 0),
        mine=runs(found),
        arranges=arranges(found),
        kinds=KIND_NAMES,
        purposes=PURPOSE_NAMES,
        tests=gains.assessments(found),
        gain=gains.gain_of(found),
        parallel=gains.are_parallel(found),
        has_courses=bool(watched.course_ids(found)),
        odd=watched.odd(found) if runs(found) else 0,
        day=today(),
    )


@classes.get("/<int:class_id>/watching")
@needs(*RUNS)
def watching(class_id: int):
    found = run(queries.one(class_id))
    return render_template("classes/watching.html", found=found, lines=watched.watching(found))


@classes.route("/<int:class_id>/edit", methods=["GET", "POST"])
@needs(ARRANGES)
def edit(class_id: int):
    found = arranged(queries.one(class_id))
    shown = ClassForm.of(found)
    form = ClassForm.filled(
        data=shown,
        as_it_is=shown,
        units={found.org_id: found.org.name},
        **offering.kept(found, _offered()),
    )
    if sent(form):
        services.change_class(found, form.plan, now(), **form.parts)
        return redirect(url_for(".training_class", class_id=class_id), 303)
    return _page("classes/new.html", form, found=found)


@classes.route("/<int:class_id>/copy", methods=["GET", "POST"])
@needs(ARRANGES)
def copy(class_id: int):
    found = queries.one(class_id)
    form = CopyForm.filled(data={"title": found.title}, units=me().units(ARRANGES))
    if sent(form):
        what = (form.unit.data, form.title.data, form.from_on.data)
        made = services.copy_class(found, *what, now(), me().id)
        return redirect(url_for(".training_class", class_id=made.id), 303)
    return _page("classes/copy.html", form, found=found)


@classes.post("/<int:class_id>/open")
@needs(ARRANGES)
def open_class(class_id: int):
    services.open_class(arranged(queries.one(class_id)), now(), me().id)
    flash(_("已开班，学员可以看到班级和课程表。"), "ok")
    return redirect(url_for(".training_class", class_id=class_id), 303)


def _offered() -> dict[str, Any]:
    paths = [held.path for held in me().granting([ARRANGES])]
    return offering.offered(paths, now(), today())


# ── the timetable ───────────────────────────────────────────────────────────────────────────────


@classes.route("/<int:class_id>/timetable", methods=["GET", "POST"])
@needs(*RUNS)
def timetable(class_id: int):
    found = queries.one(class_id)
    form = LessonForm.filled(data={"on": found.from_on}, teachers=offering.teachers())
    if sent(form):
        services.add_lesson(run(found), form.lesson, now())
        return redirect(url_for(".timetable", class_id=class_id), 303)
    lessons = queries.lessons_of(found)
    return _page(
        "classes/timetable.html",
        form,
        found=found,
        lessons=lessons,
        crossing=overlapping((one.id, one.starts_at, one.ends_at) for one in lessons),
        busy=queries.busy_teachers(found),
        confirmed=queries.confirmed(class_id),
        mine=runs(found),
    )


@classes.route("/<int:class_id>/timetable/paste", methods=["GET", "POST"])
@needs(*RUNS)
def paste_timetable(class_id: int):
    """Many rows at once: all of them, or none and what is wrong with which."""
    found = run(queries.one(class_id))
    form = LinesForm.filled()
    faults: list[Fault] = []
    if sent(form):
        teachers = {name: key for key, name in offering.teachers().items()}
        read, faults = read_lessons(form.lines.data, found.from_on, teachers)
        lessons, outside = services.fitting(found, read)
        faults = sorted(faults + outside, key=lambda one: one.row)
        if not faults:
            for lesson in lessons:
                services.add_lesson(found, lesson, now())
            return redirect(url_for(".timetable", class_id=class_id), 303)
    return _page("classes/paste_timetable.html", form, found=found, faults=told(faults))


@classes.route("/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@needs(*RUNS)
def lesson(session_id: int):
    found = of_mine(queries.session(session_id))
    teachers = offering.teachers()
    if found.listed_teacher:
        teachers |= {found.listed_teacher.id: found.listed_teacher.name}
    shown = LessonForm.of(found)
    form = LessonForm.filled(data=shown, as_it_is=shown, teachers=teachers)
    if sent(form):
        services.change_lesson(found, form.lesson, now())
        return redirect(url_for(".timetable", class_id=found.class_id), 303)
    return _page("classes/lesson.html", form, lesson=found)


@classes.post("/sessions/<int:session_id>/cancel")
@needs(*RUNS)
def cancel_lesson(session_id: int):
    found = of_mine(queries.session(session_id))
    services.cancel_lesson(found, now())
    return redirect(url_for(".timetable", class_id=found.class_id), 303)


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@classes.route("/<int:class_id>/members", methods=["GET", "POST"])
@needs(*RUNS)
def members(class_id: int):
    found = queries.one(class_id)
    form = RosterForm.filled() if request.method == "POST" else RosterForm.asked()
    left, page, words = form.chosen()
    rows = queries.roster(class_id, left)
    meant = queries.meant(rows, words)
    first = (page - 1) * queries.PAGE
    return render_template(
        "classes/members.html",
        found=found,
        form=form,
        rows=meant[first : first + queries.PAGE],
        total=len(meant),
        persons=len(rows),
        first=first + 1,
        page=page,
        left=left,
        posts=POST_NAMES,
        came=CAME_NAMES,
        gone=LEFT_NAMES,
        arranges=arranges(found),
        elsewhere=queries.elsewhere(found) if arranges(found) and not found.closed_at else [],
    )


@classes.route("/<int:class_id>/members/add", methods=["GET", "POST"])
@needs(ARRANGES)
def add_members(class_id: int):
    """Numbers or names, one a line: all of them, or none and what is wrong with which."""
    found = arranged(queries.one(class_id))
    form = LinesForm.filled()
    faults: list[Fault] = []
    if sent(form):
        rows = list(cells(form.lines.data))
        words = [part for _, parts in rows for part in parts]
        meant, faults = read_persons(rows, offering.persons_meant(words, words, today()))
        if not faults:
            ids = [one.id for one in meant]
            n = listing.put_in(found, offering.homes(ids).items(), Came.LISTED, now(), me().id)
            flash(_("已列入 %(n)s 人。", n=n), "ok")
            return redirect(url_for(".members", class_id=class_id), 303)
    return _page("classes/add_members.html", form, found=found, faults=told(faults))


@classes.get("/members/<int:member_id>")
@needs(*RUNS)
def member(member_id: int):
    found = queries.member(member_id)
    return _member(found, WhyForm())


@classes.post("/members/<int:member_id>/out")
@needs(ARRANGES)
def take_out(member_id: int):
    found = of_arranged(queries.member(member_id))
    form = WhyForm.filled()
    if not form.validate():
        return _member(found, form)
    listing.take_out(found, Left.OFF_THE_LIST, form.why.data, now(), me().id)
    return redirect(url_for(".members", class_id=found.class_id), 303)


def _member(found: ClassMember, out: WhyForm):
    page = render_template(
        "classes/member.html",
        member=found,
        out=out,
        came=CAME_NAMES,
        gone=LEFT_NAMES,
        arranges=arranges(found.whole_class),
    )
    return page, 422 if out.errors else 200


# ── what several of these views need ────────────────────────────────────────────────────────────


def _page(template: str, form: BaseForm, **values: Any):
    wrong = form.errors or values.get("faults")
    return render_template(template, form=form, **values), 422 if wrong else 200


def sent(form: BaseForm) -> bool:
    """Whether the form was sent, and holds nothing wrong."""
    return request.method == "POST" and form.validate()


def told(faults: Iterable[Fault]) -> list[tuple[int, str]]:
    """What is wrong with which row, in the reader's language."""
    return [(one.row, said(one.why)) for one in faults]


def arranges(found: TrainingClass) -> bool:
    """Whether the unit of this person organises the class."""
    return me().covers(found.org.path, ARRANGES)


def runs(found: TrainingClass) -> bool:
    """Whether this person organises the class, or is its class manager."""
    manages = found.person_id == me().id and me().may(Permission.RUN_CLASS)
    return manages or arranges(found)


def arranged(found: TrainingClass) -> TrainingClass:
    """The class, for who organises it."""
    if not arranges(found):
        raise NotAllowed("这个班由“{unit}”主办，您可以查看，不能改动。", unit=found.org.name)
    return found


def run(found: TrainingClass) -> TrainingClass:
    """The class, for who organises it and for its class manager."""
    if not runs(found):
        raise NotAllowed("这个班由“{unit}”主办，您可以查看，不能改动。", unit=found.org.name)
    return found


def of_arranged(member: ClassMember) -> ClassMember:
    arranged(member.whole_class)
    return member


def of_mine(session: ClassSession) -> ClassSession:
    run(session.whole_class)
    return session
