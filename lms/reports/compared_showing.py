"""What the pages and the file of two moments side by side show, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.people import queries as people
from lms.reports import workbooks
from lms.reports.changes import WHY_NAMES, Why
from lms.reports.comparing import PLACES, Compared, Pair
from lms.reports.explaining import Part
from lms.reports.measures import COUNT_NAMES, share
from lms.reports.queries import PAGE
from lms.reports.rules import LEVEL_NAMES
from lms.reports.services import below, fitting
from lms.reports.tables import REST
from lms.sheets.pages import DEMONSTRATION, Column, Kind, Page, file_name
from lms.web.here import settings
from lms.web.language import day, month

NONE, MINUS = "—", "−"
HUNDRED = Decimal(100)
NUMBER = Kind.NUMBER


def signed(value: int) -> str:
    """+2, −1 and 0."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):,}"


def percent(pair: tuple[int, int]) -> str:
    """A rate to two places; — where nobody could be counted."""
    value = share(pair[1], pair[0])
    return NONE if value is None else f"{value * HUNDRED:.2f}%"


def points(one: Pair) -> Decimal | None:
    """By how many percentage points the later rate differs, as the two are shown."""
    was, now = share(one.was[1], one.was[0]), share(one.now[1], one.now[0])
    return None if was is None or now is None else (now - was) * HUNDRED


def points_said(one: Pair) -> str:
    value = points(one)
    if value is None:
        return NONE
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):.2f}"


@dataclass(frozen=True)
class Row:
    """One line of the page. reasons: what each adds to the two numbers, with the address."""

    name: str
    url: str | None
    pair: Pair
    reasons: list[tuple[int, int, str]]


