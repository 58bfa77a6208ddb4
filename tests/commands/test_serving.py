"""One worker lives beside the web workers: begun again when it dies, ended when they end."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from lms.commands.addresses import Place
from lms.commands.serving import Beside, Woken, web_workers, when_it_answers
from lms.settings import HOME, Settings

LIVES = "import pathlib, sys, time; p = pathlib.Path(sys.argv[1]); p.open('a').write('x'); "


@pytest.fixture
def beside(tmp_path):
    """beside(rest) → a keeper of a process that leaves a mark and then does `rest`."""
    kept = []

    def keeper(rest: str) -> Beside:
        kept.append(Beside([sys.executable, "-c", LIVES + rest, str(tmp_path / "marks")], 0.01))
        kept[-1].start()
        return kept[-1]

    yield keeper
    for one in kept:
        one.stop()


def until(true):
    """Wait for it; the test's own time limit ends what never comes."""
    pause = threading.Event()
    while not true():
        pause.wait(0.01)


def test_the_house_opens_without_the_tools_of_its_trades():
    """Each costs a start a tenth of a second or more; who needs one loads it then."""
    tools = (
        "pandas numpy scipy docx bs4 mammoth xlsxwriter pypinyin segno alembic lms.exchange.reading"
    )
    asked = f"import sys, lms.app; print(*set({tools.split()}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=HOME, stdout=-1, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_house_opens_before_it_is_known_how_its_tables_hang_together():
    """That is a tenth of a start, and the page to sign in asks no table."""
    asked = "from sqlalchemy import event; from sqlalchemy.orm import Mapper; "
    asked += "event.listen(Mapper, 'before_configured', lambda: print('prepared')); import lms.app"
    done = subprocess.run([sys.executable, "-c", asked], cwd=HOME, stdout=-1, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_thread_begins_anything_while_web_workers_are_forked():
    """One that is forked while a thread loads a module waits for that module for ever."""
    asked, begun = [], []

    def forked():
        asked.append(len(begun))
        return len(asked) >= 3

    with socket.create_server(("127.0.0.1", 0)) as server:
        place = Place("127.0.0.1", server.getsockname()[1])
        when_it_answers(place, forked, lambda: begun.append(len(asked)))
        until(lambda: begun)
    assert asked == [0, 0, 0] and begun == [3]


@pytest.mark.parametrize("after", [0.0, 0.05, 0.15])
def test_a_signal_wakes_who_waits_whenever_it_comes(after):
    """Its handler runs within the wait that it ends."""
    woken, before = Woken(), signal.getsignal(signal.SIGALRM)
    signal.signal(signal.SIGALRM, lambda *_: woken.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, after or 1e-6)
        assert woken.wait() and woken.is_set()
    finally:
        signal.signal(signal.SIGALRM, before)
    woken.clear()
    assert not woken.is_set()


def test_a_worker_that_dies_is_begun_again(beside, tmp_path):
    beside("sys.exit(3)")
    marks = tmp_path / "marks"
    until(lambda: marks.exists() and len(marks.read_text()) >= 3)


def test_stopping_ends_the_worker_and_begins_none(beside, tmp_path):
    marks = tmp_path / "marks"
    keeper = beside("time.sleep(600)")
    until(lambda: marks.exists() and marks.read_text() == "x")
    keeper.stop()
    assert keeper.process.returncode == -signal.SIGTERM
    assert not keeper.thread.is_alive()
    assert marks.read_text() == "x"


def test_a_worker_that_does_not_listen_is_ended_all_the_same(beside, tmp_path):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    keeper = beside(deaf + "p.open('a').write('y'); time.sleep(600)")
    until(lambda: (tmp_path / "marks").exists() and "y" in (tmp_path / "marks").read_text())
    keeper.patience = 0.1
    keeper.stop()
    assert keeper.process.returncode == -signal.SIGKILL


def test_one_process_answers_on_sqlite_and_several_on_a_server(tmp_path):
    assert web_workers(Settings(var=tmp_path)) == 1
    server = Settings(var=tmp_path, database_url="postgresql+psycopg:///lms")
    assert 2 <= web_workers(server) <= max(2, min(8, os.cpu_count() or 2))
