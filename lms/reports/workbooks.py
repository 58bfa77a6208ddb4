"""The workbooks: exactly what is on the screen, in the same order, with the same definitions."""

from collections.abc import Callable, Sequence
from datetime import date

from lms.reports.queries import Behind
from lms.reports.rules import (
    DEFINITIONS,
    EXAM_DEFINITIONS,
    HOURS_DEFINITION,
    LEVEL_NAMES,
    Level,
)
from lms.reports.tables import Line, Table
from lms.sheets.pages import Column, Kind, Page
from lms.words import N_

Said = Callable[..., str]  # gettext
NONE = "—"
N, PCT = Kind.NUMBER, Kind.PERCENT


def columns(level: Level, assessed: bool, said: Said) -> list[Column]:
    """The heads of a completion table, under merged groups."""
    training, exam = said(N_("培训")), said(N_("测评"))
    found = [
        Column(said(N_("序号")), N, 6),
        Column(said(LEVEL_NAMES[level]), Kind.TEXT, 20),
        Column(said(N_("应训")), N, 9, training),
        Column(said(N_("参训")), N, 9, training),
        Column(said(N_("参训率")), PCT, 10, training),
        Column(said(N_("完成")), N, 9, training),
        Column(said(N_("完成率")), PCT, 10, training),
        Column(said(N_("未完成")), N, 9, training),
    ]
    if assessed:
        found += [
            Column(said(N_("应考")), N, 9, exam),
            Column(said(N_("参考")), N, 9, exam),
            Column(said(N_("参考率")), PCT, 10, exam),
            Column(said(N_("合格")), N, 9, exam),
            Column(said(N_("总合格率")), PCT, 10, exam),
        ]
    return [*found, Column(said(N_("人均学时")), Kind.DECIMAL, 10)]


def row(number: int | str, line: Line, assessed: bool, said: Said) -> list[object]:
    """The values of one line, in the order of the columns."""
    counts = line.counts
    values: list[object] = [number, said(line.name), counts["listed"], counts["attended"]]
    values += [_or_none(line.rate("attended", "listed")), counts["completed"]]
    values.append(_or_none(line.rate("completed", "listed")))
    values.append(counts["listed"] - counts["completed"])
    if assessed:
        values += [counts["scheduled"], counts["sat"], _or_none(line.rate("sat", "scheduled"))]
        values += [counts["passed"], _or_none(line.rate("passed", "scheduled"))]
    return [*values, _or_none(line.mean_hours)]


def _or_none(value: object) -> object:
    return NONE if value is None else value


def definitions(assessed: bool, said: Said) -> list[str]:
    """How each number of the table is made, in words."""
    texts = [*DEFINITIONS, *(EXAM_DEFINITIONS if assessed else ()), HOURS_DEFINITION]
    return [said(text) for text in texts]


def completion_page(
    table: Table, title: str, unit: str, lines_below: Sequence[str], demonstration: str, said: Said
) -> Page:
    """The completion table as a page of a workbook."""
    rows = [row(n, line, table.assessed, said) for n, line in enumerate(table.lines, start=1)]
    rows.append(row("", table.total, table.assessed, said))
    return Page(
        name=said(N_("完成情况")),
        columns=columns(table.level, table.assessed, said),
        rows=rows,
        title=title,
        unit_line=said(N_("单位：人、%、学时")),
        below=[unit, *lines_below, *definitions(table.assessed, said), signatures(said)],
        demonstration=demonstration,
        totals=frozenset({len(rows) - 1}),
    )


def signatures(said: Said) -> str:
    """The foot that every table sent upward ends with."""
    return said(
        N_("填报单位（盖章）：              填表人：              审核人：              填报日期：")
    )


def names_page(
    people: Sequence[Behind],
    title: str,
    lines_below: Sequence[str],
    demonstration: str,
    posts_said: Callable[[str], str],
    state_said: Callable[[Behind], str],
    said: Said,
) -> Page:
    """The names behind a number. No ID number and no phone stands in such a file."""
    rows = [
        [n, one.superior, one.unit, one.name, posts_said(one.posts), one.hours, one.required]
        + [state_said(one)]
        for n, one in enumerate(people, start=1)
    ]
    heads = [
        Column(said(N_("序号")), N, 6),
        Column(said(N_("上级单位")), Kind.TEXT, 16),
        Column(said(N_("单位")), Kind.TEXT, 18),
        Column(said(N_("姓名")), Kind.TEXT, 12),
        Column(said(N_("职务")), Kind.TEXT, 30),
        Column(said(N_("已得学时")), Kind.DECIMAL, 10),
        Column(said(N_("要求学时")), Kind.DECIMAL, 10),
        Column(said(N_("情况")), Kind.TEXT, 24),
    ]
    return Page(said(N_("名单")), heads, rows, title, "", lines_below, demonstration)


def file_stem(title: str, as_of: date, said: Said) -> str:
    """运城市…完成情况(截至20261123): the name says what, of whom, and as of when."""
    return said(N_("{title}(截至{day})")).format(title=title, day=f"{as_of:%Y%m%d}")