def page(found: Compared, kept: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """What the page shows. kept: its state, as the address carries it."""

    def at(**changes: Any) -> str:
        state = {key: value for key, value in {**kept, **changes}.items() if value}
        return url_for(".compared", cohort_id=found.cohort.id, **state)

    names = {
        why: url_for(".compared_names", cohort_id=found.cohort.id, **kept, why=why.value)
        for why in found.reasons
    }
    lines = [_row(found, pair, at, names) for pair in found.pairs]
    return {
        "heading": title(found),
        "first": _(LEVEL_NAMES[found.level]),
        "heads": heads(found),
        "sides": sides(found),
        "days": _days(found),
        "rows": lines,
        "total": found.total,
        "reasons": [(_(WHY_NAMES[why]), *found.of(why), url) for why, url in names.items()],
        "levels": _levels(found, at),
        "notes": notes(found),
        "way": _way(found, at, paths),
        "definition": workbooks.definition(found.measure, _),
        "xlsx": url_for(".compared_xlsx", cohort_id=found.cohort.id, **kept),
        "csv": url_for(".compared_csv", cohort_id=found.cohort.id, **kept),
        "signed": signed,
        "percent": percent,
        "points": points_said,
    }


def _row(found: Compared, pair: Pair, at: Callable, names: Mapping[Why, str]) -> Row:
    """names: of each reason, where its persons are; of which line is added to it."""
    reasons = [(*found.of(why, pair.key), f"{url}&line={pair.key}") for why, url in names.items()]
    url = None
    if pair.key != REST and not found.frozen:
        level = below(found.kinds[pair.key])
        url = at(under=pair.key, by=level.value) if level else None
    return Row(_(pair.name), url, pair, reasons)


def title(found: Compared) -> str:
    unit, cohort = found.root.name, found.cohort.title
    if found.opening:
        return _("%(unit)s%(cohort)s两期对照表（期初名单）", unit=unit, cohort=cohort)
    return _("%(unit)s%(cohort)s两期对照表（现任名单）", unit=unit, cohort=cohort)


def heads(found: Compared) -> tuple[str, str, str]:
    """应训, 完成, 完成率: what stands under the line, over it, and the rate."""
    over = _(COUNT_NAMES[found.measure.numerator])
    return _("应训"), over, _(found.measure.name)


def sides(found: Compared) -> tuple[str, str]:
    """The heads of the two moments: 10月31日定稿第 1 版, 11月23日."""
    before, after = day(found.before), day(found.after)
    if found.frozen:
        before = _("%(day)s（定稿第 %(n)s 版）", day=before, n=found.frozen.version)
    return before, after


def _days(found: Compared) -> tuple[str, str]:
    """The same, short, for the heads of columns."""
    if found.before.year != found.after.year:
        return sides(found)
    before, after = month(found.before), month(found.after)
    if found.frozen:
        before = _("%(day)s（定稿第 %(n)s 版）", day=before, n=found.frozen.version)
    return before, after


def notes(found: Compared) -> list[str]:
    """How the two are made, and how the reasons are."""
    said = [
        _(
            "各原因相加，正好等于应训的增减和%(over)s的增减；一人先后有几项变动的，分别计入各项。",
            over=heads(found)[1],
        ),
        _("百分点＝后一期的率减前一期的率，按表内两位小数相减；分母为零时显示“—”。"),
    ]
    if found.once != found.measure.version:
        said.append(
            _(
                "前一期时这个指标用第 %(n)s 版口径；这里两期都按后一期的第 %(m)s 版计算。",
                n=found.once,
                m=found.measure.version,
            )
        )
    if found.frozen:
        said.append(
            _(
                "前一期用定稿时保存的名单；以后才录入、属于定稿统计日以前的，列为补录和更正，与统计日以后的变动分开。"
            )
        )
    else:
        said.append(_("两期都按现在掌握的情况计算，补录的事项已计入它所属的那一期。"))
    return said


def _levels(found: Compared, at: Callable) -> list[tuple[str, str, bool]]:
    labels = (_("按县（市、区）"), _("按乡镇"), _("按村"))
    start = PLACES.index(fitting(found.root.kind))
    offered = list(zip(PLACES, labels, strict=True))[start:]
    return [(label, at(by=level.value), level is found.level) for level, label in offered]


def _way(found: Compared, at: Callable, paths: Sequence[str]) -> list[tuple[str, str | None]]:
    """The units above that the reader answers for, as crumbs; the unit itself last."""
    mine = {int(path.strip("/").split("/")[-1]) for path in paths}
    way = [int(step) for step in found.root.path.strip("/").split("/")]
    first = next((place for place, unit in enumerate(way) if unit in mine), len(way) - 1)
    up = way[first:-1] if not found.frozen else []
    return [*((found.units[unit], at(under=unit, by=None)) for unit in up), (found.root.name, None)]


# ── names ───────────────────────────────────────────────────────────────────────────────────────


def names(found: Compared, why: Why, line: int | None, first: int, kept: Mapping[str, Any]):
    """The persons behind a reason, of one line or of all; a page of them."""
    parts = [one for one in found.parts if one.why is why and line in (None, one.line)]
    order = {unit: place for place, unit in enumerate(found.units)}
    parts.sort(key=lambda one: (order.get(one.org_id, 0), one.person_id))
    shown = parts[first : first + PAGE]
    known = people.names(one.person_id for one in shown)

    def at(start: int) -> str:
        state = dict(kept) | {"why": why.value, "line": line, "first": start or None}
        return url_for(".compared_names", cohort_id=found.cohort.id, **state)

    lines = {pair.key: pair.name for pair in found.pairs}
    return {
        "heading": _("“%(why)s”人员", why=_(WHY_NAMES[why])),
        "line": _(lines[line]) if line in lines else found.root.name,
        "found": [(known.get(one.person_id, NONE), *_said(found, one)) for one in shown],
        "heads": heads(found),
        "sides": sides(found),
        "sum": (sum(one.below for one in parts), sum(one.above for one in parts)),
        "signed": signed,
        "first": first,
        "whole": len(parts),
        "before": at(max(0, first - PAGE)) if first else None,
        "after": at(first + PAGE) if first + len(shown) < len(parts) else None,
        "back": url_for(".compared", cohort_id=found.cohort.id, **kept),
    }


def _said(found: Compared, one: Part) -> tuple[str, int, int]:
    return found.units.get(one.org_id, NONE), one.below, one.above


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def sheet(found: Compared, by: str) -> tuple[str, Page]:
    """The name and the page of the file: as on the screen, each reason in columns of its own."""
    name = workbooks.file_stem(title(found), found.after, _)
    rows = [_values(found, number, pair) for number, pair in enumerate(found.pairs, start=1)]
    rows.append(_values(found, None, found.total))
    return file_name(name), Page(
        name=_("两期对照"),
        columns=_columns(found),
        rows=rows,
        title=title(found),
        unit_line=_("单位：人、%、百分点"),
        below=[
            *notes(found),
            workbooks.definition(found.measure, _),
            _(
                "前一期：%(was)s；后一期：%(now)s。由 %(by)s 从系统导出。",
                was=sides(found)[0],
                now=sides(found)[1],
                by=by,
            ),
            workbooks.signed(found.root.name, _),
        ],
        demonstration=_(DEMONSTRATION) if settings().demonstration else "",
        totals=frozenset({len(rows) - 1}),
    )


def _columns(found: Compared) -> list[Column]:
    required, over, rate = heads(found)
    was, now = sides(found)
    kinds = ((required, NUMBER), (over, NUMBER), (rate, Kind.PERCENT))
    found_ = [Column(_("序号"), NUMBER, 6), Column(_(LEVEL_NAMES[found.level]), Kind.TEXT, 20)]
    for group, kind in kinds:
        last = Column(_("增减"), NUMBER, 9, group)
        if kind is Kind.PERCENT:
            last = Column(_("百分点"), Kind.DECIMAL, 9, group)
        found_ += [Column(was, kind, 12, group), Column(now, kind, 12, group), last]
    for group in (_("%(what)s增减的原因", what=required), _("%(what)s增减的原因", what=over)):
        found_ += [Column(_(WHY_NAMES[why]), NUMBER, 12, group) for why in found.reasons]
    return found_


def _values(found: Compared, number: int | None, pair: Pair) -> list[object]:
    rates = [share(pair.was[1], pair.was[0]), share(pair.now[1], pair.now[0]), points(pair)]
    key = None if number is None else pair.key
    reasons = [found.of(why, key) for why in found.reasons]
    name = _(pair.name) + (_("（原%(name)s）", name=pair.once) if pair.once else "")
    return [
        "" if number is None else number,
        name,
        *(pair.was[0], pair.now[0], pair.moved[0], pair.was[1], pair.now[1], pair.moved[1]),
        *(NONE if value is None else value for value in rates),
        *(one[0] for one in reasons),
        *(one[1] for one in reasons),
    ]
