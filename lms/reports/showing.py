"""What the pages and workbooks of a report show, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.people.rules import POST_NAMES, Post
from lms.reports import queries, services, workbooks
from lms.reports.forms import NamesForm, TableForm
from lms.reports.queries import Behind
from lms.reports.rules import MEASURE_NAMES, Level, Measure
from lms.reports.services import Report
from lms.reports.tables import REST, Line
from lms.sheets.pages import DEMONSTRATION, Page, file_name
from lms.web.here import settings
from lms.web.language import day


@dataclass(frozen=True)
class Sheet:
    """A page to write, and the name of its file."""

    page: Page
    file: str


def title(report: Report) -> str:
    """运城市 村干部集中轮训第一期 完成情况统计表."""
    unit = report.root.name
    return _("%(unit)s%(cohort)s完成情况统计表", unit=unit, cohort=report.cohort.title)


def completion(report: Report, form: TableForm, paths: Sequence[str]) -> dict[str, Any]:
    """What the page of a completion table shows beside the report itself."""
    return {
        "heading": title(report),
        "levels": _levels(report, form),
        "tops": queries.roots(paths),
        "crumbs_up": _way_up(report, form, paths),
        "down": lambda line: _down(report, form, line),
        "behind": _behind(report, form),
        "definitions": workbooks.definitions(report.table.assessed, _),
        "notes": notes(report),
        "export": url_for(".export", cohort_id=report.cohort.id, **form.kept()),
    }


def _levels(report: Report, form: TableForm) -> list[tuple[str, str, bool]]:
    """The ways to cut the same people: label, address, whether it is the present one."""
    fitting = services.fitting(report.root.kind)
    places = [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
    offered = [*places[places.index(fitting) :], Level.POST]
    labels = {
        Level.COUNTY: _("按县（市、区）"),
        Level.TOWNSHIP: _("按乡镇"),
        Level.VILLAGE: _("按村"),
        Level.POST: _("按职务"),
    }
    return [
        (labels[level], _here(report, form, by=level.value), level is report.table.level)
        for level in offered
    ]


def _here(report: Report, form: TableForm, **changes: Any) -> str:
    return url_for(".completion", cohort_id=report.cohort.id, **form.kept(**changes))


def _way_up(report: Report, form: TableForm, paths: Sequence[str]) -> list[tuple[str, str | None]]:
    """The units above the present one that the reader answers for, as crumbs."""
    way = report.tree.way(report.root.id)
    mine = {int(path.strip("/").split("/")[-1]) for path in paths}
    first = next((n for n, unit in enumerate(way) if unit in mine), len(way) - 1)
    return [
        (
            report.tree.name(unit),
            None if unit == report.root.id else _here(report, form, under=unit, by=None),
        )
        for unit in way[first:]
    ]


def _down(report: Report, form: TableForm, line: Line) -> str | None:
    """Where a unit's name leads: to the lines below it."""
    if not line.key.isdigit() or int(line.key) == REST:
        return None
    level = services.below(report.tree.kind(int(line.key)))
    return _here(report, form, under=line.key, by=level.value) if level else None


def _behind(report: Report, form: TableForm) -> Callable[[Line, str], str]:
    """Where a number leads: to the names behind it."""
    kept = form.kept(by=report.table.level.value, under=report.root.id)
    start = url_for(".names", cohort_id=report.cohort.id, **kept)  # once for a hundred numbers

    def address(line: Line, measure: str) -> str:
        return f"{start}&measure={measure}" + (f"&line={line.key}" if line.key else "")

    return address


def notes(report: Report) -> list[str]:
    """What must be said of the difference between persons and posts."""
    held = report.table.notes
    if not held:
        return []
    both, more = held["two posts in one"], held["several posts"]
    return [_("合计按人计，各行按职务计：其中一肩挑 %(n)s 人、其他兼职 %(m)s 人。", n=both, m=more)]


def completion_sheet(report: Report, by: str) -> Sheet:
    """The workbook of what is on the screen."""
    page = workbooks.completion_page(
        report.table,
        title(report),
        _("填报单位：%(unit)s", unit=report.root.name),
        [*notes(report), _made(report, by)],
        _(DEMONSTRATION) if settings().demonstration else "",
        _,
    )
    return Sheet(page, file_name(workbooks.file_stem(title(report), report.as_of, _)))


def _made(report: Report, by: str) -> str:
    return _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(report.as_of), by=by)


def names_title(report: Report, form: NamesForm) -> str:
    """Whose names these are: the cohort, the line, the number."""
    measure = _(MEASURE_NAMES[Measure(form.measure.data)])
    return _("%(unit)s“%(measure)s”人员名单", unit=_line_name(report, form), measure=measure)


def _line_name(report: Report, form: NamesForm) -> str:
    key = form.line.data or ""
    if form.post:
        return report.root.name + _(POST_NAMES[Post(form.post)])
    if key.isdigit() and int(key) in report.tree.units:
        return report.tree.name(int(key))
    found = [line.name for line in report.table.lines if line.key == key]
    return report.root.name + (_(found[0]) if key and found else "")


def names(report: Report, form: NamesForm, first: int, shown: int, whole: int) -> dict[str, Any]:
    """What the page of names shows beside the names."""

    def at(start: int) -> str:
        return url_for(".names", cohort_id=report.cohort.id, **form.kept(first=start))

    return {
        "heading": names_title(report, form),
        "first": first,
        "whole": whole,
        "before": at(max(0, first - queries.PAGE)) if first else None,
        "after": at(first + queries.PAGE) if first + shown < whole else None,
        "posts_said": posts_said,
        "state_said": state_said,
        "back": _here(report, form),
        "export": url_for(".export_names", cohort_id=report.cohort.id, **form.kept()),
        "measures": _measures(report, form),
    }


def _measures(report: Report, form: NamesForm) -> list[tuple[str, str, bool]]:
    chosen = Measure(form.measure.data)
    exam = {Measure.SCHEDULED, Measure.SAT, Measure.PASSED}
    return [
        (
            _(MEASURE_NAMES[one]),
            url_for(".names", cohort_id=report.cohort.id, **form.kept(measure=one.value)),
            one is chosen,
        )
        for one in Measure
        if report.table.assessed or one not in exam
    ]


def names_sheet(report: Report, form: NamesForm, found: Sequence[Behind], by: str) -> Sheet:
    """The names as a workbook: units, posts, state; no ID number and no phone."""
    heading = names_title(report, form)
    page = workbooks.names_page(
        found,
        f"{report.cohort.title}：{heading}",
        [_made(report, by), _("仅供工作联系，请勿转发。")],
        _(DEMONSTRATION) if settings().demonstration else "",
        posts_said,
        state_said,
        _,
    )
    return Sheet(page, file_name(workbooks.file_stem(heading, report.as_of, _)))


def posts_said(words: str) -> str:
    """The posts of one person in words; 一肩挑 is said where it is so."""
    held = [Post(word) for word in words.split()]
    return _("、").join(_(POST_NAMES[post]) for post in held) or "—"


def state_said(one: Behind) -> str:
    """What is done and what is lacking, in a few words."""
    if one.completed:
        return _("已完成")
    lacking = []
    if one.hours < one.required:
        lacking.append(_("差 %(n)s 学时", n=_plain(one.required - one.hours)))
    if one.passed < one.assessed:
        lacking.append(_("测评未合格") if one.sat >= one.assessed else _("未参加测评"))
    return _("；").join(lacking)


def _plain(hours: Any) -> str:
    return f"{hours:.2f}".rstrip("0").rstrip(".")
