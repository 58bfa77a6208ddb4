"""The whole of it, as a person starts and stops it: real processes, a real port."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager, suppress
from time import sleep

import psutil
import pytest

from lms.app import create_app
from lms.commands.starting import make_ready
from lms.settings import HOME, Settings

# Below those that the system gives to connections: between the look and the start of a house, in a
# crowd, one of another program would take a port that was free a moment ago.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture
def begun(once, built):
    """The folder of a city after its first run, made once and never touched."""

    def first_run(var):
        built(Settings(var=var))  # which a start finds to be of these very sources
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LMS_VAR", str(var))
            patch.delenv("LMS_DATABASE_URL", raising=False)
            make_ready(create_app, real=True)

    return once("begun", first_run)


@pytest.fixture
def house(tmp_path, built, begun):
    """with house() as (process, said): an empty city that answers; said: what it printed.

    new: it starts for the first time.
    """
    port, var = free_port(), tmp_path / "var"
    env = {**os.environ, "LMS_VAR": str(var), "LMS_PORT": str(port)}
    env = {name: text for name, text in env.items() if name != "LMS_DATABASE_URL"}

    @contextmanager
    def running(new=False):
        if new:
            var.mkdir(mode=0o700)
            built(Settings(var=var))
        elif not var.exists():
            shutil.copytree(begun, var)
        command = [sys.executable, "run.py", "--serve"]
        with subprocess.Popen(
            command, cwd=HOME, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            process.url = f"http://127.0.0.1:{port}"
            said = []
            for line in process.stdout:
                said.append(line)
                if "Ctrl-C" in line:
                    break
            try:
                yield process, "".join(said)
            finally:
                process.terminate()  # with all that came of it: the next one needs the port
                process.wait()

    return running


def family(process) -> list[psutil.Process]:
    """The process and all that came of it."""
    return [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]


def fetch(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.status, answer.headers


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_ends_with_all_its_processes(house, end):
    with house() as (process, said):
        assert process.url in said
        assert fetch(process.url + "/sign-in")[0] == 200
        wait_until(lambda: len(family(process)) >= 3)  # a web worker, the worker beside it
        everyone = family(process)
        process.send_signal(end)
        assert process.wait() == 0  # asked before psutil is: that would take the code away
        assert psutil.wait_procs(everyone, timeout=300)[1] == []


def test_its_processes_end_even_when_it_is_killed(house):
    with house() as (process, _):
        everyone = family(process)
        process.kill()
        process.wait()
        assert psutil.wait_procs(everyone[1:], timeout=300)[1] == []


def test_web_workers_that_die_again_and_again_are_begun_again(house):
    with house() as (process, _said):
        for _ in range(2):
            for worker in _web_workers(process):
                worker.kill()
            wait_until(lambda: _answers(process.url))
        assert process.poll() is None


def _web_workers(process) -> list[psutil.Process]:
    """They share the port: the job worker has its own command line."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [one for one in children if "--worker" not in " ".join(one.cmdline())]


def _answers(url) -> bool:
    with suppress(OSError):
        return fetch(url + "/sign-in")[0] == 200
    return False


def wait_until(true):
    """However slow the machine is: what never comes, the limit of all tests ends."""
    while not true():
        sleep(0.1)


def test_a_second_start_says_nothing_of_codes_and_changes_nothing(house, tmp_path):
    with house(new=True) as (_, said):
        assert "一次性登录码" in said
    kept = (tmp_path / "var" / "secrets.json").read_text()
    with house() as (process, said):
        assert "一次性登录码" not in said
        assert (tmp_path / "var" / "secrets.json").read_text() == kept
        names = json.loads((tmp_path / "var/static/manifest.json").read_text())["names"]
        style = process.url + "/static/" + names["css/app.css"]
        status, headers = fetch(style, **{"Accept-Encoding": "br"})
        assert (status, headers["Content-Encoding"]) == (200, "br")


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        again = subprocess.run(
            [sys.executable, "run.py", "--serve"],
            cwd=HOME,
            env={**os.environ, "LMS_VAR": str(tmp_path / "other"), "LMS_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert "LMS_PORT" in again.stderr
    assert not (tmp_path / "other").exists()
