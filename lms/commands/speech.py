"""What a command says to the person at the shell. Light: a second start loads nothing for it."""

import gettext
import os
import sys
from datetime import datetime

from lms.clock import Clock, system_clock
from lms.settings import Settings
from lms.words import filled


def told(text: str, **values: object) -> str:
    """The text with its values; in English where LMS_LANGUAGE=en and the house was built."""
    if os.environ.get("LMS_LANGUAGE") == "en":
        folder = Settings.from_env().var / "translations"
        words = gettext.translation("messages", folder, languages=["en"], fallback=True)
        text = words.gettext(text)
    return filled(text, values)


def say(text: str) -> None:
    """One line to whoever waits, at once. text: told already."""
    print(text, flush=True)


class Progress:
    """Says what is being done, with seconds and counts: progress("人员", 800, 20000).

    On a terminal a count rewrites its line; elsewhere one line is printed in five seconds.
    """

    QUIET = 5  # seconds without a word, where a line cannot be rewritten

    def __init__(self, clock: Clock = system_clock) -> None:
        self.clock = clock
        self.began: datetime = clock()
        self.open = False  # a line that the next count rewrites
        self.said = 0.0  # when something was last said, in seconds

    def seconds(self) -> float:
        return (self.clock() - self.began).total_seconds()

    def __call__(self, text: str, done: int | None = None, total: int | None = None) -> None:
        count = "" if done is None else f" {done:,}" if total is None else f" {done:,}/{total:,}"
        line = f"{self.seconds():6.1f} s  {told(text)}{count}"
        unfinished = done is not None and total is not None and done < total
        rewriting = sys.stdout.isatty()
        if unfinished and not rewriting and self.seconds() - self.said < self.QUIET:
            return
        if rewriting:
            line = ("\r" if self.open else "") + line + "\x1b[K"
        self.open = unfinished and rewriting
        print(line, end="" if self.open else "\n", flush=True)
        self.said = self.seconds()
