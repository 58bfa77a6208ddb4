"""The doors of those who run an assessment while it runs: its board, and the acts on it."""

from flask import Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import NotAllowed
from lms.exams import allowing, collecting, counting, late, live, queries
from lms.exams.arranging import exams
from lms.exams.calling import (
    STANDS_NAMES,
    CollectForm,
    ExtendForm,
    LateForm,
    LiveForm,
    WordForm,
)
from lms.exams.contradicted import contradicted
from lms.exams.models import Assessment
from lms.exams.views import RUN
from lms.web.here import me, now

# Who answers for the people sees how they stand, though another runs it; acts are for who runs it.
LOOK = (RUN, Permission.SEE_REPORTS)

# ── the board ───────────────────────────────────────────────────────────────────────────────────


@exams.get("/assessments/<int:assessment_id>/live")
@needs(*LOOK)
def board(assessment_id: int):
    found, form = queries.assessment(assessment_id), LiveForm.asked()
    board_ = _board(found, form)
    units = _units(board_)
    shown = {
        "runs": me().covers(found.org.path, RUN),
        "named": queries.named(assessment_id, me().id) is not None,
        "words": collecting.announced(found),
        "twice": contradicted(found, board_.unit.path),
        "extend": ExtendForm(units=units),
        "collect": CollectForm(units=units),
        "word": WordForm(),
    }
    return render_template(
        "exams/board.html",
        assessment=found,
        board=board_,
        stands=STANDS_NAMES,
        everybody=live.everybody,
        now=now(),
        **shown,
    )


@exams.get("/assessments/<int:assessment_id>/live/numbers")
@needs(*LOOK)
def numbers(assessment_id: int):
    """The same numbers for the open page, which asks every five seconds: names stand there."""
    sums = _sums(queries.assessment(assessment_id), LiveForm.asked())
    rows = {"own": sums.own, "total": sums.total}
    rows |= {str(unit_id): counts for unit_id, counts in sums.below.items()}
    told = {key: [live.everybody(counts), *_row(counts)] for key, counts in rows.items()}
    return _fresh(jsonify(rows=told, at=int(sums.made_at.timestamp() * 1000)))


def _row(counts: live.Counts) -> list[int]:
    return [counts[word] for word in STANDS_NAMES]


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _sums(found: Assessment, form: LiveForm) -> live.Sums:
    mine = [held.path for held in me().granting(LOOK)]
    return live.sums(found, form.unit.data, mine, now())


def _board(found: Assessment, form: LiveForm) -> live.Board:
    return live.board(_sums(found, form))


def _units(board_: live.Board) -> dict[int, str]:
    """The unit that is shown, and those right below it."""
    whole = {board_.unit.id: _("%(unit)s全体", unit=board_.unit.name)}
    return whole | {unit.id: unit.name for unit, _counts in board_.rows}


@exams.get("/assessments/<int:assessment_id>/live/names")
@needs(*LOOK)
def present(assessment_id: int):
    found, form = queries.assessment(assessment_id), LiveForm.asked()
    page = live.names(found, form.unit.data, form.chosen, form.number, now())
    shown = {
        "runs": me().covers(found.org.path, RUN),
        "named": queries.named(assessment_id, me().id) is not None,
        "stands": STANDS_NAMES,
        "collect": CollectForm(units={page.unit.id: page.unit.name}),
    }
    return render_template(
        "exams/present.html", assessment=found, form=form, page=page, now=now(), **shown
    )


# ── acts on it ──────────────────────────────────────────────────────────────────────────────────


@exams.post("/assessments/<int:assessment_id>/live/extend")
@needs(RUN)
def extend(assessment_id: int):
    found = allowing.arranged(assessment_id)
    form = ExtendForm.sent(units=_sent_units(found))
    allowing.allow(
        found,
        org_id=form.unit.data,
        more_minutes=form.minutes.data,
        reason=form.reason.data,
        now=now(),
        by=me().id,
    )
    flash(_("已延长，手机在半分钟内显示新的时间。"), "ok")
    return _back(found)


@exams.post("/assessments/<int:assessment_id>/live/word")
@needs(RUN)
def announce(assessment_id: int):
    found, form = allowing.arranged(assessment_id), WordForm.sent()
    collecting.announce(found, form.text.data, now(), me().id)
    flash(_("已发出，半分钟内显示在每个人的考试页面上。"), "ok")
    return _back(found)


@exams.post("/assessments/<int:assessment_id>/live/collect")
@needs(RUN)
def collect(assessment_id: int):
    found = queries.assessment(assessment_id)
    _refuse_unnamed(found)
    form = CollectForm.sent(units=_sent_units(found))
    whom = {"org_id": form.unit.data}
    if form.candidate.data:
        whom = {"person_id": counting.candidate(assessment_id, form.candidate.data)[0]}
    many = collecting.collect(found, form.reason.data, now(), **whom)
    flash(_("已收卷 %(n)s 人。", n=many), "ok")
    return _back(found)


def _sent_units(found: Assessment) -> dict[int, str]:
    """Every unit that may be chosen: those of the board, whichever of its pages it was."""
    return _units(_board(found, LiveForm.asked()))


def _back(found: Assessment):
    return redirect(url_for(".board", assessment_id=found.id, unit=LiveForm.asked().unit.data), 303)


def _refuse_unnamed(found: Assessment) -> None:
    if queries.named(found.id, me().id) is None:
        raise NotAllowed("只有本次测评的指定人员可以收卷、核对迟到的答案。")


# ── what came late ──────────────────────────────────────────────────────────────────────────────


@exams.get("/assessments/<int:assessment_id>/late")
@needs(RUN)
def late_answers(assessment_id: int):
    found, form = queries.assessment(assessment_id), LiveForm.asked()
    _refuse_unnamed(found)
    board_ = _board(found, form)
    rows = late.waiting_in(found, board_.unit.path)
    return render_template(
        "exams/late_answers.html", assessment=found, rows=rows, board=board_, form=LateForm()
    )


@exams.post("/assessments/<int:assessment_id>/late")
@needs(RUN)
def decide_late(assessment_id: int):
    found, form = queries.assessment(assessment_id), LateForm.sent()
    _refuse_unnamed(found)
    accepted, reason = form.accepted.data == "yes", form.reason.data or ""
    many = late.decide(found, form.attempts.data, accepted, reason, now(), me().id)
    done = _("已计入 %(n)s 份，正在重新计分。", n=many) if accepted else _("已记为不计入。")
    flash(done, "ok")
    return redirect(url_for(".late_answers", assessment_id=assessment_id), 303)
