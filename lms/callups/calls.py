"""The doors of 调训: the organiser gives places and decides, units name persons."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.callups import nominating, pointing, standing
from lms.callups.forms import CallsForm, CallUpForm, NameForm, QuotaForm, SearchForm, WhyForm
from lms.callups.models import CallUp, Nomination
from lms.callups.placing import callups
from lms.callups.rules import ASKING, OVER, STEP_NAMES
from lms.callups.views import RUNS
from lms.classes.queries import one as class_of
from lms.errors import NotAllowed, NotFound, Refusal
from lms.people.rules import POST_NAMES, Post
from lms.training.queries import unit
from lms.web.here import me, now, today
from lms.web.refusals import said

PAGE = 30  # of all 调训
NAMES = 50  # of one unit


@callups.get("/")
@needs(RUNS)
def calls():
    """Counts are made of the page that is shown alone."""
    form = CallsForm.asked()
    page = form.page.data or 1 if form.validate() else 1
    rows = [
        one
        for one in standing.call_ups(form.words.data or "")
        if organises(one) or (one.sent_at and _mine_in(one))
    ]
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "callups/calls.html",
        form=form,
        rows=[(one, organises(one), _total(one)) for one in shown],
        total=len(rows),
        page=page,
        size=PAGE,
        now=now(),
    )


def _total(found: CallUp) -> standing.Count:
    """Of all units, for who organises; of one's own units, for the others."""
    total, counts = standing.Count(), standing.by_quota([found.id])
    for one in found.quotas:
        if organises(found) or me().covers(one.org.path, RUNS):
            total.add(counts[one.id])
    return total


@callups.route("/new", methods=["GET", "POST"])
@needs(RUNS)
def new_call_up():
    paths = [held.path for held in me().granting([RUNS])]
    classes = {one.id: one.title for one in standing.classes_to_fill(paths, today())}
    chosen = {"training_class": request.args.get("class", type=int)}
    form, fault = CallUpForm.filled(data=chosen, classes=classes), ""
    if request.method == "POST" and form.validate():
        try:
            found = class_of(form.training_class.data)
            told = (form.title.data, form.note.data or "", form.due)
            made = nominating.make_call_up(found, *told, now(), me().id)
            posts = form.posts.data or []
            return redirect(url_for(".quotas", call_up_id=made.id, posts=posts))
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template("callups/new_call_up.html", form=form, fault=fault, classes=classes)
    return page, 422 if form.errors or fault else 200


@callups.get("/<int:call_up_id>")
@needs(RUNS)
def call_up(call_up_id: int):
    found = _open(call_up_id)
    lines, total = standing.lines(found)
    if not organises(found):
        lines = [line for line in lines if me().covers(line.org.path, RUNS)]
    return render_template(
        "callups/call_up.html",
        call_up=found,
        lines=lines,
        total=total,
        organises=organises(found),
        now=now(),
    )


