"""`orgs load`: the list of divisions becomes the tree of units."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app

from lms.clock import day_of
from lms.commands.lines import FILE, Room, existing
from lms.commands.speech import say, told
from lms.web.transaction import undo

if TYPE_CHECKING:
    from lms.orgs.files import Change, Division

orgs = Room("orgs", help=told("单位：载入区划名单。"))


@orgs.command(
    "load",
    help=told(
        "载入区划名单 FILE：csv，列为 code、name、parent_code、level"
        "（province、city、county、township、village），UTF-8 或 GB18030。"
        "名单在其最上级单位的范围内应当完整：名单里新的编码设立单位，"
        "没有的编码撤销单位（不删除，并建议由谁承接），名称和上级的变动按日期记录。"
        "虚拟社区略去。同一份名单载入两次，没有变化。"
    )
    + "\n\nLoads a list of divisions (csv: code, name, parent_code, level): units are opened, "
    "closed, renamed and moved as of a day; loading the same list again changes nothing.",
)
@click.argument("file", type=FILE)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=told("名单从哪一天起生效，如 2023-12-31；不写则为今天。"),
)
@click.option("--anyway", is_flag=True, help=told("名单会撤销一半以上的单位时，也照样载入。"))
@click.option("--dry-run", is_flag=True, help=told("只说会有哪些变动，不写入。"))
def load(file: Path, as_of: datetime | None, anyway: bool, dry_run: bool) -> None:
    from lms.orgs.files import MOST_BYTES, read_divisions
    from lms.orgs.services import load_divisions

    now = current_app.extensions["clock"]()
    on = as_of.date() if as_of else day_of(now)
    with existing(file).open("rb") as content:
        divisions = read_divisions(content.read(MOST_BYTES + 1))
    change, proposed = load_divisions(divisions, on, now, anyway=anyway)
    if dry_run:
        undo()
        say(told("试运行，未写入。名单自 {on} 起生效会有的变动：", on=on))
    else:
        say(told("已载入 {file}，自 {on} 起生效：", file=file, on=on))
    _tell(change)
    if proposed:
        say(told("建议了 {n} 个撤销单位的承接，请培训管理员在“单位”页确认。", n=f"{proposed:,}"))


@orgs.command(
    "offices",
    help=told(
        "载入机关、企业事业单位和党组织的名单 FILE：csv，列为 code、name、parent_code、kind"
        "（机关部门、企业、事业单位、非公党组织、流动党员党组织）、system（系统、条线，可留空，"
        "留空的按类别和名称归类），UTF-8 或 GB18030。新的编码设立单位，名称、上级、类别和系统的"
        "变动按日期记录；名单里没有的单位不动。"
    )
    + "\n\nLoads offices, firms and Party organizations (csv: code, name, parent_code, kind, "
    "system) as of a day; units that the list leaves out stay as they are.",
)
@click.argument("file", type=FILE)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=told("名单从哪一天起生效，如 2023-12-31；不写则为今天。"),
)
def offices(file: Path, as_of: datetime | None) -> None:
    from lms.orgs.files import MOST_BYTES
    from lms.orgs.grouping import load_offices
    from lms.orgs.offices import read_offices
    from lms.orgs.queries import kinds

    now = current_app.extensions["clock"]()
    on = as_of.date() if as_of else day_of(now)
    with existing(file).open("rb") as content:
        listed = read_offices(content.read(MOST_BYTES + 1), kinds())
    done = load_offices(listed, on, now)
    say(
        told(
            "已载入 {file}，自 {on} 起生效：新设 {opened}，变动 {changed}，改定系统 {grouped}。",
            file=file,
            on=on,
            opened=f"{done['opened']:,}",
            changed=f"{done['changed']:,}",
            grouped=f"{done['grouped']:,}",
        )
    )


def _tell(change: "Change") -> None:
    opened, renamed = _villages(change.opened), _villages(change.renamed)
    say(
        told(
            "新设 {opened}（村级 {villages}），更名 {renamed}（村级 {named}），改隶 {moved}，"
            "撤销 {closed}，未变 {same}；略去虚拟社区 {virtual}。",
            opened=f"{len(change.opened):,}",
            villages=f"{opened:,}",
            renamed=f"{len(change.renamed):,}",
            named=f"{renamed:,}",
            moved=f"{len(change.moved):,}",
            closed=f"{len(change.closed):,}",
            same=f"{change.same:,}",
            virtual=change.virtual,
        )
    )


def _villages(divisions: list["Division"]) -> int:
    return sum(division.level == "village" for division in divisions)


COMMANDS = (orgs,)
