"""What the pages and workbooks of a report show, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.orgs.rules import TOWNSHIP_LEVEL
from lms.people import queries as people
from lms.people.rules import POST_NAMES, Post
from lms.reports import attending, chosen, drawing, queries, services, tables, workbooks
from lms.reports.forms import NamesForm, TableForm
from lms.reports.layouts import LAID_OUT
from lms.reports.measures import (
    COUNT_NAMES,
    TOPIC_NAMES,
    Count,
    Definition,
    Topic,
    within,
)
from lms.reports.queries import NAMED, Behind, Standing
from lms.reports.rules import LEVEL_NAMES, Level
from lms.reports.services import Report
from lms.reports.sitting import Sits
from lms.reports.tables import REST, Line
from lms.sheets.pages import DEMONSTRATION, Page, file_name
from lms.web.here import me, now, settings
from lms.web.language import day, moment
from lms.words import N_

At = Callable[..., str]  # the address of a page with some of its state changed
HERE = "UNIT"  # stands in an address for the number of a unit


@dataclass(frozen=True)
class Sheet:
    """A page to write, and the name of its file."""

    page: Page
    file: str


def title(report: Report) -> str:
    """运城市 村干部集中轮训第一期 完成情况统计表."""
    unit, cohort = report.root.name, report.cohort.title
    whole = _("%(unit)s%(cohort)s完成情况统计表（现任名单）", unit=unit, cohort=cohort)
    if report.roster.fixed_on:
        whole = _("%(unit)s%(cohort)s完成情况统计表（期初名单）", unit=unit, cohort=cohort)
    return whole + chosen.only_said(report.only)


def completion(report: Report, form: TableForm, paths: Sequence[str]) -> dict[str, Any]:
    """What the page of a completion table shows beside the report itself."""
    at = partial(here, report, form)
    return {
        "heading": title(report),
        "levels": levels(report, at, _offered(report)),
        "tops": queries.roots(paths),
        "crumbs_up": way_up(report, at, paths),
        "down": down(report, at),
        "cells": drawing.cells(report.columns, NAMED, _names(report, form)),
        "heads": _heads(report),
        "first": _(LEVEL_NAMES[report.table.level]),
        "sort": partial(chosen.sort, report.sort, at),
        "layout": _layout(report, form),
        "kept_whole": form.kept(sort=None, post=None, kind=None, tier=None),
        "every": _every(at, bool(form.every.data)),
        "rosters": rosters(report, at),
        "definitions": workbooks.definitions(report.columns, _),
        "notes": notes(report),
        "export": url_for(".export", cohort_id=report.cohort.id, **form.kept()),
        "export_csv": url_for(".completion_csv", cohort_id=report.cohort.id, **form.kept()),
    }


def _offered(report: Report) -> list[Level]:
    """What lines one may ask for."""
    places = [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
    fitting = services.fitting(report.root.kind)
    found = [*places[places.index(fitting) :], Level.POST, Level.SYSTEM, Level.KIND]
    return [*found, Level.CLASS] if attending.has_classes(report.cohort.id) else found


BY_NAMES: dict[Level, str] = {
    Level.COUNTY: N_("按县（市、区）"),
    Level.TOWNSHIP: N_("按乡镇"),
    Level.VILLAGE: N_("按村"),
    Level.POST: N_("按职务"),
    Level.SYSTEM: N_("按系统（条线）"),
    Level.KIND: N_("按单位类别"),
    Level.CLASS: N_("按培训班"),
}


def levels(report: Report, at: At, offered: Sequence[Level]) -> list[tuple[str, str, bool]]:
    """The ways to cut the same people: label, address, whether it is the present one."""
    present = report.table.level
    return [(_(BY_NAMES[one]), at(by=one.value), one is present) for one in offered]


def _layout(report: Report, form: TableForm) -> str | None:
    """The way to the same numbers laid out as the sheet that goes upward."""
    if report.table.level not in LAID_OUT:
        return None
    kept = form.kept(by=report.table.level.value, sort=None, every=None, post=None)
    return url_for(".layout", cohort_id=report.cohort.id, **kept)


def _heads(report: Report) -> list[tuple[str, int]]:
    """The heads above the columns, and over how many each stands."""
    found = [(topic, len(list(ones))) for topic, ones in groupby(report.columns, _topic)]
    return [(_(TOPIC_NAMES[topic]), width) for topic, width in found]


def _topic(one: Definition) -> Topic:
    return one.topic


def _every(at: At, every: bool) -> tuple[str, str]:
    """The way to the other choice of columns: its label and address."""
    return (_("只看常用指标"), at(every=None)) if every else (_("显示全部指标"), at(every=1))


def rosters(report: Report, at: At) -> list[tuple[str, str, bool]]:
    """The two lists that a table may read, where the opening list is fixed; never mixed."""
    if report.cohort.fixed_at is None:
        return []
    opening = report.roster.fixed_on is not None
    return [
        (_("现任名单"), at(opening=None), not opening),
        (_("期初名单"), at(opening=1), opening),
    ]


def here(report: Report, form: TableForm, view: str = ".completion", **changes: Any) -> str:
    """The address of this page with some of its state changed."""
    return url_for(view, cohort_id=report.cohort.id, **form.kept(**changes))


def way_up(report: Report, at: At, paths: Sequence[str]) -> list[tuple[str, str | None]]:
    """The units above the present one that the reader answers for, as crumbs."""
    way = report.tree.way(report.root.id)
    mine = {int(path.strip("/").split("/")[-1]) for path in paths}
    first = next((n for n, unit in enumerate(way) if unit in mine), len(way) - 1)
    return [
        (report.tree.name(unit), None if unit == report.root.id else at(under=unit, by=None))
        for unit in way[first:]
    ]


def down(report: Report, at: At) -> Callable[[Line], str | None]:
    """Where a unit's name leads: to the lines below it."""
    address = cache(lambda level: at(under=HERE, by=level.value))  # once for a hundred units

    def below(line: Line) -> str | None:
        if report.table.level not in tables.KINDS or not line.key or int(line.key) == REST:
            return None
        level = services.below(report.tree.kind(int(line.key)))
        return address(level).replace(HERE, line.key) if level else None

    return below


