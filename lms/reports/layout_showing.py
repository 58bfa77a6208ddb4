"""培训情况统计表 in the reader's language: on the screen, each number with its names; as a file."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.reports import chosen, queries, services, showing, workbooks
from lms.reports.forms import TableForm
from lms.reports.laid import Cell, Laid, number
from lms.reports.laying import Layout
from lms.reports.layouts import BY_NAMES, LAID_OUT, Spot
from lms.reports.measures import Count
from lms.reports.measures import Kind as Of
from lms.reports.queries import NAMED
from lms.reports.rules import LEVEL_NAMES, Level
from lms.reports.services import Report
from lms.reports.tables import Line
from lms.sheets.pages import Column, Kind

LOOKS = {Of.RATE: (Kind.PERCENT, 9), Of.MEAN: (Kind.DECIMAL, 8)}
NUMBER = (Kind.NUMBER, 7)
To = Callable[[Line, Spot], str]  # the names behind a number


def title(report: Report) -> str:
    """某市2026年农村干部培训情况统计表（按县市区，现任名单）."""
    year = report.cohort.opens_on.year
    names = {
        "unit": report.root.name,
        "year": "" if str(year) in report.cohort.title else _("%(year)s年", year=year),
        "cohort": report.cohort.title,
        "by": _(BY_NAMES[report.table.level]),
        "roster": _("期初名单") if report.roster.fixed_on else _("现任名单"),
    }
    whole = _("%(unit)s%(year)s%(cohort)s培训情况统计表（%(by)s，%(roster)s）", **names)
    return whole + chosen.only_said(report.only)


def page(found: Layout, form: TableForm, by: str, paths: Sequence[str]) -> dict[str, Any]:
    """What the page shows beside the table."""
    report = found.report
    at = partial(showing.here, report, form, ".layout")
    fitting = LAID_OUT.index(services.fitting(report.root.kind))
    kept = form.kept()
    return {
        "laid": laid(found, form, by),
        "levels": showing.levels(report, at, LAID_OUT[fitting:]),
        "rosters": showing.rosters(report, at),
        "crumbs_up": showing.way_up(report, at, paths),
        "tops": queries.roots(paths),
        "plain": showing.here(report, form),
        "export": url_for(".layout_xlsx", cohort_id=report.cohort.id, **kept),
        "export_csv": url_for(".layout_csv", cohort_id=report.cohort.id, **kept),
    }


def laid(found: Layout, form: TableForm, by: str) -> Laid:
    """The table as it stands on the screen and in the file."""
    report = found.report
    at, to = partial(showing.here, report, form, ".layout"), _to(report, form)
    lines = [*report.table.lines, report.table.total]
    below = showing.down(report, at)
    rows = [_row(found, line, below(line), to) for line in lines]
    numbers = [Cell(place) for place in range(1, len(lines))]
    return Laid(
        title=title(report),
        sheet=_("培训情况统计表"),
        stem=workbooks.file_stem(title(report), report.as_of, _),
        columns=_columns(found),
        rows=[[first, *row] for first, row in zip([*numbers, Cell()], rows, strict=True)],
        unit_line=_("单位：人、%、学时"),
        notes=_notes(found),
        definitions=workbooks.definitions(list(dict.fromkeys(one.one for one in found.spots)), _),
        foot=[showing.made(report, by), workbooks.signed(report.root.name, _)],
        totals=frozenset({len(rows) - 1}),
    )


def _columns(found: Layout) -> list[Column]:
    level = found.report.table.level
    first = [Column(_("序号"), Kind.NUMBER, 5), Column(_(LEVEL_NAMES[level]), Kind.TEXT, 15)]
    if level is not Level.POST:
        first.append(Column(_("行政村数"), *NUMBER))
    shown = [
        Column(_(one.head), *LOOKS.get(one.one.kind, NUMBER), _(one.group) if one.group else "")
        for one in found.spots
    ]
    return [*first, *shown, Column(_("备注"), Kind.TEXT, 12)]


def _row(found: Layout, line: Line, below: str | None, to: To) -> list[Cell]:
    """Everything of a line but its place."""
    cells = [Cell(_(line.name), below or "")]
    if found.report.table.level is not Level.POST:
        cells.append(number(found.villages[line.key]))
    for spot in found.spots:
        value = spot.one.value(found.counts(spot, line))
        named = spot.one.denominator is None and spot.one.numerator in NAMED
        cells.append(number(value, to(line, spot) if named and value else ""))
    exempted = line.counts[Count.EXEMPTED]
    return [*cells, Cell(_("免训 %(n)s 人", n=exempted) if exempted else None)]


def _to(report: Report, form: TableForm) -> To:
    """Where a number leads: to the names behind it, of one post where it tells of one."""
    kept = form.kept(by=report.table.level.value, under=report.root.id, sort=None, post=None)
    start = url_for(".names", cohort_id=report.cohort.id, **kept)

    def address(line: Line, spot: Spot) -> str:
        whose = f"&post={spot.post}" if spot.post else ""
        which = f"&line={line.key}" if line.key else ""
        return f"{start}&measure={spot.one.numerator.value}{which}{whose}"

    return address


def _notes(found: Layout) -> list[str]:
    """How many are counted for two posts, and what must be said of the table."""
    report, said = found.report, []
    if found.parts:
        said.append(
            _(
                "小计按人计，一人多职只计一次：应训中一肩挑 %(n)s 人，副书记兼其他两职的 %(m)s 人，"
                "各职务相加比小计多 %(more)s 人次。",
                n=found.both,
                m=found.deputies,
                more=found.both + found.deputies,
            )
        )
    if any(one.one.code == "pass_rate" for one in found.spots):
        said.append(_("总合格率即合格率（占应考）。"))
    return [*said, *showing.notes(report)]
