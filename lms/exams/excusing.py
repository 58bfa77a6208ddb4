"""The doors of 缓考: asked for by who answers for the person, decided by who runs it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.access.permissions import Permission, needs
from lms.clock import CITY_TIME
from lms.errors import Invalid, Refusal
from lms.exams import allowing, counting, deferring, queries
from lms.exams.asking import SearchForm
from lms.exams.models import Assessment
from lms.exams.supervised import exams
from lms.exams.terms import DEFER_REASONS, DEFERRED_NAMES, DeferReason
from lms.exams.views import RUN
from lms.people.queries import names
from lms.web import transaction
from lms.web.forms import BaseForm
from lms.web.here import me, now, today
from lms.web.refusals import said

ASK = Permission.ASK_RELIEF


class WhoForm(BaseForm):
    """For whom it is asked; stands in the address as a number."""

    candidate = IntegerField(validators=[Optional()])


class DeferForm(BaseForm):
    """Why somebody shall sit later, and since when it holds."""

    reason = SelectField(
        lazy_gettext("原因"),
        choices=[SelectChoice(one.value, lazy_gettext(DEFER_REASONS[one])) for one in DeferReason],
    )
    note = StringField(lazy_gettext("说明"), validators=[Length(max=200)])
    from_on = DateField(lazy_gettext("从哪天起"), validators=[InputRequired()])

    @property
    def wanted(self) -> deferring.Wanted:
        return deferring.Wanted(
            DeferReason(self.reason.data), self.note.data or "", self.from_on.data
        )


class DecideForm(BaseForm):
    """approve (and when the resit is), refuse, or take back (and why).

    seen: the time of the resit that the page showed.
    """

    seen = IntegerField(validators=[Optional()])
    act = StringField(validators=[InputRequired()])
    opens_at = DateTimeLocalField(lazy_gettext("补考开放"), validators=[Optional()])
    closes_at = DateTimeLocalField(lazy_gettext("补考截止"), validators=[Optional()])
    why = StringField(lazy_gettext("不批准或收回的原因"), validators=[Length(max=200)])

    @property
    def time(self) -> tuple[datetime | None, datetime | None]:
        return _moment(self.opens_at.data), _moment(self.closes_at.data)

    @property
    def typed(self) -> dict[str, str]:
        """As it was typed, for the page that shows it again."""
        fields = self.opens_at, self.closes_at, self.why
        return {one.name: str(one.raw_data[0]) if one.raw_data else "" for one in fields}


def _moment(typed: datetime | None) -> datetime | None:
    """What was typed is the city's time."""
    return typed and typed.replace(tzinfo=CITY_TIME).astimezone(UTC)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


@exams.get("/deferrals")
@needs(ASK)
def deferrals():
    return render_template("exams/deferrals.html", shelf=deferring.shelf(now()), now=now())


@exams.get("/assessments/<int:assessment_id>/deferrals")
@needs(ASK)
def deferred(assessment_id: int):
    form = WhoForm.asked()
    candidate = form.candidate.data if form.validate() else None
    return _page(queries.assessment(assessment_id), candidate)


@exams.post("/assessments/<int:assessment_id>/deferrals/search")
@needs(ASK)
def find_deferred(assessment_id: int):
    """By a post: no name stands in an address."""
    return _page(queries.assessment(assessment_id), sought=SearchForm.sent().q.data)


@exams.post("/assessments/<int:assessment_id>/deferrals")
@needs(ASK)
def defer(assessment_id: int):
    found, whom, form = queries.assessment(assessment_id), WhoForm.asked(), DeferForm.filled()
    candidate = whom.candidate.data if whom.validate() else None
    if not form.validate():
        return _page(found, candidate, form)
    try:
        if not candidate:
            raise Invalid("请先选一个人。")
        deferring.ask(found, candidate, form.wanted, now(), me().id)
    except Refusal as refusal:
        transaction.undo()
        return _page(queries.assessment(assessment_id), candidate, form, fault=said(refusal))
    flash(_("已提交，由组织测评的单位办理。"), "ok")
    return redirect(url_for(".deferred", assessment_id=assessment_id), 303)


# ── deciding ────────────────────────────────────────────────────────────────────────────────────


@exams.post("/assessments/<int:assessment_id>/deferrals/<int:deferral_id>")
@needs(RUN)
def decide_deferral(assessment_id: int, deferral_id: int):
    one, form = deferring.deferral(assessment_id, deferral_id), DecideForm.filled()
    try:
        if not form.validate():
            raise Invalid("补考时间要写成“年-月-日 时:分”，原因不超过 200 字。")
        _decide(one, form)
    except Refusal as refusal:
        transaction.undo()
        found, typed = queries.assessment(assessment_id), {deferral_id: form}
        return _page(found, fault=said(refusal), typed=typed)
    flash(_("已办理。"), "ok")
    return redirect(url_for(".deferred", assessment_id=assessment_id), 303)


def _decide(one: deferring.Deferral, form: DecideForm) -> None:
    by, why, seen = me().id, form.why.data or "", form.seen.data
    if form.act.data == "approve":
        deferring.approve(one, *form.time, now(), by, seen)
    elif form.act.data == "refuse":
        deferring.refuse(one, why, now(), by, seen)
    elif form.act.data == "back":
        deferring.take_back(one, why, now(), by, seen)
    else:
        raise Invalid("请选批准、不批准或收回。")


def _page(
    found: Assessment,
    candidate_id: int | None = None,
    form: DeferForm | None = None,
    sought: str = "",
    fault: str = "",
    typed: Mapping[int, DecideForm] | None = None,
):
    """Who was asked for and how each stands; beside it, asking for one more.

    typed: what was typed for a deferral, and was not taken.
    """
    rows = deferring.rows(found, now())
    acted = [key for one in rows for key in (one.deferral.asked_by, one.deferral.decided_by)]
    shown = {
        "candidate": candidate_id and (candidate_id, *counting.candidate(found.id, candidate_id)),
        "people": allowing.searched(found, sought) if sought else [],
        "rows": rows,
        "mine": me().covers(found.org.path, RUN),
        "who": names(acted),
        "reasons": DEFER_REASONS,
        "standings": DEFERRED_NAMES,
        "decide": DecideForm(),
        "typed": typed or {},
        "form": form or DeferForm(data={"from_on": today()}),
    }
    page = render_template(
        "exams/deferred.html", assessment=found, sought=sought, fault=fault, now=now(), **shown
    )
    return page, 422 if (form and form.errors) or fault else 200