def _names(report: Report, form: TableForm) -> str:
    """Where the names behind the numbers are; of which number and line is added to it."""
    kept = form.kept(by=report.table.level.value, under=report.root.id, sort=None)
    return url_for(".names", cohort_id=report.cohort.id, **kept)


def notes(report: Report) -> list[str]:
    """What must be said: persons and posts differ, and what was entered afterwards."""
    found, held = [], report.table.notes
    if report.table.level is Level.POST:
        both, more = held["two posts in one"], held["several posts"]
        found.append(
            _("合计按人计，各行按职务计：其中一肩挑 %(n)s 人、其他兼职 %(m)s 人。", n=both, m=more)
        )
    if report.table.level is Level.CLASS:
        several = held["several classes"]
        found.append(
            _("合计按人计，各行按统计日所在的培训班计：其中 %(n)s 人在几个班。", n=several)
        )
    if report.table.level is Level.SYSTEM:
        found.append(chosen.systems_said())
    if report.sort:
        found.append(chosen.sorted_said(report.sort, report.columns))
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
    if report.elsewhere:
        units = _("、").join(report.elsewhere)
        found.append(
            _(
                "不含已划出的单位：%(units)s。这些单位统计日属本单位，人员由现在的上级掌握，"
                "请向共同的上级索取含有它们的表。",
                units=units,
            )
        )
    return found


def completion_sheet(report: Report, by: str) -> Sheet:
    """The workbook of what is on the screen."""
    page = workbooks.completion_page(
        report.table,
        report.columns,
        title(report),
        _("填报单位：%(unit)s", unit=report.root.name),
        [*notes(report), made(report, by)],
        _(DEMONSTRATION) if settings().demonstration else "",
        _,
    )
    return Sheet(page, file_name(workbooks.file_stem(title(report), report.as_of, _)))


def made(report: Report, by: str) -> str:
    """As of when, and who took it away."""
    return _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(report.as_of), by=by)


