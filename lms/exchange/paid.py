"""Texts as a question may hold them, and what a marker pays for. Pure."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from lms.bank.front import CONTROLS
from lms.bank.rules import Line
from lms.scoring.totals import plain

PAID = re.compile(r"\[([0-9]{1,4}(?:\.[0-9]{1,2})?)\] ?(.*)")


def clean(text: str) -> str:
    """A text without signs that nobody sees, which a question file may not hold."""
    return CONTROLS.sub("", text) if CONTROLS.search(text) else text


def tidied(text: str) -> str:
    """Without spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in clean(text).strip().split("\n"))


def closed(text: str) -> str:
    """An option without empty lines: there the question file would end it."""
    return re.sub(r"\n\s*\n+", "\n", tidied(text))


def read_rubric(text: str, points: Decimal) -> tuple[Line, ...]:
    """The points of a rubric: lines that begin with [2]; one point for all where none does."""
    found: list[Line] = []
    for line in text.strip().split("\n"):
        mark = PAID.fullmatch(line)
        if mark:
            found.append(Line(Decimal(mark[1]), mark[2].strip()))
        elif not found:
            return (Line(points, closed(text)),)
        elif line.strip():
            last = found[-1]
            found[-1] = Line(last.points, f"{last.text}\n{line.removeprefix('  ').rstrip()}")
    payable = all(line.points > 0 for line in found)
    return tuple(found) if payable else (Line(points, closed(text)),)


def typed_rubric(text: str, change: Callable[[str], str]) -> str:
    """A rubric with its texts changed and its points as they are."""
    lines = []
    for line in text.split("\n"):
        mark = PAID.fullmatch(line)
        if mark:
            lines.append(f"[{mark[1]}] {change(mark[2])}")
        else:
            lines.append(("  " if line.startswith("  ") else "") + change(line.strip()))
    return "\n".join(lines)


def write_rubric(rubric: Iterable[Line], points: Decimal) -> str:
    """The rubric as it is read back: the points of each line in brackets."""
    lines = list(rubric)
    if len(lines) == 1 and lines[0].points == points and not PAID.match(lines[0].text):
        return lines[0].text
    return "\n".join(f"[{plain(line.points)}] " + line.text.replace("\n", "\n  ") for line in lines)
