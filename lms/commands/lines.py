"""How every command of the house behaves: it finds what it needs, and fails in one line."""

import traceback
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms.access.scope import seeing_everything
from lms.audit.rules import Actor
from lms.audit.services import acting
from lms.commands.speech import told
from lms.errors import NotFound, Refusal
from lms.settings import Settings
from lms.web.transaction import finish, undo

FILE = click.Path(path_type=Path)


class Line(click.Command):
    """A command that ends with 0, or says in one line on stderr what failed and ends with 1.

    It runs inside the house: returning commits what it wrote, refusing leaves nothing half done.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as wrong:
            path = wrong.ctx.command_path if wrong.ctx else info_name
            ask = told("用法见：{path} --help", path=path)
            click.echo(f"{wrong.format_message()}  {ask}", err=True)
            raise SystemExit(2) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return self.carried_out(ctx)
        except Refusal as refusal:
            why = told(refusal.text, **refusal.values)
        except (OperationalError, ProgrammingError) as wrong:
            why = told(
                "数据库用不了，也许还没有建好（先运行 make run）：{why}", why=_first_line(wrong)
            )
        except OSError as wrong:
            why = told("{file}：{why}", file=wrong.filename or "", why=wrong.strerror or wrong)
        except click.exceptions.Exit:
            raise
        except Exception as wrong:  # a fault of ours: one line here, the whole story in a file
            why = told("程序出错：{why}", why=f"{type(wrong).__name__} {_first_line(wrong)}")
            why += _kept_story()
        click.echo(why, err=True)
        raise SystemExit(1)

    def carried_out(self, ctx: click.Context) -> Any:
        app = ctx.ensure_object(ScriptInfo).load_app()
        with app.app_context(), seeing_everything():
            acting(Actor(address="shell"))
            try:
                result = super().invoke(ctx)
                finish()
            except BaseException:
                undo()
                raise
            return result


class Room(AppGroup):
    """The commands of one room: `people = Room("people", help=…)`, `@people.command("import")`."""

    def command(self, *names: Any, **more: Any) -> Any:
        return click.Group.command(self, *names, **{"cls": Line, **more})


def existing(file: Path) -> Path:
    """The file, if it is there and can be read as one; a sentence otherwise."""
    if not file.exists():
        raise NotFound("没有这个文件：{file}", file=file)
    if file.is_dir():
        raise NotFound("{file} 是文件夹，请给出文件。", file=file)
    return file


def _first_line(wrong: Exception) -> str:
    return (str(getattr(wrong, "orig", None) or wrong).splitlines() or [""])[0]


def _kept_story() -> str:
    """Keep the traceback where the system's keeper finds it; says where."""
    var = Settings.from_env().var
    if not var.is_dir():
        return ""
    with (var / "errors.log").open("a") as log:
        log.write(traceback.format_exc() + "\n")
    return told("（详情在 {file}）", file=var / "errors.log")
