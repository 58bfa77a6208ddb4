"""The doors to a list that is fixed: what changed, who is behind it, what the roster offers."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.errors import Conflict, NotFound
from lms.orgs.models import OrgUnit
from lms.orgs.queries import mine, mine_all
from lms.people.rules import POST_NAMES
from lms.training import changes, confirming, fixing, following, queries
from lms.training.asking import ChangedForm, ChangesForm, FollowForm
from lms.training.rules import COMING_NAMES, LEAVING_NAMES
from lms.training.tables import GAINS, LOSSES, MOVE_NAMES, Move
from lms.training.views import RUNS, asked_for, of_mine, training
from lms.web.here import me, now, today

SEES = Permission.SEE_REPORTS
SHOWN = 500  # offers on one page
REHUNG = frozenset({Move.UNIT_IN, Move.UNIT_OUT})  # with the unit
SELDOM = REHUNG | {Move.ADDED, Move.MISTAKE, Move.OTHER}


@training.post("/cohorts/<int:cohort_id>/fix")
@needs(RUNS)
def fix(cohort_id: int):
    persons = fixing.fix_list(of_mine(queries.cohort(cohort_id)), now(), me().id)
    flash(_("期初应训 %(n)s 人，名单已定。", n=f"{persons:,}"))
    return redirect(url_for(".cohort", cohort_id=cohort_id))


@training.get("/cohorts/<int:cohort_id>/changes")
@needs(SEES)
def change_table(cohort_id: int):
    found, form = queries.cohort(cohort_id), ChangesForm.given()
    org, period = _unit(form), changes.period(found, *form.days)
    table = changes.table(found, org, period)
    shown = {"units": mine_all(me().units(SEES)), "mine": me().covers(found.org.path, RUNS)}
    return render_template(
        "training/change_table.html", cohort=found, form=form, table=table, **shown, **_heads(table)
    )


def _heads(table: changes.Table) -> dict[str, object]:
    """The columns: what is seldom has one only where it happened, or an officer's screen is short.

    left_out: what happened to nobody and has none, in words.
    """
    there = {move for line in table.lines for move, many in line.moves.moves.items() if many}
    none = SELDOM - there
    gains, losses = ([one for one in moves if one not in none] for moves in (GAINS, LOSSES))
    said = [_(MOVE_NAMES[one]) for one in (*GAINS, *LOSSES) if one in none - REHUNG]
    heads = {"gains": gains, "losses": losses, "moves": MOVE_NAMES, "left_out": said}
    return heads | {"rehung": bool(there & REHUNG)}


@training.get("/cohorts/<int:cohort_id>/changes/names")
@needs(SEES)
def changed(cohort_id: int):
    found, form = queries.cohort(cohort_id), ChangedForm.given()
    org, period = _unit(form), changes.period(found, *form.days)
    what, own, page = form.what.data, bool(form.own.data), form.page.data or 1
    rows, total = changes.names(found, org, period, what, own, page)
    shown = {"rows": rows, "total": total, "first": (page - 1) * changes.PAGE + 1}
    names = {"posts": POST_NAMES, "moves": MOVE_NAMES, **shown}
    return render_template(
        "training/changed.html", cohort=found, form=form, org=org, period=period, **names
    )


def _unit(form: ChangesForm) -> OrgUnit:
    """The unit asked about, or the highest for which one answers."""
    if form.unit.data:
        return mine(form.unit.data)
    for unit in mine_all(me().units(SEES)):
        return unit
    raise NotFound("没有找到该单位，或不在您的管理范围内。")


@training.get("/cohorts/<int:cohort_id>/confirmations")
@needs(SEES)
def confirmed(cohort_id: int):
    found, form = queries.cohort(cohort_id), ChangesForm.given()
    org = _unit(form)
    rows = confirming.confirmed_by_unit(found, org)
    return render_template("training/confirmed.html", cohort=found, org=org, rows=rows)


# ── what happened in the roster ─────────────────────────────────────────────────────────────────


@training.get("/cohorts/<int:cohort_id>/follow")
@needs(RUNS)
def offered(cohort_id: int):
    found = of_mine(queries.cohort(cohort_id))
    offers = following.offers(found, today())
    return render_template(
        "training/offered.html",
        cohort=found,
        offers=offers,
        shown=following.shown(offers)[:SHOWN],
        seal=following.seal(offers),
        posts=POST_NAMES,
        coming=COMING_NAMES,
        leaving=LEAVING_NAMES,
    )


@training.post("/cohorts/<int:cohort_id>/follow")
@needs(RUNS)
def follow(cohort_id: int):
    found, form = of_mine(queries.cohort(cohort_id)), FollowForm.sent()
    if following.seal(following.offers(found, today())) != form.seal.data:
        raise Conflict("名册刚刚又有变动，请返回，核对新的清单后再确认。")
    return asked_for(following.FOLLOW, cohort_id, without=form.without.data or [])
