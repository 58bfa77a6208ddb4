"""The doors of who is in a class: when and where it is, the code on the wall, leave."""

from datetime import datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from lms.access.permissions import OPEN, Permission, needs
from lms.classes import attending, ending, evaluating, leaving, queries, walls
from lms.classes.absence import LACK_NAMES
from lms.classes.forms import CodeForm, LeaveForm
from lms.classes.models import ClassMember, ClassSession
from lms.classes.rules import MARK_NAMES
from lms.classes.views import classes, sent
from lms.errors import Conflict, NotFound, Refusal
from lms.web import transaction
from lms.web.here import me, now, secret, today
from lms.web.refusals import said

LEARN = Permission.LEARN
READ = "wall"  # what this browser read from a wall, until it is used


@classes.get("/mine")
@needs(LEARN)
def mine():
    found = queries.memberships(me().id)
    return render_template("classes/mine.html", memberships=found, day=today(), now=now())


@classes.get("/mine/<int:class_id>")
@needs(LEARN)
def own_class(class_id: int):
    return _own_class(own_place(class_id), CodeForm())


def _own_class(place: ClassMember, form: CodeForm, fault: str = ""):
    found, held = place.whole_class, attending.held_of(place.id)
    page = render_template(
        "classes/own_class.html",
        place=place,
        found=found,
        lessons=queries.lessons_of(found),
        tally=attending.tallies(found, [place])[place.id],
        held=held,
        marks=MARK_NAMES,
        outcome=ending.outcome_of(place.id),
        lacks=LACK_NAMES,
        can_evaluate=evaluating.is_open(found, now()) and not evaluating.has_answered(place.id),
        leaves=leaving.of_member(place.id),
        walls=[one for one in walls.open_walls(found.id, now()) if one.session_id not in held],
        form=form,
        fault=fault,
        day=today(),
    )
    return page, 422 if form.errors or fault else 200


def own_place(class_id: int) -> ClassMember:
    """This person's place in a class that is open."""
    found = queries.own_membership(me().id, class_id)
    if found is None or found.whole_class.opened_at is None:
        raise NotFound("没有找到这个班，或您已不在班上。")
    return found


# ── the code on the wall ────────────────────────────────────────────────────────────────────────


@classes.get("/here/<int:session_id>/<token>")
@needs(OPEN)
def scan(session_id: int, token: str):
    """The QR was read now. That is kept in this browser alone, also while one signs in."""
    found = walls.scanned(session_id, token, now(), secret("ticket"))
    session[READ] = [found.session_id, found.came_at.isoformat()]
    return redirect(url_for(".check_in"))


@classes.route("/check-in", methods=["GET", "POST"])
@needs(LEARN)
def check_in():
    """Says which lesson, and is pressed once."""
    lesson, came_at = _read()
    place = own_place(lesson.class_id)
    if request.method == "POST":  # the press itself says everything
        return _checked_in(lesson, place, came_at)
    return render_template("classes/check_in.html", lesson=lesson, came_at=came_at)


def _read() -> tuple[ClassSession, datetime]:
    session_id, said_at = session.get(READ, (None, ""))
    if session_id is None:
        raise Conflict("请先扫大屏幕上的签到码。")
    came_at = datetime.fromisoformat(said_at)
    walls.refuse_stale(came_at, now())
    return queries.session(session_id), came_at


@classes.post("/mine/<int:class_id>/code")
@needs(LEARN)
def type_code(class_id: int):
    place, form = own_place(class_id), CodeForm.filled()
    if not form.validate():
        return _own_class(place, form)
    try:
        later, key = transaction.afterwards, secret("ticket")
        found = walls.typed(place, form.code.data, now(), key, later)
    except Refusal as refusal:
        return _own_class(place, form, said(refusal))
    return _checked_in(queries.session(found.session_id), place, found.came_at)


def _checked_in(lesson: ClassSession, place: ClassMember, came_at: datetime):
    walls.check_in(lesson, place, came_at, now())
    session.pop(READ, None)
    flash(_("已签到：%(subject)s。", subject=lesson.subject), "ok")
    return redirect(url_for(".own_class", class_id=place.class_id), 303)


# ── leave ───────────────────────────────────────────────────────────────────────────────────────


@classes.route("/mine/<int:class_id>/leave", methods=["GET", "POST"])
@needs(LEARN)
def ask_leave(class_id: int):
    place, fault = own_place(class_id), ""
    form = LeaveForm.filled()
    if sent(form):
        try:
            leaving.ask(place, **form.wanted, now=now(), by=me().id)
            flash(_("已提出请假，等班主任批准。"), "ok")
            return redirect(url_for(".own_class", class_id=class_id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template(
        "classes/ask_leave.html", found=place.whole_class, form=form, fault=fault
    )
    return page, 422 if form.errors or fault else 200
