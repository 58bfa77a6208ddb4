"""`bank load`, `bank read`, `bank dump`: questions from and to files, at the shell."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from lms.commands.lines import FILE, Room, existing
from lms.commands.speech import say, told
from lms.errors import Invalid, NotFound
from lms.settings import HOME

if TYPE_CHECKING:
    from lms.bank.services import Loaded
    from lms.orgs.models import OrgUnit

bank = Room("bank", help=told("题库：载入题库文件夹，读题目文件。") + "\n\nBanks of questions.")


@bank.command(
    "load",
    short_help=told("载入题库文件夹。") + " Load a folder of question files.",
    help=told(
        "载入题库文件夹 DIR：其中有 bank.yaml（code 题库编码、title 名称），每题一个 .md 文件；"
        "DIR 下面有几个题库文件夹的，一并载入。新题入库，改过的题成为新版本，未变的题不动；"
        "在本系统里改过的题不覆盖，文件中的文本留待审定。有一个文件读不了，就都不载入。"
        "再载入一次，没有变化。不写 DIR 则载入随系统提供的题库。"
        "正式系统里，载入的题一律待审，由本地审题人逐题审定或抽审后才可用，并且不进考试题库。"
    )
    + "\n\nLoads a folder of question files (or a folder of such folders; by default the banks "
    "that are shipped). New questions are added, changed ones become new versions; loading again "
    "changes nothing. In a real city whatever is loaded waits for review.",
)
@click.argument("folder", metavar="[DIR]", type=FILE, required=False)
@click.option("--unit", metavar="CODE", help=told("新题库归哪个单位（编码）；不写则归全市。"))
@click.option(
    "--pool",
    type=click.Choice(["open", "practice"]),
    default="open",
    help=told("新题放入公开题库（open，默认）或练习题库（practice）。"),
)
@click.option("--in-review", is_flag=True, help=told("新题先作为待审（正式系统总是这样）。"))
def load(folder: Path | None, unit: str | None, pool: str, in_review: bool) -> None:
    from lms.bank.rules import Pool, State
    from lms.bank.services import load_folder

    org, now = _owner(unit), current_app.extensions["clock"]()
    real = not current_app.extensions["settings"].demonstration
    state = State.IN_REVIEW if in_review or real else State.FINAL
    for one in _folders(folder or HOME / "question_banks"):
        loaded_bank, loaded = load_folder(one, org.id, now, Pool(pool), state)
        say(
            told(
                "{name}：{what}",
                name=f"{loaded_bank.code}  {loaded_bank.title}",
                what=_counts(loaded),
            )
        )


def _owner(code: str | None) -> "OrgUnit":
    from lms.orgs.queries import top, unit_by_code

    found = unit_by_code(code) if code else top()
    if found is None and code:
        raise NotFound("没有编码为 {code} 的单位。", code=code)
    if found is None:
        raise NotFound("系统里还没有单位，请先用 orgs load 载入区划名单。")
    return found


def _folders(folder: Path) -> list[Path]:
    """The folder itself, or those of banks right below it."""
    if not folder.is_dir():
        raise NotFound("没有这个文件夹：{folder}", folder=folder)
    below = sorted(file.parent for file in folder.glob("*/bank.yaml"))
    return [folder] if (folder / "bank.yaml").exists() or not below else below


def _counts(loaded: "Loaded") -> str:
    line = told(
        "新增 {new} 题，更新 {changed} 题，未变 {same} 题。",
        new=loaded.new,
        changed=loaded.changed,
        same=loaded.same,
    )
    if loaded.waiting:
        codes = "、".join(loaded.waiting)
        line += told("在本系统里改过、留待审定：{codes}。", codes=codes)
    return line


@bank.command(
    "read",
    short_help=told("读一个题库文件，不写入。") + " Read a file with questions.",
    help=told(
        "读一个题库文件 FILE（.xlsx、.xls、.csv、.docx、.doc、.txt、.md、.json、.xml、.gift、"
        ".zip），说明读出了什么、有什么错；不需要数据库，什么也不写。"
        "加 --json：每题一行 JSON（type、stem、options、answer、explanation、errors 等），"
        "最后一行是 summary。文件读不了时，退出码为 1。"
    )
    + "\n\nReads a file with questions and says what was understood; needs no database and writes "
    "nothing. With --json: one JSON object a question, then a line with the summary.",
)
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help=told("每题一行 JSON，最后一行是 summary。"))
def read(file: Path, as_json: bool) -> None:
    from lms.exchange.contract import printed
    from lms.exchange.reading import read_file

    lines = printed(read_file(file.name, _bytes(existing(file))))
    for line in lines:
        if as_json:
            say(json.dumps(line, ensure_ascii=False))
        elif "summary" not in line:
            _tell(line)
    summary = lines[-1]["summary"]
    if refused := summary["refused"]:
        raise Invalid("{why}", why=refused if file.name in refused else f"{file.name}：{refused}")
    if not as_json:
        say(told("读出 {read} 题，其中 {with_errors} 题待核。", **summary))


def _bytes(file: Path) -> bytes:
    """Of a file that is too large no more than shows it."""
    from lms.sheets.guards import BYTES

    with file.open("rb") as content:
        return content.read(BYTES + 1)


def _tell(question: dict[str, Any]) -> None:
    """One question, as a person reads it at the shell."""
    from lms.bank.rules import TYPE_NAMES, QuestionType

    for part in (question, *question["parts"]):
        kind = told(TYPE_NAMES[QuestionType(part["type"])])
        say(f"{part['number']}  {kind}  {part['stem']}".strip())
        for letter, text in part["options"].items():
            say(f"  {letter}. {text}")
        if part["answer"] is not None:
            answer = json.dumps(part["answer"], ensure_ascii=False)
            say("  " + told("答案：{answer}", answer=answer))
    for error in question["errors"]:
        say("  " + told("待核：{error}", error=error))


@bank.command(
    "dump",
    short_help=told("把一个题库写成文件夹。") + " Write a bank as a folder of files.",
    help=told(
        "把编码为 CODE 的题库写进文件夹 DIR：bank.yaml 和每题一个 .md 文件，内容是每题的最新版本。"
        "DIR 须不存在或为空。用 bank load 再载入，没有变化。"
        "考试题库的题只在加 --exam 时写出，并记入审计日志。"
    )
    + "\n\nWrites a bank as a folder of question files, which bank load reads back unchanged. "
    "Questions of the examination pool are written only with --exam, and that is logged.",
)
@click.argument("code", metavar="CODE")
@click.argument("folder", metavar="DIR", type=FILE)
@click.option("--exam", is_flag=True, help=told("连同考试题库的题一起写出。"))
def dump(code: str, folder: Path, exam: bool) -> None:
    from lms.bank.queries import bank_by_code
    from lms.exchange.folders import dump_folder

    found = bank_by_code(code)
    if found is None:
        raise NotFound("没有编码为 {code} 的题库。", code=code)
    written, left = dump_folder(found, folder, exam, current_app.extensions["clock"]())
    say(told("{folder}：写出 {n} 题。", folder=folder, n=written))
    if left:
        say(told("还没有写完的草稿 {n} 题没有写出。", n=left))


COMMANDS = (bank,)
