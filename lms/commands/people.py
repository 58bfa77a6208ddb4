"""`people import`: rosters become persons and postings."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from lms.clock import day_of
from lms.commands.lines import FILE, Room, existing
from lms.commands.speech import say, told
from lms.errors import Invalid, NotFound
from lms.web.transaction import finish

if TYPE_CHECKING:
    from lms.jobs.rules import Progress
    from lms.orgs.models import OrgUnit
    from lms.rosters.drafts import Draft
    from lms.rosters.models import RosterImport
    from lms.rosters.staging import Wanted
    from lms.sheets.books import Book

people = Room("people", help=told("人员：导入名册。"))
LISTED = 20  # rows with faults that are listed to a reader

Sent = list[tuple[str, bytes]]


@people.command(
    "import",
    help=told(
        "导入名册 FILE：.xlsx、.xls 或 .csv，可以一次给出几个文件。先读取并与现有人员比对，"
        "再写入没有错误的行；有错误的行列出原因，不写入。没有列出的人不会因此结束任职。"
        "已识别的人不重复添加；同一份名册导入两次，没有变化。"
        "--json 每行输出一个对象：row 为表中的行号，status 为 new（新增）、same（无变动）、"
        "changed（有变动）、moved（换了单位）、transfer（已在其他单位，提出调动申请）、"
        "missing（名册中没有，row 为 null）或 error（有错误），errors 列出各列的原因；"
        "最后一行为 summary。"
    )
    + "\n\nImports rosters: several files are one import. Good rows are taken, bad ones are "
    "named with the reason; nobody's posting ends here. Try it first with --dry-run.",
)
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option(
    "--unit", metavar="CODE", help=told("为哪个单位及其下级导入（单位代码）；不写为全市。")
)
@click.option(
    "--complete-for",
    "complete",
    metavar="CODE",
    multiple=True,
    help=told("名册在哪个单位及其下级是完整的：其中没有列出的人显示为 missing。可重复。"),
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=told("名册截至哪一天，如 2026-11-23；不写为今天。"),
)
@click.option("--dry-run", is_flag=True, help=told("只比对，不写入。"))
@click.option("--json", "as_json", is_flag=True, help=told("每行输出一个 JSON 对象。"))
def import_(
    files: tuple[Path, ...],
    unit: str | None,
    complete: tuple[str, ...],
    as_of: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    from lms.rosters.services import apart
    from lms.rosters.staging import Wanted

    sent = apart([_content(file) for file in files])
    org = _unit(unit)
    day = as_of.date() if as_of else None
    if day and day > day_of(_now()):
        raise Invalid("截至日期不能晚于今天。")
    wanted = Wanted(org, _books(sent), [_within(org, code) for code in complete], day)
    counts = _compared(wanted, as_json) if dry_run else _carried_out(wanted, sent, as_json)
    _sum_up(counts, dry_run, as_json)


def _now() -> datetime:
    return current_app.extensions["clock"]()


def _content(file: Path) -> tuple[str, bytes]:
    """A file's name and content, no more of it than could be read."""
    from lms.sheets.guards import BYTES

    with existing(file).open("rb") as content:
        return file.name, content.read(BYTES + 1)


def _unit(code: str | None) -> "OrgUnit":
    from lms.orgs import queries

    unit = queries.unit_by_code(code) if code else queries.top()
    if unit is None or unit.closed_on is not None:
        raise NotFound(
            "没有这个单位：{code}。请先载入区划名单（orgs load）。", code=code or told("市")
        )
    return unit


def _within(org: "OrgUnit", code: str) -> "OrgUnit":
    unit = _unit(code)
    if not unit.path.startswith(org.path):
        raise Invalid("{name}不在{unit}范围内。", name=unit.name, unit=org.name)
    return unit


def _books(sent: Sent) -> list["Book"]:
    from lms.rosters.reading import refuse_without_table
    from lms.sheets.reading import read_book

    books = [read_book(name, data) for name, data in sent]
    refuse_without_table(books)
    return books


