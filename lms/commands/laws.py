"""`laws load`, `laws dump`: the register of laws as files."""

from pathlib import Path

import click
from flask import current_app

from lms.commands.lines import FILE, Room
from lms.commands.speech import say, told
from lms.errors import NotFound
from lms.settings import HOME

laws = Room("laws", help=told("法规：载入、写出登记表和条文。") + "\n\nThe register of laws.")
SHIPPED = HOME / "question_banks"


@laws.command(
    "load",
    short_help=told("载入法规登记表。") + " Load the register of laws.",
    help=told(
        "载入文件夹 DIR 里的 laws.yaml 和 laws/ 下的条文；不写 DIR 则载入随系统提供的。"
        "没有登记过的版本登记下来；登记过的不改，在本系统里上传过全文的也不改。"
        "再载入一次，没有变化。"
    )
    + "\n\nLoads laws.yaml and the texts in laws/ of a folder (by default those that are "
    "shipped). Editions that are known stay as they are; loading again changes nothing.",
)
@click.argument("folder", metavar="[DIR]", type=FILE, required=False)
def load(folder: Path | None) -> None:
    from lms.laws.services import load_register

    folder = folder or SHIPPED
    if not folder.is_dir():
        raise NotFound("没有这个文件夹：{folder}", folder=folder)
    loaded = load_register(folder, current_app.extensions["clock"]())
    say(
        told(
            "登记 {new} 个版本，已有 {same} 个；写入 {texts} 份条文。",
            new=loaded.new,
            same=loaded.same,
            texts=loaded.texts,
        )
    )


@laws.command(
    "dump",
    short_help=told("写出法规登记表。") + " Write the register of laws.",
    help=told("把登记表和条文写到文件夹 DIR，格式与载入的相同。")
    + "\n\nWrites the register and the texts to a folder, as `laws load` reads them.",
)
@click.argument("folder", metavar="DIR", type=FILE)
def dump(folder: Path) -> None:
    from lms.laws.services import dump_register

    n = dump_register(folder)
    say(told("已写出 {n} 个版本：{folder}", n=n, folder=folder))


COMMANDS = (laws,)
