"""The doors of the exam hall: for those who sit, and for those who run it."""

from functools import partial
from typing import Any

from flask import (
    Blueprint,
    Response,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from lms.access.permissions import SIGNED_IN, TICKET, Permission, needs
from lms.accounts import trying
from lms.audit.services import record
from lms.bank.showing import shown_picture
from lms.competencies.queries import abilities
from lms.competencies.rules import PROJECT_NAMES
from lms.errors import Invalid, NotAllowed, NotFound
from lms.exams import (
    afterwards,
    counting,
    entering,
    holding,
    late,
    looking,
    queries,
    quizzes,
    rules,
    sat,
    saving,
    services,
    shells,
    sits,
)
from lms.exams.asking import COUNTING_NAMES, StartForm
from lms.exams.door import as_said, milliseconds
from lms.exams.forms import (
    COME_NAMES,
    BoardForm,
    OfficerForm,
    TrialForm,
    device_sent,
    operations_sent,
    told_sent,
)
from lms.exams.models import Assessment, Attempt
from lms.exams.news import news_of
from lms.exams.profiles import refuse_city_managed
from lms.exams.questions import in_one_go
from lms.exams.rules import ToSit
from lms.exams.tickets import Ticket, shown, signed
from lms.papers.queries import paper, refuse_in_part
from lms.web import transaction
from lms.web.addresses import address
from lms.web.assets import SOURCES
from lms.web.here import me, now, roll, secret, today
from lms.web.refusals import said

exams = Blueprint("exams", __name__, url_prefix="/exams")
SIT, RUN, ASK = Permission.SIT_EXAM, Permission.RUN_EXAMS, Permission.SET_QUIZ


# ── who sits ────────────────────────────────────────────────────────────────────────────────────


@exams.get("/")
@needs(SIT)
def mine():
    shown = {"results": queries.results_of(me().id), "news": news_of(me().id, now())}
    return render_template("exams/mine.html", sits=sits.all_for(me().id), now=now(), **shown)


@exams.get("/assessments/<int:assessment_id>/before")
@needs(SIT)
def before(assessment_id: int):
    sit = sits.to_sit(me().id, assessment_id)
    if sit.quiz:
        return redirect(url_for(".quiz", assessment_id=assessment_id))
    return _before(sit, StartForm())


def _before(sit: ToSit, form: StartForm, fault: str = ""):
    door = entering.door(sit, now())
    shown = {"looks": looking.during(door.assessment), "now": now()}
    page = render_template("exams/before.html", door=door, form=form, fault=fault, **shown)
    return page, 422 if fault else 200


@exams.get("/quizzes/<int:assessment_id>")
@needs(SIT, ASK)
def quiz(assessment_id: int):
    """Where the link of a 小测 leads: to its questions, else to what stands of it."""
    found = quizzes.invited(assessment_id, me().id, today())
    if not found.may_sit:
        return redirect(url_for("training.quiz", assessment_id=assessment_id))
    if found.running:
        return redirect(url_for(".sitting", attempt_id=found.running))
    if found.sat:
        last = quizzes.last_attempt(assessment_id, me().id)
        return redirect(url_for(".result", attempt_id=last))
    return render_template("exams/quiz.html", quiz=found.quiz, now=now())


@exams.post("/quizzes/<int:assessment_id>/attempts")
@needs(SIT)
def begin_quiz(assessment_id: int):
    attempt = quizzes.begin(assessment_id, me().id, now(), today(), roll())
    return redirect(url_for(".sitting", attempt_id=attempt.id), 303)


@exams.post("/assessments/<int:assessment_id>/attempts")
@needs(SIT)
def start(assessment_id: int):
    sit, form = sits.to_sit(me().id, assessment_id), StartForm.filled()
    if entering.asks_password(sit):
        transaction.beforehand(partial(trying.take, entering.bounds(sit, me().id), now()))
    seed, device = roll(), form.device.data
    begun = (form.pledged.data, form.password.data or "", now(), seed, device)
    try:
        attempt = entering.enter(sit, me().id, *begun)
    except Invalid as refusal:
        transaction.undo()
        return _before(sit, form, said(refusal))
    if device and sit.running is None and attempt.seed == in_one_go(seed):  # begun just now
        return _first_page(attempt, device)
    return redirect(url_for(".sitting", attempt_id=attempt.id), 303)


def _first_page(attempt: Attempt, device: str):
    """The questions come with the press of the button, opened on the device that pressed it."""
    ticket = Ticket(attempt.id, me().id, device, attempt.turn)
    opened = _as_opened(attempt, attempt.turn, [], 0)
    entered = {"ticket": signed(ticket, secret("ticket")), **opened}
    g.pictures = address(".picture", attempt_id=attempt.id, name="")
    settled = queries.settled(attempt.assessment_id, now())
    shown = settled, queries.sheet(attempt, settled), looking.during(settled)
    return shells.page(attempt, *shown, entered=entered)


@exams.post("/rehearsal")
@needs(SIT)
def rehearsal():
    """A trial of the line: what was sent is named, as a save does it, and nothing is stored."""
    sent = operations_sent(1)
    return _short(jsonify(kept=[one.key for one in sent], at=milliseconds(now())))


@exams.get("/attempts/<int:attempt_id>")
@needs(SIT)
def sitting(attempt_id: int):
    attempt = queries.own_attempt(attempt_id, me().id)
    if attempt.submitted_at:
        return redirect(url_for(".result", attempt_id=attempt_id))
    held = sum(bool(one.answer) for one in holding.held(attempt_id).values())
    g.pictures = address(".picture", attempt_id=attempt_id, name="")
    opened = queries.last_opening(attempt_id)
    settled = attempt.assessment
    shown = settled, queries.sheet(attempt), looking.during(settled)
    return shells.page(attempt, *shown, device=opened.device if opened else "", held=held)


@exams.get("/attempts/worker.js")
@needs(SIGNED_IN)
def worker():
    """Beside the exam pages, for it may open only what lies below its own address."""
    script = (SOURCES / "exams" / "worker.js").read_bytes()
    return Response(script, mimetype="text/javascript")


@exams.get("/attempts/<int:attempt_id>/pictures/<name>")
@needs(SIT)
def picture(attempt_id: int, name: str):
    """A picture that this attempt's own paper shows."""
    if name not in afterwards.pictures(queries.own_attempt(attempt_id, me().id), now()):
        raise NotFound("没有找到，或不在您的权限范围内。")
    return shown_picture(name)


@exams.post("/attempts/<int:attempt_id>/turns")
@needs(SIT)
def open_turn(attempt_id: int):
    attempt, device = queries.own_attempt(attempt_id, me().id), device_sent()
    turn = services.open_turn(attempt, device, now())
    if turn is None:
        return jsonify(over=True)
    ticket = Ticket(attempt_id, me().id, device, turn)
    return jsonify(ticket=signed(ticket, secret("ticket")), **opened_page(attempt, turn))


@exams.post("/attempts/<int:attempt_id>/looks/<int:slot>")
@needs(SIT)
def look(attempt_id: int, slot: int):
    """Right or wrong of one question, where the assessment shows it while one sits."""
    attempt = queries.own_attempt(attempt_id, me().id)
    line, what = looking.look(attempt, slot, now()), looking.during(attempt.assessment)
    g.pictures = address(".picture", attempt_id=attempt_id, name="")
    page = render_template("exams/look.html", line=line, what=what)
    return jsonify(page=page, right=line.letters if rules.Shown.KEY in what else [])


def opened_page(attempt: Attempt, turn: int) -> dict[str, object]:
    """What an opened page begins with: its turn, the end, and every answer that is held."""
    held = holding.held(attempt.id).values()
    answers = [[one.slot, one.turn, one.sequence, one.answer] for one in held]
    return _as_opened(attempt, turn, answers, queries.leaves(attempt.id))


def _as_opened(
    attempt: Attempt, turn: int, answers: list[list[object]], leaves: int
) -> dict[str, object]:
    word, looked = saving.notice(attempt.assessment_id, now()).word, looking.looked(attempt)
    return {
        "turn": turn,
        "at": milliseconds(now()),
        "ends": milliseconds(attempt.ends_at),
        "answers": answers,
        "leaves": leaves,
        **({"looked": looked} if looked else {}),
        **({"word": word} if word else {}),
    }


@exams.post("/attempts/<int:attempt_id>/answers")
@needs(TICKET)
def save(attempt_id: int):
    ticket = shown(request.headers.get("X-Ticket", ""), attempt_id, secret("ticket"))
    held = saving.save(ticket, operations_sent(ticket.turn), now(), told_sent())
    return _short(jsonify(**as_said(held, now())))


def _short(response: Response) -> Response:
    """An answer to a script needs no page's headers."""
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@exams.post("/attempts/<int:attempt_id>/submit")
@needs(SIT)
def submit(attempt_id: int):
    attempt = sat.own_sat(attempt_id, me().id)
    rules.refuse_early(attempt.started_at, attempt.ends_at, attempt.assessment.least_minutes, now())
    services.submit(attempt, now())
    return redirect(url_for(".result", attempt_id=attempt_id), 303)


@exams.get("/attempts/<int:attempt_id>/result")
@needs(SIT)
def result(attempt_id: int):
    attempt, result, too_late = sat.own_result(attempt_id, me().id)
    if attempt.submitted_at is None:
        return redirect(url_for(".sitting", attempt_id=attempt_id))
    what = afterwards.shown(attempt, result, now())
    lines = afterwards.answered(attempt) if what else []
    shown: dict[str, Any] = {"result": result, "lines": lines, "what": what}
    shown["abilities"] = queries.abilities_shown(now())
    shown["late"] = late.waiting_of(attempt) if too_late else 0  # as with nearly everybody
    sit = sits.to_sit(me().id, attempt.assessment_id)
    g.pictures = address(".picture", attempt_id=attempt_id, name="")
    return render_template("exams/result.html", attempt=attempt, sit=sit, now=now(), **shown)


# ── who runs it ─────────────────────────────────────────────────────────────────────────────────


@exams.get("/assessments")
@needs(RUN)
def assessments():
    rows = queries.assessments()
    far = counting.totals([row.id for row in rows])
    return render_template("exams/assessments.html", assessments=rows, far=far, now=now())


@exams.get("/assessments/<int:assessment_id>")
@needs(RUN)
def assessment(assessment_id: int):
    found, form = queries.assessment(assessment_id), BoardForm.asked()
    board = counting.board(found, form.unit.data)
    mine = me().covers(found.org.path, RUN)
    officers = OfficerForm(officers=queries.nameable(today()) if mine else [])
    shown = {"board": board, "mine": mine, "form": officers, "now": now()}
    shown["open"] = queries.open_ones(found, now())
    named = queries.officers(assessment_id)
    words = {"counting_names": COUNTING_NAMES, "project_names": PROJECT_NAMES}
    return render_template("exams/assessment.html", assessment=found, named=named, **shown, **words)


@exams.get("/assessments/<int:assessment_id>/candidates")
@needs(RUN)
def candidates(assessment_id: int):
    found, form = queries.assessment(assessment_id), BoardForm.asked()
    page = counting.names(found, form.unit.data, form.state, form.number, now())
    shown = {"page": page, "come_names": COME_NAMES, "now": now()}
    named = queries.named(assessment_id, me().id) is not None
    return render_template(
        "exams/candidates.html", assessment=found, form=form, named=named, **shown
    )


@exams.get("/assessments/<int:assessment_id>/candidates/<int:candidate_id>")
@needs(RUN)
def candidate(assessment_id: int, candidate_id: int):
    found = queries.assessment(assessment_id)
    _refuse_unnamed(found)
    person_id, name, unit = counting.candidate(assessment_id, candidate_id)
    refuse_city_managed(me(), person_id, today())
    rows = queries.attempts_of(assessment_id, person_id)
    note = partial(record, "look at result", now(), whom=f"candidate {candidate_id}")
    transaction.afterwards(note)
    shown = {"name": name, "unit": unit, "rows": rows, "abilities": abilities()}
    return render_template("exams/candidate.html", assessment=found, **shown)


def _refuse_unnamed(assessment: Assessment) -> None:
    if queries.named(assessment.id, me().id) is None:
        raise NotAllowed("只有本次测评的指定人员可以查看成绩。")


# ── who makes papers ────────────────────────────────────────────────────────────────────────────


@exams.get("/papers/<int:paper_id>/trial")
@needs(Permission.MAKE_PAPERS)
def trial(paper_id: int):
    """A paper as the phone will show it; nothing is kept but that somebody looked."""
    found = paper(paper_id)
    refuse_in_part(paper_id)
    transaction.afterwards(partial(record, "try paper", now(), whom=found))
    asked = queries.to_try(found)
    return render_template("exams/trial.html", paper=found, asked=asked)


@exams.post("/papers/<int:paper_id>/trial")
@needs(Permission.MAKE_PAPERS)
def tried(paper_id: int):
    found = paper(paper_id)
    refuse_in_part(paper_id)
    said_ = TrialForm.sent().said()
    earned, lines = services.tried(queries.slots_of(found), said_)
    page = render_template("exams/tried.html", paper=found, earned=earned, lines=lines)
    transaction.afterwards(partial(record, "try paper", now(), whom=found))
    return page
