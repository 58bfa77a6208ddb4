"""A command keeps what it did when it returns, and leaves nothing when it refuses or breaks."""

from datetime import timedelta

import click
import pytest

from lms.commands.lines import Line, Room
from lms.commands.speech import Progress, told
from lms.db import db
from lms.errors import Invalid
from lms.jobs.models import Job
from lms.jobs.services import ask
from lms.web.here import now

room = Room("room")
ENDINGS = {
    "well": lambda: None,
    "refused": lambda: (_ for _ in ()).throw(Invalid("第 {row} 行：姓名为空。", row=3)),
    "broken": lambda: {}["a fault of ours"],
}


@room.command("work")
@click.argument("ending")
def work(ending):
    ask("anything", {}, None, now())
    db.session.flush()
    ENDINGS[ending]()


@pytest.fixture
def run(app):
    app.cli.add_command(room)
    return lambda *words: app.test_cli_runner().invoke(args=["room", *words])


def test_a_command_that_returns_keeps_what_it_wrote(run, make):
    assert run("work", "well").exit_code == 0
    assert len(make.all(Job)) == 1


def test_a_command_that_refuses_says_why_in_one_line_and_keeps_nothing(run, make):
    done = run("work", "refused")
    assert (done.exit_code, done.stderr) == (1, "第 3 行：姓名为空。\n")
    assert make.all(Job) == []


def test_a_command_that_breaks_says_so_in_one_line_and_keeps_the_story(
    run, make, monkeypatch, tmp_path
):
    monkeypatch.setenv("LMS_VAR", str(tmp_path))
    done = run("work", "broken")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.output
    assert "a fault of ours" in (tmp_path / "errors.log").read_text()
    assert make.all(Job) == []


def test_a_command_asked_wrongly_says_how_to_ask_in_one_line(run):
    done = run("work")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "--help" in done.stderr


def test_every_command_of_the_house_is_a_line_with_a_help(app):
    found = list(commands_below(app.cli))
    assert {"backup", "restore"} <= {command.name for command in found}
    for command in found:
        assert isinstance(command, Line), command.name
        assert len(command.help or "") > 20, command.name


def commands_below(group):
    """Ours alone: Flask and its extensions bring `run`, `routes`, `shell` and `db`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group) and name != "db":
            yield from commands_below(command)
        elif command.callback and command.callback.__module__.startswith("lms."):
            yield command


def test_progress_off_a_terminal_is_one_line_a_step(clock, capsys):
    progress = Progress(clock)
    for done in (1000, 2000, 20000):
        progress("人员", done, 20000)
    progress("完成")
    assert capsys.readouterr().out == "   0.0 s  人员 20,000/20,000\n   0.0 s  完成\n"


def test_progress_is_never_silent_for_long(clock, capsys):
    progress = Progress(clock)
    for done in range(1, 13):
        clock.time += timedelta(seconds=1)
        progress("人员", done, 20)
    assert capsys.readouterr().out == "   5.0 s  人员 5/20\n  10.0 s  人员 10/20\n"


def test_a_text_without_english_is_told_in_chinese(monkeypatch, tmp_path):
    monkeypatch.setenv("LMS_LANGUAGE", "en")
    monkeypatch.setenv("LMS_VAR", str(tmp_path))
    assert told("共 {n} 人", n=3) == "共 3 人"
