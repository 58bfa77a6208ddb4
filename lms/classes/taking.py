"""The doors of who keeps the lists of a class: who came, the code on the wall, leave."""

from hashlib import sha256

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.classes import attending, leaving, queries, walls
from lms.classes.absence import due_to_withdraw, times_missed
from lms.classes.forms import (
    DecisionForm,
    MemberLeaveForm,
    SheetForm,
    TicksForm,
    WithdrawForm,
)
from lms.classes.mine import classes
from lms.classes.models import ClassSession, TrainingClass
from lms.classes.reading import Attended, Known, read_attendance
from lms.classes.rules import EVIDENCE_NAMES, MARK_NAMES, Evidence, Mark
from lms.classes.seeking import RosterForm
from lms.classes.views import RUNS, arranged, arranges, of_arranged, of_mine, run, runs, sent, told
from lms.errors import Invalid, Refusal
from lms.people.queries import names
from lms.sheets.cells import text
from lms.sheets.promise import refuse_chosen
from lms.sheets.reading import read_book
from lms.training.quizzing import drawn_code
from lms.web.here import me, now, secret, today
from lms.web.refusals import said

# ── the whole class ─────────────────────────────────────────────────────────────────────────────


@classes.route("/<int:class_id>/attendance", methods=["GET", "POST"])
@needs(*RUNS)
def attendance(class_id: int):
    """Every lesson with its list, and what the lists come to for each, a page at a time."""
    found = queries.one(class_id)
    form = RosterForm.filled() if request.method == "POST" else RosterForm.asked()
    _left, page, words = form.chosen()
    rows = queries.roster(class_id)
    meant, first = queries.meant(rows, words), (page - 1) * queries.PAGE
    rule = attending.rule_of(found)
    tallies = attending.tallies(found, [row.member for row in rows])
    return render_template(
        "classes/attendance.html",
        found=found,
        lessons=queries.lessons_of(found),
        confirmed=queries.confirmed(class_id),
        counts=attending.counts(class_id),
        form=form,
        rows=meant[first : first + queries.PAGE],
        total=len(meant),
        everybody=rows,
        first=first + 1,
        page=page,
        tallies=tallies,
        missed={key: times_missed(one, rule) for key, one in tallies.items()},
        long={key for key, one in tallies.items() if due_to_withdraw(one, rule)},
        decisions=leaving.decisions(class_id, tallies),
        marks=MARK_NAMES,
        mine=runs(found),
        now=now(),
    )


# ── one lesson ──────────────────────────────────────────────────────────────────────────────────


@classes.route("/sessions/<int:session_id>/list", methods=["GET", "POST"])
@needs(*RUNS)
def sheet(session_id: int):
    """The whole class present; nothing is recorded until it is confirmed."""
    found = of_mine(queries.session(session_id))
    form = TicksForm.filled()
    if not sent(form):
        return _sheet(found, form)
    if found.whole_class.closed_at:  # what is corrected now changes hours that were credited
        arranged(found.whole_class)
    rests = attending.Rests()
    if form.file_digest.data:
        rests = attending.Rests(Evidence.FILE, form.file_name.data, form.file_digest.data)
    try:
        n = attending.confirm(found, form.ticked, rests, form.why.data, now(), me().id)
    except Refusal as refusal:
        return _sheet(found, form, fault=said(refusal))
    flash(_("已确认，记下 %(n)s 人。", n=n), "ok")
    return redirect(url_for(".attendance", class_id=found.class_id), 303)


@classes.post("/sessions/<int:session_id>/upload")
@needs(*RUNS)
def upload_sheet(session_id: int):
    """A list as a file is read and shown ticked: it is confirmed like one that was ticked."""
    found = of_mine(queries.session(session_id))
    upload = SheetForm.filled().file.data
    if not upload:
        return _sheet(found, TicksForm(), fault=_("请选择一个文件。"))
    data = upload.read()
    try:
        book = read_book(upload.filename or "", data)
        refuse_chosen(book)
        rows = [
            (number, [text(cell) for cell in row])
            for number, row in enumerate(book.sheets[0].rows, start=1)
        ]
        read = read_attendance(rows, _known(found.class_id))
    except Invalid as refusal:
        return _sheet(found, TicksForm(), fault=said(refusal))
    form = TicksForm(data={"file_name": book.name[:120], "file_digest": sha256(data).hexdigest()})
    return _sheet(found, form, read=read)


def _known(class_id: int) -> list[Known]:
    rows = queries.roster(class_id)
    return [
        Known(row.member.id, row.name, (row.number, row.personnel or ""), row.unit) for row in rows
    ]


