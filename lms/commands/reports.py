"""`reports completion`: the completion table of a programme, as a workbook."""

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app

from lms.clock import day_of
from lms.commands.lines import FILE, Room
from lms.commands.speech import say, told
from lms.errors import Invalid, NotFound

if TYPE_CHECKING:
    from lms.sheets.pages import Page
    from lms.training.models import Programme

reports = Room("reports", help=told("报表：导出完成情况统计表。") + "\n\nReports as workbooks.")


@reports.command(
    "completion",
    short_help=told("导出完成情况统计表。") + " Completion of a programme as .xlsx.",
    help=told(
        "把一个培训项目的完成情况统计表写入 FILE（.xlsx），与页面上导出的相同：范围为全市，"
        "每个班次一张表。例：flask --app run reports completion --programme WANREN-2026 "
        "--by county --out 完成情况.xlsx"
    )
    + "\n\nWrites the completion table of a programme, for everybody on its lists, as an .xlsx: "
    "a sheet for each cohort, a line for each county, township, village or post.",
)
@click.option("--programme", "code", required=True, metavar="CODE", help=told("培训项目的编码。"))
@click.option(
    "--by",
    type=click.Choice(["county", "township", "village", "post"]),
    default="county",
    help=told("每行是什么：县（county，默认）、乡镇（township）、村（village）、职务（post）。"),
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=told("统计日，如 2026-11-30；不写则为今天。"),
)
@click.option("--out", "out", required=True, type=FILE, metavar="FILE", help=told("写到哪个文件。"))
def completion(code: str, by: str, as_of: datetime | None, out: Path) -> None:
    from lms.audit.services import record
    from lms.training.queries import programme_by_code

    now = current_app.extensions["clock"]()
    day = _day(as_of, day_of(now))
    _refuse_name(out)
    programme = programme_by_code(code)
    if programme is None:
        raise NotFound("没有编码为 {code} 的培训项目。{known}", code=code, known=_known())
    pages = _pages(programme, by, day)
    _write(out, pages, now)
    record("export", now, whom=programme, org_id=programme.org_id, file=out.name, by=by)
    say(
        told(
            "已写入 {out}：{title}，统计日 {day}，{n} 个班次。",
            out=out,
            title=programme.title,
            day=day,
            n=len(pages),
        )
    )


def _day(as_of: datetime | None, today: date) -> date:
    day = as_of.date() if as_of else today
    if day > today:
        raise Invalid("统计日 {day} 还没有到，最晚为今天（{today}）。", day=day, today=today)
    return day


def _refuse_name(out: Path) -> None:
    """Before anything is counted: a place that cannot be written to."""
    if out.suffix.lower() != ".xlsx":
        raise Invalid("文件名要以 .xlsx 结尾：{out}", out=out)
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise NotFound("没有这个文件夹，写不了：{folder}", folder=out.absolute().parent)


def _known() -> str:
    from lms.training.queries import programmes

    found = {one.code for held in programmes().values() for one in held}
    codes = "、".join(sorted(found))
    return told("现有：{codes}。", codes=codes) if codes else told("还没有任何培训项目。")


def _pages(programme: "Programme", by: str, day: date) -> list["Page"]:
    """One page a cohort, the earliest first."""
    from lms.orgs.queries import top
    from lms.reports import services, showing
    from lms.reports.rules import Level
    from lms.training.queries import cohorts

    root, found = top(), cohorts(programme.id)
    if not found or root is None:
        raise NotFound("“{title}”还没有班次。", title=programme.title)
    pages = []
    for cohort in reversed(found):
        report = services.completion(cohort.id, [root.path], None, Level(by), day)
        page = showing.completion_sheet(report, told("命令行")).page
        pages.append(replace(page, name=cohort.title) if len(found) > 1 else page)
    return pages


def _write(out: Path, pages: list["Page"], now: datetime) -> None:
    """Whole or not at all: what stood there before stays until the new file is complete."""
    from lms.sheets.writing import workbook_bytes

    new = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        new.write_bytes(workbook_bytes(pages, now))
        new.replace(out)
    finally:
        new.unlink(missing_ok=True)


COMMANDS = (reports,)
