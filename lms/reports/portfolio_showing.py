"""The table by project and programme, and the names behind it, in the reader's language."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.reports import chosen, queries, showing, workbooks
from lms.reports.forms import ProjectForm
from lms.reports.laid import Cell, Laid, number
from lms.reports.measures import COUNT_NAMES, TOPIC_NAMES, Count
from lms.reports.portfolio import Behind, Portfolio, Project
from lms.reports.queries import NAMED
from lms.reports.tables import Line
from lms.sheets.pages import Column, Kind
from lms.training.models import Cohort
from lms.web.language import day
from lms.words import N_

To = Callable[[Line, Count], str]  # the names behind a number
DONE, OPEN = N_("%(list)s（已完成）"), N_("%(list)s（未完成）")


def title(found: Portfolio) -> str:
    """某市2026年分项目培训完成情况统计表."""
    unit, year = found.root.name, found.as_of.year
    whole = _("%(unit)s%(year)s年各项目、各计划培训完成情况统计表", unit=unit, year=year)
    return whole + chosen.only_said(found.only)


def laid(found: Portfolio, form: ProjectForm, by: str) -> Laid:
    """The table as it stands on the screen and in the file."""
    rows: list[list[Cell]] = []
    totals: list[int] = []
    for place, project in enumerate(found.projects, start=1):
        totals.append(len(rows))
        rows.append(_project(found, form, place, project))
        rows += [_list(found, form, cohort, line) for cohort, line in project.lists]
    totals.append(len(rows))
    whole = [Cell(), Cell(_("合计（人）")), Cell()]
    rows.append([*whole, *_numbers(found, found.total, _of_project(form))])
    return Laid(
        title=title(found),
        sheet=_("分项目完成情况"),
        stem=workbooks.file_stem(title(found), found.as_of, _),
        columns=_columns(found),
        rows=rows,
        unit_line=_("单位：人、%、学时"),
        notes=_notes(found, form),
        definitions=workbooks.definitions(found.columns, _),
        foot=[_made(found, by), workbooks.signed(found.root.name, _)],
        totals=frozenset(totals),
    )


def _columns(found: Portfolio) -> list[Column]:
    heads = [
        Column(_(one.name), *workbooks.LOOKS[one.kind], _(TOPIC_NAMES[one.topic]))
        for one in found.columns
    ]
    return [
        Column(_("序号"), Kind.NUMBER, 6),
        Column(_("项目和培训计划"), Kind.TEXT, 28),
        Column(_("班次"), Kind.TEXT, 26),
        *heads,
    ]


def _project(found: Portfolio, form: ProjectForm, place: int, one: Project) -> list[Cell]:
    words = _("小计（%(n)s 个班次）", n=len(one.lists))
    first = [Cell(place), Cell(_(one.name)), Cell(words)]
    return [*first, *_numbers(found, one.total, _of_project(form))]


def _list(found: Portfolio, form: ProjectForm, cohort: Cohort, line: Line) -> list[Cell]:
    where = form.kept(sort=None, under=found.root.id, as_of=found.as_of)
    table = url_for(".completion", cohort_id=cohort.id, **where)
    start = url_for(".names", cohort_id=cohort.id, **where)  # once for some numbers

    def to(_line: Line, count: Count) -> str:
        return f"{start}&measure={count.value}"

    first = [Cell(), Cell(cohort.programme.title), Cell(cohort.title, table)]
    return [*first, *_numbers(found, line, to)]


def _of_project(form: ProjectForm) -> To:
    kept = form.kept(sort=None)
    start = url_for(".project_names", **kept) + ("&" if kept else "?")

    def to(line: Line, count: Count) -> str:
        whose = f"&project={line.key}" if line.key else ""
        return f"{start}measure={count.value}{whose}"

    return to


def _numbers(found: Portfolio, line: Line, to: To) -> list[Cell]:
    cells = []
    for one in found.columns:
        value = one.value(line.counts)
        named = one.denominator is None and one.numerator in NAMED
        cells.append(number(value, to(line, one.numerator) if named and value else ""))
    return cells


def _notes(found: Portfolio, form: ProjectForm) -> list[str]:
    several = sum(one.several for one in found.projects)
    order = chosen.sorted_said(form.sort.data or "", found.columns)
    return [
        *([order] if order else []),
        _(
            "列入统计日前开始、当年或以后结束的各班次的现任名单；属于几个项目的计划，在各项目都列出。"
        ),
        _(
            "小计和合计按人计：一人在几个班次只计一次，其中 %(n)s 人在一个项目的几个班次上；"
            "参训指至少参加一个班次，完成、参考、合格指所在各班次都已完成、参考、合格。",
            n=several,
        ),
    ]


def _made(found: Portfolio, by: str) -> str:
    return _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(found.as_of), by=by)


def page(found: Portfolio, form: ProjectForm, by: str) -> dict[str, Any]:
    """What the page shows beside the table."""

    def at(**changes: Any) -> str:
        return url_for(".projects", **form.kept(**changes))

    present = form.sort.data or ""
    return {
        "laid": laid(found, form, by),
        "sorts": {_(one.name): chosen.sort(present, at, one) for one in found.columns},
        "export": url_for(".projects_xlsx", **form.kept()),
        "export_csv": url_for(".projects_csv", **form.kept()),
    }


# ── the names behind a number ───────────────────────────────────────────────────────────────────


def names_title(found: Portfolio, form: ProjectForm) -> str:
    """Whose names these are: the project, the number."""
    key = form.project.data or ""
    project = next((_(one.name) for one in found.projects if one.total.key == key), "")
    measure = _(COUNT_NAMES[Count(form.measure.data)])
    unit = _("%(unit)s%(part)s", unit=found.root.name, part=project) if project else found.root.name
    whole = _("%(unit)s“%(measure)s”人员名单", unit=unit, measure=measure)
    return whole + chosen.only_said(found.only)


def names(found: Portfolio, form: ProjectForm, people: list[Behind], first: int, by: str) -> Laid:
    """The names on the screen and in the file; no ID number and no phone."""
    heading = names_title(found, form)
    rows = [
        [Cell(place), Cell(one.name), Cell(one.unit), Cell(one.superior), Cell(_lists(one))]
        for place, one in enumerate(people, start=first + 1)
    ]
    return Laid(
        title=heading,
        sheet=_("名单"),
        stem=workbooks.file_stem(heading, found.as_of, _),
        columns=[
            Column(_("序号"), Kind.NUMBER, 6),
            Column(_("姓名"), Kind.TEXT, 14),
            Column(_("单位"), Kind.TEXT, 20),
            Column(_("上级单位"), Kind.TEXT, 20),
            Column(_("班次"), Kind.TEXT, 60),
        ],
        rows=rows,
        notes=[showing.for_work(by)],
        foot=[_made(found, by)],
    )


def _lists(one: Behind) -> str:
    return _("；").join(_(DONE if done else OPEN, list=title) for title, done in one.lists)


def pages(form: ProjectForm, first: int, shown: int, whole: int) -> dict[str, Any]:
    """The ways to the names before and after."""

    whose = {"project": form.project.data, "measure": form.measure.data}

    def at(start: int) -> str:
        return url_for(".project_names", **form.kept(first=start, **whose))

    more = first + shown < whole
    return {
        "export": url_for(".project_names_xlsx", **form.kept(**whose)),
        "export_csv": url_for(".project_names_csv", **form.kept(**whose)),
        "back": url_for(".projects", **form.kept()),
        "first": first,
        "whole": whole,
        "before": at(max(0, first - queries.PAGE)) if first else None,
        "after": at(first + queries.PAGE) if more else None,
    }