def names_title(report: Report, form: NamesForm) -> str:
    """Whose names these are: the cohort, the line, the number."""
    unit = _line_name(report, form)
    if form.measure.data == Count.OPEN:
        return _("%(unit)s未完成培训人员名单", unit=unit)
    measure = _(COUNT_NAMES[Count(form.measure.data)])
    return _("%(unit)s“%(measure)s”人员名单", unit=unit, measure=measure)


def _line_name(report: Report, form: NamesForm) -> str:
    key = form.line.data or ""
    if report.table.level in tables.KINDS and key.isdigit() and int(key) in report.tree.units:
        return report.tree.name(int(key)) + chosen.only_said(report.only)
    found = [line.name for line in report.table.lines if line.key == key]
    return report.root.name + (_(found[0]) if key and found else "") + chosen.only_said(report.only)


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
        "back": here(report, form),
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

    Of those who have not completed, by township, with who answers for them there.
    """
    heading, foot = names_title(report, form), for_work(by)
    unfinished = None
    if Count(form.measure.data) in UNFINISHED:
        unfinished = _unfinished(report, found, foot)
        order = {unit: place for place, unit in enumerate(report.tree.inside(report.root.id))}
        found = sorted(found, key=lambda one: order[one.unit.org_id])
    page = workbooks.names_page(
        found,
        f"{report.cohort.title}：{heading}",
        [made(report, by), foot],
        _(DEMONSTRATION) if settings().demonstration else "",
        cache(posts_said),  # thousands of persons, and few different words
        cache(_said_of(form)),
        unfinished,
        _,
    )
    return Sheet(page, file_name(workbooks.file_stem(heading, report.as_of, _)))


UNFINISHED = (Count.OPEN, Count.DEFERRED)


def _unfinished(report: Report, found: Sequence[Behind], foot: str) -> workbooks.Unfinished:
    """The township of each unit, as it stood on that day, and the 组织委员 of each."""
    tree = report.tree
    units = {one.unit for one in found}
    above = {unit.org_id: tree.above(unit.org_id, TOWNSHIP_LEVEL) for unit in units}
    townships = {unit: (one, tree.name(one)) for unit, one in above.items() if one}
    asked = {*above, *(unit.superior_id for unit in units if unit.superior_id)}
    asked |= {township for township, _name in townships.values()}
    return workbooks.Unfinished(townships, queries.organisers(asked, report.as_of), foot)


def for_work(by: str) -> str:
    """What stands under every list of names: what it is for, who took it, when."""
    return _(
        "仅供工作联系，请勿转发。%(by)s（账号 %(number)s），%(when)s。",
        by=by,
        number=people.sign_in_number(me().id),
        when=moment(now()),
    )


def posts_said(words: str) -> str:
    """The posts of one person in words; 一肩挑 is said where it is so."""
    held = [Post(word) for word in words.split()]
    return _("、").join(_(POST_NAMES[post]) for post in held) or "—"


def _said_of(form: NamesForm) -> Callable[[Standing], str]:
    """What is said of each: of those who are not 应训, why they are not."""
    beside = {
        Count.EXEMPTED: _("免训"),
        Count.EXEMPT_CAME: _("免训，已参训"),
        Count.WITHDRAWN: _("已移出名单"),
    }
    words = beside.get(Count(form.measure.data))
    return (lambda _one: words) if words else state_said


def state_said(one: Standing) -> str:
    """What is done and what is lacking, in a few words."""
    if one.completed:
        return _("已完成")
    lacking = [_not_trained(one)]
    if one.passed < one.assessed:
        lacking.append(_not_passed(one))
    return _("；").join(word for word in lacking if word)


def _not_passed(one: Standing) -> str:
    """Not sat yet, absent, deferred, unsent or failed: five different things."""
    if one.exam is Sits.UNSENT:
        return _("答案待上传")
    if one.sat >= one.assessed:
        return _("未合格")
    words = {
        Sits.DEFERRED: _("缓考"),
        Sits.AWAITED: _("已考，成绩待公布"),
        Sits.ABSENT: _("缺考"),
    }
    return words.get(one.exam, _("未参考")) if one.exam else _("未参考")


def _not_trained(one: Standing) -> str:
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
