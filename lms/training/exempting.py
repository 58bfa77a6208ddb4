"""The doors to 免训 and 缓训: who asks, who approves, what became of it."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import NotAllowed, Refusal
from lms.people.queries import names as names_of
from lms.people.rules import POST_NAMES
from lms.training import lists, queries, relieving
from lms.training.asking import BackForm, DecideForm, PageForm, ReliefForm
from lms.training.keeping import training
from lms.training.models import Cohort, Enrolment, Relief
from lms.training.rules import REASON_NAMES, RELIEF_NAMES, STANDING_NAMES
from lms.training.views import RUNS
from lms.web.here import me, now, today
from lms.web.refusals import said

ASKS_RELIEF = Permission.ASK_RELIEF
WORDS = {"kinds": RELIEF_NAMES, "reasons": REASON_NAMES, "standings": STANDING_NAMES}


def _paths() -> list[str]:
    return [held.path for held in me().granting([ASKS_RELIEF])]


@training.get("/reliefs")
@needs(ASKS_RELIEF)
def reliefs():
    form, paths = PageForm.asked(), _paths()
    page = form.page.data or 1 if form.validate() else 1
    shown = {
        "waiting": relieving.asked(paths, waiting=True),
        "decided": relieving.asked(paths, waiting=False, page=page),
        "open": relieving.open_lists(paths, today()),
    }
    return render_template("training/reliefs.html", **_told(shown), **WORDS)


def _told(shown: dict):
    """With what each row needs: who asked, how it stands, whether this person may decide."""
    rows = [*shown["waiting"].rows, *shown["decided"].rows]
    people = {row.asked_by for row in rows} | {step.recorded_by for r in rows for step in r.steps}
    stands = {row.id: relieving.stands(row, today()) for row in rows}
    mine = {row.id for row in rows if _may_decide(row)}
    below = {row.id for row in rows if row.id not in mine and _may_forward(row)}
    return {**shown, "names": names_of(people), "stands": stands, "mine": mine, "below": below}


def _may_decide(row: Relief | Enrolment) -> bool:
    return me().covers(row.org.path, RUNS)


def _may_forward(row: Relief) -> bool:
    return relieving.waits_below(row) and me().covers(row.org.path, ASKS_RELIEF)


@training.post("/reliefs")
@needs(ASKS_RELIEF)
def decide():
    form = DecideForm.sent()
    rows = relieving.chosen(form.reliefs.data or [])
    if form.act.data == "refuse":
        relieving.refuse(_to_answer(rows), form.why.data or "", now(), me().id)
    elif form.act.data == "forward":
        relieving.forward(_to_answer(rows), now(), me().id)
    else:
        relieving.approve(_to_decide(rows), bool(form.originals_seen.data), now(), me().id)
    flash(_("已办理 %(n)s 人。", n=len(rows)))
    return redirect(url_for(".reliefs"))


def _to_answer(rows: list[Relief]) -> list[Relief]:
    """What persons asked for themselves is passed on, or refused, by the township already."""
    return rows if all(map(_may_forward, rows)) else _to_decide(rows)


def _to_decide(rows: list[Relief]) -> list[Relief]:
    if not all(map(_may_decide, rows)):
        raise NotAllowed("免训、缓训由县（市、区）或市的管理员批准。")
    return rows


@training.route("/cohorts/<int:cohort_id>/reliefs/new", methods=["GET", "POST"])
@needs(ASKS_RELIEF)
def ask_relief(cohort_id: int):
    found, form = queries.cohort(cohort_id), _relief_form()
    if request.method == "GET" or form.act.data == "find":
        return _ask_page(found, form)
    if not form.validate():
        return _ask_page(found, form, status=422)
    try:
        rows = relieving.enrolments(cohort_id, form.enrolments.data or [])
        _ask(rows, form)
    except Refusal as refusal:
        return _ask_page(found, form, said(refusal), 422)
    return redirect(url_for(".reliefs"), 303)


def _relief_form() -> ReliefForm:
    day = {"from_on": today(), "last_on": None}
    return ReliefForm.filled(data=day) if request.method == "POST" else ReliefForm.asked(data=day)


def _ask(rows: Sequence[Enrolment], form: ReliefForm) -> None:
    """Whoever may approve does both at once; else it waits for those who may."""
    made = relieving.ask(rows, form.wanted, now(), me().id)
    if form.act.data == "approve":
        relieving.approve(_to_decide(made), bool(form.originals_seen.data), now(), me().id)
        flash(_("已批准 %(n)s 人。", n=len(made)))
    else:
        flash(_("已提交 %(n)s 人，等待批准。", n=len(made)))


def _ask_page(cohort: Cohort, form: ReliefForm, fault: str = "", status: int = 200):
    ticked = set(form.enrolments.data or ())
    found = lists.names(cohort.id, paths=_paths(), words=form.q.data or "", first=ticked)
    approves = bool(me().granting([RUNS]))
    shown = {"names": found, "ticked": ticked, "approves": approves, "posts": POST_NAMES}
    page = render_template(
        "training/ask_relief.html", cohort=cohort, form=form, fault=fault, **shown, **WORDS
    )
    return page, status


@training.route("/reliefs/<int:relief_id>", methods=["GET", "POST"])
@needs(ASKS_RELIEF)
def relief(relief_id: int):
    found, form = relieving.relief(relief_id), BackForm.filled()
    if request.method == "GET":
        form.on.data = max(today(), found.from_on)
    elif form.validate():
        _refuse_unasked(found)
        relieving.take_back(found, form.on.data, form.why.data or "", now(), me().id)
        return redirect(url_for(".relief", relief_id=relief_id))
    people = names_of({found.asked_by, *(step.recorded_by for step in found.steps)})
    shown = {"stands": relieving.stands(found, today()), "names": people, **WORDS}
    mine = _may_decide(found) or found.asked_by == me().id
    page = render_template("training/relief.html", relief=found, form=form, mine=mine, **shown)
    return page, 422 if form.errors else 200


def _refuse_unasked(found: Relief) -> None:
    if not (_may_decide(found) or (found.asked_by == me().id and not found.steps)):
        raise NotAllowed("已批准的免训、缓训由批准的一级收回。")