@callups.route("/<int:call_up_id>/quotas", methods=["GET", "POST"])
@needs(RUNS)
def quotas(call_up_id: int):
    found = organised(standing.call_up(call_up_id))
    units = standing.receivers(found)
    form, fault = QuotaForm.filled(), ""
    if request.method == "POST" and form.validate():
        try:
            nominating.set_quotas(found, form.given({one.id: one.name for one in units}), now())
            return redirect(url_for(".call_up", call_up_id=call_up_id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    asked = [one for one in request.args.getlist("posts") if one in set(Post)]
    held = {(one.org_id, one.post): one.places for one in found.quotas}
    posts = [*dict.fromkeys([*(post for _org, post in held if post), *map(Post, asked)]), None]
    typed = form.given({one.id: one.name for one in units}) if request.method == "POST" else held
    page = render_template(
        "callups/quotas.html",
        call_up=found,
        units=units,
        columns=posts,
        places=typed,
        posts=POST_NAMES,
        wrong=form.wrong,
        fault=fault or (_("标出的名额应是 0 至 9999 的整数。") if form.errors else ""),
    )
    return page, 422 if form.errors or fault else 200


@callups.post("/<int:call_up_id>/send")
@needs(RUNS)
def send(call_up_id: int):
    nominating.send(organised(standing.call_up(call_up_id)), now(), me().id)
    flash(_("名额已下达，各单位可以报名。"), "ok")
    return redirect(url_for(".call_up", call_up_id=call_up_id), 303)


# ── one unit: names, and what is decided of them ────────────────────────────────────────────────


@callups.route("/<int:call_up_id>/units/<int:org_id>", methods=["GET", "POST"])
@needs(RUNS)
def call_up_unit(call_up_id: int, org_id: int):
    """A search is posted, so that no name stands in an address."""
    form = SearchForm.filled()
    words = (form.q.data or "") if request.method == "POST" and form.validate() else ""
    return _unit(_open(call_up_id), org_id, words, "")


def _unit(found: CallUp, org_id: int, words: str, fault: str):
    org = unit(org_id)
    if not (organises(found) or me().covers(org.path, RUNS)):
        raise NotAllowed("您不负责“{unit}”，不能查看它的报名。", unit=org.name)
    quotas = [one for one in found.quotas if one.org_id == org_id]
    asked = {one.post for one in quotas}
    people = standing.candidates(words, org.path, today(), asked)
    counts = standing.by_quota([found.id])
    rows, number = standing.named(found.id, org_id, today()), request.args.get("page", 1, type=int)
    first = (max(1, number) - 1) * NAMES
    page = render_template(
        "callups/call_up_unit.html",
        call_up=found,
        org=org,
        quotas=[(one, counts[one.id]) for one in quotas],
        by_post=None not in asked,
        most=standing.SHOWN,
        rows=rows[first : first + NAMES],
        total=len(rows),
        first=first + 1,
        number=max(1, number),
        waits=any(row.step in ASKING for row in rows),
        people=people,
        active=standing.active(found.id, [one.id for one in people]),
        pointed=pointing.pointed(found, [one.id for one in people], today()),
        words=words,
        fault=fault,
        organises=organises(found),
        names_here=me().covers(org.path, RUNS),
        steps=STEP_NAMES,
        asking=ASKING,
        over=OVER,
        posts=POST_NAMES,
        now=now(),
    )
    return page, 422 if fault else 200


@callups.post("/<int:call_up_id>/units/<int:org_id>/name")
@needs(RUNS)
def name(call_up_id: int, org_id: int):
    form, found = NameForm.sent(), _open(call_up_id)
    one = standing.quota(form.quota.data)
    if one.call_up_id != call_up_id or not me().covers(one.org.path, RUNS):
        raise NotAllowed("这不是您单位的名额。")
    try:
        late = organises(found)
        made = nominating.name(one, form.person.data, late, now(), me().id)
    except Refusal as refusal:
        return _unit(found, org_id, "", said(refusal))
    flash(_(STEP_NAMES[standing.state_of(made.id)]), "ok")
    return redirect(url_for(".call_up_unit", call_up_id=call_up_id, org_id=org_id), 303)


@callups.post("/nominations/<int:nomination_id>/withdraw")
@needs(RUNS)
def withdraw(nomination_id: int):
    found = standing.nomination(nomination_id)
    if not me().covers(found.quota.org.path, RUNS):
        raise NotAllowed("这不是您单位的名额。")
    nominating.withdraw(found, WhyForm.sent().why.data, now(), me().id)
    return _back(found)


@callups.post("/nominations/<int:nomination_id>/approve")
@needs(RUNS)
def approve(nomination_id: int):
    found = standing.nomination(nomination_id)
    organised(found.call_up)
    nominating.approve([found], now(), me().id)
    return _back(found)


@callups.post("/nominations/<int:nomination_id>/return")
@needs(RUNS)
def send_back(nomination_id: int):
    found = standing.nomination(nomination_id)
    organised(found.call_up)
    nominating.send_back(found, WhyForm.sent().why.data, now(), me().id)
    return _back(found)


@callups.post("/<int:call_up_id>/approve")
@needs(RUNS)
def approve_all(call_up_id: int):
    organised(standing.call_up(call_up_id))
    org_id = request.form.get("unit", type=int)
    many = nominating.approve(standing.to_decide(call_up_id, org_id), now(), me().id)
    flash(_("已批准 %(n)s 人，并列入培训班。", n=many), "ok")
    if org_id is None:
        return redirect(url_for(".call_up", call_up_id=call_up_id), 303)
    return redirect(url_for(".call_up_unit", call_up_id=call_up_id, org_id=org_id), 303)


def _back(found: Nomination) -> Any:
    to, org_id = found.call_up_id, found.quota.org_id
    return redirect(url_for(".call_up_unit", call_up_id=to, org_id=org_id), 303)


def _open(call_up_id: int) -> CallUp:
    """A 调训 that was sent, or one's own: what is still being prepared is nobody else's."""
    found = standing.call_up(call_up_id)
    if found.sent_at is None and not organises(found):
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def organises(found: CallUp) -> bool:
    """Whether this person's unit organises it."""
    return me().covers(found.org.path, RUNS)


def organised(found: CallUp) -> CallUp:
    if not organises(found):
        raise NotAllowed("这次调训由“{unit}”主办，您不能改动。", unit=found.org.name)
    return found


def _mine_in(found: CallUp) -> bool:
    return any(me().covers(one.org.path, RUNS) for one in found.quotas)
