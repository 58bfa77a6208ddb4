"""The processes of a running house: web workers, one worker beside them, no orphans."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from time import sleep
from typing import Any

from lms.commands.addresses import Place
from lms.commands.database import file_of
from lms.commands.lightly import lightly
from lms.settings import AT_ONCE, BESIDE, DOWNLOADS, HOME, LINE, Settings

PARENT = "LMS_PARENT"  # the process whose end is theirs too
PATIENCE = 10  # seconds a process may take to finish what it holds
SWITCH = 0.001  # seconds of one thread at a time: a saved answer waits for those that draw pages
LANES = 8  # threads that stay free for what passes the turnstile
THREADS = AT_ONCE + BESIDE + LINE + LANES + DOWNLOADS
A_MOMENT = 0.5  # seconds in which the first page is drawn
# New things between two looks for rings; the usual is 700, 10, 10. While rings are let go, a saved
# answer waits: 18,000 at once took 50 to 100 ms.
RARELY = (5_000, 20, 50)


def web_workers(settings: Settings) -> int:
    """How many processes answer: one on SQLite, where writers queue anyway; else one a core."""
    return 1 if file_of(settings) else max(2, min(8, os.cpu_count() or 2))


def serve(settings: Settings, place: Place, ready: Callable[[], None]) -> None:
    """Serve until a signal ends it. ready: called once, when the first request can be answered."""
    os.environ[PARENT] = str(os.getpid())
    beside, answered, pause = Beside(), threading.Event(), 1.0
    then: Sequence[Callable[[], None]] = (beside.start, answered.set, ready)
    try:
        while not _served(settings, place, then):
            if not answered.is_set():  # it never began: the reason stands above
                raise SystemExit(1)
            then = ()
            threading.Event().wait(pause)
            pause = min(pause * 2, 30.0)
    finally:
        beside.stop()


def _served(settings: Settings, place: Place, then: Sequence[Callable[[], None]]) -> bool:
    """Serve; whether it was asked to end. It also ends where web workers die within seconds.

    then: what is done when the first request can be answered.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels, logger

    logger.addFilter(lambda said: "Python threads" not in said.getMessage())  # most wait in line
    server = Granian(
        "run:web",
        factory=True,
        address=place.host,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=web_workers(settings),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        websockets=False,
        log_level=LogLevels.warning,
        working_dir=HOME,
    )
    server.main_loop_interrupt = Woken()  # type: ignore[assignment]
    forked = partial(_all_forked, server)
    server.on_startup(lambda: when_it_answers(place, forked, *then))
    try:
        server.serve()
    except SystemExit:
        return bool(server.interrupt_signal)
    return True


class Woken:
    """What the server waits for, set by its threads and by the handler of a signal.

    An event has a lock. The handler runs in the waiting thread itself: where that happened to
    hold the lock, the handler waited for it for ever, and the server never ended.
    """

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        self._set = True

    def clear(self) -> None:
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def wait(self) -> bool:
        while not self._set:
            sleep(0.1)  # a signal cuts it short for its handler
        return True


def _all_forked(server: Any) -> bool:
    return len(server.wrks) == server.workers


def when_it_answers(place: Place, forked: Callable[[], bool], *then: Callable[[], None]) -> None:
    """Do these as soon as somebody listens at the place; nothing slows the first page before.

    Before all web workers are forked the thread does nothing: one that is forked while a thread
    here loads a module, were it the one for the name of a host, waits for that module for ever,
    and with it every request that it takes.
    """

    def look() -> None:
        pause, listening = threading.Event(), False
        while not forked():
            pause.wait(0.03)
        while not listening:
            pause.wait(0.03)
            with suppress(OSError), socket.create_connection((place.reached, place.port), 1):
                listening = True
        for act in then:
            act()

    threading.Thread(target=look, daemon=True).start()


class Beside:
    """The one process that does jobs, kept alive beside the web workers."""

    def __init__(self, command: list[str] | None = None, pause: float = 1.0) -> None:
        self.command = command or [sys.executable, "run.py", "--worker"]
        self.pause = pause  # seconds before it is begun again; longer each time it dies
        self.patience: float = PATIENCE
        self.ending = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def _keep(self) -> None:
        pause = self.pause
        while not self.ending.is_set():
            # a session of its own: Ctrl-C reaches it through us, when the web workers have ended
            self.process = subprocess.Popen(self.command, cwd=HOME, start_new_session=True)
            self.process.wait()
            if self.ending.wait(pause):
                return
            pause = min(pause * 2, 30.0)

    def stop(self) -> None:
        """End it gently, then at once; nothing is left running."""
        self.ending.set()
        if (process := self.process) is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(self.patience)
            except subprocess.TimeoutExpired:
                process.kill()
        if self.thread.is_alive():
            self.thread.join(PATIENCE)


def end_with_parent() -> None:
    """Where this process was started by `serve`, end it when that one is gone, however it went."""
    parent = int(os.environ.get(PARENT, "0"))
    if not parent or parent == os.getpid():
        return

    def watch() -> None:
        pause = threading.Event()
        while os.getppid() == parent:
            pause.wait(1)
        os.kill(os.getpid(), signal.SIGTERM)
        pause.wait(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def loading() -> Iterator[None]:
    """While a thousand modules load, nothing is looked for that could be forgotten; and what stands
    then stands for good: the search for rings that every request sets off never walks it again.

    After that it looks less often: ten thousand rows of a roster are no rings, and were walked for
    a seventh of its time.
    """
    gc.disable()
    try:
        with lightly():
            yield
    finally:
        gc.freeze()
        gc.set_threshold(*RARELY)
        gc.enable()


def begin_web() -> None:
    """What a web worker does first. Ctrl-C is for the parent alone, which then ends us once."""
    sys.setswitchinterval(SWITCH)
    if PARENT in os.environ:
        os.setpgrp()
        end_with_parent()


def behind_the_first_page() -> None:
    """Make ready how the tables hang together: whoever signs in needs it, the page to do so not.

    Who comes in that moment waits for it, and does it no second time.
    """
    from sqlalchemy.orm import configure_mappers

    def prepare() -> None:
        configure_mappers()
        gc.freeze()

    after = threading.Timer(A_MOMENT, prepare)
    after.daemon = True
    after.start()


def work(app: Any) -> None:
    """Do jobs and what is due, until told to stop."""
    from lms.jobs.worker import run_forever

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    end_with_parent()
    run_forever(app, stop)