def _compared(wanted: "Wanted", as_json: bool) -> dict[str, Any]:
    """Say what would become of each row."""
    from lms.rosters.jobs import house
    from lms.rosters.staging import compared

    drafted, _roster = compared(wanted, house(), _now())
    _tell(drafted.lines, drafted.sheets, as_json)
    return drafted.counts


def _carried_out(wanted: "Wanted", sent: Sent, as_json: bool) -> dict[str, Any]:
    """Read, say what becomes of each row, and write it, a slice at a time."""
    from lms.rosters import queries, services, staging
    from lms.rosters.jobs import house

    one = services.receive(wanted.unit, sent, wanted.books, house(), None, _now())
    services.set_complete(one, [unit.id for unit in wanted.complete], wanted.as_of)
    _done(staging.read(one.id, house(), _now()))
    one = queries.roster(one.id)
    _tell(_drafts(one), [tuple(sheet) for sheet in one.found["sheets"]], as_json)
    if queries.count(queries.unwritten(one, services.GOOD)):
        _write(one)
    else:
        services.drop(one, house(), _now())
        if one.counts["error"] and one.counts["error"] == sum(one.counts.values()):
            finish()
            raise Invalid("没有可以导入的行：每一行都有错误。")
    return {**queries.roster(one.id).counts, "import": one.id}


def _write(one: "RosterImport") -> None:
    from lms.rosters import committing, services
    from lms.rosters.jobs import house

    services.confirm(one, one.reading, None, _now())
    finish()
    _done(committing.write(one.id, house(), _now()))


def _done(work: Iterator["Progress"]) -> None:
    """Each slice in a transaction of its own, so that others save meanwhile."""
    for _ in work:
        finish()


def _drafts(one: "RosterImport") -> Iterator["Draft"]:
    from lms.db import db
    from lms.rosters import queries
    from lms.rosters.jobs import house
    from lms.rosters.models import RosterLine
    from lms.rosters.opening import opened_draft

    keys = house().keys
    for line in db.session.scalars(queries.current(one).order_by(RosterLine.number)):
        yield opened_draft(line, keys["cipher"])


def _tell(drafts: Iterable["Draft"], sheets: Sequence[tuple[str, str]], as_json: bool) -> None:
    """A line for each row; to a reader, only those with faults, and not too many."""
    said = 0
    for draft in drafts:
        if as_json:
            say(json.dumps(_as_object(draft, sheets), ensure_ascii=False))
        elif draft.faults and said < LISTED:
            said += 1
            file, sheet = sheets[draft.source]
            why = "；".join(f"{fault.column}：{_why(fault)}" for fault in draft.faults)
            where = told("{file} {sheet} 第 {row} 行", file=file, sheet=sheet, row=draft.row)
            say(f"  {where}  {why}")


def _as_object(draft: "Draft", sheets: Sequence[tuple[str, str]]) -> dict[str, Any]:
    errors = [{"column": fault.column, "why": _why(fault)} for fault in draft.faults]
    found = {"row": draft.row or None, "status": draft.status.value, "errors": errors}
    if draft.source < 0:
        return found | {"name": draft.name}
    return found | {"file": sheets[draft.source][0], "sheet": sheets[draft.source][1]}


def _why(fault: Any) -> str:
    return told(fault.why, **fault.values)


def _sum_up(counts: dict[str, Any], dry_run: bool, as_json: bool) -> None:
    if as_json:
        say(json.dumps({"summary": {**counts, "written": not dry_run}}, ensure_ascii=False))
        return
    say(
        told(
            "新增 {new}，无变动 {same}，有变动 {changed}，换了单位 {moved}，"
            "已在其他单位 {transfer}，名册中没有 {missing}，有错误 {error}（行）。",
            **{key: f"{value:,}" for key, value in counts.items()},
        )
    )
    if dry_run:
        say(told("试运行，未写入。"))


COMMANDS = (people,)
