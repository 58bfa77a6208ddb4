"""What the pages and the file of pledges show, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _

from lms.improving.pledging import Number, Standing, Tally, is_rate
from lms.improving.rules import STATE_NAMES, State
from lms.orgs.models import OrgUnit
from lms.people import queries as people
from lms.reports.dictionary import SHIPPED
from lms.reports.workbooks import file_stem, signed
from lms.sheets.pages import DEMONSTRATION, Column, Kind, Page, file_name
from lms.web.here import settings
from lms.web.language import day

NONE = "—"
SIGNS = {
    State.RUNNING: "wait",
    State.KEPT_EARLY: "ok",
    State.KEPT: "ok",
    State.BROKEN: "bad",
}


@dataclass(frozen=True)
class Promise:
    """A pledge as the page shows it."""

    unit: str
    cohort: str
    measure: str
    value: str
    by_on: date
    owner: str
    number: str
    parts: str
    sign: str
    state: str
    url: str
    words: str


def pledged(code: str, value: Decimal) -> str:
    """90.00%, or 120 persons."""
    return f"{value:.2f}%" if is_rate(code) else _("%(n)s 人", n=f"{int(value):,}")


def measured(code: str, number: Number) -> str:
    if number.value is None:
        return NONE
    return f"{number.value:.2f}%" if is_rate(code) else _("%(n)s 人", n=f"{int(number.value):,}")


def promises(found: Iterable[Standing]) -> list[Promise]:
    held = list(found)
    names = people.names(one.pledge.owner_id for one in held)
    return [_promise(one, names) for one in held]


def _promise(one: Standing, names: Mapping[int, str]) -> Promise:
    held = one.pledge
    parts = "" if one.number.whole is None else f"{one.number.part}/{one.number.whole}"
    return Promise(
        held.org.name,
        held.cohort.title,
        _(SHIPPED[held.code].name),
        pledged(held.code, held.value),
        held.by_on,
        names.get(held.owner_id, NONE),
        measured(held.code, one.number),
        parts,
        SIGNS[one.state],
        _(STATE_NAMES[one.state]),
        url_for(".pledge", pledge_id=held.id),
        held.words or "",
    )


def state_names() -> list[tuple[State, str]]:
    return [(one, _(STATE_NAMES[one])) for one in State]


def sheet(
    root: OrgUnit, found: Sequence[Standing], tallied: Sequence[Tally], today: date, by: str
) -> tuple[str, list[Page]]:
    """The name and the pages of the file: each pledge, and how many of each unit are kept."""
    title = _("%(unit)s重点工作承诺兑现情况表", unit=root.name)
    made = _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(today), by=by)
    mark = _(DEMONSTRATION) if settings().demonstration else ""
    below = [*definitions(), made, signed(root.name, _)]
    rows = [
        [number, one.unit, one.cohort, one.words, one.measure, one.value, one.by_on, one.owner]
        + [one.number, one.parts, one.state]
        for number, one in enumerate(promises(found), start=1)
    ]
    heads = [
        Column(_("序号"), Kind.NUMBER, 6),
        Column(_("单位"), Kind.TEXT, 18),
        Column(_("班次"), Kind.TEXT, 24),
        Column(_("承诺事项"), Kind.TEXT, 24),
        Column(_("指标"), Kind.TEXT, 14),
        Column(_("承诺达到"), Kind.TEXT, 10),
        Column(_("承诺日期"), Kind.DATE, 12),
        Column(_("责任人"), Kind.TEXT, 10),
        Column(_("实际"), Kind.TEXT, 10),
        Column(_("人数"), Kind.TEXT, 12),
        Column(_("状态"), Kind.TEXT, 10),
    ]
    each = Page(_("承诺"), heads, rows, title, "", below, mark)
    tally = Page(_("按单位"), _tally_heads(), _tally_rows(tallied), title, "", below, mark)
    return file_name(file_stem(title, today, _)), [each, tally]


def _tally_heads() -> list[Column]:
    words = [_("承诺"), *(name for _state, name in state_names())]
    return [Column(_("单位"), Kind.TEXT, 20), *(Column(word, Kind.NUMBER, 10) for word in words)]


def _tally_rows(tallied: Sequence[Tally]) -> list[list[object]]:
    return [
        [one.unit.name, one.whole, *(one.of.get(state, 0) for state in State)] for one in tallied
    ]


def definitions() -> list[str]:
    """How the state of a pledge is made."""
    return [
        _("状态由系统按指标口径计算，没有人填报：到期看承诺日期当天的数字，没到期看今天的数字。"),
        _(
            "提前兑现＝承诺日期以前已经达到（到期的，到期当天仍然达到）；已兑现＝到期当天达到；未兑现＝到期当天没有达到。"
        ),
    ]