def _sheet(found: ClassSession, form: TicksForm, fault: str = "", read: Attended | None = None):
    absent = dict.fromkeys(read.silent if read else (), Mark.ABSENT)
    marks = (absent | read.marks) if read else form.ticked if fault else None
    confirmed = attending.confirmations(found.id)
    page = render_template(
        "classes/sheet.html",
        lesson=found,
        found=found.whole_class,
        form=form,
        upload=SheetForm(),
        ticks=attending.sheet(found, marks),
        read=read,
        faults=told(read.faults) if read else [],
        fault=fault,
        confirmed=confirmed,
        who=names(one.confirmed_by for one in confirmed),
        wall=walls.switched_on(found.id, now()),
        marks=MARK_NAMES,
        evidence=EVIDENCE_NAMES,
        now=now(),
    )
    return page, 422 if fault or (read and read.faults) else 200


# ── the code on the wall ────────────────────────────────────────────────────────────────────────


@classes.get("/sessions/<int:session_id>/wall")
@needs(*RUNS)
def wall(session_id: int):
    """For the big screen: it changes by itself."""
    found = of_mine(queries.session(session_id))
    return render_template("classes/wall.html", lesson=found, **_now(found))


@classes.get("/sessions/<int:session_id>/wall/now")
@needs(*RUNS)
def wall_now(session_id: int):
    return jsonify(_now(of_mine(queries.session(session_id))))


def _now(found: ClassSession) -> dict[str, object]:
    on = walls.switched_on(found.id, now())
    if on is None:
        return {"on": False}
    shown = walls.shown(on, now(), secret("ticket"))
    link = url_for("classes.scan", session_id=found.id, token=shown.token, _external=True)
    came = walls.came_by_code(found.id)
    return {
        "on": True,
        "code": shown.code,
        "seconds": shown.seconds,
        "picture": drawn_code(link),
        "came": came,
    }


@classes.post("/sessions/<int:session_id>/wall/on")
@needs(*RUNS)
def switch_on(session_id: int):
    walls.switch_on(of_mine(queries.session(session_id)), now(), me().id)
    return redirect(url_for(".wall", session_id=session_id), 303)


@classes.post("/sessions/<int:session_id>/wall/off")
@needs(*RUNS)
def switch_off(session_id: int):
    walls.switch_off(of_mine(queries.session(session_id)), now())
    return redirect(url_for(".sheet", session_id=session_id), 303)


# ── leave ───────────────────────────────────────────────────────────────────────────────────────


@classes.route("/<int:class_id>/leaves", methods=["GET", "POST"])
@needs(*RUNS)
def leaves(class_id: int):
    """What waits to be decided, and what was; a leave told by word of mouth is entered here."""
    found = run(queries.one(class_id))
    rows = queries.roster(class_id)
    listed = {row.member.id: f"{row.name}（{row.unit}）" for row in rows}
    form = MemberLeaveForm.filled(members=listed)
    if sent(form):
        member = queries.member(form.member.data)
        try:
            leaving.ask(member, **form.wanted, now=now(), by=me().id, granted=True)
            return redirect(url_for(".leaves", class_id=class_id), 303)
        except Refusal as refusal:
            return _leaves(found, form, said(refusal))
    return _leaves(found, form)


def _leaves(found: TrainingClass, form: MemberLeaveForm, fault: str = ""):
    rows = leaving.of_class(found.id)
    page = render_template(
        "classes/leaves.html",
        found=found,
        form=form,
        fault=fault,
        leaves=rows,
        tallies=attending.tallies(found, [one.member for one in rows]),
        who=names(one.decided_by for one in rows),
    )
    return page, 422 if form.errors or fault else 200


@classes.post("/leaves/<int:leave_id>/decide")
@needs(*RUNS)
def decide_leave(leave_id: int):
    found = queries.leave(leave_id)
    run(found.member.whole_class)
    form = DecisionForm.sent()
    leaving.decide(found, form.yes.data == "1", form.why.data, now(), me().id)
    return redirect(url_for(".leaves", class_id=found.member.class_id), 303)


@classes.route("/members/<int:member_id>/long-leave", methods=["GET", "POST"])
@needs(*RUNS)
def long_leave(member_id: int):
    """More than a seventh away: the exact fraction, and what the organiser decides."""
    member = queries.member(member_id)
    tally, decision = leaving.tally_of(member), leaving.last_decision(member_id)
    form, fault = WithdrawForm.filled(), ""
    if sent(form):
        of_arranged(member)
        try:
            leaving.decide_on(member, form.withdrawn.data == "1", form.why.data, now(), me().id)
            return redirect(url_for(".attendance", class_id=member.class_id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template(
        "classes/long_leave.html",
        member=member,
        found=member.whole_class,
        form=form,
        fault=fault,
        tally=tally,
        leaves=leaving.of_member(member_id),
        decision=decision,
        due=due_to_withdraw(tally, attending.rule_of(member.whole_class)),
        more=decision is not None and not leaving.holds(decision, tally),
        arranges=arranges(member.whole_class),
        day=today(),
    )
    return page, 422 if form.errors or fault else 200
