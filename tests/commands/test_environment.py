"""Setting up is done once, and says in one sentence what a machine lacks."""

import shutil
import subprocess

import pytest

from lms.commands import environment
from lms.settings import HOME


@pytest.fixture
def lock(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text(
        "flask==3.1.3 \\\n    --hash=sha256:00\nclick==8.5.1 \\\n    --hash=sha256:01\n"
    )
    return file


@pytest.fixture
def set_up(monkeypatch, lock, tmp_path):
    """set_up() → what was done for it, in order; nothing is really installed."""
    done = []
    monkeypatch.setattr(environment, "PYTHON", lock)
    monkeypatch.setattr(environment, "works", lambda: "environment" in done)
    monkeypatch.setattr(environment, "make_environment", lambda: done.append("environment"))
    monkeypatch.setattr(environment, "install", lambda lock: done.append("install"))

    def run():
        environment.main(lock, tmp_path / "stamp")
        return done

    return run


def test_the_second_time_there_is_nothing_to_do(set_up):
    assert set_up() == ["environment", "install"]
    assert set_up() == ["environment", "install"]


def test_a_changed_lock_is_installed_into_the_same_environment(set_up, lock):
    set_up()
    lock.write_text(lock.read_text().replace("3.1.3", "3.1.4"))
    assert set_up() == ["environment", "install", "install"]


def test_an_installation_that_broke_off_is_done_again(set_up, monkeypatch):
    def broken(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "install", broken)
        with pytest.raises(KeyboardInterrupt):
            set_up()
    assert set_up() == ["environment", "install"]


def test_pip_that_fails_is_told_in_one_sentence(monkeypatch, lock, tmp_path):
    monkeypatch.setattr(environment, "LOG", tmp_path / "install.log")
    failing = ["sh", "-c", "echo Collecting flask; echo 'ERROR: No route to the index'; exit 1"]
    monkeypatch.setattr(
        environment,
        "installing",
        lambda _: subprocess.Popen(failing, stdout=subprocess.PIPE, text=True),
    )
    with pytest.raises(SystemExit) as ended:
        environment.install(lock)
    assert "ERROR: No route to the index" in ended.value.code
    assert "\n" not in ended.value.code
    assert "Collecting flask" in (tmp_path / "install.log").read_text()


def test_a_machine_without_a_new_python_is_told_so_in_one_sentence(tmp_path):
    asked = [shutil.which("make"), "--no-print-directory", "run", "PYTHON=python-too-old"]
    done = subprocess.run(
        asked, cwd=HOME, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert "Python 3.11" in said[0]
