"""What the pages and workbooks of a report show, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.people.rules import POST_NAMES, Post
from lms.reports import queries, services, workbooks
from lms.reports.counting import KNOWN
from lms.reports.defining import definition
from lms.reports.dictionary import ALL, SHIPPED
from lms.reports.forms import NamesForm, TableForm
from lms.reports.measures import (
    COUNT_NAMES,
    TOPIC_NAMES,
    Count,
    Definition,
    Topic,
    in_force,
    needed,
    within,
)
from lms.reports.models import MeasureVersion
from lms.reports.queries import NAMED, Behind
from lms.reports.rules import Level
from lms.reports.services import Report
from lms.reports.tables import REST, Line
from lms.sheets.pages import DEMONSTRATION, Page, file_name
from lms.web.here import now, settings
from lms.web.language import day, moment


@dataclass(frozen=True)
class Sheet:
    """A page to write, and the name of its file."""

    page: Page
    file: str


def title(report: Report) -> str:
    """运城市 村干部集中轮训第一期 完成情况统计表."""
    unit, cohort = report.root.name, report.cohort.title
    if report.roster.fixed_on:
        return _("%(unit)s%(cohort)s完成情况统计表（期初名单）", unit=unit, cohort=cohort)
    return _("%(unit)s%(cohort)s完成情况统计表（现任名单）", unit=unit, cohort=cohort)


def completion(report: Report, form: TableForm, paths: Sequence[str]) -> dict[str, Any]:
    """What the page of a completion table shows beside the report itself."""
    return {
        "heading": title(report),
        "levels": _levels(report, form),
        "tops": queries.roots(paths),
        "crumbs_up": _way_up(report, form, paths),
        "down": lambda line: _down(report, form, line),
        "behind": _behind(report, form),
        "heads": _heads(report),
        "named": NAMED,
        "every": _every(report, form),
        "rosters": _rosters(report, form),
        "definitions": workbooks.definitions(report.columns, _),
        "notes": notes(report),
        "export": url_for(".export", cohort_id=report.cohort.id, **form.kept()),
        "export_csv": url_for(".completion_csv", cohort_id=report.cohort.id, **form.kept()),
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


def _heads(report: Report) -> list[tuple[str, int]]:
    """The heads above the columns, and over how many each stands."""
    found = [(topic, len(list(ones))) for topic, ones in groupby(report.columns, _topic)]
    return [(_(TOPIC_NAMES[topic]), width) for topic, width in found]


def _topic(one: Definition) -> Topic:
    return one.topic


def _every(report: Report, form: TableForm) -> tuple[str, str]:
    """The way to the other choice of columns: its label and address."""
    if form.every.data:
        return _("只看常用指标"), _here(report, form, every=None)
    return _("显示全部指标"), _here(report, form, every=1)


def _rosters(report: Report, form: TableForm) -> list[tuple[str, str, bool]]:
    """The two lists that a table may read, where the opening list is fixed; never mixed."""
    if report.cohort.fixed_at is None:
        return []
    opening = report.roster.fixed_on is not None
    return [
        (_("现任名单"), _here(report, form, opening=None), not opening),
        (_("期初名单"), _here(report, form, opening=1), opening),
    ]


@dataclass(frozen=True)
class Entry:
    """A number of the dictionary, and whether the house can count it."""

    now: Definition
    counted: bool
    versions: list[tuple[Definition, str]]  # the later ones, and whose they are


def dictionary(own: Sequence[MeasureVersion], way: Sequence[int], day: date) -> dict[str, Any]:
    """What the page of the dictionary shows: by head, each number as it is made today."""
    later = [(definition(row), row.org.name) for row in own]
    held = in_force([*SHIPPED.values(), *(one for one, _name in later)], day, way)
    entries = [
        Entry(held[code], needed([held[code]]) <= KNOWN, [o for o in later if o[0].code == code])
        for code in ALL
    ]
    topics = [(topic, [one for one in entries if one.now.topic is topic]) for topic in Topic]
    return {"topics": topics, "topic_names": TOPIC_NAMES, "count_names": COUNT_NAMES, "day": day}


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
    """What must be said: persons and posts differ, and what was entered afterwards."""
    found, held = [], report.table.notes
    if held:
        both, more = held["two posts in one"], held["several posts"]
        found.append(
            _("合计按人计，各行按职务计：其中一肩挑 %(n)s 人、其他兼职 %(m)s 人。", n=both, m=more)
        )
    exempted = report.table.total.counts[Count.EXEMPTED]
    if exempted:
        came = report.table.total.counts[Count.EXEMPT_CAME]
        found.append(
            _("另有免训 %(n)s 人，其中参训 %(m)s 人，不计入应训和各项比率。", n=exempted, m=came)
        )
    if report.late:
        found.append(
            _("补录 %(n)s 条：统计日以后才录入、属于统计日以前的事项，已计入本表。", n=report.late)
        )
    return found


def completion_sheet(report: Report, by: str) -> Sheet:
    """The workbook of what is on the screen."""
    page = workbooks.completion_page(
        report.table,
        report.columns,
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
    measure = _(COUNT_NAMES[Count(form.measure.data)])
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
        "state_said": _said_of(form),
        "back": _here(report, form),
        "export": url_for(".export_names", cohort_id=report.cohort.id, **form.kept()),
        "export_csv": url_for(".names_csv", cohort_id=report.cohort.id, **form.kept()),
        "measures": _measures(report, form),
    }


def _measures(report: Report, form: NamesForm) -> list[tuple[str, str, bool]]:
    chosen = Count(form.measure.data)
    columns = {one.numerator for one in report.columns} | {chosen}
    return [
        (
            _(COUNT_NAMES[one]),
            url_for(".names", cohort_id=report.cohort.id, **form.kept(measure=one.value)),
            one is chosen,
        )
        for one in NAMED
        if one in columns and (report.table.assessed or not within(one, Count.SCHEDULED))
    ]


def names_sheet(report: Report, form: NamesForm, found: Sequence[Behind], by: str) -> Sheet:
    """The names as a workbook: units, posts, what is lacking; no ID number and no phone.

    Of those who have not completed, with who answers for them in the township.
    """
    heading = names_title(report, form)
    unfinished = Count(form.measure.data) in (Count.OPEN, Count.DEFERRED)
    units = {unit for one in found for unit in (one.org_id, one.superior_id) if unit}
    page = workbooks.names_page(
        found,
        f"{report.cohort.title}：{heading}",
        [_made(report, by), _for_work(by)],
        _(DEMONSTRATION) if settings().demonstration else "",
        cache(posts_said),  # thousands of persons, and few different words
        _said_of(form),
        queries.organisers(units, report.as_of) if unfinished else None,
        _,
    )
    return Sheet(page, file_name(workbooks.file_stem(heading, report.as_of, _)))


def _for_work(by: str) -> str:
    return _("仅供工作联系，请勿转发。%(by)s，%(when)s。", by=by, when=moment(now()))


def posts_said(words: str) -> str:
    """The posts of one person in words; 一肩挑 is said where it is so."""
    held = [Post(word) for word in words.split()]
    return _("、").join(_(POST_NAMES[post]) for post in held) or "—"


def _said_of(form: NamesForm) -> Callable[[Behind], str]:
    """What is said of each: of those who are not 应训, why they are not."""
    beside = {
        Count.EXEMPTED: _("免训"),
        Count.EXEMPT_CAME: _("免训，已参训"),
        Count.WITHDRAWN: _("已移出名单"),
    }
    words = beside.get(Count(form.measure.data))
    return (lambda _one: words) if words else _remembered(state_said)


def _remembered(say: Callable[[Behind], str]) -> Callable[[Behind], str]:
    """The same is said of all whose numbers are the same: once for thousands."""
    kept: dict[Any, str] = {}

    def said(one: Behind) -> str:
        key = (one.hours, one.required, one.assessed, one.sat, one.passed, one.completed)
        key += (one.attended, one.deferred, one.called)
        if key not in kept:
            kept[key] = say(one)
        return kept[key]

    return said


def state_said(one: Behind) -> str:
    """What is done and what is lacking, in a few words."""
    if one.completed:
        return _("已完成")
    lacking = [_not_trained(one)]
    if one.passed < one.assessed:
        lacking.append(_("未合格") if one.sat >= one.assessed else _("未参考"))
    return _("；").join(word for word in lacking if word)


def _not_trained(one: Behind) -> str:
    """Not called, not come, deferred, or short of hours: different things, and only one of them."""
    if one.deferred:
        return _("缓训")
    if not one.attended:
        return _("未调训") if one.called == 0 else _("未参训")
    if one.hours < one.required:
        return _("学时不足（差 %(n)s 学时）", n=_plain(one.required - one.hours))
    return ""


def _plain(hours: Any) -> str:
    return f"{hours:.2f}".rstrip("0").rstrip(".")
