"""What a command says to the person at the shell. Light: a second start loads nothing for it."""

import gettext
import os
import sys
from datetime import datetime

from lms.clock import Clock, system_clock
from lms.settings import Settings


def told(text: str, **values: object) -> str:
    """The text with its values; in English where LMS_LANGUAGE=en and the house was built."""
    if os.environ.get("LMS_LANGUAGE") == "en":
        folder = Settings.from_env().var / "translations"
        words = gettext.translation("messages", folder, languages=["en"], fallback=True)
        text = words.gettext(text)
    return text.format(**values) if values else text


def say(text: str) -> None:
    """One line to whoever waits, at once. text: told already."""
    print(text, flush=True)


class Progress:
    """Says what is being done, with seconds and counts: progress("人员", 800, 20000).

    On a terminal a count rewrites its line; elsewhere only its last one is printed.
    """

    def __init__(self, clock: Clock = system_clock) -> None:
        self.clock = clock
        self.began: datetime = clock()
        self.open = False  # a line that the next count rewrites

    def seconds(self) -> float:
        return (self.clock() - self.began).total_seconds()

    def __call__(self, text: str, done: int | None = None, total: int | None = None) -> None:
        count = "" if done is None else f" {done:,}" if total is None else f" {done:,}/{total:,}"
        line = f"{self.seconds():6.1f} s  {told(text)}{count}"
        unfinished = done is not None and total is not None and done < total
        if unfinished and not sys.stdout.isatty():
            return
        if sys.stdout.isatty():
            line = ("\r" if self.open else "") + line + "\x1b[K"
        print(line, end="" if unfinished else "\n", flush=True)
        self.open = unfinished
