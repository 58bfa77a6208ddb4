"""`backup`, `restore`, `worker`: what keeps a house safe and at work."""

from pathlib import Path

import click
from flask import current_app

from lms.commands.archive import Manifest
from lms.commands.lines import FILE, Line, existing
from lms.commands.speech import Progress, say, told
from lms.settings import Settings


@click.command(
    "backup",
    cls=Line,
    help=told(
        "把数据库和上传的文件备份到一个文件 FILE（zip）。备份取自同一时刻，使用中也可以做；"
        "SQLite 与 PostgreSQL 的备份格式相同，可以互相恢复。密钥不在备份里，请另行保存。"
    ),
)
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    from lms.commands import backup as keeping

    settings = _settings()
    manifest = keeping.backup(settings, file.absolute(), Progress())
    say(told("已备份到 {file}：{what}", file=file, what=_counts(manifest)))
    say(
        told(
            "密钥不在备份里，它在 {file}，请另外保存：没有它，"
            "备份里加密的内容（身份证号、手机号）无法读出。",
            file=settings.var / "secrets.json",
        )
    )


@click.command(
    "restore",
    cls=Line,
    help=told(
        "从备份文件 FILE 恢复。只恢复到空的地方：数据库里没有表，也没有上传的文件；"
        "先校验每一部分的摘要和行数，失败时不留下任何内容。"
        "恢复前请把原来的 secrets.json 放回 var/。"
    ),
)
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    from lms.commands.restore import restore as put_back

    settings = _settings()
    manifest = put_back(current_app, existing(file), Progress())
    say(told("已恢复到 {var}：{what}", var=settings.var, what=_counts(manifest)))
    if not (settings.var / "secrets.json").exists():
        say(
            told(
                "密钥不在备份里：启动前，请把原来的 secrets.json 放到 {file}。",
                file=settings.var / "secrets.json",
            )
        )


@click.command(
    "worker",
    cls=Line,
    help=told("运行处理后台任务的进程（make run 和 make serve 会自动启动它）。Ctrl-C 停止。"),
)
def worker() -> None:
    from lms.commands.serving import work

    work(current_app._get_current_object())  # type: ignore[attr-defined]


def _settings() -> Settings:
    return current_app.extensions["settings"]


def _counts(manifest: Manifest) -> str:
    tables = manifest.tables()
    return told(
        "{rows} 行（{tables} 张表），{files} 个上传的文件。",
        rows=f"{sum(table.rows for table in tables.values()):,}",
        tables=len(tables),
        files=len(manifest.members) - len(tables),
    )


COMMANDS = (backup, restore, worker)
